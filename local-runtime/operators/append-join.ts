import type { Join } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, type WatermarkMarks } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, remapMarks } from '../batch/gather.ts';
import { emptyColumn } from '../state/column-writer.ts';
import { KeyTable } from '../state/key-table.ts';
import { gatherStored } from '../state/packed-columns.ts';
import { WatermarkCombiner } from '../time/watermark-combiner.ts';
import { AppendSide } from './joins/append-side.ts';
import { fieldsAsked, type JoinCondition } from './joins/join-matcher.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** Pairs that are dealt with at once. */
const PAIRS = 8192;

/**
 * Inner join of two insert-only inputs without a time to live. Keeps all rows of both sides by join key. Delta rule: a row comes
 * joined with every row of the other side that matches, in the order these came. A batch at a time: its keys are looked up, then the
 * pairs of rows collected, then the condition asked, then the pairs taken out column by column; a batch never meets itself, so its
 * rows are kept last. The watermark sent is the lesser of the inputs. Follows StreamingJoinOperator, which JoinOperator does in full.
 */
export class AppendJoinOperator implements Operator {
  private readonly keys: KeyTable;
  private readonly keyFields: readonly [readonly number[], readonly number[]];
  private readonly filterNulls: readonly boolean[];
  private readonly sides: readonly [AppendSide, AppendSide];
  private readonly condition: JoinCondition | undefined;
  /** Fields of each side that the condition reads. */
  private readonly asked: readonly [readonly number[], readonly number[]];
  private readonly stored: readonly [Column[], Column[]];
  private readonly watermarks = new WatermarkCombiner(2);
  private readonly context: OperatorContext;
  private keyOf = new Int32Array(0);
  /** The pairs at hand: row of the batch, row of the other side. */
  private readonly rows = new Int32Array(PAIRS);
  private readonly records = new Int32Array(PAIRS);
  private count = 0;
  /** Watermarks to be sent, and the row of the batch that each stands before. */
  private markRows: number[] = [];
  private markValues: number[] = [];

  constructor(
    node: Join,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    const [left, right] = inputTypes;
    this.context = context;
    this.condition = condition;
    this.keyFields = [node.leftKeys, node.rightKeys];
    this.filterNulls = node.filterNulls;
    this.keys = new KeyTable(node.leftKeys.map((k) => left[k] as LogicalType));
    this.sides = [
      new AppendSide(node.leftUnique, node.leftKeys, left),
      new AppendSide(node.rightUnique, node.rightKeys, right),
    ];
    this.asked = fieldsAsked(condition, left.length, right.length);
    this.stored = [left.map(emptyColumn), right.map(emptyColumn)];
  }

  process(batch: Batch, input: number): void {
    const side = input === 0 ? 0 : 1;
    this.lookUp(batch, side);
    const { keyOf } = this;
    forEachRun(
      batch,
      (from, to) => this.pair(batch, side, from, to),
      (watermark) => {
        const moved = this.watermarks.advance(side, watermark);
        if (moved === undefined) return;
        this.markRows.push(this.reached);
        this.markValues.push(moved);
      },
    );
    this.send(batch, side);
    this.sides[side].addAll(batch, keyOf);
  }

  /** The row of the batch up to which pairs have been collected. */
  private reached = 0;

  /** The key of each row; -1 where a NULL keeps it from matching. */
  private lookUp({ columns, length }: Batch, side: 0 | 1): void {
    if (this.keyOf.length < length) this.keyOf = new Int32Array(Math.max(length, this.keyOf.length * 2));
    const { keyOf, keys } = this;
    const own = this.keyFields[side].map((k) => columns[k] as Column);
    const nullable = own.flatMap(({ nulls }, k) => (this.filterNulls[k] && nulls !== undefined ? [nulls] : []));
    keys.encode(own, 0, length);
    if (nullable.length === 0) for (let i = 0; i < length; i++) keyOf[i] = keys.findOrAdd(i);
    else {
      for (let i = 0; i < length; i++) keyOf[i] = nullable.some((nulls) => nulls[i] === 1) ? -1 : keys.findOrAdd(i);
    }
    keys.sweep();
    this.sides[0].lists.widen(keys.capacity);
    this.sides[1].lists.widen(keys.capacity);
    this.reached = 0;
  }

  private pair(batch: Batch, side: 0 | 1, from: number, to: number): void {
    const { keyOf, rows, records } = this;
    const { heads, next } = this.sides[side === 0 ? 1 : 0].lists;
    let { count } = this;
    for (let i = from; i < to; i++) {
      const key = keyOf[i] as number;
      if (key < 0) continue;
      for (let at = heads[key] as number; at !== 0; at = next[at - 1] as number) {
        if (count === PAIRS) {
          this.count = count;
          this.send(batch, side);
          count = 0;
        }
        rows[count] = i;
        records[count++] = at - 1;
      }
    }
    this.count = count;
    this.reached = to;
  }

  /** Emits the pairs that pass the condition, and the watermarks among them. */
  private send(batch: Batch, side: 0 | 1): void {
    const count = this.condition ? this.filter(this.condition, batch.columns, side) : this.count;
    const marks = this.marks(count);
    this.count = 0;
    if (count === 0 && !marks) return;
    const { rows, records } = this;
    const every = count === batch.length && rows[0] === 0 && isRun(rows, count);
    const own = every ? batch.columns : batch.columns.map((column) => gather(column, rows, count));
    const { rows: kept } = this.sides[side === 0 ? 1 : 0].lists;
    const other = kept.fields.map((_, f) => gatherStored(kept, f, records, count));
    this.context.output.emit({
      length: count,
      kinds: undefined,
      columns: side === 0 ? [...own, ...other] : [...other, ...own],
      marks,
    });
  }

  private filter(condition: JoinCondition, columns: readonly Column[], side: 0 | 1): number {
    const { count, rows, records } = this;
    const other = side === 0 ? 1 : 0;
    const stored = this.stored[other];
    for (const f of this.asked[other]) stored[f] = gatherStored(this.sides[other].lists.rows, f, records, count);
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const i = rows[k] as number;
      if (!(side === 0 ? condition(columns, i, stored, k) : condition(stored, k, columns, i))) continue;
      rows[kept] = i;
      records[kept++] = records[k] as number;
    }
    return kept;
  }

  private marks(count: number): WatermarkMarks | undefined {
    const n = this.markRows.length;
    if (n === 0) return undefined;
    const among = { count: n, rows: Int32Array.from(this.markRows), values: Float64Array.from(this.markValues) };
    this.markRows = [];
    this.markValues = [];
    return remapMarks(among, this.rows, count);
  }

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) this.context.emitWatermark(moved);
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.sides[0].byteLength + this.sides[1].byteLength;
  }

  snapshot() {
    return {
      keys: this.keys.snapshot(),
      left: this.sides[0].snapshot(),
      right: this.sides[1].snapshot(),
      watermarks: this.watermarks.snapshot(),
    };
  }

  restore(state: ReturnType<AppendJoinOperator['snapshot']>): void {
    this.keys.restore(state.keys);
    this.sides[0].restore(state.left);
    this.sides[1].restore(state.right);
    this.watermarks.restore(state.watermarks);
  }
}

/** Whether ascending rows from 0 leave none out and repeat none. */
function isRun(rows: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (rows[k] !== k) return false;
  return true;
}
