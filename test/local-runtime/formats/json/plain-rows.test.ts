import { describe, expect, test } from 'vitest';
import type { LogicalType, RowField } from '../../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../../local-runtime/batch/batch.ts';
import { type Column, valueAt } from '../../../../local-runtime/batch/column.ts';
import { FlinkFault } from '../../../../local-runtime/errors.ts';
import { JsonDecoder } from '../../../../local-runtime/formats/json/decoder.ts';
import { PlainRows } from '../../../../local-runtime/formats/json/plain-rows.ts';
import type { JsonOptions } from '../../../../local-runtime/formats/json/values.ts';
import { LineDecoder } from '../../../../local-runtime/formats/lines.ts';

const type = (root: string, more: object = {}) => ({ root, nullable: true, ...more }) as LogicalType;
const FIELDS: readonly RowField[] = [
  { name: 'id', type: type('BIGINT') },
  { name: 'n', type: type('INTEGER') },
  { name: 'x', type: type('DOUBLE') },
  { name: 'ok', type: type('BOOLEAN') },
  { name: 'text', type: type('VARCHAR', { length: 2147483647 }) },
  { name: 'at', type: type('TIMESTAMP_WITHOUT_TIME_ZONE', { precision: 3 }) },
  { name: 'ünïcode', type: type('VARCHAR', { length: 10 }) },
];
const OPTIONS = { failOnMissingField: false, ignoreParseErrors: false, timestampFormat: 'SQL' } as const;

/** A line with some of the values replaced; values are JSON text. */
function line(values: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = {
    id: '12',
    n: '3',
    x: '1.5',
    ok: 'true',
    text: '"abc"',
    at: '"2025-01-02 03:04:05.678"',
    ünïcode: '"ä"',
    ...values,
  };
  return `{${Object.entries(all)
    .map(([name, value]) => `"${name}":${value}`)
    .join(',')}}`;
}

const long = 'x'.repeat(100);
const LINES: readonly (readonly [string, string])[] = [
  ...['0', '-0', '-7', '999999999', '1234567890', '-123456789012345', '9007199254740993', '-9223372036854775808'].map(
    (id) => ['id', line({ id })] as const,
  ),
  ...['1.5', '"12"', '01', '-', 'null', 'nul', 'true', '1e3', '9223372036854775808', '{}', ''].map(
    (id) => ['id', line({ id })] as const,
  ),
  ...['2147483647', '-2147483648', '2147483648', '1.0', '"5"', 'null'].map((n) => ['n', line({ n })] as const),
  ...[
    '0',
    '-0',
    '0.1',
    '-0.30000000000000004',
    '123456789.1234',
    '1.',
    '.5',
    '00.5',
    '1e-7',
    '1E400',
    '1732186630123.456',
    '9007199254740993',
    '-9007199254740992.5',
    '123456789012345678901234567890',
    '0.000000000000000001',
    '-1.7976931348623157e308',
    '2e',
    'Infinity',
    '"2"',
    'null',
    '5',
  ].map((x) => ['x', line({ x })] as const),
  ...['false', 'null', '"true"', 'tru', 'falsey', '1'].map((ok) => ['ok', line({ ok })] as const),
  ...[
    '""',
    'null',
    `"${long}"`,
    '"a\\nb"',
    '"\\u00e4\\ud83d\\ude00"',
    '"\\""',
    '"a\tb"',
    '"日本語 😀"',
    '12',
    '[1, 2]',
    '{"a":1}',
  ].map((text) => ['text', line({ text })] as const),
  ...[
    '"2025-01-31 00:00:00"',
    '"2024-02-29 23:59:59.9"',
    '"2025-02-29 00:00:00"',
    '"2025-01-01T00:00:00"',
    '"2025-1-1 0:0:0"',
    'null',
    '"0001-01-01 00:00:00.001"',
    '"2025-01-0a 00:00:00"',
    '"2025-01-01 00:00:00.1234"',
    '7',
  ].map((at) => ['at', line({ at })] as const),
  ['blanks of Python', '{"id": 1, "n": 2, "x": 0.5, "ok": true, "text": "t", "at": null, "ünïcode": "u"}'],
  ['more blanks', '{ "id" : 1 , "n":2 }  '],
  ['another order', '{"n":2,"id":1}'],
  ['a missing field', '{"id":1}'],
  ['an unknown field', line({ more: '{"deep":[1,"}"]}' })],
  ['a field twice', line().replace('}', ',"id":5}')],
  ['nothing', ''],
  ['an empty object', '{}'],
  ['a carriage return', `${line()}\r`],
  ['a text that is not ended', `{"id":1,"n":2,"x":1,"ok":true,"text":"${long}`],
  ['what may follow it', `","at":null,"ünïcode":"u"}`],
  ['no object', '[1]'],
];

