import type { GroupAggregate, Join, Physical, Rank } from '../physical.ts';
import { conjuncts, timeAttribute } from '../rel-builder.ts';
import type { AggregateCall, Rex } from '../rex.ts';

/** How a field changes when its row is updated (SqlMonotonicity of modification). */
export type Monotonicity = 'CONSTANT' | 'INCREASING' | 'DECREASING' | 'NONE';

/** One a field; null where rows may be deleted. */
export type Monotonicities = readonly Monotonicity[] | null;

/** What inference knows that monotonicity depends on. */
export interface MonotonicityContext {
  /** Whether a source only inserts. */
  isInsertOnly(node: Physical): boolean;
}

const all = (node: Physical, value: Monotonicity): Monotonicity[] => node.fields.map(() => value);

/** How the fields of a node's rows change as they are updated (FlinkRelMdModifiedMonotonicity). */
export function monotonicities(node: Physical, context: MonotonicityContext): Monotonicities {
  const of = (input: Physical): Monotonicities => monotonicities(input, context);
  switch (node.kind) {
    case 'TableSourceScan':
      return all(node, context.isInsertOnly(node) ? 'CONSTANT' : 'NONE');
    case 'Values':
    case 'OverAggregate':
    case 'IntervalJoin':
      return all(node, 'CONSTANT');
    case 'ChangelogNormalize':
      return node.fields.map((_, i) => (node.keys.includes(i) ? 'CONSTANT' : 'NONE'));
    case 'Exchange':
      return of(node.input);
    case 'WatermarkAssigner':
    case 'DropUpdateBefore':
    case 'Expand':
    case 'Correlate':
    case 'LookupJoin':
      return passed(node, of(node.input));
    case 'Calc':
      return projected(node.exprs, node.condition, of(node.input));
    case 'GroupAggregate':
      return aggregated(node, of(node.input));
    case 'GroupWindowAggregate':
      return isAppend(of(node.input)) ? all(node, 'CONSTANT') : null;
    case 'Rank':
      return ranked(node, of(node.input));
    case 'Deduplicate':
      if (!isAppend(of(node.input))) {
        return null;
      }
      return node.fields.map((_, i) =>
        node.keys.includes(i) || !(node.keepLast || node.rowtime) ? 'CONSTANT' : 'NONE',
      );
    case 'Join':
      return joined(node, of(node.left), of(node.right));
    case 'Union': {
      const inputs = node.inputs.map(of);
      const [first] = inputs;
      if (!first || inputs.some((input) => input === null)) {
        return null;
      }
      const same = inputs.every((input) => input?.join() === first.join());
      return same ? first : all(node, 'NONE');
    }
    default:
      return null;
  }
}

const isAppend = (input: Monotonicities): boolean => input?.every((field) => field === 'CONSTANT') ?? false;

/** Of operators that make no updates themselves. */
function passed(node: Physical, input: Monotonicities): Monotonicities {
  return input && all(node, isAppend(input) ? 'CONSTANT' : 'NONE');
}

function projected(exprs: readonly Rex[], condition: Rex | null, input: Monotonicities): Monotonicities {
  if (!input) {
    return null;
  }
  if (isAppend(input)) {
    return exprs.map(() => 'CONSTANT');
  }
  if (condition && mayWithdraw(condition, input)) {
    return exprs.map(() => 'NONE');
  }
  return exprs.map((expr) => {
    const source = withoutCast(expr);
    return source.kind === 'InputRef' ? (input[source.index] ?? 'NONE') : 'NONE';
  });
}

function withoutCast(rex: Rex): Rex {
  return rex.kind === 'Call' && rex.fn === 'CAST' && rex.operands[0] ? withoutCast(rex.operands[0]) : rex;
}

/** Whether an update may turn a condition from true to false. */
function mayWithdraw(rex: Rex, input: readonly Monotonicity[]): boolean {
  if (rex.kind === 'InputRef') {
    return input[rex.index] !== 'CONSTANT';
  }
  if (rex.kind !== 'Call') {
    return false;
  }
  const operands = rex.operands.map(withoutCast);
  const changing = operands.flatMap((operand) =>
    operand.kind === 'InputRef' && input[operand.index] !== 'CONSTANT' ? [input[operand.index]] : [],
  );
  switch (rex.fn) {
    case 'AND':
    case 'OR':
      return operands.some((operand) => mayWithdraw(operand, input));
    case '>':
    case '>=':
      return changing[0] !== undefined && changing[0] !== 'INCREASING';
    case '<':
    case '<=':
      return changing[0] !== undefined && changing[0] !== 'DECREASING';
    case '=':
    case '<>':
    case 'IN':
    case 'NOT IN':
    case 'SEARCH':
      return changing.length > 0;
    case 'NOT':
    case 'IS NOT TRUE':
    case 'IS TRUE':
    case 'IS NOT NULL':
    case 'IS NULL':
      return mayWithdraw(operands[0] as Rex, input);
    default:
      return false;
  }
}

