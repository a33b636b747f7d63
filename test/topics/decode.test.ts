import { encode as encodeMsgpack } from '@msgpack/msgpack';
import { Encoder } from 'cbor-x';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { type RegisteredSchema, RegistryError } from '../../clients/schema-registry/index.ts';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import { framed } from '../../topics/decode/framing.ts';
import type { SchemaSource } from '../../topics/decode/schemas.ts';
import type { DecoderChoice, FormatChoice, RawMessage } from '../../topics/types.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const message = (value: Uint8Array | null, more: Partial<RawMessage> = {}): RawMessage => ({
  topic: 'orders',
  partition: 0,
  offset: 9007199254740993n,
  timestamp: 1,
  timestampType: 'CreateTime',
  key: null,
  value,
  headers: [],
  ...more,
});
const decode = async (value: Uint8Array | null, choice: FormatChoice = 'auto', registry?: SchemaSource) => {
  const [decoded] = await messageDecoder(registry).decode([message(value)], { key: 'auto', value: choice });
  if (!decoded) throw new Error('nothing was decoded');
  return decoded;
};
const why = async (value: Uint8Array, format: string) =>
  (await decode(value)).value.whyNot.find((each) => each.format === format)?.reason;

const proto = `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "money.proto";
message Other { string x = 1; }
message Order {
  int64 id = 1;
  optional string note = 2;
  map<int64, string> tags = 3;
  State state = 4;
  repeated Item items = 5;
  google.protobuf.Timestamp at = 6;
  Money price = 7;
  uint64 big = 8;
  enum State { NEW = 0; PAID = 1; }
  message Item { double d = 1; bytes b = 2; float f = 3; }
}`;
const money = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }';

const schemas: Readonly<Record<number, RegisteredSchema>> = {
  1: {
    type: 'AVRO',
    schema: '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"}]}',
    references: [],
  },
  2: { type: 'PROTOBUF', schema: proto, references: [{ name: 'money.proto', subject: 'money', version: 1 }] },
  3: { type: 'JSON', schema: '{"title":"Order","type":"object"}', references: [] },
};
let asked = 0;
const registry: SchemaSource = {
  schema: async (id) => {
    asked++;
    const found = schemas[id];
    if (!found) throw new RegistryError('NOT_FOUND', 'Schema not found; error code: 40403', 404, 40403);
    return found;
  },
  version: async (subject) => ({ type: 'PROTOBUF', schema: money, references: [], subject, version: 1, id: 9 }),
  subjectsOf: async () => [
    { subject: 'zebra', version: 1 },
    { subject: 'orders-value', version: 1 },
  ],
  schemaByGuid: async (guid) => ({ ...(schemas[1] as RegisteredSchema), id: guid.startsWith('00010203-') ? 1 : -1 }),
};

describe('messages, decoded', () => {
  test('JSON keeps every digit, and says why it is nothing else', async () => {
    const { value } = await decode(utf8(' {"id": 9007199254740993, "p": 0.10} '));
    expect(value).toMatchObject({ format: 'json', json: '{"id":9007199254740993,"p":0.10}' });
    expect(value.whyNot.map(({ format }) => format)).toEqual(['avro', 'protobuf', 'json-schema']);
    expect(value.whyNot[0]?.reason).toContain('do not begin with a zero byte');
  });

  test.each([
    ['string', utf8('héllo, 1'), 'héllo, 1'],
    ['string', utf8('42'), '42'],
    ['string', new Uint8Array(0), ''],
    ['int64', Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 1), '9007199254740993'],
    ['int32', Uint8Array.of(0xff, 0xff, 0xff, 0xfe), '-2'],
    ['int16', Uint8Array.of(0, 5), '5'],
    ['int8', Uint8Array.of(0xff), '-1'],
    ['hex', Uint8Array.of(0xff, 0, 1), 'ff0001'],
    [
      'msgpack',
      encodeMsgpack({ id: 9007199254740993n, b: Uint8Array.of(1) }, { useBigInt64: true }),
      '{"id":9007199254740993,"b":"AQ=="}',
    ],
    [
      'cbor',
      new Encoder({ useRecords: false }).encode({ id: 9007199254740993n, f: 1.5, n: null }),
      '{"id":9007199254740993,"f":1.5,"n":null}',
    ],
    ['cbor', Uint8Array.from([0xa1, 0x61, 0x61, 0xc4, 0x82, 0x21, 0x19, 0x6a, 0xb3]), '{"a":273.15}'],
  ])('%s is recognised', async (format, bytes, text) => {
    const { value } = await decode(new Uint8Array(bytes));
    expect([value.format, value.text]).toEqual([format, text]);
  });

  test('what is chosen is read, also where it would not be guessed', async () => {
    expect((await decode(utf8('42'), 'json')).value).toMatchObject({ format: 'json', json: '42' });
    expect((await decode(encodeMsgpack('a'), 'msgpack')).value).toMatchObject({ format: 'msgpack', json: '"a"' });
    expect((await decode(utf8('{"a":1}'), 'hex')).value).toMatchObject({ format: 'hex', text: '7b2261223a317d' });
  });

  test('what does not fit is shown otherwise, with the reason', async () => {
    const { value } = await decode(utf8('{"a":1'), 'json');
    expect(value).toMatchObject({
      format: 'string',
      text: '{"a":1',
      problem: 'the text ends in the middle of a value',
    });
  });

  test('tombstones, empty values, headers and sizes', async () => {
    const headers = [
      ['a', utf8('ü')],
      ['a', Uint8Array.of(0, 1)],
      ['n', null],
    ] as const;
    const all = await messageDecoder().decode(
      [message(null, { key: utf8('k'), headers }), message(new Uint8Array(0)), message(null, { control: 'abort' })],
      { key: 'auto', value: 'auto' },
    );
    expect(all.map(({ isTombstone }) => isTombstone)).toEqual([true, false, false]);
    expect(all[0]?.value).toMatchObject({ format: 'none', bytes: null });
    expect(all[0]?.headers.map(({ text }) => text)).toEqual(['ü', '0x0001', '']);
    expect(all[0]?.sizes).toEqual({ key: 1, value: 0, headers: 7 });
    expect(all[0]?.offset).toBe(9007199254740993n);
  });
});

