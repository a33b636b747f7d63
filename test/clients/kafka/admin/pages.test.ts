import { describe, expect, it } from 'vitest';
import { openPages } from '../../../../clients/kafka/admin/browse/pages.ts';
import type { RecordPage } from '../../../../clients/kafka/admin/record-types.ts';
import {
  compact,
  headersAt,
  keyAt,
  narrow,
  offsetAt,
  timestampAt,
  valueAt,
} from '../../../../clients/kafka/admin/records.ts';
import type { OutgoingRecord } from '../../../../clients/kafka/kafka-client.ts';
import { RecordBatchWriter } from '../../../../clients/kafka/record-batch-writer.ts';

type Written = Omit<OutgoingRecord, 'topic'>;

/** A batch as a broker keeps it: with the offset of its first record. */
function batch(base: bigint, records: readonly Written[], compression: 'none' | 'gzip' | 'zstd' = 'none'): Buffer {
  const writer = new RecordBatchWriter();
  for (const record of records) {
    expect(writer.takes(record.timestamp)).toBe(true);
    writer.append({ topic: '', ...record }, 0);
  }
  const bytes = writer.finish(compression, { producerId: -1n, epoch: -1, sequence: -1, isTransactional: false });
  bytes.writeBigInt64BE(base, 0);
  return bytes;
}

function open(batches: readonly Buffer[], from = 0n, stop = 2n ** 62n) {
  const bytes = Buffer.concat(batches);
  const source = { bytes, start: 0, end: bytes.length, aborted: [], from, stop, topic: 't', partition: 3 };
  return openPages({ ...source, withControlRecords: false });
}

const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
const rows = (pages: readonly RecordPage[]) =>
  pages.flatMap((page) =>
    Array.from({ length: page.count }, (_, i) => [
      offsetAt(page, i),
      timestampAt(page, i),
      text(keyAt(page, i)),
      text(valueAt(page, i)),
    ]),
  );
const record = (i: number, more: Partial<Written> = {}): Written => ({
  key: Buffer.from(`k${i}`),
  value: Buffer.from(`v${i}`),
  timestamp: 1000 + i,
  ...more,
});

describe('pages of records', () => {
  it('shows what was written: nulls told from empties, headers in order, repeated', () => {
    const headers = [
      ['a', Buffer.from('1')],
      ['a', null],
      ['', Buffer.from('')],
    ] as const;
    const { pages, nextOffset } = open([
      batch(10n, [
        record(0),
        record(1, { key: null, value: null }),
        record(2, { key: Buffer.of(), value: Buffer.of(), headers }),
      ]),
    ]);
    expect(nextOffset).toBe(13n);
    expect(rows(pages)).toEqual([
      [10n, 1000n, 'k0', 'v0'],
      [11n, 1001n, null, null],
      [12n, 1002n, '', ''],
    ]);
    const [page] = pages as [RecordPage];
    expect(page).toMatchObject({ topic: 't', partition: 3, count: 3 });
    expect(headersAt(page, 0)).toEqual([]);
    expect(headersAt(page, 2).map(([name, value]) => [name, text(value)])).toEqual([
      ['a', '1'],
      ['a', null],
      ['', ''],
    ]);
  });

  it('takes the offsets asked for out of the middle of batches', () => {
    const batches = [
      batch(
        0n,
        [0, 1, 2, 3].map((i) => record(i)),
      ),
      batch(
        4n,
        [4, 5, 6, 7].map((i) => record(i)),
      ),
    ];
    const { pages, nextOffset, isPastStop } = open(batches, 2n, 6n);
    expect(rows(pages).map(([offset]) => offset)).toEqual([2n, 3n, 4n, 5n]);
    expect([nextOffset, isPastStop]).toEqual([8n, true]);
  });

  it('keeps plain and compressed neighbours apart, and tells how each was compressed', () => {
    const { pages } = open([
      batch(0n, [record(0)]),
      batch(1n, [record(1), record(2)], 'gzip'),
      batch(3n, [record(3)], 'zstd'),
      batch(4n, [record(4)]),
    ]);
    expect(rows(pages).map((r) => r[3])).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
    expect(pages.map((p) => p.count)).toEqual([1, 3, 1]);
    const compressions = pages.flatMap((p) => [...p.batchOf].map((b) => p.batches[b]?.compression));
    expect(compressions).toEqual(['none', 'gzip', 'gzip', 'zstd', 'none']);
  });

  it('never loses a digit of an offset or a time', () => {
    const far = 2n ** 61n + 1n;
    const nanos = 1_700_000_000_123_456_789n;
    const { pages } = open([
      batch(5n, [record(0, { timestamp: 7 })]),
      batch(far, [record(1, { timestamp: nanos }), record(2, { timestamp: nanos + 1n })]),
    ]);
    expect(rows(pages).map(([offset, time]) => [offset, time])).toEqual([
      [5n, 7n],
      [far, nanos],
      [far + 1n, nanos + 1n],
    ]);
  });

  it('keeps times exact that are further apart in one batch than a number can tell', () => {
    const bytes = batch(0n, [record(0, { timestamp: 0 }), record(1, { timestamp: 0 }), record(2, { timestamp: 0 })]);
    // Record 1's difference becomes the 64-bit number -(2^63): ten bytes where there was one.
    const wide = Buffer.from('ffffffffffffffffff01', 'hex');
    const lengths = [...bytes.subarray(61)];
    const first = (lengths[0] as number) / 2 + 1;
    const second = Buffer.from(bytes.subarray(61 + first, 61 + 2 * first));
    const longer = Buffer.concat([second.subarray(0, 2), wide, second.subarray(3)]);
    longer[0] = (second[0] as number) + 2 * (wide.length - 1);
    const out = Buffer.concat([bytes.subarray(0, 61 + first), longer, bytes.subarray(61 + 2 * first)]);
    out.writeInt32BE(out.length - 12, 8);
    const { pages } = open([out, batch(3n, [record(3)])]);
    expect(rows(pages)).toEqual([
      [0n, 0n, 'k0', 'v0'],
      [1n, -(2n ** 63n), 'k1', 'v1'],
      [2n, 0n, 'k2', 'v2'],
      [3n, 1003n, 'k3', 'v3'],
    ]);
  });

  it('narrows to some records, and lets go of the bytes of the others', () => {
    const big = Buffer.alloc(10_000, 'x');
    const headers = [['h', Buffer.from('y')]] as const;
    const { pages } = open([
      batch(0n, [
        record(0, { value: big }),
        record(1, { headers }),
        record(2, { value: big }),
        record(3, { value: null, key: Buffer.of() }),
      ]),
    ]);
    const narrowed = narrow(pages[0] as RecordPage, Int32Array.of(1, 3));
    const kept = compact(narrowed);
    for (const page of [narrowed, kept]) {
      expect(rows([page])).toEqual([
        [1n, 1001n, 'k1', 'v1'],
        [3n, 1003n, '', null],
      ]);
      expect(headersAt(page, 0).map(([name, value]) => [name, text(value)])).toEqual([['h', 'y']]);
      expect(headersAt(page, 1)).toEqual([]);
    }
    expect(kept.bytes.buffer.byteLength).toBeLessThan(50);
  });
});
