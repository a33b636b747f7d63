import type { FunctionDefinition } from '../../functions/catalogue.ts';
import type { AggregateCall, FrameBound, Rex, RexOver, SortKey } from '../../plan/rex.ts';
import type {
  Expression,
  FrameBound as FrameBoundNode,
  FunctionCall,
  Identifier,
  JsonArray,
  JsonObject,
  OrderItem,
  WindowSpec,
} from '../../syntax/ast.ts';
import { types, withNullability } from '../../types/logical-type.ts';
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
  const before = binder.context.source.slice(node.start, node.over.start).replace(/\s*OVER\s*$/i, '');
  return { start: node.start, end: node.start + before.length };
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
  const type =
    sink.grouped && !call.filter ? call.type : NEVER_NULL.has(call.fn) ? call.type : withNullability(call.type, true);
  return sink.add({ ...call, type });
}

function requireSink(node: Place, binder: Binder) {
  const { aggregates, clause } = binder.scope;
  if (!aggregates) throw invalid(node, 'aggregate-here', `Aggregate expression is illegal in ${clause} clause`);
  return aggregates;
}

const withoutAggregates = (node: Place, binder: Binder): Binder =>
  binder.within({
    over: false,
    aggregates: {
      grouped: false,
      add() {
        throw invalid(node, 'nested-aggregate', 'Aggregate expressions cannot be nested');
      },
    },
  });

/** The pieces of an aggregate call; its type is NOT NULL where the argument is. */
function aggregateCall(
  node: FunctionCall,
  definition: FunctionDefinition,
  binder: Binder,
  over = false,
): AggregateCall {
  const inner = over ? binder.within({ over: false }) : withoutAggregates(node, binder);
  const isStar = node.args.length === 1 && node.args[0]?.kind === 'Star';
  if (isStar && definition.names[0] !== 'COUNT') {
    throw invalid(node.args[0] as Expression, 'star-argument', `Unknown identifier '*'`);
  }
  const nodes: readonly Expression[] = isStar ? [] : node.args;
  const place = callPlace(node, binder);
  const bound = nodes.map((argument) => inner.bind(argument));
  const bare = bound.findIndex(isNullLiteral);
  if (bare >= 0) throw invalid(placeOf(nodes[bare] as Expression), 'illegal-null', "Illegal use of 'NULL'");
  if (!isStar && definition.style === 'calcite') {
    checkCount(definition, definition.names[0] as string, nodes.length, place);
  }
  const args = isStar ? [] : coerceOperands(definition, definition.names[0] as string, bound, place, binder);
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

function bindFilter(node: Expression, binder: Binder): Rex {
  const condition = binder.within({ aggregates: undefined, over: false, clause: 'FILTER' }).bind(node);
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

/** Window functions that ignore frames. */
const UNFRAMED = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST', 'NTILE', 'LAG', 'LEAD']);

export function bindOver(node: FunctionCall, definition: FunctionDefinition, binder: Binder): Rex {
  if (!binder.scope.over) {
    const message = `Windowed aggregate expression is illegal in ${binder.scope.clause} clause`;
    throw invalid(node, 'over-here', message);
  }
  const spec = windowSpec(node.over as WindowSpec | Identifier, binder);
  const call = aggregateCall(node, definition, binder, true);
  return overCall(call, spec, binder, UNFRAMED.has(call.fn));
}

function windowSpec(over: WindowSpec | Identifier, binder: Binder): WindowSpec {
  if (over.kind === 'Identifier') return named(over, binder);
  if (!over.ref) return over;
  const base = named(over.ref, binder);
  return {
    ...over,
    partitionBy: over.partitionBy.length > 0 ? over.partitionBy : base.partitionBy,
    orderBy: over.orderBy.length > 0 ? over.orderBy : base.orderBy,
    ...(over.frame ? {} : base.frame && { frame: base.frame }),
  };
}

function named(name: Identifier, binder: Binder): WindowSpec {
  const spec = binder.scope.windows?.get(name.name);
  if (!spec) throw invalid(name, 'unknown-window', `Window '${name.name}' not found`);
  return windowSpec(spec, binder);
}

function overCall(call: AggregateCall, spec: WindowSpec, binder: Binder, unframed: boolean): RexOver {
  const inner = binder.within({ over: false });
  const partitionBy = spec.partitionBy.map((item) => inner.bind(item));
  const orderBy = spec.orderBy.map((item) => bindSortKey(item, inner));
  const { frame } = spec;
  const rows = frame ? frame.unit === 'ROWS' : call.fn === 'ROW_NUMBER';
  const lower: FrameBound =
    frame && !unframed ? bindBound(frame.lower, rows, orderBy, inner) : { kind: 'UnboundedPreceding' };
  const upper: FrameBound =
    frame?.upper && !unframed
      ? bindBound(frame.upper, rows, orderBy, inner)
      : frame || orderBy.length > 0 || unframed
        ? { kind: 'CurrentRow' }
        : { kind: 'UnboundedFollowing' };
  return { kind: 'Over', call, partitionBy, orderBy, rows, lower, upper, type: call.type };
}

function bindBound(node: FrameBoundNode, rows: boolean, orderBy: readonly SortKey[], binder: Binder): FrameBound {
  switch (node.type) {
    case 'UNBOUNDED PRECEDING':
      return { kind: 'UnboundedPreceding' };
    case 'UNBOUNDED FOLLOWING':
      return { kind: 'UnboundedFollowing' };
    case 'CURRENT ROW':
      return { kind: 'CurrentRow' };
    default: {
      const value = node.value as Expression;
      const offset = binder.bind(value);
      const key = orderBy[0]?.expr.type;
      const temporal =
        key !== undefined && (key.root.startsWith('TIMESTAMP') || key.root === 'DATE' || key.root.startsWith('TIME'));
      const isIntervalOffset = offset.type.root === 'INTERVAL_DAY_TIME' || offset.type.root === 'INTERVAL_YEAR_MONTH';
      if (!rows && temporal && !isIntervalOffset) {
        throw invalid(placeOf(value), 'range-type', 'Data Type mismatch between ORDER BY and RANGE clause');
      }
      return { kind: node.type === 'PRECEDING' ? 'Preceding' : 'Following', offset };
    }
  }
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
    filter: node.filter ? bindFilter(node.filter, binder) : null,
    withinGroup: node.kind === 'JsonArray' ? (node.orderBy ?? []).map((item) => bindSortKey(item, inner)) : [],
    ignoreNulls: false,
    type: types.varchar(2000, false),
    name: '',
  };
  if (node.over) return overCall(call, windowSpec(node.over, binder), binder, false);
  return sink.add(call);
}
