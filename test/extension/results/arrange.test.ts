import { describe, expect, test } from 'vitest';
import { type ArrangedRow, Arranger, sortRows } from '../../../extension/results/arrange.ts';
import type { ArrowCell } from '../../../extension/results/arrow-rows.ts';

const rowsOf = (cells: readonly (readonly ArrowCell[])[]): ArrangedRow[] =>
  cells.map((row) => ({ kind: 0, cell: (column) => row[column] ?? null }));
const shown = (rows: readonly ArrangedRow[], column = 0) => rows.map((row) => row.cell(column));

describe('sorted rows', () => {
  test('numbers by size, NULL first, NaN last; descending the other way round', () => {
    const rows = rowsOf([[2], [Number.NaN], [null], [-1], [10]]);
    const types = [{ type: 'DOUBLE' }];
    expect(shown(sortRows(rows, [{ column: 0, descending: false }], types))).toEqual([null, -1, 2, 10, Number.NaN]);
    expect(shown(sortRows(rows, [{ column: 0, descending: true }], types))).toEqual([Number.NaN, 10, 2, -1, null]);
  });

  test('decimals by value although they are text; equal rows keep their order', () => {
    const rows = rowsOf([
      ['10.50', 'a'],
      ['-3.00', 'b'],
      ['9.99', 'c'],
      ['10.50', 'd'],
    ]);
    const types = [{ type: 'DECIMAL', precision: 10, scale: 2 }, { type: 'VARCHAR' }];
    expect(shown(sortRows(rows, [{ column: 0, descending: true }], types), 1)).toEqual(['a', 'd', 'c', 'b']);
    const keys = [
      { column: 0, descending: true },
      { column: 1, descending: true },
    ];
    expect(shown(sortRows(rows, keys, types), 1)).toEqual(['d', 'a', 'c', 'b']);
  });

  test('64-bit numbers and bytes lose nothing', () => {
    const rows = rowsOf([
      [9007199254740993n, Uint8Array.of(2)],
      [9007199254740992n, Uint8Array.of(1, 9)],
    ]);
    const types = [{ type: 'BIGINT' }, { type: 'BYTES' }];
    for (const column of [0, 1])
      expect(sortRows(rows, [{ column, descending: false }], types)[0]?.cell(0)).toBe(9007199254740992n);
  });
});

describe('an arranged view', () => {
  const source = (live: boolean) => {
    const state = { version: 1, taken: 0, cells: [[2], [1]] as ArrowCell[][] };
    const arranger = new Arranger({
      snapshot: () => {
        state.taken++;
        return { rows: rowsOf(state.cells), version: state.version };
      },
      version: () => state.version,
      live: () => live,
      schema: () => ({ fields: [], types: [{ type: 'INTEGER' }], clocks: [] }),
      filters: undefined,
    });
    return { state, arranger };
  };
  const sort = [{ column: 0, descending: false }];

  test('is computed once a version', async () => {
    const { state, arranger } = source(false);
    expect(shown((await arranger.rows({ sort })).rows)).toEqual([1, 2]);
    await arranger.rows({ sort });
    expect(state.taken).toBe(1);
    state.cells.push([0]);
    state.version++;
    expect(shown((await arranger.rows({ sort })).rows)).toEqual([0, 1, 2]);
  });

  test('of a result that changes is computed only so often', async () => {
    const { state, arranger } = source(true);
    await arranger.rows({ sort });
    const began = performance.now();
    state.version++;
    expect((await arranger.rows({ sort })).version).toBe(2);
    expect(performance.now() - began).toBeGreaterThan(250);
  });

  test('a question that fails does not hold up the next', async () => {
    const { arranger } = source(false);
    await expect(arranger.rows({ filter: 'a > 1' })).rejects.toThrow('cannot be filtered');
    expect(shown((await arranger.rows({ sort })).rows)).toEqual([1, 2]);
  });
});
