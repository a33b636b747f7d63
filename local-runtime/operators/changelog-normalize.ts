import type { ChangelogNormalize } from '../../flink-sql/plan/physical.ts';
import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import type { ColumnWriter } from '../state/column-writer.ts';
import { batchRow, KeptRows } from '../state/kept-rows.ts';
import { KeyTable } from '../state/key-table.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import type { CalcProgram } from './calc.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';

/**
 * Turns an upsert stream, or a changelog with duplicates, into a full changelog by key. Keeps the last row of each key. +I and +U
 * give +I when the key is new, nothing when the row is the same, else -U (if the consumer needs it) and +U; -D and -U give -D of
 * the row kept. A row that the node's condition refuses is nothing where its key is new, else it takes the kept row away. With table.exec.state.ttl a key that nothing reached for that long is gone, and equal rows give an update too, so that
 * state downstream lives on. A watermark passes. Follows ProcTimeDeduplicateKeepLastRowFunction.processLastRowOnChangelog.
 */
export class ChangelogNormalizeOperator implements Operator {
  private readonly fields: readonly RowField[];
  private readonly keyFields: readonly number[];
  private readonly updateBefore: boolean;
  private readonly keys: KeyTable;
  private readonly kept: KeptRows;
  private readonly ttl: StateTtl | undefined;
  private readonly context: OperatorContext;
  /** Gives the rows that pass the node's condition as TRUE in one column. */
  private readonly filter: CalcProgram | undefined;

  constructor(
    node: ChangelogNormalize,
    inputTypes: readonly LogicalType[],
    context: OperatorContext,
    filter?: CalcProgram,
  ) {
    this.filter = filter;
    this.fields = node.input.fields;
    this.keyFields = node.keys;
    this.context = context;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.updateBefore = node.traits.changelogMode.updateBefore;
    this.keys = new KeyTable(node.keys.map((k) => inputTypes[k] as LogicalType));
    this.kept = new KeptRows(inputTypes);
  }

  process(batch: Batch): void {
    const { columns, kinds } = batch;
    this.kept.bind(batch);
    this.ttl?.bind(this.context.clock.now());
    this.keys.encode(
      this.keyFields.map((k) => columns[k] as Column),
      0,
      batch.length,
    );
    const passes = this.filter?.run(batch).columns[0];
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          const comes = kind === INSERT || kind === UPDATE_AFTER;
          if (comes && (passes === undefined || isTrueAt(passes, i))) this.upsert(i);
          else this.delete(i);
        }
      },
      (watermark) => this.kept.mark(watermark),
    );
    this.ttl?.clean(batch.length + 1, (key) => this.forget(key));
    const out = this.kept.finish();
    if (out) this.context.output.emit(out);
    this.keys.sweep();
  }

  private upsert(i: number): void {
    const { kept } = this;
    this.dropExpired(i);
    const key = this.keys.findOrAdd(i);
    this.ttl?.touch(key);
    if (this.keys.added) {
      kept.addKey(key);
      kept.put(key, i);
      kept.emit(INSERT, batchRow(i));
      return;
    }
    const row = kept.of(key);
    if (!this.ttl && kept.same(row, i)) return;
    if (this.updateBefore) kept.emit(UPDATE_BEFORE, row);
    kept.put(key, i);
    kept.emit(UPDATE_AFTER, batchRow(i));
  }

  private dropExpired(i: number): void {
    if (!this.ttl) return;
    const key = this.keys.find(i);
    if (key >= 0 && this.ttl.expired(key)) this.forget(key);
  }

  private forget(key: number): void {
    this.ttl?.forget(key);
    this.kept.drop(key);
    this.keys.remove(key);
  }

  private delete(i: number): void {
    this.dropExpired(i);
    const key = this.keys.find(i);
    if (key < 0) return;
    this.kept.emit(DELETE, this.kept.of(key));
    this.forget(key);
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.kept.byteLength;
  }

  describeState(): readonly StateTable[] {
    const write = (columns: readonly ColumnWriter[], end: () => void) => this.kept.write(this.keys.ids(), columns, end);
    return [stateTable('last row of each key', this.fields, write)];
  }

  snapshot() {
    return { ttl: this.ttl?.snapshot(), keys: this.keys.snapshot(), kept: this.kept.snapshot() };
  }

  restore(state: ReturnType<ChangelogNormalizeOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.keys.restore(state.keys);
    this.kept.restore(state.kept);
  }
}

function isTrueAt(column: Column, i: number): boolean {
  return column.kind === 'bool' && column.values[i] === 1 && column.nulls?.[i] !== 1;
}
