import { readFileSync } from 'node:fs';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import type { FileInput, FileReader, FileWriter } from '../../../local-runtime/formats/format.ts';

const folder = new URL('../../fixtures/flink/', import.meta.url);

/** Bytes of a file that Flink wrote. */
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

const before: RowField[] = [
  { name: 'b', type: types.boolean() },
  { name: 'ti', type: types.tinyint() },
  { name: 'si', type: types.smallint() },
  { name: 'i', type: types.int() },
  { name: 'l', type: types.bigint() },
  { name: 'f', type: types.float() },
  { name: 'd', type: types.double() },
  { name: 's', type: types.string() },
  { name: 'c', type: types.char(3) },
  { name: 'v', type: types.varchar(5) },
  { name: 'bn', type: types.binary(2) },
  { name: 'vb', type: types.bytes() },
  { name: 'de', type: types.decimal(10, 2) },
  { name: 'de2', type: types.decimal(38, 18) },
  { name: 'dt', type: types.date() },
  { name: 'tm', type: types.time(0) },
  { name: 'tm3', type: types.time(3) },
  { name: 'ts', type: types.timestamp(3) },
];
/** Only the Parquet files have these. */
const finer: RowField[] = [
  { name: 'ts9', type: types.timestamp(9) },
  { name: 'ts6', type: types.timestamp(6) },
  { name: 'lt3', type: types.timestampLtz(3) },
  { name: 'lt6', type: types.timestampLtz(6) },
];
const after: RowField[] = [
  { name: 'a', type: types.array(types.int()) },
  { name: 'm', type: types.map(types.string(), types.bigint()) },
  {
    name: 'r',
    type: types.row([
      { name: 'x', type: types.int(false) },
      { name: 'y', type: types.row([{ name: 'z', type: types.string() }]) },
    ]),
  },
  { name: 'nn', type: types.int(false) },
  {
    name: 'ar',
    type: types.array(
      types.row(
        [
          { name: 'q', type: types.string() },
          { name: 'w', type: types.decimal(5, 1) },
        ],
        false,
      ),
    ),
  },
];

export const avroFields = [...before, ...after];
export const parquetFields = [...before, ...finer, ...after];

const date = 19782;
const ms = Date.UTC(2024, 1, 29, 12, 34, 56, 789);
const at = (nanos: number) => ({ ms, nanos });
const fixed: Value[] = [Uint8Array.of(1, 2), Uint8Array.of(0xde, 0xad, 0xbe, 0xef)];

const firstBefore: Value[] = [
  true,
  1,
  -300,
  2147483647,
  9223372036854775807n,
  1.5,
  -2.25,
  'héllo',
  'hél',
  'héllo',
  ...fixed,
  12345n,
  123450000000000000000n,
  date,
  45_296_000,
  45_296_789,
  at(0),
];
const secondBefore: Value[] = [
  ...new Array<null>(10).fill(null),
  ...fixed,
  null,
  null,
  date,
  45_296_000,
  45_296_789,
  at(0),
];
const firstAfter: Value[] = [
  [2147483647, null, 3],
  { keys: ['k', 'k2'], values: [9223372036854775807n, null] },
  [7, ['héllo']],
  7,
  [['héllo', 1235n]],
];
const secondAfter: Value[] = [
  [null, null, 3],
  { keys: ['k', 'k2'], values: [null, null] },
  [-8, [null]],
  -8,
  [[null, null]],
];

export const avroRows: Value[][] = [
  [...firstBefore, ...firstAfter],
  [...secondBefore, ...secondAfter],
];

/** The rows of a Parquet file, whose TIMESTAMP(9) kept this many nanoseconds of the millisecond. */
export const parquetRows = (nanos: number): Value[][] => {
  const instant = { ms: 1709206496789, nanos: 0 };
  const times = [at(nanos), at(123_000), instant, instant];
  return [
    [...firstBefore, ...times, ...firstAfter],
    [...secondBefore, ...times, ...secondAfter],
  ];
};

export function batchOf(
  fields: readonly RowField[],
  rows: readonly (readonly Value[])[],
  kinds: readonly number[] = [],
): Batch {
  const out = new BatchBuilder(fields.map((f) => f.type));
  for (const [i, row] of rows.entries()) out.values(row, kinds[i]);
  return out.take();
}

export function rowsOf(batch: Batch): Value[][] {
  return Array.from({ length: batch.length }, (_, i) => batch.columns.map((column) => valueAt(column, i)));
}

/** A file in memory. */
export function fileOf(bytes: Uint8Array, path = 'memory'): FileInput {
  return { path, size: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
}

export async function readAll(reader: FileReader): Promise<Value[][]> {
  const out: Value[][] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next()) out.push(...rowsOf(batch));
  return out;
}

export function writeAll(writer: FileWriter, batch: Batch): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < batch.length; i++) {
    writer.append(batch, i);
    if (writer.buffered > 1000) parts.push(writer.take());
  }
  parts.push(writer.end());
  return new Uint8Array(Buffer.concat(parts));
}
