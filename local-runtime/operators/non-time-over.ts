import type { OverAggregate } from '../../flink-sql/plan/physical.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { sameValue } from '../state/canonical.ts';
import { type ColumnWriter, columnWriter, emptyColumn } from '../state/column-writer.ts';
import { KeyTable } from '../state/key-table.ts';
import { gatherStored } from '../state/packed-columns.ts';
import { PackedRows } from '../state/packed-rows.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import { AggregateSet } from './aggregates/aggregate-set.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { fieldsOfCalls } from './over/frame.ts';
import { compareKeys } from './rank/top-n.ts';
import { type StateTable, stateTable } from './state-table.ts';

interface Item {
  /** Id in the row store. */
  readonly row: number;
  readonly key: readonly Value[];
  /** What the calls gave for it last. */
  values: readonly Value[];
}

/**
 * OVER aggregates from the first row to the current one, ordered by a column that is no time attribute; any input. Keeps all rows of
 * a partition in order, equal ones as they came. An added row comes out with its own kind; a removed one as -D with its last values;
 * each other row whose values change by it gives -U and +U, in order. In a RANGE frame rows of equal sort keys share their values.
 * A row to remove that is not there is passed over, as is a watermark. With table.exec.state.ttl a partition that no row reached for
 * that long is gone. Follows NonTimeRowsUnboundedPrecedingFunction and
 * NonTimeRangeUnboundedPrecedingFunction.
 */
export class NonTimeOverOperator implements Operator {
  private readonly node: OverAggregate;
  private readonly inputTypes: readonly LogicalType[];
  private readonly updateBefore: boolean;
  private readonly keys: KeyTable;
  private readonly rows: PackedRows;
  /** Fields that the calls read, and columns for them; the others stay empty. */
  private readonly asked: readonly number[];
  private readonly columns: Column[];
  private partitions: Item[][] = [];
  private readonly aggregates: AggregateSet;
  private readonly ttl: StateTtl | undefined;
  private readonly context: OperatorContext;
  private readonly out: RowWriter;

