// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import { ActiveEnvironment } from '../../../extension/environments/active-environment.ts';
import { runCell } from '../../../extension/notebook/cell-run.ts';
import { plainText } from '../../../extension/results/plain-text.ts';
import type { ResultStore } from '../../../extension/results/result-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-env-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function active(
  more: { settings?: unknown; chosen?: string; secrets?: Record<string, string> } = {},
  warnings: string[] = [],
) {
  return new ActiveEnvironment({
    settings: () => more.settings,
    chosen: () => more.chosen,
    folder: () => folder,
    secrets: async () => new Map(Object.entries(more.secrets ?? {})),
    process: { FROM_PROCESS: 'process value', BOTH: 'process' },
    warn: (message) => warnings.push(message),
  });
}

describe('the environment in use', () => {
  it('is that of the settings, else what millrace.json chooses; variables come from where they are first', async () => {
    writeFileSync(
      join(folder, 'millrace.json'),
      JSON.stringify({
        environment: 'a',
        environments: { a: { variables: { X: 'file' } }, b: { variables: { X: 'file' } } },
      }),
    );
    writeFileSync(join(folder, '.env'), 'FROM_FILE=f\nBOTH=dotenv\n');
    const text = async (env: ActiveEnvironment, sql: string) => (await env.surroundings()).expand(sql).text;
    const sql = "SELECT '${X}', '${FROM_PROCESS}', '${BOTH}', '${FROM_FILE}', '${KEPT}'";
    const secrets = { KEPT: 'kept' };
    expect(await text(active({ secrets }), sql)).toBe("SELECT 'file', 'process value', 'process', 'f', 'kept'");
    const settings = { b: { variables: { X: 'settings' } } };
    expect(await text(active({ secrets, settings, chosen: 'b' }), sql)).toContain("'settings'");
    await expect(active({ chosen: 'prod' }).surroundings()).rejects.toThrow(
      "There is no environment 'prod'; there are a, b",
    );
  });

  it('tells of settings that cannot be used', () => {
    const warnings: string[] = [];
    active({ settings: { x: 1 } }, warnings).list();
    expect(warnings).toEqual(['millrace.environments.x is not an object']);
  });
});

describe('a cell in an environment', () => {
  const run = async (source: string, fail?: (sent: string) => GatewayError) => {
    const sent: unknown[] = [];
    const stores: ResultStore[] = [];
    await runCell({
      source,
      surroundings: await active({
        secrets: { PW: 'correct horse' },
        settings: { e: { hosts: { db: '10.1.1.1' } } },
        chosen: 'e',
      }).surroundings(),
      session: async () => ({
        execute: async (statement, options) => {
          sent.push([statement, options?.executionConfig]);
          return {
            async *results() {
              if (fail) throw fail(statement);
              yield toArrowPage({
                format: 'PLAIN_TEXT',
                token: 0,
                resultKind: 'SUCCESS_WITH_CONTENT',
                isQueryResult: false,
                jobId: undefined,
                columns: [{ name: 'result', logicalType: { type: 'VARCHAR', length: 100 } }],
                rowKinds: new Uint8Array(1),
                rows: [["'password' = 'correct horse'"]],
              });
            },
            close: async () => undefined,
          };
        },
      }),
      limit: 10,
      signal: new AbortController().signal,
      newId: () => String(stores.length),
      judge: () => undefined,
      warn: () => undefined,
      listener: { started: (store) => void stores.push(store), streaming: () => undefined, ended: () => undefined },
    });
    return { sent, stores };
  };

  it('sends the values and shows the names', async () => {
    const source = "CREATE TABLE t (a INT) WITH ('url' = 'jdbc:postgresql://db:1/d', 'password' = '${PW}');";
    const { sent, stores } = await run(source);
    expect(sent).toEqual([
      [
        "CREATE TABLE t (a INT) WITH ('url' = 'jdbc:postgresql://10.1.1.1:1/d', 'password' = 'correct horse')",
        { 'pipeline.name': source.slice(0, -1) },
      ],
    ]);
    expect(plainText(stores[0] as ResultStore)).toContain("'password' = '*************'");
    expect(JSON.stringify(stores[0]?.state())).not.toContain('correct horse');
  });

  it('sends nothing when a variable has no value, and marks it', async () => {
    const { sent, stores } = await run("SELECT 1;\nSELECT\n  '${GONE}';");
    expect(sent).toHaveLength(1);
    const { error } = (stores[1] as ResultStore).state();
    expect(error?.message).toContain(
      "Variable GONE has no value: neither environment 'e', the process nor .env defines it",
    );
    expect(error?.place).toEqual({ line: 3, column: 4, endLine: 3, endColumn: 10 });
  });

  it('leads errors back to the text as it is written, without secrets', async () => {
    const { stores } = await run("SELECT '${PW}',\n '${PW}', nosuch;", (statement) => {
      const column = (statement.split('\n')[1] as string).indexOf('nosuch') + 1;
      return new GatewayError(`Column 'nosuch' near 'correct horse'`, {
        kind: 'sql',
        place: { line: 2, column, endLine: 2, endColumn: column + 5 },
      });
    });
    const { error } = (stores[0] as ResultStore).state();
    expect(error?.message).toBe("Column 'nosuch' near '****'");
    expect(error?.place).toEqual({ line: 2, column: 11, endLine: 2, endColumn: 16 });
  });
});
