import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../../cli/run.ts';
import { test as runTests } from '../../../cli/test.ts';

const work = mkdtempSync(join(tmpdir(), 'millrace-notebook-tests-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const file = join(work, 'sums.flinknb');
const notebook = (sum: number): string =>
  [
    '-- %%',
    "CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1');",
    'CREATE VIEW sums AS SELECT k, SUM(v) AS s FROM t GROUP BY k;',
    '-- %%',
    '-- @test sums by key',
    '-- @given t',
    '--   | k | v |',
    '--   | a | 1 |',
    '--   | a | 2 |',
    'SELECT * FROM sums;',
    '-- @then',
    '--   | k | s |',
    `--   | a | ${sum} |`,
    '-- %%',
    "SELECT 'the end' AS words;",
    '',
  ].join('\n');

async function printed(work: () => Promise<number>): Promise<{ status: number; text: string }> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    return { status: await work(), text };
  } finally {
    write.mockRestore();
  }
}

describe('test cells of a notebook', () => {
  it('run against its other cells', async () => {
    writeFileSync(file, notebook(4));
    const failed = await printed(() => runTests([work]));
    expect(failed.status).toBe(1);
    expect(failed.text).toContain(`${file}:11:1\n    1 row missing, 1 row not expected.`);
    expect((await printed(() => runTests([file, '--update']))).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(notebook(3));
    const { status, text } = await printed(() => runTests([work, '--coverage']));
    expect(text).toMatch(/^1 passed, 0 failed[^\n]*\nCoverage of .*sums\.flinknb: 1 of 1 outcomes \(100 %\)\n$/);
    expect(status).toBe(0);
  });

  it('are left out when the notebook is run', async () => {
    writeFileSync(file, notebook(3));
    const { status, text } = await printed(() => run([file, '--jsonl']));
    expect(status).toBe(0);
    expect(text).toContain('the end');
    // The query of the test would read the table itself.
    expect(text).not.toContain('"s":');
  });

  it('tell a cell that is not understood', async () => {
    writeFileSync(file, notebook(3).replace('CREATE VIEW', 'CREATE VIEWS'));
    const { status, text } = await printed(() => runTests([file]));
    expect(status).toBe(1);
    expect(text).toMatch(/sums\.flinknb:3: Encountered "VIEWS"/);
  });
});
