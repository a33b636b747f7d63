import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileOfRows, unableOnGateway } from '../../../cli/testing/gateway-rows.ts';
import { CannotRun } from '../../../cli/testing/local-run.ts';
import { runFile } from '../../../cli/testing/run-file.ts';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { readTests } from '../../../testing/document.ts';

const table: ResolvedTable = {
  kind: 'table',
  identifier: { catalog: 'c', database: 'd', name: 't' },
  temporary: false,
  columns: [
    { kind: 'physical', name: 'k', type: types.string() },
    { kind: 'physical', name: 'v', type: types.int() },
  ],
  partitionKeys: [],
  options: {},
};
const context = { folder: '.', zone: 'UTC', table: () => table, fill: (text: string) => text };
const testOf = (...lines: readonly string[]) => {
  const text = ['-- @test x', ...lines].join('\n');
  const [test] = readTests(text).tests;
  if (!test) throw new Error('no test');
  return test;
};
const given = (...rows: readonly string[]) =>
  testOf('-- @given t', '--   | k | v |', ...rows.map((row) => `--   ${row}`), 'SELECT 1;', '-- @then', '--   | a |')
    .given;

describe('rows as files of a cluster', () => {
  it('JSON where rows are only added', () => {
    const { format, lines } = fileOfRows('t', given('| a | 1 |', '| NULL | 2 |'), context);
    expect(format).toBe('json');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { k: 'a', v: '1' },
      { k: null, v: '2' },
    ]);
  });

  it("Debezium's where they change", () => {
    const { format, lines } = fileOfRows(
      't',
      given('| a | 1 |', '-U | a | 1 |', '+U | a | 2 |', '-D | a | 2 |'),
      context,
    );
    expect(format).toBe('debezium-json');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { before: null, after: { k: 'a', v: '1' }, op: 'c' },
      { before: { k: 'a', v: '1' }, after: { k: 'a', v: '2' }, op: 'u' },
      { before: { k: 'a', v: '2' }, after: null, op: 'd' },
    ]);
  });

  it.each([
    ['-U alone', ['-U | a | 1 |']],
    ['+U alone', ['+U | a | 1 |']],
    ['a row between', ['-U | a | 1 |', '| b | 1 |', '+U | a | 1 |']],
  ])('not %s', (_, rows) => {
    expect(() => fileOfRows('t', given(...rows), context)).toThrow(CannotRun);
  });
});

describe('what a cluster cannot check', () => {
  const reason = (...lines: readonly string[]): (string | undefined)[] => {
    const test = testOf(...lines);
    return test.expected.map((each) => unableOnGateway(test, each));
  };
  const rows = ['-- @given t', '--   | k |', '--   | a |'];

  it('is told by expectation', () => {
    expect(reason(...rows, 'SELECT 1;', '-- @then', '--   | a |', '-- @then late 1')).toEqual([
      undefined,
      'late rows are counted on the local runtime only',
    ]);
    expect(reason(...rows, 'SELECT 1;', '-- @then at 2026-01-01', '--   | a |')[0]).toContain('@then at');
    expect(reason(...rows, '--   @now 2026-01-01', 'SELECT 1;', '-- @then', '--   | a |')[0]).toContain('@now');
    expect(reason(...rows, '-- @when insert t', '-- @then', '--   | a |')[0]).toContain('INSERT');
    const other = ['-- @given u', '--   | k |', '--   | a |'];
    expect(reason(...rows, 'SELECT 1;', '-- @then changelog', '--   | a |')).toEqual([undefined]);
    expect(reason(...rows, ...other, 'SELECT 1;', '-- @then changelog', '--   | a |')[0]).toContain('several tables');
  });
});

describe('skipped tests', () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-skipped-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const file = join(work, 'a.test.sql');
  writeFileSync(
    file,
    `CREATE TABLE t (k STRING) WITH ('connector' = 'datagen');
-- @test in part
SELECT 1 AS a;
-- @then
--   | a |
--   | 2 |
-- @then late 1
-- @test whole
SELECT 1 AS a;
-- @then late 1
`,
  );
  const common = { options: {}, expand: (text: string) => text };

  it('are told with the reason, and the rest is checked', async () => {
    const { results } = await runFile(file, { ...common, unable: unableOnGateway });
    const reason = 'late rows are counted on the local runtime only';
    expect(
      results.map(({ name, failures, skipped, isSkipped }) => [name, failures.length, skipped, isSkipped]),
    ).toEqual([
      ['in part', 1, [reason], undefined],
      ['whole', 0, [reason], true],
    ]);
  });

  it('where the run finds that it cannot', async () => {
    const run = () => Promise.reject(new CannotRun('no'));
    const { results } = await runFile(file, { ...common, run });
    expect(results.map(({ skipped, isSkipped }) => [skipped, isSkipped])).toEqual([
      [['no'], true],
      [['no'], true],
    ]);
  });
});
