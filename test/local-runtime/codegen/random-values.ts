import type { MapValue, Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import type { JavaRandom } from '../../../local-runtime/functions/java/random.ts';

/** Columns of the random expressions: every type, each once nullable; some once more NOT NULL. */
const YEAR_MONTH = {
  root: 'INTERVAL_YEAR_MONTH',
  nullable: true,
  resolution: 'YEAR_TO_MONTH',
  yearPrecision: 4,
} as const;
const DAY_SECOND = {
  root: 'INTERVAL_DAY_TIME',
  nullable: true,
  resolution: 'DAY_TO_SECOND',
  dayPrecision: 2,
  fractionalPrecision: 3,
} as const;

export const FIELDS: readonly RowField[] = (
  [
    ['bool', types.boolean()],
    ['ti', types.tinyint()],
    ['si', types.smallint()],
    ['i', types.int()],
    ['l', types.bigint()],
    ['fl', types.float()],
    ['d', types.double()],
    ['dec9', types.decimal(9, 2)],
    ['dec18', types.decimal(18, 6)],
    ['dec38', types.decimal(38, 18)],
    ['c3', types.char(3)],
    ['vc5', types.varchar(5)],
    ['s', types.string()],
    ['b3', types.binary(3)],
    ['vb4', types.varbinary(4)],
    ['bys', types.bytes()],
    ['dt', types.date()],
    ['tm', types.time(0)],
    ['tm3', types.time(3)],
    ['ts0', types.timestamp(0)],
    ['ts3', types.timestamp(3)],
    ['ts9', types.timestamp(9)],
    ['lz3', types.timestampLtz(3)],
    ['lz9', types.timestampLtz(9)],
    ['ym', YEAR_MONTH],
    ['ds', DAY_SECOND],
    ['ai', types.array(types.int())],
    ['aa', types.array(types.string())],
    ['msi', types.map(types.string(), types.int())],
    ['mul', types.multiset(types.string())],
    [
      'r',
      types.row([
        { name: 'n', type: types.int() },
        { name: 't', type: types.string() },
        { name: 'a', type: types.array(types.double()) },
      ]),
    ],
    ['i_nn', types.int(false)],
    ['l_nn', types.bigint(false)],
    ['d_nn', types.double(false)],
    ['dec9_nn', types.decimal(9, 2, false)],
    ['s_nn', types.string(false)],
    ['bool_nn', types.boolean(false)],
    ['dt_nn', types.date(false)],
    ['ts6_nn', types.timestamp(6, false)],
    ['lz6_nn', types.timestampLtz(6, false)],
    ['ai_nn', types.array(types.int(false), false)],
    ['rt', types.timestampLtz(3, true, 'ROWTIME')],
  ] as const satisfies readonly (readonly [string, LogicalType])[]
).map(([name, type]) => ({ name, type }));

/** Moments: the epoch, before it, around changes of Berlin's clock in 2024, the first and the last year. */
const MOMENTS = [
  0,
  -500,
  1_700_000_000_123,
  Date.UTC(2024, 2, 31, 0, 59, 59, 999),
  Date.UTC(2024, 2, 31, 1),
  Date.UTC(2024, 2, 31, 2, 30),
  Date.UTC(2024, 9, 27, 0, 30),
  Date.UTC(2024, 9, 27, 1, 30),
  Date.UTC(2024, 1, 29, 23, 59, 59),
  Date.UTC(1890, 0, 1),
  -62_135_596_800_000,
  253_402_300_799_999,
];

const TEXTS = [
  '',
  'a',
  'Zebra',
  'a😀b',
  '😀',
  'ß straße',
  ' 12 ',
  '-7',
  '3.5',
  '1e400',
  'true',
  '2024-03-31 02:30:00',
  '2024-02-29',
  '23:59:59.999',
  'a=1,b=2,c',
  '{"a":[1,{"b":null}],"c":"x"}',
  '[1,2,"3"]',
  'https://u:p@h.org:8080/p/a?k=v&q=%20#f',
  'SGVsbG8=',
  '4D5a',
  'foo%20bar+',
  'e\u0301\u0000\t"\\',
];

const pickFrom = <T>(random: JavaRandom, items: readonly T[]): T => items[random.nextInt(items.length)] as T;

const unit = (precision: number): number => 10 ** Math.max(0, 6 - Math.max(0, precision - 3));

/** A value of the type: NULL now and then where it may be, else often one at an edge. */
export function randomValue(random: JavaRandom, type: LogicalType, nullPercent = 15): Value {
  if (type.nullable && random.nextInt(100) < nullPercent) return null;
  const pick = <T>(items: readonly T[]): T => pickFrom(random, items);
  switch (type.root) {
    case 'BOOLEAN':
      return random.nextInt(2) === 1;
    case 'TINYINT':
      return pick([0, 1, -1, 127, -128, 5]);
    case 'SMALLINT':
      return pick([0, 2, -3, 32767, -32768, 256]);
    case 'INTEGER':
      return pick([0, 1, 2, 3, -7, 100, 2147483647, -2147483648, 46341]);
    case 'BIGINT':
      return pick([0n, 1n, 3n, -42n, 1_700_000_000n, -9223372036854775808n, 9223372036854775807n, 9007199254740993n]);
    case 'FLOAT':
      return Math.fround(pick([0, 1.5, -0.1, 3.4e38, Number.NaN, 16777217, -0, 1e-40]));
    case 'DOUBLE':
      return pick([
        0,
        -0,
        0.5,
        2.5,
        -1e20,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        300.7,
        4.9e-324,
        1.7976931348623157e308,
      ]);
    case 'DECIMAL': {
      const max = 10n ** BigInt(type.precision) - 1n;
      return pick([0n, 1n, 150n, -12345n, max, -max]);
    }
    case 'CHAR':
      return pick(['abc', '   ', '12 ', 'é😀x']);
    case 'VARCHAR':
      return type.length === 5 ? pick(['', 'a', 'x  ', 'true', '12.5', 'b😀c']) : pick(TEXTS);
    case 'BINARY':
      return pick([Uint8Array.of(1, 2, 3), Uint8Array.of(0, 255, 128)]);
    case 'VARBINARY':
      return pick([
        new Uint8Array(0),
        Uint8Array.of(0x41),
        Uint8Array.of(0xf0, 0x9f, 0x98, 0x80),
        Uint8Array.of(0xff, 0),
      ]);
    case 'DATE':
      return pick([0, -1, 19_000, 19_782, 19_813, 20_023, -719_162, 2_932_896]);
    case 'TIME_WITHOUT_TIME_ZONE':
      return type.precision === 0 ? pick([0, 1000, 86_399_000, 43_200_000]) : pick([0, 1, 86_399_999, 3_723_004]);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const ms = pick(MOMENTS);
      if (type.precision === 0) return { ms: Math.floor(ms / 1000) * 1000, nanos: 0 };
      const step = unit(type.precision);
      return { ms, nanos: type.precision <= 3 ? 0 : Math.floor(pick([0, 456_789, 999_999]) / step) * step };
    }
    case 'INTERVAL_YEAR_MONTH':
      return pick([0, 1, -13, 120, 11]);
    case 'INTERVAL_DAY_TIME':
      return pick([0n, 1n, -1n, 86_400_000n, -3_600_001n, 864_000_000_000n]);
    case 'ARRAY':
      return Array.from({ length: pick([0, 1, 2, 3]) }, () => randomValue(random, type.element, 25));
    case 'MAP':
    case 'MULTISET': {
      const keys = pick([[], ['a'], ['a', 'b'], ['', 'x😀', 'a']]);
      const values = keys.map((_, i) => (type.root === 'MAP' ? randomValue(random, type.value, 25) : i + 1));
      return { keys, values } satisfies MapValue;
    }
    case 'ROW':
      return type.fields.map((field) => randomValue(random, field.type, 25));
    default:
      throw new Error(`no values of ${type.root}`);
  }
}

