import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { columnBuilder } from '../../../local-runtime/batch/builder.ts';
import { decimalText, jsonCells, NotJson } from '../../../local-runtime/gateway/json-cells.ts';

const TOKYO = (ms: number): number => ms + 9 * 3_600_000;

function encode(value: Value, type: LogicalType): string {
  const builder = columnBuilder(type);
  builder.append(value);
  return jsonCells(builder.take(1), type, TOKYO)(0);
}

const ts = (text: string, nanos = 0) => ({ ms: Date.parse(text), nanos });

// Expected texts were read from the wire of a Flink 2.2.1 gateway.
const cases: readonly (readonly [string, Value, LogicalType, string])[] = [
  ['BOOLEAN', true, types.boolean(), 'true'],
  ['TINYINT', -1, types.tinyint(), '-1'],
  ['BIGINT keeps all digits', 9007199254740993n, types.bigint(), '9007199254740993'],
  ['FLOAT', Math.fround(0.1), types.float(), '0.1'],
  ['DOUBLE', 1e10, types.double(), '1.0E10'],
  ['DOUBLE', 1e-5, types.double(), '1.0E-5'],
  ['NaN is a string', Number.NaN, types.double(), '"NaN"'],
  ['infinity is a string', Number.NEGATIVE_INFINITY, types.double(), '"-Infinity"'],
  ['DECIMAL loses trailing zeros', 150n, types.decimal(10, 2), '1.5'],
  ['DECIMAL over 18 digits', 1234567890123456789010n, types.decimal(38, 2), '12345678901234567890.1'],
  ['CHAR', 'é"\\', types.char(3), '"é\\"\\\\"'],
  ['BYTES', new Uint8Array([10, 255]), types.bytes(), '"Cv8="'],
  ['DATE', 19724, types.date(), '"2024-01-02"'],
  ['DATE', 2932896, types.date(), '"9999-12-31"'],
  ['TIME', 36_672_000, types.time(), '"10:11:12"'],
  ['TIMESTAMP', ts('2024-01-01T10:00:00Z'), types.timestamp(0), '"2024-01-01T10:00:00"'],
  ['TIMESTAMP fraction', ts('2024-01-01T10:00:00.120Z'), types.timestamp(3), '"2024-01-01T10:00:00.12"'],
  [
    'TIMESTAMP nanoseconds',
    ts('2024-01-01T10:00:01.123Z', 456789),
    types.timestamp(9),
    '"2024-01-01T10:00:01.123456789"',
  ],
  ['before 1970', ts('1969-12-31T23:59:59.900Z'), types.timestamp(3), '"1969-12-31T23:59:59.9"'],
  ['LTZ is the wall clock', ts('2024-01-01T01:00:00.5Z'), types.timestampLtz(6), '"2024-01-01T10:00:00.5Z"'],
  ['ARRAY', [1, null, 3], types.array(types.int()), '[1,null,3]'],
  ['ARRAY of DECIMAL', [150n], types.array(types.decimal(3, 2)), '[1.5]'],
  ['MAP', { keys: ['a', 'b'], values: [1, 2] }, types.map(types.char(1), types.int()), '{"a":1,"b":2}'],
  ['MULTISET', { keys: ['a'], values: [2] }, types.multiset(types.char(1)), '{"a":2}'],
  [
    'ROW',
    [1, ts('2024-01-01T10:00:00Z')],
    types.row([
      { name: 'a', type: types.int() },
      { name: 'b c', type: types.timestamp(3) },
    ]),
    '{"a":1,"b c":"2024-01-01T10:00:00"}',
  ],
  ['NULL', null, types.int(), 'null'],
  ['NULL of a ROW', null, types.row([{ name: 'a', type: types.int() }]), 'null'],
];

describe('JSON cells', () => {
  it.each(cases)('%s', (_name, value, type, text) => expect(encode(value, type)).toBe(text));

  it('refuses maps whose keys are no strings', () => {
    expect(() => encode({ keys: [1], values: ['a'] }, types.map(types.int(), types.string()))).toThrow(NotJson);
  });

  it.each([
    [0n, 2, '0'],
    [10000n, 2, '1E+2'],
    [1000000n, 0, '1E+6'],
    [120n, 0, '1.2E+2'],
    [100n, 9, '1E-7'],
    [1000n, 9, '0.000001'],
    [-123000000n, 15, '-1.23E-7'],
    [99999999999999999999999999999999999900n, 0, '9.99999999999999999999999999999999999E+37'],
    [-5n, 1, '-0.5'],
  ])('BigDecimal text of %s with scale %s', (unscaled, scale, text) => expect(decimalText(unscaled, scale)).toBe(text));
});
