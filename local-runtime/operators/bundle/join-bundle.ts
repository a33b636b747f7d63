import type { JoinSide } from '../../../flink-sql/plan/physical.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { KeyTable } from '../../state/key-table.ts';
import { rowsTable, type StateTable } from '../state-table.ts';
import { BinaryRowHash } from './binary-row-hash.ts';
import { BufferedRows } from './buffered-rows.ts';
import { JavaHashMapOrder } from './java-hash-map.ts';

/** The rows of one join key, by what tells them apart within it (0 where nothing does). */
interface Entry {
  readonly hash: number;
  readonly lists: Map<number, number[]>;
}

/**
 * The rows of one side of a join that wait for the end of a bundle. What cancels out goes at once. With a unique key a change takes
 * the place of one of the same sort before it, and a retraction that of an addition; without one a row cancels an equal row of the
 * other sort. Follows JoinKeyContainsUniqueKeyBundle, InputSideHasUniqueKeyBundle and InputSideHasNoUniqueKeyBundle.
 */
export class JoinBundle {
  private readonly kind: JoinSide['kind'];
  private readonly keyFields: readonly number[];
  private readonly innerFields: readonly number[];
  private readonly keys: KeyTable;
  private readonly keyHash: BinaryRowHash;
  private readonly innerKeys: KeyTable;
  private readonly innerHash: BinaryRowHash;
  private readonly innerHashes = new Map<number, number>();
  private readonly buffer: BufferedRows;
  private readonly entries = new Map<number, Entry>();
  /** Java's table of join keys grows with what was in it at a time, and stays. */
  private most = 0;

  constructor(side: JoinSide, keyFields: readonly number[], types: readonly LogicalType[]) {
    this.kind = side.kind;
    this.keyFields = keyFields;
    this.innerFields = innerFields(side, types);
    this.keys = new KeyTable(keyFields.map((k) => types[k] as LogicalType));
    this.keyHash = new BinaryRowHash(keyFields.map((k) => types[k] as LogicalType));
    const innerTypes = this.innerFields.map((k) => types[k] as LogicalType);
    this.innerKeys = new KeyTable(innerTypes);
    this.innerHash = new BinaryRowHash(innerTypes);
    this.buffer = new BufferedRows(types);
  }

  bind(batch: Batch): void {
    this.keys.encode(this.columns(batch, this.keyFields), 0, batch.length);
    this.innerKeys.encode(this.columns(batch, this.innerFields), 0, batch.length);
    this.buffer.bind(batch);
  }

  private columns(batch: Batch, fields: readonly number[]): Column[] {
    return fields.map((f) => batch.columns[f] as Column);
  }

  add(batch: Batch, i: number): void {
    const key = this.keys.findOrAdd(i);
    let entry = this.keys.added ? undefined : this.entries.get(key);
    if (!entry) {
      entry = { hash: this.keyHash.of(this.columns(batch, this.keyFields), i), lists: new Map() };
      this.entries.set(key, entry);
      this.most = Math.max(this.most, this.entries.size);
    }
    const inner = this.innerKeys.findOrAdd(i);
    if (this.innerKeys.added) this.innerHashes.set(inner, this.innerHash.of(this.columns(batch, this.innerFields), i));
    const list = entry.lists.get(inner) ?? [];
    entry.lists.set(inner, list);
    const kind = batch.kinds === undefined ? INSERT : (batch.kinds[i] as number);
    if (!this.folds(list, accumulates(kind))) list.push(this.buffer.add(batch, i));
    if (list.length > 0) return;
    entry.lists.delete(inner);
    if (entry.lists.size > 0) return;
    this.entries.delete(key);
    this.keys.remove(key);
  }

  /** Whether a row cancels one that waits; the row that it replaces goes. */
  private folds(list: number[], accumulate: boolean): boolean {
    const last = list.at(-1);
    if (last === undefined) return false;
    const lastAccumulates = accumulates(this.buffer.kind(last));
    if (this.kind === 'NONE') {
      if (lastAccumulates === accumulate) return false;
      this.buffer.remove(list.pop() as number);
      return true;
    }
    // An addition after a retraction: both are told.
    if (accumulate && !lastAccumulates) return false;
    this.buffer.remove(list.pop() as number);
    return lastAccumulates && !accumulate;
  }

  /** All rows, key by key in Java's order; the bundle is empty afterwards. Undefined when there are none. */
  take(): Batch | undefined {
    const rows: number[] = [];
    for (const key of this.inOrder()) {
      const { lists } = this.entries.get(key) as Entry;
      const inner = new JavaHashMapOrder(0, 'computeIfAbsent');
      for (const id of lists.keys()) inner.add(id, this.innerHashes.get(id) as number);
      for (const id of inner.drain()) rows.push(...(lists.get(id) as number[]));
      this.keys.remove(key);
    }
    this.entries.clear();
    for (const id of this.innerHashes.keys()) this.innerKeys.remove(id);
    this.innerHashes.clear();
    const batch = rows.length > 0 ? this.buffer.toBatch(rows) : undefined;
    for (const row of rows) this.buffer.remove(row);
    this.keys.sweep();
    this.innerKeys.sweep();
    this.buffer.sweep();
    return batch;
  }

  /** Join keys in Java's order. Without a unique key Java copies what is there into a new table first. */
  private inOrder(): number[] {
    const order = new JavaHashMapOrder(this.most, 'computeIfAbsent');
    for (const [key, { hash }] of this.entries) order.add(key, hash);
    const keys = order.drain();
    if (this.kind !== 'NONE') return keys;
    const copy = new JavaHashMapOrder(0, 'computeIfAbsent');
    for (const key of keys) copy.add(key, (this.entries.get(key) as Entry).hash);
    return copy.drain();
  }

  /** The rows that wait, key by key as they came. */
  describe(title: string, fields: readonly RowField[]): StateTable {
    const ids = [...this.entries.values()].flatMap(({ lists }) => [...lists.values()].flat());
    return rowsTable(title, fields, this.buffer.store, ids);
  }

  get byteLength(): number {
    return this.keys.byteLength + this.innerKeys.byteLength + this.buffer.byteLength;
  }

  snapshot() {
    const { entries, innerHashes, most } = this;
    return {
      keys: this.keys.snapshot(),
      innerKeys: this.innerKeys.snapshot(),
      buffer: this.buffer.snapshot(),
      entries,
      innerHashes,
      most,
    };
  }

  restore(state: ReturnType<JoinBundle['snapshot']>): void {
    this.keys.restore(state.keys);
    this.innerKeys.restore(state.innerKeys);
    this.buffer.restore(state.buffer);
    for (const [key, entry] of state.entries) this.entries.set(key, entry);
    for (const [id, hash] of state.innerHashes) this.innerHashes.set(id, hash);
    this.most = state.most;
  }
}

/** Fields beside the join key that tell rows apart: none, the unique key, or all. */
function innerFields(side: JoinSide, types: readonly LogicalType[]): readonly number[] {
  if (side.kind === 'JOIN_KEY_UNIQUE') return [];
  return side.kind === 'HAS_UNIQUE_KEY' ? side.key : types.map((_, i) => i);
}

function accumulates(kind: number): boolean {
  return kind === INSERT || kind === UPDATE_AFTER;
}
