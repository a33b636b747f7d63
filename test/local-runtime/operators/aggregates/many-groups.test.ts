import { expect, it } from 'vitest';
import type { GroupAggregate } from '../../../../flink-sql/plan/physical.ts';
import { types } from '../../../../flink-sql/types/logical-type.ts';
import { GroupAggregateOperator } from '../../../../local-runtime/operators/group-aggregate.ts';
import { seededBelow } from '../../../harness/random.ts';
import { COUNT_STAR, call, Harness, inputNode, nodeBase, ref, type Step } from '../harness.ts';

/** More groups than are worked on in one go, so that the aggregates have turns of some hundred rows each. */
const KEYS = 25_000;
const BIGINT = types.bigint();
const INPUT = [BIGINT, BIGINT];

/** GROUP BY with SUM, COUNT, and, where nothing is taken back, MAX. */
function operator(retracting: boolean, updateBefore: boolean) {
  const extreme = retracting ? [] : [call('MAX', BIGINT, [ref(1, BIGINT)])];
  const calls = [call('SUM', BIGINT, [ref(1, BIGINT)]), COUNT_STAR, ...extreme];
  const node: GroupAggregate = {
    kind: 'GroupAggregate',
    ...nodeBase(BIGINT, ...calls.map(() => BIGINT)),
    input: inputNode(...INPUT),
    group: [0],
    calls,
    retracting,
    generateUpdateBefore: updateBefore,
  };
  return new Harness([INPUT], (context) => new GroupAggregateOperator(node, INPUT, context));
}

function greatest(values: readonly bigint[]): bigint | undefined {
  let most = values[0];
  for (const value of values) if (most === undefined || value > most) most = value;
  return most;
}

/** Rows of each key, then as many of keys at random; some take back what has come. A cut in the middle. */
function program(retracting: boolean): { steps: Step[]; expected: string[] } {
  const next = seededBelow(retracting ? 11 : 7);
  const rows = new Map<number, bigint[]>();
  const show = (key: number, values: readonly bigint[]) => {
    const sum = values.reduce((a, b) => a + b, 0n);
    const max = retracting ? '' : ` ${greatest(values)}`;
    return `${key} ${sum} ${values.length}${max}`;
  };
  const steps: Step[] = [];
  const expected: string[] = [];
  for (let i = 0; i < 2 * KEYS; i++) {
    if (i === KEYS + KEYS / 2) steps.push({ cut: true });
    const key = i < KEYS ? i : next(KEYS);
    const values = rows.get(key) ?? [];
    const before = values.length > 0 ? show(key, values) : undefined;
    const isGoing = retracting && i >= KEYS && values.length > 0 && next(3) === 0;
    const value = isGoing ? (values.pop() as bigint) : BigInt(next(1000)) * 10_000_000_000n;
    if (!isGoing) values.push(value);
    rows.set(key, values);
    steps.push([isGoing ? '-D' : '+I', BigInt(key), value]);
    if (before === undefined) expected.push(`+I ${show(key, values)}`);
    else if (values.length === 0) expected.push(`-D ${before}`);
    else expected.push(`-U ${before}`, `+U ${show(key, values)}`);
  }
  return { steps, expected };
}

it.each([false, true])('gives of each row the value before and after it; retractions: %s', (retracting) => {
  const { steps, expected } = program(retracting);
  expect(operator(retracting, true).run(steps, 5000)).toEqual(expected);
});

it('gives the value after each row alone', () => {
  const { steps, expected } = program(false);
  const after = expected.filter((change) => !change.startsWith('-U'));
  expect(operator(false, false).run(steps, 5000)).toEqual(after);
});
