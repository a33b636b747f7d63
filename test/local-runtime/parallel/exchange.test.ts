import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { selectRows } from '../../../local-runtime/batch/gather.ts';
import { StringColumn } from '../../../local-runtime/batch/string-column.ts';
import { packBatches, unpackBatch } from '../../../local-runtime/parallel/batch-transfer.ts';
import { ExchangeOperator, type Route } from '../../../local-runtime/parallel/exchange-operator.ts';
import { keyHashes } from '../../../local-runtime/parallel/key-hash.ts';
import { textOf } from '../job/harness.ts';

function batch(fields: readonly LogicalType[], rows: readonly (readonly Value[])[], more: Partial<Batch> = {}): Batch {
  const builder = new BatchBuilder(fields);
  for (const row of rows) builder.values(row);
  return { ...builder.take(), ...more };
}

const ALL: readonly [LogicalType, readonly Value[]][] = [
  [types.boolean(), [true, null, false]],
  [types.int(), [1, -2147483648, null]],
  [types.bigint(), [1n, -(2n ** 63n), null]],
  [types.double(), [1.5, Number.NaN, null]],
  [types.decimal(10, 2), [123n, null, -5n]],
  [types.decimal(30, 2), [10n ** 25n, null, -5n]],
  [types.timestamp(9), [{ ms: 5, nanos: 7 }, null, { ms: -1, nanos: 0 }]],
  [types.string(), ['', null, 'ä€😀 and more than forty-eight bytes of text, which is copied at once']],
  [types.bytes(), [Uint8Array.of(1, 2), null, Uint8Array.of()]],
  [types.array(types.int()), [[1, null], null, []]],
];

describe('a batch between threads', () => {
  it('has every type of column, null, kind and watermark', () => {
    const rows = [0, 1, 2].map((i) => ALL.map(([, values]) => values[i] as Value));
    const sent = batch(
      ALL.map(([type]) => type),
      rows,
      {
        kinds: Uint8Array.of(0, 1, 2),
        marks: { count: 2, rows: Int32Array.of(1, 3, 9), values: Float64Array.of(10, 20, 30) },
      },
    );
    const packed = packBatches([{ batch: sent }]);
    const got = unpackBatch(structuredClone(packed, { transfer: [packed.buffer] }));
    expect(textOf(got)).toEqual(textOf(sent));
    expect(got.marks).toEqual({ count: 2, rows: Int32Array.of(1, 3), values: Float64Array.of(10, 20) });
  });

  it('is one of several that were sent together', () => {
    const fields = ALL.map(([type]) => type);
    const row = (i: number) => ALL.map(([, values]) => values[i] as Value);
    const plain = batch(fields, [row(0), row(0)]);
    const mixed = batch(fields, [row(1), row(2), row(0)], {
      kinds: Uint8Array.of(1, 2, 3),
      marks: { count: 2, rows: Int32Array.of(0, 3), values: Float64Array.of(10, 20) },
    });
    const only = batch(fields, [], { marks: { count: 1, rows: Int32Array.of(0), values: Float64Array.of(30) } });
    const packed = packBatches([plain, mixed, only, plain].map((each) => ({ batch: each })));
    const got = unpackBatch(structuredClone(packed, { transfer: [packed.buffer] }));
    expect(got.length).toBe(7);
    const [before, after] = [batch(fields, [row(0), row(0)]), batch(fields, [row(1), row(2), row(0)])];
    const kinds = [...textOf(before), ...textOf({ ...after, kinds: Uint8Array.of(1, 2, 3) }), ...textOf(before)];
    expect(textOf({ ...got, marks: undefined })).toEqual(kinds);
    expect(got.marks).toEqual({ count: 3, rows: Int32Array.of(2, 5, 5), values: Float64Array.of(10, 20, 30) });
  });

  it('is some rows of several', () => {
    const fields = ALL.map(([type]) => type);
    const row = (i: number) => ALL.map(([, values]) => values[i] as Value);
    const plain = batch(fields, [row(0), row(1), row(2), row(0)]);
    const changes = batch(fields, [row(2), row(0), row(1)], {
      kinds: Uint8Array.of(1, 2, 3),
      marks: { count: 3, rows: Int32Array.of(0, 1, 3), values: Float64Array.of(10, 20, 30) },
    });
    const selections = [
      { batch: plain, rows: Int32Array.of(1, 3) },
      { batch: changes, rows: Int32Array.of(0, 2) },
      { batch: plain, rows: Int32Array.of() },
      { batch: plain },
    ];
    const packed = packBatches(selections);
    const got = unpackBatch(structuredClone(packed, { transfer: [packed.buffer] }));
    const parts = selections.map((each) => (each.rows ? selectRows(each.batch, each.rows) : each.batch));
    expect(textOf({ ...got, marks: undefined })).toEqual(
      parts.flatMap((part) => textOf({ ...part, marks: undefined })),
    );
    expect(got.marks).toEqual({ count: 3, rows: Int32Array.of(2, 3, 4), values: Float64Array.of(10, 20, 30) });
  });

  it('has texts wherever they begin and end in memory, and one that is there again once', () => {
    const bytes = new TextEncoder().encode('0123456789abcdefghijklmnopqrstuvwxyz');
    const whole = new Uint8Array(40).subarray(3, 39);
    whole.set(bytes);
    const starts: number[] = [];
    const ends: number[] = [];
    for (let start = 0; start <= 36; start++) {
      for (let end = start; end <= 36; end++) {
        starts.push(start, start);
        ends.push(end, end);
      }
    }
    const column = StringColumn.ofUtf8(whole, Int32Array.from(starts), Int32Array.from(ends), starts.length, undefined);
    const sent = { length: starts.length, kinds: undefined, columns: [column], marks: undefined };
    const got = unpackBatch(packBatches([{ batch: sent }]));
    expect(textOf(got)).toEqual(textOf(sent));
    const views = (got.columns[0] as StringColumn).views();
    for (let i = 0; i < starts.length; i += 2) expect(views.starts[i]).toBe(views.starts[i + 1]);
  });

  it('may have no rows', () => {
    const packed = packBatches([{ batch: batch([types.string(), types.int()], []) }]);
    expect(unpackBatch(packed)).toMatchObject({ length: 0, kinds: undefined, marks: undefined });
  });
});

