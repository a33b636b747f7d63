import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, gatherOrNull } from '../batch/gather.ts';
import { columnWriter, emptyColumn } from '../state/column-writer.ts';
import { readColumn } from '../udf/columns.ts';
import type { RunningFunction } from '../udf/job-functions.ts';
import type { CalcProgram } from './calc.ts';
import type { OperatorContext } from './operator.ts';
import { QueuedOperator } from './queued-operator.ts';

/** One call for whole columns: what it is given, for which rows, and what it gives. */
export interface CallStep {
  readonly fn: RunningFunction;
  /** Its arguments, from the columns so far. */
  readonly args: CalcProgram;
  /** One BOOLEAN column, from the columns so far: the rows for which the call is made. Absent: all. */
  readonly guard?: CalcProgram;
  readonly type: LogicalType;
}

/** Calls whose results become columns behind those of the input, then a calc over all of them. */
export interface CallStage {
  readonly steps: readonly CallStep[];
  readonly calc: CalcProgram;
}

/**
 * Filter and projection with calls of users' functions, which answer from another process: those of the condition, then the condition,
 * then those of the projection for the rows that are left. Keeps the batches that came since the job's last turn; rows and watermarks
 * keep their order. Follows StreamExecCalc's generated operator.
 */
export class FunctionCalcOperator extends QueuedOperator {
  private readonly stages: readonly CallStage[];

  constructor(stages: readonly CallStage[], context: OperatorContext) {
    super(context);
    this.stages = stages;
  }

  protected async work(batch: Batch, signal: AbortSignal): Promise<void> {
    let made = batch;
    for (const { steps, calc } of this.stages) {
      made = { ...made, columns: await withResults(steps, made.columns, made.length) };
      made = calc.run(made);
    }
    if (!signal.aborted && (made.length > 0 || made.marks)) this.context.output.emit(made);
  }

  async close(): Promise<void> {
    await closeAll(this.stages.flatMap(({ steps }) => steps.map(({ fn }) => fn)));
  }
}

/** All are closed, whichever of them fails. */
export async function closeAll(functions: readonly { close(): Promise<void> }[]): Promise<void> {
  const results = await Promise.allSettled(functions.map((fn) => fn.close()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The columns with those of the calls behind them. */
export async function withResults(
  steps: readonly CallStep[],
  columns: readonly Column[],
  length: number,
): Promise<readonly Column[]> {
  const all = [...columns];
  for (const step of steps) all.push(await result(step, all, length));
  return all;
}

async function result(
  { fn, args, guard, type }: CallStep,
  columns: readonly Column[],
  length: number,
): Promise<Column> {
  const plain = { length, kinds: undefined, columns, marks: undefined };
  if (!guard) {
    if (length === 0) return emptyColumn(type);
    return readColumn(await fn.rows(args.run(plain).columns, length), type, length);
  }
  const [reached] = guard.run(plain).columns;
  if (reached?.kind !== 'bool') throw new Error('a guard is a BOOLEAN');
  const rows = new Int32Array(length);
  const places = new Int32Array(length).fill(-1);
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (reached.values[i] !== 1 || reached.nulls?.[i] === 1) continue;
    places[i] = count;
    rows[count++] = i;
  }
  if (count === 0) return nulls(type, length);
  const some = { ...plain, length: count, columns: columns.map((column) => gather(column, rows, count)) };
  const answer = readColumn(await fn.rows(args.run(some).columns, count), type, count);
  return gatherOrNull(answer, places, length);
}

/** A column of NULLs. */
export function nulls(type: LogicalType, length: number): Column {
  const writer = columnWriter(type);
  for (let i = 0; i < length; i++) writer.appendNull();
  return writer.take();
}
