import type { JoinSide } from '../../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';
import { PackedRows } from '../../state/packed-rows.ts';

/**
 * The rows of an insert-only input of an inner join by join key, in the order they came; none ever goes. Without a unique key equal
 * rows stand beside each other and need not be told apart; with one, a row takes the place of that with the same key.
 */
export class AppendSide {
  readonly rows: PackedRows;
  private readonly identity: KeyTable | undefined;
  private readonly identityFields: readonly number[];
  /** By row: the next of its key, plus 1; 0 ends. */
  next = new Int32Array(128);
  /** By key: its first row, plus 1; 0 for none. */
  heads = new Int32Array(128);
  private tails = new Int32Array(128);
  private fresh = new Int32Array(0);
  private ids = new Int32Array(0);

  constructor(side: JoinSide, keyFields: readonly number[], types: readonly LogicalType[]) {
    this.rows = new PackedRows(types);
    const unique = side.kind === 'HAS_UNIQUE_KEY' ? side.key : [];
    this.identityFields = [...new Set([...keyFields, ...unique])];
    if (side.kind === 'NONE') return;
    this.identity = new KeyTable(this.identityFields.map((f) => types[f] as LogicalType));
  }

  /** Makes room in `heads` for keys below `capacity`. */
  widen(capacity: number): void {
    while (this.heads.length < capacity) {
      this.heads = doubled(this.heads);
      this.tails = doubled(this.tails);
    }
  }

  /** Adds the rows of a batch under their keys; those of key -1 match nothing and are left out. */
  addAll(batch: Batch, keys: Int32Array): void {
    const { length, columns } = batch;
    if (this.fresh.length < length) {
      this.fresh = new Int32Array(length);
      this.ids = new Int32Array(length);
    }
    this.rows.bind(columns);
    if (this.identity) this.addUnique(this.identity, batch, keys);
    else this.addEach(length, keys);
    this.rows.sweep();
  }

  private addEach(length: number, keys: Int32Array): void {
    const { fresh, ids } = this;
    let count = 0;
    for (let i = 0; i < length; i++) if ((keys[i] as number) >= 0) fresh[count++] = i;
    this.rows.addRows(fresh, count, ids);
    this.room(this.rows.capacity);
    for (let k = 0; k < count; k++) this.link(ids[k] as number, keys[fresh[k] as number] as number);
  }

  /** Rows and identities have the same numbers: neither ever goes. */
  private addUnique(identity: KeyTable, { columns, length }: Batch, keys: Int32Array): void {
    identity.encode(
      this.identityFields.map((f) => columns[f] as Column),
      0,
      length,
    );
    for (let i = 0; i < length; i++) {
      const key = keys[i] as number;
      if (key < 0) continue;
      const known = identity.findOrAdd(i);
      if (!identity.added) {
        this.rows.replace(known, i);
        continue;
      }
      const id = this.rows.add(i);
      this.room(id + 1);
      this.link(id, key);
    }
    identity.sweep();
  }

  private room(rows: number): void {
    while (this.next.length < rows) this.next = doubled(this.next);
  }

  private link(id: number, key: number): void {
    const tail = this.tails[key] as number;
    this.next[id] = 0;
    if (tail === 0) this.heads[key] = id + 1;
    else this.next[tail - 1] = id + 1;
    this.tails[key] = id + 1;
  }

  get byteLength(): number {
    return this.rows.byteLength + (this.identity?.byteLength ?? 0) + this.next.byteLength + this.heads.byteLength * 2;
  }

  snapshot() {
    return {
      rows: this.rows.snapshot(),
      identity: this.identity?.snapshot(),
      next: this.next,
      heads: this.heads,
      tails: this.tails,
    };
  }

  restore(state: ReturnType<AppendSide['snapshot']>): void {
    this.rows.restore(state.rows);
    if (state.identity) this.identity?.restore(state.identity);
    this.next = state.next;
    this.heads = state.heads;
    this.tails = state.tails;
  }
}
