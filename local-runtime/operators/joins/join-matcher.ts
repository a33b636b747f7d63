import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import type { JoinKeys } from './join-keys.ts';
import type { JoinSideState } from './join-side-state.ts';

/** A join's residual condition over row `i` of the left columns and row `j` of the right ones (codegen's compileJoinCondition). */
export interface JoinCondition {
  (left: readonly Column[], i: number, right: readonly Column[], j: number): boolean;
  /** The fields it reads, those of the right columns counted on from the left ones; absent: maybe all. */
  readonly fields?: readonly number[];
  /** Which of the first `n` left rows match right row `j`, in order, into `into`; gives how many. */
  readonly matchingLefts?: (
    left: readonly Column[],
    n: number,
    right: readonly Column[],
    j: number,
    into: Int32Array,
  ) => number;
}

/** The fields of either side that a condition reads. */
export function fieldsAsked(
  condition: JoinCondition | undefined,
  leftWidth: number,
  rightWidth: number,
): readonly [readonly number[], readonly number[]] {
  const asked = (from: number, width: number) => {
    const all = Array.from({ length: condition ? width : 0 }, (_, f) => f);
    const { fields } = condition ?? {};
    return fields ? all.filter((f) => fields.includes(from + f)) : all;
  };
  return [asked(0, leftWidth), asked(leftWidth, rightWidth)];
}

/** Finds the stored rows of one side that match a row of the other: same key, then the residual condition. */
export class JoinMatcher {
  private readonly keys: JoinKeys;
  private readonly state: JoinSideState;
  private readonly condition: JoinCondition | undefined;
  /** The condition's fields of the stored rows, written out for it; the others stay empty. */
  private readonly writers: readonly ColumnWriter[];
  private readonly used: readonly number[];
  private readonly stored: Column[];
  /** The stored side is the right one. */
  private readonly storedIsRight: boolean;
  /** Records that match, and how many rows each of them matched when they were found. */
  readonly records: number[] = [];
  readonly associations: number[] = [];

  constructor(
    keys: JoinKeys,
    state: JoinSideState,
    types: readonly LogicalType[],
    condition: JoinCondition | undefined,
    storedIsRight: boolean,
    leftWidth: number,
  ) {
    this.keys = keys;
    this.state = state;
    this.condition = condition;
    this.storedIsRight = storedIsRight;
    this.writers = types.map(columnWriter);
    this.stored = this.writers.map((writer) => writer.take());
    const [left, right] = fieldsAsked(
      condition,
      storedIsRight ? leftWidth : types.length,
      storedIsRight ? types.length : 0,
    );
    this.used = storedIsRight ? right : left;
  }

  /** Fills `records` and `associations` for row `i` of the batch's columns. */
  find(key: number, columns: readonly Column[], i: number): void {
    const { records, associations } = this;
    records.length = 0;
    associations.length = 0;
    if (this.keys.matchesNothing(i)) return;
    this.state.collect(key, records);
    if (this.condition && records.length > 0) this.filter(this.condition, columns, i);
    for (const record of records) associations.push(this.state.associationsOf(record));
  }

  private filter(condition: JoinCondition, columns: readonly Column[], i: number): void {
    const { records, writers, used, stored } = this;
    for (const f of used) {
      const writer = writers[f] as ColumnWriter;
      writer.clear();
      for (let j = 0; j < records.length; j++) this.state.writeField(records[j] as number, f, writer);
      stored[f] = writer.peek();
    }
    let kept = 0;
    for (let j = 0; j < records.length; j++) {
      const matches = this.storedIsRight ? condition(columns, i, stored, j) : condition(stored, j, columns, i);
      if (matches) records[kept++] = records[j] as number;
    }
    records.length = kept;
  }
}
