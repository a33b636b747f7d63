import type { Correlate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, gatherKinds, remapMarks } from '../batch/gather.ts';
import { type ColumnWriter, columnWriter } from '../state/column-writer.ts';
import { IntList } from '../state/int-list.ts';
import type { CalcProgram } from './calc.ts';
import type { JoinCondition } from './joins/join-matcher.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { TableFunction } from './table-functions.ts';

/**
 * Each row with the rows that a table function gives for it, of the row's kind; with LEFT a row for which none comes (or none
 * passes the condition) gets NULLs. Keeps nothing; watermarks pass in their places. Follows CorrelateCodeGenerator's operator.
 */
export class CorrelateOperator implements Operator {
  private readonly outer: boolean;
  private readonly args: CalcProgram;
  private readonly fn: TableFunction;
  private readonly condition: JoinCondition | undefined;
  private readonly writers: readonly ColumnWriter[];
  private readonly context: OperatorContext;
  /** Input row of each row of the function. */
  private readonly rows = new IntList();

  constructor(
    node: Correlate,
    args: CalcProgram,
    fn: TableFunction,
    condition: JoinCondition | undefined,
    context: OperatorContext,
  ) {
    this.outer = node.joinType === 'LEFT';
    this.args = args;
    this.fn = fn;
    this.condition = condition;
    const types: readonly LogicalType[] = node.fields.slice(node.input.fields.length).map((field) => field.type);
    this.writers = types.map(columnWriter);
    this.context = context;
  }

  process(batch: Batch): void {
    const { columns, length } = batch;
    if (length === 0) {
      this.context.output.emit({ ...batch, columns: [...columns, ...this.writers.map((w) => w.take())] });
      return;
    }
    const args = this.args.run({ length, kinds: undefined, columns, marks: undefined }).columns;
    this.rows.clear();
    const padded = this.outer && this.condition === undefined;
    for (let i = 0; i < length; i++) {
      const rows = this.fn(args, i, this.writers);
      for (let n = 0; n < rows; n++) this.rows.push(i);
      if (rows === 0 && padded) this.pad(i);
    }
    let made: readonly Column[] = this.writers.map((w) => w.take());
    if (this.condition) made = this.filtered(this.condition, columns, length, made);
    const { values: rows, length: count } = this.rows;
    const marks = remapMarks(batch.marks, rows, count);
    if (count === 0 && !marks) return;
    this.context.output.emit({
      length: count,
      kinds: gatherKinds(batch.kinds, rows, count),
      columns: [...columns.map((column) => gather(column, rows, count)), ...made],
      marks,
    });
  }

  private pad(row: number): void {
    for (const writer of this.writers) writer.appendNull();
    this.rows.push(row);
  }

  /** The function's rows that pass, and the padded ones. */
  private filtered(
    condition: JoinCondition,
    columns: readonly Column[],
    length: number,
    made: readonly Column[],
  ): readonly Column[] {
    const sources = this.rows.values.slice(0, this.rows.length);
    this.rows.clear();
    let at = 0;
    for (let i = 0; i < length; i++) {
      let any = false;
      for (; at < sources.length && sources[at] === i; at++) {
        if (!condition(columns, i, made, at)) continue;
        any = true;
        for (let c = 0; c < made.length; c++) (this.writers[c] as ColumnWriter).appendFrom(made[c] as Column, at);
        this.rows.push(i);
      }
      if (!any && this.outer) this.pad(i);
    }
    return this.writers.map((w) => w.take());
  }

  end(): void {
    // Nothing kept.
  }
}
