import type { PlanHint, Rel } from '../../plan/rel.ts';
import {
  aggregate,
  call,
  filter,
  inputRef,
  project,
  sort,
  timeAttribute,
  uniqueNames,
  values,
  withoutTimeAttribute,
} from '../../plan/rel-builder.ts';
import type { Rex, SortKey } from '../../plan/rex.ts';
import type { Expression, NodeBase, OrderItem, Select, WindowSpec } from '../../syntax/ast.ts';
import { types } from '../../types/logical-type.ts';
import { AggregateCollector } from '../expressions/aggregate-collector.ts';
import { bindExpression } from '../expressions/index.ts';
import { mapOperands, rexEquals, rexSome } from '../expressions/rex-util.ts';
import type { Scope } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, validatorError, withOrigin } from './context.ts';
import { bindRelation } from './from.ts';
import { type FromResult, fromScope } from './from-result.ts';
import { bindGroupBy, buildAggregate, type Grouping, outsideOfGroupBy } from './group-by.ts';
import { aggregateHints, checkHints, withJoinHints } from './hints.ts';
import { bindNamesFirst, checkRelationNames, namesFirst } from './name-checks.ts';
import { limited, sortKey } from './query.ts';
import { starColumns } from './star.ts';
import { planHint } from './table-ref.ts';
import { usingColumns } from './using.ts';

/** One column of the SELECT list, over the row of FROM. */
interface Item {
  readonly rex: Rex;
  readonly name: string;
  /** `t.column` of a star, for errors; absent for a written expression. */
  readonly star?: string;
  readonly place: NodeBase;
}

/** ORDER BY, OFFSET and LIMIT behind a SELECT. */
export interface Tail {
  readonly orderBy: readonly OrderItem[];
  readonly offset: number;
  readonly fetch?: number;
}

export const NO_TAIL: Tail = { orderBy: [], offset: 0 };

/** Binds SELECT … FROM … WHERE … GROUP BY … HAVING … QUALIFY with the ORDER BY that belongs to it. */
export function bindSelect(select: Select, tail: Tail, env: QueryEnv, context: QueryContext): Rel {
  const { orderBy } = tail;
  if (select.from) checkRelationNames(select.from);
  const bound = select.from ? bindRelation(select.from, env, context) : noFrom();
  const hints = select.hints.map(planHint);
  checkHints(select.hints, hints, bound.relations);
  const from: FromResult = { ...bound, rel: withJoinHints(bound.rel, hints, bound.relations) };
  const forAggregate = aggregateHints(hints, bound.relations);
  const input = select.where ? bindWhere(select.where, from, env, context) : from.rel;
  const merged = select.from?.kind === 'Join' ? usingColumns(select.from, from) : undefined;
  const grouping = select.groupBy ? bindGroupBy(select.groupBy, from, env, context, merged) : undefined;
  const collector = new AggregateCollector(
    grouping !== undefined && (grouping.keys.length > 0 || grouping.window !== undefined),
  );
  const windows = namedWindows(select);
  const scopeOf = (clause: Scope['clause'], aliases?: ReadonlyMap<string, Rex>): Scope => ({
    ...fromScope(clause, from.relations, env),
    ...(merged && clause === 'SELECT' ? { merged } : undefined),
    over: clause !== 'HAVING',
    aggregates: collector,
    windows,
    ...(aliases ? { aliases } : {}),
    resolveCall: (call) => grouping?.resolveCall(call, collector) ?? noGrouping(call),
  });
  const noGrouping: NonNullable<Scope['resolveCall']> = (call) =>
    outsideOfGroupBy(call, select.groupBy !== undefined, fromScope('SELECT', from.relations, env), context);
  const bindHaving = (): Rex | undefined =>
    select.having && condition(select.having, scopeOf('HAVING'), 'HAVING', context);
  let items: readonly Item[];
  try {
    items = bindItems(select, from, scopeOf('SELECT'), context);
  } catch (error) {
    // Flink checks HAVING before the SELECT list; bound after it, its calls have their places in the Aggregate.
    const having = bindHaving();
    if (having) buildAggregate(input, grouping, collector, () => undefined).rewrite(having, context);
    throw error;
  }
  const having = bindHaving();
  const names = uniqueNames(items.map((item) => item.name));
  const aliases =
    select.qualify || orderBy.length > 0 ? new Map(items.map((item) => [item.name, item.rex])) : undefined;
  const qualify = select.qualify
    ? condition(select.qualify, scopeOf('QUALIFY', aliases), 'QUALIFY', context)
    : undefined;
  const orderScope = orderBy.length > 0 ? scopeOf('ORDER BY', aliases) : undefined;
  const bindKeys = (scope: Scope): SortKey[] =>
    orderBy.map((item) => bindOrderItem(item, items, scope, select, context));
  const ordered = orderBy.map(({ expr }) => expr);
  const keys = orderScope ? namesFirst(ordered, orderScope, context, () => bindKeys(orderScope)) : [];
  const isAggregate = grouping !== undefined || having !== undefined || collector.calls.length > 0;
  const body: Body = { rel: input, items, names, keys, ...(having ? { having } : {}), ...(qualify ? { qualify } : {}) };
  const grouped = isAggregate ? aggregated(body, select, grouping, collector, context, forAggregate) : body;
  return finish(select, grouped, tail, context);
}

