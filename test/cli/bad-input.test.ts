import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../cli/main.ts');
const TIMEOUT_MS = 30_000;

const table = (format: string, path: string) =>
  `CREATE TABLE t (id INT, n STRING) WITH ('connector' = 'filesystem', 'format' = '${format}', 'path' = '${path}');\n`;

/** What is wrong, the files of the folder (`main.sql` is run), and the first line of stderr. */
const CASES: [what: string, files: Record<string, string | Uint8Array>, error: string | RegExp][] = [
  [
    'malformed SQL',
    { 'main.sql': 'SELECT 1 FROM;' },
    /^main\.sql:1:14: \w+Exception: Encountered "<EOF>" at line 1, column 13\./,
  ],
  ['an unknown column', { 'main.sql': `${table('json', 't')}SELECT idd FROM t;` }, /^main\.sql:2:8: .*'idd'/],
  ['a comment without an end', { 'main.sql': 'SELECT 1;\r\n/* \r\nSELECT 2;' }, /^main\.sql:2:1: .*<EOF>/],
  [
    'bytes that are no text',
    { 'main.sql': Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251) },
    /^main\.sql:1:/,
  ],
  ['a table without its file', { 'main.sql': `${table('json', 'none')}SELECT * FROM t;` }, /none does not exist/],
  [
    'a JSON row cut short',
    { 'main.sql': `${table('json', 'rows')}SELECT * FROM t;`, rows: '{"id":1}\n{"id":2,"n":\n{"id":3}\n' },
    /Failed to deserialize JSON '\{"id":2,"n":'\. /,
  ],
  [
    'a JSON row of another type',
    { 'main.sql': `${table('json', 'rows')}SELECT * FROM t;`, rows: '{"id":1}\n{"id":"x"}\n' },
    /Failed to deserialize JSON '\{"id":"x"\}'\. In file '.*rows', byte 9\. NumberFormatException: For input string: "x"/,
  ],
  [
    'a malformed row in an INSERT',
    {
      'main.sql': `${table('json', 'rows')}CREATE TABLE s (id INT) WITH ('connector' = 'blackhole');\nINSERT INTO s SELECT id FROM t;`,
      rows: '{"id":"x"}\n',
    },
    /Failed to deserialize JSON '\{"id":"x"\}'\. /,
  ],
  [
    'a CSV row of another type',
    { 'main.sql': `${table('csv', 'rows')}SELECT * FROM t;`, rows: '1,a\nx,b\n' },
    /NumberFormatException: For input string: "x"/,
  ],
  [
    'an unknown connector',
    { 'main.sql': "CREATE TABLE t (a INT) WITH ('connector' = 'kafak');\nSELECT * FROM t;" },
    /'kafak'/,
  ],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-bad-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.for(CASES)('says once and clearly: %s', { timeout: 2 * TIMEOUT_MS }, async ([what, files, error]) => {
  const prefix = what.replaceAll(' ', '-');
  const cwd = mkdtempSync(join(folder, `${prefix}-`));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const child = spawn(process.execPath, [main, 'run', 'main.sql', '--jsonl'], { cwd, timeout: TIMEOUT_MS });
  let err = '';
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(status).toBe(1);
  const [first = '', ...more] = err.trimEnd().split('\n');
  expect(first).toMatch(error);
  expect(first).toMatch(/^main\.sql:\d+:\d+: /);
  // Flink's further words, if it has some, then the place: a line of the file, and its mark.
  expect(more.at(-2)).toMatch(/^\d+ \| /);
  expect(more.at(-1)).toMatch(/^ *\| *\^+$/);
});
