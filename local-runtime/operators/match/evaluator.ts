import { ALL_VARIABLES } from '../../../flink-sql/plan/match.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import { AggregateSet } from '../aggregates/aggregate-set.ts';
import type { OperatorContext } from '../operator.ts';
import type { Access, PatternExpression } from './layout.ts';
import type { Taken } from './partial-matches.ts';
import type { RowArena } from './row-arena.ts';

/** Finds the rows that an expression names and computes its aggregates (MatchCodeGenerator's findEventByLogicalPosition). */
export class PatternEvaluator {
  readonly rows: Int32Array;
  extra: Column[] = [];
  private readonly expression: PatternExpression;
  private readonly arena: RowArena;
  private readonly variables: readonly string[];
  private readonly types: readonly LogicalType[];
  private readonly context: OperatorContext;
  private readonly sets: readonly AggregateSet[];
  private readonly writers: readonly ColumnWriter[];

  constructor(
    expression: PatternExpression,
    arena: RowArena,
    variables: readonly string[],
    types: readonly LogicalType[],
    context: OperatorContext,
  ) {
    this.expression = expression;
    this.arena = arena;
    this.variables = variables;
    this.types = types;
    this.context = context;
    this.rows = new Int32Array(expression.accesses.length);
    this.sets = expression.aggregates.map(({ call }) => {
      const set = new AggregateSet([call], types, false, context.zone);
      set.grow(1);
      return set;
    });
    this.writers = expression.extra.map(columnWriter);
  }

  /**
   * Fills `rows` and `extra`. `last` is the last row taken; in a DEFINE `row` is the row at hand and `current` the variable that it
   * would be taken by, in MEASURES -1. `time` is what MATCH_ROWTIME gives.
   */
  prepare(last: Taken | null, row: number, current: number, time: number): void {
    const { accesses, aggregates } = this.expression;
    for (let k = 0; k < accesses.length; k++) {
      this.rows[k] = this.find(accesses[k] as Access, last, row, current);
    }
    if (this.writers.length === 0) return;
    aggregates.forEach(({ variable }, k) => {
      this.aggregate(k, this.rowsOf(variable, last, row, current));
    });
    if (this.expression.usesTime) {
      (this.writers[aggregates.length] as ColumnWriter).append({ ms: time, nanos: 0 });
      (this.writers[aggregates.length + 1] as ColumnWriter).append({ ms: this.context.clock.now(), nanos: 0 });
    }
    this.extra = this.writers.map((writer) => writer.take());
  }

  private takes(variable: string, by: number): boolean {
    return variable === ALL_VARIABLES || this.variables[by] === variable;
  }

  private find({ variable, first, offset }: Access, last: Taken | null, row: number, current: number): number {
    if (!first && offset >= 0) {
      let skip = offset;
      if (current >= 0 && this.takes(variable, current) && skip-- === 0) return row;
      for (let at = last; at; at = at.previous) {
        if (this.takes(variable, at.variable) && skip-- === 0) return at.row;
      }
      return 0;
    }
    const rows = this.rowsOf(variable, last, row, current);
    if (rows.length <= offset) return 0;
    const at = first ? offset : rows.length - offset - 1;
    const found = rows[at];
    if (found !== undefined) return found;
    throw new FlinkFault('IndexOutOfBoundsException', `Index ${at} out of bounds for length ${rows.length}`);
  }

  private rowsOf(variable: string, last: Taken | null, row: number, current: number): number[] {
    const rows: number[] = [];
    if (current >= 0 && this.takes(variable, current)) rows.push(row);
    for (let at = last; at; at = at.previous) if (this.takes(variable, at.variable)) rows.push(at.row);
    return rows.reverse();
  }

  private aggregate(k: number, rows: readonly number[]): void {
    const set = this.sets[k] as AggregateSet;
    const columns = this.types.map((type, f) => {
      const writer = columnWriter(type);
      for (const row of rows) writer.append(valueAt(this.arena.columns[f] as Column, row));
      return writer.take();
    });
    set.bind(columns);
    set.reset(0);
    for (let i = 0; i < rows.length; i++) set.accumulate(0, i);
    set.write(0, this.writers, k);
  }
}
