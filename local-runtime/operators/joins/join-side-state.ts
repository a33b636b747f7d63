import type { JoinSide } from '../../../flink-sql/plan/physical.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';
import { PackedRows } from '../../state/packed-rows.ts';
import { RowTable } from '../../state/row-table.ts';
import { StateTtl } from '../../state/state-ttl.ts';
import { type StateTable, stateTable } from '../state-table.ts';
import type { JoinKeys } from './join-keys.ts';

/**
 * The rows of one join input by join key (JoinRecordStateViews and OuterJoinRecordStateViews): one a key where the join key is
 * unique, one a unique key, or each distinct row with how often it is there; with the number of rows of the other side that it
 * matches. Records of a key are linked in the order they came. With a time to live each record is gone by itself when it has not
 * been written for that long; adding it, taking one of several away and counting its matches anew are writes.
 */
export class JoinSideState {
  private readonly keys: JoinKeys;
  /** Rows without a unique key, told apart by all their values. */
  private readonly distinct: RowTable | undefined;
  /** Else what tells records of a key apart: fields beside the join key; and the rows, by record. */
  private readonly identity: KeyTable | undefined;
  private readonly identityFields: readonly number[];
  private readonly rows: PackedRows;
  private rowOf = new Int32Array(128);
  private keyOf = new Int32Array(128);
  private counts = new Int32Array(128);
  private associations = new Int32Array(128);
  private next = new Int32Array(128);
  private previous = new Int32Array(128);
  private heads = new Int32Array(64);
  private tails = new Int32Array(64);
  private readonly ttl: StateTtl | undefined;

  /** `ttl`: ms that a record lives without being written; 0 for ever. */
  constructor(
    side: JoinSide,
    keyFields: readonly number[],
    types: readonly LogicalType[],
    keys: JoinKeys,
    ttl: number,
  ) {
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.keys = keys;
    this.identityFields = [...new Set([...keyFields, ...(side.kind === 'HAS_UNIQUE_KEY' ? side.key : [])])];
    if (side.kind === 'NONE') this.distinct = new RowTable(types);
    else this.identity = new KeyTable(this.identityFields.map((f) => types[f] as LogicalType));
    this.rows = this.distinct?.rows ?? new PackedRows(types);
  }

  /** Sets the clock that records expire by. */
  bindClock(now: number): void {
    this.ttl?.bind(now);
  }

  bind({ columns, length }: Batch): void {
    this.distinct?.bind(columns, length);
    if (!this.identity) return;
    this.rows.bind(columns);
    this.identity.encode(
      this.identityFields.map((f) => columns[f] as Column),
      0,
      length,
    );
  }

  /** The record that row `i` is or takes the place of; -1 when there is none. */
  private find(i: number): number {
    return this.distinct ? this.distinct.find(i) : (this.identity as KeyTable).find(i);
  }

  /** Adds row `i` under a key, matched by `associations` rows of the other side (addRecord). */
  add(key: number, i: number, associations: number): void {
    if (this.ttl) this.dropExpired(i, this.ttl);
    const { distinct } = this;
    const table = distinct ?? (this.identity as KeyTable);
    const record = table.findOrAdd(i);
    const { added } = table;
    if (added) this.link(record, key);
    if (!distinct) {
      if (added) this.rowOf[record] = this.rows.add(i);
      else this.rows.replace(this.rowOf[record] as number, i);
    }
    this.counts[record] = added || !distinct ? 1 : (this.counts[record] as number) + 1;
    this.associations[record] = associations;
    this.ttl?.touch(record);
  }

  private dropExpired(i: number, ttl: StateTtl): void {
    const record = this.find(i);
    if (record >= 0 && ttl.expired(record)) this.remove(record);
  }

  private link(record: number, key: number): void {
    if (record >= this.keyOf.length) {
      this.rowOf = doubled(this.rowOf);
      this.keyOf = doubled(this.keyOf);
      this.counts = doubled(this.counts);
      this.associations = doubled(this.associations);
      this.next = doubled(this.next);
      this.previous = doubled(this.previous);
    }
    while (key >= this.heads.length) {
      this.heads = doubled(this.heads);
      this.tails = doubled(this.tails);
    }
    const tail = this.tails[key] as number;
    this.keyOf[record] = key;
    this.next[record] = 0;
    this.previous[record] = tail;
    if (tail === 0) this.heads[key] = record + 1;
    else this.next[tail - 1] = record + 1;
    this.tails[key] = record + 1;
    this.keys.retain(key);
  }

