import { describe, expect, it } from 'vitest';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, ROW_KIND_SHORT } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { FlinkFault } from '../../../local-runtime/errors.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';

const utf8 = new TextEncoder();
const field = (name: string, type: LogicalType): RowField => ({ name, type });

function rowsOf(batch: Batch | undefined): unknown[][] {
  if (!batch) return [];
  return Array.from({ length: batch.length }, (_, i) => [
    ROW_KIND_SHORT[batch.kinds?.[i] ?? 0],
    ...batch.columns.map((c) => {
      const v = valueAt(c, i);
      return v !== null && typeof v === 'object' && 'ms' in v ? new Date(v.ms).toISOString() : v;
    }),
  ]);
}

/** Decodes a text in chunks of every size, which must all give the same rows. */
function decode(format: string, fields: RowField[], text: string, options: Record<string, string> = {}): unknown[][] {
  const bytes = utf8.encode(text);
  const all = [bytes.length || 1, 7, 1].map((size) => {
    const decoder = formatFor(format).streamDecoder?.({ fields, options, zone: 'UTC' });
    if (!decoder) throw new Error('no decoder');
    const rows: unknown[][] = [];
    for (let i = 0; i < bytes.length; i += size) rows.push(...rowsOf(decoder.push(bytes.slice(i, i + size))));
    rows.push(...rowsOf(decoder.end()));
    return rows;
  });
  expect(all[1]).toEqual(all[0]);
  expect(all[2]).toEqual(all[0]);
  return all[0] as unknown[][];
}

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FlinkFault) {
      const last = error.chain().at(-1);
      return `${last?.exception}: ${last?.message}`;
    }
    throw error;
  }
  return 'no failure';
}

const ab = [field('a', types.int()), field('b', types.string())];

describe('json', () => {
  it.each([
    [
      'fields in and out of order, more and fewer',
      '{"a":1,"b":"x"}\n{"b":"y","c":{"d":[1,{}]},"a":-2}\n{}\n',
      [
        ['+I', 1, 'x'],
        ['+I', -2, 'y'],
        ['+I', null, null],
      ],
    ],
    [
      'escapes, unicode, blanks',
      ' { "a" : 3 , "b" : "q\\"\\u00e9\\n" }\r\n\n{"a":null,"b":"zoë"}',
      [
        ['+I', 3, 'q"é\n'],
        ['+I', null, 'zoë'],
      ],
    ],
    [
      'text that is a number, numbers as text',
      '{"a":"12","b":1.50}\n{"a":1.9,"b":true}',
      [
        ['+I', 12, '1.50'],
        ['+I', 1, 'true'],
      ],
    ],
    ['an object or array as text', '{"a":1,"b":{"x": [1, "a b"]}}', [['+I', 1, '{"x":[1,"a b"]}']]],
    ['the last of a repeated key', '{"a":1,"a":2,"b":"x"}', [['+I', 2, 'x']]],
  ])('%s', (_, text, rows) => expect(decode('json', ab, text)).toEqual(rows));

  it('keeps 64-bit integers and decimals exact', () => {
    const fields = [field('n', types.bigint()), field('d', types.decimal(20, 3)), field('e', types.decimal(4, 1))];
    expect(decode('json', fields, '{"n":9223372036854775807,"d":12345678901234567.8905,"e":12345.6}')).toEqual([
      ['+I', 9223372036854775807n, 12345678901234567891n, null],
    ]);
  });

  it('reads timestamps in both standards', () => {
    const fields = [field('t', types.timestamp(3)), field('l', types.timestampLtz(3))];
    expect(decode('json', fields, '{"t":"2024-02-29 12:00:01.5","l":"1969-12-31 23:59:59Z"}')).toEqual([
      ['+I', '2024-02-29T12:00:01.500Z', '1969-12-31T23:59:59.000Z'],
    ]);
    expect(
      decode('json', fields, '{"t":"2024-02-29T12:00","l":"2024-01-31T00:00:00.001Z"}', {
        'timestamp-format.standard': 'ISO-8601',
      }),
    ).toEqual([['+I', '2024-02-29T12:00:00.000Z', '2024-01-31T00:00:00.001Z']]);
  });

  it.each([
    ['{"a":1', 'JsonEOFException: Unexpected end-of-input'],
    [
      '{"a":x}',
      "JsonParseException: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    [
      '{"a":3000000000}',
      'InputCoercionException: Numeric value (3000000000) out of range of int (-2147483648 - 2147483647)',
    ],
    ['{"a":"1x"}', 'NumberFormatException: For input string: "1x"'],
  ])('%s fails', (text, words) => {
    expect(failure(() => decode('json', ab, text))).toBe(words);
    expect(decode('json', ab, `${text}\n{"a":2,"b":"ok"}`, { 'ignore-parse-errors': 'true' }).at(-1)).toEqual([
      '+I',
      2,
      'ok',
    ]);
  });

  it('writes what it reads', () => {
    const fields = [
      field('a', types.int()),
      field('d', types.decimal(10, 2)),
      field('t', types.timestamp(3)),
      field('m', types.map(types.string(), types.int())),
      field('f', types.double()),
    ];
    const text = '{"a":1,"d":1.5,"t":"2024-01-01 00:00:00.25","m":{"k":1},"f":1.0E10}';
    const batch = formatFor('json')
      .streamDecoder?.({ fields, options: {}, zone: 'UTC' })
      .push(utf8.encode(`${text}\n`));
    const encoder = formatFor('json').encoder?.({ fields, options: {}, zone: 'UTC' });
    expect(new TextDecoder().decode(encoder?.row(batch as Batch, 0))).toBe(text);
  });
});

