import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { batchRow, KeptRows, NO_ROW } from '../../state/kept-rows.ts';
import { KeyTable } from '../../state/key-table.ts';
import { StateTtl, stateTtl } from '../../state/state-ttl.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { type StateTable, stateTable } from '../state-table.ts';
import { RowOrder } from './row-order.ts';
import type { TopNSettings } from './top-n.ts';

/**
 * The first row of each partition, of insert-only input or of updates that only move up. Keeps that row. A smaller row gives -U and
 * +U. With table.exec.state.ttl the row is gone when no smaller one came for that long. A watermark passes. Follows FastTop1Function.
 */
export class FastTop1 implements Operator {
  private readonly settings: TopNSettings;
  private readonly context: OperatorContext;
  private readonly partitions: KeyTable;
  private readonly kept: KeptRows;
  private readonly order: RowOrder;
  private readonly ttl: StateTtl | undefined;
  /** Of the rows of the batch: the partition, and whether it is new. */
  private ids = new Int32Array(0);
  private added = new Uint8Array(0);

  constructor(settings: TopNSettings, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.settings = settings;
    this.context = context;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.partitions = new KeyTable(settings.partition.map((p) => inputTypes[p] as LogicalType));
    this.kept = new KeptRows(inputTypes);
    this.order = new RowOrder(this.kept.rows, settings.order);
  }

  process(batch: Batch): void {
    this.ttl?.bind(this.context.clock.now());
    this.partitions.encode(
      this.settings.partition.map((p) => batch.columns[p] as Column),
      0,
      batch.length,
    );
    if (this.ids.length < batch.length) {
      this.ids = new Int32Array(batch.length);
      this.added = new Uint8Array(batch.length);
    }
    this.partitions.findOrAddAll(0, batch.length, this.ids, this.added);
    this.kept.bind(batch);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(i);
      },
      (watermark) => this.kept.mark(watermark),
    );
    this.ttl?.clean(batch.length + 1, (partition) => {
      this.kept.drop(partition);
      this.partitions.remove(partition);
    });
    this.emit();
    this.partitions.sweep();
  }

  private emit(): void {
    const out = this.kept.finish();
    if (!out) return;
    if (!this.settings.outputRankNumber) {
      this.context.output.emit(out);
      return;
    }
    const ranks: Column = { kind: 'i64', values: new BigInt64Array(out.length).fill(1n), nulls: undefined };
    this.context.output.emit({ ...out, columns: [...out.columns, ranks] });
  }

  private row(i: number): void {
    const { kept, ttl } = this;
    const partition = this.ids[i] as number;
    if (this.added[i] === 1) kept.addKey(partition);
    else if (ttl?.expired(partition)) kept.drop(partition);
    const first = kept.of(partition);
    if (first === NO_ROW) {
      kept.put(partition, i);
      ttl?.touch(partition);
      kept.emit(INSERT, batchRow(i));
      return;
    }
    const compared = first > 0 ? this.order.withStored(i, first - 1) : this.order.withBound(i, -1 - first);
    if (compared >= 0) return;
    if (this.settings.generateUpdateBefore) kept.emit(UPDATE_BEFORE, first);
    kept.put(partition, i);
    ttl?.touch(partition);
    kept.emit(UPDATE_AFTER, batchRow(i));
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.kept.byteLength + this.partitions.byteLength;
  }

  describeState(): readonly StateTable[] {
    const fields = this.settings.fields.slice(0, this.kept.rows.fields.length);
    return [stateTable('first rows', fields, (columns, end) => this.kept.write(this.partitions.ids(), columns, end))];
  }

  snapshot() {
    return { kept: this.kept.snapshot(), partitions: this.partitions.snapshot(), ttl: this.ttl?.snapshot() };
  }

  restore(state: ReturnType<FastTop1['snapshot']>): void {
    this.kept.restore(state.kept);
    this.partitions.restore(state.partitions);
    if (state.ttl) this.ttl?.restore(state.ttl);
  }
}
