import type { JoinSide } from '../../../flink-sql/plan/physical.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';
import { type StateTable, stateTable } from '../state-table.ts';
import { LinkedRows } from './linked-rows.ts';

/**
 * The rows of an insert-only input of a join by join key, in the order they came, and where it is asked how many rows of the other side
 * each matches; none ever goes. Without a unique key equal rows stand beside each other and need not be told apart; with one, a row
 * takes the place of that with the same key.
 */
export class AppendSide {
  /** By join key. */
  readonly lists: LinkedRows;
  /** By row, how many rows of the other side it matches. */
  associations = new Int32Array(128);
  private readonly counts: boolean;
  private readonly identity: KeyTable | undefined;
  private readonly identityFields: readonly number[];
  private fresh = new Int32Array(0);
  private ids = new Int32Array(0);

  /** `counts`: whether matches are counted. */
  constructor(side: JoinSide, keyFields: readonly number[], types: readonly LogicalType[], counts: boolean) {
    this.counts = counts;
    this.lists = new LinkedRows(types);
    const unique = side.kind === 'HAS_UNIQUE_KEY' ? side.key : [];
    this.identityFields = [...new Set([...keyFields, ...unique])];
    if (side.kind === 'NONE') return;
    this.identity = new KeyTable(this.identityFields.map((f) => types[f] as LogicalType));
  }

  /** Adds the rows of a batch under their keys, each with its matches; those of key -1 match nothing and are left out. */
  addAll(batch: Batch, keys: Int32Array, matches: Int32Array): void {
    const { length, columns } = batch;
    if (this.fresh.length < length) {
      this.fresh = new Int32Array(length);
      this.ids = new Int32Array(length);
    }
    const { rows } = this.lists;
    rows.bind(columns);
    if (this.identity) this.addUnique(this.identity, batch, keys, matches);
    else this.addEach(length, keys, matches);
    rows.sweep();
  }

  private addEach(length: number, keys: Int32Array, matches: Int32Array): void {
    const { fresh, ids, lists } = this;
    let count = 0;
    for (let i = 0; i < length; i++) if ((keys[i] as number) >= 0) fresh[count++] = i;
    lists.rows.addRows(fresh, count, ids);
    for (let k = 0; k < count; k++) lists.link(ids[k] as number, keys[fresh[k] as number] as number);
    if (!this.counts) return;
    this.room();
    for (let k = 0; k < count; k++) this.associations[ids[k] as number] = matches[fresh[k] as number] as number;
  }

  private room(): void {
    while (this.associations.length < this.lists.rows.capacity) this.associations = doubled(this.associations);
  }

  /** Rows and identities have the same numbers: neither ever goes. */
  private addUnique(identity: KeyTable, { columns, length }: Batch, keys: Int32Array, matches: Int32Array): void {
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
      if (!this.counts) continue;
      this.room();
      this.associations[known] = matches[i] as number;
    }
    identity.sweep();
  }

  get byteLength(): number {
    return this.lists.byteLength + (this.identity?.byteLength ?? 0) + this.associations.byteLength;
  }

  /** All rows, and where it is asked how many rows of the other side each matches. */
  describe(title: string, fields: readonly RowField[]): StateTable {
    const counted = [...fields, ...(this.counts ? [{ name: 'matches', type: types.int(false) }] : [])];
    return stateTable(title, counted, (columns, end) => {
      // None ever goes: their numbers are without gaps.
      for (let id = 0; id < this.lists.rows.live; id++) {
        this.lists.rows.writeRow(id, columns, 0);
        if (this.counts) columns.at(-1)?.append(this.associations[id] as number);
        end();
      }
    });
  }

  snapshot() {
    return {
      lists: this.lists.snapshot(),
      identity: this.identity?.snapshot(),
      associations: this.associations,
    };
  }

  restore(state: ReturnType<AppendSide['snapshot']>): void {
    this.lists.restore(state.lists);
    this.associations = state.associations;
    if (state.identity) this.identity?.restore(state.identity);
  }
}
