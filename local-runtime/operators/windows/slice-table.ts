import type { IntList } from '../../state/int-list.ts';
import { IntMap } from '../../state/int-map.ts';
import { doubled } from '../../state/interner.ts';
import type { CountedKeys } from './keys.ts';

/** Where a slice's accumulator is on its way: local aggregate's buffer, global aggregate's buffer, window state. */
export type Stage = 'local' | 'buffer' | 'state';

const NONE = -1;

/** The entries of one slice, by key. */
export interface Slice {
  readonly id: number;
  readonly end: number;
  readonly entries: IntMap;
}

const NOWHERE: Slice = { id: -1, end: Number.NaN, entries: new IntMap() };

/** A power of two. */
const RECENT = 256;

/** Ends are mostly whole seconds, one after another. */
const recentPlace = (end: number): number => (end / 1000) & (RECENT - 1);

/**
 * All that window aggregates keep by (slice end, key): an accumulator in each stage, and whether a window that ends there has a timer.
 * Each slice has a table of its own, small enough to stay in the caches while rows come for it. The buffers remember in which order
 * their entries came. An entry goes when nothing is left in it.
 */
export class SliceTable {
  private readonly keys: CountedKeys;
  /** By end, and by number; numbers of slices that are gone are used again. */
  private readonly slices = new Map<number, Slice>();
  private readonly numbered: Slice[] = [];
  private readonly freeSlices: number[] = [];
  /** Slices that were asked for lately, by their ends. */
  private readonly recent: Slice[] = new Array<Slice>(RECENT).fill(NOWHERE);
  /** The slice made last: the next will hold about as many keys. */
  private newest = NOWHERE;
  /** Key and slice of each entry. */
  private owners = new Int32Array(128);
  private sliceIds = new Int32Array(128);
  private count = 0;
  private free: number[] = [];
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
  /** Changes when a slice comes or goes. */
  version = 0;

  constructor(keys: CountedKeys) {
    this.keys = keys;
  }

  /** The slice that ends at a time, if there is one. */
  slice(sliceEnd: number): Slice | undefined {
    return this.slices.get(sliceEnd);
  }

  /** The entry of (key, slice end), made when absent. */
  entry(key: number, sliceEnd: number): number {
    return this.entryIn(this.opened(sliceEnd), key);
  }

  /** The slice that ends at a time, made when absent; one without entries goes when its last entry does. */
  opened(sliceEnd: number): Slice {
    const place = recentPlace(sliceEnd);
    const known = this.recent[place] as Slice;
    if (known.end === sliceEnd) return known;
    const slice = this.slices.get(sliceEnd) ?? this.open(sliceEnd);
    this.recent[place] = slice;
    return slice;
  }

  /** The entry of a key in a slice, made when absent. */
  entryIn(slice: Slice, key: number): number {
    const known = slice.entries.get(key);
    return known >= 0 ? known : this.add(slice, key);
  }

  private open(end: number): Slice {
    const id = this.freeSlices.pop() ?? this.numbered.length;
    return this.number(id, end);
  }

  private number(id: number, end: number): Slice {
    const slice = { id, end, entries: new IntMap(this.newest.entries) };
    this.newest = slice;
    this.slices.set(end, slice);
    this.numbered[id] = slice;
    this.version++;
    return slice;
  }

  private add(slice: Slice, key: number): number {
    const entry = this.free.pop() ?? this.count++;
    if (entry >= this.timers.length) this.grow();
    this.owners[entry] = key;
    this.sliceIds[entry] = slice.id;
    slice.entries.add(key, entry);
    this.keys.retain(key);
    return entry;
  }

  /** The entry of (key, slice end), or -1. */
  find(key: number, sliceEnd: number): number {
    return this.slices.get(sliceEnd)?.entries.get(key) ?? -1;
  }

  private grow(): void {
    const from = this.timers.length;
    for (const stage of ['local', 'buffer', 'state'] as const) {
      const wider = doubled(this.stages[stage]);
      wider.fill(NONE, from);
      this.stages[stage] = wider;
    }
    this.owners = doubled(this.owners);
    this.sliceIds = doubled(this.sliceIds);
    const timers = new Uint8Array(from * 2);
    timers.set(this.timers);
    this.timers = timers;
  }

  private sliceOf(entry: number): Slice {
    return this.numbered[this.sliceIds[entry] as number] as Slice;
  }

  keyOf(entry: number): number {
    return this.owners[entry] as number;
  }

  sliceEndOf(entry: number): number {
    return this.sliceOf(entry).end;
  }

