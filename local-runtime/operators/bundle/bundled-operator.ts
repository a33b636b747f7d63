import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, watermarkBatch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { KeyTable } from '../../state/key-table.ts';
import type { Operator } from '../operator.ts';
import { rowsTable, type StateTable } from '../state-table.ts';
import { BinaryRowHash } from './binary-row-hash.ts';
import { BufferedRows } from './buffered-rows.ts';
import { GroupBundle } from './group-bundle.ts';

/** Which of a key's rows a bundle keeps. */
export type BundleKeeps = 'first' | 'last' | 'all';

/**
 * Bundles the input of an operator that works key by key. Keeps of each key the first row, the last or all of them, until the bundle
 * is full or a watermark or the end comes; then the operator inside gets them, key by key in the order of Java's HashMap, and after
 * them the watermark. Its own delta rule and state are the operator's inside. Follows KeyedMapBundleOperator with
 * ProcTimeMiniBatchDeduplicateKeepFirstRowFunction, ProcTimeMiniBatchDeduplicateKeepLastRowFunction and
 * RowTimeMiniBatchDeduplicateFunction.
 */
export class BundledOperator implements Operator {
  private readonly inner: Operator;
  private readonly fields: readonly RowField[];
  private readonly keyFields: readonly number[];
  private readonly keeps: BundleKeeps;
  private readonly keys: KeyTable;
  private readonly hash: BinaryRowHash;
  private readonly buffer: BufferedRows;
  private readonly bundle: GroupBundle;

  /** `size`: rows in a bundle (table.exec.mini-batch.size). */
  constructor(
    inner: Operator,
    keyFields: readonly number[],
    keeps: BundleKeeps,
    size: number,
    fields: readonly RowField[],
  ) {
    this.fields = fields;
    const inputTypes = fields.map(({ type }) => type);
    this.inner = inner;
    this.keyFields = keyFields;
    this.keeps = keeps;
    const keyTypes = keyFields.map((k) => inputTypes[k] as LogicalType);
    this.keys = new KeyTable(keyTypes);
    this.hash = new BinaryRowHash(keyTypes);
    this.buffer = new BufferedRows(inputTypes);
    this.bundle = new GroupBundle(size);
  }

  process(batch: Batch): void {
    const columns = this.keyFields.map((k) => batch.columns[k] as Column);
    this.keys.encode(columns, 0, batch.length);
    this.buffer.bind(batch);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(batch, columns, i);
      },
      (watermark) => {
        this.finish();
        this.inner.process(watermarkBatch(this.buffer.toBatch([]).columns, watermark), 0);
      },
    );
    this.keys.sweep();
    this.buffer.sweep();
  }

  private row(batch: Batch, columns: readonly Column[], i: number): void {
    const key = this.keys.findOrAdd(i);
    if (this.keys.added) {
      this.bundle.add(key, this.hash.of(columns, i), [this.buffer.add(batch, i)]);
    } else if (this.keeps === 'first') {
      this.bundle.add(key, 0, []);
    } else {
      if (this.keeps === 'last') for (const old of this.bundle.clear(key)) this.buffer.remove(old);
      this.bundle.add(key, 0, [this.buffer.add(batch, i)]);
    }
    if (this.bundle.isFull) this.finish();
  }

  private finish(): void {
    const all: number[] = [];
    for (const [key, rows] of this.bundle.drain()) {
      all.push(...rows);
      this.keys.remove(key);
    }
    if (all.length === 0) return;
    const batch = this.buffer.toBatch(all);
    for (const row of all) this.buffer.remove(row);
    this.inner.process(batch, 0);
  }

  onIdle(input: number, idle: boolean): void {
    this.inner.onIdle?.(input, idle);
  }

  onProcessingTime(now: number): void {
    this.inner.onProcessingTime?.(now);
  }

  end(input: number): void {
    this.finish();
    this.inner.end(input);
  }

  stateBytes(): number {
    return this.keys.byteLength + this.buffer.byteLength + (this.inner.stateBytes?.() ?? 0);
  }

  describeState(): readonly StateTable[] {
    const waiting = [...this.bundle.waiting.values()].flat();
    return [
      rowsTable('rows of the bundle', this.fields, this.buffer.store, waiting),
      ...(this.inner.describeState?.() ?? []),
    ];
  }

  snapshot() {
    return {
      inner: this.inner.snapshot?.(),
      keys: this.keys.snapshot(),
      buffer: this.buffer.snapshot(),
      bundle: this.bundle.snapshot(),
    };
  }

  restore(state: ReturnType<BundledOperator['snapshot']>): void {
    this.inner.restore?.(state.inner);
    this.keys.restore(state.keys);
    this.buffer.restore(state.buffer);
    this.bundle.restore(state.bundle);
  }

  close(): void {
    this.inner.close?.();
  }
}
