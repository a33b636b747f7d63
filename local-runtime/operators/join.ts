import type { Join } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import type { ColumnWriter } from '../state/column-writer.ts';
import { RowWriter } from '../state/row-writer.ts';
import { sideTtl } from '../state/state-ttl.ts';
import { JoinKeys } from './joins/join-keys.ts';
import { type JoinCondition, JoinMatcher } from './joins/join-matcher.ts';
import { JoinSideState } from './joins/join-side-state.ts';
import { outerSides } from './joins/outer-sides.ts';
import { RegularJoin } from './joins/regular-join.ts';
import type { OperatorContext } from './operator.ts';

/**
 * Regular join of two changelogs. Keeps all rows of both sides by join key, and for outer and semi joins how many rows each matches.
 * Delta rule, inner: a change joined with every match keeps its kind. Outer: changes become +I and -D; the first match of a row of
 * an outer side withdraws its padded row before the joined one, the last one to go puts it back after. Semi and anti: a change of
 * the left passes if it has (has no) match; changes of the right emit or withdraw left rows whose count leaves or reaches 0. The
 * watermark sent is the lesser of the inputs. With a time to live (one a side) a row is gone when it was not written for that long;
 * a match counted is a write. Follows StreamingJoinOperator and StreamingSemiAntiJoinOperator.
 */
export class JoinOperator extends RegularJoin<JoinKeys, JoinSideState> {
  private readonly joinType: Join['joinType'];
  private readonly leftWidth: number;
  private readonly width: number;
  protected readonly keys: JoinKeys;
  protected readonly sides: readonly [JoinSideState, JoinSideState];
  /** Matches of a row of input 0 or 1, found on the other side. */
  private readonly matchers: readonly [JoinMatcher, JoinMatcher];
  private readonly outer: readonly [boolean, boolean];
  private readonly out: RowWriter;

