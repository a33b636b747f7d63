// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnoseIn } from '../../cli/check.ts';
import { surroundings } from '../../cli/environment.ts';
import { givenParameters, parametersOf } from '../../cli/parameters.ts';
import { readSource } from '../../cli/source.ts';
import { ParameterStore } from '../../extension/parameters/parameter-store.ts';

const main = join(import.meta.dirname, '../../cli/main.ts');
const TEXT = `-- @param who STRING world
-- @param n INT 2
-- @param kind ENUM(new, paid)
SELECT '\${who}' AS who, \${n} AS n, '\${kind}' AS kind;
`;
const WRONG = 'SELECT 1;\n-- @param n INT one\nSELECT ${n};\n';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-parameters-'));
  const environments = { test: { variables: { who: 'the environment', n: '5' } } };
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('millrace.json', JSON.stringify({ environments }));
  write('a.sql', TEXT);
  write('a.flinknb', `-- %%\n${TEXT}`);
  write('needs.sql', "-- @param day DATE\nSELECT DATE '${day}' AS d;\n");
  write('wrong.sql', WRONG);
  write(
    'job.sql',
    `-- @param rate INT 5
CREATE TABLE a (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '\${rate}');
CREATE TABLE b (n INT) WITH ('connector' = 'blackhole');
INSERT INTO b SELECT n FROM a;
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each starts a Node of its own: few of them. */
const millrace = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', timeout: 100_000 });
const source = (name: string) => readSource(join(folder, name));

describe('parameters on the command line', { timeout: 120_000 }, () => {
  it('run takes what the text says', () => {
    const { stdout, stderr, status } = millrace('run', 'a.flinknb', '--jsonl');
    expect([stderr, status]).toEqual(['', 0]);
    expect(JSON.parse(stdout)).toEqual({ kind: '+I', row: { who: 'world', n: 2, kind: 'new' } });
  });

  it('what is given counts before the environment, and that before what the text says', () => {
    const { stdout } = millrace('run', 'a.sql', '--jsonl', '--env', 'test', '--param', 'who=a = b');
    expect(JSON.parse(stdout)).toEqual({ kind: '+I', row: { who: 'a = b', n: 5, kind: 'new' } });
  });

  it.for([
    ['n=x', "'x' is no INT, which n is"],
    ['n=2147483648', '2147483648 is out of the range of INT, which n is'],
    ['kind=old', 'kind is one of new, paid'],
  ] as const)('--param %s is refused in the words of the notebook', ([given, message]) => {
    const values = givenParameters([given]);
    expect(() => parametersOf(source('a.sql'), values)).toThrow(`--param: ${message}`);
    const store = new ParameterStore({ get: <T>() => ({ 'file:a': values }) as T, update: () => Promise.resolve() });
    expect(() => store.values('file:a', TEXT)).toThrow(new RegExp(`^${message}$`));
  });

  it('what is wrong with the text is told as what is wrong with the call is: by the status', () => {
    const { stderr, status } = millrace('run', 'a.sql', '--param', 'nobody=1');
    expect([stderr, status]).toEqual([
      'millrace: --param nobody: a.sql has no such parameter; it has who, n, kind\n',
      2,
    ]);
    const wrong = millrace('run', 'wrong.sql');
    expect(wrong.stderr).toMatch(/^wrong\.sql:2:1: 'one' is no INT, which n is\n/);
    expect([wrong.stdout, wrong.status]).toEqual(['', 1]);
    expect(() => givenParameters(['n'])).toThrow('--param n: it should be NAME=VALUE');
  });

  it('one without a value says how to give it', () => {
    const { stderr, status } = millrace('run', 'needs.sql');
    expect(stderr).toMatch(/^needs\.sql:2:14: Variable day has no value.*--param day=VALUE gives it one\n/);
    expect(status).toBe(1);
  });

  it('check knows them, and tells all that is wrong with them', () => {
    const told = (text: string, given: Readonly<Record<string, string>> = {}) =>
      diagnoseIn(text, surroundings(undefined), given).map(({ start, severity, message }) => [
        text.slice(0, start).split('\n').length,
        severity,
        message,
      ]);
    expect(told(TEXT)).toEqual([]);
    expect(told(TEXT, { n: 'x' })).toContainEqual([2, 'error', "'x' is no INT, which n is"]);
    expect(told(WRONG)[0]).toEqual([2, 'error', "'one' is no INT, which n is"]);
  });

  it('deploy fills them in', () => {
    const args = ['deploy', 'job.sql', '--dry-run', '--json', '--gateway', 'http://localhost:1'];
    const plan = JSON.parse(millrace(...args, '--param', 'rate=9').stdout) as { setup: string[] };
    expect(plan.setup[0]).toContain("'rows-per-second' = '9'");
  });
});
