import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../batch/column.ts';
import { canonical } from './canonical.ts';
import { doubled, mix, removeSlot } from './interner.ts';
import type { ColumnWords, PackedField } from './packed-layout.ts';
import { PackedRows } from './packed-rows.ts';

/**
 * Packed rows that are found again by all their values: a hash of 32 bits each, values compared only where it is equal. Rows come from
 * the batch bound last; their hashes are made for all of it, column by column.
 */
export class RowTable {
  readonly rows: PackedRows;
  private slots = new Int32Array(256);
  private hashes = new Int32Array(128);
  /** Of the rows of the batch bound. */
  private probe = new Int32Array(0);
  /** Whether the last `findOrAdd` stored a row. */
  added = false;

  constructor(types: readonly LogicalType[]) {
    this.rows = new PackedRows(types);
  }

  get size(): number {
    return this.rows.live;
  }

  bind(columns: readonly Column[], length: number): void {
    this.rows.bind(columns);
    if (this.probe.length < length) this.probe = new Int32Array(Math.max(length, this.probe.length * 2));
    const { probe } = this;
    probe.fill(0, 0, length);
    for (const field of this.rows.fields) hashField(field, this.rows.source(field.f), length, probe);
    for (let i = 0; i < length; i++) probe[i] = mix(probe[i] as number);
  }

  /** The stored row that equals row `i`; -1 when there is none. */
  find(i: number): number {
    const { slots, hashes } = this;
    const hash = this.probe[i] as number;
    const mask = slots.length - 1;
    for (let s = hash & mask; ; s = (s + 1) & mask) {
      const slot = slots[s] as number;
      if (slot === 0) return -1;
      if (hashes[slot - 1] === hash && this.rows.same(slot - 1, i)) return slot - 1;
    }
  }

  findOrAdd(i: number): number {
    const known = this.find(i);
    this.added = known < 0;
    if (known >= 0) return known;
    const id = this.rows.add(i);
    const hash = this.probe[i] as number;
    while (id >= this.hashes.length) this.hashes = doubled(this.hashes);
    this.hashes[id] = hash;
    if (this.rows.live * 2 > this.slots.length) this.rehash();
    this.place(id);
    return id;
  }

  private place(id: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let s = (this.hashes[id] as number) & mask;
    while (slots[s] !== 0) s = (s + 1) & mask;
    slots[s] = id + 1;
  }

  private rehash(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (const slot of old) if (slot !== 0) this.place(slot - 1);
  }

  /** The ids of all rows, ascending. */
  ids(): number[] {
    return [...this.slots].flatMap((slot) => (slot === 0 ? [] : [slot - 1])).sort((a, b) => a - b);
  }

  remove(id: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let s = (this.hashes[id] as number) & mask;
    while (slots[s] !== id + 1) s = (s + 1) & mask;
    removeSlot(slots, s, this.hashes);
    this.rows.remove(id);
  }

  /** Call between batches. */
  sweep(): void {
    this.rows.sweep();
  }

  get byteLength(): number {
    return this.rows.byteLength + this.slots.byteLength + this.hashes.byteLength;
  }

  snapshot() {
    return { rows: this.rows.snapshot(), slots: this.slots, hashes: this.hashes };
  }

  restore(state: ReturnType<RowTable['snapshot']>): void {
    this.rows.restore(state.rows);
    this.slots = state.slots;
    this.hashes = state.hashes;
  }
}

const NULL_HASH = 0x2545f491;
const NAN_HASH = 0x7ff80000;

/** Mixes a field of rows up to `length` into their hashes; equal values of `PackedRows.same` have equal hashes. */
function hashField(field: PackedField, source: ColumnWords, length: number, out: Int32Array): void {
  const { nulls, ints } = source;
  for (let i = 0; i < length; i++) {
    let value = NULL_HASH;
    if (nulls === undefined || nulls[i] !== 1) {
      switch (field.kind) {
        case 'bool':
          value = source.bytes[i] as number;
          break;
        case 'i32':
          value = ints[i] as number;
          break;
        case 'i64':
        case 'ts':
          value = Math.imul(ints[i * 2] as number, 0x85ebca6b) ^ (ints[i * 2 + 1] as number);
          break;
        case 'f64':
          value = Number.isNaN(source.doubles[i])
            ? NAN_HASH
            : Math.imul(ints[i * 2] as number, 0x85ebca6b) ^ (ints[i * 2 + 1] as number);
          break;
        case 'str':
          value = hashBytes(source.bytes, source.starts[i] as number, source.ends[i] as number);
          break;
        case 'obj':
          value = hashText(canonical(source.values[i] as Value));
          break;
      }
    }
    const h = out[i] as number;
    out[i] = Math.imul(h ^ value, 0x9e3779b1) ^ (h >>> 15);
  }
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let k = start; k < end; k++) hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193);
  return hash;
}

function hashText(text: string): number {
  let hash = text.length;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return hash;
}
