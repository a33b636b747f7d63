import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pb from 'protobufjs';
import 'protobufjs/ext/descriptor/index.js';
import { afterAll, describe, expect, test } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';
import { batchOf, rowsOf } from './flink-rows.ts';

const file = fileURLToPath(new URL('../../fixtures/proto/everything.proto', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'millrace-proto-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const witness = new pb.Root();
witness.resolvePath = (_, target) =>
  target.includes('google/') || target === file ? target : join(file, '..', target);
witness.loadSync(file, { keepCase: true });
witness.resolveAll();
const Everything = witness.lookupType('shop.events.Everything');

const protobuf = formatFor('protobuf');
const line = types.row([
  { name: 'sku', type: types.string() },
  { name: 'count', type: types.int() },
  { name: 'prices', type: types.array(types.double()) },
]);
const fields: RowField[] = [
  { name: 'i', type: types.int() },
  { name: 'l', type: types.bigint() },
  { name: 'u', type: types.int() },
  { name: 'ul', type: types.bigint() },
  { name: 'si', type: types.int() },
  { name: 'sl', type: types.bigint() },
  { name: 'fi', type: types.int() },
  { name: 'fl', type: types.bigint() },
  { name: 'sfi', type: types.int() },
  { name: 'sfl', type: types.bigint() },
  { name: 'b', type: types.boolean() },
  { name: 's', type: types.string() },
  { name: 'by', type: types.bytes() },
  { name: 'f', type: types.float() },
  { name: 'd', type: types.double() },
  { name: 'color', type: types.string() },
  { name: 'number', type: types.int() },
  { name: 'line', type: line },
  { name: 'lines', type: types.array(line) },
  { name: 'ids', type: types.array(types.bigint()) },
  { name: 'tags', type: types.array(types.string()) },
  { name: 'counts', type: types.map(types.string(), types.int()) },
  { name: 'by_id', type: types.map(types.bigint(), line) },
  { name: 'maybe', type: types.string() },
  { name: 'left', type: types.string() },
  { name: 'right', type: types.int() },
  {
    name: 'at',
    type: types.row([
      { name: 'seconds', type: types.bigint() },
      { name: 'nanos', type: types.int() },
    ]),
  },
  {
    name: 'money',
    type: types.row([
      { name: 'currency', type: types.string() },
      { name: 'units', type: types.bigint() },
      { name: 'unpacked', type: types.array(types.int()) },
    ]),
  },
];

const full = {
  i: -5,
  l: '-9007199254740995',
  u: 4294967295,
  ul: '18446744073709551615',
  si: -2147483648,
  sl: '-9223372036854775808',
  fi: 7,
  fl: '1234567890123456789',
  sfi: -7,
  sfl: '-1',
  b: true,
  s: 'grüße',
  by: Buffer.from([1, 255]),
  f: 1.5,
  d: -0.1,
  color: 7,
  number: 1,
  line: { sku: 'x', count: 3, prices: [1.5, 2] },
  lines: [{ sku: 'a' }, {}],
  ids: ['1', '-1', '300'],
  tags: ['', 'b'],
  counts: { one: 1, none: 0 },
  by_id: { 9: { sku: 'z' } },
  maybe: '',
  right: 0,
  at: { seconds: '1700000000', nanos: 5 },
  money: { currency: 'EUR', unpacked: [1, 2] },
};
/** A row that is written as the message above. */
const row: Value[] = [
  -5,
  -9007199254740995n,
  -1,
  -1n,
  -2147483648,
  -9223372036854775808n,
  7,
  1234567890123456789n,
  -7,
  -1n,
  true,
  'grüße',
  new Uint8Array([1, 255]),
  1.5,
  -0.1,
  'BLUE',
  1,
  ['x', 3, [1.5, 2]],
  [
    ['a', null, null],
    ['', null, null],
  ],
  [1n, -1n, 300n],
  ['', 'b'],
  { keys: ['one', 'none'], values: [1, 0] },
  { keys: [9n], values: [['z', null, null]] },
  '',
  null,
  0,
  [1700000000n, 5],
  ['EUR', null, [1, 2]],
];

/** What the message is read as: of a file of proto3, all single values have defaults, also where presence could tell. */
const readRow = row.with(18, [
  ['a', 0, null],
  ['', 0, null],
]);
readRow[22] = { keys: [9n], values: [['z', 0, null]] };
readRow[24] = '';
readRow[27] = ['EUR', 42n, [1, 2]];

const bytesOf = (message: object) => new Uint8Array(Everything.encode(Everything.fromObject(message)).finish());
const base = { 'message-class-name': 'com.example.shop.Everything', 'millrace.descriptor': file };
type Options = Readonly<Record<string, string>>;

async function decode(
  bytes: Uint8Array,
  options: Options = {},
  columns: readonly RowField[] = fields,
): Promise<Value[][]> {
  const decoder = protobuf.decoder?.({ fields: columns, options: { ...base, ...options }, zone: 'UTC' });
  await decoder?.open?.();
  const out = new BatchBuilder(columns.map((f) => f.type));
  decoder?.message(bytes, out);
  return rowsOf(out.take());
}

async function encode(
  value: readonly Value[],
  options: Options = {},
  columns: readonly RowField[] = fields,
): Promise<Uint8Array> {
  const encoder = protobuf.encoder?.({ fields: columns, options: { ...base, ...options }, zone: 'UTC' });
  await encoder?.open?.();
  return encoder?.row(batchOf(columns, [value]), 0) ?? new Uint8Array(0);
}

describe('protobuf', () => {
  test('reads what another library wrote, every type', async () => {
    expect(await decode(bytesOf(full))).toEqual([readRow]);
  });

  test('writes what another library reads', async () => {
    const message = Everything.decode(await encode(row));
    expect(Everything.toObject(message, { longs: String })).toEqual(
      Everything.toObject(Everything.decode(bytesOf(full)), { longs: String }),
    );
  });

  test('an empty message: defaults of single values, also optional ones and those of a oneof; NULL elsewhere', async () => {
    const [empty] = await decode(new Uint8Array(0));
    expect(empty?.slice(0, 17)).toEqual([
      0,
      0n,
      0,
      0n,
      0,
      0n,
      0,
      0n,
      0,
      0n,
      false,
      '',
      new Uint8Array(0),
      0,
      0,
      'UNKNOWN',
      0,
    ]);
    expect(empty?.slice(17)).toEqual([null, null, null, null, null, null, '', '', 0, null, null]);
  });

  test('read-default-values', async () => {
    const [empty] = await decode(new Uint8Array(0), { 'read-default-values': 'true' });
    expect(empty?.slice(17)).toEqual([
      ['', 0, []],
      [],
      [],
      [],
      { keys: [], values: [] },
      { keys: [], values: [] },
      '',
      '',
      0,
      [0n, 0],
      ['', 42n, []],
    ]);
  });

  test('a message of proto2: NULL where nothing was set', async () => {
    const columns: RowField[] = [
      { name: 'currency', type: types.string() },
      { name: 'units', type: types.bigint() },
    ];
    const money = { 'message-class-name': 'shop.Money' };
    expect(await decode(new Uint8Array(0), money, columns)).toEqual([[null, null]]);
    expect(await decode(new Uint8Array(0), { ...money, 'read-default-values': 'true' }, columns)).toEqual([['', 42n]]);
  });

  test('NULL inside of arrays and maps', async () => {
    const columns = fields.filter((f) => ['ids', 'tags', 'counts'].includes(f.name));
    const nulls: Value[] = [[1n, null], [null, 'x'], { keys: ['k', null], values: [null, 1] }];
    expect(await decode(await encode(nulls, { 'write-null-string-literal': 'NIL' }, columns), {}, columns)).toEqual([
      [[1n, 0n], ['NIL', 'x'], { keys: ['k', 'NIL'], values: [0, 1] }],
    ]);
  });

  test('pieces of a message are put together, unknown fields skipped', async () => {
    const first = bytesOf({ line: { sku: 'a', count: 1 }, i: 1 });
    const second = bytesOf({ line: { count: 2, prices: [1] }, i: 2, s: 'skipped' });
    const columns = fields.filter((f) => ['i', 'line'].includes(f.name));
    expect(await decode(new Uint8Array(Buffer.concat([first, second])), {}, columns)).toEqual([[2, ['a', 2, [1]]]]);
  });

  test('broken bytes fail or are skipped', async () => {
    const whole = bytesOf(full);
    for (const n of [1, 10, 40, whole.length - 1])
      await expect(decode(whole.slice(0, n))).rejects.toThrow('Failed to deserialize PB object.');
    expect(await decode(whole.slice(0, 40), { 'ignore-parse-errors': 'true' })).toEqual([]);
  });

  test('a descriptor set instead of text', async () => {
    const set = join(folder, 'everything.desc');
    const root = witness as unknown as { toDescriptor(edition: string): pb.Message };
    const type = (pb as unknown as { descriptor: { FileDescriptorSet: pb.Type } }).descriptor.FileDescriptorSet;
    writeFileSync(set, type.encode(root.toDescriptor('proto3')).finish());
    const columns = fields.filter((f) => ['i', 'color', 'line'].includes(f.name));
    expect(await decode(bytesOf(full), { 'millrace.descriptor': set }, columns)).toEqual([
      [-5, 'BLUE', ['x', 3, [1.5, 2]]],
    ]);
  });

  test.each([
    [
      'nested class',
      { 'message-class-name': 'com.example.shop.Everything$Line' },
      [{ name: 'sku', type: types.string() }],
      undefined,
    ],
    [
      'name in the schema',
      { 'message-class-name': 'shop.Money' },
      [{ name: 'currency', type: types.string() }],
      undefined,
    ],
    [
      'no such message',
      { 'message-class-name': 'com.example.Nope' },
      [],
      'has no message of that name; its messages are: google.protobuf.Timestamp, shop.Money, shop.events.Everything, shop.events.Everything.Line.',
    ],
    [
      'no such column',
      {},
      [{ name: 'nope', type: types.int() }],
      'Column nope does not exist in definition of proto class.',
    ],
    [
      'another type',
      {},
      [{ name: 'l', type: types.int() }],
      'Protobuf field type does not match column type, LONG(protobuf) is not compatible with INTEGER',
    ],
    [
      'a message as a number',
      {},
      [{ name: 'line', type: types.int() }],
      'Unexpected LogicalType: INT. It should be RowType',
    ],
    [
      'no such file',
      { 'millrace.descriptor': '/no/such.proto' },
      [],
      "'protobuf.millrace.descriptor' = '/no/such.proto' cannot be read: ENOENT",
    ],
  ] as const)('%s', async (_, options, columns, message) => {
    const result = decode(new Uint8Array(0), options as Options, columns);
    if (message === undefined) await expect(result).resolves.toHaveLength(1);
    else await expect(result).rejects.toThrow(message);
  });

  test('what is missing is asked for', () => {
    expect(() => protobuf.validate({})).toThrow('Missing required options are:\n\nmessage-class-name');
    expect(() => protobuf.validate({ 'message-class-name': 'a.B' })).toThrow(
      "The local runtime cannot load the Java class 'a.B'. Set 'protobuf.millrace.descriptor' to the .proto file",
    );
  });
});