interface Body {
  readonly rel: Rel;
  readonly items: readonly Item[];
  readonly names: readonly string[];
  readonly keys: readonly SortKey[];
  readonly having?: Rex;
  readonly qualify?: Rex;
}

/** The Aggregate below, and all expressions over its row. */
function aggregated(
  body: Body,
  select: Select,
  grouping: Grouping | undefined,
  collector: AggregateCollector,
  context: QueryContext,
  hints: readonly PlanHint[],
): Body {
  // A SELECT list that is just keys and calls gives its names to the Aggregate.
  const built = buildAggregate(body.rel, grouping, collector, (call) => {
    const index = body.items.findIndex((item) => rexEquals(item.rex, call));
    return index < 0 ? undefined : body.names[index];
  });
  const over = (rex: Rex): Rex => built.rewrite(rex, context);
  // Flink checks HAVING before the SELECT list.
  const having = body.having && over(body.having);
  const items = body.items.map((item) => {
    if (item.star !== undefined && !built.keys.some((key) => rexEquals(key, item.rex))) {
      const { start } = item.place;
      throw validatorError({ start, end: start + 1 }, `Expression '${item.star}' is not being grouped`, 'not-grouped');
    }
    return { ...item, rex: over(item.rex) };
  });
  const qualify = body.qualify && over(body.qualify);
  const windowed = withOrigin(built.rel, grouping?.window?.place, context);
  const hinted = hints.length > 0 ? { ...windowed, hints } : windowed;
  const rel = having ? withOrigin(filter(hinted, having), select.having, context) : hinted;
  const keys = body.keys.map((key) => ({ ...key, expr: over(key.expr) }));
  return { rel, items, names: body.names, keys, ...(qualify ? { qualify } : {}) };
}

/** Projection, QUALIFY, DISTINCT and ORDER BY over the bound expressions. */
function finish(select: Select, body: Body, tail: Tail, context: QueryContext): Rel {
  const exprs = body.items.map((item) => item.rex);
  const width = exprs.length;
  // Sort keys and QUALIFY that are not in the list ride along as hidden columns.
  const hidden: Rex[] = [];
  const place = (rex: Rex): Rex => {
    let index = exprs.findIndex((expr) => rexEquals(expr, rex));
    if (index < 0) {
      const known = hidden.findIndex((expr) => rexEquals(expr, rex));
      index = width + (known < 0 ? hidden.push(rex) - 1 : known);
    }
    return { kind: 'InputRef', index, type: rex.type };
  };
  // Of QUALIFY only the window functions become columns: the filter on them must stay in sight (Top-N).
  const overColumns = (rex: Rex): Rex =>
    rex.kind === 'Over' || rex.kind === 'InputRef' ? place(rex) : mapOperands(rex, overColumns);
  const qualify = body.qualify && overColumns(body.qualify);
  const distinct = select.quantifier === 'DISTINCT';
  const keys = body.keys.map((key) => ({ ...key, expr: key.expr.kind === 'Literal' ? key.expr : place(key.expr) }));
  const hiddenNames = hidden.map((rex, i) =>
    rex.kind === 'InputRef' ? (body.rel.fields[rex.index]?.name ?? '') : `EXPR$${width + i}`,
  );
  const grouped = body.rel.kind === 'Filter' ? body.rel.input : body.rel;
  const identity =
    grouped.kind === 'Aggregate' &&
    body.rel.fields.length === width + hidden.length &&
    [...exprs, ...hidden].every((expr, i) => expr.kind === 'InputRef' && expr.index === i) &&
    body.names.every((name, i) => body.rel.fields[i]?.name === name);
  let rel: Rel = identity
    ? body.rel
    : project(body.rel, [...exprs, ...hidden], uniqueNames([...body.names, ...hiddenNames]));
  if (qualify) {
    rel = withOrigin(filter(rel, qualify), select.qualify, context);
  }
  if (distinct) {
    rel = visible(rel, width, body.names);
    const all = exprs.map((_, i) => i);
    rel = aggregate(rel, all, [all], []);
  }
  if (keys.length > 0) {
    rel = sort(rel, keys, 0);
  }
  rel = limited(rel, tail.offset, tail.fetch);
  return visible(rel, width, body.names);
}

