import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { parseType } from '../../../flink-sql/syntax/index.ts';
import { typeFromSyntax } from '../../../flink-sql/types/from-syntax.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { columnWriter } from '../../../local-runtime/state/column-writer.ts';
import { ByteReader, ByteWriter } from '../../../local-runtime/udf/bytes.ts';
import { readColumn, writeColumn } from '../../../local-runtime/udf/columns.ts';
import { fromTwosComplement, twosComplement } from '../../../local-runtime/udf/values.ts';

function typeOf(text: string): LogicalType {
  const { node } = parseType(text);
  if (!node) throw new Error(text);
  return typeFromSyntax(node);
}

const cases: readonly (readonly [string, readonly Value[]])[] = [
  ['BOOLEAN', [true, null, false]],
  ['TINYINT', [-128, 127]],
  ['INT', [null, 2147483647, -1]],
  ['DATE', [0, -1, null]],
  ['BIGINT', [9223372036854775807n, null, -1n]],
  ['DECIMAL(18, 3)', [1n, -999999999999999999n, null]],
  ['DECIMAL(38, 10)', [null, -(10n ** 37n), 127n, 128n, -128n, -129n, 0n]],
  ['DOUBLE', [0.1, null, Number.NEGATIVE_INFINITY]],
  ['STRING', ['', null, 'añ€🎉', 'x'.repeat(100)]],
  ['STRING', [null]],
  ['VARBINARY(10)', [Uint8Array.of(0, 255), null, new Uint8Array(0)]],
  [
    'TIMESTAMP(9)',
    [
      { ms: -1, nanos: 999_999 },
      { ms: 1_577_836_800_123, nanos: 456_789 },
    ],
  ],
  ['TIMESTAMP_LTZ(3)', [null, { ms: 5, nanos: 0 }]],
  ['ARRAY<INT>', [[1, null], null, []]],
  ['ROW<a BIGINT, b ARRAY<STRING>>', [[1n, ['x', null]], [null, null], null]],
  ['MAP<STRING, DECIMAL(20, 0)>', [{ keys: ['a', 'b'], values: [1n, null] }, null]],
  ['MULTISET<STRING>', [{ keys: ['a'], values: [2] }]],
  ['ARRAY<TIMESTAMP(6)>', [[{ ms: 1, nanos: 1000 }]]],
];

describe('columns on their way to functions', () => {
  it.each(cases)('%s comes back as it went', (text, values) => {
    const type = typeOf(text);
    const writer = columnWriter(type);
    for (const value of values) writer.append(value);
    const out = new ByteWriter(1);
    out.byte(7);
    writeColumn(out, type, writer.take(), values.length);
    out.int(42);
    const reader = new ByteReader(out.take());
    expect(reader.byte()).toBe(7);
    const column = readColumn(reader, type, values.length);
    expect(values.map((_, i) => valueAt(column, i))).toEqual(values);
    expect(reader.int()).toBe(42);
  });

  it.each(['INT', 'STRING', 'TIMESTAMP(3)', 'ARRAY<INT>'])('no rows of %s', (text) => {
    const type = typeOf(text);
    const out = new ByteWriter();
    writeColumn(out, type, columnWriter(type).take(), 0);
    const reader = new ByteReader(out.take());
    readColumn(reader, type, 0);
    expect(reader.at).toBe(out.length);
  });

  it('numbers of any length as BigInteger writes them', () => {
    expect([...twosComplement(0n)]).toEqual([0]);
    expect([...twosComplement(128n)]).toEqual([0, 128]);
    expect([...twosComplement(-128n)]).toEqual([128]);
    for (const value of [0n, 1n, -1n, 255n, -256n, 10n ** 38n, -(10n ** 38n)]) {
      expect(fromTwosComplement(twosComplement(value))).toBe(value);
    }
  });
});
