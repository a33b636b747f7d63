import type { WindowJoin } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../state/column-writer.ts';
import { PairTable } from '../state/key-table.ts';
import { RowStore } from '../state/row-store.ts';
import { RowWriter } from '../state/row-writer.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { WatermarkCombiner } from '../time/watermark-combiner.ts';
import { ZoneShift } from '../time/zone-shift.ts';
import { JoinKeys } from './joins/join-keys.ts';
import type { JoinCondition } from './joins/join-matcher.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** One (key, window): ids of the rows of either side, in the order they came. */
interface Entry {
  readonly key: number;
  readonly rows: readonly [number[], number[]];
  /** The key has a NULL that matches nothing. */
  readonly unmatched: boolean;
}

/**
 * Join of rows of the same window, insert-only, event time. Keeps the rows of both sides by (key, window) with a timer for each; a
 * row whose window has ended is late, dropped and counted. When the watermark passes a window's end its rows are joined once: left
 * rows in order, each with the right ones in order; a right outer join goes by the right rows. Follows WindowJoinOperator.
 */
export class WindowJoinOperator implements Operator {
  private readonly node: WindowJoin;
  private readonly context: OperatorContext;
  private readonly condition: JoinCondition | undefined;
  private readonly types: readonly [readonly LogicalType[], readonly LogicalType[]];
  private readonly zone: ZoneShift;
  private readonly keys: JoinKeys;
  private readonly stores: readonly [RowStore, RowStore];
  private words = new Int32Array(0);
  private readonly windows = new PairTable();
  private entries: Entry[] = [];
  private readonly timers = new TimerHeap<number>();
  private readonly watermarks = new WatermarkCombiner(2);
  private readonly out: RowWriter;

