import { expect, test } from 'vitest';
import { RecordBatchWriter } from '../../../clients/kafka/record-batch-writer.ts';
import { openRecords } from '../../../clients/kafka/record-batches.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => (value === null ? null : new TextDecoder().decode(value));
const nobody = { producerId: -1n, epoch: -1, sequence: -1, isTransactional: false };

/** Batches as a broker keeps them: one behind the other, each with its first offset. */
function log(...batches: readonly Buffer[]): Buffer {
  let offset = 0n;
  for (const batch of batches) {
    batch.writeBigInt64BE(offset, 0);
    offset += BigInt(batch.readInt32BE(23) + 1);
  }
  return Buffer.concat(batches);
}

function read(bytes: Buffer, from = 0n, aborted: { producerId: bigint; firstOffset: bigint }[] = []) {
  const [opened] = openRecords([{ bytes, start: 0, end: bytes.length, aborted, from }]);
  if (!opened) throw new Error('nothing opened');
  const out: unknown[][] = [];
  const { records } = opened;
  while (records.advance()) {
    const headers = records.headers.map(([k, v]) => `${text(k)}=${text(v)}`);
    out.push([records.position, text(records.key), text(records.value), records.timestamp, ...headers]);
  }
  return { out, nextOffset: opened.nextOffset };
}

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('%s: what is laid out is read again', (compression) => {
  const writer = new RecordBatchWriter();
  writer.append({ topic: 't', key: bytes('k'), value: bytes('ä'.repeat(5000)), timestamp: 1_000_000_000_000 }, 0);
  writer.append({ topic: 't', key: null, value: null, timestamp: 999_999_999_000, headers: [['h', bytes('x')]] }, 0);
  writer.append({ topic: 't', key: bytes(''), value: bytes('') }, 4_000_000_000_000);
  const { out, nextOffset } = read(log(writer.finish(compression, nobody)));
  expect(out).toEqual([
    [0, 'k', 'ä'.repeat(5000), 1_000_000_000_000],
    [1, null, null, 999_999_999_000, 'h=x'],
    [2, '', '', 4_000_000_000_000],
  ]);
  expect(nextOffset).toBe(3n);
  expect(writer.count).toBe(0);
});

test('records of aborted transactions are left out up to their marker, also where another producer writes between', () => {
  const writer = new RecordBatchWriter();
  const batch = (value: string, producerId: bigint) => {
    writer.append({ topic: 't', key: null, value: bytes(value) }, 1);
    return writer.finish('none', { producerId, epoch: 0, sequence: 0, isTransactional: true });
  };
  const marker = (producerId: bigint, type: 0 | 1) => {
    writer.append({ topic: 't', key: Uint8Array.of(0, 0, 0, type), value: new Uint8Array(6) }, 1);
    const control = writer.finish('none', { producerId, epoch: 0, sequence: -1, isTransactional: true });
    control.writeInt16BE(0x30, 21);
    return control;
  };
  const all = log(
    ...[batch('a', 7n), batch('b', 8n), marker(7n, 0), batch('c', 7n), marker(8n, 1), batch('d', 7n), marker(7n, 1)],
  );
  const { out, nextOffset } = read(all, 0n, [{ producerId: 7n, firstOffset: 0n }]);
  expect(out.map(([offset, , value]) => [offset, value])).toEqual([
    [1, 'b'],
    [3, 'c'],
    [5, 'd'],
  ]);
  expect(nextOffset).toBe(7n);
});

test('a batch may begin before the offset asked for, and the last one may be cut off', () => {
  const writer = new RecordBatchWriter();
  const three = () => {
    for (const value of ['a', 'b', 'c']) writer.append({ topic: 't', key: null, value: bytes(value) }, 1);
    return writer.finish('none', nobody);
  };
  const whole = log(three(), three());
  const { out, nextOffset } = read(whole.subarray(0, whole.length - 1), 1n);
  expect(out.map(([offset, , value]) => [offset, value])).toEqual([
    [1, 'b'],
    [2, 'c'],
  ]);
  expect(nextOffset).toBe(3n);
});

test('a run gives the places of values, also across batches, and each of its records again', () => {
  const writer = new RecordBatchWriter();
  const batch = (...values: readonly (string | null)[]) => {
    for (const value of values) {
      const headers: [string, Uint8Array][] = [['h', bytes(`of ${value}`)]];
      writer.append({ topic: 't', key: null, value: value === null ? null : bytes(value), headers }, 1000);
    }
    return writer.finish('none', nobody);
  };
  const all = log(batch('a', 'bb'), batch(null, 'dddd'), batch('e'));
  const [opened] = openRecords([{ bytes: all, start: 0, end: all.length, aborted: [], from: 1n }]);
  if (!opened) throw new Error('nothing opened');
  const { records } = opened;
  const seen: unknown[] = [];
  for (;;) {
    const count = records.run(2, 4);
    if (count === 0) break;
    const order = [1, 0].filter((i) => i < count);
    for (const i of order) {
      const [from = 0, to = 0] = records.places.subarray(2 * i, 2 * i + 2);
      records.goTo(i);
      const again = text(records.value);
      seen.push([
        records.position,
        text(records.bytes.subarray(from, to)),
        again,
        text(records.headers[0]?.[1] ?? null),
      ]);
    }
    records.goTo(count - 1);
  }
  expect(seen).toEqual([
    [2, '', null, 'of null'],
    [1, 'bb', 'bb', 'of bb'],
    [3, 'dddd', 'dddd', 'of dddd'],
  ]);
});
