import { operandsOf } from '../../binder/expressions/rex-util.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { IntervalJoin, Physical } from '../physical.ts';
import type { JoinRel } from '../rel.ts';
import { and, conjuncts, isTrue, joinFields, timeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { type EquiKeys, restCondition } from './join-nodes.ts';
import { draft, exchange, tableError } from './physical-nodes.ts';
import { keepsTimeAttribute } from './time-attributes.ts';

/** The time bounds that make a join an interval join (WindowBounds): left time − right time lies in [lower, upper], ms. */
export interface IntervalBounds {
  readonly rowtime: boolean;
  readonly leftTimeIndex: number;
  /** Over the right row. */
  readonly rightTimeIndex: number;
  readonly lower: number;
  readonly upper: number;
  /** The comparisons of times, and what else the condition holds, over the join's row. */
  readonly times: readonly Rex[];
  readonly rest: readonly Rex[];
}

interface TimeTerm {
  readonly index: number;
  readonly offset: number;
}

interface Comparison {
  readonly rex: Rex;
  readonly fn: string;
  readonly leftIndex: number;
  readonly rightIndex: number;
  readonly rowtime: boolean;
  /** left time `fn` right time + difference. */
  readonly difference: number;
}

const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

const isInterval = (rex: Rex): boolean =>
  rex.type.root === 'INTERVAL_DAY_TIME' || rex.type.root === 'INTERVAL_YEAR_MONTH';

/** A time column plus a constant, as Flink finds the constant: by computing with the epoch in the column's place. */
function timeTerm(rex: Rex): TimeTerm | undefined {
  if (rex.kind === 'InputRef') {
    return { index: rex.index, offset: 0 };
  }
  if (rex.kind !== 'Call' || (rex.fn !== '+' && rex.fn !== '-') || rex.operands.length !== 2) {
    return undefined;
  }
  const [a, b] = rex.operands as [Rex, Rex];
  const [time, interval] = rex.fn === '+' && isInterval(a) ? [b, a] : [a, b];
  const base = timeTerm(time);
  if (!base || !isInterval(interval) || interval.kind !== 'Literal' || interval.value === null) {
    return undefined;
  }
  const amount = Number(interval.value) * (rex.fn === '-' ? -1 : 1);
  if (interval.type.root === 'INTERVAL_DAY_TIME') {
    return { ...base, offset: base.offset + amount };
  }
  const moved = new Date(base.offset);
  const day = moved.getUTCDate();
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + amount);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(day, last));
  return { ...base, offset: moved.getTime() };
}

/** The comparison of a left time with a right time that a condition is, if it is one. */
function comparison(rex: Rex, rel: JoinRel): Comparison | undefined {
  if (rex.kind !== 'Call' || FLIPPED[rex.fn] === undefined) {
    return undefined;
  }
  const width = rel.left.fields.length;
  const [first, second] = rex.operands.map(timeTerm);
  if (!first || !second || first.index < width === second.index < width) {
    return undefined;
  }
  // An equality of something computed has become a key column, which is no time attribute.
  if (rex.fn === '=' && rex.operands.some((operand) => operandsOf(operand).length > 0)) {
    return undefined;
  }
  const leftFirst = first.index < width;
  const [left, right] = leftFirst ? [first, second] : [second, first];
  const kind = timeAttribute((rel.left.fields[left.index] as RowField).type);
  const other = timeAttribute((rel.right.fields[right.index - width] as RowField).type);
  const kept = keepsTimeAttribute(rel.left, left.index) && keepsTimeAttribute(rel.right, right.index - width);
  if (kind === undefined || kind !== other || !kept) {
    return undefined;
  }
  return {
    rex,
    fn: leftFirst ? rex.fn : (FLIPPED[rex.fn] as string),
    leftIndex: left.index,
    rightIndex: right.index - width,
    rowtime: kind === 'ROWTIME',
    difference: right.offset - left.offset,
  };
}

/** The bounds of an interval join; undefined where the join is another one (IntervalJoinUtil.extractWindowBoundsFromPredicate). */
export function intervalBounds(rel: JoinRel): IntervalBounds | undefined {
  if (rel.joinType === 'SEMI' || rel.joinType === 'ANTI') {
    return undefined;
  }
  const parts = conjuncts(rel.condition);
  const found = parts.flatMap((part) => comparison(part, rel) ?? []);
  const [first, second, ...more] = found;
  if (!first || more.length > 0) {
    return undefined;
  }
  const sides = second ? [first, second] : [first];
  let lower: number | undefined;
  let upper: number | undefined;
  for (const { fn, difference } of sides) {
    if (fn === '=' && sides.length > 1) {
      return undefined;
    }
    if (fn === '=' || fn.startsWith('>')) {
      if (lower !== undefined) {
        return undefined;
      }
      lower = fn === '>' ? difference + 1 : difference;
    }
    if (fn === '=' || fn.startsWith('<')) {
      if (upper !== undefined) {
        return undefined;
      }
      upper = fn === '<' ? difference - 1 : difference;
    }
  }
  if (lower === undefined || upper === undefined) {
    return undefined;
  }
  const times = found.map(({ rex }) => rex);
  return {
    rowtime: first.rowtime,
    leftTimeIndex: first.leftIndex,
    rightTimeIndex: first.rightIndex,
    lower,
    upper,
    times,
    rest: parts.filter((part) => !times.includes(part)),
  };
}

/** The interval join node over both sides; time attributes stay what they are. */
export function makeIntervalJoin(
  rel: JoinRel,
  left: Physical,
  right: Physical,
  keys: EquiKeys,
  bounds: IntervalBounds,
): IntervalJoin {
  const { rowtime, leftTimeIndex, rightTimeIndex, lower, upper } = bounds;
  const isRowtime = (field: RowField) => timeAttribute(field.type) === 'ROWTIME';
  if (!rowtime && [...left.fields, ...right.fields].some(isRowtime)) {
    throw tableError(
      'Interval join with proctime attribute requires no event-time attributes are in the join inputs.',
      'interval-join',
    );
  }
  const condition = and(restCondition(keys, rel, left));
  const times = restCondition({ ...keys, rest: bounds.times }, rel, left);
  return {
    ...draft,
    kind: 'IntervalJoin',
    fields: joinFields(left.fields, right.fields, rel.joinType),
    left: exchange(left, keys.leftKeys),
    right: exchange(right, keys.rightKeys),
    joinType: rel.joinType as IntervalJoin['joinType'],
    leftKeys: keys.leftKeys,
    rightKeys: keys.rightKeys,
    filterNulls: keys.filterNulls,
    condition: isTrue(condition) ? null : condition,
    rowtime,
    leftTimeIndex,
    rightTimeIndex,
    lower,
    upper,
    times,
  };
}