  /** All entries are below this. */
  get capacity(): number {
    return this.timers.length;
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
    const { end } = this.sliceOf(entry);
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

  /** Lists the keys that have a timer for the window that ends with a slice, and their entries. */
  listTimers(sliceEnd: number, keys: IntList, entries: IntList): void {
    const from = keys.length;
    this.slices.get(sliceEnd)?.entries.list(keys, entries);
    let to = from;
    for (let k = from; k < keys.length; k++) {
      const entry = entries.values[k] as number;
      if (this.timers[entry] !== 1) continue;
      keys.values[to] = keys.values[k] as number;
      entries.values[to++] = entry;
    }
    keys.length = to;
    entries.length = to;
  }

  /** Takes the accumulators of keys out of a slice's state, into `leaving`; `entries` has room for as many. */
  clearStates(slice: Slice, keys: IntList, entries: Int32Array, leaving: IntList): void {
    slice.entries.getAll(keys.values, keys.length, entries);
    for (let k = 0; k < keys.length; k++) {
      const entry = entries[k] as number;
      if (entry < 0) continue;
      const accumulator = this.take(entry, 'state');
      if (accumulator >= 0) leaving.push(accumulator);
      this.dropEmpty(entry);
    }
  }

  /** Entries have no timers any more. */
  clearTimers(entries: IntList): void {
    for (let k = 0; k < entries.length; k++) {
      const entry = entries.values[k] as number;
      this.timers[entry] = 0;
      this.dropEmpty(entry);
    }
  }

  /** Puts in place of each key `ids[from..to)` its accumulator in the local buffer of a slice, made where it has none. */
  localOf(slice: Slice, ids: Int32Array, from: number, to: number, make: () => number): void {
    const { entries } = slice;
    let { direct } = entries;
    let { local } = this.stages;
    for (let i = from; i < to; i++) {
      const key = ids[i] as number;
      let entry = key < direct.length ? (direct[key] as number) - 1 : entries.get(key);
      const known = entry < 0 ? NONE : (local[entry] as number);
      if (known !== NONE) {
        ids[i] = known;
        continue;
      }
      if (entry < 0) entry = this.add(slice, key);
      const made = make();
      this.put(entry, 'local', made);
      ids[i] = made;
      direct = entries.direct;
      local = this.stages.local;
    }
  }

  /** The accumulators that keys have in a slice's state, -1 for none. */
  statesOf(slice: Slice, keys: IntList, accumulators: Int32Array): void {
    slice.entries.getAll(keys.values, keys.length, accumulators);
    const { state } = this.stages;
    for (let k = 0; k < keys.length; k++) {
      const entry = accumulators[k] as number;
      if (entry >= 0) accumulators[k] = state[entry] as number;
    }
  }

  dropEmpty(entry: number): void {
    const { local, buffer, state } = this.stages;
    if (this.timers[entry] === 1 || local[entry] !== NONE || buffer[entry] !== NONE || state[entry] !== NONE) return;
    const key = this.owners[entry] as number;
    const slice = this.sliceOf(entry);
    slice.entries.delete(key);
    if (slice.entries.size === 0) this.close(slice);
    this.free.push(entry);
    this.keys.release(key);
  }

  private close(slice: Slice): void {
    this.slices.delete(slice.end);
    this.numbered[slice.id] = NOWHERE;
    this.freeSlices.push(slice.id);
    this.version++;
    const place = recentPlace(slice.end);
    if (this.recent[place] === slice) this.recent[place] = NOWHERE;
  }

  /** All accumulators, by slice and key. */
  forEach(take: (sliceEnd: number, key: number, stage: Stage, accumulator: number) => void): void {
    const ends = [...this.slices.keys()].sort((a, b) => a - b);
    for (const end of ends) {
      this.slices.get(end)?.entries.forEach((key, entry) => {
        for (const stage of ['state', 'buffer', 'local'] as const) {
          const accumulator = this.get(entry, stage);
          if (accumulator !== NONE) take(end, key, stage, accumulator);
        }
      });
    }
  }

  get byteLength(): number {
    let bytes = this.timers.byteLength * 21;
    for (const { entries } of this.slices.values()) bytes += entries.byteLength;
    return bytes;
  }

  snapshot() {
    return {
      slices: [...this.slices.values()].map(({ id, end, entries }) => ({ id, end, entries: entries.snapshot() })),
      owners: this.owners,
      sliceIds: this.sliceIds,
      freeSlices: this.freeSlices,
      count: this.count,
      free: this.free,
      stages: this.stages,
      timers: this.timers,
      order: this.order,
      least: this.least,
    };
  }

  restore(state: ReturnType<SliceTable['snapshot']>): void {
    for (const { id, end, entries } of state.slices) this.number(id, end).entries.restore(entries);
    this.owners = state.owners;
    this.sliceIds = state.sliceIds;
    this.freeSlices.push(...state.freeSlices);
    this.count = state.count;
    this.free = state.free;
    this.stages = state.stages;
    this.timers = state.timers;
    this.order = state.order;
    this.least = state.least;
  }
}
