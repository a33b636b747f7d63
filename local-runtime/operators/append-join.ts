import type { Join } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, type WatermarkMarks } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, gatherKinds, gatherOrNull, remapMarks } from '../batch/gather.ts';
import { MarkList } from '../batch/mark-list.ts';
import { emptyColumn } from '../state/column-writer.ts';
import { doubled } from '../state/interner.ts';
import { KeyTable } from '../state/key-table.ts';
import { gatherPadded, gatherStored } from '../state/packed-columns.ts';
import { AppendSide } from './joins/append-side.ts';
import { fieldsAsked, type JoinCondition } from './joins/join-matcher.ts';
import { JoinedRows, NONE } from './joins/joined-rows.ts';
import { outerSides } from './joins/outer-sides.ts';
import { RegularJoin } from './joins/regular-join.ts';
import type { OperatorContext } from './operator.ts';

/** Pairs that are dealt with at once, and those of one row more. */
const PAIRS = 8192;

/**
 * Join of two insert-only inputs without a time to live. Keeps all rows of both sides by join key, and for outer, semi and anti joins
 * how many rows each matches. Delta rule, inner: a row comes joined with every row of the other side that matches, in the order these
 * came, with its kind: what the plan calls insert-only may be +U, as of a Top-1. Outer: the first match of a row of an outer side withdraws its padded row before the joined one. Semi and anti: a left row
 * comes if it has (has no) match; a right row brings (withdraws) the left rows whose first match it is. A batch at a time: its keys
 * are looked up, then the pairs of rows collected, then the condition asked, then what comes of them taken out column by column; a
 * batch never meets itself, so its rows are kept last. The watermark sent is the lesser of the inputs. Follows StreamingJoinOperator
 * and StreamingSemiAntiJoinOperator, which JoinOperator does in full.
 */
export class AppendJoinOperator extends RegularJoin<KeyTable, AppendSide> {
  private readonly joinType: Join['joinType'];
  protected readonly keys: KeyTable;
  private readonly keyFields: readonly [readonly number[], readonly number[]];
  private readonly filterNulls: readonly boolean[];
  protected readonly sides: readonly [AppendSide, AppendSide];
  private readonly outer: readonly [boolean, boolean];
  private readonly condition: JoinCondition | undefined;
  /** Fields of each side that the condition reads, and columns for them; the others stay empty. */
  private readonly asked: readonly [readonly number[], readonly number[]];
  private readonly stored: readonly [Column[], Column[]];
  private keyOf = new Int32Array(0);
  /** What the look-up of keys tells besides: which are new. */
  private added = new Uint8Array(0);
  /** How many rows each row of the batch matches. */
  private matches = new Int32Array(0);
  /** The pairs at hand: row of the batch, row of the other side. */
  private rows = new Int32Array(PAIRS);
  private records = new Int32Array(PAIRS);
  private count = 0;
  private readonly out = new JoinedRows();
  /** Rows of the batch whose pairs have been sent, and have been collected. */
  private sent = 0;
  private reached = 0;
  /** Watermarks to be sent, and the row of the batch that each stands before. */
  private readonly marks = new MarkList();

  constructor(
    node: Join,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    super(context, node);
    const [left, right] = inputTypes;
    const { joinType } = node;
    this.joinType = joinType;
    this.condition = condition;
    this.keyFields = [node.leftKeys, node.rightKeys];
    this.filterNulls = node.filterNulls;
    this.keys = new KeyTable(node.leftKeys.map((k) => left[k] as LogicalType));
    this.outer = outerSides(node.joinType);
    const counts = [this.outer[0] || joinType === 'SEMI' || joinType === 'ANTI', this.outer[1]] as const;
    this.sides = [
      new AppendSide(node.leftUnique, node.leftKeys, left, counts[0]),
      new AppendSide(node.rightUnique, node.rightKeys, right, counts[1]),
    ];
    this.asked = fieldsAsked(condition, left.length, right.length);
    this.stored = [left.map(emptyColumn), right.map(emptyColumn)];
  }

  process(batch: Batch, input: number): void {
    const side = input === 0 ? 0 : 1;
    this.lookUp(batch, side);
    forEachRun(
      batch,
      (from, to) => this.pair(batch, side, from, to),
      (watermark) => {
        const moved = this.watermarks.advance(side, watermark);
        if (moved === undefined) return;
        this.marks.add(this.reached, moved);
      },
    );
    this.send(batch, side);
    this.sides[side].addAll(batch, this.keyOf, this.matches);
  }

  /** The key of each row; -1 where a NULL keeps it from matching. */
  private lookUp({ columns, length }: Batch, side: 0 | 1): void {
    if (this.keyOf.length < length) {
      this.keyOf = new Int32Array(Math.max(length, this.keyOf.length * 2));
      this.matches = new Int32Array(this.keyOf.length);
      this.added = new Uint8Array(this.keyOf.length);
    }
    const { keyOf, keys } = this;
    const own = this.keyFields[side].map((k) => columns[k] as Column);
    const nullable = own.flatMap(({ nulls }, k) => (this.filterNulls[k] && nulls !== undefined ? [nulls] : []));
    keys.encode(own, 0, length);
    if (nullable.length === 0) keys.findOrAddAll(0, length, keyOf, this.added);
    else {
      for (let i = 0; i < length; i++) keyOf[i] = nullable.some((nulls) => nulls[i] === 1) ? -1 : keys.findOrAdd(i);
    }
    keys.sweep();
    this.sides[0].lists.widen(keys.capacity);
    this.sides[1].lists.widen(keys.capacity);
    this.reached = 0;
    this.sent = 0;
  }

