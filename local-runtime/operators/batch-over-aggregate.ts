import type { OverAggregate } from '../../flink-sql/plan/physical.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from '../batch/batch.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../state/column-writer.ts';
import { RowWriter } from '../state/row-writer.ts';
import { AggregateSet } from './aggregates/aggregate-set.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type Partition, partitionOf, type SortedFrame, sortedFrame } from './over/sorted-frame.ts';
import { type WindowFunction, windowFunction } from './over/window-functions.ts';
import { compareKeys } from './rank/top-n.ts';
import { type StateTable, stateTable } from './state-table.ts';

/**
 * OVER calls in batch mode, over inserts sorted by partition and order. Keeps the rows of one partition; they come out, each with its
 * values, when the next one begins. A frame that begins with the partition takes rows in as it grows; any other is computed anew
 * for each row, as Flink's SlidingOverFrame does, so that sums of floating numbers agree. Watermarks pass nothing. Follows BufferDataOverWindowOperator and the frames in
 * org.apache.flink.table.runtime.operators.over.frame.
 */
export class BatchOverAggregateOperator implements Operator {
  private readonly node: OverAggregate;
  private readonly inputTypes: readonly LogicalType[];
  private readonly frame: SortedFrame;
  private readonly partitionKeys: OverAggregate['order'];
  /** By call: a function of the row's place, or its number among the aggregates. */
  private readonly functions: readonly (WindowFunction | number)[];
  private readonly aggregates: AggregateSet;
  private readonly types: readonly LogicalType[];
  private rows: ColumnWriter[];
  private key: readonly Value[] = [];
  private count = 0;
  private readonly out: RowWriter;

  constructor(node: OverAggregate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.inputTypes = inputTypes;
    this.frame = sortedFrame(node, inputTypes);
    this.partitionKeys = node.partition.map((index) => ({ index, descending: false, nullsFirst: true }));
    let n = 0;
    this.functions = node.calls.map((call) => windowFunction(call) ?? n++);
    const calls = node.calls.filter((_, c) => typeof this.functions[c] === 'number');
    this.types = calls.map((call) => call.type);
    this.aggregates = new AggregateSet(calls, inputTypes, false, context.zone);
    this.aggregates.grow(1);
    this.rows = inputTypes.map(columnWriter);
    this.out = new RowWriter(
      node.fields.map((field) => field.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    const { columns, length } = batch;
    for (let i = 0; i < length; i++) {
      const key = this.node.partition.map((index) => valueAt(columns[index] as Column, i));
      if (this.count > 0 && compareKeys(this.key, key, this.partitionKeys) !== 0) this.finish();
      this.key = key;
      for (const [c, writer] of this.rows.entries()) writer.appendFrom(columns[c] as Column, i);
      this.count++;
    }
  }

  end(): void {
    if (this.count > 0) this.finish();
    this.out.flush();
  }

  /** Gives the rows of the partition. */
  private finish(): void {
    const length = this.count;
    const columns = this.rows.map((writer) => writer.take());
    this.rows = this.inputTypes.map(columnWriter);
    this.count = 0;
    const partition = partitionOf(columns, length, this.node.order);
    const aggregated = this.aggregate(partition);
    const values = this.node.calls.map((call, c) => {
      const of = this.functions[c] as WindowFunction | number;
      if (typeof of === 'number') return aggregated[of] as Column;
      const writer = columnWriter(call.type);
      of(partition, writer);
      return writer.take();
    });
    const all = [...columns, ...values];
    for (let row = 0; row < length; row++) {
      for (const [c, column] of all.entries()) (this.out.columns[c] as ColumnWriter).appendFrom(column, row);
      this.out.end(INSERT);
      this.out.flushIfFull();
    }
  }

  private aggregate(partition: Partition): Column[] {
    const writers = this.types.map(columnWriter);
    if (writers.length === 0) return [];
    const { aggregates, frame } = this;
    aggregates.bind(partition.columns);
    aggregates.reset(0);
    let from = 0;
    let to = 0;
    for (let row = 0; row < partition.length; row++) {
      const nextFrom = frame.from(partition, row);
      const nextTo = Math.max(nextFrom, frame.to(partition, row));
      if (nextFrom !== from || nextTo < to) {
        aggregates.reset(0);
        to = nextFrom;
      }
      from = nextFrom;
      for (; to < nextTo; to++) aggregates.accumulate(0, to);
      aggregates.write(0, writers, 0);
    }
    return writers.map((writer) => writer.take());
  }

  stateBytes(): number {
    return this.count * this.inputTypes.length * 8 + this.aggregates.byteLength;
  }

  describeState(): readonly StateTable[] {
    const table = stateTable('rows of the partition', this.node.input.fields, (columns, end) => {
      for (const row of this.snapshot()) {
        for (const [c, value] of row.entries()) columns[c]?.append(value);
        end();
      }
    });
    return [table];
  }

  /** The rows of the partition that has begun. */
  snapshot(): Value[][] {
    const columns = this.rows.map((writer) => writer.take());
    const rows = Array.from({ length: this.count }, (_, row) => columns.map((column) => valueAt(column, row)));
    this.restore(rows);
    return rows;
  }

  restore(rows: Value[][]): void {
    this.rows = this.inputTypes.map(columnWriter);
    this.count = rows.length;
    for (const row of rows) for (const [c, value] of row.entries()) (this.rows[c] as ColumnWriter).append(value);
    const last = rows.at(-1);
    this.key = last ? this.node.partition.map((index) => last[index] as Value) : [];
  }
}
