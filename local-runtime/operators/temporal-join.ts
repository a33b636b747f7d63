import type { TemporalJoin } from '../../flink-sql/plan/physical.ts';
import { type LogicalType, type RowField, types } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, ROW_KIND_SHORT, UPDATE_AFTER } from '../batch/batch.ts';
import type { TimestampColumn } from '../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../state/column-writer.ts';
import { PackedRows } from '../state/packed-rows.ts';
import { Retention } from '../state/retention.ts';
import { RowWriter } from '../state/row-writer.ts';
import { stateTtl } from '../state/state-ttl.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { WatermarkCombiner } from '../time/watermark-combiner.ts';
import { JoinKeys } from './joins/join-keys.ts';
import type { JoinCondition } from './joins/join-matcher.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';

interface Change {
  readonly id: number;
  readonly kind: number;
  readonly time: number;
}

interface KeyState {
  /** Rows that wait for the watermark, in the order they came. */
  waiting: Change[];
  /** One change a time, by time. */
  versions: Change[];
  /** The timer in the heap, and its time. */
  timer: number;
  timerTime: number;
}

/**
 * Event-time temporal join. Keeps the left rows above the watermark and the versions of the right side by key and time. When the
 * watermark passes left rows they come out in the order they came, with their kinds, each with the last version at or before its
 * time; if that one was deleted, is missing or does not pass the condition, an inner join drops the row and an outer one gives
 * NULLs. Versions older than that which is valid at the watermark go. With table.exec.state.ttl all of a key is cleaned by a timer
 * when neither rows nor the watermark reached it for that long. NULL keys match each other. Follows TemporalRowTimeJoinOperator.
 */
export class TemporalJoinOperator implements Operator {
  private readonly node: TemporalJoin;
  private readonly context: OperatorContext;
  private readonly keys: JoinKeys;
  private readonly condition: JoinCondition | undefined;
  private readonly left: PackedRows;
  private readonly right: PackedRows;
  private readonly candidates: readonly [readonly ColumnWriter[], readonly ColumnWriter[]];
  private states: (KeyState | undefined)[] = [];
  private readonly timers = new TimerHeap<number>();
  private readonly watermarks = new WatermarkCombiner(2);
  private readonly leftWidth: number;
  private readonly retention: Retention | undefined;
  private readonly out: RowWriter;

