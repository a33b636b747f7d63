import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AnalysisMemory } from '../../../language-server/ide/memory.ts';
import { type AnalyzedText, analyzeProgram } from '../../../language-server/ide/program.ts';

const memory = () =>
  new AnalysisMemory((error) => {
    throw error;
  });

const told = (texts: readonly AnalyzedText[]) =>
  texts.map(({ diagnostics, statements }) => ({
    diagnostics,
    statements: statements.map(({ start, end, kind, context }) => ({
      start,
      end,
      kind,
      options: context.options,
      tables: context.catalog.objects('default_catalog', 'default_database').map(({ identifier }) => identifier.name),
    })),
  }));

const TABLE = "CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'datagen');";
const edits: readonly (readonly [name: string, before: string, after: string])[] = [
  ['a blank in front', `${TABLE}\nSELECT c FROM t;`, `\n\n  ${TABLE}\nSELECT c FROM t;`],
  ['a column of a table', `${TABLE}\nSELECT c FROM t;`, `${TABLE.replace('b STRING', 'c STRING')}\nSELECT c FROM t;`],
  ['a query between', `${TABLE}\nSELECT a FROM t;\nSELECT c FROM t;`, `${TABLE}\nSELECT x FROM t;\nSELECT c FROM t;`],
  ['a table dropped', `${TABLE}\nSELECT a FROM t;`, `${TABLE}\nDROP TABLE t;\nSELECT a FROM t;`],
  [
    'an option set',
    `${TABLE}\nSELECT a FROM t;`,
    `SET 'execution.runtime-mode' = 'batch';\n${TABLE}\nSELECT a FROM t ORDER BY b;`,
  ],
  ['the same statement twice', 'SELECT 1;\nSELECT x;\nSELECT x;', 'SELECT x;\nSELECT 1;\nSELECT x;'],
];

describe('an analysis after an edit', () => {
  it.each(edits)('%s: is the one without memory', (_, before, after) => {
    const remembering = memory();
    for (const text of [before, after, before, after]) {
      const sources = [{ id: 'a', text }];
      expect(told(analyzeProgram(sources, remembering))).toEqual(told(analyzeProgram(sources)));
    }
  });

  it('of the recorded scripts, with a statement taken out at each step, too', () => {
    const folder = join(import.meta.dirname, '../../conformance/queries/joins');
    const text = readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .slice(0, 8)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join(';\n');
    const remembering = memory();
    const statements = text.split(/;\s*\n/);
    for (let out = 0; out < statements.length; out++) {
      const sources = [{ id: 'a', text: statements.filter((_, i) => i !== out).join(';\n') }];
      expect(told(analyzeProgram(sources, remembering))).toEqual(told(analyzeProgram(sources)));
    }
  });

  it('understands only what has changed', () => {
    const remembering = memory();
    const query = (column: string) => [{ id: 'a', text: `${TABLE}\nSELECT ${column} FROM t;\nSELECT b FROM t;` }];
    const contexts = (texts: readonly AnalyzedText[]) => texts[0]?.statements.map(({ context }) => context);
    const first = contexts(analyzeProgram(query('a'), remembering));
    const second = contexts(analyzeProgram(query('b'), remembering));
    expect(first).toHaveLength(3);
    second?.forEach((context, i) => {
      expect(context).toBe(first?.[i]);
    });
  });
});

describe('a fault of ours in one statement', () => {
  it('is logged and leaves the others diagnosed', () => {
    const errors: unknown[] = [];
    const remembering = new AnalysisMemory((error, statement) => errors.push([error, statement]));
    const context = remembering.initial;
    const broken = { ...context, catalog: undefined } as unknown as typeof context;
    const [node] = analyzeProgram([{ id: 'a', text: 'SELECT x FROM t' }])[0]?.statements ?? [];
    if (!node?.node) throw new Error('no statement');
    const parsed = { node: node.node, source: 'SELECT x FROM t', start: 0, end: 15 };
    Object.assign(broken, { catalog: { sameAs: () => false } });
    const found = remembering.understand(parsed, broken);
    expect(errors).toHaveLength(1);
    expect(found.diagnostics).toMatchObject([{ code: 'internal-error', severity: 'warning', start: 0, end: 15 }]);
    expect(found.after).toBe(broken);
  });
});
