import { describe, expect, it } from 'vitest';
import { chooseByTime } from '../../../../clients/kafka/admin/browse/choose.ts';
import type { RecordPage } from '../../../../clients/kafka/admin/record-types.ts';
import { offsetAt } from '../../../../clients/kafka/admin/records.ts';

/** A page of a partition with these times, from an offset on. */
const page = (partition: number, base: number, times: readonly number[]): RecordPage => ({
  topic: 't',
  partition,
  count: times.length,
  baseOffset: BigInt(base),
  offsetDeltas: Float64Array.from(times, (_, i) => i),
  baseTimestamp: 0n,
  timestampDeltas: Float64Array.from(times),
  bytes: new Uint8Array(1),
  keys: new Int32Array(2 * times.length),
  values: new Int32Array(2 * times.length),
  headers: new Int32Array(times.length),
  kinds: new Uint8Array(times.length),
  batchOf: new Int32Array(times.length),
  batches: [],
});

const offsets = (pages: readonly RecordPage[]) =>
  pages.map((p) => [p.partition, ...Array.from({ length: p.count }, (_, i) => Number(offsetAt(p, i)))]);

const pages = [page(0, 0, [1, 4, 7]), page(0, 10, [8, 20]), page(1, 0, [2, 3, 9]), page(2, 5, [100])];

describe('a choice by time over partitions', () => {
  it('takes the first of all, and tells where each partition was cut', () => {
    const { pages: chosen, cut } = chooseByTime(pages, 4, false);
    expect(offsets(chosen)).toEqual([
      [0, 0, 1],
      [1, 0, 1],
    ]);
    expect([...cut]).toEqual([
      [0, 1n],
      [1, 1n],
      [2, undefined],
    ]);
  });

  it('takes the last of all', () => {
    const { pages: chosen, cut } = chooseByTime(pages, 5, true);
    expect(offsets(chosen)).toEqual([
      [0, 2],
      [0, 10, 11],
      [1, 2],
      [2, 5],
    ]);
    expect([...cut]).toEqual([
      [0, 2n],
      [1, 2n],
    ]);
  });

  it('keeps the order of offsets within a partition, whatever the times are', () => {
    const { pages: chosen } = chooseByTime([page(0, 0, [50, 1, 2]), page(1, 0, [3])], 2, false);
    expect(offsets(chosen)).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('takes all when there are fewer', () => {
    const { pages: chosen, cut } = chooseByTime(pages, 100, true);
    expect(offsets(chosen)).toEqual([
      [0, 0, 1, 2],
      [0, 10, 11],
      [1, 0, 1, 2],
      [2, 5],
    ]);
    expect(cut.size).toBe(0);
  });
});
