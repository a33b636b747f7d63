import { rewriteRex, rexSome } from '../../binder/expressions/rex-util.ts';
import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import { catalogError } from '../../catalog/errors.ts';
import { types } from '../../types/logical-type.ts';
import type { OverRel, ProjectRel, RankRel, Rel } from '../rel.ts';
import { and, conjuncts, filter, inputRef, isTrue, project, timeAttribute } from '../rel-builder.ts';
import type { AggregateCall, Rex, RexOver } from '../rex.ts';
import { batchOverProject } from './batch-over.ts';
import { loweredSum, OverColumns, orderOf } from './over-columns.ts';
import { splitsBelow } from './over-projection.ts';
import { windowColumns } from './window-properties.ts';

const tableError = (message: string, code: string) => catalogError('TableException', message, code);

/** FlinkLogicalOverAggregate refuses ranks without an order. */
const rankUnordered = () =>
  catalogError(
    'ValidationException',
    'Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.',
    'rank-order',
  );

const RANKS = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK']);

/**
 * Takes OVER calls out of projections: ROW_NUMBER() with a filter on it becomes a Rank (FlinkLogicalRankRule), all else an
 * Over node (FlinkLogicalOverAggregate). In batch mode a Top-N stays a filter over the numbers of sorted rows.
 */
export function extractOver(rel: Rel, isBatch: boolean): Rel {
  const inside = (input: Rel): Rel => extractOver(input, isBatch);
  switch (rel.kind) {
    case 'Filter': {
      const ranked = rel.input.kind === 'Project' && !isBatch ? asRank(rel.condition, rel.input) : undefined;
      return ranked ?? { ...rel, input: inside(rel.input) };
    }
    case 'Project': {
      const top = { ...rel, input: inside(rel.input) };
      if (!rel.exprs.some(isOverIn)) {
        return top;
      }
      return isBatch ? batchOverProject(top) : overProject(top);
    }
    default:
      return mapRelInputs(rel, inside);
  }
}

function isOverIn(rex: Rex): boolean {
  return rexSome(rex, (node) => node.kind === 'Over');
}

interface RankRange {
  start: number;
  end: number;
}

/** The range that a conjunct gives the rank number in column `index`. */
function rangeOf(condition: Rex, index: number): Partial<RankRange> | undefined {
  if (condition.kind !== 'Call' || condition.operands.length !== 2) {
    return undefined;
  }
  const strip = (rex: Rex): Rex => (rex.kind === 'Call' && rex.fn === 'CAST' ? (rex.operands[0] as Rex) : rex);
  const [a, b] = condition.operands.map(strip) as [Rex, Rex];
  const flip: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };
  const isRank = (rex: Rex) => rex.kind === 'InputRef' && rex.index === index;
  const [fn, literal] = isRank(a) ? [condition.fn, b] : isRank(b) ? [flip[condition.fn] ?? '', a] : ['', a];
  if (literal.kind !== 'Literal' || (typeof literal.value !== 'number' && typeof literal.value !== 'bigint')) {
    return undefined;
  }
  const value = Number(literal.value);
  switch (fn) {
    case '=':
      return { start: value, end: value };
    case '<':
      return { end: value - 1 };
    case '<=':
      return { end: value };
    case '>':
      return { start: value + 1 };
    case '>=':
      return { start: value };
    default:
      return undefined;
  }
}

function asRank(condition: Rex, top: ProjectRel): Rel | undefined {
  const overs = top.exprs.flatMap((expr, i) => (expr.kind === 'Over' ? [i] : []));
  const nested = top.exprs.some((expr) => expr.kind !== 'Over' && isOverIn(expr));
  const index = overs[0];
  if (index === undefined || overs.length !== 1 || nested) {
    return undefined;
  }
  const over = top.exprs[index] as RexOver;
  if (!RANKS.has(over.call.fn)) {
    return undefined;
  }
  const range: RankRange = { start: 1, end: Number.POSITIVE_INFINITY };
  const rest: Rex[] = [];
  let bounded = false;
  for (const part of conjuncts(condition)) {
    const found = rangeOf(part, index);
    if (!found) {
      rest.push(part);
      continue;
    }
    bounded = true;
    range.start = Math.max(range.start, found.start ?? 1);
    range.end = Math.min(range.end, found.end ?? Number.POSITIVE_INFINITY);
  }
  if (!bounded) {
    return undefined;
  }
  if (over.call.fn !== 'ROW_NUMBER') {
    const window = windowColumns(top.input);
    const isIn = (columns: ReadonlySet<number>) =>
      over.partitionBy.some((rex) => rex.kind === 'InputRef' && columns.has(rex.index));
    if (window && isIn(window.starts) && isIn(window.ends)) {
      throw tableError(
        `${over.call.fn}() function is not supported on Window TopN currently, only ROW_NUMBER() is supported.`,
        'rank-function',
      );
    }
    throw tableError(`${over.call.fn}() on streaming table is not supported currently`, 'rank-function');
  }
  if (range.end === Number.POSITIVE_INFINITY) {
    throw tableError(
      'Rank end is not specified. Currently rank only support TopN, which means the rank end must be specified.',
      'rank-end',
    );
  }
  if (range.end <= 0) {
    throw tableError(`Rank end should not less than zero, but now is ${range.end}`, 'rank-end');
  }
  const columns = new OverColumns(extractOver(top.input, false));
  const partition = over.partitionBy.map((rex) => columns.indexOf(rex)).sort((a, b) => a - b);
  const order = orderOf(over, columns);
  if (order.length === 0) {
    throw rankUnordered();
  }
  const input = columns.rel;
  // A range of one value makes the number a constant.
  const constant = range.start === range.end;
  const splits = splitsBelow(top);
  const base = { kind: 'Rank', input, partition, order, rankStart: range.start, rankEnd: range.end, splits } as const;
  const number = types.bigint(false);
  const rank: RankRel = constant
    ? { ...base, fields: input.fields, outputRankNumber: false }
    : { ...base, fields: [...input.fields, { name: 'w0$o0', type: number }], outputRankNumber: true };
  const replacement: Rex = constant
    ? { kind: 'Literal', value: BigInt(range.start), type: number }
    : inputRef(rank.fields, input.fields.length);
  const names = top.fields.map((field) => field.name);
  const exprs = top.exprs.map((expr, i) => (i === index ? replacement : expr));
  const result = project(rank, exprs, names);
  const left = and(rest);
  return isTrue(left) ? result : filter(result, left);
}