describe('debezium-json', () => {
  it('turns operations into row kinds', () => {
    const text = [
      '{"before":null,"after":{"a":1,"b":"x"},"op":"c"}',
      '{"before":{"a":1,"b":"x"},"after":{"a":1,"b":"y"},"op":"u"}',
      '{"before":{"a":1,"b":"y"},"after":null,"op":"d"}',
    ].join('\n');
    expect(decode('debezium-json', ab, text)).toEqual([
      ['+I', 1, 'x'],
      ['-U', 1, 'x'],
      ['+U', 1, 'y'],
      ['-D', 1, 'y'],
    ]);
  });
});

describe('csv', () => {
  it.each([
    [
      'quotes, doubled quotes, line breaks in quotes',
      '1,"a, ""b""\nc"\n2,\n',
      [
        ['+I', 1, 'a, "b"\nc'],
        ['+I', 2, ''],
      ],
    ],
    [
      'blanks around numbers, too few fields',
      ' 7 , x \n8',
      [
        ['+I', 7, ' x '],
        ['+I', 8, null],
      ],
    ],
  ])('%s', (_, text, rows) => expect(decode('csv', ab, text)).toEqual(rows));

  it('instants, as Flink writes them: of UTC, with a Z', () => {
    const fields = [{ name: 't', type: types.timestampLtz(3) }];
    const text = '2024-02-29 11:34:56Z\n"2024-02-29 11:34:56.123456789Z"\n 2024-02-29 11:34:56.5Z \n';
    expect(decode('csv', fields, text)).toEqual([
      ['+I', '2024-02-29T11:34:56.000Z'],
      ['+I', '2024-02-29T11:34:56.123Z'],
      ['+I', '2024-02-29T11:34:56.500Z'],
    ]);
    expect(failure(() => decode('csv', fields, '2024-02-29 11:34:56'))).toContain(
      "Text '2024-02-29 11:34:56' could not be parsed at index 19",
    );
  });

  it('lets go what is too much in a nested row, as Flink does, and misses what is too little', () => {
    const type = types.row([
      { name: 'x', type: types.int() },
      { name: 'y', type: types.string() },
    ]);
    expect(decode('csv', [{ name: 'r', type }], '7;a;b')).toEqual([['+I', [7, 'a']]]);
    expect(failure(() => decode('csv', [{ name: 'r', type }], '7'))).toContain(
      'Row length mismatch. 2 fields expected but was 1.',
    );
  });

  it('refuses too many fields', () => {
    expect(failure(() => decode('csv', ab, '1,x,extra'))).toBe(
      'CsvReadException: Too many entries: expected at most 2 (value #2 (5 chars) "extra")',
    );
  });

  it('quotes what Jackson quotes', () => {
    const out = new BatchBuilder(ab.map((f) => f.type));
    out.values([1, 'plain']);
    out.values([2, 'with blank']);
    out.values([null, 'a"b']);
    const batch = out.take();
    const encoder = formatFor('csv').encoder?.({ fields: ab, options: {}, zone: 'UTC' });
    const lines = [0, 1, 2].map((i) => new TextDecoder().decode(encoder?.row(batch, i)));
    expect(lines).toEqual(['1,plain', '2,"with blank"', ',"a""b"']);
  });
});

it('names an unknown format as Flink does', () => {
  expect(failure(() => formatFor('yaml'))).toBe(
    `ValidationException: Could not find any factory for identifier 'yaml' that implements 'org.apache.flink.table.factories.DeserializationFormatFactory' in the classpath.\n\nAvailable factory identifiers are:\n\n${[
      'avro',
      'avro-confluent',
      'canal-json',
      'csv',
      'debezium-avro-confluent',
      'debezium-json',
      'json',
      'maxwell-json',
      'ogg-json',
      'raw',
    ].join('\n')}`,
  );
});
