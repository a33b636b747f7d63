import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { compareValues } from '../../state/canonical.ts';
import { KeyTable } from '../../state/key-table.ts';
import { PackedRows } from '../../state/packed-rows.ts';
import { stateTtl } from '../../state/state-ttl.ts';
import { StoredOutput } from '../../state/stored-output.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { type StateTable, stateTable } from '../state-table.ts';
import { RowOrder } from './row-order.ts';

export interface SortField {
  readonly index: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What Top-N operators need of a Rank or Limit node. */
export interface TopNSettings {
  readonly fields: readonly RowField[];
  readonly partition: readonly number[];
  readonly order: readonly SortField[];
  readonly rankStart: number;
  readonly rankEnd: number;
  readonly outputRankNumber: boolean;
  readonly generateUpdateBefore: boolean;
}

/** Compares rows by their sort fields. */
export function compareKeys(a: readonly Value[], b: readonly Value[], order: readonly SortField[]): number {
  for (let k = 0; k < order.length; k++) {
    const x = a[k] as Value;
    const y = b[k] as Value;
    const { descending, nullsFirst } = order[k] as SortField;
    if (x === null || y === null) {
      if (x === null && y === null) continue;
      return (x === null) === nullsFirst ? -1 : 1;
    }
    const compared = compareValues(x, y);
    if (compared !== 0) return descending ? -compared : compared;
  }
  return 0;
}

/** Rows of one sort key, oldest first; rows are ids in the operator's row store. */
export interface SortEntry {
  readonly key: readonly Value[];
  rows: number[];
  /** When its rows were last written, for a time to live. */
  written?: number;
}

/** A partition's sort keys in order (TopNBuffer). */
export class SortedEntries {
  readonly entries: SortEntry[];
  private readonly order: readonly SortField[];

  constructor(order: readonly SortField[], entries: SortEntry[] = []) {
    this.order = order;
    this.entries = entries;
  }

  /** The place of a key, or where it would go as `-1 - place`. */
  find(key: readonly Value[]): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const compared = compareKeys((this.entries[middle] as SortEntry).key, key, this.order);
      if (compared === 0) return middle;
      if (compared < 0) low = middle + 1;
      else high = middle;
    }
    return -1 - low;
  }

  /** The entry of a key, made when absent. */
  entry(key: readonly Value[]): SortEntry {
    const at = this.find(key);
    if (at >= 0) return this.entries[at] as SortEntry;
    const made: SortEntry = { key, rows: [] };
    this.entries.splice(-1 - at, 0, made);
    return made;
  }

  get size(): number {
    let n = 0;
    for (const entry of this.entries) n += entry.rows.length;
    return n;
  }
}

/**
 * Base of the Top-N operators: keeps partitions and stored rows, and leaves out of the output what lies outside the rank range. A
 * watermark passes. Follows AbstractTopNFunction. With
 * table.exec.state.ttl a partition is looked at by its strategy (`revive`) before each row, which takes away what is gone.
 */
export abstract class TopNOperator<P> implements Operator {
  protected readonly settings: TopNSettings;
  private readonly rows: PackedRows;
  protected readonly rowOrder: RowOrder;
  protected columns: readonly Column[] = [];
  private readonly partitions: KeyTable;
  private states: (P | undefined)[] = [];
  private readonly out: StoredOutput;
  private readonly context: OperatorContext;
  /** ms that state lives; 0 for ever. */
  protected readonly ttl: number;
  /** The clock for the batch at hand. */
  protected now = 0;
  private cursor = 0;

  constructor(settings: TopNSettings, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.settings = settings;
    this.context = context;
    this.ttl = stateTtl(context.options);
    this.rows = new PackedRows(inputTypes);
    this.rowOrder = new RowOrder(this.rows, settings.order);
    this.partitions = new KeyTable(settings.partition.map((p) => inputTypes[p] as LogicalType));
    this.out = new StoredOutput(this.rows, settings.outputRankNumber, (batch) => context.output.emit(batch));
  }

  protected abstract create(): P;
  /** A partition as structured-cloneable data, and back. */
  protected abstract save(partition: P): unknown;
  protected abstract load(saved: unknown): P;
  /** What a strategy keeps beside its partitions. */
  protected saveMore(): unknown {
    return undefined;
  }
  protected restoreMore(_saved: unknown): void {
    // Most strategies keep nothing else.
  }
  /** Takes away what is gone by now; false when nothing of the partition is left. Called only with a time to live. */
  protected abstract revive(partition: P): boolean;
  /** Removes the stored rows of a partition. */
  protected abstract drop(partition: P): void;
  protected abstract row(partition: P, i: number, kind: number): void;
  /** The stored rows of a partition in their order. */
  protected abstract idsOf(partition: P): readonly number[];
  protected bind(_batch: Batch): void {
    // Strategies with a row key look it up here.
  }

