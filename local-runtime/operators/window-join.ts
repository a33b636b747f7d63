import type { WindowJoin } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import { MarkList } from '../batch/mark-list.ts';
import { emptyColumn } from '../state/column-writer.ts';
import { IntList } from '../state/int-list.ts';
import { PairTable } from '../state/key-table.ts';
import { gatherPadded, gatherStored } from '../state/packed-columns.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { WatermarkCombiner } from '../time/watermark-combiner.ts';
import { ZoneShift } from '../time/zone-shift.ts';
import { JoinKeys } from './joins/join-keys.ts';
import { fieldsAsked, type JoinCondition } from './joins/join-matcher.ts';
import { NONE } from './joins/joined-rows.ts';
import { LinkedRows } from './joins/linked-rows.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { rowsTable, type StateTable } from './state-table.ts';

/** Pairs that are taken out at once. */
const PAIRS = 8192;
/** In place of a list: the row's window is over. */
const LATE = -1;

/**
 * Join of rows of the same window, insert-only, event time. Keeps the rows of both sides by (key, window) with a timer for each; a
 * row whose window has ended is late, dropped and counted. When the watermark passes a window's end its rows are joined once: left
 * rows in order, each with the right ones in order; a right outer join goes by the right rows. Follows WindowJoinOperator.
 */
