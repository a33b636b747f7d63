import type { FunctionDefinition } from '../../functions/catalogue.ts';
import type { AggregateCall, Rex, SortKey } from '../../plan/rex.ts';
import type { Expression, FunctionCall, JsonArray, JsonObject, OrderItem } from '../../syntax/ast.ts';
import { type LogicalType, types, withNullability } from '../../types/logical-type.ts';
import { type Binder, castTo, isNullLiteral, placeOf } from './binder.ts';
import { invalid, type Place, refused } from './errors.ts';
import { callTypes, checkCount, coerceOperands } from './signatures.ts';

/** Results that an empty group does not make nullable. */
const NEVER_NULL = new Set([
  'COUNT',
  '$SUM0',
  'COLLECT',
  'ARRAY_AGG',
  'LISTAGG',
  'APPROX_COUNT_DISTINCT',
  'GROUPING',
  'GROUPING_ID',
  'GROUP_ID',
]);

/** The call without its OVER or FILTER part, where Calcite places the aggregate itself. */
export function callPlace(node: FunctionCall, binder: Binder): Place {
  if (!node.over) return node;
  const { source } = binder.context;
  let end = node.over.start;
  while (isBlank(source.charCodeAt(end - 1))) end--;
  if (source.slice(end - 4, end).toUpperCase() !== 'OVER') return { start: node.start, end: node.over.start };
  end -= 4;
  while (isBlank(source.charCodeAt(end - 1))) end--;
  return { start: node.start, end };
}

const isBlank = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);

/** Functions that IGNORE NULLS may follow. */
const TREATS_NULLS = new Set(['LAG', 'LEAD', 'ARRAY_AGG', 'NTH_VALUE']);

/** Just `name(arguments)`: without the clauses after the parenthesis. */
function barePlace(node: FunctionCall, binder: Binder): Place {
  const { source } = binder.context;
  const last = node.args.at(-1);
  const close = source.indexOf(')', Math.max(node.name.end, last?.end ?? 0));
  return { start: node.start, end: close < 0 ? node.end : close + 1 };
}

/** An aggregate in SELECT, HAVING or ORDER BY; the scope's sink remembers it. */
export function bindAggregate(node: FunctionCall, definition: FunctionDefinition, binder: Binder): Rex {
  const name = definition.names[0] as string;
  if (name === 'GROUPING' || name === 'GROUPING_ID' || name === 'GROUP_ID') {
    throw invalid(node, 'grouping-outside', `${name} operator may only occur in an aggregate query`);
  }
  const sink = requireSink(node, binder);
  const call = aggregateCall(node, definition, binder);
  if (definition.requiresOver) {
    throw invalid(node, 'over-missing', 'OVER clause is necessary for window functions');
  }
  return sink.add({ ...call, type: sink.grouped && !call.filter ? call.type : orNullWhenEmpty(call) });
}

/** The type of a call whose group may be empty. */
export const orNullWhenEmpty = (call: AggregateCall): LogicalType =>
  NEVER_NULL.has(call.fn) ? call.type : withNullability(call.type, true);

export function requireSink(node: Place, binder: Binder) {
  const { aggregates, clause } = binder.scope;
  if (!aggregates) throw invalid(node, 'aggregate-here', `Aggregate expression is illegal in ${clause} clause`);
  return aggregates;
}

export const withoutAggregates = (node: Place, binder: Binder): Binder =>
  binder.within({
    over: false,
    insideAggregate: node,
    aggregates: {
      grouped: false,
      add() {
        throw invalid(node, 'nested-aggregate', 'Aggregate expressions cannot be nested');
      },
    },
  });

