import { expect, test } from 'vitest';
import { importsOf, objection } from '../../scripts/import-rules.ts';

const allowed: [file: string, source: string][] = [
  ['flink-sql/binder/bind.ts', `import { parse } from '../syntax/parse.ts';`],
  ['local-runtime/gateway/server.ts', `import http from 'node:http';`],
  ['local-runtime/session/run.ts', `import { bind } from '../../flink-sql/binder/bind.ts';`],
  ['local-runtime/connectors/kafka.ts', `import { KafkaClient } from '../../clients/kafka/client.ts';`],
  ['local-runtime/formats/arrow.ts', `import { Table } from 'apache-arrow';`],
  ['language-server/ide/hover.ts', `import { parse } from '../../flink-sql/syntax/parse.ts';`],
  ['language-server/server/main.ts', `import { createConnection } from 'vscode-languageserver/node.js';`],
  ['language-server/server/main.ts', `import { hover } from '../ide/hover.ts';`],
  ['clients/kafka/client.ts', `import { Consumer } from '@platformatic/kafka';`],
  ['extension/main.ts', `import * as vscode from 'vscode';`],
  ['extension/main.ts', `import { LanguageClient } from 'vscode-languageclient/node.js';`],
  ['extension/notebook/kernel.ts', `import { splitStatements } from '../../flink-sql/syntax/split.ts';`],
  ['extension/catalog/tree.ts', `import type { DataType } from '../../flink-sql/types/types.ts';`],
  ['extension/notebook/kernel.ts', `import { GatewayClient } from '../../clients/sql-gateway/client.ts';`],
  ['extension/notebook/kernel.ts', `import type { ToRenderer } from '../../webviews/messages.ts';`],
  ['webviews/results/renderer.tsx', `import { useState } from 'react';`],
  ['webviews/results/renderer.tsx', `import type { ToHost } from '../messages.ts';`],
  ['cli/main.ts', `import { startGateway } from '../local-runtime/gateway/server.ts';`],
  ['test/extension/kernel.test.ts', `import { Kernel } from '../../extension/notebook/kernel.ts';`],
  ['cli/version.ts', `import manifest from '../package.json' with { type: 'json' };`],
];

const refused: [file: string, source: string, reason: RegExp][] = [
  ['flink-sql/a.ts', `import fs from 'node:fs';`, /may not use Node's API/],
  ['flink-sql/a.ts', `import { z } from 'zod';`, /package zod/],
  ['flink-sql/a.ts', `import { x } from '../clients/x.ts';`, /flink-sql may not import clients\/x\.ts/],
  ['flink-sql/a.ts', `export * from '../local-runtime/x.ts';`, /may not import local-runtime/],
  ['flink-sql/a.ts', `import type { X } from '../local-runtime/x.ts';`, /may not import local-runtime/],
  ['flink-sql/a.ts', `import {\n  a,\n  b,\n} from '../clients/x.ts';`, /may not import clients/],
  ['flink-sql/a.ts', `const x = await import('../clients/x.ts');`, /may not import clients/],
  ['flink-sql/a.ts', `import { x } from './x';`, /write the extension/],
  ['clients/a.ts', `import { parse } from '../flink-sql/syntax/parse.ts';`, /clients may not import flink-sql/],
  ['clients/a.ts', `import * as vscode from 'vscode';`, /package vscode/],
  ['local-runtime/a.ts', `import { x } from '../extension/x.ts';`, /may not import extension/],
  ['local-runtime/a.ts', `import { x } from '../language-server/ide/x.ts';`, /may not import language-server/],
  ['local-runtime/a.ts', `const vscode = require('vscode');`, /package vscode/],
  ['language-server/ide/a.ts', `import { Range } from 'vscode-languageserver';`, /package vscode-languageserver/],
  ['language-server/ide/a.ts', `import fs from 'node:fs';`, /Node's API/],
  ['language-server/ide/a.ts', `import { x } from '../server/x.ts';`, /may not import language-server\/server/],
  ['language-server/server/a.ts', `import { x } from '../../clients/x.ts';`, /may not import clients/],
  ['extension/a.ts', `import { bind } from '../flink-sql/binder/bind.ts';`, /types only/],
  ['extension/a.ts', `import { run } from '../local-runtime/run.ts';`, /may not import local-runtime/],
  ['extension/a.ts', `import { Grid } from '../webviews/grid.tsx';`, /may not import webviews\/grid/],
  ['webviews/a.tsx', `import { x } from '../extension/x.ts';`, /may not import extension/],
  ['webviews/a.tsx', `import fs from 'node:fs';`, /Node's API/],
  ['cli/a.ts', `import { x } from '../extension/x.ts';`, /may not import extension/],
  ['cli/a.ts', `import '../webviews/x.ts';`, /may not import webviews/],
  ['cli/a.ts', `new Worker(new URL('../extension/worker.ts', import.meta.url));`, /may not import extension/],
  ['cli/a.ts', `import { x } from '../../outside.ts';`, /may not import/],
  ['elsewhere/a.ts', `import { x } from './x.ts';`, /in no room/],
];

test.each(allowed)('%s may have %s', (file, source) => {
  const imports = importsOf(source);
  expect(imports).toHaveLength(1);
  expect(imports.map((one) => objection(file, one))).toEqual([undefined]);
});

test.each(refused)('%s may not have %s', (file, source, reason) => {
  const imports = importsOf(source);
  expect(imports).toHaveLength(1);
  expect(objection(file, imports[0]!)).toMatch(reason);
});

test('comments, strings and code that only looks like an import are not imports', () => {
  const source = [
    `// import { a } from './a.ts';`,
    `/* import { b } from './b.ts'; */`,
    `const url = 'http://example.org'; import { c } from './c.ts';`,
    `export const text = "x"; // from './d.ts'`,
    `import { e } from './e.ts'; // why`,
    `export type { F } from './f.ts';`,
    `import { type G } from './g.ts';`,
  ].join('\n');
  expect(importsOf(source)).toEqual([
    { specifier: './e.ts', typeOnly: false, line: 5 },
    { specifier: './f.ts', typeOnly: true, line: 6 },
    { specifier: './g.ts', typeOnly: false, line: 7 },
  ]);
});
