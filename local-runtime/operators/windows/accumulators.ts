import type { AggregateCall } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { IntList } from '../../state/int-list.ts';
import { AggregateSet } from '../aggregates/aggregate-set.ts';

/** What windows hold, by number: accumulators, or the rows themselves. */
export interface WindowContents {
  bind(columns: readonly Column[], length: number): void;
  create(): number;
  release(id: number): void;
  add(id: number, row: number, accumulate: boolean): void;
  /** Adds what `from` holds to `into`. */
  merge(into: number, from: number): void;
  readonly byteLength: number;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** In place of an accumulator: the row goes to none. */
export const NOWHERE = -1;

/** Accumulators of windows or slices: numbered, each with the count of its rows. */
export class WindowAccumulators implements WindowContents {
  private readonly set: AggregateSet;
  private free: number[] = [];
  private count = 0;
  private rows = new Float64Array(64);
  /** Merges and releases left for later. */
  private readonly into = new IntList();
  private readonly from = new IntList();
  private readonly leaving = new IntList();
  /** Pairs that are merged. */
  private some = new Int32Array(0);
  private others = new Int32Array(0);

  constructor(calls: readonly AggregateCall[], inputTypes: readonly LogicalType[], retracting: boolean, zone: string) {
    this.set = new AggregateSet(calls, inputTypes, retracting, zone);
  }

  bind(columns: readonly Column[]): void {
    this.set.bind(columns);
  }

  /** A new, empty accumulator. */
  create(): number {
    // Those that were released are empty.
    const known = this.free.length > 0 ? (this.free.pop() as number) : -1;
    const id = known >= 0 ? known : this.count++;
    if (known < 0) {
      this.set.grow(id + 1);
      this.set.reset(id);
    }
    if (id >= this.rows.length) {
      const rows = new Float64Array(this.rows.length * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    this.rows[id] = 0;
    return id;
  }

  /** `n` new, empty accumulators into `ids`. */
  createAll(ids: Int32Array, n: number): void {
    for (let k = 0; k < n; k++) ids[k] = this.create();
  }

  releaseAll(ids: Int32Array, n: number): void {
    for (let k = 0; k < n; k++) this.release(ids[k] as number);
  }

  release(id: number): void {
    this.set.reset(id);
    this.free.push(id);
  }

  add(id: number, row: number, accumulate: boolean): void {
    if (accumulate) {
      this.set.accumulate(id, row);
      this.rows[id] = (this.rows[id] as number) + 1;
    } else {
      this.set.retract(id, row);
      this.rows[id] = (this.rows[id] as number) - 1;
    }
  }

  /** Adds (by their kinds: or takes back) rows `from` to `to`, each to or from its accumulator. */
  addRun(ids: Int32Array, from: number, to: number, kinds: Uint8Array | undefined): void {
    const { rows } = this;
    for (let i = from; i < to; i++) {
      const id = ids[i] as number;
      if (id === NOWHERE) continue;
      const accumulates = kinds === undefined || kinds[i] === INSERT || kinds[i] === UPDATE_AFTER;
      rows[id] = (rows[id] as number) + (accumulates ? 1 : -1);
    }
    this.set.addRun(ids, from, to, kinds);
  }

  merge(into: number, from: number): void {
    this.set.merge(into, from);
    this.rows[into] = (this.rows[into] as number) + (this.rows[from] as number);
  }

  /** Adds what `from[k]` holds to `into[k]`, for each `k` below `n` where it is not below 0. */
  mergeAll(into: Int32Array, from: Int32Array, n: number): void {
    if (this.some.length < n) {
      this.some = new Int32Array(n * 2);
      this.others = new Int32Array(n * 2);
    }
    const { some, others, rows } = this;
    let m = 0;
    for (let k = 0; k < n; k++) {
      const f = from[k] as number;
      if (f < 0) continue;
      const g = into[k] as number;
      some[m] = g;
      others[m++] = f;
      rows[g] = (rows[g] as number) + (rows[f] as number);
    }
    this.set.mergeRun(some, others, m);
  }

  /** The same, done at `settle` but for the count of rows; `from` must stay until then. */
  mergeLater(into: number, from: number): void {
    this.into.push(into);
    this.from.push(from);
    this.rows[into] = (this.rows[into] as number) + (this.rows[from] as number);
  }

  /** The same as `release`, done at `settle`. */
  releaseLater(id: number): void {
    this.leaving.push(id);
  }

  /** Does what is left for later; before that `write` gets the accumulators as they are when all is merged. */
  settle(write: () => void): void {
    const { into, from, leaving } = this;
    this.set.mergeRun(into.values, from.values, into.length);
    write();
    for (let k = 0; k < leaving.length; k++) this.release(leaving.values[k] as number);
    into.clear();
    from.clear();
    leaving.clear();
  }

  /** Rows accumulated less rows retracted. */
  rowCount(id: number): number {
    return this.rows[id] as number;
  }

  /** Appends the values of the first `n` accumulators of `ids`. */
  writeRun(ids: Int32Array, n: number, writers: readonly ColumnWriter[], offset: number): void {
    this.set.writeRun(ids, n, writers, offset);
  }

  write(id: number, writers: readonly ColumnWriter[], offset: number): void {
    this.set.write(id, writers, offset);
  }

  get byteLength(): number {
    return this.set.byteLength + this.rows.byteLength;
  }

  snapshot() {
    return { free: this.free, count: this.count, rows: this.rows, set: this.set.snapshot() };
  }

  restore(state: ReturnType<WindowAccumulators['snapshot']>): void {
    this.free = state.free;
    this.count = state.count;
    this.rows = state.rows;
    this.set.restore(state.set);
  }
}
