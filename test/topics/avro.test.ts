import avsc from 'avsc';
import { describe, expect, test } from 'vitest';
import { readAvro } from '../../topics/formats/avro-read.ts';
import { parseAvro } from '../../topics/formats/avro-schema.ts';
import { writeAvro } from '../../topics/formats/avro-write.ts';
import { parseJson, printJson } from '../../topics/json.ts';

const order = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'n', type: 'int' },
    { name: 'name', type: ['null', 'string'], default: null },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'at6', type: { type: 'long', logicalType: 'local-timestamp-micros' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'time', type: { type: 'int', logicalType: 'time-millis' } },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW', 'PAID'] } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'counts', type: { type: 'map', values: 'long' } },
    { name: 'raw', type: 'bytes' },
    { name: 'mac', type: { type: 'fixed', name: 'Mac', size: 3 } },
    { name: 'd', type: 'double' },
    { name: 'f', type: 'float' },
    { name: 'ok', type: 'boolean' },
    { name: 'either', type: ['int', 'string', 'State'] },
    { name: 'next', type: ['null', 'Order'], default: null },
  ],
};
const text =
  '{"id":9007199254740993,"n":-5,"name":"é","price":-12.30,"at":"2026-01-31T12:00:00.123Z","at6":"2026-01-31T12:00:00.123456",' +
  '"day":"1969-12-31","time":"13:45:01.5","state":"PAID","tags":["a","b"],"counts":{"x":-9223372036854775808},"raw":"AQI=",' +
  '"mac":"AAEC","d":0.1,"f":1.5,"ok":true,"either":"PAID","next":null}';

describe('Avro', () => {
  test('a record is read to what it was written from', () => {
    const schema = parseAvro(JSON.stringify(order));
    const bytes = writeAvro(schema, parseJson(text));
    expect(printJson(readAvro(schema, bytes, 0))).toBe(text);
  });

  test('another library reads and writes the same bytes', () => {
    const long = avsc.types.LongType.__with({
      fromBuffer: (buffer: Uint8Array) => Buffer.from(buffer).readBigInt64LE(),
      toBuffer: (n: bigint) => {
        const out = Buffer.alloc(8);
        out.writeBigInt64LE(n);
        return out;
      },
      fromJSON: BigInt,
      toJSON: String,
      isValid: (n: unknown) => typeof n === 'bigint',
      compare: (a: bigint, b: bigint) => Number(a - b),
    });
    const other = avsc.Type.forSchema(order as avsc.Schema, { registry: { long }, wrapUnions: true });
    const schema = parseAvro(JSON.stringify(order));
    const mine = writeAvro(schema, parseJson(text));
    const theirs = other.fromBuffer(Buffer.from(mine));
    expect(theirs).toMatchObject({ id: 9007199254740993n, n: -5, either: { string: 'PAID' }, next: null });
    expect(Buffer.from(mine).equals(other.toBuffer(theirs))).toBe(true);
  });

  test('names of other schemas are found in references', () => {
    const money = '{"type":"record","name":"shop.Money","fields":[{"name":"cents","type":"long"}]}';
    const schema = parseAvro('{"type":"record","name":"P","fields":[{"name":"m","type":"shop.Money"}]}', [money]);
    expect(printJson(readAvro(schema, Uint8Array.of(84), 0))).toBe('{"m":{"cents":42}}');
    expect(() => parseAvro('{"type":"record","name":"P","fields":[{"name":"m","type":"shop.Money"}]}')).toThrow(
      'refers to shop.Money, which it does not define',
    );
  });

  test.each([
    ['{"id":1.5}', 'id: a whole number is wanted, not 1.5'],
    ['{"id":"x"}', 'id: a whole number is wanted, not "x"'],
    ['{}', 'id: a value is missing, and the schema has no default'],
    ['{"id":1,"more":2}', 'more: R has no such field'],
    ['{"id":9223372036854775808}', 'id: 9223372036854775808 does not fit into 64 bits'],
    ['{"id":1,"list":[{"a":1},{"a":true}]}', 'list[1].a: a text or'],
  ])('%s: %s', (given, said) => {
    const schema = parseAvro(
      '{"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"list","default":[],"type":{"type":"array","items":{"type":"record","name":"I","fields":[{"name":"a","type":["int","string"]}]}}}]}',
    );
    const expected = said.replace('a text or', 'int or string is wanted, not true');
    expect(() => writeAvro(schema, parseJson(given))).toThrow(expected);
  });

  test.each([
    ['"long"', [0x80], 'the data ends before'],
    ['"string"', [10, 65], 'the data ends before'],
    ['"int"', [2, 2], '1 bytes follow'],
    [
      '{"type":"array","items":"null"}',
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
      'longer than its message',
    ],
    ['["null","int"]', [8], 'has no branch 4'],
    ['"string"', [2, 0xff], 'no UTF-8'],
  ])('broken data of %s is refused', (schema, bytes, said) => {
    expect(() => readAvro(parseAvro(schema), Uint8Array.from(bytes), 0)).toThrow(said);
  });
});
