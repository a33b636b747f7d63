import type { OverAggregate } from '../../../flink-sql/plan/physical.ts';
import type { FrameBound, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import { compareKeys } from '../rank/top-n.ts';

const MS_PER_DAY = 86_400_000;

/** A partition whose rows are sorted: where the rows of equal sort keys begin and end. */
export interface Partition {
  readonly length: number;
  /** First row of those that equal row n in the sort keys. */
  readonly first: Int32Array;
  /** The row behind the last of those. */
  readonly last: Int32Array;
  readonly columns: readonly Column[];
}

type Edge = (partition: Partition, row: number) => number;

/** The frames of an OVER aggregate over sorted rows: `from` the first row in, `to` the first one behind it. Both only grow with the row. */
export interface SortedFrame {
  readonly from: Edge;
  readonly to: Edge;
}

export function sortedFrame(node: OverAggregate, inputTypes: readonly LogicalType[]): SortedFrame {
  const edge = (bound: FrameBound, isLower: boolean): Edge =>
    node.rows ? rowsEdge(bound, isLower) : rangeEdge(bound, isLower, node, inputTypes);
  return { from: edge(node.lower, true), to: edge(node.upper, false) };
}

/** Rows of equal sort keys. */
export function partitionOf(columns: readonly Column[], length: number, order: OverAggregate['order']): Partition {
  const first = new Int32Array(length);
  const last = new Int32Array(length);
  let start = 0;
  let key: readonly Value[] = [];
  for (let n = 0; n <= length; n++) {
    const next = n < length ? order.map(({ index }) => valueAt(columns[index] as Column, n)) : [];
    if (n > 0 && (n === length || compareKeys(key, next, order) !== 0)) {
      first.fill(start, start, n);
      last.fill(n, start, n);
      start = n;
    }
    key = next;
  }
  return { length, first, last, columns };
}

function rowsEdge(bound: FrameBound, isLower: boolean): Edge {
  const behind = isLower ? 0 : 1;
  const clamp = (at: number, { length }: Partition): number => Math.max(0, Math.min(length, at));
  switch (bound.kind) {
    case 'UnboundedPreceding':
      return () => 0;
    case 'UnboundedFollowing':
      return ({ length }) => length;
    case 'CurrentRow':
      return (_, row) => row + behind;
    case 'Preceding': {
      const offset = Number(offsetOf(bound));
      return (partition, row) => clamp(row - offset + behind, partition);
    }
    case 'Following': {
      const offset = Number(offsetOf(bound));
      return (partition, row) => clamp(row + offset + behind, partition);
    }
  }
}

function offsetOf(bound: Extract<FrameBound, { readonly offset: unknown }>): Value {
  if (bound.offset.kind === 'Literal' && bound.offset.value !== null) return bound.offset.value;
  throw new FlinkFault('TableException', 'The offset of a frame must be a constant.');
}

function rangeEdge(bound: FrameBound, isLower: boolean, node: OverAggregate, inputTypes: readonly LogicalType[]): Edge {
  switch (bound.kind) {
    case 'UnboundedPreceding':
      return () => 0;
    case 'UnboundedFollowing':
      return ({ length }) => length;
    case 'CurrentRow':
      return ({ first, last }, row) => (isLower ? first[row] : last[row]) as number;
    default:
      break;
  }
  const key = node.order[0];
  if (!key) throw new FlinkFault('TableException', 'A RANGE frame with an offset needs a sort key.');
  const type = inputTypes[key.index] as LogicalType;
  const sign = (bound.kind === 'Preceding') === key.descending ? 1 : -1;
  const reach = reachOf(type, bound.offset.type, offsetOf(bound));
  // Is a row before the edge? For the upper edge rows at the very distance are so, too.
  const isBefore = (value: Value, current: Value): boolean => {
    if (value === null) return key.nullsFirst;
    const compared = key.descending ? -reach(value, current, sign) : reach(value, current, sign);
    return isLower ? compared < 0 : compared <= 0;
  };
  return ({ columns, length, first, last }, row) => {
    const column = columns[key.index] as Column;
    const current = valueAt(column, row);
    // NULLs are near to nothing but one another.
    if (current === null) return (isLower ? first[row] : last[row]) as number;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(valueAt(column, middle), current)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Compares a value with one at `sign` times the offset from another. */
function reachOf(
  type: LogicalType,
  offsetType: LogicalType,
  offset: Value,
): (value: Value, from: Value, sign: number) => number {
  if (type.root === 'FLOAT' || type.root === 'DOUBLE') {
    const by = Number(offset) / 10 ** scaleOf(offsetType);
    return (value, from, sign) => (value as number) - ((from as number) + sign * by);
  }
  const isTime = offsetType.root === 'INTERVAL_DAY_TIME';
  const scale = Math.max(scaleOf(type), scaleOf(offsetType));
  const unit = 10n ** BigInt(scale - scaleOf(type));
  const by = isTime
    ? BigInt(offset as bigint) / BigInt(type.root === 'DATE' ? MS_PER_DAY : 1)
    : BigInt(offset as number) * 10n ** BigInt(scale - scaleOf(offsetType));
  return (value, from, sign) => {
    const edge = BigInt(from as number) * unit + BigInt(sign) * by;
    const own = BigInt(value as number) * unit;
    return own < edge ? -1 : own > edge ? 1 : 0;
  };
}

const scaleOf = (type: LogicalType): number => (type.root === 'DECIMAL' ? type.scale : 0);
