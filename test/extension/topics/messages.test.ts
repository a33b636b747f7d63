import { describe, expect, test } from 'vitest';
import { editedContent } from '../../../extension/topics/edited-content.ts';
import { MessageRows } from '../../../extension/topics/message-rows.ts';
import { hexDump, messageView } from '../../../extension/topics/message-view.ts';
import { readProduceDocument, recordsOf } from '../../../extension/topics/produce.ts';
import { redriven } from '../../../extension/topics/redrive-records.ts';
import { jobUses, topicTables } from '../../../extension/topics/usage.ts';
import { messageDecoder } from '../../../topics/decode/decoder.ts';
import { type JsonValue, printJson } from '../../../topics/json.ts';
import type { RawMessage } from '../../../topics/types.ts';
import { readWindow } from '../../../webviews/results/row-window.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const raw = (offset: bigint, value: string | null, more: Partial<RawMessage> = {}): RawMessage => ({
  topic: 't',
  partition: 3,
  offset,
  timestamp: 1_700_000_000_000,
  timestampType: 'CreateTime',
  key: bytes('k'),
  value: value === null ? null : bytes(value),
  headers: [],
  ...more,
});
const decode = (messages: readonly RawMessage[]) => messageDecoder().decode(messages, { key: 'string', value: 'auto' });
const table = (ipc: Uint8Array): (string | null)[][] => {
  const { length, cells } = readWindow(0, ipc);
  return Array.from({ length }, (_, i) => cells.map((cell) => cell(i)));
};

describe('messages as rows', () => {
  test('offsets and numbers keep every digit; a tombstone is NULL, an empty value is empty', async () => {
    const messages = await decode([
      raw(9_007_199_254_740_993n, '{"n":9007199254740993}', {
        headers: [
          ['a', bytes('1')],
          ['b', null],
          ['a', bytes('2')],
        ],
      }),
      raw(2n, null),
      raw(3n, '', { key: null }),
      raw(4n, null, { control: 'abort' }),
    ]);
    const rows = table(new MessageRows('UTC', undefined).page(messages).ipc);
    expect(rows[0]).toEqual([
      '3',
      '9007199254740993',
      '2023-11-14 22:13:20.000',
      'k',
      '{"n":9007199254740993}',
      '{"a":["1","2"],"b":null}',
    ]);
    expect(rows[1]?.slice(3)).toEqual(['k', null, null]);
    expect(rows[2]?.slice(3)).toEqual([null, '', null]);
    expect(rows[3]?.slice(3)).toEqual(['(abort marker)', null, null]);
  });

  test('fields of values are columns of the types that they have; what does not fit stands in the value', async () => {
    const first = await decode([
      raw(1n, '{"id":9007199254740993,"x":1.5,"ok":true,"tags":["a"],"long":1.2345678901234567890}'),
      raw(2n, '{"id":2,"city":"Riga","x":2}'),
    ]);
    const rows = new MessageRows('UTC', first);
    const { cells, length } = readWindow(0, rows.page(first).ipc);
    expect(length).toBe(2);
    const at = (row: number): (string | null)[] => cells.slice(4, 10).map((cell) => cell(row));
    expect(at(0)).toEqual(['9007199254740993', '1.5', 'TRUE', '["a"]', '1.2345678901234567890', null]);
    expect(at(1)).toEqual(['2', expect.stringMatching(/^2(\.0)?$/), null, null, null, 'Riga']);
    const later = await decode([raw(3n, '{"id":"three"}'), raw(4n, 'no json')]);
    const next = table(rows.page(later).ipc);
    expect(next.map((row) => row[4])).toEqual([null, null]);
    expect(next.map((row) => row[10])).toEqual(['{"id":"three"}', 'no json']);
  });

  test('one message in full', async () => {
    const [message] = await decode([raw(5n, '{"a":{"b":[1]}}')]);
    const view = message && messageView(message, undefined);
    expect(view?.value.text).toBe('{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}');
    expect(view?.value.format).toBe('json');
    expect(hexDump(bytes('0123456789abcdefg\n')).split('\n')).toEqual([
      '000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
      '000010  67 0a                                            g.',
    ]);
  });
});

