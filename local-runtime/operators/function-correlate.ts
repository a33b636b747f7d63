import type { Correlate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, gatherKinds, gatherOrNull, remapMarks } from '../batch/gather.ts';
import { IntList } from '../state/int-list.ts';
import { readColumn } from '../udf/columns.ts';
import type { RunningFunction } from '../udf/job-functions.ts';
import type { CalcProgram } from './calc.ts';
import { type CallStep, closeAll, nulls, withResults } from './function-calc.ts';
import type { JoinCondition } from './joins/join-matcher.ts';
import type { OperatorContext } from './operator.ts';
import { QueuedOperator } from './queued-operator.ts';

/** What a call of a user's table function runs with. */
export interface FunctionCorrelateParts {
  readonly fn: RunningFunction;
  /** Calls of other functions among its arguments, made first. */
  readonly steps: readonly CallStep[];
  /** Its arguments, from the columns of the input and of `steps`. */
  readonly args: CalcProgram;
  readonly condition?: JoinCondition;
}

/**
 * Each row with the rows that a user's table function gives for it, of the row's kind; with LEFT a row for which none comes (or none
 * passes the condition) gets NULLs. The function answers from another process, a batch at once: keeps the batches that came since the
 * job's last turn. Rows and watermarks keep their order. Follows CorrelateCodeGenerator's operator.
 */
export class FunctionCorrelateOperator extends QueuedOperator {
  private readonly outer: boolean;
  private readonly types: readonly LogicalType[];
  private readonly parts: FunctionCorrelateParts;
  private readonly rows = new IntList();
  /** Row of the function for each output row; -1: none. */
  private readonly made = new IntList();

  constructor(node: Correlate, parts: FunctionCorrelateParts, context: OperatorContext) {
    super(context);
    this.outer = node.joinType === 'LEFT';
    this.types = node.fields.slice(node.input.fields.length).map((field) => field.type);
    this.parts = parts;
  }

  protected async work(batch: Batch, signal: AbortSignal): Promise<void> {
    const { columns, length } = batch;
    const { fn, steps, args } = this.parts;
    this.rows.clear();
    this.made.clear();
    let found: readonly Column[] = [];
    if (length > 0) {
      const all = await withResults(steps, columns, length);
      const given = args.run({ length, kinds: undefined, columns: all, marks: undefined }).columns;
      const answer = await fn.rows(given, length);
      const counts = new Int32Array(answer.aligned(4 * length));
      const total = answer.int();
      found = this.types.map((type) => readColumn(answer, type, total));
      this.join(columns, counts, found);
    }
    if (signal.aborted) return;
    const { values: rows, length: count } = this.rows;
    const marks = remapMarks(batch.marks, rows, count);
    if (count === 0 && !marks) return;
    const made = this.made.values;
    this.context.output.emit({
      length: count,
      kinds: gatherKinds(batch.kinds, rows, count),
      columns: [
        ...columns.map((column) => gather(column, rows, count)),
        ...this.types.map((type, c) => padded(found[c], type, made, count)),
      ],
      marks,
    });
  }

  private join(columns: readonly Column[], counts: Int32Array, found: readonly Column[]): void {
    const { condition } = this.parts;
    let at = 0;
    for (let i = 0; i < counts.length; i++) {
      let any = false;
      for (const end = at + (counts[i] as number); at < end; at++) {
        if (condition && !condition(columns, i, found, at)) continue;
        any = true;
        this.rows.push(i);
        this.made.push(at);
      }
      if (any || !this.outer) continue;
      this.rows.push(i);
      this.made.push(-1);
    }
  }

  async close(): Promise<void> {
    await closeAll([this.parts.fn, ...this.parts.steps.map(({ fn }) => fn)]);
  }
}

/** The function's values in their places; only NULLs where it gave no row at all. */
function padded(column: Column | undefined, type: LogicalType, rows: Int32Array, count: number): Column {
  const none = rows.subarray(0, count).every((row) => row < 0);
  return column === undefined || none ? nulls(type, count) : gatherOrNull(column, rows, count);
}
