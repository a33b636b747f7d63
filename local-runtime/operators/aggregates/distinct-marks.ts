import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type BoolColumn, type Column, columnKind } from '../../batch/column.ts';
import { mix } from '../../state/interner.ts';
import type { DistinctState } from './distinct.ts';
import { NONE, type Updates } from './updates.ts';

/** Words of an entry: the value's two, group + 1 (0: empty), and a bit for each call that has seen it. */
const WORDS = 4;
/** Rows whose places in memory are touched before they are looked at, so that the memory answers many questions at a time. */
const AHEAD = 128;
/** How full the table may get. */
const LOAD = 0.7;
/** Calls that a word has bits for. */
export const MOST_MARKS = 31;

/**
 * Which (group, value) has been there, for the DISTINCT calls over one column of fixed width in a job that never takes anything back
 * and forgets no group: the key and its marks lie beside each other, so that a row costs one place in memory. NULLs are not kept, as
 * no function that is asked this way sees them.
 */
export class DistinctMarks implements DistinctState {
  private readonly kind: 'i32' | 'i64' | 'f64' | 'ts';
  private table = new Int32Array(256 * WORDS);
  private size = 0;
  private calls = 0;
  private column!: Column;
  /** The words of the values at hand, and where their search begins. */
  private keys = new Int32Array(2 * AHEAD);
  private readonly homes = new Int32Array(AHEAD);
  private readonly doubles = new Float64Array(AHEAD);

  constructor(type: LogicalType) {
    const kind = columnKind(type);
    if (!fits(type)) throw new Error(`DISTINCT marks over ${type.root}`);
    this.kind = kind as typeof this.kind;
  }

  join(): number {
    return this.calls++;
  }

  bind([column]: readonly Column[]): void {
    this.column = column as Column;
  }

  bindClock(): void {
    // Nothing expires.
  }

  grow(): void {
    // Groups are only part of the keys.
  }

  drop(): void {
    // Only a group that is new is emptied.
  }

  add(): number {
    throw new Error('values are only marked batch by batch');
  }

  merge(): void {
    throw new Error('groups of marked values are not merged');
  }

  update(updates: Updates, filters: readonly (BoolColumn | undefined)[], skips: readonly Uint8Array[]): void {
    for (let from = 0; from < updates.rows; from += AHEAD) {
      const to = Math.min(updates.rows, from + AHEAD);
      while ((this.size + AHEAD) * WORDS > this.table.length * LOAD) this.widen();
      this.encode(from, to);
      this.locate(updates, from, to);
      this.mark(updates, filters, skips, from, to);
    }
  }

  private encode(from: number, to: number): void {
    const { column, keys } = this;
    switch (column.kind) {
      case 'i64': {
        const words = new Int32Array(column.values.buffer, column.values.byteOffset + from * 8, (to - from) * 2);
        keys.set(words);
        return;
      }
      case 'i32':
        for (let i = from; i < to; i++) {
          keys[2 * (i - from)] = column.values[i] as number;
          keys[2 * (i - from) + 1] = 0;
        }
        return;
      case 'ts':
      case 'f64': {
        const values = column.kind === 'ts' ? column.ms : column.values;
        // All NaN are one value.
        for (let i = from; i < to; i++) {
          const value = values[i] as number;
          this.doubles[i - from] = Number.isNaN(value) ? Number.NaN : value;
        }
        keys.set(new Int32Array(this.doubles.buffer, 0, (to - from) * 2));
        return;
      }
      default:
        throw new Error(`column of kind ${column.kind} read as ${this.kind}`);
    }
  }

  /** Where the search for each row begins; reads there, and finds nothing yet. */
  private locate({ groups }: Updates, from: number, to: number): number {
    const { keys, homes, table } = this;
    const mask = table.length / WORDS - 1;
    let touched = 0;
    for (let i = from; i < to; i++) {
      const k = i - from;
      const at = (hash(keys[2 * k] as number, keys[2 * k + 1] as number, groups[i] as number) & mask) * WORDS;
      homes[k] = at;
      touched ^= table[at] as number;
    }
    return touched;
  }

  private mark(
    { ops, groups }: Updates,
    filters: readonly (BoolColumn | undefined)[],
    skips: readonly Uint8Array[],
    from: number,
    to: number,
  ): void {
    const { keys, homes, table } = this;
    const { nulls } = this.column;
    const last = table.length - 1;
    const calls = filters.length;
    for (let i = from; i < to; i++) {
      if (ops[i] === NONE || (nulls !== undefined && nulls[i] === 1)) continue;
      const k = i - from;
      const [low, high, group] = [keys[2 * k] as number, keys[2 * k + 1] as number, (groups[i] as number) + 1];
      let at = homes[k] as number;
      for (let found = table[at + 2]; found !== 0; found = table[at + 2]) {
        if (found === group && table[at] === low && table[at + 1] === high) break;
        at = (at + WORDS) & last;
      }
      const old = table[at + 3] as number;
      let marks = old;
      for (let c = 0; c < calls; c++) {
        const filter = filters[c];
        const isNew =
          ((marks >>> c) & 1) === 0 &&
          (filter === undefined || (filter.values[i] === 1 && !(filter.nulls !== undefined && filter.nulls[i] === 1)));
        if (isNew) marks |= 1 << c;
        (skips[c] as Uint8Array)[i] = isNew ? 0 : 1;
      }
      if (marks === old) continue;
      if (table[at + 2] === 0) {
        table[at] = low;
        table[at + 1] = high;
        table[at + 2] = group;
        this.size++;
      }
      table[at + 3] = marks;
    }
  }

  private widen(): void {
    const old = this.table;
    const table = new Int32Array(old.length * 2);
    const last = table.length - 1;
    const mask = table.length / WORDS - 1;
    for (let from = 0; from < old.length; from += WORDS) {
      const group = old[from + 2] as number;
      if (group === 0) continue;
      let at = (hash(old[from] as number, old[from + 1] as number, group - 1) & mask) * WORDS;
      while (table[at + 2] !== 0) at = (at + WORDS) & last;
      table[at] = old[from] as number;
      table[at + 1] = old[from + 1] as number;
      table[at + 2] = group;
      table[at + 3] = old[from + 3] as number;
    }
    this.table = table;
  }

  get byteLength(): number {
    return this.table.byteLength;
  }

  snapshot() {
    return { table: this.table, size: this.size };
  }

  restore(state: ReturnType<DistinctMarks['snapshot']>): void {
    this.table = state.table;
    this.size = state.size;
  }
}

/** Whether values of a type are two words or fewer. */
export function fits(type: LogicalType): boolean {
  switch (columnKind(type)) {
    case 'i32':
    case 'i64':
    case 'f64':
      return true;
    case 'ts':
      return 'precision' in type && type.precision <= 3;
    default:
      return false;
  }
}

function hash(low: number, high: number, group: number): number {
  return mix(Math.imul(low, 0x9e3779b1) ^ Math.imul(high ^ (group << 8), 0x85ebca6b) ^ group);
}
