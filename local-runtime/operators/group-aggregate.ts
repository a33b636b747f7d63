import type { GroupAggregate } from '../../flink-sql/plan/physical.ts';
import { type LogicalType, type RowField, types } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE, type WatermarkMarks } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather } from '../batch/gather.ts';
import { KeyTable } from '../state/key-table.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, sideTtl } from '../state/state-ttl.ts';
import { grownInts } from './aggregates/aggregate.ts';
import { AggregateSet } from './aggregates/aggregate-set.ts';
import { ADD, CLOSE, DROP, NONE, OPEN, SUBTRACT } from './aggregates/updates.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';

/** The kind of what a row gives, by what it does to its group. */
const KIND_OF = [INSERT, INSERT, UPDATE_AFTER, UPDATE_AFTER, DELETE, INSERT];

/**
 * Updating GROUP BY. Keeps a hash table of keys and each group's accumulators; with updating input also how many rows a group has.
 * Delta rule: the first row of a group gives +I; later ones -U (if the consumer needs it) and +U with the values before and after,
 * nothing when they are the same and no time to live is set; the row that takes the count to 0 gives -D and the group is forgotten; a
 * retraction without a group is dropped. With table.exec.state.ttl a group that no row reached for that long is gone. A watermark
 * passes. In batch mode the end of an input without rows gives the row of a group without keys. Follows GroupAggFunction.
 *
 * A batch is worked on column by column: first what each row does to its group, then the values before and after it, one aggregate
 * after the other, last the rows that change something.
 */
export class GroupAggregateOperator implements Operator {
  private readonly group: readonly number[];
  private readonly aggregates: AggregateSet;
  private readonly keys: KeyTable;
  /** Rows in each group, for retracting input. */
  private rowCounts = new Int32Array(0);
  private readonly fields: readonly RowField[];
  private readonly types: readonly LogicalType[];
  /** No rows, with the columns of the output. */
  private readonly empty: Batch;
  private readonly retracting: boolean;
  private readonly updateBefore: boolean;
  private readonly alwaysOneRow: boolean;
  /** Whether rows are looked for that change nothing. */
  private readonly suppresses: boolean;
  private readonly ttl: StateTtl | undefined;
  private readonly context: OperatorContext;
  /** What each row of the batch at hand does (see Updates), its group, and the place of its value in the output. */
  private ops = new Uint8Array(0);
  private groups = new Int32Array(0);
  private places = new Int32Array(0);