  constructor(node: OverAggregate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.inputTypes = inputTypes;
    this.updateBefore = node.traits.changelogMode.updateBefore;
    this.keys = new KeyTable(node.partition.map((p) => inputTypes[p] as LogicalType));
    this.rows = new PackedRows(inputTypes);
    this.asked = fieldsOfCalls(node.calls, inputTypes.length);
    this.columns = inputTypes.map(emptyColumn);
    this.aggregates = new AggregateSet(node.calls, inputTypes, false, context.zone);
    this.aggregates.grow(1);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    const { columns, kinds, length } = batch;
    this.ttl?.bind(this.context.clock.now());
    this.keys.encode(
      this.node.partition.map((p) => columns[p] as Column),
      0,
      length,
    );
    this.rows.bind(columns);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          const key = this.node.order.map(({ index }) => valueAt(columns[index] as Column, i));
          this.dropExpired(i);
          if (kind === INSERT || kind === UPDATE_AFTER) this.add(key, i, kind);
          else this.remove(key, i);
          this.out.flushIfFull();
        }
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
    this.ttl?.clean(length + 1, (partition) => this.forget(partition));
    this.keys.sweep();
    this.rows.sweep();
  }

  private dropExpired(i: number): void {
    if (!this.ttl) return;
    const partition = this.keys.find(i);
    if (partition >= 0 && this.ttl.expired(partition)) this.forget(partition);
  }

  private forget(partition: number): void {
    this.ttl?.forget(partition);
    for (const { row } of this.partitions[partition] as Item[]) this.rows.remove(row);
    this.partitions[partition] = [];
    this.keys.remove(partition);
  }

  private add(key: readonly Value[], i: number, kind: number): void {
    const partition = this.keys.findOrAdd(i);
    if (this.keys.added) this.partitions[partition] = [];
    this.ttl?.touch(partition);
    const items = this.partitions[partition] as Item[];
    const from = this.firstOf(items, key, 0);
    const added: Item = { row: this.rows.add(i), key, values: [] };
    items.splice(this.firstOf(items, key, 1), 0, added);
    const values = this.compute(items);
    for (let n = from; n < items.length; n++) {
      const item = items[n] as Item;
      const now = values[n] as readonly Value[];
      if (item === added) this.emit(item.row, now, kind);
      else this.update(item, now);
      item.values = now;
    }
  }

  private remove(key: readonly Value[], i: number): void {
    const partition = this.keys.find(i);
    const items = partition < 0 ? [] : (this.partitions[partition] as Item[]);
    const from = this.firstOf(items, key, 0);
    let at = from;
    while (at < items.length && compareKeys((items[at] as Item).key, key, this.node.order) === 0) {
      if (this.same((items[at] as Item).row, i)) break;
      at++;
    }
    const gone = items[at];
    if (!gone || !this.same(gone.row, i)) return;
    const left = items.filter((item) => item !== gone);
    const values = this.compute(left);
    for (let n = from; n < items.length; n++) {
      const item = items[n] as Item;
      if (item === gone) {
        this.emit(item.row, item.values, DELETE);
        continue;
      }
      const now = values[n > at ? n - 1 : n] as readonly Value[];
      this.update(item, now);
      item.values = now;
    }
    this.rows.remove(gone.row);
    this.partitions[partition] = left;
    this.ttl?.touch(partition);
    if (left.length === 0) this.forget(partition);
  }

  /** The first item whose key is at least (`after` 0) or greater than (1) a key. */
  private firstOf(items: readonly Item[], key: readonly Value[], after: 0 | 1): number {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys((items[middle] as Item).key, key, this.node.order) < after) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private same(row: number, i: number): boolean {
    return this.rows.same(row, i);
  }

  /** The calls' values for each row of a partition. */
  private compute(items: readonly Item[]): readonly (readonly Value[])[] {
    const ids = Int32Array.from(items, ({ row }) => row);
    for (const f of this.asked) this.columns[f] = gatherStored(this.rows, f, ids, ids.length);
    this.aggregates.bind(this.columns);
    this.aggregates.reset(0);
    const results = this.node.calls.map((call) => columnWriter(call.type));
    let peer = 0;
    for (let n = 0; n < items.length; n++) {
      // Rows of one frame take each other in before any of them is told.
      for (; peer < items.length && (peer <= n || this.peers(items, n, peer)); peer++)
        this.aggregates.accumulate(0, peer);
      this.aggregates.write(0, results, 0);
    }
    const columns = results.map((writer) => writer.take());
    return items.map((_, n) => columns.map((column) => valueAt(column, n)));
  }

  private peers(items: readonly Item[], a: number, b: number): boolean {
    return !this.node.rows && compareKeys((items[a] as Item).key, (items[b] as Item).key, this.node.order) === 0;
  }

  private update({ row, values }: Item, now: readonly Value[]): void {
    if (values.every((value, c) => sameValue(value, now[c] as Value))) return;
    if (this.updateBefore) this.emit(row, values, UPDATE_BEFORE);
    this.emit(row, now, UPDATE_AFTER);
  }

  private emit(row: number, values: readonly Value[], kind: number): void {
    const writers = this.out.columns;
    this.rows.writeRow(row, writers, 0);
    for (const [c, value] of values.entries()) (writers[this.inputTypes.length + c] as ColumnWriter).append(value);
    this.out.end(kind);
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength * 2;
  }

  describeState(): readonly StateTable[] {
    const table = stateTable('rows in order', this.node.fields, (columns, end) => {
      for (const { row, values } of this.keys.ids().flatMap((key) => this.partitions[key] ?? [])) {
        this.rows.writeRow(row, columns, 0);
        for (const [c, value] of values.entries()) columns[this.inputTypes.length + c]?.append(value);
        end();
      }
    });
    return [table];
  }

  snapshot() {
    const { partitions } = this;
    return { ttl: this.ttl?.snapshot(), keys: this.keys.snapshot(), rows: this.rows.snapshot(), partitions };
  }

  restore(state: ReturnType<NonTimeOverOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.keys.restore(state.keys);
    this.rows.restore(state.rows);
    this.partitions = state.partitions;
  }
}
