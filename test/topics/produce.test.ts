import { describe, expect, test } from 'vitest';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import type { SchemaSource } from '../../topics/decode/schemas.ts';
import { parseJson } from '../../topics/json.ts';
import { messageWriter, valueOfText, type WritingSchema } from '../../topics/produce/encode.ts';
import { paced } from '../../topics/produce/pace.ts';
import { originOf } from '../../topics/produce/redrive.ts';
import { subjectOf, subjectsFor } from '../../topics/produce/subjects.ts';
import { messageTemplate, TemplateProblem } from '../../topics/produce/template.ts';
import type { FormatChoice } from '../../topics/types.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const avro: WritingSchema = {
  id: 7,
  type: 'AVRO',
  text: '{"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"s","type":["null","string"],"default":null}]}',
};
const protobuf: WritingSchema = {
  id: 8,
  type: 'PROTOBUF',
  text: 'syntax = "proto3"; package p; message A { string x = 1; } message B { message C { int64 id = 1; repeated double d = 2; map<string, bool> m = 3; } }',
  message: 'p.B.C',
};
const json: WritingSchema = {
  id: 9,
  type: 'JSON',
  text: '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["id"],"additionalProperties":false,"properties":{"id":{"type":"integer"},"list":{"type":"array","items":{"enum":["a","b"]}}}}',
};
const registry: SchemaSource = {
  schema: async (id) => {
    const found = [avro, protobuf, json].find((schema) => schema.id === id);
    if (!found) throw new Error('not there');
    return { type: found.type, schema: found.text, references: [] };
  },
  version: async () => {
    throw new Error('nothing is referred to');
  },
};
const roundTrip = async (bytes: Uint8Array, value: FormatChoice = 'auto') => {
  const message = {
    topic: 't',
    partition: 0,
    offset: 0n,
    timestamp: 0,
    timestampType: 'CreateTime',
    key: null,
    value: bytes,
    headers: [],
  } as const;
  const [decoded] = await messageDecoder(registry).decode([message], { key: 'auto', value });
  return decoded?.value;
};

describe('values are written', () => {
  test.each([
    ['avro', avro, '{"id":9007199254740993,"s":"é"}', 7],
    ['protobuf', protobuf, '{"id":9007199254740993,"d":[0.1],"m":{"a":true}}', 8],
    ['json-schema', json, '{"id":9007199254740993,"list":["a"]}', 9],
    ['json', undefined, '{"id":9007199254740993.10}', undefined],
    ['msgpack', undefined, '{"id":9007199254740993,"l":[1.5,null,"x"]}', undefined],
    ['cbor', undefined, '{"id":9007199254740993,"l":[1.5,null,"x"]}', undefined],
    ['int64', undefined, '9007199254740993', undefined],
    ['int8', undefined, '-1', undefined],
    ['hex', undefined, 'ff00', undefined],
    ['string', undefined, 'plain', undefined],
  ] as const)('%s', async (format, schema, text, id) => {
    const writer = await messageWriter(format, schema);
    const value = valueOfText(text, format);
    expect(writer.check(value)).toEqual([]);
    const read = await roundTrip(writer.write(value), format);
    expect(read?.problem).toBeUndefined();
    expect(read?.text).toBe(text);
    expect(read?.schema?.id).toBe(id);
  });

  test.each([
    ['avro', avro, '{"s":1}', [{ path: '.id', message: 'a value is missing, and the schema has no default' }]],
    ['protobuf', protobuf, '{"id":"x"}', [{ path: '.id', message: 'a whole number is wanted, not "x"' }]],
    ['protobuf', protobuf, '{"d":[1,"y"]}', [{ path: '.d[1]', message: 'a number is wanted, not "y"' }]],
    ['protobuf', protobuf, '{"no":1}', [{ path: '.no', message: 'p.B.C has no such field' }]],
    [
      'json-schema',
      json,
      '{"list":["a","c"],"more":1}',
      [
        { path: '', message: "must have required property 'id'" },
        { path: '', message: 'must NOT have additional properties: more' },
        { path: '.list[1]', message: 'must be equal to one of the allowed values: a, b' },
      ],
    ],
    ['int8', undefined, '200', [{ path: '', message: '200 does not fit into 8 bits' }]],
    ['hex', undefined, 'f', [{ path: '', message: 'pairs of hexadecimal digits are wanted' }]],
    [
      'msgpack',
      undefined,
      '{"id":99999999999999999999}',
      [{ path: '', message: '99999999999999999999 does not fit into 64 bits' }],
    ],
  ] as const)('%s: %s refuses %s', async (format, schema, text, problems) => {
    const writer = await messageWriter(format, schema);
    expect(writer.check(valueOfText(text, format))).toEqual(problems);
    expect(() => writer.write(valueOfText(text, format))).toThrow();
  });

  test('a format of a registry needs its schema', async () => {
    await expect(messageWriter('avro')).rejects.toThrow('a schema is needed');
    expect(() => valueOfText('{"a"', 'json')).toThrow('the text ends in the middle of a value');
  });
});