  /** Takes row `i` away (retractRecord); a row that is not there is passed over. */
  retract(i: number): void {
    const record = this.find(i);
    if (record < 0) return;
    const expired = this.ttl?.expired(record) === true;
    if (this.distinct && (this.counts[record] as number) > 1 && !expired) {
      this.counts[record] = (this.counts[record] as number) - 1;
      this.ttl?.touch(record);
      return;
    }
    this.remove(record);
  }

  private remove(record: number): void {
    this.ttl?.forget(record);
    const key = this.keyOf[record] as number;
    const next = this.next[record] as number;
    const previous = this.previous[record] as number;
    if (next !== 0) this.previous[next - 1] = previous;
    else this.tails[key] = previous;
    if (previous !== 0) this.next[previous - 1] = next;
    else this.heads[key] = next;
    if (this.distinct) this.distinct.remove(record);
    else {
      this.identity?.remove(record);
      this.rows.remove(this.rowOf[record] as number);
    }
    this.keys.release(key);
  }

  /** Collects the records of a key, each as often as it is there. */
  collect(key: number, into: number[]): void {
    into.length = 0;
    if (key >= this.heads.length) return;
    for (let at = this.heads[key] as number; at !== 0; at = this.next[at - 1] as number) {
      if (this.ttl?.expired(at - 1)) continue;
      for (let n = this.counts[at - 1] as number; n > 0; n--) into.push(at - 1);
    }
  }

  associationsOf(record: number): number {
    return this.associations[record] as number;
  }

  setAssociations(record: number, n: number): void {
    this.associations[record] = n;
    this.ttl?.touch(record);
  }

  /** Takes some more records away that are gone, and keys with them. Call between batches. */
  clean(records: number): void {
    this.ttl?.clean(records, (record) => {
      const key = this.keyOf[record] as number;
      this.remove(record);
      this.keys.dropUnused(key);
    });
  }

  /** Appends a record's row to `writers[offset]` on. */
  write(record: number, writers: readonly ColumnWriter[], offset: number): void {
    this.rows.writeRow(this.distinct ? record : (this.rowOf[record] as number), writers, offset);
  }

  /** Appends field `f` of a record's row. */
  writeField(record: number, f: number, to: ColumnWriter): void {
    this.rows.write(this.distinct ? record : (this.rowOf[record] as number), f, to);
  }

  sweep(): void {
    this.identity?.sweep();
    this.rows.sweep();
  }

  /** Records kept. */
  get size(): number {
    return this.rows.live;
  }

  get byteLength(): number {
    const rows = this.distinct?.byteLength ?? this.rows.byteLength + (this.identity?.byteLength ?? 0);
    return rows + this.keyOf.byteLength * 6 + (this.ttl?.byteLength ?? 0);
  }

  /** All records: their rows, how often each is there, and how many rows of the other side it matches. */
  describe(title: string, fields: readonly RowField[]): StateTable {
    const counted = [
      ...fields,
      ...(this.distinct ? [{ name: 'times', type: types.int(false) }] : []),
      { name: 'matches', type: types.int(false) },
    ];
    return stateTable(title, counted, (columns, end) => {
      for (const record of this.distinct?.ids() ?? this.identity?.ids() ?? []) {
        this.write(record, columns, 0);
        if (this.distinct) columns[fields.length]?.append(this.counts[record] as number);
        columns.at(-1)?.append(this.associations[record] as number);
        end();
      }
    });
  }

  snapshot() {
    return {
      distinct: this.distinct?.snapshot(),
      identity: this.identity?.snapshot(),
      rows: this.distinct ? undefined : this.rows.snapshot(),
      ttl: this.ttl?.snapshot(),
      rowOf: this.rowOf,
      keyOf: this.keyOf,
      counts: this.counts,
      associations: this.associations,
      next: this.next,
      previous: this.previous,
      heads: this.heads,
      tails: this.tails,
    };
  }

  restore(state: ReturnType<JoinSideState['snapshot']>): void {
    if (state.distinct) this.distinct?.restore(state.distinct);
    if (state.identity) this.identity?.restore(state.identity);
    if (state.rows) this.rows.restore(state.rows);
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.rowOf = state.rowOf;
    this.keyOf = state.keyOf;
    this.counts = state.counts;
    this.associations = state.associations;
    this.next = state.next;
    this.previous = state.previous;
    this.heads = state.heads;
    this.tails = state.tails;
  }
}
