import type { GroupAggregate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { KeyTable } from '../state/key-table.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, sideTtl } from '../state/state-ttl.ts';
import { AggregateSet } from './aggregates/aggregate-set.ts';
import type { Operator, OperatorContext } from './operator.ts';

/**
 * Updating GROUP BY. Keeps a hash table of keys and each group's accumulators; with updating input also how many rows a group has.
 * Delta rule: the first row of a group gives +I; later ones -U (if the consumer needs it) and +U with the values before and after,
 * nothing when they are the same and no time to live is set; the row that takes the count to 0 gives -D and the group is forgotten; a retraction without a
 * group is dropped. With table.exec.state.ttl a group that no row reached for that long is gone. A watermark passes. In batch mode the end
 * of an input without rows gives the row of a group without keys. Follows GroupAggFunction.
 */
export class GroupAggregateOperator implements Operator {
  private readonly group: readonly number[];
  private readonly aggregates: AggregateSet;
  private readonly keys: KeyTable;
  /** Rows in each group, for retracting input. */
  private rowCounts = new Int32Array(0);
  private readonly retracting: boolean;
  private readonly updateBefore: boolean;
  private readonly alwaysOneRow: boolean;
  private readonly ttl: StateTtl | undefined;
  private readonly context: OperatorContext;
  private readonly out: RowWriter;

  constructor(node: GroupAggregate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.group = node.group;
    this.context = context;
    const ttl = sideTtl(node.hints ?? [], 'ONE', context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.retracting = node.retracting;
    this.alwaysOneRow = node.alwaysOneRow === true;
    this.updateBefore = node.generateUpdateBefore;
    this.keys = new KeyTable(node.group.map((g) => inputTypes[g] as LogicalType));
    this.aggregates = new AggregateSet(node.calls, inputTypes, node.retracting, context.zone, ttl);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    if (this.ttl) {
      const now = this.context.clock.now();
      this.ttl.bind(now);
      this.aggregates.bindClock(now);
    }
    const keyColumns = this.group.map((g) => batch.columns[g] as Column);
    this.aggregates.bind(batch.columns);
    this.keys.encode(keyColumns, 0, batch.length);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = batch.kinds === undefined ? INSERT : (batch.kinds[i] as number);
          this.row(keyColumns, i, kind === INSERT || kind === UPDATE_AFTER);
        }
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
    this.ttl?.clean(batch.length + 1, (group) => this.forget(group));
    this.keys.sweep();
  }

  private forget(group: number): void {
    this.keys.remove(group);
    this.aggregates.reset(group);
    this.ttl?.forget(group);
  }

  private row(keyColumns: readonly Column[], i: number, accumulate: boolean): void {
    const keys = this.keys;
    const aggregates = this.aggregates;
    let group: number;
    let first = false;
    if (accumulate) {
      group = keys.findOrAdd(i);
      first = keys.added || this.ttl?.expired(group) === true;
      if (first) this.open(group);
    } else {
      group = keys.find(i);
      if (group < 0) return;
      if (this.ttl?.expired(group)) {
        this.forget(group);
        return;
      }
    }
    this.ttl?.touch(group);
    const out = this.out;
    const start = out.n;
    if (!first) this.write(keyColumns, i, group, UPDATE_BEFORE);
    const hidden = aggregates.hidden(group);
    if (accumulate) aggregates.accumulate(group, i);
    else aggregates.retract(group, i);
    if (this.retracting) {
      const count = (this.rowCounts[group] as number) + (accumulate ? 1 : -1);
      this.rowCounts[group] = count;
      if (count === 0) {
        // What was written as the update's first half is the deletion.
        if (!first) out.setKind(start, DELETE);
        this.forget(group);
        return;
      }
    }
    if (first) {
      this.write(keyColumns, i, group, INSERT);
      return;
    }
    this.write(keyColumns, i, group, UPDATE_AFTER);
    // With a time to live downstream must hear of rows that change nothing, to keep its state alive too.
    if (!this.ttl && aggregates.hidden(group) === hidden && this.unchanged(start)) out.truncate(start);
    else if (!this.updateBefore) this.dropBefore(keyColumns, i, group, start);
    else out.flushIfFull();
  }

  private open(group: number): void {
    this.aggregates.grow(group + 1);
    this.aggregates.reset(group);
    if (!this.retracting) return;
    if (group >= this.rowCounts.length) {
      const counts = new Int32Array(Math.max(64, this.rowCounts.length * 2));
      counts.set(this.rowCounts);
      this.rowCounts = counts;
    }
    this.rowCounts[group] = 0;
  }

  private write(keyColumns: readonly Column[], i: number, group: number, kind: number): void {
    const writers = this.out.columns;
    for (let k = 0; k < keyColumns.length; k++) writers[k]?.appendFrom(keyColumns[k] as Column, i);
    this.aggregates.write(group, writers, keyColumns.length);
    this.out.end(kind);
  }

  private unchanged(start: number): boolean {
    const writers = this.out.columns;
    for (let c = this.group.length; c < writers.length; c++) {
      if (!writers[c]?.same(start, start + 1)) return false;
    }
    return true;
  }

  private dropBefore(keyColumns: readonly Column[], i: number, group: number, start: number): void {
    this.out.truncate(start);
    this.write(keyColumns, i, group, UPDATE_AFTER);
    this.out.flushIfFull();
  }

  end(): void {
    // All output was given with its input, but that of no rows in batch mode.
    if (!this.alwaysOneRow || this.keys.size > 0) return;
    this.open(0);
    this.write([], 0, 0, INSERT);
    this.out.flush();
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rowCounts.byteLength + this.aggregates.byteLength;
  }

  snapshot() {
    return {
      ttl: this.ttl?.snapshot(),
      rowCounts: this.rowCounts,
      keys: this.keys.snapshot(),
      aggregates: this.aggregates.snapshot(),
    };
  }

  restore(state: ReturnType<GroupAggregateOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.rowCounts = state.rowCounts;
    this.keys.restore(state.keys);
    this.aggregates.restore(state.aggregates);
  }
}
