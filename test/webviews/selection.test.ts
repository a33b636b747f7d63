import { describe, expect, test } from 'vitest';
import type { RowWindow } from '../../webviews/results/row-window.ts';
import { includes, rangeOf, selectBy, selectionAt } from '../../webviews/results/selection.ts';
import { tsv } from '../../webviews/results/tsv.ts';

const size = { rows: 10, columns: 4 };
const none = { control: false, shift: false };

describe('a selection', () => {
  test('is a rectangle whichever way it was drawn', () => {
    const range = rangeOf({ anchor: { row: 5, column: 2 }, active: { row: 3, column: 3 } });
    expect(range).toEqual({ fromRow: 3, toRow: 6, fromColumn: 2, toColumn: 4 });
    expect([includes(range, 3, 2), includes(range, 5, 3), includes(range, 6, 2), includes(range, 4, 1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test.each([
    ['a', { control: true, shift: false }, { fromRow: 0, toRow: 10, fromColumn: 0, toColumn: 4 }],
    ['A', { control: true, shift: false }, { fromRow: 0, toRow: 10, fromColumn: 0, toColumn: 4 }],
    [' ', { control: true, shift: true }, { fromRow: 0, toRow: 10, fromColumn: 0, toColumn: 4 }],
    [' ', { control: false, shift: true }, { fromRow: 3, toRow: 6, fromColumn: 0, toColumn: 4 }],
    [' ', { control: true, shift: false }, { fromRow: 0, toRow: 10, fromColumn: 1, toColumn: 3 }],
    ['Escape', none, { fromRow: 5, toRow: 6, fromColumn: 2, toColumn: 3 }],
  ])('%j with %o takes whole rows, columns, or all', (key, modifiers, range) => {
    const selection = { anchor: { row: 3, column: 1 }, active: { row: 5, column: 2 } };
    const next = selectBy(key, modifiers, selection, size);
    expect(next && rangeOf(next)).toEqual(range);
  });

  test('leaves other keys, and an Escape that has nothing to undo, to the editor', () => {
    const selection = selectionAt({ row: 1, column: 1 });
    expect(selectBy('Escape', none, selection, size)).toBeUndefined();
    expect(selectBy('a', none, selection, size)).toBeUndefined();
    expect(selectBy(' ', none, selection, size)).toBeUndefined();
  });
});

function windowOf(
  from: number,
  rows: readonly (readonly (string | null)[])[],
  kinds: readonly number[] = [],
): RowWindow {
  return {
    from,
    length: rows.length,
    kind: (i) => kinds[i] ?? 0,
    cells: [0, 1, 2].map((c) => (i) => rows[i]?.[c] ?? null),
    numeric: [false, false, false],
  };
}

describe('cells as tab-separated text', () => {
  const windows = [
    windowOf(
      10,
      [
        ['a', 'b', 'c'],
        ['1\t2', null, 'say "x"'],
      ],
      [0, 3],
    ),
    windowOf(12, [['l1\nl2', '', 'z']], [2]),
  ];

  test('over pages, quoted where a spreadsheet needs it', () => {
    const range = { fromRow: 11, toRow: 13, fromColumn: 0, toColumn: 3 };
    expect(tsv(windows, range, false)).toBe('"1\t2"\tNULL\t"say ""x"""\n"l1\nl2"\t\tz');
  });

  test('with names and row kinds', () => {
    const range = { fromRow: 11, toRow: 13, fromColumn: 2, toColumn: 3 };
    expect(tsv(windows, range, true, ['x', 'y', 'w'])).toBe('op\tw\n-D\t"say ""x"""\n+U\tz');
  });

  test('one cell goes as it is', () => {
    expect(tsv(windows, { fromRow: 12, toRow: 13, fromColumn: 0, toColumn: 1 }, false)).toBe('l1\nl2');
  });
});
