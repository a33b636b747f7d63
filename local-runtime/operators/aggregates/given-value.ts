import type { Value } from '../../../flink-sql/plan/rex.ts';
import { valueAt } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { UnaryAggregate } from './aggregate.ts';

/** The name of the call that stands for an aggregate whose value after each row is in a column already. */
export const GIVEN_VALUE = '$GIVEN_VALUE';

/** An aggregate that was worked out before: the value of a group is that beside its last row, NULL too, taken back or not. */
export class GivenValue extends UnaryAggregate {
  private values: Value[] = [];

  protected resize(n: number): void {
    for (let i = this.values.length; i < n; i++) this.values.push(null);
  }
  reset(group: number): void {
    this.values[group] = null;
  }
  accumulate(group: number, row: number): void {
    this.values[group] = valueAt(this.column, row);
  }
  retract(group: number, row: number): void {
    this.accumulate(group, row);
  }
  merge(): void {
    throw new Error('values that are given are not merged');
  }
  write(group: number, out: ColumnWriter): void {
    out.append(this.values[group] as Value);
  }
  get byteLength(): number {
    return this.values.length * 16;
  }

  snapshot() {
    return { capacity: this.capacity, values: this.values };
  }

  restore(state: ReturnType<GivenValue['snapshot']>): void {
    this.capacity = state.capacity;
    this.values = state.values;
  }
}
