import type { ArrowCell, Rows } from './arrow-rows.ts';

/** Row kinds as Flink's RowKind.toByteValue numbers them. */
const INSERT = 0;
const UPDATE_BEFORE = 1;
const UPDATE_AFTER = 2;

type Row = readonly ArrowCell[];

/**
 * The table that a changelog describes: rows in the order they came, an update in its old place.
 *
 * Without a key, rows are a multiset: −U and −D take away one equal row, so duplicates and nulls are right. With an
 * upsert key, +I and +U replace the row of their key and −D removes it, whatever its other columns say. State: one
 * entry a live row. A retraction of a row that is not there is counted and passed over: the changelog of a filter over
 * an aggregate withdraws halves of updates one by one, and a limit may have dropped the row.
 */
export class ChangelogTable {
  readonly #width: number;
  readonly #limit: number;
  readonly #key: readonly number[] | undefined;
  /** Live rows and, where one was removed, undefined until the next compaction. */
  #slots: (Row | undefined)[] = [];
  #live = 0;
  /** Key of a row → its slots, the last one the newest. A single slot is stored bare. */
  #index = new Map<string, number | number[]>();
  /** The slot that a −U left, to be taken by the +U that follows it. */
  #vacated: number | undefined;
  #oldest = 0;
  #dropped = 0;
  #unmatched = 0;

  /** @param limit most live rows; beyond it the oldest go. @param key columns of the upsert key, if there is one. */
  constructor(width: number, limit: number, key?: readonly number[]) {
    this.#width = width;
    this.#limit = limit;
    this.#key = key && key.length > 0 ? key : undefined;
  }

  get size(): number {
    return this.#live;
  }

  /** Rows let go because of the limit. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Retractions that found no row. */
  get unmatched(): number {
    return this.#unmatched;
  }

  apply(rows: Rows): void {
    for (let i = 0; i < rows.length; i++) {
      const row: ArrowCell[] = new Array(this.#width);
      for (let c = 0; c < this.#width; c++) row[c] = rows.cell(c, i);
      const kind = rows.kinds[i];
      const key = this.#keyOf(row);
      if (kind === INSERT || kind === UPDATE_AFTER) {
        this.#add(key, row, kind === UPDATE_AFTER ? this.#vacated : undefined);
        this.#vacated = undefined;
      } else if (kind !== UPDATE_BEFORE || !this.#key) {
        const slot = this.#remove(key);
        this.#vacated = kind === UPDATE_BEFORE ? slot : undefined;
      }
    }
  }

  /** The live row at a position, 0 the oldest. */
  row(position: number): Row | undefined {
    const kept = this.#vacated === undefined ? 0 : 1;
    if (this.#live + kept !== this.#slots.length) this.#compact();
    return this.#slots[this.#vacated !== undefined && position >= this.#vacated ? position + 1 : position];
  }

  #add(key: string, row: Row, vacated: number | undefined): void {
    if (this.#key) {
      const held = this.#index.get(key);
      if (typeof held === 'number') {
        this.#slots[held] = row;
        return;
      }
    }
    const slot = vacated ?? this.#slots.length;
    this.#slots[slot] = row;
    this.#live++;
    this.#oldest = Math.min(this.#oldest, slot);
    this.#note(key, slot);
    if (this.#live > this.#limit) this.#dropOldest();
    if (this.#slots.length > 2 * this.#live + 1024) this.#compact();
  }

  #remove(key: string): number | undefined {
    const held = this.#index.get(key);
    if (held === undefined) {
      this.#unmatched++;
      return undefined;
    }
    let slot: number;
    if (typeof held === 'number') {
      slot = held;
      this.#index.delete(key);
    } else {
      slot = held.pop() as number;
      if (held.length === 1) this.#index.set(key, held[0] as number);
    }
    this.#slots[slot] = undefined;
    this.#live--;
    return slot;
  }

  #note(key: string, slot: number): void {
    const held = this.#index.get(key);
    if (held === undefined) this.#index.set(key, slot);
    else if (typeof held === 'number') this.#index.set(key, [held, slot]);
    else held.push(slot);
  }

  #dropOldest(): void {
    while (this.#slots[this.#oldest] === undefined && this.#oldest < this.#slots.length) this.#oldest++;
    const row = this.#slots[this.#oldest];
    if (!row) return;
    const key = this.#keyOf(row);
    const held = this.#index.get(key);
    if (typeof held === 'number') this.#index.delete(key);
    else if (held) {
      const rest = held.filter((slot) => slot !== this.#oldest);
      this.#index.set(key, rest.length === 1 ? (rest[0] as number) : rest);
    }
    this.#slots[this.#oldest] = undefined;
    this.#oldest++;
    this.#live--;
    this.#dropped++;
  }

  #compact(): void {
    const vacated = this.#vacated;
    this.#vacated = undefined;
    const slots: (Row | undefined)[] = [];
    this.#index = new Map();
    for (const [old, row] of this.#slots.entries()) {
      // The place that a −U left stays until its +U has come.
      if (old === vacated) {
        this.#vacated = slots.length;
        slots.push(undefined);
      }
      if (!row) continue;
      const slot = slots.length;
      slots.push(row);
      this.#note(this.#keyOf(row), slot);
    }
    this.#slots = slots;
    this.#oldest = 0;
  }

  /** A text that two rows share only if their cells are equal and null is told from everything else. */
  #keyOf(row: Row): string {
    let key = '';
    if (this.#key) {
      for (const column of this.#key) key += cellKey(row[column] ?? null);
    } else {
      for (const cell of row) key += cellKey(cell);
    }
    return key;
  }
}

function cellKey(cell: ArrowCell): string {
  if (cell === null) return 'n';
  if (typeof cell === 'string') return `${cell.length}:${cell}`;
  if (cell instanceof Uint8Array) return `${cell.length}x${Buffer.from(cell).toString('latin1')}`;
  return `${String(cell)};`;
}
