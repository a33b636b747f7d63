import { type RecordBatch, tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import type { Column } from '../../../local-runtime/batch/column.ts';
import { StringColumn } from '../../../local-runtime/batch/string-column.ts';
import { arrowPage } from '../../../local-runtime/gateway/results-arrow.ts';
import type { ResultColumn } from '../../../local-runtime/session/results.ts';

const columns: readonly ResultColumn[] = [
  { name: 'b', type: types.boolean() },
  { name: 'ti', type: types.tinyint() },
  { name: 'si', type: types.smallint() },
  { name: 'i', type: types.int() },
  { name: 'bi', type: types.bigint() },
  { name: 'f', type: types.float() },
  { name: 'd', type: types.double() },
  { name: 's', type: types.string() },
  { name: 'bin', type: types.bytes() },
  { name: 'dt', type: types.date() },
  { name: 't', type: types.time(3) },
  { name: 'ts3', type: types.timestamp(3) },
  { name: 'ts9', type: types.timestamp(9) },
  { name: 'tl', type: types.timestampLtz(3) },
  { name: 'de', type: types.decimal(10, 2) },
];

const rows: readonly (readonly [number, readonly Value[]])[] = [
  [
    0,
    [true, -1, 300, 70000, 9007199254740993n, 1.5, 0.1, 'é', new Uint8Array([1, 2]), 19724, 1500]
      .concat([{ ms: -1, nanos: 0 }] as never[])
      .concat([{ ms: 1704103201123, nanos: 456789 }, { ms: 1704103201123, nanos: 0 }, 150n] as never[]) as Value[],
  ],
  [3, columns.map(() => null)],
];

function batchOf() {
  const builder = new BatchBuilder(columns.map((column) => column.type));
  for (const [kind, row] of rows) builder.values(row, kind);
  return builder.take();
}

const text = (column: Column) => (i: number) => (column.nulls?.[i] ? null : 'text');
const utc = () => 'UTC';
const decode = (bytes: Uint8Array): RecordBatch[] => tableFromIPC(bytes).batches;

describe('Arrow pages', () => {
  const bytes = arrowPage(columns, [{ batch: batchOf(), from: 0, to: 2 }], () => 'Asia/Tokyo', text);
  const table = tableFromIPC(bytes);
  const column = (name: string) => table.getChild(name);

  it('carries row kinds first and the Flink type of each field', () => {
    expect(table.schema.fields.map((field) => `${field.name} ${field.type}`)).toEqual([
      '__row_kind Uint8',
      'b Bool',
      'ti Int8',
      'si Int16',
      'i Int32',
      'bi Int64',
      'f Float32',
      'd Float64',
      's Utf8',
      'bin Binary',
      'dt Date32<DAY>',
      't Time32<MILLISECOND>',
      'ts3 Timestamp<MILLISECOND>',
      'ts9 Timestamp<NANOSECOND>',
      'tl Timestamp<MILLISECOND, Asia/Tokyo>',
      'de Utf8',
    ]);
    expect([...(column('__row_kind') ?? [])]).toEqual([0, 3]);
    expect(JSON.parse(table.schema.fields[15]?.metadata.get('flink.type') ?? '')).toEqual({
      type: 'DECIMAL',
      nullable: true,
      precision: 10,
      scale: 2,
    });
  });

  it('keeps values and NULLs', () => {
    const first = ['b', 'ti', 'si', 'i', 'bi', 'f', 'd', 's', 'de'].map((name) => column(name)?.get(0));
    expect(first).toEqual([true, -1, 300, 70000, 9007199254740993n, 1.5, 0.1, 'é', 'text']);
    expect([...(column('bin')?.get(0) ?? [])]).toEqual([1, 2]);
    for (const { name } of columns) expect(column(name)?.get(1), name).toBeNull();
  });

  it('writes dates and times as raw integers', () => {
    const raw = (name: string) => column(name)?.data[0]?.values;
    expect(raw('dt')?.[0]).toBe(19724);
    expect(raw('t')?.[0]).toBe(1500);
    expect(raw('ts3')?.[0]).toBe(-1n);
    expect(raw('ts9')?.[0]).toBe(1704103201123456789n);
    expect(raw('tl')?.[0]).toBe(1704103201123n);
  });

  it('makes a record batch for each slice, and none for an empty page', () => {
    const batch = batchOf();
    const slices = [
      { batch, from: 1, to: 2 },
      { batch, from: 0, to: 1 },
    ];
    const batches = decode(arrowPage(columns, slices, utc, text));
    expect(batches.map((each) => each.getChild('__row_kind')?.get(0))).toEqual([3, 0]);
    expect(batches.map((each) => each.getChild('s')?.get(0))).toEqual([null, 'é']);
    const empty = tableFromIPC(arrowPage(columns, [], utc, text));
    expect([empty.numRows, empty.schema.fields.length]).toEqual([0, 16]);
  });

  it('takes UTF-8 views over with and without gaps', () => {
    const source = new TextEncoder().encode('aa,bb,c');
    const view = (starts: number[], ends: number[], nulls?: Uint8Array) => ({
      length: starts.length,
      kinds: undefined,
      marks: undefined,
      columns: [StringColumn.ofUtf8(source, Int32Array.from(starts), Int32Array.from(ends), starts.length, nulls)],
    });
    const one = [{ name: 's', type: types.string() }];
    const read = (batch: ReturnType<typeof view>, from: number, to: number) => [
      ...(tableFromIPC(arrowPage(one, [{ batch, from, to }], utc, text)).getChild('s') ?? []),
    ];
    expect(read(view([0, 3, 6], [2, 5, 7]), 0, 3)).toEqual(['aa', 'bb', 'c']);
    expect(read(view([0, 2, 3], [2, 3, 5]), 1, 3)).toEqual([',', 'bb']);
    expect(read(view([0, 3, 6], [2, 5, 7], Uint8Array.of(1, 0, 0)), 0, 3)).toEqual([null, 'bb', 'c']);
  });

  it('shows timestamps as text where int64 nanoseconds end too early', () => {
    const builder = new BatchBuilder([types.timestamp(6)]);
    builder.values([{ ms: Date.parse('9999-12-31T00:00:00Z'), nanos: 0 }]);
    const page = arrowPage(
      [{ name: 't', type: types.timestamp(6) }],
      [{ batch: builder.take(), from: 0, to: 1 }],
      utc,
      text,
    );
    expect(tableFromIPC(page).getChild('t')?.get(0)).toBe('text');
  });

  it('says any number of columns with long names, and aligns every buffer to eight bytes', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({
      name: `${'spalte-äöü-列-'.repeat(i % 40)}${i}`,
      type: i % 3 === 0 ? types.bigint() : i % 3 === 1 ? types.string() : types.boolean(),
    }));
    const builder = new BatchBuilder(many.map((column) => column.type));
    const cell = (i: number, n: number): Value =>
      n % 7 === 0 ? null : i % 3 === 0 ? BigInt(n) : i % 3 === 1 ? `${n}` : n % 2 === 0;
    for (let n = 0; n < 21; n++) builder.values(many.map((_, i) => cell(i, n)));
    const table = tableFromIPC(arrowPage(many, [{ batch: builder.take(), from: 2, to: 21 }], utc, text));
    expect(table.schema.fields.slice(1).map((field) => field.name)).toEqual(many.map((column) => column.name));
    for (const i of [0, 1, 2, 297, 298, 299]) {
      expect([...(table.getChildAt(i + 1) ?? [])], many[i]?.name).toEqual(
        Array.from({ length: 19 }, (_, n) => cell(i, n + 2)),
      );
    }
    for (const { data } of table.batches) {
      for (const child of data.children) {
        for (const buffer of [child.nullBitmap, child.valueOffsets, child.values]) {
          if (buffer && buffer.byteLength > 0) expect(buffer.byteOffset % 8).toBe(0);
        }
      }
    }
  });
});
