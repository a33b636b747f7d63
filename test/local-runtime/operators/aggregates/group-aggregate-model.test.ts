import { describe, expect, it } from 'vitest';
import type { GroupAggregate } from '../../../../flink-sql/plan/physical.ts';
import type { AggregateCall, Value } from '../../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../../flink-sql/types/logical-type.ts';
import { GroupAggregateOperator } from '../../../../local-runtime/operators/group-aggregate.ts';
import { seededBelow } from '../../../harness/random.ts';
import { COUNT_STAR, call, Harness, inputNode, nodeBase, ref, type Step, show } from '../harness.ts';

/**
 * Random rows through GROUP BY, against a model that keeps every row and computes each value from scratch: all kinds of loops (with
 * FILTER, NULLs, DISTINCT, retractions, with and without -U), batches of any size, and cuts between them.
 */
const STR = types.string();
const BIGINT = types.bigint();
const INT = types.int();
const DOUBLE = types.double();
const BOOLEAN = types.boolean();
// key, long, int, double, text, condition
const INPUT: readonly LogicalType[] = [STR, BIGINT, INT, DOUBLE, STR, BOOLEAN];
type Row = readonly [string | null, bigint | null, number | null, number | null, string | null, boolean | null];

const where = { filter: ref(5, BOOLEAN) };
const once = { distinct: true };

interface Column {
  readonly call: AggregateCall;
  /** The value over the rows of a group, oldest first. */
  readonly value: (rows: readonly Row[]) => Value;
}

const longs = (rows: readonly Row[]) => rows.flatMap(([, long]) => (long === null ? [] : [long]));
const ints = (rows: readonly Row[]) => rows.flatMap(([, , int]) => (int === null ? [] : [int]));
const doubles = (rows: readonly Row[]) => rows.flatMap(([, , , double]) => (double === null ? [] : [double]));
const texts = (rows: readonly Row[]) => rows.flatMap(([, , , , text]) => (text === null ? [] : [text]));
const passing = (rows: readonly Row[]) => rows.filter(([, , , , , passes]) => passes === true);
const sum = (values: readonly bigint[]) =>
  BigInt.asIntN(
    64,
    values.reduce((a, b) => a + b, 0n),
  );
const plus = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const count = (values: readonly unknown[]) => BigInt(values.length);
type Comparable = bigint | number | string;
const least = <T extends Comparable>(values: readonly T[]): T | null =>
  values.reduce<T | null>((a, b) => (a === null || b < a ? b : a), null);
const most = <T extends Comparable>(values: readonly T[]): T | null =>
  values.reduce<T | null>((a, b) => (a === null || b > a ? b : a), null);
const orNull = <T>(values: readonly unknown[], value: () => T): T | null => (values.length === 0 ? null : value());

const CALLS: Readonly<Record<string, Column>> = {
  count: { call: COUNT_STAR, value: count },
  countFiltered: { call: call('COUNT', BIGINT, [], where), value: (rows) => count(passing(rows)) },
  countTwo: {
    call: call('COUNT', BIGINT, [ref(1, BIGINT), ref(4, STR)]),
    value: (rows) => count(rows.filter((row) => row[1] !== null && row[4] !== null)),
  },
  sumLong: {
    call: call('SUM', BIGINT, [ref(1, BIGINT)]),
    value: (rows) => orNull(longs(rows), () => sum(longs(rows))),
  },
  sumInt: {
    call: call('SUM', INT, [ref(2, INT)], where),
    value: (rows) => orNull(ints(passing(rows)), () => plus(ints(passing(rows))) | 0),
  },
  sumDouble: {
    call: call('SUM', DOUBLE, [ref(3, DOUBLE)]),
    value: (rows) => orNull(doubles(rows), () => plus(doubles(rows))),
  },
  avgLong: {
    call: call('AVG', BIGINT, [ref(1, BIGINT)]),
    value: (rows) => orNull(longs(rows), () => sum(longs(rows)) / count(longs(rows))),
  },
  avgInt: {
    call: call('AVG', INT, [ref(2, INT)]),
    value: (rows) => orNull(ints(rows), () => Math.trunc(plus(ints(rows)) / ints(rows).length)),
  },
  avgDouble: {
    call: call('AVG', DOUBLE, [ref(3, DOUBLE)], where),
    value: (rows) => orNull(doubles(passing(rows)), () => plus(doubles(passing(rows))) / doubles(passing(rows)).length),
  },
  minLong: { call: call('MIN', BIGINT, [ref(1, BIGINT)]), value: (rows) => least(longs(rows)) },
  maxInt: { call: call('MAX', INT, [ref(2, INT)]), value: (rows) => most(ints(rows)) },
  maxDouble: { call: call('MAX', DOUBLE, [ref(3, DOUBLE)], where), value: (rows) => most(doubles(passing(rows))) },
  maxText: { call: call('MAX', STR, [ref(4, STR)]), value: (rows) => most(texts(rows)) },
  distinctLongs: {
    call: call('COUNT', BIGINT, [ref(1, BIGINT)], once),
    value: (rows) => BigInt(new Set(longs(rows)).size),
  },
  distinctLongsFiltered: {
    call: call('COUNT', BIGINT, [ref(1, BIGINT)], { ...once, ...where }),
    value: (rows) => BigInt(new Set(longs(passing(rows))).size),
  },
  sumOfDistinctInts: {
    call: call('SUM', INT, [ref(2, INT)], once),
    value: (rows) => orNull(ints(rows), () => plus([...new Set(ints(rows))]) | 0),
  },
  distinctTexts: {
    call: call('COUNT', BIGINT, [ref(4, STR)], once),
    value: (rows) => BigInt(new Set(texts(rows)).size),
  },
};