/** Rows and failures, each as text, of lines decoded in chunks of so many bytes. */
function decoded(lines: readonly string[], wanted: readonly number[], quick: boolean, chunk: number): string[] {
  const fields = wanted.map((at) => FIELDS[at] as RowField);
  const out: string[] = [];
  const plain = quick ? PlainRows.of(FIELDS, wanted, OPTIONS) : undefined;
  if (quick && plain === undefined) throw new Error('these types are read by the quick way');
  const general = new JsonDecoder(fields, OPTIONS);
  const decoder = new LineDecoder(
    fields,
    (bytes, from, to, builder) => general.record(bytes, from, to, builder),
    { kept: true, record: (_bytes, error, at) => out.push(`${at}: ${error.message}`) },
    plain && ((bytes, from, builder) => plain.lines(bytes, from, builder)),
  );
  const rowsOf: string[] = [];
  const take = (batch: Batch | undefined): void => {
    for (let i = 0; i < (batch?.length ?? 0); i++) {
      const values = batch?.columns.map((column) => valueAt(column, i));
      rowsOf.push(
        JSON.stringify(values, (_, v) => (typeof v === 'bigint' ? `${v}n` : Object.is(v, -0) ? 'negative 0' : v)),
      );
    }
  };
  const bytes = new TextEncoder().encode(lines.join('\n'));
  for (let at = 0; at < bytes.length; at += chunk) {
    const room = Math.min(at, 16);
    // A copy of its own, as bytes before the chunk may be overwritten.
    const copy = bytes.slice(at - room, at + chunk);
    take(decoder.push(copy.subarray(room), room));
  }
  take(decoder.end());
  return [...out, ...rowsOf];
}

describe('the quick way of reading JSON lines gives what the general one gives', () => {
  const projections = [[0, 1, 2, 3, 4, 5, 6], [4, 0], [5], [6, 1, 3], []];
  test.each(LINES)('%s: %s', (_, text) => {
    for (const wanted of projections) {
      // Twice, with plain lines around.
      const lines = [line(), text, line({ id: '77' }), line(), text, line()];
      expect(decoded(lines, wanted, true, 1 << 16)).toEqual(decoded(lines, wanted, false, 1 << 16));
    }
  });

  test.each([1, 7, 64, 257, 1000])('all of them in chunks of %d bytes', (chunk) => {
    const lines = LINES.flatMap(([, text]) => [line(), text]);
    for (const wanted of projections) {
      expect(decoded(lines, wanted, true, chunk)).toEqual(decoded(lines, wanted, false, 1 << 20));
    }
  });

  test('more rows than fit at once', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => line({ id: String(i), n: i % 5 ? String(i) : 'null' }));
    const wanted = [0, 1, 4];
    expect(decoded(lines, wanted, true, 1 << 22)).toEqual(decoded(lines, wanted, false, 1 << 22));
  });
});

test('types and tables that the quick way leaves alone', () => {
  const nested = { name: 'r', type: type('ARRAY', { element: type('INTEGER') }) };
  expect(PlainRows.of([nested], [0], OPTIONS)).toBeUndefined();
  expect(PlainRows.of([nested, ...FIELDS], [1], OPTIONS)).toBeDefined();
  expect(PlainRows.of([], [], OPTIONS)).toBeUndefined();
});

test('a chunk in one piece is read without the general reader', () => {
  const plain = PlainRows.of(FIELDS, [0, 4], OPTIONS);
  if (plain === undefined) throw new Error('not compiled');
  const general = new LineDecoder(
    [FIELDS[0] as RowField, FIELDS[4] as RowField],
    () => {
      throw new FlinkFault('IOException', 'the general reader was asked');
    },
    undefined,
    (bytes, from, out) => plain.lines(bytes, from, out),
  );
  const bytes = new TextEncoder().encode(`${line()}\n${line({ text: `"${long}"` })}\n`);
  expect(general.push(bytes)?.length).toBe(2);
});