/** The pieces of an aggregate call, also of one with OVER; its type is NOT NULL where the argument is. */
export function aggregateCall(
  node: FunctionCall,
  definition: FunctionDefinition,
  binder: Binder,
  over = false,
): AggregateCall {
  const inner = over ? binder.within({ over: false }) : withoutAggregates(node, binder);
  const table = node.args.find((argument) => argument.kind === 'Star' && argument.qualifier.length > 0);
  if (table) throw invalid({ start: table.end - 1, end: table.end }, 'star-argument', "Unknown field '*'");
  const isStar = node.args.length === 1 && node.args[0]?.kind === 'Star';
  if (isStar && definition.names[0] !== 'COUNT') {
    throw invalid(node.args[0] as Expression, 'star-argument', `Unknown identifier '*'`);
  }
  const nodes: readonly Expression[] = isStar ? [] : node.args;
  const place = callPlace(node, binder);
  const name = definition.names[0] as string;
  if (node.nullTreatment && !TREATS_NULLS.has(name)) {
    const message = `Cannot specify IGNORE NULLS or RESPECT NULLS following '${name}'`;
    throw invalid(barePlace(node, binder), 'null-treatment', message);
  }
  if (node.withinGroup) {
    const message = `Aggregate expression '${name}' must not contain a WITHIN GROUP clause`;
    throw invalid(barePlace(node, binder), 'within-group', message);
  }
  const bound = nodes.map((argument) => inner.bind(argument));
  const bare = bound.findIndex(isNullLiteral);
  if (bare >= 0) throw invalid(placeOf(nodes[bare] as Expression), 'illegal-null', "Illegal use of 'NULL'");
  if (!isStar && definition.style === 'calcite') {
    checkCount(definition, name, nodes.length, place);
  }
  const args = isStar ? [] : coerceOperands(definition, name, bound, place, binder);
  if (name === 'LISTAGG' && bound[1] && bound[1].kind !== 'Literal') {
    throw invalid(place, 'not-a-literal', "Argument to function 'LISTAGG' must be a literal");
  }
  const type = definition.result(callTypes(bound));
  if (!type) throw refused(node, 'bad-arguments', 'Invalid input arguments.');
  return {
    fn: definition.id,
    args,
    distinct: node.quantifier === 'DISTINCT',
    filter: node.filter ? bindFilter(node.filter, binder) : null,
    withinGroup: [...(node.withinGroup ?? []), ...(node.argsOrderBy ?? [])].map((item) => bindSortKey(item, inner)),
    ignoreNulls: node.nullTreatment === 'IGNORE NULLS',
    type,
    name: '',
  };
}

export function bindFilter(node: Expression, binder: Binder): Rex {
  const refuse = () => invalid(placeOf(node), 'aggregate-here', 'FILTER must not contain aggregate expression');
  const aggregates = {
    grouped: false,
    add() {
      throw refuse();
    },
  };
  const condition = binder.within({ aggregates, over: false, clause: 'FILTER' }).bind(node);
  if (condition.type.root !== 'BOOLEAN' && !isNullLiteral(condition)) {
    throw invalid(placeOf(node), 'not-boolean', 'FILTER clause must be a condition');
  }
  return castTo(condition, types.boolean());
}

/** Flink sorts NULLs as the smallest value: first ascending, last descending. */
export function bindSortKey(item: OrderItem, binder: Binder): SortKey {
  const descending = item.direction === 'DESC';
  return {
    expr: binder.bind(item.expr),
    descending,
    nullsFirst: item.nulls ? item.nulls === 'FIRST' : !descending,
  };
}

/** JSON_OBJECTAGG and JSON_ARRAYAGG, which are not calls by name in the tree. */
export function bindJsonAggregate(node: JsonObject | JsonArray, binder: Binder): Rex {
  const sink = requireSink(node, binder);
  const inner = withoutAggregates(node, binder);
  const nodes: readonly Expression[] =
    node.kind === 'JsonObject' ? node.entries.flatMap((entry) => [entry.key, entry.value]) : node.items;
  const args = nodes.map((argument) => inner.bind(argument));
  const base = node.kind === 'JsonObject' ? 'JSON_OBJECTAGG' : 'JSON_ARRAYAGG';
  const onNull = node.onNull ?? (node.kind === 'JsonObject' ? 'NULL' : 'ABSENT');
  const call: AggregateCall = {
    fn: `${base}_${onNull}_ON_NULL`,
    args,
    distinct: false,
    // Flink's grammar has no FILTER and no OVER after these two.
    filter: null,
    withinGroup: node.kind === 'JsonArray' ? (node.orderBy ?? []).map((item) => bindSortKey(item, inner)) : [],
    ignoreNulls: false,
    type: types.varchar(2000, false),
    name: '',
  };
  return sink.add(call);
}