  constructor(
    node: Join,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    super(context, node);
    const [left, right] = inputTypes;
    const { options } = context;
    this.joinType = node.joinType;
    this.leftWidth = left.length;
    this.width = left.length + right.length;
    this.keys = new JoinKeys(node.leftKeys, node.rightKeys, left, node.filterNulls);
    const leftState = new JoinSideState(
      node.leftUnique,
      node.leftKeys,
      left,
      this.keys,
      sideTtl(node.hints, 'LEFT', options),
    );
    const rightState = new JoinSideState(
      node.rightUnique,
      node.rightKeys,
      right,
      this.keys,
      sideTtl(node.hints, 'RIGHT', options),
    );
    this.sides = [leftState, rightState];
    this.matchers = [
      new JoinMatcher(this.keys, rightState, right, condition, true, left.length),
      new JoinMatcher(this.keys, leftState, left, condition, false, left.length),
    ];
    this.outer = outerSides(node.joinType);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch, input: number): void {
    const side = input === 0 ? 0 : 1;
    const now = this.context.clock.now();
    this.sides[0].bindClock(now);
    this.sides[1].bindClock(now);
    this.keys.bind(batch, side);
    this.sides[side].bind(batch);
    const semi = this.joinType === 'SEMI' || this.joinType === 'ANTI';
    const { kinds } = batch;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          const key = this.keys.of(i);
          this.matchers[side].find(key, batch.columns, i);
          if (!semi) this.row(batch.columns, i, side, key, kind);
          else if (side === 0) this.semiLeft(batch.columns, i, key, kind);
          else this.semiRight(i, key, kind);
          this.keys.dropUnused(key);
          this.out.flushIfFull();
        }
      },
      (watermark) => {
        const moved = this.watermarks.advance(side, watermark);
        if (moved !== undefined) this.out.mark(moved);
      },
    );
    this.out.flush();
    this.sides[0].clean(batch.length + 1);
    this.sides[1].clean(batch.length + 1);
    this.keys.sweep();
    this.sides[side].sweep();
  }

  private row(columns: readonly Column[], i: number, side: 0 | 1, key: number, kind: number): void {
    const other = side === 0 ? 1 : 0;
    const { records, associations } = this.matchers[side];
    const state = this.sides[side];
    const otherState = this.sides[other];
    const otherOuter = this.outer[other];
    const joined = this.outer[side] || otherOuter;
    if (kind === INSERT || kind === UPDATE_AFTER) {
      if (this.outer[side] && records.length === 0) this.padded(columns, i, side, INSERT);
      for (let m = 0; m < records.length; m++) {
        const record = records[m] as number;
        if (otherOuter) {
          const n = associations[m] as number;
          if (n === 0) this.paddedStored(record, other, DELETE);
          otherState.setAssociations(record, n + 1);
        }
        this.joined(columns, i, side, record, joined ? INSERT : kind);
      }
      state.add(key, i, records.length);
      return;
    }
    state.retract(i);
    if (this.outer[side] && records.length === 0) this.padded(columns, i, side, DELETE);
    for (let m = 0; m < records.length; m++) {
      const record = records[m] as number;
      // As Flink has it: only an outer input side turns -U into -D.
      this.joined(columns, i, side, record, this.outer[side] ? DELETE : kind);
      if (!otherOuter) continue;
      const n = associations[m] as number;
      if (n === 1) this.paddedStored(record, other, INSERT);
      otherState.setAssociations(record, n - 1);
    }
  }

  private semiLeft(columns: readonly Column[], i: number, key: number, kind: number): void {
    const matches = this.matchers[0].records.length;
    if (matches > 0 === (this.joinType === 'SEMI')) this.out.copy(columns, i, kind);
    if (kind === INSERT || kind === UPDATE_AFTER) this.sides[0].add(key, i, matches);
    else this.sides[0].retract(i);
  }

  private semiRight(i: number, key: number, kind: number): void {
    const { records, associations } = this.matchers[1];
    const [left, right] = this.sides;
    const anti = this.joinType === 'ANTI';
    const accumulate = kind === INSERT || kind === UPDATE_AFTER;
    if (accumulate) right.add(key, i, 0);
    else right.retract(i);
    for (let m = 0; m < records.length; m++) {
      const record = records[m] as number;
      const n = associations[m] as number;
      if (n === (accumulate ? 0 : 1)) {
        left.write(record, this.out.columns, 0);
        this.out.end(anti ? (accumulate ? DELETE : INSERT) : kind);
      }
      left.setAssociations(record, accumulate ? n + 1 : n - 1);
    }
  }

  /** Row `i` of the batch with NULLs for the other side. */
  private padded(columns: readonly Column[], i: number, side: 0 | 1, kind: number): void {
    this.batchRow(columns, i, side);
    this.nulls(side === 0 ? 1 : 0);
    this.out.end(kind);
  }

  private paddedStored(record: number, side: 0 | 1, kind: number): void {
    this.sides[side].write(record, this.out.columns, side === 0 ? 0 : this.leftWidth);
    this.nulls(side === 0 ? 1 : 0);
    this.out.end(kind);
  }

  private joined(columns: readonly Column[], i: number, side: 0 | 1, record: number, kind: number): void {
    this.batchRow(columns, i, side);
    const other = side === 0 ? 1 : 0;
    this.sides[other].write(record, this.out.columns, other === 0 ? 0 : this.leftWidth);
    this.out.end(kind);
  }

  private batchRow(columns: readonly Column[], i: number, side: 0 | 1): void {
    const offset = side === 0 ? 0 : this.leftWidth;
    for (let c = 0; c < columns.length; c++) {
      (this.out.columns[offset + c] as ColumnWriter).appendFrom(columns[c] as Column, i);
    }
  }

  private nulls(side: 0 | 1): void {
    const to = side === 0 ? this.leftWidth : this.width;
    for (let c = side === 0 ? 0 : this.leftWidth; c < to; c++) (this.out.columns[c] as ColumnWriter).appendNull();
  }
}
