import type { ChangelogNormalize } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { KeyTable } from '../state/key-table.ts';
import { RowStore } from '../state/row-store.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import type { CalcProgram } from './calc.ts';
import type { Operator, OperatorContext } from './operator.ts';

/**
 * Turns an upsert stream, or a changelog with duplicates, into a full changelog by key. Keeps the last row of each key. +I and +U
 * give +I when the key is new, nothing when the row is the same, else -U (if the consumer needs it) and +U; -D and -U give -D of
 * the row kept. A row that the node's condition refuses is nothing where its key is new, else it takes the kept row away. With table.exec.state.ttl a key that nothing reached for that long is gone, and equal rows give an update too, so that
 * state downstream lives on. A watermark passes. Follows ProcTimeDeduplicateKeepLastRowFunction.processLastRowOnChangelog.
 */
export class ChangelogNormalizeOperator implements Operator {
  private readonly keyFields: readonly number[];
  private readonly updateBefore: boolean;
  private readonly keys: KeyTable;
  private readonly rows: RowStore;
  private rowOf = new Int32Array(128);
  private words = new Int32Array(0);
  private readonly ttl: StateTtl | undefined;
  private readonly context: OperatorContext;
  private readonly out: RowWriter;
  /** Gives the rows that pass the node's condition as TRUE in one column. */
  private readonly filter: CalcProgram | undefined;

  constructor(
    node: ChangelogNormalize,
    inputTypes: readonly LogicalType[],
    context: OperatorContext,
    filter?: CalcProgram,
  ) {
    this.filter = filter;
    this.keyFields = node.keys;
    this.context = context;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.updateBefore = node.traits.changelogMode.updateBefore;
    this.keys = new KeyTable(node.keys.map((k) => inputTypes[k] as LogicalType));
    this.rows = new RowStore(inputTypes);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    const { columns, kinds } = batch;
    this.ttl?.bind(this.context.clock.now());
    this.keys.encode(
      this.keyFields.map((k) => columns[k] as Column),
      0,
      batch.length,
    );
    const need = batch.length * this.rows.width;
    if (this.words.length < need) this.words = new Int32Array(need);
    this.rows.encode(columns, 0, batch.length, this.words);
    const passes = this.filter?.run(batch).columns[0];
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          const comes = kind === INSERT || kind === UPDATE_AFTER;
          if (comes && (passes === undefined || isTrueAt(passes, i))) this.upsert(columns, i);
          else this.delete(i);
          this.out.flushIfFull();
        }
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
    this.ttl?.clean(batch.length + 1, (key) => this.forget(key));
    this.keys.sweep();
    this.rows.sweep();
  }

  private upsert(columns: readonly Column[], i: number): void {
    this.dropExpired(i);
    const key = this.keys.findOrAdd(i);
    this.ttl?.touch(key);
    const at = i * this.rows.width;
    if (this.keys.added) {
      if (key >= this.rowOf.length) {
        const wider = new Int32Array(this.rowOf.length * 2);
        wider.set(this.rowOf);
        this.rowOf = wider;
      }
      this.rowOf[key] = this.rows.add(this.words, at);
      this.out.copy(columns, i, INSERT);
      return;
    }
    const row = this.rowOf[key] as number;
    if (!this.ttl && this.same(row, at)) return;
    if (this.updateBefore) {
      this.rows.writeRow(row, this.out.columns, 0);
      this.out.end(UPDATE_BEFORE);
    }
    this.out.copy(columns, i, UPDATE_AFTER);
    this.rows.replace(row, this.words, at);
  }

  private same(row: number, at: number): boolean {
    const { width, words } = this.rows;
    for (let w = 0; w < width; w++) if (words[row * width + w] !== this.words[at + w]) return false;
    return true;
  }

  private dropExpired(i: number): void {
    if (!this.ttl) return;
    const key = this.keys.find(i);
    if (key >= 0 && this.ttl.expired(key)) this.forget(key);
  }

  private forget(key: number): void {
    this.ttl?.forget(key);
    this.rows.remove(this.rowOf[key] as number);
    this.keys.remove(key);
  }

  private delete(i: number): void {
    this.dropExpired(i);
    const key = this.keys.find(i);
    if (key < 0) return;
    const row = this.rowOf[key] as number;
    this.rows.writeRow(row, this.out.columns, 0);
    this.out.end(DELETE);
    this.forget(key);
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength;
  }

  snapshot() {
    return { ttl: this.ttl?.snapshot(), rowOf: this.rowOf, keys: this.keys.snapshot(), rows: this.rows.snapshot() };
  }

  restore(state: ReturnType<ChangelogNormalizeOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.rowOf = state.rowOf;
    this.keys.restore(state.keys);
    this.rows.restore(state.rows);
  }
}

function isTrueAt(column: Column, i: number): boolean {
  return column.kind === 'bool' && column.values[i] === 1 && column.nulls?.[i] !== 1;
}
