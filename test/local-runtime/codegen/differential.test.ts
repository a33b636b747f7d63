import { describe, expect, it } from 'vitest';
import type { Rex, Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { compileCalc, defaultEnv, interpret } from '../../../local-runtime/codegen/index.ts';
import { JavaRandom } from '../../../local-runtime/functions/java/random.ts';
import { batchOf, call, lit, ref, rowsOf } from './rex.ts';

/**
 * Random expressions over random rows: generated code and the plain interpreter must agree, in values and in failures. Another
 * seed: `SEED=5 npx vitest run test/local-runtime/codegen/differential`.
 */
const env = defaultEnv('Europe/Berlin');
const seed = BigInt(process.env.SEED ?? 20_251_121);

const DAY = {
  root: 'INTERVAL_DAY_TIME',
  nullable: true,
  resolution: 'DAY',
  dayPrecision: 2,
  fractionalPrecision: 3,
} as const;
const COLUMNS: readonly LogicalType[] = [
  types.tinyint(),
  types.int(),
  types.bigint(),
  types.float(),
  types.double(),
  types.decimal(9, 2),
  types.decimal(25, 4),
  types.string(),
  types.boolean(),
  types.timestamp(6),
  types.date(),
  DAY,
];

class Maker {
  private readonly random: JavaRandom;

  constructor(start: bigint) {
    this.random = new JavaRandom(start);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.nextInt(items.length)] as T;
  }

  chance(percent: number): boolean {
    return this.random.nextInt(100) < percent;
  }

  value(type: LogicalType): Value {
    if (this.chance(15)) return null;
    switch (type.root) {
      case 'TINYINT':
        return this.pick([0, 1, -1, 127, -128, 5]);
      case 'INTEGER':
        return this.pick([0, 1, -7, 2147483647, -2147483648, 46341]);
      case 'BIGINT':
        return this.pick([0n, 3n, -9223372036854775808n, 9223372036854775807n, -42n]);
      case 'FLOAT':
        return Math.fround(this.pick([0, 1.5, -0.1, 3e38, Number.NaN, 16777217]));
      case 'DOUBLE':
        return this.pick([0, -0, 2.5, -1e20, Number.NaN, Number.POSITIVE_INFINITY, 300.7]);
      case 'DECIMAL':
        return this.pick(type.precision > 18 ? [0n, 12345n, -9999999999999999999999999n] : [0n, 150n, -999999999n, 1n]);
      case 'VARCHAR':
        return this.pick(['', 'a', 'Zebra', 'a😀b', ' 12 ', '3.5', 'true']);
      case 'BOOLEAN':
        return this.chance(50);
      case 'TIMESTAMP_WITHOUT_TIME_ZONE':
        return this.pick([
          { ms: 0, nanos: 0 },
          { ms: 1_700_000_000_123, nanos: 456_000 },
          { ms: -500, nanos: 0 },
        ]);
      case 'DATE':
        return this.pick([0, 19_000, -1, 11_016]);
      default:
        return this.pick([0n, 86_400_000n, -1n]);
    }
  }

  /** An expression of the type, not deeper than `depth`. */
  rex(type: LogicalType, depth: number): Rex {
    if (depth === 0 || this.chance(15)) return this.leaf(type);
    const next = (of: LogicalType) => this.rex(of, depth - 1);
    const any = () => this.pick(COLUMNS);
    if (this.chance(12))
      return call('CASE', type, next(types.boolean()), next(type), next(types.boolean()), next(type), next(type));
    if (this.chance(8)) return call('COALESCE', type, next(type), next(type));
    switch (type.root) {
      case 'BOOLEAN': {
        const operand = this.pick([
          types.int(),
          types.bigint(),
          types.double(),
          types.decimal(9, 2),
          types.string(),
          types.timestamp(6),
          types.date(),
        ]);
        return this.pick([
          () => call(this.pick(['=', '<>', '<', '<=', '>', '>=']), type, next(operand), next(operand)),
          () =>
            call(
              this.pick(['=', '<']),
              type,
              next(types.int()),
              next(this.pick([types.bigint(), types.double(), types.decimal(9, 2)])),
            ),
          () => call(this.pick(['AND', 'OR']), type, next(type), next(type), next(type)),
          () => call('NOT', type, next(type)),
          () => call(this.pick(['IS NULL', 'IS NOT NULL']), types.boolean(false), next(any())),
          () =>
            call(this.pick(['IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT FALSE']), types.boolean(false), next(type)),
          () =>
            call(
              this.pick(['IS DISTINCT FROM', 'IS NOT DISTINCT FROM']),
              types.boolean(false),
              next(operand),
              next(operand),
            ),
          () => call('IN', type, next(types.int()), ...[1, 2, 3, 46341, null].map((n) => lit(n, types.int()))),
          () =>
            call('IN', type, next(types.decimal(9, 2)), lit(150n, types.decimal(9, 2)), lit(null, types.decimal(9, 2))),
          () => call('LIKE', type, next(types.string()), lit('%a%', types.char(3, false))),
        ])();
      }
      case 'VARCHAR':
        return this.pick([
          () => call('||', type, next(type), next(type)),
          () => call('UPPER', type, next(type)),
          () => call('SUBSTRING', type, next(type), lit(2, types.int(false))),
          () =>
            call(
              'CAST',
              type,
              next(this.pick([types.int(), types.bigint(), types.double(), types.decimal(9, 2), types.timestamp(6)])),
            ),
        ])();
      case 'TIMESTAMP_WITHOUT_TIME_ZONE':
        return this.pick([
          () => call(this.pick(['+', '-']), type, next(type), next(DAY)),
          () => call('FLOOR', type, next(type), lit('HOUR', types.symbol(false))),
        ])();
      case 'DATE':
        return call(this.pick(['+', '-']), type, next(type), next(DAY));
      case 'INTERVAL_DAY_TIME':
        return call(this.pick(['+', '-']), type, next(type), next(type));
      default: {
        const numeric = this.pick([
          types.tinyint(),
          types.int(),
          types.bigint(),
          types.float(),
          types.double(),
          types.decimal(9, 2),
          types.decimal(25, 4),
        ]);
        return this.pick([
          () => call(this.pick(['+', '-', '*', '/', '%']), type, next(type), next(type)),
          () => call('CAST', type, next(numeric)),
          () => call('NEGATE', type, next(type)),
          () => call('TRY_CAST', type, next(types.string())),
          () => call('ABS', type, next(type)),
        ])();
      }
    }
  }

  private leaf(type: LogicalType): Rex {
    if (this.chance(40)) return lit(this.value(type), type);
    return ref(
      COLUMNS.findIndex((column) => column === type || (column.root === type.root && sameParameters(column, type))),
      type,
    );
  }
}