describe('templates', () => {
  test('expressions in and outside of strings, the same for a seed', async () => {
    const text = `{"id": #{index}, "n": #{number.numberBetween '1','9'}, "name": "#{Name.fullName}", "q": "#{regexify '"'}"}`;
    const make = async (seed: number) => {
      const template = await messageTemplate(text, true, seed);
      return [0, 1].map((i) => template.text(i));
    };
    const [first, second] = await make(5);
    expect(JSON.parse(first as string)).toMatchObject({
      id: 0,
      q: '"',
      n: expect.any(Number),
      name: expect.any(String),
    });
    expect(JSON.parse(second as string).id).toBe(1);
    expect(await make(5)).toEqual([first, second]);
    expect(await make(6)).not.toEqual([first, second]);
  });

  test('a key of plain text', async () => {
    expect((await messageTemplate('k-#{index}"', false)).text(3)).toBe('k-3"');
  });

  test.each([
    ['{"a": "#{no.such}"}', 'Unable to resolve #{no.such} directive.', 7],
    ['{"a": #{index', 'the expression has no end', 6],
  ])('%s is refused with its place', async (text, message, at) => {
    const made = messageTemplate(text, true);
    await expect(made).rejects.toThrow(TemplateProblem);
    await expect(made).rejects.toMatchObject({ message, at });
  });

  test('at a rate, by the clock; as fast as may be without one', async () => {
    let clock = 0;
    const sleep = async (ms: number) => {
      clock += ms;
    };
    const options = { count: 10, rate: 2, now: () => clock, sleep };
    const sent: [number, number][] = [];
    for await (const { from } of paced(options)) sent.push([from, Math.round(clock / 500)]);
    expect(sent).toEqual(Array.from({ length: 10 }, (_, i) => [i, i]));
    const all: number[] = [];
    for await (const { from, to } of paced({ count: 1200, most: 500 })) all.push(to - from);
    expect(all).toEqual([500, 500, 200]);
    const controller = new AbortController();
    let given = 0;
    for await (const { to } of paced({ count: 1e9, most: 1, signal: controller.signal })) {
      given = to;
      if (to === 3) controller.abort();
    }
    expect(given).toBe(3);
  });
});

describe('names of subjects', () => {
  test('by strategy', () => {
    expect(subjectOf('TopicName', 't', 'value')).toBe('t-value');
    expect(subjectOf('RecordName', 't', 'value', 'a.B')).toBe('a.B');
    expect(subjectOf('TopicRecordName', 't', 'key', 'a.B')).toBe('t-a.B');
    expect(() => subjectOf('RecordName', 't', 'key')).toThrow('needs the name of a record');
  });

  test('those that a topic may have, best first', () => {
    const all = ['t-key', 'a.B', 't-a.B', 't-value', 't-2-value', 'other-value', 't-c.D'];
    expect(subjectsFor('t', 'value', all, ['a.B'])).toEqual(['t-value', 't-a.B', 'a.B', 't-c.D']);
  });

  test('of other contexts of the registry, after those of its own', () => {
    const all = [
      ':.staging:t-value',
      ':.staging:t-key',
      ':.staging:other-value',
      't-value',
      ':.staging:a.B',
      ':.staging:t-c.D',
    ];
    const expected = ['t-value', ':.staging:t-value', ':.staging:a.B', ':.staging:t-c.D'];
    expect(subjectsFor('t', 'value', all, ['a.B'])).toEqual(expected);
    expect(subjectsFor('t', 'key', all)).toEqual([':.staging:t-key', ':.staging:t-c.D']);
  });
});

describe('dead letters', () => {
  const long = (n: bigint) => {
    const out = Buffer.alloc(8);
    out.writeBigInt64BE(n);
    return new Uint8Array(out);
  };
  test.each([
    [
      'millrace',
      {
        'millrace.error': 'E: bad',
        'millrace.topic': 'orders',
        'millrace.partition': '2',
        'millrace.offset': '9007199254740993',
        'millrace.timestamp': '5',
        own: 'x',
      },
      { by: 'millrace', topic: 'orders', partition: 2, offset: 9007199254740993n, timestamp: 5, error: 'E: bad' },
    ],
    [
      'connect',
      {
        '__connect.errors.topic': 'in',
        '__connect.errors.partition': '0',
        '__connect.errors.offset': '3',
        '__connect.errors.exception.class.name': 'a.E',
        '__connect.errors.exception.message': 'no',
        own: 'x',
      },
      { by: 'connect', topic: 'in', partition: 0, offset: 3n, error: 'no' },
    ],
    [
      'spring',
      { 'kafka_dlt-original-topic': 'in', 'kafka_dlt-original-offset': long(4n), own: 'x' },
      { by: 'spring', topic: 'in', offset: 4n },
    ],
  ])('of %s', (_, headers, expected) => {
    const list = Object.entries(headers).map(
      ([name, value]) => [name, typeof value === 'string' ? utf8(value) : value] as const,
    );
    const { headers: dropped, ...origin } = originOf({ headers: list }) ?? { headers: [] };
    expect(origin).toEqual(expected);
    expect(dropped).toEqual(Object.keys(headers).filter((name) => name !== 'own'));
  });

  test('other messages have no origin', () => {
    expect(originOf({ headers: [['topic', utf8('x')]] })).toBeUndefined();
  });
});

test('JSON numbers of any size are kept in what is written', async () => {
  const bytes = (await messageWriter('json')).write(parseJson('{"n":123456789012345678901234567890}'));
  expect(new TextDecoder().decode(bytes)).toBe('{"n":123456789012345678901234567890}');
});