function aggregated(node: GroupAggregate, input: Monotonicities): Monotonicities {
  if (!input || node.group.some((key) => input[key] !== 'CONSTANT')) {
    return null;
  }
  const calls = node.calls.map((call): Monotonicity => {
    const own = ownMonotonicity(call, node.input);
    const [arg] = call.args;
    if (isAppend(input) || !arg || call.fn === 'COUNT') {
      return own;
    }
    return call.args.length === 1 && arg.kind === 'InputRef' && input[arg.index] === own ? own : 'NONE';
  });
  return [...node.group.map(() => 'CONSTANT' as const), ...calls];
}

function ownMonotonicity({ fn, args }: AggregateCall, input: Physical): Monotonicity {
  const [arg] = args;
  switch (fn) {
    case 'COUNT':
    case 'MAX':
      return 'INCREASING';
    case 'MIN':
      return 'DECREASING';
    case 'SUM':
    case '$SUM0':
    case 'SUM0': {
      const sign = arg?.kind === 'InputRef' ? signOf(input, arg.index) : undefined;
      return sign === undefined ? 'NONE' : sign > 0 ? 'INCREASING' : 'DECREASING';
    }
    default:
      return 'NONE';
  }
}

/** 1 where a field is known to be at least 0, -1 at most 0 (FlinkRelMdColumnInterval, as far as filters and counts tell). */
function signOf(node: Physical, field: number): 1 | -1 | undefined {
  switch (node.kind) {
    case 'Exchange':
    case 'WatermarkAssigner':
    case 'DropUpdateBefore':
      return signOf(node.input, field);
    case 'Calc': {
      const expr = node.exprs[field];
      if (expr?.kind === 'Literal') {
        return typeof expr.value === 'number' || typeof expr.value === 'bigint'
          ? expr.value >= 0
            ? 1
            : -1
          : undefined;
      }
      if (expr?.kind !== 'InputRef') {
        return undefined;
      }
      for (const part of node.condition ? conjuncts(node.condition) : []) {
        const sign = signBy(part, expr.index);
        if (sign) {
          return sign;
        }
      }
      return signOf(node.input, expr.index);
    }
    case 'GroupAggregate':
      return node.calls[field - node.group.length]?.fn === 'COUNT' ? 1 : undefined;
    default:
      return undefined;
  }
}

const FLIPPED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '=': '=' };

/** What a comparison of field `field` with a constant says about its sign. */
function signBy(part: Rex, field: number): 1 | -1 | undefined {
  if (part.kind !== 'Call' || part.operands.length !== 2 || !(part.fn in FLIPPED)) {
    return undefined;
  }
  const [a, b] = part.operands as [Rex, Rex];
  const [ref, bound, fn] = a.kind === 'InputRef' ? [a, b, part.fn] : [b, a, FLIPPED[part.fn]];
  if (ref.kind !== 'InputRef' || ref.index !== field || bound.kind !== 'Literal') {
    return undefined;
  }
  const { value } = bound;
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    return undefined;
  }
  if (fn !== '<' && fn !== '<=' && value >= 0) {
    return 1;
  }
  return fn !== '>' && fn !== '>=' && value <= 0 ? -1 : undefined;
}

function ranked(node: Rank, input: Monotonicities): Monotonicities {
  if (!input || node.sortLimit || node.partition.some((key) => input[key] !== 'CONSTANT')) {
    return null;
  }
  const result = node.fields.map((_, i): Monotonicity => (node.partition.includes(i) ? 'CONSTANT' : 'NONE'));
  if (node.outputRankNumber) {
    result[result.length - 1] = 'CONSTANT';
  }
  const [first] = node.order;
  if (first) {
    const type = node.fields[first.index]?.type;
    const known = type && timeAttribute(type) ? 'INCREASING' : input[first.index];
    if (first.descending && (known === 'INCREASING' || known === 'CONSTANT')) {
      result[first.index] = 'INCREASING';
    } else if (!first.descending && (known === 'DECREASING' || known === 'CONSTANT')) {
      result[first.index] = 'DECREASING';
    } else {
      result[first.index] = 'NONE';
    }
  }
  return result;
}

function joined(node: Join, left: Monotonicities, right: Monotonicities): Monotonicities {
  if (node.joinType === 'ANTI' || !left || !right) {
    return null;
  }
  const fixed =
    node.leftKeys.every((key) => left[key] === 'CONSTANT') && node.rightKeys.every((key) => right[key] === 'CONSTANT');
  const updates = !isAppend(left) || !isAppend(right);
  if (!fixed || (updates && node.condition)) {
    return null;
  }
  return node.joinType === 'SEMI' ? left : [...left, ...right];
}

/** Whether the rows of a Top-N only move up as they are updated (RankProcessStrategy.analyzeRankProcessStrategies). */
export function movesUp({ order }: Rank, input: Monotonicities): boolean {
  return (
    input !== null &&
    order.length > 0 &&
    order.every(({ index, descending }) => {
      const field = input[index];
      return field === 'CONSTANT' || field === (descending ? 'INCREASING' : 'DECREASING');
    })
  );
}