/** Without the hidden columns. */
function visible(rel: Rel, width: number, names: readonly string[]): Rel {
  if (rel.fields.length === width) {
    return rel;
  }
  const refs = names.map((_, i) => inputRef(rel.fields, i));
  return project(rel, refs, names);
}

function noFrom(): FromResult {
  return {
    rel: values([{ name: 'ZERO', type: types.int(false) }], [[0]]),
    relations: [],
    star: () => [],
  };
}

function bindWhere(where: Expression, from: FromResult, env: QueryEnv, context: QueryContext): Rel {
  const rel = filter(from.rel, condition(where, fromScope('WHERE', from.relations, env), 'WHERE', context));
  return withOrigin(rel, where, context);
}

function condition(expr: Expression, scope: Scope, clause: string, context: QueryContext): Rex {
  const rex = bindNamesFirst(expr, scope, context);
  if (rex.type.root !== 'BOOLEAN') {
    throw validatorError(expr, `${clause} clause must be a condition`, 'not-a-condition');
  }
  return rex;
}

function bindItems(select: Select, from: FromResult, scope: Scope, context: QueryContext): Item[] {
  const items: Item[] = [];
  for (const { expr, alias, start, end } of select.items) {
    const place = { kind: 'SelectItem', start, end };
    if (expr.kind === 'Star') {
      checkStar(expr, alias !== undefined, select);
      for (const column of starColumns(expr, from, scope, context)) {
        const star = column.relation === undefined ? column.name : `${column.relation}.${column.name}`;
        items.push({ rex: column.expr, name: column.name, star, place });
      }
      continue;
    }
    if (expr.kind === 'Parameter') {
      throw validatorError(expr, 'Illegal use of dynamic parameter', 'parameter');
    }
    if (expr.kind === 'NullLiteral') {
      throw validatorError(expr, "Illegal use of 'NULL'", 'null');
    }
    const bound = bindNamesFirst(expr, scope, context);
    const rex = expr.kind === 'Cast' ? castTimeAway(bound) : bound;
    items.push({ rex, name: alias?.name ?? derivedName(expr, items.length), place });
  }
  return items;
}

function checkStar(star: Extract<Expression, { kind: 'Star' }>, hasAlias: boolean, select: Select): void {
  if (hasAlias && star.qualifier.length === 0) throw validatorError(star, "Unknown identifier '*'", 'unknown-column');
  if (!select.from && star.qualifier.length === 0) {
    throw validatorError(star, 'SELECT * requires a FROM clause', 'star-without-from');
  }
}

/** A column cast to the type that it has is no time attribute any more. */
function castTimeAway(rex: Rex): Rex {
  const isTime = rex.kind === 'InputRef' && timeAttribute(rex.type) !== undefined;
  return isTime ? call('CAST', [rex], withoutTimeAttribute(rex.type)) : rex;
}

/** A column keeps its name; anything else is EXPR$ and its position. */
function derivedName(expr: Expression, index: number): string {
  if (expr.kind === 'Paren') {
    return derivedName(expr.expr, index);
  }
  if (expr.kind === 'FunctionCall' && expr.form === 'niladic') {
    return expr.name.parts.at(-1)?.name ?? `EXPR$${index}`;
  }
  return expr.kind === 'ColumnRef' ? (expr.parts.at(-1)?.name ?? `EXPR$${index}`) : `EXPR$${index}`;
}

function bindOrderItem(
  item: OrderItem,
  items: readonly Item[],
  scope: Scope,
  select: Select,
  context: QueryContext,
): SortKey {
  const { expr } = item;
  if (expr.kind === 'NumberLiteral' && /^\d+$/.test(expr.text)) {
    const index = Number(expr.text) - 1;
    const found = items[index];
    if (!found) {
      throw validatorError(expr, 'Ordinal out of range', 'ordinal');
    }
    return sortKey(item, found.rex);
  }
  const rex = bindExpression(expr, scope, context.expressions);
  if (select.quantifier === 'DISTINCT' && !items.some((candidate) => rexEquals(candidate.rex, rex))) {
    const text = context.source.slice(expr.start, expr.end);
    throw validatorError(expr, `Expression '${text}' is not in the select clause`, 'not-selected');
  }
  return sortKey(item, rex);
}

function namedWindows(select: Select): ReadonlyMap<string, WindowSpec> {
  if (select.windows.length === 0) return NO_WINDOWS;
  const found = new Map<string, WindowSpec>();
  for (const { name, spec } of select.windows) {
    if (spec.kind === 'WindowSpec') {
      found.set(name.name, spec);
    }
  }
  return found;
}

const NO_WINDOWS: ReadonlyMap<string, WindowSpec> = new Map();

/** Does the expression hold an OVER call? */
export function hasOver(rex: Rex): boolean {
  return rexSome(rex, (node) => node.kind === 'Over');
}
