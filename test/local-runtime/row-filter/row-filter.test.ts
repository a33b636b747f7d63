import {
  Binary,
  Bool,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  TimestampMicrosecond,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { encodeRows } from '../../../clients/sql-gateway/arrow-page.ts';
import { ConditionError, compileRowFilter } from '../../../local-runtime/row-filter/compile.ts';
import { readRows } from '../../../local-runtime/row-filter/read-rows.ts';

const COLUMNS = [
  { name: 'id', type: 'INT NOT NULL', given: 'INT', arrow: new Int32(), cells: [1, 2, 3, 4] },
  { name: 'total', type: 'BIGINT', given: 'BIGINT', arrow: new Int64(), cells: [10n, null, -3n, 9007199254740993n] },
  { name: 'price', type: 'DECIMAL(10, 2)', given: 'STRING', arrow: new Utf8(), cells: ['1.10', '20.00', null, '3.05'] },
  { name: 'ratio', type: 'DOUBLE', given: 'DOUBLE', arrow: new Float64(), cells: [0.5, null, 2, -1] },
  { name: 'the name', type: 'STRING', given: 'STRING', arrow: new Utf8(), cells: ['a%', '', null, 'Ümlaut'] },
  { name: 'yes', type: 'BOOLEAN', given: 'BOOLEAN', arrow: new Bool(), cells: [true, false, null, true] },
  { name: 'd', type: 'DATE', given: 'DATE', arrow: new DateDay(), cells: [0, 19000, null, -1] },
  {
    name: 't3',
    type: 'TIMESTAMP(3)',
    given: 'TIMESTAMP(3)',
    arrow: new TimestampMillisecond(),
    cells: [0n, 1500n, null, -1n],
  },
  {
    name: 't6',
    type: 'TIMESTAMP(6)',
    given: 'TIMESTAMP(6)',
    arrow: new TimestampMicrosecond(),
    cells: [1n, 1500n, null, -1n],
  },
  {
    name: 'l',
    type: 'TIMESTAMP_LTZ(3)',
    given: 'STRING',
    arrow: new Utf8(),
    cells: ['2024-01-01 00:00:00.000', '2025-01-01 00:00:00.000', null, '2026-01-01 00:00:00.000'],
  },
  {
    name: 'b',
    type: 'BYTES',
    given: 'BYTES',
    arrow: new Binary(),
    cells: [Uint8Array.of(1), Uint8Array.of(), null, Uint8Array.of(255)],
  },
  {
    name: 'nested',
    type: 'ROW<`a` INT>',
    given: 'ROW<`a` INT>',
    arrow: new Utf8(),
    cells: ['(1)', '(2)', null, '(3)'],
  },
] as const;

function kept(condition: string): number[] {
  const columns = COLUMNS.map(({ name, type, given }) =>
    name === 'nested' ? { name, type: 'STRING', given: 'STRING' } : { name, type, given },
  );
  const filter = compileRowFilter(columns, condition);
  const fields = COLUMNS.map(({ name, arrow }) => new Field(name, arrow, true));
  const ipc = encodeRows(
    fields,
    new Uint8Array(4),
    COLUMNS.map(({ cells }) => [...cells]),
  );
  const bits = filter.test(readRows(ipc, filter.types));
  return [1, 2, 3, 4].filter((_, i) => bits[i] === 1);
}

describe('a condition over the rows of a result', () => {
  test.each([
    ['id > 2', [3, 4]],
    ['total = 9007199254740993', [4]],
    ['total IS NULL', [2]],
    ['price BETWEEN 1.1 AND 3.05', [1, 4]],
    ['ratio * 2 >= 1', [1, 3]],
    ["`the name` LIKE '%a%'", [1, 4]],
    ["`the name` = ''", [2]],
    ['CHAR_LENGTH(`the name`) = 6 -- letters', [4]],
    ['yes', [1, 4]],
    ['NOT yes OR yes IS NULL', [2, 3]],
    ["d = DATE '2022-01-08'", [2]],
    ["t3 < TIMESTAMP '1970-01-01 00:00:00'", [4]],
    ["t6 = TIMESTAMP '1970-01-01 00:00:00.001500'", [2]],
    ["l >= CAST('2025-01-01 00:00:00' AS TIMESTAMP_LTZ(3))", [2, 4]],
    ["b = x'ff'", [4]],
    ["nested = '(2)'", [2]],
    ['TRUE', [1, 2, 3, 4]],
    ['1 = 2', []],
    ['CAST(NULL AS BOOLEAN)', []],
    ['id IN (1, 4) AND total > 0', [1, 4]],
  ])('%s', (condition, rows) => {
    expect(kept(condition)).toEqual(rows);
  });

  test.each([
    ['amount > 2', /amount/, 0, 6],
    ['id >', /parse failed|Encountered|Incorrect/i, undefined, undefined],
    ['id + 1', /TRUE or FALSE/, undefined, undefined],
    ['COUNT(*) > 1', /./, undefined, undefined],
    ['', /missing/, undefined, undefined],
    ['id > 1) AS a, (id > 2', /one condition/, undefined, undefined],
    ['id IN (SELECT id FROM given_rows)', /./, undefined, undefined],
  ])('%s is refused', (condition, words, start, end) => {
    const refused = (): unknown => kept(condition);
    expect(refused).toThrow(ConditionError);
    expect(refused).toThrow(words);
    if (start === undefined) return;
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ start, end });
    }
  });
});
