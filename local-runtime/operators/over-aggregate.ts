import type { OverAggregate } from '../../flink-sql/plan/physical.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import { emptyColumn } from '../state/column-writer.ts';
import { KeyTable, PairTable } from '../state/key-table.ts';
import { gatherStored } from '../state/packed-columns.ts';
import { PackedRows } from '../state/packed-rows.ts';
import { Retention } from '../state/retention.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { AggregateSet } from './aggregates/aggregate-set.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { fieldsOfCalls, type OverFrame, overFrame } from './over/frame.ts';
import { type StateTable, stateTable } from './state-table.ts';

const NEVER = Number.POSITIVE_INFINITY;

interface OverKey {
  /** Rows waiting or in the frame, by time: ids in the row store. */
  readonly rows: Map<number, number[]>;
  /** Accumulator of the frame. */
  readonly group: number;
  /** Rows in a bounded ROWS frame. */
  count: number;
  /** The last time that a timer fired at; rows up to it are late. */
  lastTime: number;
  /** When a RANGE frame is forgotten, unless rows come that put it off. */
  cleanup: number;
  /** Timers that have not fired. */
  timers: number;
}

/**
 * OVER aggregates ordered by event or processing time, insert-only. Keeps, by partition, the frame's accumulator and the rows that
 * wait for the watermark or are in a bounded frame. Event time: rows are emitted in time order when the watermark passes them; in an
 * unbounded frame a row at or below the watermark is late, in a bounded one a row at or below the last one emitted for its key. A
 * RANGE frame takes all rows of one time in at once. Processing time: rows are emitted as they come. With table.exec.state.ttl an
 * unbounded frame by processing time starts anew when no row came for that long; an unbounded one by event time and bounded ROWS
 * are cleaned by timers, if nothing waits; bounded RANGE frames are forgotten one
 * and a half times their length in event time after their last row. Follows
 * RowTimeUnboundedPrecedingOverFunctionV2 and the RowTime/ProcTime Rows/Range Bounded/Unbounded PrecedingFunctions.
 */
export class OverAggregateOperator implements Operator {
  private readonly node: OverAggregate;
  private readonly context: OperatorContext;
  private readonly frame: OverFrame;
  private readonly rowtime: boolean;
  private readonly timeIndex: number;
  private readonly keys: KeyTable;
  private states: (OverKey | undefined)[] = [];
  private readonly rows: PackedRows;
  /** Fields that the calls read, and columns for them; the others stay empty. */
  private readonly asked: readonly number[];
  private readonly columns: Column[];
  private readonly aggregates: AggregateSet;
  private readonly timers = new TimerHeap<{ key: number; time: number; entry: number }>();
  private readonly timerTable = new PairTable();
  private watermark = Number.NEGATIVE_INFINITY;
  private readonly ttl: StateTtl | undefined;
  private readonly retention: Retention | undefined;
  private readonly out: RowWriter;