  process(batch: Batch): void {
    this.columns = batch.columns;
    this.now = this.context.clock.now();
    this.partitions.encode(
      this.settings.partition.map((p) => batch.columns[p] as Column),
      0,
      batch.length,
    );
    this.rows.bind(batch.columns);
    this.bind(batch);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const partition = this.partitions.findOrAdd(i);
          let state = this.partitions.added ? undefined : this.states[partition];
          if (state !== undefined && this.ttl > 0 && !this.revive(state)) {
            this.drop(state);
            state = undefined;
          }
          if (state === undefined) {
            state = this.create();
            this.states[partition] = state;
          }
          this.row(state, i, batch.kinds === undefined ? INSERT : (batch.kinds[i] as number));
          this.out.flushIfFull();
        }
      },
      (watermark) => this.out.mark(watermark),
    );
    if (this.ttl > 0) this.clean(batch.length + 1);
    this.out.flush();
    this.partitions.sweep();
    this.rows.sweep();
  }

  /** Looks at some more partitions, so that those that no row comes for leave too. */
  private clean(partitions: number): void {
    for (let n = Math.min(partitions, this.states.length); n > 0; n--) {
      const at = this.cursor;
      this.cursor = at + 1 < this.states.length ? at + 1 : 0;
      const state = this.states[at];
      if (state === undefined || this.revive(state)) continue;
      this.drop(state);
      this.states[at] = undefined;
      this.partitions.remove(at);
    }
  }

  /** Whether state last written at `written` is gone. */
  protected gone(written: number): boolean {
    return written + this.ttl <= this.now;
  }

  /** With a rank number, or with an offset, every row whose rank changes is updated. */
  protected get withNumber(): boolean {
    return this.settings.outputRankNumber || this.settings.rankStart > 1;
  }

  protected inEnd(rank: number): boolean {
    return rank <= this.settings.rankEnd;
  }

  protected sortKey(i: number): readonly Value[] {
    return this.settings.order.map(({ index }) => valueAt(this.columns[index] as Column, i));
  }

  protected store(i: number): number {
    return this.rows.add(i);
  }

  /** A stored row is kept no more; it may be emitted still. */
  protected discard(id: number): void {
    this.out.discard(id);
  }

  /** Whether stored row `id` equals row `i` of the batch. */
  protected sameRow(id: number, i: number): boolean {
    return this.rows.same(id, i);
  }

  /** Emits a stored row with its rank, if the rank is in range and the kind is wanted. */
  protected emit(kind: number, id: number, rank: number): void {
    if (rank < this.settings.rankStart || rank > this.settings.rankEnd) return;
    this.emitAlways(kind, id, rank);
  }

  protected emitAlways(kind: number, id: number, rank: number): void {
    if (kind === UPDATE_BEFORE && !this.settings.generateUpdateBefore) return;
    this.out.emit(kind, id, rank);
  }

  /** Rows from `row` on move down by one rank: each takes the place of the next. */
  protected shift(before: number, after: number, rank: number): void {
    this.emit(UPDATE_BEFORE, before, rank);
    this.emit(UPDATE_AFTER, after, rank);
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.rows.byteLength + this.partitions.byteLength;
  }

  describeState(): readonly StateTable[] {
    const fields = [
      { name: 'rank', type: types.int(false) },
      ...this.settings.fields.slice(0, this.rows.fields.length),
    ];
    const table = stateTable('best rows', fields, (columns, end) => {
      for (const id of this.partitions.ids()) {
        const state = this.states[id];
        for (const [rank, row] of (state === undefined ? [] : this.idsOf(state)).entries()) {
          columns[0]?.append(rank + 1);
          this.rows.writeRow(row, columns, 1);
          end();
        }
      }
    });
    return [table];
  }

  snapshot() {
    return {
      rows: this.rows.snapshot(),
      partitions: this.partitions.snapshot(),
      states: this.states.map((state) => state && this.save(state)),
      more: this.saveMore(),
    };
  }

  restore(state: ReturnType<TopNOperator<P>['snapshot']>): void {
    this.rows.restore(state.rows);
    this.partitions.restore(state.partitions);
    this.states = state.states.map((saved) => (saved === undefined ? undefined : this.load(saved)));
    this.restoreMore(state.more);
  }
}
