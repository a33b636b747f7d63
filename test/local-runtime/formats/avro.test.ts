import avsc from 'avsc';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { FlinkFault } from '../../../local-runtime/errors.ts';
import { compileRecordReader } from '../../../local-runtime/formats/avro/decoder.ts';
import { AvroEncoder } from '../../../local-runtime/formats/avro/encoder.ts';
import { avroRecordOf, avroSchemaOf } from '../../../local-runtime/formats/avro/from-type.ts';
import { AvroInput } from '../../../local-runtime/formats/avro/input.ts';
import { type AvroRecord, parseAvroSchema, printAvroSchema } from '../../../local-runtime/formats/avro/schema.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';
import { avroFields, avroRows, batchOf, fileOf, fixture, readAll, rowsOf, writeAll } from './flink-rows.ts';

interface Messages {
  readonly avro: readonly string[];
  readonly 'avro-json': readonly string[];
  readonly 'avro-confluent': { readonly schema: string; readonly messages: readonly string[] };
  readonly 'debezium-avro-confluent': { readonly schema: string };
}
const recorded = JSON.parse(Buffer.from(fixture('avro-messages.json')).toString('utf8')) as Messages;
const avro = formatFor('avro');
const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64');

describe('messages that Flink wrote', () => {
  test.each([
    ['binary', 'avro'],
    ['json', 'avro-json'],
  ] as const)('%s: read to the same rows and written to the same bytes', (encoding, key) => {
    const request = { fields: avroFields, options: { encoding }, zone: 'UTC' };
    const out = new BatchBuilder(avroFields.map((f) => f.type));
    const decoder = avro.decoder?.(request);
    for (const message of recorded[key]) decoder?.message(new Uint8Array(Buffer.from(message, 'base64')), out);
    expect(rowsOf(out.take())).toEqual(avroRows);
    const encoder = avro.encoder?.(request);
    const batch = batchOf(avroFields, avroRows);
    expect([encoder?.row(batch, 0), encoder?.row(batch, 1)].map(base64)).toEqual(recorded[key]);
  });

  test('the schemas that Flink registered', () => {
    expect(printAvroSchema(avroRecordOf(avroFields, true))).toBe(recorded['avro-confluent'].schema);
    const image = types.row([
      { name: 'i', type: types.int(false) },
      { name: 's', type: types.string() },
    ]);
    const event = types.row([
      { name: 'before', type: image },
      { name: 'after', type: image },
      { name: 'op', type: types.string() },
    ]);
    expect(printAvroSchema(avroSchemaOf(event, true))).toBe(recorded['debezium-avro-confluent'].schema);
  });

  test('a schema survives parsing and printing', () => {
    for (const { schema } of [recorded['avro-confluent'], recorded['debezium-avro-confluent']])
      expect(printAvroSchema(parseAvroSchema(schema))).toBe(schema);
  });
});