const UNSUPPORTED_FUNCTIONS = new Set(['NTILE', 'PERCENT_RANK', 'CUME_DIST']);

function overProject(top: ProjectRel): Rel {
  const columns = new OverColumns(top.input);
  const calls: AggregateCall[] = [];
  let window: Pick<OverRel, 'partition' | 'order' | 'rows' | 'lower' | 'upper'> | undefined;
  const width = { value: 0 };
  const placeholders: { call: AggregateCall; index: number }[] = [];
  const place = (over: RexOver): Rex => {
    const { fn } = over.call;
    if (UNSUPPORTED_FUNCTIONS.has(fn)) {
      throw tableError(`${fn} Function is not supported in stream mode.`, 'over-function');
    }
    if (RANKS.has(fn) && orderOf(over, columns).length === 0) throw rankUnordered();
    const own = {
      partition: over.partitionBy.map((rex) => columns.indexOf(rex)),
      order: orderOf(over, columns),
      rows: over.rows,
      lower: over.lower,
      upper: over.upper,
    };
    if (window && JSON.stringify(shown(window)) !== JSON.stringify(shown(own))) {
      throw tableError(
        'Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.',
        'over-windows',
      );
    }
    window ??= own;
    const toColumn = (rex: Rex): Rex =>
      rex.kind === 'Literal' ? rex : { kind: 'InputRef', index: columns.indexOf(rex), type: rex.type };
    const bound: AggregateCall = {
      ...over.call,
      args: over.call.args.map(toColumn),
      filter: over.call.filter && toColumn(over.call.filter),
    };
    const index = calls.push({ ...bound, name: `w0$o${calls.length}` }) - 1;
    placeholders.push({ call: bound, index });
    return { kind: 'InputRef', index: 0x2000_0000 + index, type: over.type };
  };
  const exprs = top.exprs.map((expr) =>
    rewriteRex(expr, (node) => (node.kind === 'Over' ? loweredSum(node, place) : node)),
  );
  const input = columns.rel;
  width.value = input.fields.length;
  const over: OverRel = {
    kind: 'Over',
    splits: splitsBelow(top),
    input,
    fields: [...input.fields, ...calls.map((c) => ({ name: c.name, type: c.type }))],
    calls,
    ...(window as NonNullable<typeof window>),
  };
  checkOver(over);
  const final = exprs.map((expr) =>
    rewriteRex(expr, (node) =>
      node.kind === 'InputRef' && node.index >= 0x2000_0000
        ? { ...node, index: node.index - 0x2000_0000 + width.value }
        : node,
    ),
  );
  return project(
    over,
    final,
    top.fields.map((field) => field.name),
  );
}

function shown(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)));
}

function checkOver(over: OverRel): void {
  const first = over.order[0];
  if (over.order.length !== 1 || first === undefined) {
    throw tableError('The window can only be ordered by a single time column.', 'over-order');
  }
  if (first.descending) {
    throw tableError('The window can only be ordered in ASCENDING mode.', 'over-order');
  }
  const ordered = over.input.fields[first.index];
  if (ordered && timeAttribute(ordered.type) === undefined && over.lower.kind !== 'UnboundedPreceding') {
    throw tableError('Non-time attribute sort is not supported for bounded OVER window.', 'over-order');
  }
  if (over.upper.kind !== 'CurrentRow') {
    throw tableError('OVER RANGE FOLLOWING windows are not supported yet.', 'over-frame');
  }
}
