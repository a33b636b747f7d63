import { encode as encodeMsgpack } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { framed } from '../../topics/decode/framing.ts';
import { quoteNames } from '../../topics/filter/names.ts';
import { ConditionError, compileMessageFilter } from '../../topics/filter-thread/compile.ts';
import type { ThreadPart, ThreadSchema } from '../../topics/filter-thread/protocol.ts';
import { parseAvro } from '../../topics/formats/avro-schema.ts';
import { writeAvro } from '../../topics/formats/avro-write.ts';
import { parseJson } from '../../topics/json.ts';
import { type Made, pageOf } from './pages.ts';

const STRING: ThreadPart = { format: 'string', type: 'STRING' };
const ORDER: ThreadPart = {
  format: 'json',
  type: 'ROW<`id` BIGINT, `amount` DOUBLE, `name` STRING, `timestamp` TIMESTAMP(3), `customer` ROW<`city` STRING>, `tags` ARRAY<STRING>>',
  options: { 'timestamp-format.standard': 'ISO-8601' },
};
const json = (value: unknown): Made => ({ value: JSON.stringify(value) });
const ORDERS: readonly Made[] = [
  {
    key: 'a',
    value: '{"id":9007199254740993,"amount":150.5,"name":"x","timestamp":"2026-01-31T12:00:00.5"}',
    headers: [['x', 'y']],
  },
  {
    key: 'b',
    value: '{"id":2,"amount":50,"customer":{"city":"Oslo"},"tags":["new"]}',
    headers: [
      ['x', 'z'],
      ['x', 'y'],
    ],
  },
  { key: null, value: null, timestamp: 5_000 },
  { key: 'c', value: 'not json' },
  { key: 'd', value: '{"id":"7","amount":"wrong","more":1}', headers: [['n', null]] },
];

const chosen = (
  condition: string,
  made: readonly Made[] = ORDERS,
  value = ORDER,
  schemas: readonly ThreadSchema[] = [],
) => {
  const filter = compileMessageFilter(condition, STRING, value, 'UTC');
  filter.know(schemas);
  return [...filter.test(pageOf(made)).chosen];
};

describe('a condition over messages', () => {
  test.each([
    ['value.amount > 100', [0]],
    [`value.amount > 10 AND headers['x'] = 'y'`, [0, 1]],
    ['value.id = 9007199254740993', [0]],
    ['value.id = 9007199254740992', []],
    ['value.id = 7', [4]],
    ['value.amount IS NULL', [2, 3, 4]],
    [`value.customer.city = 'Oslo'`, [1]],
    [`value.tags[1] = 'new'`, [1]],
    [`value.timestamp > TIMESTAMP '2026-01-31 12:00:00'`, [0]],
    [`key IN ('a', 'c')`, [0, 3]],
    ['key IS NULL', [2]],
    ['value IS NULL', [2, 3]],
    ['value_text IS NULL', [2]],
    [`value_text LIKE '%json%'`, [3]],
    [`key_text = 'd'`, [4]],
    ['offset >= 101 AND offset < 103', [1, 2]],
    ['partition = 3', [0, 1, 2, 3, 4]],
    [`timestamp < TO_TIMESTAMP_LTZ(6000, 3)`, [2]],
    // A repeated name counts once; without headers the map is empty.
    [`headers['n'] IS NULL AND CARDINALITY(headers) = 1`, [0, 1, 4]],
    [`CAST(value AS STRING) LIKE '%Oslo%'`, [1]],
    [`UPPER(value.name) = 'X' OR value.id + 1 = 3`, [0, 1]],
    ['TRUE', [0, 1, 2, 3, 4]],
    ['TRY_CAST(value.name AS BOOLEAN) IS NULL AND value.id = 2', [1]],
  ])('%s', (condition, expected) => {
    expect(chosen(condition)).toEqual(expected);
  });

  test('many records are read by the kernel, and those that are not plain beside it', () => {
    const made = Array.from({ length: 5000 }, (_, i): Made => {
      if (i % 1000 === 7) return { value: null };
      if (i % 1000 === 8) return { value: '{"id":' };
      return json({ name: i % 3 === 0 ? 'ü"' : 'plain', id: i, amount: i / 10 });
    });
    const expected = made.flatMap((_, i) => (i % 1000 > 8 && i > 4000 && i % 3 === 0 ? [i] : []));
    const filter = compileMessageFilter(`value.id > 4000 AND value.name = 'ü"'`, STRING, ORDER, 'UTC');
    const result = filter.test(pageOf(made));
    expect([...result.chosen]).toEqual(
      expected
        .concat(made.flatMap((_, i) => (i > 4000 && i % 1000 < 7 && i % 3 === 0 ? [i] : [])))
        .toSorted((a, b) => a - b),
    );
    expect(result.unreadable).toBe(5);
  });

  test('only what is read is asked for', () => {
    const needs = (condition: string) => compileMessageFilter(condition, STRING, ORDER, 'UTC').needs;
    expect(needs('value.id = 1')).toEqual({ key: false, value: true, headers: false });
    expect(needs(`headers['a'] = key_text`)).toEqual({ key: true, value: false, headers: true });
    expect(needs('offset = 1')).toEqual({ key: false, value: false, headers: false });
  });

  test('markers of transactions match nothing', () => {
    expect(chosen('TRUE', [{ value: 'x' }, { value: 'x', kind: 1 }])).toEqual([0]);
  });
});