function dealt(route: Route, count: number, sent: readonly Batch[]): Batch[][] {
  const out: Batch[][] = Array.from({ length: count }, () => []);
  const operator = new ExchangeOperator(route, count, {
    emitTo: (channel, part) => void out[channel]?.push(part),
    emitRowsTo: (channel, part, rows) => void out[channel]?.push(selectRows(part, rows)),
  });
  for (const each of sent) operator.process(each);
  return out;
}

describe('an exchange', () => {
  const rows = Array.from({ length: 200 }, (_, i) => [i % 17 === 0 ? null : `key ${i % 17}`, i] as const);
  const sent = batch([types.string(), types.int()], rows, {
    marks: { count: 2, rows: Int32Array.of(100, 200), values: Float64Array.of(1, 2) },
  });

  it('brings rows of one key to one channel, in order, with each watermark in its place', () => {
    const parts = dealt({ kind: 'hash', keys: [0] }, 3, [sent]);
    const channelOf = new Map<Value, number>();
    let total = 0;
    for (const [channel, [part]] of parts.entries()) {
      if (!part) throw new Error('nothing for a channel');
      expect(part.marks?.count).toBe(2);
      let last = -1;
      for (let i = 0; i < part.length; i++) {
        const key = valueAt(part.columns[0] as Batch['columns'][0], i);
        const number = valueAt(part.columns[1] as Batch['columns'][0], i) as number;
        expect(channelOf.get(key) ?? channel).toBe(channel);
        channelOf.set(key, channel);
        expect(number).toBeGreaterThan(last);
        expect(i < (part.marks?.rows[0] as number)).toBe(number < 100);
        last = number;
      }
      total += part.length;
    }
    expect(total).toBe(200);
    expect(channelOf.size).toBe(17);
  });

  it('spreads many keys evenly', () => {
    const many = batch(
      [types.bigint()],
      Array.from({ length: 40_000 }, (_, i) => [BigInt(i)]),
    );
    const sizes = dealt({ kind: 'hash', keys: [0] }, 4, [many]).map(([part]) => part?.length ?? 0);
    for (const size of sizes) expect(Math.abs(size - 10_000)).toBeLessThan(500);
  });

  it('deals batches in turn, or all to one, and watermarks to all', () => {
    const turns = dealt({ kind: 'rebalance' }, 2, [sent, sent, sent]);
    expect(turns.map((parts) => parts.reduce((n, part) => n + part.length, 0))).toEqual([400, 200]);
    const pinned = dealt({ kind: 'pinned', to: 1 }, 2, [sent]);
    expect(pinned.map(([part]) => part?.length)).toEqual([0, 200]);
    expect(pinned[0]?.[0]?.marks).toEqual({ count: 2, rows: Int32Array.of(0, 0), values: Float64Array.of(1, 2) });
  });

  it('hashes equal keys alike whatever form they have', () => {
    const hash = (type: LogicalType, value: Value): number => {
      const out = new Int32Array(1);
      keyHashes(batch([type], [[value]]), [0], out);
      return out[0] as number;
    };
    expect(hash(types.double(), -0)).toBe(hash(types.double(), 0));
    expect(hash(types.timestamp(3), { ms: 7, nanos: 0 })).toBe(hash(types.timestamp(9), { ms: 7, nanos: 0 }));
    const text = batch([types.string()], [['é']]);
    const packed = unpackBatch(packBatches([{ batch: text }]));
    const [a, b] = [new Int32Array(1), new Int32Array(1)];
    keyHashes(text, [0], a);
    keyHashes(packed, [0], b);
    expect(a).toEqual(b);
  });
});
