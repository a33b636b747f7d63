import { describe, expect, it } from 'vitest';
import type { MapValue, Rex, Value } from '../../../flink-sql/plan/rex.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { compileCalc, type ExprEnv, interpret } from '../../../local-runtime/codegen/index.ts';
import { FlinkFault } from '../../../local-runtime/errors.ts';
import { JavaRandom } from '../../../local-runtime/functions/java/random.ts';
import { EXCLUDED, RandomSql, scalarFunctions } from './random-sql.ts';
import { FIELDS, fits, randomValue } from './random-values.ts';
import { batchOf, rowsOf } from './rex.ts';

/**
 * Random typed expressions over random rows: generated code and the plain interpreter must agree, in values and in faults.
 * Another seed: `SEED=5 npx vitest run test/local-runtime/codegen/differential`; more: `COUNT=50000`.
 */
const SEED = BigInt(process.env.SEED ?? 20_251_121);
const COUNT = Number(process.env.COUNT ?? 5000);
const ROWS = 5;

/** A clock that stands in the hour that Berlin has twice, so that NOW and its kin can be compared. */
const env: ExprEnv = {
  zone: 'Europe/Berlin',
  clock: { now: () => Date.UTC(2024, 9, 27, 0, 30, 15, 250) },
  options: { 'table.local-time-zone': 'Europe/Berlin' },
  watermark: () => Date.UTC(2024, 9, 27, 0, 59, 59, 999),
  database: 'default_database',
};

const TYPES = FIELDS.map((field) => field.type);

/** A value as text that tells 0 from -0, a number from a bigint and no value from another. */
function shown(value: Value | undefined): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value === null || typeof value !== 'object') return String(value);
  if ('keys' in value) {
    const { keys, values } = value as MapValue;
    return `{${keys.map((key, i) => `${shown(key)}: ${shown(values[i])}`).join(', ')}}`;
  }
  return 'ms' in value
    ? `${value.ms}+${value.nanos}`
    : JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
}

interface Outcome {
  readonly text: string;
  readonly value?: Value;
  readonly fault?: unknown;
}

function outcome(evaluate: () => Value): Outcome {
  try {
    const value = evaluate();
    return { text: shown(value), value };
  } catch (fault) {
    return { text: fault instanceof Error ? `fault ${fault.name}: ${fault.message}` : String(fault), fault };
  }
}

/** Flink's code generator has no code for some calls that its validator takes (EXTRACT(QUARTER FROM TIME)). */
function compiles(rex: Rex): boolean {
  try {
    compileCalc([rex], null, TYPES, env);
    return true;
  } catch (error) {
    if (error instanceof FlinkFault) return false;
    throw error;
  }
}

/** Batches without and with NULLs: code is made for each. */
function batches(): Value[][][] {
  const random = new JavaRandom(SEED);
  return Array.from({ length: 40 }, (_, k) =>
    Array.from({ length: ROWS }, () => TYPES.map((type) => randomValue(random, type, k % 2 === 0 ? 0 : 25))),
  );
}

/** What differs between both ways for one expression over one batch. */
function difference(rex: Rex, rows: readonly (readonly Value[])[], seen: (value: Value) => void): string | undefined {
  const plain = rows.map((row) => outcome(() => interpret(rex, row, env)));
  for (const { value, fault } of plain) {
    if (fault !== undefined && !(fault instanceof FlinkFault)) return `fails in JavaScript: ${(fault as Error).stack}`;
    if (value !== undefined && !fits(value, rex.type)) return `${shown(value)} is no ${asSummaryString(rex.type)}`;
    if (value !== undefined) seen(value);
  }
  const calc = compileCalc([rex], null, TYPES, env);
  const run = (some: readonly (readonly Value[])[]): string[] => {
    try {
      return rowsOf(calc.run(batchOf(TYPES, some))).map((row) => shown(row[0]));
    } catch (error) {
      return [
        outcome(() => {
          throw error;
        }).text,
      ];
    }
  };
  const told = (some: readonly (readonly Value[])[], expected: string[], actual: string[]): string | undefined =>
    expected.join('\n') === actual.join('\n')
      ? undefined
      : `interpreter:\n  ${expected.join('\n  ')}\ngenerated:\n  ${actual.join('\n  ')}\nrows:\n  ${some
          .map((row) =>
            used(rex)
              .map((i) => `${FIELDS[i]?.name} = ${shown(row[i])}`)
              .join(', '),
          )
          .join('\n  ')}\n${calc.source}`;
  // A batch fails as its first failing row does; the other rows are compared without it.
  const failing = plain.findIndex(({ fault }) => fault !== undefined);
  const good = rows.filter((_, i) => plain[i]?.fault === undefined);
  const values = plain.filter(({ fault }) => fault === undefined).map(({ text }) => text);
  const whole = failing < 0 ? undefined : told(rows, [plain[failing]?.text as string], run(rows));
  return whole ?? told(good, values, run(good));
}

function used(rex: Rex): number[] {
  if (rex.kind === 'InputRef') return [rex.index];
  if (rex.kind === 'FieldAccess') return used(rex.operand);
  return rex.kind === 'Call' ? [...new Set(rex.operands.flatMap(used))] : [];
}

describe('generated code against the interpreter', () => {
  it(`agrees on ${COUNT} random typed expressions, with every scalar function among them`, { timeout: 120_000 }, () => {
    const maker = new RandomSql(SEED, compiles);
    const data = batches();
    const answered = new Set<string>();
    const wrong: string[] = [];
    for (let n = 0; n < COUNT && wrong.length < 5; n++) {
      const { sql, rex, recipe } = maker.next();
      for (const k of [2 * (n % 20), 2 * (n % 20) + 1]) {
        const found = difference(rex, data[k] as Value[][], (value) => {
          if (value !== null) answered.add(recipe);
        });
        if (!found) continue;
        wrong.push(`#${n} SELECT ${sql} -- ${asSummaryString(rex.type)}\n${found}`);
        break;
      }
    }
    expect(wrong.join('\n\n')).toBe('');
    // Each signature of each function, each operator and each cast has given a value that is not NULL.
    expect([...new Set(maker.recipeNames)].filter((name) => !answered.has(name))).toEqual([]);
    const names = scalarFunctions.flatMap((fn) => fn.names);
    const covered = new Set([...answered].map((recipe) => recipe.replace(/#\d+$/, '')));
    expect(names.filter((name) => !covered.has(name) && !EXCLUDED[name])).toEqual([]);
    expect(Object.keys(EXCLUDED).filter((name) => !names.includes(name.replace(/#.*/, '')))).toEqual([]);
  });
});