export class WindowJoinOperator implements Operator {
  private readonly node: WindowJoin;
  private readonly context: OperatorContext;
  private readonly condition: JoinCondition | undefined;
  private readonly zone: ZoneShift;
  private readonly keys: JoinKeys;
  /** Rows by (key, window). */
  private readonly sides: readonly [LinkedRows, LinkedRows];
  /** Fields that the condition reads, and columns for them; the others stay empty. */
  private readonly asked: readonly [readonly number[], readonly number[]];
  private readonly columns: readonly [Column[], Column[]];
  private readonly windows = new PairTable();
  /** By (key, window), 1 where the key has a NULL that matches nothing. */
  private unmatched = new Uint8Array(128);
  private readonly timers = new TimerHeap<number>();
  private readonly watermarks = new WatermarkCombiner(2);
  /** Rows side by side that are to be emitted. */
  private readonly left = new Int32Array(PAIRS);
  private readonly right = new Int32Array(PAIRS);
  private count = 0;
  private readonly marks = new MarkList();
  /** Rows that go when what waits has been emitted. */
  private readonly gone = [new IntList(), new IntList()] as const;
  /** The rows of the window at hand. */
  private readonly own = [new IntList(), new IntList()] as const;
  /** Rows of a batch that are not late, their lists and what they are stored as. */
  private taken = new Int32Array(0);
  private lists = new Int32Array(0);
  private ids = new Int32Array(0);
  /** Left rows of the window at hand that match a right one. */
  private found = new Int32Array(0);

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
    this.zone = new ZoneShift(node.leftWindow.ltz ? context.zone : undefined);
    this.keys = new JoinKeys(node.leftKeys, node.rightKeys, left, node.filterNulls);
    this.sides = [new LinkedRows(left), new LinkedRows(right)];
    this.asked = fieldsAsked(condition, left.length, right.length);
    this.columns = [left.map(emptyColumn), right.map(emptyColumn)];
  }

  process(batch: Batch, input: number): void {
    const side = input === 0 ? 0 : 1;
    this.sides[side].rows.bind(batch.columns);
    this.keys.bind(batch, side);
    const { end } = side === 0 ? this.node.leftAttached : this.node.rightAttached;
    const ends = batch.columns[end] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        this.add(from, to, side, ends.ms);
      },
      (watermark) => {
        const moved = this.watermarks.advance(side, watermark);
        if (moved !== undefined) this.advance(moved);
      },
    );
    this.flush();
    this.sweep();
  }

  /** Rows of a run; those of one window and key mostly come one after another. */
  private add(from: number, to: number, side: 0 | 1, ends: Float64Array): void {
    if (this.taken.length < to - from) {
      this.taken = new Int32Array(to - from);
      this.lists = new Int32Array(to - from);
      this.ids = new Int32Array(to - from);
    }
    const { taken, lists, ids, keys } = this;
    let n = 0;
    let list = LATE;
    for (let i = from; i < to; i++) {
      if (i === from || ends[i] !== ends[i - 1] || !keys.repeats(i)) list = this.listOf(i, ends[i] as number);
      if (list === LATE) {
        this.context.count(side === 0 ? 'leftNumLateRecordsDropped' : 'rightNumLateRecordsDropped', 1);
        continue;
      }
      taken[n] = i;
      lists[n++] = list;
    }
    const rows = this.sides[side];
    rows.rows.addRows(taken, n, ids);
    rows.linkAll(ids, lists, n);
  }

  private listOf(i: number, windowEnd: number): number {
    const time = this.zone.toTimer(windowEnd - 1);
    if (this.watermarks.current >= time) return LATE;
    const key = this.keys.of(i);
    const id = this.windows.findOrAdd(key, windowEnd);
    if (this.windows.added) this.open(id, key, time, this.keys.matchesNothing(i));
    return id;
  }

  private open(id: number, key: number, time: number, unmatched: boolean): void {
    for (const lists of this.sides) {
      lists.widen(id + 1);
      lists.clear(id);
    }
    if (id >= this.unmatched.length) {
      const wider = new Uint8Array(this.unmatched.length * 2);
      wider.set(this.unmatched);
      this.unmatched = wider;
    }
    this.unmatched[id] = unmatched ? 1 : 0;
    this.keys.retain(key);
    this.timers.add(time, id);
  }

  private advance(watermark: number): void {
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const id = this.timers.poll();
      const key = this.windows.firsts[id] as number;
      this.fire(id);
      this.windows.remove(id);
      this.keys.release(key);
      this.keys.dropUnused(key);
    }
    this.marks.add(this.count, watermark);
  }

  private fire(id: number): void {
    this.collect(id, 0);
    this.collect(id, 1);
    if (this.node.joinType === 'INNER') {
      if (this.unmatched[id] === 0) this.fireInner();
    } else {
      this.fireOther(
        this.unmatched[id] === 1 ? () => false : this.condition ? this.asking(this.condition) : () => true,
      );
    }
    for (const side of [0, 1] as const) {
      const { values, length } = this.own[side];
      for (let k = 0; k < length; k++) this.gone[side].push(values[k] as number);
    }
    if (this.count >= PAIRS) this.flush();
  }

  private fireInner(): void {
    const [left, right] = this.own;
    if (left.length === 0 || right.length === 0) return;
    if (right.length === 1 && this.condition?.matchingLefts) {
      this.gather();
      if (this.found.length < left.length) this.found = new Int32Array(left.length * 2);
      const n = this.condition.matchingLefts(this.columns[0], left.length, this.columns[1], 0, this.found);
      for (let k = 0; k < n; k++) this.emit(left.values[this.found[k] as number] as number, right.values[0] as number);
      return;
    }
    this.fireByLeft(left, right, this.condition ? this.asking(this.condition) : () => true);
  }

  private fireOther(matches: (i: number, j: number) => boolean): void {
    const [left, right] = this.own;
    switch (this.node.joinType) {
      case 'SEMI':
      case 'ANTI': {
        const wanted = this.node.joinType === 'SEMI';
        for (let i = 0; i < left.length; i++) {
          let found = false;
          for (let j = 0; j < right.length && !found; j++) found = matches(i, j);
          if (found === wanted) this.emit(left.values[i] as number, NONE);
        }
        break;
      }
      case 'RIGHT':
        for (let j = 0; j < right.length; j++) {
          let found = false;
          for (let i = 0; i < left.length; i++) {
            if (!matches(i, j)) continue;
            this.emit(left.values[i] as number, right.values[j] as number);
            found = true;
          }
          if (!found) this.emit(NONE, right.values[j] as number);
        }
        break;
      default:
        this.fireByLeft(left, right, matches);
    }
  }

  /** INNER, LEFT and FULL; right rows that matched nothing come last. */
  private fireByLeft(left: IntList, right: IntList, matches: (i: number, j: number) => boolean): void {
    const { joinType } = this.node;
    const seen = joinType === 'FULL' ? new Uint8Array(right.length) : undefined;
    for (let i = 0; i < left.length; i++) {
      let found = false;
      for (let j = 0; j < right.length; j++) {
        if (!matches(i, j)) continue;
        this.emit(left.values[i] as number, right.values[j] as number);
        found = true;
        if (seen) seen[j] = 1;
      }
      if (!found && joinType !== 'INNER') this.emit(left.values[i] as number, NONE);
    }
    if (!seen) return;
    for (let j = 0; j < right.length; j++) if (seen[j] === 0) this.emit(NONE, right.values[j] as number);
  }

  private collect(id: number, side: 0 | 1): void {
    const { heads, next } = this.sides[side];
    const into = this.own[side];
    into.clear();
    for (let at = heads[id] as number; at !== 0; at = next[at - 1] as number) into.push(at - 1);
  }

  /** The condition over the rows of the window at hand. */
  private asking(condition: JoinCondition): (i: number, j: number) => boolean {
    const [left, right] = this.columns;
    this.gather();
    return (i, j) => condition(left, i, right, j);
  }

  /** What the condition reads of the window at hand. */
  private gather(): void {
    for (const side of [0, 1] as const) {
      const { values, length } = this.own[side];
      for (const f of this.asked[side]) this.columns[side][f] = gatherStored(this.sides[side].rows, f, values, length);
    }
  }

  /** Rows side by side; NONE stands for NULLs. */
  private emit(left: number, right: number): void {
    if (this.count === PAIRS) this.handOn();
    this.left[this.count] = left;
    this.right[this.count++] = right;
  }

  /** Hands on what has been joined; then the rows of windows that are over go. */
  private flush(): void {
    this.handOn();
    for (const side of [0, 1] as const) {
      const gone = this.gone[side];
      this.sides[side].rows.removeRows(gone.values, gone.length);
      gone.clear();
    }
  }

  private handOn(): void {
    const { count, left, right } = this;
    const [lefts, rights] = this.sides;
    const marks = this.marks.take();
    if (count > 0 || marks) {
      const columns = lefts.rows.fields.map((_, f) => gatherPadded(lefts.rows, f, left, count));
      if (this.node.fields.length > columns.length) {
        for (const { f } of rights.rows.fields) columns.push(gatherPadded(rights.rows, f, right, count));
      }
      this.context.output.emit({ length: count, kinds: undefined, columns, marks });
    }
    this.count = 0;
  }

  private sweep(): void {
    this.keys.sweep();
    for (const { rows } of this.sides) rows.sweep();
  }

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) this.advance(moved);
    this.flush();
    this.sweep();
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // The last watermark has fired all windows.
  }

  stateBytes(): number {
    const [left, right] = this.sides;
    return this.keys.byteLength + left.byteLength + right.byteLength + this.windows.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    const { left, right } = this.node;
    const open = this.windows.ids();
    return [
      rowsTable('rows of open windows, left side', left.fields, this.sides[0].rows, this.sides[0].inLists(open)),
      rowsTable('rows of open windows, right side', right.fields, this.sides[1].rows, this.sides[1].inLists(open)),
    ];
  }

  snapshot() {
    const [left, right] = this.sides;
    return {
      keys: this.keys.snapshot(),
      left: left.snapshot(),
      right: right.snapshot(),
      windows: this.windows.snapshot(),
      unmatched: this.unmatched,
      timers: this.timers.snapshot(),
      watermarks: this.watermarks.snapshot(),
    };
  }

  restore(state: ReturnType<WindowJoinOperator['snapshot']>): void {
    this.keys.restore(state.keys);
    this.sides[0].restore(state.left);
    this.sides[1].restore(state.right);
    this.windows.restore(state.windows);
    this.unmatched = state.unmatched;
    this.timers.restore(state.timers);
    this.watermarks.restore(state.watermarks);
  }
}
