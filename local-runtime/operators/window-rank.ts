import type { WindowRank } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { INSERT } from '../batch/batch.ts';
import { type Column, valueAt } from '../batch/column.ts';
import type { LongWriter } from '../state/column-writer.ts';
import type { OperatorContext } from './operator.ts';
import { compareKeys, SortedEntries } from './rank/top-n.ts';
import { AttachedWindows } from './windows/attached-windows.ts';

interface WindowTop {
  readonly sorted: SortedEntries;
  /** Rows in it. */
  size: number;
}

/**
 * Top-N within windows, insert-only: see AttachedWindows; of each (key, window) the first N rows are kept, rows of equal sort keys in
 * the order they came, and emitted by rank when the window ends. Follows WindowRankProcessor and TopNRecordsCombiner.
 */
export class WindowRankOperator extends AttachedWindows {
  private readonly node: WindowRank;
  private readonly inputWidth: number;
  private readonly buffers: WindowTop[] = [];
  private free: number[] = [];
  private columns: readonly Column[] = [];

  constructor(node: WindowRank, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const { fields, partition, attached, window } = node;
    super({ fields, keys: partition, windowEnd: attached.end, ltz: window.ltz }, inputTypes, context);
    this.node = node;
    this.inputWidth = inputTypes.length;
  }

  protected bind(columns: readonly Column[]): void {
    this.columns = columns;
  }

  protected create(): number {
    const id = this.free.pop() ?? this.buffers.length;
    this.buffers[id] = { sorted: new SortedEntries(this.node.order), size: 0 };
    return id;
  }

  protected add(contents: number, i: number): void {
    const buffer = this.buffers[contents] as WindowTop;
    const { sorted } = buffer;
    const key = this.node.order.map(({ index }) => valueAt(this.columns[index] as Column, i));
    const isFull = buffer.size >= this.node.rankEnd;
    const worst = sorted.entries.at(-1);
    if (isFull && worst && compareKeys(key, worst.key, this.node.order) >= 0) return;
    sorted.entry(key).rows.push(this.store(i));
    buffer.size++;
    if (!isFull) return;
    buffer.size--;
    const last = sorted.entries.at(-1);
    const gone = last?.rows.pop();
    if (gone !== undefined) this.rows.remove(gone);
    if (last?.rows.length === 0) sorted.entries.pop();
  }

  protected fire(contents: number): void {
    const { rankStart, rankEnd, outputRankNumber } = this.node;
    let rank = 1;
    for (const { rows } of (this.buffers[contents] as WindowTop).sorted.entries) {
      for (const row of rows) {
        if (rank >= rankStart && rank <= rankEnd) {
          this.rows.writeRow(row, this.out.columns, 0);
          if (outputRankNumber) (this.out.columns[this.inputWidth] as LongWriter).append(BigInt(rank));
          this.out.end(INSERT);
        }
        this.rows.remove(row);
        rank++;
      }
    }
    this.free.push(contents);
  }

  protected rowsOf(contents: number): readonly number[] {
    return (this.buffers[contents] as WindowTop).sorted.entries.flatMap(({ rows }) => rows);
  }

  protected snapshotContents() {
    const tops = this.buffers.map(({ sorted, size }) => ({ entries: sorted.entries, size }));
    return { tops, free: this.free };
  }

  protected restoreContents(saved: ReturnType<WindowRankOperator['snapshotContents']>): void {
    this.free = saved.free;
    for (const [i, { entries, size }] of saved.tops.entries()) {
      const sorted = new SortedEntries(this.node.order);
      sorted.entries.push(...entries);
      this.buffers[i] = { sorted, size };
    }
  }
}
