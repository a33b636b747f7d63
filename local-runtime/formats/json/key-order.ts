import { FlinkFault } from '../../errors.ts';
import { JsonReader } from './reader.ts';

/** How often the keys are learned anew; rows of more shapes than that are no longer worth it. */
const TRIES = 6;
/** Rows that were missed before the keys are learned from one. */
const MISSES = 2;
/** Keys of a row at most. */
const MOST = 500;

/** Learns from rows that a kernel could not read which keys rows have, and in which order. */
export class KeyOrder {
  private keys: readonly string[];
  private tries = 0;
  private hits = 0;
  private misses = 0;
  private readonly reader = new JsonReader();

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  /** So many rows were read. */
  plain(rows: number): void {
    this.hits += rows;
  }

  /** Row `bytes[from..to)` was not: the keys to read the next ones by, undefined to go on as before. */
  missed(bytes: Uint8Array, from: number, to: number): readonly string[] | undefined {
    this.misses++;
    // A row in between with an escape or a value of another kind says nothing about the others.
    if (this.tries >= TRIES || this.misses < MISSES || this.misses * 4 < this.hits) return undefined;
    this.tries++;
    this.hits = 0;
    this.misses = 0;
    const keys = this.keysOf(bytes, from, to);
    if (keys === undefined || (keys.length === this.keys.length && keys.every((key, i) => key === this.keys[i])))
      return undefined;
    this.keys = keys;
    return keys;
  }

  /** Undefined when the row is no object, or when a key is written with escapes. */
  private keysOf(bytes: Uint8Array, from: number, to: number): string[] | undefined {
    const { reader } = this;
    reader.reset(bytes, from, to);
    const keys: string[] = [];
    try {
      if (reader.value() !== 'object' || reader.take(125)) return undefined;
      do {
        reader.key();
        if (reader.escaped || keys.length === MOST) return undefined;
        keys.push(reader.text());
        reader.skip(reader.value());
      } while (reader.take(44));
      return reader.take(125) ? keys : undefined;
    } catch (error) {
      if (error instanceof FlinkFault) return undefined; // The general reader has told what is wrong.
      throw error;
    }
  }
}
