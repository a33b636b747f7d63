import type { FunctionDefinition } from '../../functions/catalogue.ts';
import type { AggregateCall, FrameBound, Rex, RexOver, SortKey } from '../../plan/rex.ts';
import type {
  Expression,
  FrameBound as FrameBoundNode,
  FunctionCall,
  Identifier,
  WindowFrame,
  WindowSpec,
} from '../../syntax/ast.ts';
import { isDateTime, isInterval, isNumeric } from '../../types/families.ts';
import { aggregateCall, bindSortKey, orNullWhenEmpty } from './aggregates.ts';
import { type Binder, placeOf } from './binder.ts';
import { invalid, refused } from './errors.ts';

/** Window functions whose frame is fixed. */
const UNFRAMED = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST', 'NTILE', 'LAG', 'LEAD']);
/** Those that Calcite does not let have a frame of their own. */
const RANKS = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST']);

/** An aggregate or window function with OVER. */
export function bindOver(node: FunctionCall, definition: FunctionDefinition, binder: Binder): Rex {
  checkOver(node, binder);
  const over = node.over as WindowSpec | Identifier;
  checkSpec(definition.id, windowSpec(over, binder), over);
  const call = aggregateCall(node, definition, binder, true);
  checkOffset(call, node);
  return overCall(call, over, binder);
}

/** OVER may stand here, and without FILTER. */
export function checkOver(node: FunctionCall, binder: Binder): void {
  const { scope } = binder;
  if (!scope.over) {
    if (scope.insideAggregate) {
      throw invalid(scope.insideAggregate, 'nested-aggregate', 'Aggregate expressions cannot be nested');
    }
    throw invalid(node, 'over-here', `Windowed aggregate expression is illegal in ${scope.clause} clause`);
  }
  if (node.filter) {
    const before = binder.context.source.slice(node.start, node.over?.start).replace(/\s*OVER\s*$/i, '');
    const place = { start: node.start, end: node.start + before.length };
    throw invalid(place, 'not-an-aggregate', 'OVER must be applied to aggregate function');
  }
}

function checkSpec(fn: string, spec: WindowSpec, over: WindowSpec | Identifier): void {
  const place = over.kind === 'WindowSpec' ? over : spec;
  if ((fn === 'RANK' || fn === 'DENSE_RANK') && spec.orderBy.length === 0) {
    const message = 'RANK or DENSE_RANK functions require ORDER BY clause in window specification';
    throw invalid(place, 'order-missing', message);
  }
  const { frame } = spec;
  if (!frame) return;
  if (RANKS.has(fn)) {
    const unit = { start: frame.start, end: frame.start + frame.unit.length };
    throw invalid(unit, 'frame-here', 'ROW/RANGE not allowed with RANK, DENSE_RANK or ROW_NUMBER functions');
  }
  if (frame.unit === 'RANGE' && spec.orderBy.length === 0) {
    throw invalid(place, 'order-missing', 'Window specification must contain an ORDER BY clause');
  }
  checkBounds(frame);
}

function checkBounds({ lower, upper }: WindowFrame): void {
  if (lower.type === 'UNBOUNDED FOLLOWING') {
    throw invalid(lower, 'bad-frame', 'UNBOUNDED FOLLOWING cannot be specified for the lower frame boundary');
  }
  if (!upper) return;
  if (upper.type === 'UNBOUNDED PRECEDING') {
    throw invalid(upper, 'bad-frame', 'UNBOUNDED PRECEDING cannot be specified for the upper frame boundary');
  }
  if (lower.type === 'CURRENT ROW' && upper.type === 'PRECEDING') {
    const message = 'Upper frame boundary cannot be PRECEDING when lower boundary is CURRENT ROW';
    throw invalid(upper, 'bad-frame', message);
  }
  if (lower.type === 'FOLLOWING' && upper.type === 'CURRENT ROW') {
    const message = 'Upper frame boundary cannot be CURRENT ROW when lower boundary is FOLLOWING';
    throw invalid(upper, 'bad-frame', message);
  }
  if (lower.type === 'FOLLOWING' && upper.type === 'PRECEDING') {
    const message = 'Upper frame boundary cannot be PRECEDING when lower boundary is FOLLOWING';
    throw invalid(upper, 'bad-frame', message);
  }
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

/** The RexOver of a bound call; without ORDER BY the frame is the whole partition. */
export function overCall(call: AggregateCall, over: WindowSpec | Identifier, binder: Binder): RexOver {
  const spec = windowSpec(over, binder);
  const inner = binder.within({ over: false });
  const partitionBy = spec.partitionBy.map((item) => inner.bind(item));
  const orderBy = spec.orderBy.map((item) => bindSortKey(item, inner));
  const frame = UNFRAMED.has(call.fn) ? undefined : spec.frame;
  const rows = frame ? frame.unit === 'ROWS' : call.fn === 'ROW_NUMBER';
  const lower: FrameBound = frame ? bindBound(frame.lower, rows, orderBy, inner) : { kind: 'UnboundedPreceding' };
  const upper: FrameBound = frame?.upper
    ? bindBound(frame.upper, rows, orderBy, inner)
    : frame || orderBy.length > 0 || UNFRAMED.has(call.fn)
      ? { kind: 'CurrentRow' }
      : { kind: 'UnboundedFollowing' };
  // A frame with an offset counts as one that may be empty, even if it ends at the current row.
  const type = 'offset' in lower || 'offset' in upper ? orNullWhenEmpty(call) : call.type;
  return { kind: 'Over', call: { ...call, type }, partitionBy, orderBy, rows, lower, upper, type };
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
      if (!rows && key) {
        const fits = isNumeric(key) ? isNumeric(offset.type) : isDateTime(key) && isInterval(offset.type);
        if (!isNumeric(key) && !isDateTime(key)) {
          throw invalid(placeOf(value), 'range-type', 'Data type of ORDER BY prohibits use of RANGE clause');
        }
        if (!fits) throw invalid(placeOf(value), 'range-type', 'Data Type mismatch between ORDER BY and RANGE clause');
        if (offset.type.root === 'INTERVAL_YEAR_MONTH') {
          throw refused(value, 'range-type', 'INTERVAL_YEAR_MONTH type is not allowed for window boundary');
        }
      }
      if (rows && offset.kind === 'Literal' && Number(offset.value) < 0) {
        throw invalid(placeOf(value), 'rows-value', 'ROWS value must be a non-negative integral constant');
      }
      return { kind: node.type === 'PRECEDING' ? 'Preceding' : 'Following', offset };
    }
  }
}

/** What Flink's OVER operator says of a negative LAG or LEAD offset. */
function checkOffset(call: AggregateCall, place: { start: number; end: number }): void {
  const offset = call.args[1];
  if ((call.fn !== 'LAG' && call.fn !== 'LEAD') || offset?.kind !== 'Literal') return;
  if (typeof offset.value === 'number' && offset.value < 0) {
    throw refused(place, 'bad-offset', `Offset(${offset.value}) should be positive.`, 'TableException');
  }
}
