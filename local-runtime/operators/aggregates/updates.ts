import type { BoolColumn } from '../../batch/column.ts';

/** What a row of a batch does to its group. */
/** Nothing: a retraction of a group that is not there. */
export const NONE = 0;
/** It is the first of the group, and is accumulated. */
export const OPEN = 1;
/** It is accumulated. */
export const ADD = 2;
/** It is retracted. */
export const SUBTRACT = 3;
/** It takes the last row of the group away: the group is forgotten. */
export const CLOSE = 4;
/** It finds the group's state expired: the group is forgotten, without a word. */
export const DROP = 5;

/**
 * The rows of a batch and what each does to its group, for aggregates that take a batch at once and give the column of their values:
 * of each row that says something, the value after it (of CLOSE: before it) at the place `at`, and where `before` is set the value
 * before an ADD or SUBTRACT at the place before that.
 */
export interface Updates {
  /** Rows of the batch. */
  readonly rows: number;
  readonly ops: Uint8Array;
  readonly groups: Int32Array;
  readonly at: Int32Array;
  /** Rows of the output. */
  readonly size: number;
  readonly before: boolean;
  /** Gets 1 for each row that changes a value; undefined where nobody asks. */
  readonly changed: Uint8Array | undefined;
}

/** Rows that an aggregate passes over; its FILTER is not true, or its argument is NULL. */
export type Skips = Uint8Array | undefined;

/** Marks the rows below `rows` in which a condition is not true. */
export function notTrue(condition: BoolColumn, rows: number): Uint8Array {
  const { values, nulls } = condition;
  const skips = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) skips[i] = (values[i] as number) ^ 1;
  if (nulls) for (let i = 0; i < rows; i++) if (nulls[i] === 1) skips[i] = 1;
  return skips;
}
