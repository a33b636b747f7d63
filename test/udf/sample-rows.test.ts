import { describe, expect, it } from 'vitest';
import { sampleQueries, sqlLiteral } from '../../udf/sample-rows.ts';

describe('sample rows of functions', () => {
  it.each([
    [1, '1'],
    [-1.5, '-1.5'],
    [1e30, '1E+30'],
    ["it's", "'it''s'"],
    [null, 'NULL'],
    [true, 'TRUE'],
    [[1, [2]], 'ARRAY[1, ARRAY[2]]'],
    [{ a: 1, b: null }, "MAP['a', 1, 'b', NULL]"],
    [[], undefined],
    [undefined, undefined],
    [Number.NaN, undefined],
  ])('%j is %s', (value, literal) => {
    expect(sqlLiteral(value)).toBe(literal);
  });

  it('a query a row, but one for all rows of an aggregate function', () => {
    const rows = [
      ['1', "'a'"],
      ['2', "'b'"],
    ];
    expect(sampleQueries('f', 'scalar', rows)).toEqual(["SELECT `f`(1, 'a')", "SELECT `f`(2, 'b')"]);
    expect(sampleQueries('f', 'async-scalar', rows.slice(0, 1))).toEqual(["SELECT `f`(1, 'a')"]);
    expect(sampleQueries('f', 'table', rows.slice(0, 1))).toEqual(["SELECT * FROM LATERAL TABLE(`f`(1, 'a'))"]);
    expect(sampleQueries('f', 'aggregate', rows)).toEqual([
      "SELECT `f`(a0, a1) FROM (VALUES (1, 'a'), (2, 'b')) AS t(a0, a1)",
    ]);
    expect(sampleQueries('f', 'process-table', rows)).toEqual([]);
  });
});
