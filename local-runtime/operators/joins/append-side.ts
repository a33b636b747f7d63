import type { JoinSide } from '../../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { KeyTable } from '../../state/key-table.ts';
import { LinkedRows } from './linked-rows.ts';

/**
 * The rows of an insert-only input of an inner join by join key, in the order they came; none ever goes. Without a unique key equal
 * rows stand beside each other and need not be told apart; with one, a row takes the place of that with the same key.
 */
export class AppendSide {
  /** By join key. */
  readonly lists: LinkedRows;
  private readonly identity: KeyTable | undefined;
  private readonly identityFields: readonly number[];
  private fresh = new Int32Array(0);
  private ids = new Int32Array(0);

  constructor(side: JoinSide, keyFields: readonly number[], types: readonly LogicalType[]) {
    this.lists = new LinkedRows(types);
    const unique = side.kind === 'HAS_UNIQUE_KEY' ? side.key : [];
    this.identityFields = [...new Set([...keyFields, ...unique])];
    if (side.kind === 'NONE') return;
    this.identity = new KeyTable(this.identityFields.map((f) => types[f] as LogicalType));
  }

  /** Adds the rows of a batch under their keys; those of key -1 match nothing and are left out. */
  addAll(batch: Batch, keys: Int32Array): void {
    const { length, columns } = batch;
    if (this.fresh.length < length) {
      this.fresh = new Int32Array(length);
      this.ids = new Int32Array(length);
    }
    const { rows } = this.lists;
    rows.bind(columns);
    if (this.identity) this.addUnique(this.identity, batch, keys);
    else this.addEach(length, keys);
    rows.sweep();
  }

  private addEach(length: number, keys: Int32Array): void {
    const { fresh, ids, lists } = this;
    let count = 0;
    for (let i = 0; i < length; i++) if ((keys[i] as number) >= 0) fresh[count++] = i;
    lists.rows.addRows(fresh, count, ids);
    for (let k = 0; k < count; k++) lists.link(ids[k] as number, keys[fresh[k] as number] as number);
  }

  /** Rows and identities have the same numbers: neither ever goes. */
  private addUnique(identity: KeyTable, { columns, length }: Batch, keys: Int32Array): void {
    const { lists } = this;
    identity.encode(
      this.identityFields.map((f) => columns[f] as Column),
      0,
      length,
    );
    for (let i = 0; i < length; i++) {
      const key = keys[i] as number;
      if (key < 0) continue;
      const known = identity.findOrAdd(i);
      if (identity.added) lists.link(lists.rows.add(i), key);
      else lists.rows.replace(known, i);
    }
    identity.sweep();
  }

  get byteLength(): number {
    return this.lists.byteLength + (this.identity?.byteLength ?? 0);
  }

  snapshot() {
    return { lists: this.lists.snapshot(), identity: this.identity?.snapshot() };
  }

  restore(state: ReturnType<AppendSide['snapshot']>): void {
    this.lists.restore(state.lists);
    if (state.identity) this.identity?.restore(state.identity);
  }
}
