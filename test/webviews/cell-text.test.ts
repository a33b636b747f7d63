import { describe, expect, test } from 'vitest';
import { toArrowPage } from '../../clients/sql-gateway/arrow-page.ts';
import type { Cell, LogicalType } from '../../clients/sql-gateway/types.ts';
import { javaNumber } from '../../webviews/results/cell-text.ts';
import { count, duration } from '../../webviews/results/format.ts';
import { moveBy } from '../../webviews/results/grid-keys.ts';
import { readWindow } from '../../webviews/results/row-window.ts';

/** What the grid shows for a cell that the gateway gave as this text. */
function shown(type: LogicalType, cells: readonly Cell[]): (string | null | undefined)[] {
  const page = toArrowPage({
    format: 'PLAIN_TEXT',
    token: 0,
    resultKind: 'SUCCESS_WITH_CONTENT',
    isQueryResult: true,
    jobId: undefined,
    columns: [{ name: 'c', logicalType: type }],
    rowKinds: new Uint8Array(cells.length),
    rows: cells.map((cell) => [cell]),
  });
  const rows = readWindow(0, Buffer.from(page.ipc).toString('base64'));
  return cells.map((_, i) => rows.cells[0]?.(i));
}

describe('cells as Flink prints them', () => {
  test.each<[LogicalType, string[]]>([
    [{ type: 'BOOLEAN' }, ['TRUE', 'FALSE']],
    [{ type: 'TINYINT' }, ['-128', '127']],
    [{ type: 'BIGINT' }, ['-9223372036854775808', '9007199254740993']],
    [{ type: 'DOUBLE' }, ['1.0', '1.0E10', '1.23E-5', '0.001', '123456.789', 'NaN', 'Infinity', '-0.0']],
    [{ type: 'FLOAT' }, ['0.1', '3.4028235E38', '1.0E-10', '16777216.0'.replace('16777216.0', '1.6777216E7')]],
    [{ type: 'DECIMAL', precision: 38, scale: 2 }, ['123456789012345678901234567890.10']],
    [{ type: 'VARCHAR', length: 10 }, ['', 'ü\n', 'NULL']],
    [{ type: 'VARBINARY', length: 3 }, ["x'00ff'", "x''"]],
    [{ type: 'DATE' }, ['1970-01-01', '1969-12-31', '0001-01-01', '9999-12-31']],
    [{ type: 'TIME_WITHOUT_TIME_ZONE', precision: 0 }, ['00:00:00', '23:59:59']],
    [{ type: 'TIME_WITHOUT_TIME_ZONE', precision: 3 }, ['12:34:56.789']],
    [{ type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 0 }, ['2024-02-29 01:02:03']],
    [{ type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 3 }, ['1969-12-31 23:59:59.999', '2024-02-29 01:02:03.040']],
    [
      { type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 6 },
      ['9999-12-31 23:59:59.123456', '0001-01-01 00:00:00.000001'],
    ],
    [{ type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 9 }, ['9999-12-31 23:59:59.123456789']],
    [{ type: 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', precision: 3 }, ['2024-02-29 01:02:03.040']],
    [{ type: 'MAP' }, ['{1=a}']],
  ])('%o', (type, cells) => {
    expect(shown(type, [null, ...cells, null])).toEqual([null, ...cells, null]);
  });

  test.each([
    [1, '1.0'],
    [9999999, '9999999.0'],
    [10000000, '1.0E7'],
    [0.001, '0.001'],
    [0.00099, '9.9E-4'],
    [-1.5e300, '-1.5E300'],
    [0, '0.0'],
  ])('%s as Java prints it', (value, text) => expect(javaNumber(value)).toBe(text));
});

test('the keys of the grid stay inside it', () => {
  const size = { rows: 10, columns: 3, page: 4 };
  const at = { row: 5, column: 1 };
  const moved = (key: string, control = false) => {
    const to = moveBy(key, control, at, size);
    return to && [to.row, to.column];
  };
  expect(
    ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map((key) =>
      moved(key),
    ),
  ).toEqual([[6, 1], [4, 1], [5, 0], [5, 2], [9, 1], [1, 1], [5, 0], [5, 2], undefined]);
  expect([moved('Home', true), moved('End', true)]).toEqual([
    [0, 0],
    [9, 2],
  ]);
  expect(moveBy('PageDown', false, { row: 0, column: 0 }, { rows: 0, columns: 1, page: 4 })).toEqual({
    row: 0,
    column: 0,
  });
});

test('durations and counts', () => {
  expect([0.4, 12, 999, 1234, 59_940, 65_000, 3_723_000].map(duration)).toEqual([
    '0 ms',
    '12 ms',
    '999 ms',
    '1.2 s',
    '59.9 s',
    '1 min 05 s',
    '1 h 02 min',
  ]);
  expect(count(1234567)).toBe('1,234,567');
});
