import { doubled } from '../../state/interner.ts';
import { PairTable } from '../../state/key-table.ts';
import type { CountedKeys } from './keys.ts';

/** Where a slice's accumulator is on its way: local aggregate's buffer, global aggregate's buffer, window state. */
export type Stage = 'local' | 'buffer' | 'state';

const NONE = -1;

/**
 * All that window aggregates keep by (key, slice end) in one table: an accumulator in each stage, and whether a window that ends
 * there has a timer. The buffers remember in which order their entries came. An entry goes when nothing is left in it.
 */
export class SliceTable {
  private readonly keys: CountedKeys;
  private readonly table = new PairTable();
  private stages: Record<Stage, Int32Array> = {
    local: new Int32Array(128).fill(NONE),
    buffer: new Int32Array(128).fill(NONE),
    state: new Int32Array(128).fill(NONE),
  };
  private timers = new Uint8Array(128);
  private order: Record<'local' | 'buffer', number[]> = { local: [], buffer: [] };
  /** Least slice end in each buffer. */
  least: Record<'local' | 'buffer', number> = {
    local: Number.POSITIVE_INFINITY,
    buffer: Number.POSITIVE_INFINITY,
  };

  constructor(keys: CountedKeys) {
    this.keys = keys;
  }

  /** The entry of (key, slice end), made when absent. */
  entry(key: number, sliceEnd: number): number {
    const entry = this.table.findOrAdd(key, sliceEnd);
    if (this.table.added) {
      if (entry >= this.timers.length) this.grow();
      this.keys.retain(key);
    }
    return entry;
  }

  /** The entry of (key, slice end), or -1. */
  find(key: number, sliceEnd: number): number {
    return this.table.find(key, sliceEnd);
  }

  private grow(): void {
    const from = this.timers.length;
    for (const stage of ['local', 'buffer', 'state'] as const) {
      const wider = doubled(this.stages[stage]);
      wider.fill(NONE, from);
      this.stages[stage] = wider;
    }
    const timers = new Uint8Array(from * 2);
    timers.set(this.timers);
    this.timers = timers;
  }

  keyOf(entry: number): number {
    return this.table.firsts[entry] as number;
  }

  sliceEndOf(entry: number): number {
    return this.table.seconds[entry] as number;
  }

  /** The accumulator of an entry in a stage, or -1. */
  get(entry: number, stage: Stage): number {
    return this.stages[stage][entry] as number;
  }

  /** Puts an accumulator into a stage where the entry has none. */
  put(entry: number, stage: Stage, accumulator: number): void {
    this.stages[stage][entry] = accumulator;
    if (stage === 'state') return;
    this.order[stage].push(entry);
    const end = this.table.seconds[entry] as number;
    if (end < this.least[stage]) this.least[stage] = end;
  }

  /** Takes the accumulator out of a stage; the caller drops the entry when it is done with it. */
  take(entry: number, stage: Stage): number {
    const accumulator = this.stages[stage][entry] as number;
    this.stages[stage][entry] = NONE;
    return accumulator;
  }

  /** Hands the entries of a buffer on in the order they came, each with the accumulator taken out of it. */
  flush(stage: 'local' | 'buffer', take: (entry: number, accumulator: number) => void): void {
    const order = this.order[stage];
    this.order[stage] = [];
    this.least[stage] = Number.POSITIVE_INFINITY;
    for (const entry of order) {
      take(entry, this.take(entry, stage));
      this.dropEmpty(entry);
    }
  }

  /** Marks that a window ending here has a timer; false when it had one. */
  setTimer(entry: number): boolean {
    if (this.timers[entry] === 1) return false;
    this.timers[entry] = 1;
    return true;
  }

  clearTimer(entry: number): void {
    this.timers[entry] = 0;
  }

  dropEmpty(entry: number): void {
    const { local, buffer, state } = this.stages;
    if (this.timers[entry] === 1 || local[entry] !== NONE || buffer[entry] !== NONE || state[entry] !== NONE) return;
    const key = this.table.firsts[entry] as number;
    this.table.remove(entry);
    this.keys.release(key);
  }

  get byteLength(): number {
    return this.table.byteLength + this.timers.byteLength * 13;
  }

  snapshot() {
    return {
      table: this.table.snapshot(),
      stages: this.stages,
      timers: this.timers,
      order: this.order,
      least: this.least,
    };
  }

  restore(state: ReturnType<SliceTable['snapshot']>): void {
    this.table.restore(state.table);
    this.stages = state.stages;
    this.timers = state.timers;
    this.order = state.order;
    this.least = state.least;
  }
}
