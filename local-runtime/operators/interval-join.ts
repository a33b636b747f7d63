import type { IntervalJoin } from '../../flink-sql/plan/physical.ts';
import { type LogicalType, type RowField, types } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import { type ColumnWriter, emptyColumn } from '../state/column-writer.ts';
import { gatherStored } from '../state/packed-columns.ts';
import { PackedRows } from '../state/packed-rows.ts';
import { RowWriter } from '../state/row-writer.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { WatermarkCombiner } from '../time/watermark-combiner.ts';
import { JoinKeys } from './joins/join-keys.ts';
import { fieldsAsked, type JoinCondition } from './joins/join-matcher.ts';
import { outerSides } from './joins/outer-sides.ts';
import { TimedRows } from './joins/timed-rows.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';

type Side = 0 | 1;

interface KeyState {
  readonly rows: readonly [TimedRows, TimedRows];
  /** Clean-up timers: that of side 0 cleans the rows of side 1, and the other way round. */
  readonly timers: [number | undefined, number | undefined];
}

interface Timer {
  readonly key: number;
  readonly time: number;
}

/**
 * Join of insert-only rows whose times lie within an interval. Keeps each row by key and time until no row of the other side can
 * come that it would meet, and whether it has met one: rows of an outer side that have not are emitted with NULLs when they go. What
 * has expired is removed while looking for matches, and by a timer a key and side, half an interval later. The watermark sent is held
 * back by the greater bound. Follows TimeIntervalJoin, RowTimeIntervalJoin and ProcTimeIntervalJoin.
 */
export class IntervalJoinOperator implements Operator {
  private readonly node: IntervalJoin;
  private readonly context: OperatorContext;
  private readonly keys: JoinKeys;
  private readonly condition: JoinCondition | undefined;
  private readonly stores: readonly [PackedRows, PackedRows];
  /** Fields of each side that the condition reads, and columns for them; the others stay empty. */
  private readonly asked: readonly [readonly number[], readonly number[]];
  private readonly candidates: readonly [Column[], Column[]];
  private matched: [Uint8Array, Uint8Array] = [new Uint8Array(128), new Uint8Array(128)];
  private states: (KeyState | undefined)[] = [];
  private readonly outer: readonly [boolean, boolean];
  /** How far the rows of a side look back from their time; the other side's is how far they look ahead. */
  private readonly reach: readonly [number, number];
  private readonly cleanUpAfter: number;
  private readonly delay: number;
  private readonly leftWidth: number;
  private expired: [number, number] = [0, 0];
  private readonly timers = new TimerHeap<Timer>();
  private readonly watermarks = new WatermarkCombiner(2);
  private readonly out: RowWriter;

