import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

// The command as CI servers and people run it: a process, its exit status, what it writes.

const main = join(import.meta.dirname, '../../../cli/main.ts');
const work = mkdtempSync(join(tmpdir(), 'millrace-test-command-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const file = join(work, 'sums.test.sql');
const sums = (expected: number): string =>
  [
    "CREATE TABLE t (v INT) WITH ('connector' = 'datagen');",
    '-- @test sums',
    '-- @given t',
    '--   | v |',
    '--   | 1 |',
    '--   | 2 |',
    'SELECT SUM(v) AS s FROM t;',
    '-- @then',
    '--   | s |',
    `--   | ${expected} |`,
    '',
  ].join('\n');

const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'test', ...args], {
    cwd: work,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
};

describe('millrace test as a process', { timeout: 90_000 }, () => {
  beforeEach(() => writeFileSync(file, sums(3)));

  it('ends with 0 when all pass, 1 when one fails, 2 when it is used wrongly', () => {
    const passed = run('sums.test.sql');
    expect([passed.status, passed.stdout, passed.stderr]).toEqual([
      0,
      expect.stringMatching(/^1 passed, 0 failed/),
      '',
    ]);
    writeFileSync(file, sums(4));
    const failed = run('sums.test.sql');
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('FAILED sums\n  sums.test.sql:8:1\n    1 row missing, 1 row not expected.');
    const wrong = run('none.test.sql');
    expect([wrong.status, wrong.stdout, wrong.stderr]).toEqual([2, '', 'millrace: none.test.sql: no such file\n']);
  });

  it.each([
    [['--shard', '3/2'], '--shard is written as 1/4'],
    [['--shard', 'half'], '--shard is written as 1/4'],
    [['--filter', '('], '--filter: '],
    [['--rows-dir', '/tmp'], '--rows-dir goes with --gateway or --connection'],
    [['--watch', 'none'], 'none: no such file'],
  ])('%j is told as wrong', (args, words) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('--watch runs them again when a file changes, until it is interrupted', async () => {
    const child = spawn(process.execPath, [main, 'test', '.', '--watch'], {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const until = async (words: RegExp): Promise<void> => {
      const deadline = Date.now() + 60_000;
      while (!words.test(said)) {
        if (Date.now() > deadline || child.exitCode !== null) throw new Error(`it said only: ${said}`);
        await sleep(20);
      }
    };
    try {
      await until(/^1 passed, 0 failed/m);
      writeFileSync(file, sums(5));
      await until(/^0 passed, 1 failed/m);
      expect(said).toContain('- | 5 |');
      const before = said.length;
      writeFileSync(file, sums(3));
      await until(new RegExp(`^[\\s\\S]{${before}}[\\s\\S]*1 passed, 0 failed`));
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toBe(0);
  });

  it('--junit is written where nothing fails, too', () => {
    expect(run('.', '--junit', 'report.xml').status).toBe(0);
    const xml = readFileSync(join(work, 'report.xml'), 'utf8').replace(/time="[\d.]+"/g, 'time="TIME"');
    expect(xml).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites tests="1" failures="0" time="TIME">',
        '  <testsuite name="sums.test.sql" tests="1" failures="0" time="TIME">',
        '    <testcase name="sums" classname="sums.test.sql" time="TIME"/>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });
});
