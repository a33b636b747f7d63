import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';
import { batchOf, fileOf, fixture, parquetFields, parquetRows, readAll, rowsOf, writeAll } from './flink-rows.ts';

const parquet = formatFor('parquet');
type Options = Readonly<Record<string, string>>;

async function open(bytes: Uint8Array, fields: readonly RowField[], options: Options = {}, position = 0) {
  const reader = await parquet.fileReader?.({ fields, options, zone: 'UTC' })(fileOf(bytes), position);
  if (!reader) throw new Error('no reader');
  return reader;
}

async function write(fields: readonly RowField[], rows: readonly (readonly Value[])[], options: Options = {}) {
  const writer = await parquet.fileWriter?.({ fields, options, zone: 'UTC' })();
  if (!writer) throw new Error('no writer');
  return writeAll(writer, batchOf(fields, rows));
}

describe('files that Flink wrote', () => {
  test.each([
    ['rows-int96-snappy', {}, 123_456],
    ['rows-utc-gzip', { 'utc-timezone': 'true' }, 123_456],
    ['rows-int64-plain', {}, 123_000],
  ] as const)('%s', async (name, options, nanos) => {
    // The files were written where the machine's time is UTC.
    const reader = await open(fixture(`${name}.parquet`), parquetFields, { 'utc-timezone': 'true', ...options });
    expect(await readAll(reader)).toEqual(parquetRows(nanos));
  });

  test('columns by name, one that the file has not', async () => {
    const fields: RowField[] = [
      { name: 'nn', type: types.int() },
      { name: 'none', type: types.string() },
      { name: 'r', type: types.row([{ name: 'y', type: types.row([{ name: 'z', type: types.string() }]) }]) },
    ];
    expect(await readAll(await open(fixture('rows-int96-snappy.parquet'), fields))).toEqual([
      [7, null, [['héllo']]],
      [-8, null, [[null]]],
    ]);
  });

  test('a column that is something else is named', async () => {
    const reader = await open(fixture('rows-int96-snappy.parquet'), [{ name: 's', type: types.int() }]);
    const error = (await reader.next().catch((e: unknown) => e)) as Error & { cause: Error };
    expect(error.message).toBe('Failed to read the Parquet file memory at row 0.');
    expect(error.cause.message).toBe("The Parquet column 's' of type BYTE_ARRAY (UTF8) cannot be read as INT.");
    await expect(open(new Uint8Array(100), parquetFields)).rejects.toThrow('memory is not a Parquet file.');
  });
});