interface Shape {
  readonly calls: readonly string[];
  readonly retracting: boolean;
  readonly before: boolean;
}

const SHAPES: readonly Shape[] = [false, true].flatMap((retracting) =>
  [false, true].flatMap((before) => [
    { calls: Object.keys(CALLS), retracting, before },
    // Without COUNT(*), so that rows may change nothing.
    { calls: Object.keys(CALLS).filter((name) => name !== 'count'), retracting, before },
    { calls: ['minLong', 'maxText'], retracting, before },
    { calls: ['distinctLongs', 'distinctLongsFiltered'], retracting, before },
  ]),
);

function randomRow(next: (below: number) => number): Row {
  const or = <T>(value: T): T | null => (next(6) === 0 ? null : value);
  // Sums below 2^53 and above, and over the edge of 64 bits.
  const scale = [1n, 1n, 1n, 1n << 40n, 1n << 60n][next(5)] as bigint;
  return [
    or(`key ${next(5)}`),
    or(BigInt(next(9) - 4) * scale),
    or(next(2_000_000_000) - 1_000_000_000),
    or(next(100) / 4),
    or(`text ${next(7)} ä`),
    or(next(2) === 0),
  ];
}

/** Steps with the changelog that the model gives for them. */
function program(shape: Shape, seed: number, steps: number): { steps: Step[]; expected: string[] } {
  const next = seededBelow(seed);
  const groups = new Map<string | null, Row[]>();
  const out: string[] = [];
  const given: Step[] = [];
  const values = (rows: readonly Row[]) =>
    shape.calls.map((name) => show((CALLS[name] as Column).value(rows))).join(' ');
  for (let n = 0; n < steps; n++) {
    if (next(40) === 0) {
      given.push(['W', n]);
      out.push(`W ${n}`);
    }
    if (next(100) === 0) given.push({ cut: true });
    const all = [...groups.values()].flat();
    const isRetraction = shape.retracting && next(5) < 2;
    const row = isRetraction && all.length > 0 ? (all[next(all.length)] as Row) : randomRow(next);
    const key = row[0];
    const rows = groups.get(key);
    given.push([isRetraction ? '-U' : '+I', ...row]);
    if (isRetraction) {
      // A group that is not there, or one that holds the row.
      if (rows === undefined) continue;
      const at = rows.indexOf(row);
      if (at < 0) {
        given.pop();
        continue;
      }
      const old = values(rows);
      rows.splice(at, 1);
      if (rows.length === 0) {
        groups.delete(key);
        out.push(`-D ${show(key)} ${old}`);
      } else if (old !== values(rows)) {
        if (shape.before) out.push(`-U ${show(key)} ${old}`);
        out.push(`+U ${show(key)} ${values(rows)}`);
      }
      continue;
    }
    if (rows === undefined) {
      groups.set(key, [row]);
      out.push(`+I ${show(key)} ${values([row])}`);
      continue;
    }
    const old = values(rows);
    rows.push(row);
    if (old === values(rows)) continue;
    if (shape.before) out.push(`-U ${show(key)} ${old}`);
    out.push(`+U ${show(key)} ${values(rows)}`);
  }
  return { steps: given, expected: out };
}

function operatorFor(shape: Shape) {
  const calls = shape.calls.map((name) => (CALLS[name] as Column).call);
  const node: GroupAggregate = {
    kind: 'GroupAggregate',
    ...nodeBase(STR, ...calls.map((each) => each.type)),
    input: inputNode(...INPUT),
    group: [0],
    calls,
    retracting: shape.retracting,
    generateUpdateBefore: shape.before,
  };
  return new Harness([INPUT], (context) => new GroupAggregateOperator(node, INPUT, context));
}

describe('GROUP BY as a model of it', () => {
  for (const [s, shape] of SHAPES.entries()) {
    const name = `${shape.retracting ? 'changes' : 'inserts'}, ${shape.before ? 'with' : 'without'} -U, ${shape.calls.length} calls`;
    it(name, () => {
      for (const [i, size] of [1, 5, 64, 1000].entries()) {
        const { steps, expected } = program(shape, s * 10 + i, 600);
        expect(expected.length).toBeGreaterThan(20);
        expect(operatorFor(shape).run(steps, size)).toEqual(expected);
      }
    });
  }

  it('many values of DISTINCT, more than a table starts with', () => {
    const shape: Shape = {
      calls: ['distinctLongs', 'distinctLongsFiltered', 'distinctTexts'],
      retracting: false,
      before: false,
    };
    const steps: Step[] = [];
    for (let n = 0; n < 5000; n++) {
      const value = (n * 7) % 2500;
      steps.push(['+I', `key ${n % 3}`, BigInt(value), value, value, `text ${value}`, value % 2 === 0]);
    }
    const last = operatorFor(shape).run(steps, 900).slice(-3);
    expect([...last].sort()).toEqual(
      [0, 1, 2].map(
        (key) =>
          `+U key ${key} ${distinctOf(key, () => true)} ${distinctOf(key, (v) => v % 2 === 0)} ${distinctOf(key, () => true)}`,
      ),
    );
    function distinctOf(key: number, passes: (value: number) => boolean): number {
      const found = new Set<number>();
      for (let n = key; n < 5000; n += 3) if (passes((n * 7) % 2500)) found.add((n * 7) % 2500);
      return found.size;
    }
  });
});