  constructor(node: OverAggregate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    this.frame = overFrame(node);
    this.timeIndex = node.order[0]?.index ?? -1;
    const time = inputTypes[this.timeIndex];
    this.rowtime = !(time && 'attribute' in time && time.attribute === 'PROCTIME');
    const ttl = stateTtl(context.options);
    const expires = ttl > 0 && !this.rowtime && this.frame.kind === 'unbounded';
    this.ttl = expires ? new StateTtl(ttl) : undefined;
    const cleaned = ttl > 0 && !expires && this.frame.kind !== 'range';
    this.retention = cleaned ? new Retention(ttl, (time) => context.registerProcessingTimer(time)) : undefined;
    this.keys = new KeyTable(node.partition.map((p) => inputTypes[p] as LogicalType));
    this.rows = new PackedRows(inputTypes);
    this.asked = fieldsOfCalls(node.calls, inputTypes.length);
    this.columns = inputTypes.map(emptyColumn);
    this.aggregates = new AggregateSet(node.calls, inputTypes, this.frame.kind !== 'unbounded', context.zone);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    const { columns } = batch;
    const now = this.context.clock.now();
    this.ttl?.bind(now);
    this.keys.encode(
      this.node.partition.map((p) => columns[p] as Column),
      0,
      batch.length,
    );
    this.rows.bind(columns);
    const times = this.rowtime && batch.length > 0 ? (columns[this.timeIndex] as TimestampColumn) : undefined;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const key = this.keys.findOrAdd(i);
          if (this.keys.added || this.ttl?.expired(key)) this.open(key);
          this.ttl?.touch(key);
          this.retention?.touch(key, now);
          if (times) this.rowtimeRow(key, i, times);
          else this.proctimeRow(key, i);
        }
      },
      (watermark) => {
        if (this.rowtime && watermark > this.watermark) this.advance(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.ttl?.clean(batch.length + 1, (key) => this.forget(key));
    this.keys.sweep();
    this.rows.sweep();
  }

  private open(key: number): void {
    this.aggregates.grow(key + 1);
    this.aggregates.reset(key);
    this.states[key] = { rows: new Map(), group: key, count: 0, lastTime: 0, cleanup: NEVER, timers: 0 };
  }

  private forget(key: number): void {
    const state = this.states[key] as OverKey;
    for (const list of state.rows.values()) for (const row of list) this.rows.remove(row);
    this.aggregates.reset(key);
    this.states[key] = undefined;
    this.keys.remove(key);
  }

  onProcessingTime(now: number): void {
    this.retention?.fire(now, (key) => {
      const state = this.states[key] as OverKey;
      if (this.rowtime && this.waits(state)) return false;
      this.forget(key);
      return true;
    });
  }

  /** Whether rows have not come out yet. */
  private waits({ rows, lastTime }: OverKey): boolean {
    if (this.frame.kind === 'unbounded') return rows.size > 0;
    for (const time of rows.keys()) if (time > lastTime) return true;
    return false;
  }

  private rowtimeRow(key: number, i: number, times: TimestampColumn): void {
    if (times.nulls?.[i] === 1) {
      throw new FlinkFault(
        'RuntimeException',
        'RowTime field should not be null, please convert it to a non-null long value.',
      );
    }
    const time = times.ms[i] as number;
    const state = this.states[key] as OverKey;
    const unbounded = this.frame.kind === 'unbounded';
    if (time <= (unbounded ? this.watermark : state.lastTime)) {
      this.context.count('numLateRecordsDropped', 1);
      return;
    }
    const list = state.rows.get(time);
    const row = this.rows.add(i);
    if (list) list.push(row);
    else state.rows.set(time, [row]);
    if (!list) this.timer(key, time);
    if (this.frame.kind === 'range') this.putOffCleanup(key, time, this.frame.preceding);
  }

  /** registerCleanupTimer: timers put off stay, and fire for nothing but to make rows up to them late. */
  private putOffCleanup(key: number, time: number, preceding: number): void {
    const state = this.states[key] as OverKey;
    if (state.cleanup !== NEVER && state.cleanup >= time + preceding + 1) return;
    state.cleanup = time + Math.trunc(preceding * 1.5) + 1;
    this.timer(key, state.cleanup);
  }

  private timer(key: number, time: number): void {
    const entry = this.timerTable.findOrAdd(key, time);
    if (!this.timerTable.added) return;
    this.timers.add(time, { key, time, entry });
    (this.states[key] as OverKey).timers++;
  }

  private advance(watermark: number): void {
    this.watermark = watermark;
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const { key, time, entry } = this.timers.poll();
      this.timerTable.remove(entry);
      const state = this.states[key] as OverKey;
      state.timers--;
      if (state.cleanup <= time) {
        this.clear(key, state);
        continue;
      }
      this.fire(state, time);
      this.retention?.touch(key, this.context.clock.now());
      this.out.flushIfFull();
    }
  }

  /** Forgets the frame; the key itself stays while timers of it are to come. */
  private clear(key: number, state: OverKey): void {
    if (state.timers === 0) {
      this.forget(key);
      return;
    }
    for (const list of state.rows.values()) for (const row of list) this.rows.remove(row);
    state.rows.clear();
    this.aggregates.reset(state.group);
    state.lastTime = 0;
    state.cleanup = NEVER;
  }

  private fire(state: OverKey, time: number): void {
    const rows = state.rows.get(time);
    const { frame } = this;
    if (rows) {
      if (frame.kind === 'rows') {
        this.slideRows(state, rows, frame.preceding + 1);
      } else if (frame.kind === 'range') {
        this.slideRange(state, rows, time - frame.preceding);
      } else {
        this.emitTogether(state, rows, this.node.rows);
        for (const row of rows) this.rows.remove(row);
        state.rows.delete(time);
      }
    }
    state.lastTime = time;
  }

  /** Each row pushes the oldest one out of a full frame. */
  private slideRows(state: OverKey, rows: readonly number[], size: number): void {
    for (const row of [...rows]) {
      if (state.count >= size) this.retract(state, [this.takeOldest(state)]);
      else state.count++;
      this.emitTogether(state, [row], true);
    }
  }

  private takeOldest(state: OverKey): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const time of state.rows.keys()) oldest = Math.min(oldest, time);
    const list = state.rows.get(oldest) as number[];
    const row = list.shift() as number;
    if (list.length === 0) state.rows.delete(oldest);
    return row;
  }

  /** Rows before `from` leave the frame. */
  private slideRange(state: OverKey, rows: readonly number[], from: number): void {
    for (const [time, old] of state.rows) {
      if (time >= from) continue;
      this.retract(state, old);
      state.rows.delete(time);
    }
    this.emitTogether(state, rows, false);
  }

  /** Takes stored rows out of the frame and forgets them. */
  private retract(state: OverKey, rows: readonly number[]): void {
    this.aggregates.bind(this.columnsOf(rows));
    for (let r = 0; r < rows.length; r++) {
      this.aggregates.retract(state.group, r);
      this.rows.remove(rows[r] as number);
    }
  }

  /** Adds rows to the frame and emits them: one by one, or all after all were added. */
  private emitTogether(state: OverKey, rows: readonly number[], oneByOne: boolean): void {
    this.aggregates.bind(this.columnsOf(rows));
    if (!oneByOne) for (let r = 0; r < rows.length; r++) this.aggregates.accumulate(state.group, r);
    for (let r = 0; r < rows.length; r++) {
      if (oneByOne) this.aggregates.accumulate(state.group, r);
      this.emitRow(rows[r] as number, state.group);
    }
  }

  private emitRow(row: number, group: number): void {
    const writers = this.out.columns;
    this.rows.writeRow(row, writers, 0);
    this.aggregates.write(group, writers, this.columns.length);
    this.out.end(INSERT);
  }

  /** What the calls read of stored rows. */
  private columnsOf(rows: readonly number[]): readonly Column[] {
    const ids = Int32Array.from(rows);
    for (const f of this.asked) this.columns[f] = gatherStored(this.rows, f, ids, ids.length);
    return this.columns;
  }

  private proctimeRow(key: number, i: number): void {
    const state = this.states[key] as OverKey;
    const now = this.context.clock.now();
    if (this.frame.kind === 'range') {
      for (const [time, old] of state.rows) {
        if (time >= now - this.frame.preceding) continue;
        this.retract(state, old);
        state.rows.delete(time);
      }
    } else if (this.frame.kind === 'rows') {
      if (state.count > this.frame.preceding) this.retract(state, [this.takeOldest(state)]);
      else state.count++;
    }
    const row = this.rows.add(i);
    this.emitTogether(state, [row], true);
    if (this.frame.kind === 'unbounded') {
      this.rows.remove(row);
      return;
    }
    const list = state.rows.get(now);
    if (list) list.push(row);
    else state.rows.set(now, [row]);
  }

  end(): void {
    // The last watermark has emitted what waited.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength + this.aggregates.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    const { input, partition, fields } = this.node;
    const keyFields = partition.map((p) => input.fields[p] as (typeof input.fields)[number]);
    const values = fields.slice(input.fields.length);
    const frames = stateTable('frame of each partition', [...keyFields, ...values], (columns, end) => {
      for (const key of this.keys.ids()) {
        this.keys.rows.writeRow(key, columns, 0);
        this.aggregates.write(key, columns, keyFields.length);
        end();
      }
    });
    const keptAs = { name: 'kept', type: types.string(false) };
    const rows = stateTable('rows', [...input.fields, keptAs], (columns, end) => {
      for (const key of this.keys.ids()) {
        const state = this.states[key];
        for (const [time, ids] of [...(state?.rows ?? [])].sort(([a], [b]) => a - b)) {
          const waits = this.rowtime && (this.frame.kind === 'unbounded' || time > (state?.lastTime ?? 0));
          for (const id of ids) {
            this.rows.writeRow(id, columns, 0);
            columns.at(-1)?.append(waits ? 'until its time' : 'in the frame');
            end();
          }
        }
      }
    });
    return [frames, rows];
  }

  snapshot() {
    return {
      states: this.states,
      ttl: this.ttl?.snapshot(),
      retention: this.retention?.snapshot(),
      watermark: this.watermark,
      keys: this.keys.snapshot(),
      rows: this.rows.snapshot(),
      aggregates: this.aggregates.snapshot(),
      timers: this.timers.snapshot(),
      timerTable: this.timerTable.snapshot(),
    };
  }

  restore(state: ReturnType<OverAggregateOperator['snapshot']>): void {
    this.states = state.states;
    if (state.ttl) this.ttl?.restore(state.ttl);
    if (state.retention) this.retention?.restore(state.retention);
    this.watermark = state.watermark;
    this.keys.restore(state.keys);
    this.rows.restore(state.rows);
    this.aggregates.restore(state.aggregates);
    this.timers.restore(state.timers);
    this.timerTable.restore(state.timerTable);
  }
}