describe('container files', () => {
  const open = (bytes: Uint8Array, fields: readonly RowField[], position = 0) =>
    avro.fileReader?.({ fields, options: {}, zone: 'UTC' })(fileOf(bytes), position);

  test.each(['null', 'deflate', 'snappy'])('Flink wrote it with codec %s', async (codec) => {
    const reader = await open(fixture(`rows-${codec}.avro`), avroFields);
    expect(reader && (await readAll(reader))).toEqual(avroRows);
  });

  test('only the columns asked for', async () => {
    const fields = ['ar', 'nn', 's'].map((name) => avroFields.find((f) => f.name === name) as RowField);
    const reader = await open(fixture('rows-snappy.avro'), fields);
    expect(reader && (await readAll(reader))).toEqual([
      [[['héllo', 1235n]], 7, 'héllo'],
      [[[null, null]], -8, null],
    ]);
  });

  test.each(['null', 'deflate', 'snappy', 'zstandard'])(
    'written with %s, blocks restored at any position',
    async (codec) => {
      const fields: RowField[] = [
        { name: 'n', type: types.bigint() },
        { name: 's', type: types.string() },
      ];
      const rows: Value[][] = Array.from({ length: 30_000 }, (_, i) => [BigInt(i) * 1_000_003n, `row ${i % 977}`]);
      const writer = await avro.fileWriter?.({ fields, options: { codec }, zone: 'UTC' })();
      const bytes = writer && writeAll(writer, batchOf(fields, rows));
      if (!bytes) throw new Error('nothing written');
      const reader = await open(bytes, fields);
      const seen: Value[][] = [];
      const first = await reader?.next();
      if (first) seen.push(...rowsOf(first));
      expect(seen.length).toBeLessThan(rows.length);
      const rest = await open(bytes, fields, reader?.position());
      if (rest) seen.push(...(await readAll(rest)));
      expect(seen).toEqual(rows);
    },
  );

  test('avsc reads what is written', async () => {
    const writer = await avro.fileWriter?.({ fields: avroFields, options: { codec: 'deflate' }, zone: 'UTC' })();
    const bytes = writer && writeAll(writer, batchOf(avroFields, avroRows));
    const decoder = new avsc.streams.BlockDecoder({
      parseHook: (schema) => avsc.Type.forSchema(schema, { registry: longs() }),
    });
    const seen: Record<string, unknown>[] = [];
    decoder.on('data', (row: Record<string, unknown>) => seen.push(row));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    decoder.on('end', resolve).on('error', reject);
    decoder.end(Buffer.from(bytes ?? []));
    await promise;
    expect(seen).toHaveLength(2);
    expect(JSON.stringify(seen[0], (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).toContain('"nn":7');
  });

  test('broken files are named', async () => {
    await expect(open(new TextEncoder().encode('PAR1 no avro'), avroFields)).rejects.toThrow(
      'Not an Avro data file: memory',
    );
    const cut = fixture('rows-null.avro').slice(0, -5);
    const reader = await open(cut, avroFields);
    await expect(reader?.next()).rejects.toThrow(
      /^Failed to read the Avro file memory at record 0 of the block at byte \d+\.$/,
    );
  });
});

/** avsc's longs as bigint. */
function longs() {
  return {
    long: avsc.types.LongType.__with({
      fromBuffer: (b: Buffer) => b.readBigInt64LE(),
      toBuffer: (n: bigint) => {
        const out = Buffer.alloc(8);
        out.writeBigInt64LE(n);
        return out;
      },
      fromJSON: BigInt,
      toJSON: String,
      isValid: (n: unknown) => typeof n === 'bigint',
      compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
    }),
  };
}

/** Bytes that avsc writes of a value by a schema, read as a table's columns. */
function evolve(writer: string, value: unknown, fields: readonly RowField[]): Value[][] {
  const bytes = new Uint8Array(avsc.Type.forSchema(JSON.parse(writer), { registry: longs() }).toBuffer(value));
  const out = new BatchBuilder(fields.map((f) => f.type));
  const input = new AvroInput();
  input.reset(bytes, 0, bytes.length);
  compileRecordReader(parseAvroSchema(writer), avroRecordOf(fields, true), fields)(input, out.columns);
  out.row();
  return rowsOf(out.take());
}

const record = (fields: string) => `{"type":"record","name":"R","namespace":"x.y","fields":[${fields}]}`;

describe('a record is read by the schema that wrote it', () => {
  test('promotions, other order, fields on one side only', () => {
    const writer = record(
      '{"name":"gone","type":{"type":"map","values":["null",{"type":"array","items":"string"}]}},{"name":"i","type":"int"},{"name":"l","type":"long"},{"name":"f","type":"float"},{"name":"s","type":"string"}',
    );
    const fields: RowField[] = [
      { name: 's', type: types.bytes() },
      { name: 'f', type: types.double(false) },
      { name: 'l', type: types.float() },
      { name: 'i', type: types.bigint() },
      { name: 'new', type: types.string() },
    ];
    const value = { gone: { a: null, b: ['x', 'y'] }, i: 7, l: 2n ** 40n, f: 0.5, s: 'äb' };
    expect(evolve(writer, value, fields)).toEqual([[new TextEncoder().encode('äb'), 0.5, 2 ** 40, 7n, null]]);
  });

  test('unions on the writer side, with one branch that does not fit', () => {
    const writer = record('{"name":"u","type":["long","null","string"]}');
    const fields: RowField[] = [{ name: 'u', type: types.string() }];
    expect(evolve(writer, { u: 'ok' }, fields)).toEqual([['ok']]);
    expect(evolve(writer, { u: null }, fields)).toEqual([[null]]);
    expect(() => evolve(writer, { u: 5n }, fields)).toThrow('Found long, expecting union');
  });

  test('decimals in fixed, numbers wrapped to the small types', () => {
    const writer = record(
      '{"name":"d","type":{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9,"scale":2}},{"name":"t","type":"int"}',
    );
    expect(() =>
      evolve(writer, { d: Buffer.from([255, 255, 255, 156]), t: 200 }, [
        { name: 'd', type: types.decimal(9, 2) },
        { name: 't', type: types.tinyint() },
      ]),
    ).toThrow('Found x.y.F, expecting union');
    expect(evolve(writer, { d: Buffer.alloc(4), t: 200 }, [{ name: 't', type: types.tinyint() }])).toEqual([[-56]]);
  });

  test('a required field that is missing, as Flink says it', () => {
    expect(() =>
      evolve(record('{"name":"b","type":"int"}'), { b: 1 }, [{ name: 'nope', type: types.int(false) }]),
    ).toThrow('Found x.y.R, expecting org.apache.flink.avro.generated.record, missing required field nope');
  });

  test('whatever is cut off fails and leaves no half row', () => {
    const schema = avroRecordOf(avroFields, true);
    const whole = new AvroEncoder(schema, avroFields).row(batchOf(avroFields, avroRows), 0);
    const read = compileRecordReader(schema, schema, avroFields);
    const out = new BatchBuilder(avroFields.map((f) => f.type));
    const input = new AvroInput();
    for (let n = 0; n < whole.length; n++) {
      input.reset(whole, 0, n);
      expect(() => read(input, out.columns)).toThrow(FlinkFault);
    }
    input.reset(whole, 0, whole.length);
    read(input, out.columns);
    out.row();
    expect(rowsOf(out.take())).toEqual([avroRows[0]]);
  });
});

describe('types that Avro has not', () => {
  test.each([
    [
      types.timestamp(6),
      true,
      'Avro does not support TIMESTAMP type with precision: 6, it only supports precision less than 3.',
    ],
    [
      types.timestamp(9),
      false,
      'Avro does not support LOCAL TIMESTAMP type with precision: 9, it only supports precision less than 6.',
    ],
    [types.timestampLtz(3), true, 'Unsupported to derive Schema for type: TIMESTAMP_LTZ(3)'],
    [
      types.map(types.int(), types.int()),
      true,
      "Avro format doesn't support non-string as key type of map. The key type is: INT",
    ],
  ])('%o', (type, legacy, message) => {
    expect(() => avroRecordOf([{ name: 'x', type }], legacy)).toThrow(message);
  });

  test('a schema that is none', () => {
    expect(() => parseAvroSchema('{"type":"recrd"}')).toThrow('"recrd" is not a defined name');
    expect(() => parseAvroSchema('["int","int"]')).toThrow('Duplicate in union:int');
    const tree = parseAvroSchema(
      '{"type":"record","name":"T","fields":[{"name":"next","type":["null","T"]}]}',
    ) as AvroRecord;
    expect(printAvroSchema(tree)).toBe('{"type":"record","name":"T","fields":[{"name":"next","type":["null","T"]}]}');
  });
});