describe('documents of messages', () => {
  const records = async (document: unknown) => {
    const content = readProduceDocument(typeof document === 'string' ? document : JSON.stringify(document));
    const all = [];
    for await (const some of recordsOf(content, undefined, new AbortController().signal)) all.push(...some);
    return all;
  };
  const text = (part: Uint8Array | null | undefined) => part && Buffer.from(part).toString('utf8');

  test('strings are written as they are, all else as JSON with every digit, null is a tombstone', async () => {
    const [one, two] = await records(
      '{"connection":"c","topic":"t","messages":[{"key":"k","value":{"n":9007199254740993},"headers":{"h":"x"},"partition":1,"timestamp":"2026-01-01T00:00:00Z"},{"key":7,"value":null,"headers":[["h","a"],["h",null]]}]}',
    );
    expect([text(one?.key), text(one?.value)]).toEqual(['k', '{"n":9007199254740993}']);
    expect(one).toMatchObject({ partition: 1, timestamp: Date.parse('2026-01-01T00:00:00Z') });
    expect([text(two?.key), two?.value]).toEqual(['7', null]);
    expect(two?.headers?.map(([name, value]) => [name, text(value)])).toEqual([
      ['h', 'a'],
      ['h', null],
    ]);
  });

  test('formats that are named', async () => {
    const base = { connection: 'c', topic: 't' };
    const [hex] = await records({ ...base, valueFormat: 'hex', messages: [{ value: '00 ff' }] });
    expect([...(hex?.value ?? [])]).toEqual([0, 255]);
    const [json] = await records({ ...base, valueFormat: 'json', messages: [{ value: 'x' }] });
    expect(text(json?.value)).toBe('"x"');
  });

  test('a template makes many, counted, with numbers where they are wanted', async () => {
    const made = await records({
      connection: 'c',
      topic: 't',
      template: { key: 'k#{index}', value: { id: '=#{index}', name: '#{Name.firstName}', two: 'a"#{index}' } },
      count: 3,
      seed: 1,
    });
    expect(made.map(({ key }) => text(key))).toEqual(['k0', 'k1', 'k2']);
    const values = made.map(({ value }) => JSON.parse(text(value) ?? ''));
    expect(values.map(({ id, two }) => [id, two])).toEqual([
      [0, 'a"0'],
      [1, 'a"1'],
      [2, 'a"2'],
    ]);
    expect(values.every(({ name }) => typeof name === 'string' && name.length > 0)).toBe(true);
  });

  test('messages that are edited are written as they were, with every digit', async () => {
    const before = [
      raw(1n, '{"n":9007199254740993}', {
        headers: [
          ['h', bytes('x')],
          ['h', null],
        ],
      }),
      raw(2n, null, { key: null }),
    ];
    const document = new Map<string, JsonValue>([
      ['connection', 'c'],
      ['topic', 't'],
      ...editedContent(await decode(before)),
    ]);
    const after = await records(printJson(document));
    expect(after.map(({ key, value }) => [text(key), text(value)])).toEqual([
      ['k', '{"n":9007199254740993}'],
      [null, null],
    ]);
    expect(after[0]?.headers?.map(([name, value]) => [name, text(value)])).toEqual([
      ['h', 'x'],
      ['h', null],
    ]);
    const mixed = editedContent(await decode([raw(1n, '{"a":1}'), raw(2n, 'text')]));
    expect(mixed.get('valueFormat')).toBe('hex');
  });

  test('values by the schema of their subject', async () => {
    const asked: string[] = [];
    const found = {
      schema: '{"type":"record","name":"O","fields":[{"name":"id","type":"long"}]}',
      type: 'AVRO' as const,
      references: [],
    };
    const registry = {
      version: async (subject: string) => {
        asked.push(subject);
        return { ...found, subject, version: 1, id: 7 };
      },
      schema: async () => found,
    };
    const document = {
      connection: 'c',
      topic: 't',
      valueFormat: 'avro',
      messages: [{ value: { id: 3 } }, { value: { id: 'x' } }],
    };
    const run = async (content: unknown) => {
      const all = [];
      const signal = new AbortController().signal;
      for await (const some of recordsOf(readProduceDocument(JSON.stringify(content)), registry, signal))
        all.push(...some);
      return all;
    };
    await expect(run(document)).rejects.toThrow(/^messages\[1\]\.value/);
    const [one] = await run({ ...document, messages: document.messages.slice(0, 1) });
    expect([...(one?.value ?? [])]).toEqual([0, 0, 0, 0, 7, 6]);
    expect(new Set(asked)).toEqual(new Set(['t-value']));
  });

  test.each([
    ['{"connection":', /^The document is not JSON: .* \(line 1\)$/],
    ['[]', 'The document is not a JSON object'],
    ['{"connection":"c","topic":"t"}', 'The document has either "messages" or a "template"'],
    ['{"connection":"c","topic":"t","messages":[]}', 'The document has no "messages"'],
    ['{"connection":"c","topic":"t","valueFormat":"avro","messages":[{"value":1}]}', 'needs a schema registry'],
    ['{"connection":"c","topic":"t","messages":[{"valeu":1}]}', 'messages[0] has an unknown part "valeu"'],
    ['{"connection":"c","topic":"t","messages":[{"partition":-1}]}', 'messages[0].partition is not a whole number'],
    ['{"connection":"c","topic":"t","messages":[{"timestamp":"soon"}]}', 'messages[0].timestamp is no time'],
    [
      '{"connection":"c","topic":"t","valueFormat":"hex","messages":[{"value":"0"}]}',
      /^messages\[0\]\.value: pairs of hexadecimal/,
    ],
  ])('%s is refused before anything is sent', async (document, problem) => {
    await expect(records(document)).rejects.toThrow(problem);
  });
});

test('tables of a text that are over topics', () => {
  const text = `CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topic' = 'one;two', 'properties.bootstrap.servers' = 'h:1');
CREATE TABLE b (x INT) WITH ('connector' = 'datagen');
CREATE TEMPORARY TABLE db.c (x INT PRIMARY KEY NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'three');`;
  expect(topicTables(text).map(({ name, topics, bootstrap }) => [name, topics, bootstrap])).toEqual([
    ['a', ['one', 'two'], 'h:1'],
    ['db.c', ['three'], undefined],
  ]);
  expect(jobUses('insert-into_default_catalog.default_database.orders', ['orders'])).toBe(true);
  expect(jobUses('insert-into_default_catalog.default_database.orders_eu', ['orders'])).toBe(false);
});

test('messages of a dead-letter topic go to where they came from, without the headers of their failure', () => {
  const header = (name: string, value: string) => [name, bytes(value)] as const;
  const dead = raw(1n, 'v', {
    headers: [header('app', 'x'), header('__connect.errors.topic', 'orders'), header('__connect.errors.offset', '12')],
  });
  const { byTopic, unknown } = redriven([dead, raw(2n, 'w')]);
  expect(unknown).toBe(1);
  expect([...byTopic.keys()]).toEqual(['orders']);
  expect(byTopic.get('orders')?.[0]?.headers?.map(([name]) => name)).toEqual(['app']);
});