  constructor(
    node: TemporalJoin,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    const [left, right] = inputTypes;
    this.node = node;
    this.context = context;
    this.condition = condition;
    const ttl = stateTtl(context.options);
    this.retention = ttl > 0 ? new Retention(ttl, (time) => context.registerProcessingTimer(time)) : undefined;
    this.keys = new JoinKeys(node.leftKeys, node.rightKeys, left, node.filterNulls);
    this.left = new PackedRows(left);
    this.right = new PackedRows(right);
    this.candidates = [left.map(columnWriter), right.map(columnWriter)];
    this.leftWidth = left.length;
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch, input: number): void {
    const isLeft = input === 0;
    const now = this.context.clock.now();
    const store = isLeft ? this.left : this.right;
    this.keys.bind(batch, isLeft ? 0 : 1);
    store.bind(batch.columns);
    const times = batch.columns[isLeft ? this.node.leftTimeIndex : this.node.rightTimeIndex] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const time = times.ms[i] as number;
          const key = this.keys.of(i);
          const state = this.state(key);
          const change = {
            id: store.add(i),
            kind: batch.kinds === undefined ? INSERT : (batch.kinds[i] as number),
            time,
          };
          if (isLeft) state.waiting.push(change);
          else this.putVersion(state, change);
          this.wake(state, key, time);
          this.retention?.touch(key, now);
        }
      },
      (watermark) => {
        const moved = this.watermarks.advance(isLeft ? 0 : 1, watermark);
        if (moved === undefined) return;
        this.fire(moved);
        this.out.mark(moved);
      },
    );
    this.flush();
  }

  private flush(): void {
    this.out.flush();
    this.keys.sweep();
    this.left.sweep();
    this.right.sweep();
  }

  private state(key: number): KeyState {
    let state = this.states[key];
    if (!state) {
      state = { waiting: [], versions: [], timer: -1, timerTime: Number.POSITIVE_INFINITY };
      this.states[key] = state;
      this.keys.retain(key);
    }
    return state;
  }

  /** A version takes the place of one of the same time. */
  private putVersion(state: KeyState, version: Change): void {
    const at = lastUpTo(state.versions, version.time);
    const known = state.versions[at];
    if (known?.time === version.time) {
      this.right.remove(known.id);
      state.versions[at] = version;
    } else {
      state.versions.splice(at + 1, 0, version);
    }
  }

  /** Makes sure that the key is looked at when the watermark passes `time`. */
  private wake(state: KeyState, key: number, time: number): void {
    if (state.timer >= 0) {
      if (state.timerTime <= time) return;
      this.timers.delete(state.timer);
    }
    state.timer = this.timers.add(time, key);
    state.timerTime = time;
  }

  private fire(watermark: number): void {
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const key = this.timers.poll();
      const state = this.states[key] as KeyState;
      state.timer = -1;
      this.emitUpTo(state, watermark);
      let next = Number.POSITIVE_INFINITY;
      for (const { time } of state.waiting) next = Math.min(next, time);
      if (next < Number.POSITIVE_INFINITY) this.wake(state, key, next);
      if (state.waiting.length > 0 || state.versions.length > 0) this.retention?.touch(key, this.context.clock.now());
      else this.forget(key);
      this.out.flushIfFull();
    }
  }

  /** Drops a key and what it holds. */
  private forget(key: number): void {
    const state = this.states[key] as KeyState;
    if (state.timer >= 0) this.timers.delete(state.timer);
    for (const { id } of state.waiting) this.left.remove(id);
    for (const { id } of state.versions) this.right.remove(id);
    this.states[key] = undefined;
    this.retention?.forget(key);
    this.keys.release(key);
    this.keys.dropUnused(key);
  }

  onProcessingTime(now: number): void {
    this.retention?.fire(now, (key) => {
      this.forget(key);
      return true;
    });
  }

  private emitUpTo(state: KeyState, watermark: number): void {
    const ready = state.waiting.filter(({ time }) => time <= watermark);
    state.waiting = state.waiting.filter(({ time }) => time > watermark);
    const found = ready.map(({ time }) => {
      const version = state.versions[lastUpTo(state.versions, time)];
      return version && (version.kind === INSERT || version.kind === UPDATE_AFTER) ? version : undefined;
    });
    const passes = this.passing(ready, found);
    for (const [n, change] of ready.entries()) {
      const version = passes?.[n] === false ? undefined : found[n];
      if (version || this.node.joinType === 'LEFT') {
        this.left.writeRow(change.id, this.out.columns, 0);
        if (version) this.right.writeRow(version.id, this.out.columns, this.leftWidth);
        else for (let c = this.leftWidth; c < this.out.columns.length; c++) this.out.columns[c]?.appendNull();
        this.out.end(change.kind);
      }
      this.left.remove(change.id);
    }
    const gone = Math.max(0, lastUpTo(state.versions, watermark));
    for (const { id } of state.versions.splice(0, gone)) this.right.remove(id);
  }

  /** Which pairs pass the residual condition; undefined when there is none. */
  private passing(ready: readonly Change[], found: readonly (Change | undefined)[]): boolean[] | undefined {
    const { condition } = this;
    if (!condition) return undefined;
    const [leftWriters, rightWriters] = this.candidates;
    const places = ready.map((change, n) => {
      const version = found[n];
      if (!version) return false;
      this.left.writeRow(change.id, leftWriters, 0);
      this.right.writeRow(version.id, rightWriters, 0);
      return true;
    });
    const left = leftWriters.map((w) => w.take());
    const right = rightWriters.map((w) => w.take());
    let at = 0;
    return places.map((isPair) => {
      if (!isPair) return false;
      const passes = condition(left, at, right, at);
      at++;
      return passes;
    });
  }

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) {
      this.fire(moved);
      this.flush();
      this.context.emitWatermark(moved);
    }
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // The last watermark has let all waiting rows out.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.left.byteLength + this.right.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    const { left, right } = this.node;
    const described = (title: string, fields: readonly RowField[], rows: PackedRows, of: 'waiting' | 'versions') =>
      stateTable(title, [...fields, { name: 'change', type: types.string(false) }], (columns, end) => {
        for (const { id, kind } of this.states.flatMap((state) => state?.[of] ?? [])) {
          rows.writeRow(id, columns, 0);
          columns.at(-1)?.append(ROW_KIND_SHORT[kind] ?? '');
          end();
        }
      });
    return [
      described('rows that wait for the watermark', left.fields, this.left, 'waiting'),
      described('versions', right.fields, this.right, 'versions'),
    ];
  }

  snapshot() {
    return {
      states: this.states,
      retention: this.retention?.snapshot(),
      keys: this.keys.snapshot(),
      left: this.left.snapshot(),
      right: this.right.snapshot(),
      timers: this.timers.snapshot(),
      watermarks: this.watermarks.snapshot(),
    };
  }

  restore(state: ReturnType<TemporalJoinOperator['snapshot']>): void {
    this.states = state.states;
    if (state.retention) this.retention?.restore(state.retention);
    this.keys.restore(state.keys);
    this.left.restore(state.left);
    this.right.restore(state.right);
    this.timers.restore(state.timers);
    this.watermarks.restore(state.watermarks);
  }
}

/** The place of the last change at or before a time, -1 when there is none. */
function lastUpTo(changes: readonly Change[], time: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle] as Change).time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