  private pair(batch: Batch, side: 0 | 1, from: number, to: number): void {
    const { keyOf } = this;
    const { heads, next } = this.sides[side === 0 ? 1 : 0].lists;
    let { rows, records, count } = this;
    for (let i = from; i < to; i++) {
      if (count >= PAIRS) {
        this.count = count;
        this.reached = i;
        this.send(batch, side);
        count = 0;
      }
      const key = keyOf[i] as number;
      if (key < 0) continue;
      for (let at = heads[key] as number; at !== 0; at = next[at - 1] as number) {
        if (count === rows.length) {
          rows = doubled(rows);
          records = doubled(records);
          this.rows = rows;
          this.records = records;
        }
        rows[count] = i;
        records[count++] = at - 1;
      }
    }
    this.count = count;
    this.reached = to;
  }

  /** Emits what comes of the pairs that pass the condition, and the watermarks among it. */
  private send(batch: Batch, side: 0 | 1): void {
    const count = this.condition ? this.filter(this.condition, batch.columns, side) : this.count;
    this.count = 0;
    if (this.joinType === 'INNER') this.sendPairs(batch, side, count);
    else if (this.joinType === 'SEMI' || this.joinType === 'ANTI') this.sendLeft(batch, side, count);
    else this.sendOuter(batch, side, count);
    this.sent = this.reached;
  }

  private sendPairs(batch: Batch, side: 0 | 1, count: number): void {
    const { rows, records } = this;
    const marks = remapMarks(this.marks.take(), rows, count);
    if (count === 0 && !marks) return;
    const every = count === batch.length && isRun(rows, count);
    const own = every ? batch.columns : batch.columns.map((column) => gather(column, rows, count));
    const kept = this.sides[side === 0 ? 1 : 0].lists.rows;
    const other = kept.fields.map((_, f) => gatherStored(kept, f, records, count));
    const kinds = gatherKinds(batch.kinds, rows, count);
    this.emit(count, kinds, side === 0 ? [...own, ...other] : [...other, ...own], marks);
  }

  private sendOuter(batch: Batch, side: 0 | 1, count: number): void {
    const { rows, records, out, matches } = this;
    const other = side === 0 ? 1 : 0;
    const { associations } = this.sides[other];
    const padsOwn = this.outer[side];
    const padsOther = this.outer[other];
    out.clear();
    let p = 0;
    for (let i = this.sent; i < this.reached; i++) {
      const first = p;
      for (; p < count && rows[p] === i; p++) {
        const record = records[p] as number;
        if (padsOther) {
          const n = associations[record] as number;
          if (n === 0) out.add(DELETE, i, NONE, record);
          associations[record] = n + 1;
        }
        out.add(INSERT, i, i, record);
      }
      matches[i] = p - first;
      if (p === first && padsOwn) out.add(INSERT, i, i, NONE);
    }
    const marks = remapMarks(this.marks.take(), out.rows, out.count);
    if (out.count === 0 && !marks) return;
    const own = batch.columns.map((column) => gatherOrNull(column, out.own, out.count));
    const kept = this.sides[other].lists.rows;
    const stored = kept.fields.map((_, f) => gatherPadded(kept, f, out.other, out.count));
    this.emit(out.count, out.takeKinds(), side === 0 ? [...own, ...stored] : [...stored, ...own], marks);
  }

  private sendLeft(batch: Batch, side: 0 | 1, count: number): void {
    const { rows, records, out, matches } = this;
    const semi = this.joinType === 'SEMI';
    const left = this.sides[0];
    out.clear();
    let p = 0;
    for (let i = this.sent; i < this.reached; i++) {
      const kind = batch.kinds === undefined ? INSERT : (batch.kinds[i] as number);
      const first = p;
      for (; p < count && rows[p] === i; p++) {
        if (side === 0) continue;
        const record = records[p] as number;
        const n = left.associations[record] as number;
        if (n === 0) out.add(semi ? kind : DELETE, i, NONE, record);
        left.associations[record] = n + 1;
      }
      matches[i] = p - first;
      if (side === 0 && p > first === semi) out.add(kind, i, i, NONE);
    }
    const marks = remapMarks(this.marks.take(), out.rows, out.count);
    if (out.count === 0 && !marks) return;
    const { rows: kept } = left.lists;
    const columns =
      side === 0
        ? batch.columns.map((column) => gather(column, out.own, out.count))
        : kept.fields.map((_, f) => gatherStored(kept, f, out.other, out.count));
    this.emit(out.count, out.takeKinds(), columns, marks);
  }

  private emit(
    length: number,
    kinds: Uint8Array | undefined,
    columns: readonly Column[],
    marks: WatermarkMarks | undefined,
  ): void {
    this.context.output.emit({ length, kinds, columns, marks });
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
}

/** Whether ascending rows from 0 leave none out and repeat none. */
function isRun(rows: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (rows[k] !== k) return false;
  return true;
}
