import { describe, expect, it } from 'vitest';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { CsvDecoder, type CsvOptions, CsvStreamDecoder } from '../../../local-runtime/formats/csv/decoder.ts';
import { seededBelow } from '../../harness/random.ts';

/** Files are read by the loop for plain records where that can be; it must not be seen in what comes out. */

const columns: readonly LogicalType[] = [
  types.int(),
  types.string(),
  types.bigint(),
  types.double(),
  types.decimal(12, 3),
  types.boolean(),
  types.date(),
  types.timestamp(3),
  types.tinyint(),
];
const fields = columns.map((type, i) => ({ name: `f${i}`, type }));

const plain = ['42', 'grün', '-9007199254', '1.5e3', '12.50', 'true', '2024-02-05', '2024-02-05 01:02:03.004', '-128'];
const odd: readonly (readonly string[])[] = [
  ['', '+7', ' 8', '2147483648', 'x', '-', '007', '99999999999999999999'],
  ['', 'a b', '"quo,ted"', '"two\nlines"', 'in"side', '\\,', 'NULL', '#', '\u{feff}x'],
  ['9223372036854775807', '-9223372036854775808', '12345678901234567', '+1', ''],
  ['NaN', '-Infinity', '1d', ' 2.5 ', '.5', '5.', '1e', ''],
  ['123456789.123', '1234567890.1', '1.2345', '-0.001', '.5', '5.', '1e2', '-', ''],
  ['TRUE', 'false', 'yes', '', 'treu'],
  ['2024-02-30', '2024-2-5', '0000-01-01', '2024-12-31', ''],
  ['2024-02-05 1:2:3', '2024-02-31 00:00:00', '2024-02-05T01:02:03', '2024-02-05 01:02:03.123456', ''],
  ['127', '128', '-129', ''],
];

const options: CsvOptions = {
  delimiter: ',',
  quote: '"',
  escape: '\\',
  allowComments: true,
  ignoreParseErrors: true,
  arrayDelimiter: ';',
  nullLiteral: 'NULL',
};

function records(random: (below: number) => number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const wide = random(20) === 0 ? random(columns.length + 2) : columns.length;
    const record = Array.from({ length: wide }, (_, c) => {
      const choices = odd[c];
      return choices && random(12) === 0 ? (choices[random(choices.length)] as string) : (plain[c] ?? 'more');
    });
    return record.join(',') + (random(9) === 0 ? '\r' : '');
  });
}

const rowsOf = (batch: Batch | undefined) =>
  batch ? Array.from({ length: batch.length }, (_, i) => batch.columns.map((column) => valueAt(column, i))) : [];

function slowly(texts: readonly string[], projected: readonly number[], given: CsvOptions): unknown[][] {
  const decoder = new CsvDecoder(fields, projected, given);
  const out = new BatchBuilder(projected.map((p) => columns[p] as LogicalType));
  for (const text of texts) decoder.message(new TextEncoder().encode(text.replace(/\r$/, '')), out);
  return rowsOf(out.take());
}

function quickly(
  bytes: Uint8Array,
  projected: readonly number[],
  given: CsvOptions,
  step: () => number,
): { rows: unknown[][]; left: number } {
  const decoder = new CsvDecoder(fields, projected, given);
  expect(decoder.plain).toBeDefined();
  const stream = new CsvStreamDecoder(
    decoder,
    projected.map((p) => fields[p] as (typeof fields)[number]),
    given,
  );
  const rows: unknown[][] = [];
  for (let at = 0; at < bytes.length; ) {
    const stop = Math.min(bytes.length, at + step());
    rows.push(...rowsOf(stream.push(bytes.slice(at, stop))));
    at = stop;
  }
  rows.push(...rowsOf(stream.end()));
  return { rows, left: stream.pendingBytes };
}

describe('plain records of csv', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are what each record by itself is (seed %i)', (seed) => {
    const random = seededBelow(seed);
    const texts = records(random, 400);
    const bytes = new TextEncoder().encode(`${texts.join('\n')}${seed % 2 ? '\n' : ''}`);
    const all = columns.map((_, i) => i);
    const projected = seed % 3 === 0 ? all.filter(() => random(2) === 0) : all;
    const given = seed % 4 === 0 ? { ...options, nullLiteral: undefined, escape: undefined } : options;
    const { rows, left } = quickly(bytes, projected, given, () => 1 + random(seed * 300));
    expect(rows).toEqual(slowly(texts, projected, given));
    expect(left).toBe(0);
  });

  it('fail with the same words', () => {
    const given = { ...options, ignoreParseErrors: false };
    const bytes = new TextEncoder().encode('1,a\n2,b\nx,c\n');
    expect(() => quickly(bytes, [0, 1], given, () => 100)).toThrow("Failed to deserialize CSV row 'x,c'.");
  });

  it('are not looked for where a column has no plain shape', () => {
    const arrays = [{ name: 'a', type: types.array(types.int()) }];
    expect(new CsvDecoder(arrays, [0], options).plain).toBeUndefined();
    expect(new CsvDecoder(fields, [0], { ...options, delimiter: '§' }).plain).toBeUndefined();
  });
});