describe('keys of rows that are not those of the table are learned', () => {
  const shapes: Readonly<Record<string, (i: number) => string>> = {
    'another order': (i) => `{"text":"t${i}","ünïcode":"u","id":${i},"at":null,"ok":false,"x":${i / 4},"n":${i}}`,
    'more keys': (i) =>
      `{"host":"h","deep":{"a":[1,{"b":"}"}]},"id":${i},"n":1,"x":0,"ok":null,"more":1e9,"text":"t","at":null,"ünïcode":"ä"}`,
    'keys that are missing': (i) => `{"n":${i},"id":${-i}}`,
    'none of the keys': () => '{"other":[]}',
  };
  const wanted = [0, 1, 2, 3, 4, 5, 6];

  test.each(Object.keys(shapes))('%s', (name) => {
    const shape = shapes[name] as (i: number) => string;
    const lines = Array.from({ length: 300 }, (_, i) => shape(i));
    expect(decoded(lines, wanted, true, 1 << 16)).toEqual(decoded(lines, wanted, false, 1 << 16));
    expect(leftToGeneral(lines)).toBe(2);
  });

  test('and again when they change', () => {
    const lines = Object.values(shapes).flatMap((shape) => Array.from({ length: 100 }, (_, i) => shape(i)));
    expect(decoded(lines, wanted, true, 1 << 16)).toEqual(decoded(lines, wanted, false, 1 << 16));
    expect(leftToGeneral(lines)).toBeLessThan(100);
  });

  test('not by a row with an escape here and there', () => {
    const lines = Array.from({ length: 300 }, (_, i) => line(i % 10 === 9 ? { text: '"\\n"' } : { id: String(i) }));
    expect(leftToGeneral(lines)).toBe(30);
  });

  test('not where all fields must be there', () => {
    const options = { ...OPTIONS, failOnMissingField: true };
    const lines = Array.from({ length: 10 }, () => '{"id":1,"n":2}');
    expect(leftToGeneral(lines, options)).toBe(10);
  });

  /** How many of the lines the kernel did not read. */
  function leftToGeneral(lines: readonly string[], options: JsonOptions = OPTIONS): number {
    const plain = PlainRows.of(FIELDS, wanted, options);
    let left = 0;
    const count = (): void => {
      left++;
    };
    const decoder = new LineDecoder(
      FIELDS,
      count,
      undefined,
      (bytes, from, out) => plain?.lines(bytes, from, out) ?? from,
    );
    decoder.push(new TextEncoder().encode(`${lines.join('\n')}\n`));
    return left;
  }
});

test('decimals', () => {
  const fields = [
    { name: 'a', type: type('DECIMAL', { precision: 10, scale: 2 }) },
    { name: 'b', type: type('DECIMAL', { precision: 18, scale: 18 }) },
    { name: 'c', type: type('DECIMAL', { precision: 18, scale: 0 }) },
  ];
  const texts = [
    '0',
    '-0',
    '1.5',
    '-12345678.99',
    '123456789',
    '1.005',
    '0.123456789012345678',
    '1',
    '1e2',
    '"7.5"',
    'null',
  ];
  const general = new JsonDecoder(fields, OPTIONS);
  const plain = PlainRows.of(fields, [0, 1, 2], OPTIONS);
  const rows = (quick: boolean): unknown[] => {
    const decoder = new LineDecoder(
      fields,
      (bytes, from, to, out) => general.record(bytes, from, to, out),
      undefined,
      (bytes, from, out) => (quick ? (plain?.lines(bytes, from, out) ?? from) : from),
    );
    const lines = texts.flatMap((a) => [a, '0.5'].map((b) => `{"a":${a},"b":${b},"c":${a}}\n`));
    const batch = decoder.push(new TextEncoder().encode(lines.join('')));
    return Array.from({ length: batch?.length ?? 0 }, (_, i) => batch?.columns.map((column) => valueAt(column, i)));
  };
  expect(plain).toBeDefined();
  expect(rows(true)).toEqual(rows(false));
  expect(rows(true)).toContainEqual([150n, 500000000000000000n, 2n]);
});

test('days of all months', () => {
  const fields = [{ name: 'at', type: type('TIMESTAMP_WITHOUT_TIME_ZONE', { precision: 3 }) }];
  const plain = PlainRows.of(fields, [0], OPTIONS);
  let asked = 0;
  const decoder = new LineDecoder(
    fields,
    () => {
      asked++;
    },
    undefined,
    (bytes, from, out) => plain?.lines(bytes, from, out) ?? from,
  );
  const days = [0, 59, 60, 365, 20_000, 19_782, -719_468, -1, 2_932_896].map((day) => day * 86_400_000 + 45_296_789);
  const text = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
  const year = Array.from({ length: 365 }, (_, i) => Date.UTC(2025, 0, 1 + i, 23, 59, 59, 999));
  const all = [...days, ...year];
  const batch = decoder.push(new TextEncoder().encode(all.map((ms) => `{"at":"${text(ms)}"}\n`).join('')));
  expect(asked).toBe(1); // 2024-02-29: the general reader knows of leap years.
  expect(Array.from({ length: batch?.length ?? 0 }, (_, i) => valueAt(batch?.columns[0] as Column, i))).toEqual(
    all.filter((ms) => !text(ms).includes('-02-29')).map((ms) => ({ ms, nanos: 0 })),
  );
});
