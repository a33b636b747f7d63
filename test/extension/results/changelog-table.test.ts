import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArrowCell, Rows } from '../../../extension/results/arrow-rows.ts';
import { ChangelogTable } from '../../../extension/results/changelog-table.ts';

type Change = readonly [kind: '+I' | '-U' | '+U' | '-D', ...cells: ArrowCell[]];

const KINDS = ['+I', '-U', '+U', '-D'];

function rows(changes: readonly Change[]): Rows {
  return {
    length: changes.length,
    kinds: Uint8Array.from(changes, ([kind]) => KINDS.indexOf(kind)),
    cell: (column, row) => (changes[row]?.[column + 1] as ArrowCell | undefined) ?? null,
  };
}

const contents = (table: ChangelogTable) => Array.from({ length: table.size }, (_, i) => table.row(i));

describe('a table from a changelog', () => {
  test('an update keeps its place, a delete leaves none, an insert comes last', () => {
    const table = new ChangelogTable(2, 100);
    table.apply(
      rows([
        ['+I', 'a', 1n],
        ['+I', 'b', 1n],
        ['-U', 'a', 1n],
        ['+U', 'a', 2n],
        ['+I', 'c', 1n],
        ['-D', 'b', 1n],
      ]),
    );
    expect(contents(table)).toEqual([
      ['a', 2n],
      ['c', 1n],
    ]);
  });

  test('the halves of an update may lie on two pages', () => {
    const table = new ChangelogTable(1, 100);
    table.apply(
      rows([
        ['+I', 1],
        ['+I', 2],
        ['-U', 1],
      ]),
    );
    expect(contents(table)).toEqual([[2]]);
    table.apply(rows([['+U', 3]]));
    expect(contents(table)).toEqual([[3], [2]]);
  });

  test('duplicates go one by one; null, the empty string and the text NULL differ', () => {
    const table = new ChangelogTable(1, 100);
    table.apply(
      rows([
        ['+I', null],
        ['+I', ''],
        ['+I', 'n'],
        ['+I', null],
        ['+I', ''],
        ['-D', null],
        ['-D', ''],
      ]),
    );
    expect(contents(table)).toHaveLength(3);
    expect(
      contents(table)
        .map((row) => row?.[0])
        .sort(),
    ).toEqual(['', 'n', null].sort());
  });

  test('cells do not run into each other', () => {
    const table = new ChangelogTable(2, 100);
    table.apply(
      rows([
        ['+I', 'a', 'b1:c'],
        ['-D', 'a1:b', 'c'],
        ['+I', 1, 23],
        ['-D', 12, 3],
      ]),
    );
    expect(table.size).toBe(2);
    expect(table.unmatched).toBe(2);
  });

  test('a bare +U and a retraction of nothing', () => {
    const table = new ChangelogTable(1, 100);
    table.apply(
      rows([
        ['+U', 1],
        ['-U', 7],
        ['+U', 8],
        ['-D', 9],
      ]),
    );
    expect(contents(table)).toEqual([[1], [8]]);
    expect(table.unmatched).toBe(2);
  });

  test('with an upsert key, the key alone decides', () => {
    const table = new ChangelogTable(2, 100, [0]);
    table.apply(
      rows([
        ['+I', 'a', 1],
        ['+U', 'a', 2],
        ['+I', 'b', 1],
        ['-U', 'a', 2],
        ['+U', 'a', 3],
        ['-D', 'b', null],
      ]),
    );
    expect(contents(table)).toEqual([['a', 3]]);
  });

  test('beyond the limit the oldest go, and are counted', () => {
    const table = new ChangelogTable(1, 3);
    table.apply(rows(Array.from({ length: 10 }, (_, i) => ['+I', i] as const)));
    expect(contents(table)).toEqual([[7], [8], [9]]);
    table.apply(
      rows([
        ['-U', 8],
        ['+U', 80],
        ['-D', 2],
      ]),
    );
    expect(contents(table)).toEqual([[7], [80], [9]]);
    expect([table.dropped, table.unmatched]).toEqual([7, 1]);
  });

  test('agrees with a plain list on any changelog, however it is cut', () => {
    const cell = fc.constantFrom<ArrowCell>(null, '', 'a', 1, 2, 3n);
    const change = fc.tuple(fc.constantFrom('+I', '-U', '+U', '-D'), cell, cell) as fc.Arbitrary<Change>;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.nat({ max: 60 }), (changes, cut) => {
        const table = new ChangelogTable(2, 1000);
        table.apply(rows(changes.slice(0, cut)));
        table.row(0);
        table.apply(rows(changes.slice(cut)));
        const list: string[] = [];
        const text = (cells: readonly ArrowCell[]) => cells.map((c) => `${typeof c}${c}`).join('|');
        for (const [kind, ...cells] of changes) {
          if (kind === '+I' || kind === '+U') list.push(text(cells));
          else if (list.includes(text(cells))) list.splice(list.indexOf(text(cells)), 1);
        }
        expect(
          contents(table)
            .map((row) => text(row ?? []))
            .sort(),
        ).toEqual(list.sort());
      }),
      { numRuns: 500 },
    );
  });

  test('a long run of updates keeps its state small', () => {
    const table = new ChangelogTable(1, 10);
    table.apply(rows([['+I', 0]]));
    for (let i = 0; i < 20_000; i++)
      table.apply(
        rows([
          ['-D', i],
          ['+I', i + 1],
        ]),
      );
    expect(contents(table)).toEqual([[20_000]]);
  });
});