const sameParameters = (a: LogicalType, b: LogicalType): boolean =>
  a.root !== 'DECIMAL' || (b.root === 'DECIMAL' && a.precision === b.precision);

const outcome = (evaluate: () => Value): unknown => {
  try {
    return evaluate();
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  }
};

describe('generated code against the interpreter', () => {
  for (const type of COLUMNS.filter((column) => column.root !== 'TINYINT' || true)) {
    it(`agrees on ${'precision' in type ? `${type.root}(${type.precision})` : type.root}`, () => {
      const maker = new Maker(seed + BigInt(COLUMNS.indexOf(type)));
      for (let n = 0; n < 120; n++) {
        const rex = maker.rex(type, 3);
        const rows = Array.from({ length: 5 }, () => COLUMNS.map((column) => maker.value(column)));
        const calc = compileCalc([rex], null, COLUMNS, env);
        for (const row of rows) {
          const generated = outcome(() => rowsOf(calc.run(batchOf(COLUMNS, [row])))[0]?.[0] as Value);
          const plain = outcome(() => interpret(rex, row, env));
          // A value nobody asks for may fail only in the interpreter (IS NULL of a division).
          if (typeof plain === 'string' && plain.startsWith('failed') && typeof generated !== 'string') continue;
          expect(
            generated,
            `${JSON.stringify(rex, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))}\n${row.map(String).join(' | ')}\n${calc.source}`,
          ).toEqual(plain);
        }
      }
    });
  }
});