  constructor(
    node: IntervalJoin,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    const [left, right] = inputTypes;
    this.node = node;
    this.context = context;
    this.condition = condition;
    this.keys = new JoinKeys(node.leftKeys, node.rightKeys, left, node.filterNulls);
    this.stores = [new PackedRows(left), new PackedRows(right)];
    this.asked = fieldsAsked(condition, left.length, right.length);
    this.candidates = [left.map(emptyColumn), right.map(emptyColumn)];
    this.outer = outerSides(node.joinType);
    this.reach = [-node.lower, node.upper];
    this.cleanUpAfter = Math.trunc((node.upper - node.lower) / 2) + 1;
    this.delay = node.rowtime && node.lower <= node.upper ? Math.max(0, -node.lower, node.upper) : 0;
    this.leftWidth = left.length;
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch, input: number): void {
    const side: Side = input === 0 ? 0 : 1;
    const { columns } = batch;
    this.keys.bind(batch, side);
    const store = this.stores[side];
    store.bind(columns);
    const times = columns[side === 0 ? this.node.leftTimeIndex : this.node.rightTimeIndex] as TimestampColumn;
    const empty = this.node.lower > this.node.upper;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          if (empty) {
            // No time lies in the interval.
            if (this.outer[side]) this.padBatchRow(columns, i, side);
          } else {
            this.row(columns, i, side, this.node.rowtime ? (times.ms[i] as number) : this.operatorTime());
          }
          this.out.flushIfFull();
        }
      },
      (watermark) => this.watermark(side, watermark),
    );
    this.flush();
  }

  private flush(): void {
    this.out.flush();
    this.keys.sweep();
    for (const store of this.stores) store.sweep();
  }

  private watermark(side: Side, watermark: number): void {
    const moved = this.watermarks.advance(side, watermark);
    if (moved === undefined) return;
    if (this.node.rowtime) this.fire(moved);
    this.out.mark(moved - this.delay);
  }

  /** The time that both inputs have come to. */
  private operatorTime(): number {
    return this.node.rowtime ? Math.max(0, this.watermarks.current) : this.context.clock.now();
  }

  private expiration(side: Side): number {
    return this.operatorTime() - this.reach[side] - 1;
  }

  private row(columns: readonly Column[], i: number, side: Side, time: number): void {
    const other: Side = side === 0 ? 1 : 0;
    const key = this.keys.of(i);
    const state = this.states[key];
    const low = time - this.reach[other];
    const high = time + this.reach[side];
    let emitted = false;
    if (this.expired[other] < high) {
      this.expired[other] = this.expiration(other);
      const rows = state?.rows[other];
      if (rows && !rows.isEmpty) emitted = this.meet(columns, i, side, key, rows, low, high);
    }
    if (this.operatorTime() < high) {
      this.keep(i, side, key, time, emitted);
    } else if (!emitted && this.outer[side]) {
      this.padBatchRow(columns, i, side);
    }
    this.keys.dropUnused(key);
  }

  /** Joins a row with the stored ones in reach, removing what has expired; gives whether any row came of it. */
  private meet(
    columns: readonly Column[],
    i: number,
    side: Side,
    key: number,
    rows: TimedRows,
    low: number,
    high: number,
  ): boolean {
    const other: Side = side === 0 ? 1 : 0;
    const expired = this.expired[other];
    const visited = rows.visited(low, high, expired);
    const matches = visited.length > 0 && !this.keys.matchesNothing(i);
    const inReach = (time: number) => time >= low && time <= high;
    const passes =
      matches && this.condition
        ? this.passing(
            this.condition,
            columns,
            i,
            side,
            visited.filter(inReach).flatMap((time) => rows.at(time)),
          )
        : undefined;
    let emitted = false;
    let at = 0;
    for (const time of visited) {
      if (matches && inReach(time)) {
        for (const id of rows.at(time)) {
          if (passes !== undefined && !passes[at++]) continue;
          this.joined(columns, i, side, id);
          this.matched[other][id] = 1;
          emitted = true;
        }
      }
      if (time <= expired) this.expire(rows, time, other, key);
    }
    return emitted;
  }

  /** Which stored rows pass the residual condition. */
  private passing(
    condition: JoinCondition,
    columns: readonly Column[],
    i: number,
    side: Side,
    ids: readonly number[],
  ): boolean[] {
    const other: Side = side === 0 ? 1 : 0;
    const stored = this.candidates[other];
    const records = Int32Array.from(ids);
    for (const f of this.asked[other]) stored[f] = gatherStored(this.stores[other], f, records, records.length);
    return ids.map((_, j) => (side === 0 ? condition(columns, i, stored, j) : condition(stored, j, columns, i)));
  }

  private keep(i: number, side: Side, key: number, time: number, emitted: boolean): void {
    let state = this.states[key];
    if (!state) {
      state = { rows: [new TimedRows(), new TimedRows()], timers: [undefined, undefined] };
      this.states[key] = state;
    }
    const store = this.stores[side];
    const id = store.add(i);
    if (id >= this.matched[side].length) {
      const wider = new Uint8Array(this.matched[side].length * 2);
      wider.set(this.matched[side]);
      this.matched[side] = wider;
    }
    this.matched[side][id] = emitted ? 1 : 0;
    state.rows[side].add(time, id);
    this.keys.retain(key);
    if (state.timers[side === 0 ? 1 : 0] === undefined) this.cleanUpLater(state, key, side, time);
  }

  private cleanUpLater(state: KeyState, key: number, side: Side, time: number): void {
    const at = time + this.reach[side] + this.cleanUpAfter;
    const known = state.timers.includes(at);
    state.timers[side === 0 ? 1 : 0] = at;
    if (known) return;
    this.timers.add(at, { key, time: at });
    this.keys.retain(key);
    if (!this.node.rowtime) this.context.registerProcessingTimer(at);
  }

  /** Takes away the rows of a time, with NULLs for the other side where they have met none. */
  private expire(rows: TimedRows, time: number, side: Side, key: number): void {
    for (const id of rows.at(time)) {
      if (this.outer[side] && this.matched[side][id] === 0) {
        this.stores[side].writeRow(id, this.out.columns, side === 0 ? 0 : this.leftWidth);
        this.nulls(side === 0 ? 1 : 0);
        this.out.end(INSERT);
      }
      this.stores[side].remove(id);
      this.keys.release(key);
    }
    rows.remove(time);
  }

  private fire(progress: number): void {
    while (!this.timers.isEmpty && this.timers.nextTime <= progress) {
      const { key, time } = this.timers.poll();
      const state = this.states[key] as KeyState;
      for (const side of [0, 1] as const) if (state.timers[side] === time) this.cleanUp(state, key, side);
      this.keys.release(key);
      if (state.rows[0].isEmpty && state.rows[1].isEmpty && state.timers.every((t) => t === undefined)) {
        this.states[key] = undefined;
      }
      this.keys.dropUnused(key);
      this.out.flushIfFull();
    }
  }

  /** What the timer of `timerSide` does: the other side's expired rows go, and a timer follows for what stays. */
  private cleanUp(state: KeyState, key: number, timerSide: Side): void {
    const side: Side = timerSide === 0 ? 1 : 0;
    const rows = state.rows[side];
    this.expired[side] = this.expiration(side);
    for (const time of rows.visited(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, this.expired[side])) {
      this.expire(rows, time, side, key);
    }
    const earliest = rows.remaining[0];
    state.timers[timerSide] = undefined;
    if (earliest === undefined) return;
    if (earliest > 0) {
      this.cleanUpLater(state, key, side, earliest);
      return;
    }
    // Flink takes times up to 1970 for none and forgets the rows.
    for (const time of [...rows.remaining]) {
      for (const id of rows.at(time)) {
        this.stores[side].remove(id);
        this.keys.release(key);
      }
      rows.remove(time);
    }
  }

  private joined(columns: readonly Column[], i: number, side: Side, id: number): void {
    this.batchRow(columns, i, side);
    const other = side === 0 ? 1 : 0;
    this.stores[other].writeRow(id, this.out.columns, other === 0 ? 0 : this.leftWidth);
    this.out.end(INSERT);
  }

  private padBatchRow(columns: readonly Column[], i: number, side: Side): void {
    this.batchRow(columns, i, side);
    this.nulls(side === 0 ? 1 : 0);
    this.out.end(INSERT);
  }

  private batchRow(columns: readonly Column[], i: number, side: Side): void {
    const offset = side === 0 ? 0 : this.leftWidth;
    for (let c = 0; c < columns.length; c++) {
      (this.out.columns[offset + c] as ColumnWriter).appendFrom(columns[c] as Column, i);
    }
  }

  private nulls(side: Side): void {
    const to = side === 0 ? this.leftWidth : this.out.columns.length;
    for (let c = side === 0 ? 0 : this.leftWidth; c < to; c++) (this.out.columns[c] as ColumnWriter).appendNull();
  }

  onProcessingTime(now: number): void {
    if (this.node.rowtime) return;
    this.fire(now);
    this.flush();
    if (!this.timers.isEmpty) this.context.registerProcessingTimer(this.timers.nextTime);
  }

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) {
      if (this.node.rowtime) this.fire(moved);
      this.flush();
      this.context.emitWatermark(moved - this.delay);
    }
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // The last watermark has let go what event time can; processing-time rows go with the job, as in Flink.
  }

  stateBytes(): number {
    const [left, right] = this.stores;
    return this.keys.byteLength + left.byteLength + right.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    return [
      this.describeSide(0, 'rows of the left side', this.node.left.fields),
      this.describeSide(1, 'rows of the right side', this.node.right.fields),
    ];
  }

  /** Of an outer side also whether a row has met one: that decides how it goes. */
  private describeSide(side: Side, title: string, fields: readonly RowField[]): StateTable {
    const met = this.outer[side] ? [{ name: 'matched', type: types.boolean(false) }] : [];
    return stateTable(title, [...fields, ...met], (columns, end) => {
      for (const state of this.states) {
        const rows = state?.rows[side];
        for (const id of rows?.remaining.flatMap((time) => rows.at(time)) ?? []) {
          this.stores[side].writeRow(id, columns, 0);
          columns[fields.length]?.append(this.matched[side][id] === 1);
          end();
        }
      }
    });
  }

  snapshot() {
    const [left, right] = this.stores;
    return {
      states: this.states.map((s) => s && { rows: s.rows.map((rows) => rows.snapshot()), timers: s.timers }),
      keys: this.keys.snapshot(),
      stores: [left.snapshot(), right.snapshot()] as const,
      matched: this.matched,
      expired: this.expired,
      timers: this.timers.snapshot(),
      watermarks: this.watermarks.snapshot(),
    };
  }

  restore(state: ReturnType<IntervalJoinOperator['snapshot']>): void {
    this.states = state.states.map((s) => {
      if (!s) return undefined;
      const rows: KeyState['rows'] = [new TimedRows(), new TimedRows()];
      for (const [side, saved] of s.rows.entries()) rows[side]?.restore(saved);
      return { rows, timers: s.timers };
    });
    this.keys.restore(state.keys);
    this.stores[0].restore(state.stores[0]);
    this.stores[1].restore(state.stores[1]);
    this.matched = state.matched;
    this.expired = state.expired;
    this.timers.restore(state.timers);
    this.watermarks.restore(state.watermarks);
  }
}
