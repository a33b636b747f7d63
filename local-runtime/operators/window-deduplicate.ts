import type { WindowDeduplicate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { INSERT } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import type { OperatorContext } from './operator.ts';
import { AttachedWindows } from './windows/attached-windows.ts';

interface Kept {
  row: number;
  time: number;
}

/**
 * First or last row of each key within windows, insert-only: see AttachedWindows; one row by (key, window) is kept and emitted when
 * the window ends. Among rows of equal time the first stays the first, and the last one to come is the last. Follows
 * RowTimeWindowDeduplicateProcessor and RowTimeDeduplicateRecordsCombiner.
 */
export class WindowDeduplicateOperator extends AttachedWindows {
  private readonly node: WindowDeduplicate;
  private kept: Kept[] = [];
  private free: number[] = [];
  private times: TimestampColumn | undefined;

  constructor(node: WindowDeduplicate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const { fields, keys, attached, window } = node;
    super({ fields, keys, windowEnd: attached.end, ltz: window.ltz }, inputTypes, context);
    this.node = node;
  }

  protected bind(columns: readonly Column[]): void {
    this.times = columns[this.node.timeIndex] as TimestampColumn;
  }

  protected create(): number {
    const id = this.free.pop() ?? this.kept.length;
    this.kept[id] = { row: -1, time: 0 };
    return id;
  }

  protected add(contents: number, i: number): void {
    const kept = this.kept[contents] as Kept;
    const time = (this.times as TimestampColumn).ms[i] as number;
    if (kept.row >= 0) {
      if (this.node.keepLast ? time < kept.time : time >= kept.time) return;
      this.rows.remove(kept.row);
    }
    kept.row = this.store(i);
    kept.time = time;
  }

  protected fire(contents: number): void {
    const { row } = this.kept[contents] as Kept;
    this.rows.writeRow(row, this.out.columns, 0);
    this.out.end(INSERT);
    this.rows.remove(row);
    this.free.push(contents);
  }

  protected rowsOf(contents: number): readonly number[] {
    return [(this.kept[contents] as Kept).row];
  }

  protected snapshotContents(): { kept: Kept[]; free: number[] } {
    return { kept: this.kept, free: this.free };
  }

  protected restoreContents(saved: ReturnType<WindowDeduplicateOperator['snapshotContents']>): void {
    this.kept = saved.kept;
    this.free = saved.free;
  }
}
