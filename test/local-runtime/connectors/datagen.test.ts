import { describe, expect, test } from 'vitest';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { generatorOf } from '../../../local-runtime/connectors/datagen/generators.ts';
import { randomOf } from '../../../local-runtime/connectors/random.ts';

/** Values of a column `a`; ranges and failures are those that a real Flink showed. */
function values(type: LogicalType, options: Readonly<Record<string, string>> = {}, count = 400): unknown[] {
  const named = Object.fromEntries(Object.entries(options).map(([key, value]) => [`fields.a.${key}`, value]));
  const generator = generatorOf({ name: 'a', type }, named, undefined, randomOf(7));
  return Array.from({ length: Math.min(count, generator.count ?? count) }, () => generator.next(86_400_000));
}

const lengths = (all: unknown[]) => [...new Set(all.map((value) => (value as string).length))].sort();

describe('datagen', () => {
  test('texts have their length, or with var-len any from 1 to one less', () => {
    expect(lengths(values(types.string(), { length: '4' }))).toEqual([4]);
    expect(lengths(values(types.string(), { length: '4', 'var-len': 'true' }))).toEqual([1, 2, 3]);
    expect(lengths(values(types.bytes(), { length: '3', 'var-len': 'TRUE' }))).toEqual([1, 2]);
    expect(lengths(values(types.varchar(5)))).toEqual([5]);
    expect(lengths(values(types.string()))).toEqual([100]);
    expect(values(types.string(), { length: '2' }, 1)[0]).toMatch(/^[0-9a-f]{2}$/);
  });

  test('null-rate makes so many NULLs, of parts as well', () => {
    const nulls = (all: unknown[]) => all.filter((value) => value === null).length;
    const half = nulls(values(types.int(), { 'null-rate': '0.5' }, 2000));
    expect(half).toBeGreaterThan(900);
    expect(half).toBeLessThan(1100);
    expect(nulls(values(types.int(), { 'null-rate': '2' }))).toBe(400);
    const rows = values(types.row([{ name: 'b', type: types.int() }]), { 'b.null-rate': '1' });
    expect(rows.every((row) => (row as unknown[])[0] === null)).toBe(true);
  });

  test('counts of a multiset are from 0 to 10; of equal elements one stays', () => {
    const multiset: LogicalType = { root: 'MULTISET', element: types.int(), nullable: true };
    const all = values(multiset, { length: '3', 'element.min': '1', 'element.max': '2' }, 1000) as {
      keys: number[];
      values: number[];
    }[];
    expect(new Set(all.flatMap(({ values }) => values))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(Math.max(...all.map(({ keys }) => keys.length))).toBe(2);
    expect(all.every(({ keys }) => new Set(keys).size === keys.length)).toBe(true);
  });

  test('times lie at most so far in the past', () => {
    const all = values(types.timestamp(3), { 'max-past': '10 s' }) as { ms: number }[];
    expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThanOrEqual(86_400_000);
    expect(Math.min(...all.map(({ ms }) => ms))).toBeGreaterThanOrEqual(86_400_000 - 10_000);
    expect(new Set(all.map(({ ms }) => ms)).size).toBeGreaterThan(100);
    expect(values(types.timestampLtz(3), {}, 1)).toEqual([{ ms: 86_400_000, nanos: 0 }]);
  });

  test('numbers between their bounds, which belong to them', () => {
    expect(new Set(values(types.int(), { min: '3', max: '5' }))).toEqual(new Set([3, 4, 5]));
    expect(new Set(values(types.bigint(), { min: '-1', max: '0' }))).toEqual(new Set([-1n, 0n]));
    expect(new Set(values(types.int(), { min: '5', max: '5' }))).toEqual(new Set([5]));
    // Flink makes an INT and cuts it.
    expect(new Set(values(types.tinyint(), { min: '300', max: '301' }))).toEqual(new Set([44, 45]));
  });

  test('sequences end, as text and bytes too', () => {
    const sequence = { kind: 'sequence', start: '9', end: '11' };
    expect(values(types.int(), sequence)).toEqual([9, 10, 11]);
    expect(values(types.char(1), sequence)).toEqual(['9', '10', '11']);
    expect(values(types.bytes(), sequence)[2]).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 11));
    expect(values(types.boolean(), sequence)).toHaveLength(400);
  });

  test.each([
    [types.int(), { min: '5', max: '1' }, 'lower bound (5) must be strictly less than upper bound (1)'],
    [types.bigint(), { min: '5', max: '3' }, 'lower bound (5) must be strictly less than upper bound (3)'],
    [types.double(), { min: '5', max: '5' }, 'lower bound (5) must be strictly less than upper bound (5)'],
    [types.string(), { length: '0' }, 'length (0)'],
    [types.bytes(), { length: '-2' }, '-2'],
    [types.array(types.int()), { length: '-1' }, '-1'],
    [types.string(), { length: '1', 'var-len': 'true' }, 'bound must be greater than origin'],
  ] as const)('fails when the first value is made: %o %o', (type, options, message) => {
    expect(() => values(type, options)).toThrow(message);
  });
});
