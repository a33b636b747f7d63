import { expect, test } from 'vitest';
import { Rates } from '../../../extension/jobs/rates.ts';

/** The rates after each of the counts, which are asked for every two seconds. */
function rates(...counts: readonly (number | null)[]): (number | undefined)[] {
  const of = new Rates();
  return counts.map((count, i) => of.of('x', count, 1000 + i * 2000));
}

test('a steady count', () => expect(rates(0, 200, 400, 600)).toEqual([undefined, 100, 100, 100]));

test('counts that come late, by steps, give the rate between the steps', () => {
  expect(rates(0, 0, 0, 600, 600, 600, 1200)).toEqual([undefined, undefined, undefined, 100, 100, 100, 100]);
});

test('what stands still for the window has ended', () => {
  expect(rates(0, 200, 200, 200, 200, 200, 200).at(-1)).toBe(0);
  expect(rates(5, 5, 5, 5, 5, 5, 5).at(-1)).toBe(0);
});

test('only the last seconds count', () => {
  const steady = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => n * 20_000);
  expect(rates(...steady, ...[1, 2, 3, 4, 5, 6].map((n) => 140_000 + n * 20)).at(-1)).toBeCloseTo(10, 5);
});

test('a job that starts again counts anew', () => {
  expect(rates(1000, 2000, 10, 210)).toEqual([undefined, 500, undefined, 100]);
});

test('what is not counted has no rate', () => expect(rates(null, null)).toEqual([undefined, undefined]));
