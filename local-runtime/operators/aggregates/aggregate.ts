import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import type { AggregateCode } from './update-loop.ts';
import type { Skips } from './updates.ts';

/**
 * One aggregate function over many groups (Flink's AggsHandleFunction for one call): accumulators lie in arrays indexed by group.
 * `bind` gives the columns that row numbers refer to until the next `bind`.
 */
export interface Aggregate {
  bind(columns: readonly Column[]): void;
  /** Makes room for groups below `capacity`; cells have it already. */
  grow(capacity: number): void;
  /** Empties the accumulator of a group (createAccumulators). */
  reset(group: number): void;
  accumulate(group: number, row: number): void;
  retract(group: number, row: number): void;
  /** Adds the accumulator of group `from` to that of `into`; `from` is left as it was. */
  merge(into: number, from: number): void;
  /** Appends the group's value (getValue). */
  write(group: number, out: ColumnWriter): void;
  /** A number that changes with what lies behind a value where Flink suppresses updates by that and not by the value. */
  hidden?(group: number): number;
  /** The same as JavaScript, for aggregates that take batches at once. */
  readonly code?: AggregateCode;
  /** The arrays that the code names, as they are now. */
  codeArrays?(): readonly unknown[];
  /** Rows of the bound columns that the code is not to see, because an argument is NULL. */
  absent?(): Skips;
  readonly byteLength: number;
  /** All accumulators as structured-cloneable data, for checkpoints; may share memory with the aggregate. */
  snapshot(): unknown;
  /** Takes back what `snapshot` gave. */
  restore(state: unknown): void;
}

/** The next capacity of arrays that hold groups below `capacity`. */
export function roomFor(current: number, capacity: number): number {
  return Math.max(capacity, current * 2, 64);
}

export function grownInts(from: Int32Array, n: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(n);
  to.set(from);
  return to;
}

/** Base of aggregates over one argument column: the argument's index and the bound column. */
abstract class OneArgument implements Aggregate {
  protected readonly arg: number;
  protected column!: Column;

  constructor(arg: number) {
    this.arg = arg;
  }

  bind(columns: readonly Column[]): void {
    this.column = columns[this.arg] as Column;
  }

  absent(): Skips {
    return this.column.nulls;
  }

  abstract grow(capacity: number): void;
  abstract reset(group: number): void;
  abstract accumulate(group: number, row: number): void;
  abstract retract(group: number, row: number): void;
  abstract merge(into: number, from: number): void;
  abstract write(group: number, out: ColumnWriter): void;
  abstract get byteLength(): number;
  abstract snapshot(): unknown;
  abstract restore(state: unknown): void;
}

/** Base of those that keep arrays of their own. */
export abstract class UnaryAggregate extends OneArgument {
  protected capacity = 0;

  grow(capacity: number): void {
    if (capacity <= this.capacity) return;
    this.capacity = roomFor(this.capacity, capacity);
    this.resize(this.capacity);
  }

  protected abstract resize(n: number): void;
}

/** Base of those whose accumulators are cells, which grow and are kept for all aggregates together (see Cells). */
export abstract class CellAggregate extends OneArgument {
  grow(_capacity: number): void {
    // The cells have grown.
  }

  get byteLength(): number {
    return 0;
  }

  snapshot(): unknown {
    return undefined;
  }

  restore(_state: unknown): void {
    // The cells were restored.
  }
}