  constructor(
    node: WindowJoin,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    const [left, right] = inputTypes;
    this.node = node;
    this.context = context;
    this.condition = condition;
    this.types = inputTypes;
    this.zone = new ZoneShift(node.leftWindow.ltz ? context.zone : undefined);
    this.keys = new JoinKeys(node.leftKeys, node.rightKeys, left, node.filterNulls);
    this.stores = [new RowStore(left), new RowStore(right)];
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch, input: number): void {
    const side = input === 0 ? 0 : 1;
    const store = this.stores[side];
    const need = batch.length * store.width;
    if (this.words.length < need) this.words = new Int32Array(need);
    store.encode(batch.columns, 0, batch.length, this.words);
    this.keys.bind(batch, side);
    const { end } = side === 0 ? this.node.leftAttached : this.node.rightAttached;
    const ends = batch.columns[end] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(i, side, ends.ms[i] as number);
      },
      (watermark) => {
        const moved = this.watermarks.advance(side, watermark);
        if (moved !== undefined) this.advance(moved);
      },
    );
    this.out.flush();
    this.sweep();
  }

  private row(i: number, side: 0 | 1, windowEnd: number): void {
    const time = this.zone.toTimer(windowEnd - 1);
    if (this.watermarks.current >= time) {
      this.context.count(side === 0 ? 'leftNumLateRecordsDropped' : 'rightNumLateRecordsDropped', 1);
      return;
    }
    const key = this.keys.of(i);
    const id = this.windows.findOrAdd(key, windowEnd);
    if (this.windows.added) {
      this.entries[id] = { key, rows: [[], []], unmatched: this.keys.matchesNothing(i) };
      this.keys.retain(key);
      this.timers.add(time, id);
    }
    const store = this.stores[side];
    (this.entries[id] as Entry).rows[side].push(store.add(this.words, i * store.width));
  }

  private advance(watermark: number): void {
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const id = this.timers.poll();
      const entry = this.entries[id] as Entry;
      this.fire(entry);
      for (const side of [0, 1] as const) for (const row of entry.rows[side]) this.stores[side].remove(row);
      this.windows.remove(id);
      this.keys.release(entry.key);
      this.keys.dropUnused(entry.key);
      this.out.flushIfFull();
    }
    this.out.mark(watermark);
  }

  private fire(entry: Entry): void {
    const left = this.columnsOf(entry, 0);
    const right = this.columnsOf(entry, 1);
    const [leftCount, rightCount] = [entry.rows[0].length, entry.rows[1].length];
    const matches = (i: number, j: number): boolean =>
      !entry.unmatched && (this.condition === undefined || this.condition(left, i, right, j));
    switch (this.node.joinType) {
      case 'SEMI':
      case 'ANTI': {
        const wanted = this.node.joinType === 'SEMI';
        for (let i = 0; i < leftCount; i++) {
          let found = false;
          for (let j = 0; j < rightCount && !found; j++) found = matches(i, j);
          if (found === wanted) this.out.copy(left, i, INSERT);
        }
        return;
      }
      case 'RIGHT':
        for (let j = 0; j < rightCount; j++) {
          let found = false;
          for (let i = 0; i < leftCount; i++) {
            if (!matches(i, j)) continue;
            this.emit(left, i, right, j);
            found = true;
          }
          if (!found) this.emit(left, -1, right, j);
        }
        return;
      default:
        this.fireByLeft(left, leftCount, right, rightCount, matches);
    }
  }

  /** INNER, LEFT and FULL; right rows that matched nothing come last. */
  private fireByLeft(
    left: readonly Column[],
    leftCount: number,
    right: readonly Column[],
    rightCount: number,
    matches: (i: number, j: number) => boolean,
  ): void {
    const { joinType } = this.node;
    const seen = joinType === 'FULL' ? new Uint8Array(rightCount) : undefined;
    for (let i = 0; i < leftCount; i++) {
      let found = false;
      for (let j = 0; j < rightCount; j++) {
        if (!matches(i, j)) continue;
        this.emit(left, i, right, j);
        found = true;
        if (seen) seen[j] = 1;
      }
      if (!found && joinType !== 'INNER') this.emit(left, i, right, -1);
    }
    if (!seen) return;
    for (let j = 0; j < rightCount; j++) if (seen[j] === 0) this.emit(left, -1, right, j);
  }

  /** Rows `i` and `j` side by side; -1 stands for NULLs. */
  private emit(left: readonly Column[], i: number, right: readonly Column[], j: number): void {
    const writers = this.out.columns;
    for (let c = 0; c < left.length; c++) append(writers[c] as ColumnWriter, left[c] as Column, i);
    for (let c = 0; c < right.length; c++) append(writers[left.length + c] as ColumnWriter, right[c] as Column, j);
    this.out.end(INSERT);
  }

  /** The rows of one side of a window as columns. */
  private columnsOf(entry: Entry, side: 0 | 1): readonly Column[] {
    const writers = this.types[side].map(columnWriter);
    for (const row of entry.rows[side]) this.stores[side].writeRow(row, writers, 0);
    return writers.map((writer) => writer.take());
  }

  private sweep(): void {
    this.keys.sweep();
    for (const store of this.stores) store.sweep();
  }

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) this.advance(moved);
    this.out.flush();
    this.sweep();
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // The last watermark has fired all windows.
  }

  stateBytes(): number {
    const [left, right] = this.stores;
    return this.keys.byteLength + left.byteLength + right.byteLength + this.windows.byteLength + this.timers.byteLength;
  }

  snapshot() {
    const [left, right] = this.stores;
    return {
      keys: this.keys.snapshot(),
      left: left.snapshot(),
      right: right.snapshot(),
      windows: this.windows.snapshot(),
      entries: this.entries,
      timers: this.timers.snapshot(),
      watermarks: this.watermarks.snapshot(),
    };
  }

  restore(state: ReturnType<WindowJoinOperator['snapshot']>): void {
    this.keys.restore(state.keys);
    this.stores[0].restore(state.left);
    this.stores[1].restore(state.right);
    this.windows.restore(state.windows);
    this.entries = state.entries;
    this.timers.restore(state.timers);
    this.watermarks.restore(state.watermarks);
  }
}

function append(writer: ColumnWriter, column: Column, row: number): void {
  if (row < 0) writer.appendNull();
  else writer.appendFrom(column, row);
}