/** Is the value in the representation of the type (plan/rex.ts Value), within its range? */
export function fits(value: Value, type: LogicalType): boolean {
  if (value === null) return true;
  const whole = (low: number, high: number): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
  switch (type.root) {
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'TINYINT':
      return whole(-128, 127);
    case 'SMALLINT':
      return whole(-32768, 32767);
    case 'INTEGER':
    case 'DATE':
    case 'INTERVAL_YEAR_MONTH':
    case 'TIME_WITHOUT_TIME_ZONE':
      return whole(-2147483648, 2147483647);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 'FLOAT':
      return typeof value === 'number' && Object.is(Math.fround(value), value);
    case 'DOUBLE':
      return typeof value === 'number';
    case 'DECIMAL':
      return (
        typeof value === 'bigint' && value < 10n ** BigInt(type.precision) && -value < 10n ** BigInt(type.precision)
      );
    case 'CHAR':
    case 'VARCHAR':
      return typeof value === 'string';
    case 'BINARY':
    case 'VARBINARY':
      return value instanceof Uint8Array;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const { ms, nanos } = value as { ms: number; nanos: number };
      // Beyond ±2^53 ms (the year 287,000) milliseconds are rounded: no date-time text can tell.
      return Number.isInteger(ms) && Number.isInteger(nanos) && nanos >= 0 && nanos <= 999_999;
    }
    case 'ARRAY':
      return Array.isArray(value) && value.every((item: Value) => fits(item, type.element));
    case 'ROW':
      return (
        Array.isArray(value) &&
        value.length === type.fields.length &&
        type.fields.every((field, i) => fits(value[i] as Value, field.type))
      );
    case 'MAP': {
      const { keys, values } = value as MapValue;
      return keys.every((key) => fits(key, type.key)) && values.every((item) => fits(item, type.value));
    }
    default:
      return true;
  }
}
