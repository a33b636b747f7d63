import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindStatement } from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import { framed } from '../../topics/decode/framing.ts';
import type { SchemaSource } from '../../topics/decode/schemas.ts';
import { compileMessageFilter } from '../../topics/filter-thread/compile.ts';
import { readAvro } from '../../topics/formats/avro-read.ts';
import { parseAvro } from '../../topics/formats/avro-schema.ts';
import { writeAvro } from '../../topics/formats/avro-write.ts';
import { inferTable } from '../../topics/infer/table.ts';
import { typeMessages } from '../../topics/infer/typing.ts';
import { parseJson, printJson } from '../../topics/json.ts';
import type { FormatChoice, RawMessage } from '../../topics/types.ts';
import { pageOf } from './pages.ts';

const avro =
  '{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"l","type":{"type":"array","items":["null","string","R"]}},{"name":"m","type":{"type":"map","values":"double"}},{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},{"name":"t","type":{"type":"long","logicalType":"timestamp-micros"}}]}';
const proto =
  'syntax = "proto3"; message A { int64 id = 1; repeated A next = 2; map<string, bytes> m = 3; E e = 4; enum E { X = 0; } }';
const registry: SchemaSource = {
  schema: async (id) => {
    if (id === 1) return { type: 'AVRO', schema: avro, references: [] };
    if (id === 2) return { type: 'PROTOBUF', schema: proto, references: [] };
    if (id === 3) return { type: 'JSON', schema: '{}', references: [] };
    if (id === 4) return { type: 'AVRO', schema: '{"type":"record"', references: [] };
    throw new Error('no such schema');
  },
  version: async () => {
    throw new Error('nothing is referred to');
  },
};
const decoder = messageDecoder(registry);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.tuple(fc.integer({ min: 0, max: 5 }), fc.uint8Array({ maxLength: 40 })).map(([id, data]) => framed(id, data)),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc.string().map((text) => new TextEncoder().encode(text)),
);
const choices: FormatChoice[] = [
  'auto',
  'json',
  'avro',
  'protobuf',
  'json-schema',
  'msgpack',
  'cbor',
  'string',
  'int8',
  'int64',
  'hex',
];
const message = (value: Uint8Array, key: Uint8Array | null = null): RawMessage => ({
  topic: 't',
  partition: 0,
  offset: 0n,
  timestamp: 0,
  timestampType: 'CreateTime',
  key,
  value,
  headers: [],
});

test('whatever a message holds, something is shown, and JSON that can be read', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, bytes, fc.constantFrom(...choices), async (key, value, choice) => {
      const [decoded] = await decoder.decode([message(value, key)], { key: 'auto', value: choice });
      for (const part of [decoded?.key, decoded?.value]) {
        expect(part?.format).not.toBe('none');
        if (part?.json !== undefined) expect(printJson(parseJson(part.json))).toBe(part.json);
        for (const { reason } of part?.whyNot ?? []) expect(reason).not.toBe('');
      }
    }),
    { numRuns: 2000 },
  );
});

test('whatever is sampled, a table is inferred, and a condition over it does not fail', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.boolean(), async (values, isCompacted) => {
      const samples = await decoder.decode(
        values.map((value, i) => message(value, values[i - 1])),
        { key: 'auto', value: 'auto' },
      );
      const { ddl } = inferTable({ topic: 't', bootstrap: 'b:1', samples, isCompacted });
      const { statements, errors } = parse(ddl);
      expect(errors).toEqual([]);
      const connectors = { source: () => undefined, sink: () => undefined };
      const context = { catalog: new CatalogStore(), options: {}, connectors };
      expect(bindStatement(statements[0]?.node as never, ddl, context).diagnostics).toEqual([]);
      const { key, value } = await typeMessages({ samples });
      const part = value.format === 'avro' ? { ...value, format: 'string' as const, type: 'STRING' } : value;
      const filter = compileMessageFilter('value IS NULL OR value_text IS NOT NULL', key, part, 'UTC');
      expect(filter.test(pageOf(values.map((each) => ({ value: each })))).chosen.length).toBeLessThanOrEqual(
        values.length,
      );
    }),
    { numRuns: 150 },
  );
});

test('JSON is printed as it was read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 3 }), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(JSON.parse(printJson(parseJson(text), indent))).toEqual(JSON.parse(text));
    }),
  );
});

test('Avro is read as it was written', () => {
  const schema = parseAvro(avro);
  const leaf = fc.record({
    a: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    l: fc.array(
      fc.oneof(
        fc.constant('null'),
        fc.string().map((text) => JSON.stringify(text)),
      ),
      { maxLength: 3 },
    ),
    m: fc.dictionary(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => String(n === 0 ? 0 : n)),
      { maxKeys: 3 },
    ),
    d: fc.integer({ min: -99_999, max: 99_999 }).map((n) => (n / 100).toFixed(2)),
  });
  fc.assert(
    fc.property(leaf, ({ a, l, m, d }) => {
      const map = Object.entries(m).map(([k, v]) => `${JSON.stringify(k)}:${v}`);
      const text = `{"a":${a},"l":[${l.join(',')}],"m":{${map.join(',')}},"d":${d.replace('-0.00', '0.00')},"t":"2026-01-31T12:00:00.123456Z"}`;
      expect(printJson(readAvro(schema, writeAvro(schema, parseJson(text)), 0))).toBe(text);
    }),
  );
});
