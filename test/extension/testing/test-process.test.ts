import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ReportedTest, runTests } from '../../../extension/testing/test-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-tests-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');
const file = join(folder, 'a.test.sql');
writeFileSync(
  file,
  [
    '-- @test one',
    'SELECT 1 AS a;',
    '-- @then',
    '--   | a |',
    '--   | 1 |',
    '-- @test two',
    'SELECT 2 AS a;',
    '-- @then',
    '--   | a |',
    '--   | 3 |',
    '',
  ].join('\n'),
);

async function run(given: { names?: string[]; file?: string; signal?: AbortSignal } = {}): Promise<ReportedTest[]> {
  const tests: ReportedTest[] = [];
  const signal = given.signal ?? new AbortController().signal;
  await runTests({ script, cwd: folder, file, ...given, signal, onTest: (test) => tests.push(test) });
  return tests;
}

describe('tests in a process of their own', { timeout: 60_000 }, () => {
  it('are told one by one, with what differs', async () => {
    const tests = await run();
    expect(tests.map(({ name, passed }) => [name, passed])).toEqual([
      ['one', true],
      ['two', false],
    ]);
    expect(tests[1]?.failures[0]?.difference?.lines.map(({ sign, cells }) => [sign, ...cells])).toEqual([
      ['-', '3'],
      ['+', '2'],
    ]);
  });

  it('can be a part of the file', async () => {
    expect((await run({ names: ['two'] })).map(({ name }) => name)).toEqual(['two']);
  });

  it('fail with the words of the command', async () => {
    await expect(run({ file: join(folder, 'none.test.sql') })).rejects.toThrow(/no such file/);
  });

  it('are stopped', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await run({ signal: abort.signal })).toEqual([]);
  });
});
