import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { test as runTests } from '../../cli/test.ts';

const cases = join(import.meta.dirname, 'sql-tests');
const root = join(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'millrace-test-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What the command prints and its exit status; times and the folder left out. */
async function run(...args: string[]): Promise<{ status: number; text: string }> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    const status = await runTests(args);
    return { status, text: text.replaceAll(`${cases}/`, '').replace(/in [\d.]+ s/g, 'in TIME') };
  } finally {
    write.mockRestore();
  }
}

describe('millrace test', () => {
  it.each(readdirSync(join(cases, 'passing')).filter((name) => name.endsWith('.test.sql')))(
    '%s passes',
    async (name) => {
      const { status, text } = await run(join(cases, 'passing', name));
      expect(text).toMatch(/^\d+ passed, 0 failed/);
      expect(status).toBe(0);
    },
  );

  it.each(readdirSync(join(cases, 'failing')).filter((name) => name.endsWith('.test.sql')))(
    '%s says what differs',
    async (name) => {
      const { status, text } = await run(join(cases, 'failing', name));
      expect(status).toBe(1);
      await expect(text).toMatchFileSnapshot(join(cases, 'failing', `${name}.txt`));
    },
  );

  it('the examples pass', async () => {
    const { text } = await run(join(root, 'examples'));
    expect(text).toMatch(/^[1-9]\d* passed, 0 failed/);
  });

  it('writes the rows that came in the place of those expected', async () => {
    const file = join(work, 'update.test.sql');
    const rows = (...lines: string[]) =>
      [
        "CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'datagen');",
        '-- @test sums',
        '-- @given t',
        '--   | k | v |',
        '--   | a | 1 |',
        '--   | a | 2 |',
        'SELECT k, SUM(v) AS s FROM t GROUP BY k;',
        '-- @then',
        ...lines,
        '',
      ].join('\n');
    writeFileSync(file, rows('--   | s |', '--   | 4 |'));
    expect((await run(file, '--update')).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(rows('--   | s |', '--   | 3 |'));
    writeFileSync(file, rows());
    await run(file, '--update');
    expect(readFileSync(file, 'utf8')).toBe(rows('--   | k | s |', '--   | a | 3 |'));
    expect((await run(file)).text).toBe('1 passed, 0 failed, in TIME\n');
  });

  it('runs a part of the tests, by name or by share', async () => {
    const folder = join(cases, 'passing');
    expect((await run(folder, '--filter', 'clock|timestamp')).text).toBe('2 passed, 0 failed, in TIME\n');
    const all = Number(/^\d+/.exec((await run(folder)).text)?.[0]);
    const shares = [await run(folder, '--shard', '1/2'), await run(folder, '--shard', '2/2')];
    expect(shares.map(({ text }) => Number(/^\d+/.exec(text)?.[0])).reduce((a, b) => a + b)).toBe(all);
  });

  it('reports as JUnit and as JSON', async () => {
    const file = join(work, 'report.xml');
    const failing = join(cases, 'failing', 'differences.test.sql');
    const { status, text } = await run(failing, '--junit', file, '--json');
    expect(status).toBe(1);
    const tests = text
      .trimEnd()
      .split('\n')
      .map((line): { name: string; passed: boolean } => JSON.parse(line));
    expect(tests.every(({ passed }) => !passed)).toBe(true);
    const xml = readFileSync(file, 'utf8');
    expect(xml).toContain(`<testsuites tests="${tests.length}" failures="${tests.length}"`);
    expect(xml.match(/<testcase /g)).toHaveLength(tests.length);
    expect(xml).toContain('1 row missing, 1 row not expected.');
  });

  it('two hundred tests take less than two seconds of processor time', { timeout: 60_000 }, async () => {
    const folder = join(work, 'many');
    mkdirSync(folder);
    for (const name of ['clicks.test.sql', 'pipeline.sql'])
      cpSync(join(root, 'examples', 'tests', name), join(folder, name));
    const text = readFileSync(join(folder, 'clicks.test.sql'), 'utf8');
    for (let i = 0; i < 39; i++) writeFileSync(join(folder, `more-${i}.test.sql`), text);
    const began = process.cpuUsage();
    const result = await run(relative(process.cwd(), folder));
    const { user, system } = process.cpuUsage(began);
    expect(result.text).toBe('200 passed, 0 failed, in TIME\n');
    // A thousand are to take less than ten seconds; what else the machine does is not counted.
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});
