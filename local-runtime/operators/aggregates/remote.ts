import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import type { CallLog } from './call-log.ts';

/** An aggregate function of users: its steps go to a log that is worked through later, and its values are numbers until then. */
export class Remote implements Aggregate {
  private readonly log: CallLog;
  private readonly args: readonly number[];
  private columns: readonly Column[] = [];

  constructor(log: CallLog, args: readonly number[]) {
    this.log = log;
    this.args = args;
  }

  bind(columns: readonly Column[]): void {
    this.columns = this.args.map((arg) => columns[arg] as Column);
  }

  grow(): void {
    // A group without an accumulator gets one when it is first needed.
  }

  reset(group: number): void {
    this.log.reset(group);
  }

  accumulate(group: number, row: number): void {
    this.log.row(group, this.columns, row, false);
  }

  retract(group: number, row: number): void {
    this.log.row(group, this.columns, row, true);
  }

  merge(into: number, from: number): void {
    this.log.merge(into, from);
  }

  write(group: number, out: ColumnWriter): void {
    out.append(this.log.value(group));
  }

  /** The operator around counts and keeps the accumulators. */
  get byteLength(): number {
    return 0;
  }

  snapshot(): undefined {
    return undefined;
  }

  restore(): void {
    // See snapshot.
  }
}
