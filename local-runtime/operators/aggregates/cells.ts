import { roomFor } from './aggregate.ts';

type Values = BigInt64Array | Float64Array | Int32Array;

/** A number that each group has: `values[group * step]`. */
export interface Cell<T extends Values> {
  values: T;
  step: number;
}

interface Place {
  readonly cell: Cell<Values>;
  readonly kind: 'long' | 'double' | 'int';
  /** 32-bit words from the begin of a record. */
  readonly at: number;
}

/**
 * The accumulators of fixed width of all aggregates of an operator: a record for each group, so that a row finds them in one place in
 * memory, where arrays would lie in as many. All cells are asked for before the first `grow`, which gives them new `values`.
 */
export class Cells {
  private readonly places: Place[] = [];
  /** Words of a record so far. */
  private width = 0;
  /** A word that was left free, -1 for none. */
  private hole = -1;
  private memory = new Int32Array(0);
  private capacity = 0;
  /** All groups are below this. */
  private groups = 0;
  /** Nobody reads it, but reads whose result goes nowhere would be left out. */
  protected touched = 0;

  /** BIGINT, in 64 bits. */
  long(): Cell<BigInt64Array> {
    return this.place({ values: new BigInt64Array(0), step: 0 }, 'long');
  }

  double(): Cell<Float64Array> {
    return this.place({ values: new Float64Array(0), step: 0 }, 'double');
  }

  /** 32 bits. */
  int(): Cell<Int32Array> {
    return this.place({ values: new Int32Array(0), step: 0 }, 'int');
  }

  private place<T extends Values>(cell: Cell<T>, kind: Place['kind']): Cell<T> {
    this.places.push({ cell: cell as Cell<Values>, kind, at: kind === 'int' ? this.word() : this.pair() });
    return cell;
  }

  private word(): number {
    const { hole } = this;
    if (hole < 0) return this.width++;
    this.hole = -1;
    return hole;
  }

  private pair(): number {
    if (this.width % 2 === 1) this.hole = this.width++;
    const at = this.width;
    this.width += 2;
    return at;
  }

  /** Records as units of 64 bits: the place of group `g` in a cell of that width is `g * stride`, of one of 32 bits twice that. */
  get stride(): number {
    return Math.ceil(this.width / 2);
  }

  /** Makes room for groups below `groups`. */
  grow(groups: number): void {
    if (groups > this.groups) this.groups = groups;
    if (groups <= this.capacity) return;
    this.capacity = roomFor(this.capacity, groups);
    const memory = new Int32Array(this.capacity * this.stride * 2);
    memory.set(this.memory);
    this.memory = memory;
    const { buffer } = memory;
    for (const { cell, kind, at } of this.places) {
      cell.step = kind === 'int' ? this.stride * 2 : this.stride;
      if (kind === 'long') cell.values = new BigInt64Array(buffer, at * 4);
      else if (kind === 'double') cell.values = new Float64Array(buffer, at * 4);
      else cell.values = new Int32Array(buffer, at * 4);
    }
  }

  /** Reads the records of groups, so that the memory answers many questions at a time. */
  touch(groups: Int32Array, from: number, to: number): void {
    const { memory } = this;
    const words = this.stride * 2;
    let touched = 0;
    for (let i = from; i < to; i++) touched ^= memory[(groups[i] as number) * words] as number;
    this.touched = touched;
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  snapshot() {
    return { groups: this.groups, records: this.memory.subarray(0, this.groups * this.stride * 2) };
  }

  restore({ groups, records }: ReturnType<Cells['snapshot']>): void {
    this.grow(groups);
    this.memory.set(records);
  }
}
