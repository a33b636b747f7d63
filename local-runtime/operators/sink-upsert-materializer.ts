import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { KeyTable } from '../state/key-table.ts';
import { PackedRows } from '../state/packed-rows.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** A row of a key, and what tells it apart from others of the key (ids in their stores). */
interface Held {
  readonly row: number;
  readonly identity: number;
}

/**
 * Makes an upsert stream by the sink's key of a changelog whose rows have another key. Keeps the rows of each key in the order they
 * came. An added row gives +I when it is the only one, else +U, and takes the place of the row with the same upsert key. A retracted
 * row gives -D when it was the last one left, +U of the row before it when it was the latest, else nothing; a row that is not there
 * is passed over. With table.exec.state.ttl a key that nothing reached for that long is gone. A watermark passes. Follows SinkUpsertMaterializer.
 */
export class SinkUpsertMaterializer implements Operator {
  private readonly primaryKey: readonly number[];
  private readonly upsertKey: readonly number[] | undefined;
  private readonly keys: KeyTable;
  private readonly rows: PackedRows;
  private readonly identities: PackedRows;
  private lists: Held[][] = [];
  private readonly ttl: StateTtl | undefined;
  private readonly context: OperatorContext;
  private readonly out: RowWriter;

  /** `primaryKey`: the sink's, `upsertKey`: the input's smallest; without one a row is told by all its columns. */
  constructor(
    primaryKey: readonly number[],
    upsertKey: readonly number[] | undefined,
    types: readonly LogicalType[],
    context: OperatorContext,
  ) {
    this.context = context;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.primaryKey = primaryKey;
    this.upsertKey = upsertKey;
    this.keys = new KeyTable(primaryKey.map((k) => types[k] as LogicalType));
    this.rows = new PackedRows(types);
    this.identities = upsertKey ? new PackedRows(upsertKey.map((k) => types[k] as LogicalType)) : this.rows;
    this.out = new RowWriter(types, (batch) => context.output.emit(batch));
  }

  process(batch: Batch): void {
    const { columns, kinds, length } = batch;
    this.ttl?.bind(this.context.clock.now());
    this.keys.encode(
      this.primaryKey.map((k) => columns[k] as Column),
      0,
      length,
    );
    this.rows.bind(columns);
    if (this.upsertKey) this.identities.bind(this.upsertKey.map((k) => columns[k] as Column));
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          if (kind === INSERT || kind === UPDATE_AFTER) this.add(columns, i);
          else this.retract(columns, i);
          this.out.flushIfFull();
        }
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
    this.ttl?.clean(length + 1, (key) => this.forget(key));
    this.keys.sweep();
    this.rows.sweep();
    if (this.identities !== this.rows) this.identities.sweep();
  }

  private add(columns: readonly Column[], i: number): void {
    this.dropExpired(i);
    const key = this.keys.findOrAdd(i);
    this.ttl?.touch(key);
    const list = this.keys.added ? [] : (this.lists[key] as Held[]);
    this.lists[key] = list;
    this.out.copy(columns, i, list.length === 0 ? INSERT : UPDATE_AFTER);
    const row = this.rows.add(i);
    if (!this.upsertKey) {
      list.push({ row, identity: row });
      return;
    }
    const at = this.find(list, i);
    const old = list[at];
    if (old) {
      this.rows.remove(old.row);
      list[at] = { row, identity: old.identity };
    } else {
      list.push({ row, identity: this.identities.add(i) });
    }
  }

  private dropExpired(i: number): void {
    if (!this.ttl) return;
    const key = this.keys.find(i);
    if (key >= 0 && this.ttl.expired(key)) this.forget(key);
  }

  private forget(key: number): void {
    this.ttl?.forget(key);
    for (const { row, identity } of this.lists[key] as Held[]) {
      this.rows.remove(row);
      if (this.upsertKey) this.identities.remove(identity);
    }
    this.keys.remove(key);
  }

  private retract(columns: readonly Column[], i: number): void {
    this.dropExpired(i);
    const key = this.keys.find(i);
    const list = key < 0 ? [] : (this.lists[key] as Held[]);
    const at = this.find(list, i);
    const [gone] = at < 0 ? [] : list.splice(at, 1);
    if (!gone) return;
    this.ttl?.touch(key);
    this.rows.remove(gone.row);
    if (this.upsertKey) this.identities.remove(gone.identity);
    const latest = list.at(-1);
    if (!latest) {
      this.out.copy(columns, i, DELETE);
      this.forget(key);
    } else if (at === list.length) {
      this.rows.writeRow(latest.row, this.out.columns, 0);
      this.out.end(UPDATE_AFTER);
    }
  }

  /** The first row of a key that row `i` of the batch stands for, or -1. */
  private find(list: readonly Held[], i: number): number {
    return list.findIndex(({ identity }) => this.identities.same(identity, i));
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength;
  }

  snapshot() {
    const identities = this.upsertKey ? this.identities.snapshot() : undefined;
    const { lists } = this;
    return { ttl: this.ttl?.snapshot(), keys: this.keys.snapshot(), rows: this.rows.snapshot(), identities, lists };
  }

  restore(state: ReturnType<SinkUpsertMaterializer['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.keys.restore(state.keys);
    this.rows.restore(state.rows);
    if (state.identities) this.identities.restore(state.identities);
    this.lists = state.lists;
  }
}
