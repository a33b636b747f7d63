import type { AggregateCall } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { valueAt } from '../../batch/column.ts';
import { type ColumnWriter, columnWriter, emptyColumn } from '../../state/column-writer.ts';
import { Accumulators } from '../../udf/accumulators.ts';
import type { ByteWriter } from '../../udf/bytes.ts';
import { readColumn } from '../../udf/columns.ts';
import type { RunningFunction } from '../../udf/job-functions.ts';

/** Steps of an aggregate function of users (AggregateInstance.java). */
export const STEP = { accumulate: 0, retract: 1, merge: 2, reset: 3, value: 4, noValue: 5 } as const;

/**
 * What the accumulators of an aggregate function of users go through, in order: another process has them. Values that are asked for
 * are numbered; `run` has the steps done and gives the values. Keeps the accumulators as Flink's serializer writes them, which is what
 * snapshots hold.
 */
export class CallLog {
  private readonly fn: RunningFunction;
  private readonly argTypes: readonly LogicalType[];
  private readonly type: LogicalType;
  private readonly accumulators = new Accumulators();
  private kinds = new Uint8Array(256);
  private groups = new Int32Array(256);
  private others = new Int32Array(256);
  private steps = 0;
  private args: readonly ColumnWriter[];
  private rows = 0;
  /** Values that were asked for and are not there yet. */
  private asked = 0;
  /** Accumulators of a snapshot that the function does not have yet. */
  private restored = false;

  constructor(fn: RunningFunction, argTypes: readonly LogicalType[], type: LogicalType) {
    this.fn = fn;
    this.argTypes = argTypes;
    this.type = type;
    this.args = argTypes.map(columnWriter);
  }

  private step(kind: number, group: number, other: number): void {
    const at = this.steps++;
    if (at === this.kinds.length) {
      const kinds = new Uint8Array(at * 2);
      const groups = new Int32Array(at * 2);
      const others = new Int32Array(at * 2);
      kinds.set(this.kinds);
      groups.set(this.groups);
      others.set(this.others);
      [this.kinds, this.groups, this.others] = [kinds, groups, others];
    }
    this.kinds[at] = kind;
    this.groups[at] = group;
    this.others[at] = other;
  }

  /** Adds a row of the columns to a group, or takes it back. */
  row(group: number, columns: readonly Column[], row: number, isTakenBack: boolean): void {
    for (const [i, writer] of this.args.entries()) writer.append(valueAt(columns[i] as Column, row));
    this.step(isTakenBack ? STEP.retract : STEP.accumulate, group, this.rows++);
  }

  merge(into: number, from: number): void {
    this.step(STEP.merge, into, from);
  }

  reset(group: number): void {
    this.step(STEP.reset, group, 0);
  }

  /** Asks for a group's value as it is now; gives its number among those of the next `run`. */
  value(group: number): number {
    this.step(STEP.value, group, 0);
    return this.asked++;
  }

  /** Has the steps so far done. Throws FlinkFault with what the function threw. */
  async run(): Promise<Column> {
    const { steps, rows, asked } = this;
    if (steps === 0) return emptyColumn(this.type);
    const columns = this.args.map((writer) => writer.take());
    const kinds = this.kinds.slice(0, steps);
    const groups = this.groups.slice(0, steps);
    const others = this.others.slice(0, steps);
    // From here on others may come.
    this.args = this.argTypes.map(columnWriter);
    this.steps = 0;
    this.rows = 0;
    this.asked = 0;
    if (this.restored) {
      this.restored = false;
      await this.fn.restore(this.accumulators.entries());
    }
    const answer = await this.fn.rows(columns, rows, (out) => writeSteps(out, kinds, groups, others));
    const values = readColumn(answer, this.type, asked);
    this.accumulators.take(answer);
    return values;
  }

  get byteLength(): number {
    return this.accumulators.byteLength;
  }

  snapshot(): Uint8Array {
    return this.accumulators.snapshot();
  }

  restore(state: Uint8Array): void {
    this.accumulators.restore(state);
    this.restored = true;
  }

  close(): Promise<void> {
    return this.fn.close();
  }
}

/** Steps as the function's host reads them, before the arguments. */
export function writeSteps(out: ByteWriter, kinds: Uint8Array, groups: Int32Array, others: Int32Array): void {
  const { length } = kinds;
  out.int(length);
  out.array(kinds, length);
  out.array(groups, length);
  out.array(others, length);
}

/** The name of a call whose accumulators are another process's. */
export const REMOTE = '$REMOTE';

/** A call whose steps go to a log, and whose values are their numbers in it. */
export interface RemoteCall extends AggregateCall {
  readonly log: CallLog;
}

export const isRemote = (call: AggregateCall): call is RemoteCall => 'log' in call;
