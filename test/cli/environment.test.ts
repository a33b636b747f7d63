// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../cli/main.ts');
const SECRET = 'tr0ub4dor&3';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-env-'));
  mkdirSync(join(folder, 'sql'));
  writeFileSync(join(folder, '.env'), `DB_PASSWORD='${SECRET}'\n`);
  writeFileSync(
    join(folder, 'millrace.json'),
    JSON.stringify({
      environment: 'local',
      environments: {
        local: { tables: [{ match: 'numbers', options: { 'number-of-rows': '2' } }], variables: { START: 5 } },
        other: { variables: { START: 7 } },
      },
    }),
  );
  writeFileSync(
    join(folder, 'sql', 'a.sql'),
    `CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '\${START}', 'fields.n.end' = '9');
CREATE TABLE customers (a INT) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db:5432/d', 'table-name' = 't', 'username' = 'u', 'password' = '\${DB_PASSWORD}');
SHOW CREATE TABLE customers;
SELECT n, '\${DB_PASSWORD}' AS c FROM numbers;
EXPLAIN SELECT * FROM customers WHERE a > 0 AND '\${DB_PASSWORD}' <> 'x';
SELECT nosuch FROM customers /*+ OPTIONS('password' = '\${DB_PASSWORD}') */;
`,
  );
  writeFileSync(join(folder, 'sql', 'missing.sql'), "SELECT 1;\nSELECT '${NOT_THERE}';\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const millrace = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: join(folder, 'sql'),
    encoding: 'utf8',
    timeout: 50_000,
  });
  return { status, stdout, stderr };
};

it('runs a text in an environment and shows no secret', { timeout: 60_000 }, () => {
  const { status, stdout, stderr } = millrace('run', 'a.sql', '--jsonl');
  expect(stdout).toContain('{"n":5,"c":"****"}');
  expect(stdout).toContain('{"n":6,"c":"****"}');
  expect(stdout).not.toContain('"n":7');
  expect(stdout).toContain("'password' = '****'");
  expect(stderr).toMatch(/^a\.sql:6:8: .*Column 'nosuch' not found/);
  expect(status).toBe(1);
  expect(stdout + stderr).not.toContain(SECRET);
  const other = millrace('run', 'a.sql', '--env', 'other', '--jsonl');
  expect(other.stdout).toContain('{"n":7,"c":"****"}');
});

it('names a variable without value before anything runs, and an environment that is not there', {
  timeout: 60_000,
}, () => {
  const missing = millrace('run', 'missing.sql', '--jsonl');
  expect(missing).toMatchObject({ status: 1, stdout: '' });
  expect(missing.stderr).toContain(
    "missing.sql:2:9: Variable NOT_THERE has no value: neither environment 'local', the process nor .env defines it",
  );
  const checked = millrace('check', 'missing.sql');
  expect(checked.stdout).toContain('missing.sql:2:9: error: Variable NOT_THERE has no value');
  expect(millrace('run', 'a.sql', '--env', 'prod').stderr).toContain(
    "There is no environment 'prod'; there are local, other",
  );
});