  constructor(node: GroupAggregate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.group = node.group;
    this.context = context;
    this.fields = node.fields;
    this.types = node.fields.map((f) => f.type);
    const ttl = sideTtl(node.hints ?? [], 'ONE', context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.retracting = node.retracting;
    this.alwaysOneRow = node.alwaysOneRow === true;
    this.updateBefore = node.generateUpdateBefore;
    this.keys = new KeyTable(node.group.map((g) => inputTypes[g] as LogicalType));
    const lasting = !node.retracting && ttl === 0;
    this.aggregates = new AggregateSet(node.calls, inputTypes, node.retracting, context.zone, ttl, lasting);
    this.empty = new RowWriter(this.types, () => undefined).take();
    // With a time to live downstream must hear of rows that change nothing, to keep its state alive too.
    this.suppresses = this.ttl === undefined && !this.aggregates.alwaysChanges;
  }

  process(batch: Batch): void {
    if (this.ttl) {
      const now = this.context.clock.now();
      this.ttl.bind(now);
      this.aggregates.bindClock(now);
    }
    if (batch.length > 0) this.rows(batch);
    else if (batch.marks) this.context.output.emit({ ...this.empty, marks: batch.marks });
    this.ttl?.clean(batch.length + 1, (group) => this.forget(group));
    this.keys.sweep();
  }

  private rows(batch: Batch): void {
    const { length } = batch;
    const keyColumns = this.group.map((g) => batch.columns[g] as Column);
    this.keys.encode(keyColumns, 0, length);
    if (length > this.ops.length) {
      this.ops = new Uint8Array(length);
      this.groups = new Int32Array(length);
      this.places = new Int32Array(length);
    }
    const size = this.ttl || this.retracting || batch.kinds ? this.lookUp(batch) : this.lookUpInserts(length);
    this.aggregates.grow(this.keys.capacity);
    this.aggregates.bind(batch.columns);
    const changed = this.suppresses ? new Uint8Array(length) : undefined;
    const { ops, groups, places: at, updateBefore: before } = this;
    const values = this.aggregates.update({ rows: length, ops, groups, at, size, before, changed });
    this.emit(batch, keyColumns, values, changed, size);
  }

  /** Finds the groups of rows that all insert; gives the number of rows of the output. */
  private lookUpInserts(length: number): number {
    const { ops, groups, places } = this;
    const later = this.updateBefore ? 2 : 1;
    let next = 0;
    this.keys.findOrAddAll(0, length, groups, ops);
    for (let i = 0; i < length; i++) {
      if (ops[i] === 1) {
        ops[i] = OPEN;
        places[i] = next++;
      } else {
        ops[i] = ADD;
        next += later;
        places[i] = next - 1;
      }
    }
    return next;
  }

  private lookUp({ length, kinds }: Batch): number {
    const { ops, groups, places } = this;
    let next = 0;
    for (let i = 0; i < length; i++) {
      const kind = kinds === undefined ? INSERT : (kinds[i] as number);
      const op = kind === INSERT || kind === UPDATE_AFTER ? this.accumulated(i) : this.retracted(i);
      ops[i] = op;
      if (op === ADD || op === SUBTRACT) next += this.updateBefore ? 2 : 1;
      else if (op === OPEN || op === CLOSE) next++;
      places[i] = next - 1;
      if (op !== NONE && op !== DROP && op !== CLOSE) this.ttl?.touch(groups[i] as number);
    }
    return next;
  }

  private accumulated(i: number): number {
    const { keys } = this;
    const group = keys.findOrAdd(i);
    this.groups[i] = group;
    const first = keys.added || this.ttl?.expired(group) === true;
    if (this.retracting) {
      if (group >= this.rowCounts.length) this.rowCounts = grownInts(this.rowCounts, Math.max(64, group * 2));
      this.rowCounts[group] = first ? 1 : (this.rowCounts[group] as number) + 1;
    }
    return first ? OPEN : ADD;
  }

  private retracted(i: number): number {
    const { keys } = this;
    const group = keys.find(i);
    if (group < 0) return NONE;
    this.groups[i] = group;
    const isGone = this.ttl?.expired(group) === true;
    const count = (this.rowCounts[group] as number) - 1;
    this.rowCounts[group] = count;
    if (!isGone && count !== 0) return SUBTRACT;
    keys.remove(group);
    this.ttl?.forget(group);
    return isGone ? DROP : CLOSE;
  }

  private forget(group: number): void {
    this.keys.remove(group);
    this.aggregates.reset(group);
    this.ttl?.forget(group);
  }

  private emit(
    { length, marks }: Batch,
    keyColumns: readonly Column[],
    values: readonly Column[],
    changed: Uint8Array | undefined,
    size: number,
  ): void {
    const { ops, places } = this;
    const { output } = this.context;
    if (size === length && !this.updateBefore && (changed === undefined || !changed.subarray(0, length).includes(0))) {
      // Each row gives one.
      const kinds = new Uint8Array(length);
      for (let i = 0; i < length; i++) kinds[i] = KIND_OF[ops[i] as number] as number;
      output.emit({ length, kinds, columns: [...keyColumns, ...values], marks });
      return;
    }
    // Which row of the input each row of the output comes from, and where its values are.
    const sources = new Int32Array(size);
    const kept = new Int32Array(size);
    const kinds = new Uint8Array(size);
    const moved = marks && { count: marks.count, rows: new Int32Array(marks.count), values: marks.values };
    let n = 0;
    let mark = 0;
    let changes = false;
    for (let i = 0; i < length; i++) {
      while (moved && mark < moved.count && (marks?.rows[mark] as number) <= i) moved.rows[mark++] = n;
      const op = ops[i] as number;
      if (op === NONE || op === DROP) continue;
      const place = places[i] as number;
      if (op === ADD || op === SUBTRACT) {
        if (changed !== undefined && changed[i] === 0) continue;
        if (this.updateBefore) {
          sources[n] = i;
          kept[n] = place - 1;
          kinds[n++] = UPDATE_BEFORE;
        }
      }
      sources[n] = i;
      kept[n] = place;
      if (op !== OPEN) changes = true;
      kinds[n++] = KIND_OF[op] as number;
    }
    while (moved && mark < moved.count) moved.rows[mark++] = n;
    if (n === 0 && !moved) return;
    const columns = [
      ...keyColumns.map((column) => gather(column, sources, n)),
      ...(n === size ? values : values.map((column) => gather(column, kept, n))),
    ];
    const out: WatermarkMarks | undefined = moved;
    output.emit({ length: n, kinds: changes ? kinds.subarray(0, n) : undefined, columns, marks: out });
  }

  end(): void {
    // All output was given with its input, but that of no rows in batch mode.
    if (!this.alwaysOneRow || this.keys.size > 0) return;
    this.aggregates.grow(1);
    this.aggregates.reset(0);
    const out = new RowWriter(this.types, (batch) => this.context.output.emit(batch));
    this.aggregates.write(0, out.columns, 0);
    out.end(INSERT);
    out.flush();
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rowCounts.byteLength + this.aggregates.byteLength;
  }

  describeState(): readonly StateTable[] {
    const fields = [...this.fields, ...(this.retracting ? [{ name: 'rows', type: types.int(false) }] : [])];
    const table = stateTable('groups', fields, (columns, end) => {
      for (const group of this.keys.ids()) {
        this.keys.rows.writeRow(group, columns, 0);
        this.aggregates.write(group, columns, this.group.length);
        if (this.retracting) columns.at(-1)?.append(this.rowCounts[group] as number);
        end();
      }
    });
    return [table];
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
