import type { WindowTableFunction } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun } from '../batch/batch.ts';
import type { TimestampColumn } from '../batch/column.ts';
import type { TimestampWriter } from '../state/column-writer.ts';
import { RowWriter } from '../state/row-writer.ts';
import { ZoneShift } from '../time/zone-shift.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { windowStart } from './windows/slice-assigner.ts';

/**
 * TUMBLE, HOP and CUMULATE without an aggregate: each row once a window, with window_start, window_end and window_time. Keeps
 * nothing; row kinds and watermarks pass; rows without a time are dropped and counted. Follows AlignedWindowTableFunctionOperator with the group window assigners:
 * HOP gives the latest window first, CUMULATE the shortest.
 */
export class WindowTableFunctionOperator implements Operator {
  private readonly node: WindowTableFunction;
  private readonly context: OperatorContext;
  private readonly zone: ZoneShift;
  private readonly width: number;
  private readonly out: RowWriter;

  constructor(node: WindowTableFunction, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    this.width = inputTypes.length;
    this.zone = new ZoneShift(node.window.ltz ? context.zone : undefined);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    const { timeIndex, rowtime } = this.node.window;
    const column = batch.columns[timeIndex];
    if (rowtime && column?.kind !== 'ts') throw new Error(`window over a column of kind ${column?.kind}`);
    const times = rowtime ? (column as TimestampColumn) : undefined;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(batch, i, times);
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
  }

  private row(batch: Batch, i: number, times: TimestampColumn | undefined): void {
    if (times?.nulls !== undefined && times.nulls[i] === 1) {
      this.context.count('numNullRowTimeRecordsDropped', 1);
      return;
    }
    const time = this.zone.toLocal(times === undefined ? this.context.clock.now() : (times.ms[i] as number));
    const { type, size, step = size, offset } = this.node.window;
    switch (type) {
      case 'TUMBLE': {
        const start = windowStart(time, offset, size);
        this.emit(batch, i, start, start + size);
        break;
      }
      case 'HOP':
        for (let start = windowStart(time, offset, step); start > time - size; start -= step) {
          this.emit(batch, i, start, start + size);
        }
        break;
      case 'CUMULATE': {
        const start = windowStart(time, offset, size);
        for (let end = windowStart(time, offset, step) + step; end <= start + size; end += step) {
          this.emit(batch, i, start, end);
        }
        break;
      }
      case 'SESSION':
        throw new Error('SESSION has an operator of its own');
    }
  }

  private emit(batch: Batch, i: number, start: number, end: number): void {
    const writers = this.out.columns;
    for (let c = 0; c < this.width; c++) writers[c]?.appendFrom(batch.columns[c] as (typeof batch.columns)[number], i);
    (writers[this.width] as TimestampWriter).appendTime(start, 0);
    (writers[this.width + 1] as TimestampWriter).appendTime(end, 0);
    (writers[this.width + 2] as TimestampWriter).appendTime(this.zone.toEpoch(end - 1), 0);
    this.out.end(batch.kinds === undefined ? 0 : (batch.kinds[i] as number));
    this.out.flushIfFull();
  }

  end(): void {
    // Nothing kept.
  }
}
