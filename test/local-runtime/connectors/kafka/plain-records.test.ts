import { expect, test } from 'vitest';
import { RecordBatchWriter } from '../../../../clients/kafka/record-batch-writer.ts';
import { openRecords } from '../../../../clients/kafka/record-batches.ts';
import { types } from '../../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../../local-runtime/batch/column.ts';
import { JsonMessageDecoder } from '../../../../local-runtime/formats/json/message-decoder.ts';
import { KERNEL_ROWS } from '../../../../local-runtime/formats/json/row-kernel.ts';

const FIELDS = [
  { name: 'id', type: types.bigint() },
  { name: 'name', type: types.string() },
];
const OPTIONS = { failOnMissingField: false, ignoreParseErrors: false, timestampFormat: 'SQL' } as const;

/** The records of a batch with these values, and what the decoder's quick way makes of them: how many it took in each step, and rows. */
function quick(values: readonly string[]) {
  const writer = new RecordBatchWriter();
  for (const value of values) writer.append({ topic: 't', key: null, value: new TextEncoder().encode(value) }, 1000);
  const bytes = writer.finish('none', { producerId: -1n, epoch: -1, sequence: -1, isTransactional: false });
  const [opened] = openRecords([{ bytes, start: 0, end: bytes.length, aborted: [], from: 0n }]);
  if (!opened) throw new Error('nothing opened');
  const decoder = new JsonMessageDecoder(FIELDS, OPTIONS);
  const out = new BatchBuilder(FIELDS.map((field) => field.type));
  const count = opened.records.run(values.length, Number.POSITIVE_INFINITY);
  const left: number[] = [];
  for (let i = 0; i < count; ) {
    i = decoder.records(opened.records.bytes, opened.records.places, i, count, out);
    if (i < count) left.push(i++);
  }
  const { columns, length } = out.take();
  return { left, rows: Array.from({ length }, (_, i) => columns.map((column) => valueAt(column, i))) };
}

test('plain records are read together, others are left to the general reader', () => {
  const many = Array.from({ length: 64 }, () => '{"id":0,"name":""}');
  const { left, rows } = quick([
    '{"id":1,"name":"a"}',
    '{"id": 2, "name": null}',
    '{"id":3,"name":"a\\nb"}',
    '{"id":4,"name":"d"} ',
    '{"id":5,"name":"e"',
    '',
    '{"id":6,"name":"ünï"}',
    ...many,
  ]);
  expect(left).toEqual([2, 3, 4, 5]);
  expect(rows.slice(0, 4)).toEqual([
    [1n, 'a'],
    [2n, null],
    [6n, 'ünï'],
    [0n, ''],
  ]);
  expect(rows.length).toBe(3 + many.length);
});

test('a few records are not worth a kernel', () => {
  expect(quick(['{"id":1,"name":"a"}']).left).toEqual([0]);
});

test('more records than the kernel takes at once', () => {
  const { left, rows } = quick(Array.from({ length: KERNEL_ROWS + 5 }, (_, i) => `{"id":${i},"name":"n${i}"}`));
  expect(left).toEqual([]);
  expect(rows.length).toBe(KERNEL_ROWS + 5);
  expect(rows.at(-1)).toEqual([BigInt(KERNEL_ROWS + 4), `n${KERNEL_ROWS + 4}`]);
});

test('rows that are not plain, each between plain ones, take no longer the more there are', () => {
  const time = (count: number): number => {
    const values = Array.from({ length: count }, (_, i) =>
      i % 2 ? `{"id":${i},"name":"n"}` : '{"id":1,"name":"\\n"}',
    );
    const before = process.cpuUsage();
    expect(quick(values).left.length).toBe(count / 2);
    const { user } = process.cpuUsage(before);
    return user / count;
  };
  time(4000);
  const [few, many] = [4000, 64_000].map((count) => [time(count), time(count), time(count)]) as [number[], number[]];
  // Copying the list anew for each of them took twenty times as long.
  expect(Math.min(...many)).toBeLessThan(8 * Math.max(...few));
});
