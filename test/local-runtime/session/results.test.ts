import { describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { SessionError } from '../../../local-runtime/session/errors.ts';
import { type Fetched, RESULT_BUFFER_ROWS, ResultFetcher } from '../../../local-runtime/session/results.ts';

const columns = [{ name: 'n', type: types.int() }];

function batch(...values: number[]) {
  const builder = new BatchBuilder([types.int()]);
  for (const value of values) builder.values([value]);
  return builder.take();
}

function numbers(fetched: Fetched): number[] {
  if (fetched.kind === 'EOS') return [];
  return fetched.slices.flatMap(({ batch: each, from, to }) => {
    const column = each.columns[0];
    return column?.kind === 'i32' ? [...column.values.subarray(from, to)] : [];
  });
}

describe('ResultFetcher', () => {
  it('gives each page once, and again for the previous token only', () => {
    const rows = new ResultFetcher(columns);
    void rows.push(batch(1));
    void rows.push(batch(2, 3));
    expect(numbers(rows.fetch(0))).toEqual([1, 2, 3]);
    expect(numbers(rows.fetch(0))).toEqual([1, 2, 3]);
    void rows.push(batch(4));
    expect(rows.fetch(1)).toMatchObject({ kind: 'PAYLOAD', next: 2 });
    expect(numbers(rows.fetch(1))).toEqual([4]);
    expect(() => rows.fetch(0)).toThrow('Expecting token to be 2 or 1, but found 0.');
    expect(() => rows.fetch(9)).toThrow('Expecting token to be 2 or 1, but found 9.');
    rows.end();
    expect(rows.fetch(2)).toEqual({ kind: 'EOS' });
    expect(rows.fetch(2)).toEqual({ kind: 'EOS' });
    expect(numbers(rows.fetch(1))).toEqual([4]);
  });

  it('answers pages without rows while the job runs', () => {
    const rows = new ResultFetcher(columns);
    expect(rows.fetch(0)).toEqual({ kind: 'PAYLOAD', slices: [], next: 1 });
    expect(() => new ResultFetcher(columns).fetch(1)).toThrow('Expecting token to be 0, but found 1.');
  });

  it('cuts pages at the size of the buffer and holds the job back when it is full', async () => {
    const rows = new ResultFetcher(columns);
    const many = Array.from({ length: RESULT_BUFFER_ROWS + 10 }, (_, i) => i);
    const pushed = rows.push(batch(...many));
    expect(pushed).toBeInstanceOf(Promise);
    expect(numbers(rows.fetch(0))).toHaveLength(RESULT_BUFFER_ROWS);
    await pushed;
    expect(numbers(rows.fetch(1))).toEqual(many.slice(RESULT_BUFFER_ROWS));
    expect(rows.push(batch(1))).toBeUndefined();
  });

  it('gives the rows before the failure', () => {
    const rows = new ResultFetcher(columns);
    void rows.push(batch(1));
    rows.end(new SessionError([{ exception: 'ArithmeticException', message: '/ by zero' }]));
    expect(numbers(rows.fetch(0))).toEqual([1]);
    expect(() => rows.fetch(1)).toThrow('/ by zero');
    expect(() => rows.fetch(1)).toThrow('/ by zero');
  });

  it('wakes who waits when rows arrive', async () => {
    const rows = new ResultFetcher(columns);
    const began = performance.now();
    setTimeout(() => void rows.push(batch(1)), 5);
    await rows.arrival(5000);
    expect(performance.now() - began).toBeLessThan(4500);
    expect(numbers(rows.fetch(0))).toEqual([1]);
  });

  it('lets a job go on that nobody reads any more', async () => {
    const rows = new ResultFetcher(columns);
    const pushed = rows.push(batch(...Array.from({ length: RESULT_BUFFER_ROWS }, () => 1)));
    rows.close();
    await pushed;
    expect(rows.push(batch(1))).toBeUndefined();
  });
});
