import { expect, it } from 'vitest';
import { Cells } from '../../../../local-runtime/operators/aggregates/cells.ts';

/** An int, a long that must lie on a multiple of eight bytes, an int that fits between them, a double, and one more int. */
function made() {
  const cells = new Cells();
  const [a, b, c, d, e] = [cells.int(), cells.long(), cells.int(), cells.double(), cells.int()];
  return { cells, a, b, c, d, e };
}

type Made = ReturnType<typeof made>;

function put({ a, b, c, d, e }: Made, group: number): void {
  a.values[group * a.step] = group;
  b.values[group * b.step] = -(2n ** 62n) - BigInt(group);
  c.values[group * c.step] = -group - 1;
  d.values[group * d.step] = group / 3;
  e.values[group * e.step] = 0x7fffffff - group;
}

const read = ({ a, b, c, d, e }: Made, group: number) => [
  a.values[group * a.step],
  b.values[group * b.step],
  c.values[group * c.step],
  d.values[group * d.step],
  e.values[group * e.step],
];

const written = (group: number) => [group, -(2n ** 62n) - BigInt(group), -group - 1, group / 3, 0x7fffffff - group];

it('keeps the numbers of a group apart from each other and from those of other groups', () => {
  const all = made();
  all.cells.grow(100);
  for (let group = 0; group < 100; group++) put(all, group);
  for (let group = 0; group < 100; group++) expect(read(all, group)).toEqual(written(group));
});

it('takes no more room than its numbers do, in units of eight bytes', () => {
  // 4 + 4 in one unit, 8, 8, 4.
  expect(made().cells.stride).toBe(4);
  expect(new Cells().stride).toBe(0);
});

it('begins with zeros and keeps what there is when it grows', () => {
  const all = made();
  all.cells.grow(3);
  put(all, 2);
  all.cells.grow(5000);
  expect(read(all, 2)).toEqual(written(2));
  expect(read(all, 4999)).toEqual([0, 0n, 0, 0, 0]);
  put(all, 4999);
  expect(read(all, 4999)).toEqual(written(4999));
});

it('has in its snapshot the groups there are, and goes on with them', () => {
  const before = made();
  before.cells.grow(1000);
  before.cells.grow(1001);
  put(before, 0);
  put(before, 1000);
  const state = structuredClone(before.cells.snapshot());
  expect(state.records.length).toBe(1001 * 4 * 2);
  const after = made();
  after.cells.restore(state);
  after.cells.grow(4000);
  expect(read(after, 0)).toEqual(written(0));
  expect(read(after, 1000)).toEqual(written(1000));
  expect(read(after, 3999)).toEqual([0, 0n, 0, 0, 0]);
});
