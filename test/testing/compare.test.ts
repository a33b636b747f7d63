import { describe, expect, it } from 'vitest';
import { compareRows, differenceText, type GivenRow } from '../../testing/compare.ts';

const place = { start: 0, end: 0 };
const row = (...cells: string[]): GivenRow => ({ rowKind: '+I', cells });

/** The difference of rows in any order, as text without its message. */
function shown(
  columns: readonly string[],
  wanted: readonly GivenRow[],
  got: readonly GivenRow[],
): string[] | undefined {
  const difference = compareRows(
    {
      kind: 'rows',
      mode: 'final',
      at: undefined,
      columns,
      rows: wanted.map((each) => ({ ...each, place })),
      block: place,
      place,
    },
    { columns: columns.map((name) => ({ name, root: 'VARCHAR' })), rows: got },
  );
  return difference && differenceText(difference, false).split('\n').slice(1);
}

describe('a difference of rows in any order', () => {
  it('is none for the same rows', () => {
    expect(shown(['k', 'v'], [row('a', '1'), row('b', '2')], [row('b', '2'), row('a', '1')])).toBeUndefined();
  });

  it('shows what came below the row that it is most like', () => {
    const wanted = [row('Rom', 'mon', '1'), row('Rom', 'tue', '2'), row('Oslo', 'mon', '3')];
    const got = [row('Bern', 'wed', '9'), row('Oslo', 'mon', '3'), row('Rom', 'tue', '5'), row('Rom', 'mon', '7')];
    expect(shown(['shop', 'day', 'n'], wanted, got)).toEqual([
      '  | shop | day | n |',
      '- | Rom  | mon | 1 |',
      '+ | Rom  | mon | 7 |',
      '- | Rom  | tue | 2 |',
      '+ | Rom  | tue | 5 |',
      '  | Oslo | mon | 3 |',
      '+ | Bern | wed | 9 |',
    ]);
  });

  it('shows what is like none at the end, in the order in which it came', () => {
    expect(shown(['k', 'v'], [row('a', '1')], [row('x', '8'), row('y', '9'), row('y', '9')])).toEqual([
      '  | k | v |',
      '- | a | 1 |',
      '+ | x | 8 |',
      '+ | y | 9 |',
      '+ | y | 9 |',
    ]);
  });

  it('counts rows that came more often', () => {
    expect(shown(['k'], [row('a')], [row('a'), row('a')])).toEqual(['  | k |', '  | a |', '+ | a |']);
  });
});