describe('other formats', () => {
  test('Avro: data of an older writer, whose missing field is NULL; schemas that are not known', () => {
    const old = '{"type":"record","name":"R","fields":[{"name":"id","type":"int"}]}';
    const now =
      '{"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"s","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}}]}';
    const part: ThreadPart = {
      format: 'avro',
      type: 'ROW<`id` BIGINT, `s` STRING, `d` DECIMAL(10, 2)>',
      reader: { id: 2, type: 'AVRO', text: now, references: [] },
    };
    const made = [
      { value: framed(1, writeAvro(parseAvro(old), parseJson('{"id":1}'))) },
      { value: framed(2, writeAvro(parseAvro(now), parseJson('{"id":9007199254740993,"s":"B","d":1.25}'))) },
      { value: framed(3, Uint8Array.of(1)) },
      { value: 'text' },
    ];
    const schemas: ThreadSchema[] = [{ id: 1, type: 'AVRO', text: old, references: [] }];
    expect(chosen('value.id = 1', made, part, schemas)).toEqual([0]);
    expect(chosen(`value.s = 'B' AND value.d = 1.25`, made, part, schemas)).toEqual([1]);
    expect(chosen('value.s IS NULL', made, part, schemas)).toEqual([0, 2, 3]);
    expect(
      chosen(`value_text LIKE '%9007199254740993%'`, made, part, [
        ...schemas,
        { id: 2, type: 'AVRO', text: now, references: [] },
      ]),
    ).toEqual([1]);
  });

  test('MessagePack', () => {
    const part: ThreadPart = { format: 'msgpack', type: 'ROW<`id` BIGINT, `list` ARRAY<INT>>' };
    const made = [
      { value: encodeMsgpack({ id: 9007199254740993n, list: [1, 2] }, { useBigInt64: true }) },
      { value: Uint8Array.of(0xc1) },
    ];
    expect(chosen('value.id = 9007199254740993 AND value.list[2] = 2', made, part)).toEqual([0]);
    expect(compileMessageFilter('value.id = 1', STRING, part, 'UTC').test(pageOf(made)).unreadable).toBe(1);
  });

  test('JSON behind a schema id', () => {
    const part: ThreadPart = { format: 'json-schema', type: 'ROW<`id` BIGINT>' };
    expect(chosen('value.id = 4', [{ value: framed(9, new TextEncoder().encode('{"id":4}')) }], part)).toEqual([0]);
  });

  test('numbers in bytes', () => {
    const part: ThreadPart = { format: 'int64', type: 'BIGINT' };
    expect(chosen('value = 256', [{ value: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0) }, { value: 'x' }], part)).toEqual([
      0,
    ]);
  });
});

describe('what is wrong with a condition', () => {
  const problem = (condition: string) => {
    try {
      compileMessageFilter(condition, STRING, ORDER, 'UTC');
    } catch (error) {
      if (error instanceof ConditionError) return [error.message, condition.slice(error.start, error.end)];
      throw error;
    }
    return undefined;
  };
  test.each([
    ['value.amuont > 1', `Column 'value.amuont' not found in table 'messages'`, 'value.amuont'],
    ['value.amount > > 1', undefined, '> >'],
    ['', 'A condition is missing', ''],
    ['value.amount', 'A condition is TRUE or FALSE: this is another value', 'value.amount'],
    [`timestamp > 1 AND value.id = 1`, undefined, 'timestamp > 1'],
    ['SUM(value.id) > 1', undefined, undefined],
    ['nothing = 1', `Column 'nothing' not found in any table`, 'nothing'],
  ])('%s', (condition, message, place) => {
    const found = problem(condition);
    expect(found).toBeDefined();
    if (message !== undefined) expect(found?.[0]).toBe(message);
    if (place !== undefined) expect(found?.[1]).toBe(place);
  });

  test.each([
    ['value.value = key', '`value`.`value` = `key`'],
    [`timestamp > TIMESTAMP '2026-01-01 00:00:00'`, "`timestamp` > TIMESTAMP '2026-01-01 00:00:00'"],
    ['CAST(value.a AS TIMESTAMP(3)) = Timestamp', 'CAST(`value`.a AS TIMESTAMP(3)) = `timestamp`'],
    [`JSON_OBJECT(KEY 'a' VALUE value.order) = value_text`, "JSON_OBJECT(KEY 'a' VALUE `value`.`order`) = value_text"],
    ['(offset) + partition', '(`offset`) + `partition`'],
    ['`value`.a', '`value`.a'],
  ])('%s is quoted', (given, quoted) => {
    expect(quoteNames(given).text).toBe(quoted);
  });
});