describe('by a registry', () => {
  test('Avro, with its subjects, the one of the topic first; a schema is asked for once', async () => {
    const decoder = messageDecoder(registry);
    const choice: DecoderChoice = { key: 'auto', value: 'auto' };
    asked = 0;
    const bytes = framed(1, Uint8Array.of(84));
    const all = await decoder.decode([message(bytes), message(bytes, { key: bytes })], choice);
    await decoder.decode([message(bytes)], choice);
    expect(asked).toBe(1);
    expect(all[1]?.key.json).toBe('{"id":42}');
    expect(all[0]?.value).toMatchObject({
      format: 'avro',
      json: '{"id":42}',
      schema: { id: 1, type: 'AVRO', name: 'shop.Order', subjects: ['orders-value', 'zebra'] },
    });
  });

  test('Protobuf, with message indexes, imports, well-known types and 64-bit keys', async () => {
    const root = new protobuf.Root();
    protobuf.parse(money, root, { keepCase: true });
    protobuf.parse(proto.replace('import "money.proto";', ''), root, { keepCase: true });
    root.addJSON((protobuf.common.get('google/protobuf/timestamp.proto') as { nested: Record<string, never> }).nested);
    const type = root.lookupType('shop.Order');
    const body = type
      .encode(
        type.fromObject({
          id: '9007199254740993',
          state: 'PAID',
          items: [{ d: 0.1, b: 'AQI=', f: 0.1 }],
          at: { seconds: '1769860800', nanos: 5 },
          price: {},
          big: '18446744073709551615',
        }),
      )
      .finish();
    const { value } = await decode(framed(2, Uint8Array.of(2, 2), body), 'auto', registry);
    expect(value.json).toBe(
      '{"id":9007199254740993,"tags":{},"state":"PAID","items":[{"d":0.1,"b":"AQI=","f":0.1}],"at":"2026-01-31T12:00:00.000000005Z","price":{"cents":0},"big":18446744073709551615}',
    );
    expect(value.schema?.name).toBe('shop.Order');
  });

  test('JSON Schema', async () => {
    const { value } = await decode(framed(3, utf8('{"a":1}')), 'auto', registry);
    expect(value).toMatchObject({ format: 'json-schema', json: '{"a":1}', schema: { id: 3, name: 'Order' } });
  });

  test('ids in headers', async () => {
    const guid = Uint8Array.from([1, ...Array(16).keys()]);
    const given = message(Uint8Array.of(84), { headers: [['__value_schema_id', guid]] });
    const [decoded] = await messageDecoder(registry).decode([given], { key: 'auto', value: 'auto' });
    expect(decoded?.value).toMatchObject({ format: 'avro', json: '{"id":42}', schema: { id: 1 } });
  });

  test('reasons name the registry’s words, the schema’s type and what does not fit', async () => {
    const reasonOf = async (bytes: Uint8Array, format: string) =>
      (await decode(bytes, 'auto', registry)).value.whyNot.find((each) => each.format === format)?.reason;
    expect(await reasonOf(framed(77, Uint8Array.of(1)), 'avro')).toContain('Schema not found');
    expect(await reasonOf(framed(1, Uint8Array.of(84)), 'protobuf')).toBe(undefined);
    expect(await reasonOf(framed(3, utf8('{"a":1}')), 'avro')).toBe('schema 3 is of type JSON');
    expect(await reasonOf(framed(1, Uint8Array.of(84, 1)), 'avro')).toBe(
      'schema 1 does not fit: 1 bytes follow what the schema describes',
    );
    expect(await why(framed(1, Uint8Array.of(84)), 'avro')).toContain('the connection has no schema registry');
  });
});
