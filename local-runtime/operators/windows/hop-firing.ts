import { IntList } from '../../state/int-list.ts';
import type { TimerQueue } from '../../time/timer-queue.ts';
import { grownInts } from '../aggregates/aggregate.ts';
import type { WindowAccumulators } from './accumulators.ts';
import type { Slice, SliceTable } from './slice-table.ts';

/**
 * Fires all windows of HOP that end at a time, column by column over their keys: lists the keys, merges their slices, registers the
 * timers of the next window, and only then takes the timers out of the queue, as their order is that of the rows.
 */
export class HopFiring {
  private readonly slices: SliceTable;
  private readonly accumulators: WindowAccumulators;
  private readonly timers: TimerQueue;
  private readonly interval: number;
  /** The keys that fire, and the entries of their timers. */
  private readonly keys = new IntList();
  private readonly owners = new IntList();
  /** The accumulator of each, for this firing. */
  private ids = new Int32Array(0);
  /** Accumulators of one slice. */
  private states = new Int32Array(0);
  /** By entry: which key it is, and the entry of its next timer or -1. */
  private places = new Int32Array(0);
  private nexts = new Int32Array(0);
  /** Entries in the order in which their timers fire. */
  private readonly order = new IntList();
  private readonly leaving = new IntList();
  /** Windows with rows, in order: their keys and accumulators, until `release`. */
  readonly firedKeys = new IntList();
  readonly firedIds = new IntList();

  constructor(slices: SliceTable, accumulators: WindowAccumulators, timers: TimerQueue, interval: number) {
    this.slices = slices;
    this.accumulators = accumulators;
    this.timers = timers;
    this.interval = interval;
  }

  /** `parts`: the slices of the window that are there, in the order in which they are merged. */
  fire(end: number, parts: readonly Slice[]): void {
    const { slices, accumulators, timers, keys, owners, order, firedKeys, firedIds } = this;
    slices.listTimers(end, keys, owners);
    const n = keys.length;
    if (this.ids.length < n) {
      this.ids = new Int32Array(n * 2);
      this.states = new Int32Array(n * 2);
    }
    const { ids, states } = this;
    accumulators.createAll(ids, n);
    for (const part of parts) {
      slices.statesOf(part, keys, states);
      accumulators.mergeAll(ids, states, n);
    }
    this.registerNext(end, n);
    const { places, nexts } = this;
    timers.drain(end - 1, end - 1 + this.interval, nexts, order);
    for (let k = 0; k < order.length; k++) {
      const place = places[order.values[k] as number] as number;
      const id = ids[place] as number;
      if (accumulators.rowCount(id) === 0) continue;
      firedKeys.push(keys.values[place] as number);
      firedIds.push(id);
    }
  }

  /** Windows with rows have another after them. */
  private registerNext(end: number, n: number): void {
    const { slices, accumulators, ids } = this;
    const keys = this.keys.values;
    const owners = this.owners.values;
    if (this.places.length < slices.capacity) {
      this.places = grownInts(this.places, slices.capacity);
      this.nexts = grownInts(this.nexts, slices.capacity);
    }
    const { places, nexts } = this;
    let next: Slice | undefined;
    for (let k = 0; k < n; k++) {
      const owner = owners[k] as number;
      places[owner] = k;
      nexts[owner] = -1;
      if (accumulators.rowCount(ids[k] as number) === 0) continue;
      next ??= slices.opened(end + this.interval);
      const later = slices.entryIn(next, keys[k] as number);
      if (slices.setTimer(later)) nexts[owner] = later;
    }
  }

  /** Lets go of what has fired, and of the slices that no later window needs. */
  release(expired: readonly Slice[]): void {
    const { slices, accumulators, keys, owners, leaving } = this;
    accumulators.releaseAll(this.ids, keys.length);
    for (const slice of expired) {
      slices.clearStates(slice, keys, this.states, leaving);
      accumulators.releaseAll(leaving.values, leaving.length);
      leaving.clear();
    }
    slices.clearTimers(owners);
    for (const list of [keys, owners, this.order, this.firedKeys, this.firedIds]) list.clear();
  }
}