describe('files written here', () => {
  test.each(['SNAPPY', 'GZIP', 'ZSTD', 'UNCOMPRESSED'])('%s: every type comes back', async (compression) => {
    const options = { compression, 'utc-timezone': 'true' };
    const bytes = await write(parquetFields, parquetRows(123_456), options);
    expect(await readAll(await open(bytes, parquetFields, options))).toEqual(parquetRows(123_456));
  });

  test.each([
    ['millis', 0],
    ['micros', 123_000],
    ['nanos', 123_456],
  ])('timestamps of 64 bits in %s', async (unit, nanos) => {
    const options = { 'write.int64.timestamp': 'true', 'timestamp.time.unit': unit, 'utc-timezone': 'true' };
    const fields: RowField[] = [{ name: 't', type: types.timestamp(9) }];
    const early = { ms: -86_400_001, nanos: 0 };
    const bytes = await write(fields, [[{ ms: 1709210096789, nanos: 123_456 }], [early], [null]], options);
    expect(await readAll(await open(bytes, fields, options))).toEqual([
      [{ ms: 1709210096789, nanos }],
      [early],
      [null],
    ]);
  });

  test('nesting: empty and NULL at every depth', async () => {
    const inner = types.row([
      { name: 'q', type: types.string() },
      { name: 'w', type: types.array(types.bigint()) },
    ]);
    const fields: RowField[] = [
      { name: 'a', type: types.array(types.array(inner)) },
      { name: 'm', type: types.map(types.string(), types.map(types.string(), types.array(types.int()))) },
      { name: 'ms', type: types.multiset(types.string()) },
    ];
    const rows: Value[][] = [
      [null, null, null],
      [[], { keys: [], values: [] }, { keys: [], values: [] }],
      [
        [null, [], [null, [null, null], ['x', []], ['y', [1n, null, 3n]]]],
        { keys: ['a', 'b'], values: [null, { keys: [], values: [] }] },
        { keys: ['k'], values: [3] },
      ],
      [[[]], { keys: ['c'], values: [{ keys: ['d', 'e'], values: [[1, null], []] }] }, null],
      [[[['last', null]]], null, { keys: ['p', 'q'], values: [1, 2] }],
    ];
    const many = Array.from({ length: 3000 }, (_, i) => rows[i % rows.length] as Value[]);
    expect(await readAll(await open(await write(fields, many), fields))).toEqual(many);
  });

  test('several row groups, restored at any row', async () => {
    const fields: RowField[] = [
      { name: 'n', type: types.bigint(false) },
      { name: 'd', type: types.double() },
      { name: 's', type: types.string() },
    ];
    const rows: Value[][] = Array.from({ length: 40_000 }, (_, i) => [BigInt(i), i % 7 ? i / 3 : null, `s${i % 100}`]);
    const bytes = await write(fields, rows, { 'block.size': '65536' });
    const reader = await open(bytes, fields);
    const seen: Value[][] = [];
    for (let i = 0; i < 3; i++) {
      const batch = await reader.next();
      if (batch) seen.push(...rowsOf(batch));
    }
    expect(reader.position()).toBe(seen.length);
    seen.push(...(await readAll(await open(bytes, fields, {}, reader.position()))));
    expect(seen).toEqual(rows);
  });

  test('another reader sees the same', async () => {
    const fields: RowField[] = [
      { name: 'n', type: types.int() },
      { name: 's', type: types.string(false) },
      { name: 'l', type: types.array(types.string()) },
    ];
    const bytes = await write(fields, [
      [1, 'a', ['x', null]],
      [null, 'b', []],
    ]);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    expect(await parquetReadObjects({ file: buffer })).toEqual([
      { n: 1, s: 'a', l: ['x', null] },
      { n: null, s: 'b', l: [] },
    ]);
  });

  test('options that are refused name themselves', () => {
    const failure = (options: Options) => {
      try {
        parquet.validate(options);
        return 'ok';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(failure({ compression: 'lzo' })).toBe(
      "The local runtime does not write 'parquet.compression' = 'lzo'; it writes UNCOMPRESSED, SNAPPY, GZIP, ZSTD.",
    );
    expect(failure({ 'timestamp.time.unit': 'weeks' })).toBe("Invalid value for option 'parquet.timestamp.time.unit'.");
    expect(failure({ compression: 'gzip', 'page.size': '1000' })).toBe('ok');
  });
});

test('INT96 before 1970, where Flink writes a negative time of the day', async () => {
  // Written by Flink 2.2.1 with 'parquet.utc-timezone' = 'true'.
  const file = Buffer.from(
    'UEFSMRUEFUgVShWywb6YAjwVBhUEAAAkDMC98P8BAWyMPSUAAIBYt7XY//+LPSUAQEIPAAAAAADHaSUAFQAVFBUYFaeR9psGHBUGFQQVBhUIAAAKJAIAAAADBwIDJAAZHBZ4FUYWAAAAFQIZLEgMZmxpbmtfc2NoZW1hFQIAFQYlAhgBYQAWBhkcGRwmABwVBhk1BAgGGRgBYRUCFgYWsAEWtgEmeCYIHDYAABksFQQVBBUCABUAFQQVAgA8KRYGGSYABgAAFr4BFRQAFrABFgYmCBa2ARQAAChKcGFycXVldC1tciB2ZXJzaW9uIDEuMTUuMiAoYnVpbGQgODU5ZWFjMTY1YjA4ZjkyN2ZhMTQ1OTBjMzNiYzVmNDc2NDA1ZmI2OCkZHBwAAADCAAAAUEFSMQ==',
    'base64',
  );
  const at = (text: string) => [{ ms: Date.parse(text), nanos: 0 }];
  const reader = await open(new Uint8Array(file), [{ name: 'a', type: types.timestamp(3) }], {
    'utc-timezone': 'true',
  });
  expect(await readAll(reader)).toEqual([
    at('1969-12-31T23:59:59.999Z'),
    at('1969-12-30T12:00:00Z'),
    at('2001-01-01T00:00:00.001Z'),
  ]);
});
