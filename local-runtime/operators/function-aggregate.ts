import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT, UPDATE_AFTER } from '../batch/batch.ts';
import type { BoolColumn, Column } from '../batch/column.ts';
import { KeyTable } from '../state/key-table.ts';
import { Accumulators } from '../udf/accumulators.ts';
import { readColumn } from '../udf/columns.ts';
import type { RunningFunction } from '../udf/job-functions.ts';
import { grownInts } from './aggregates/aggregate.ts';
import { STEP, writeSteps } from './aggregates/call-log.ts';
import { closeAll } from './function-calc.ts';
import type { GroupAggregateOperator } from './group-aggregate.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { StateTable } from './state-table.ts';

/** What a row is to a function. */
const RETRACT = 1;
const VALUE_ONLY = 2;
const LAST = 4;

/** A call of a user's aggregate function. */
export interface AggregateStep {
  readonly fn: RunningFunction;
  /** Fields of the input. */
  readonly args: readonly number[];
  /** Field of its FILTER, -1 without one. */
  readonly filter: number;
  readonly type: LogicalType;
}

export interface FunctionAggregateParts {
  readonly group: readonly number[];
  readonly steps: readonly AggregateStep[];
  /** Takes the input with the values of the calls behind its columns. */
  readonly inner: GroupAggregateOperator;
}

/**
 * GROUP BY with aggregate functions of users, whose accumulators are another process's: for each batch the functions are given the
 * group of each row and answer the group's value after it; the operator behind takes these values as they are. Keeps the keys, how
 * many rows each group has, and the accumulators as Flink's serializer writes them, which is what snapshots hold. A group whose last
 * row is taken back is forgotten; a retraction without a group is dropped. Watermarks keep their places among the rows. Follows
 * GroupAggFunction.
 */
export class FunctionAggregateOperator implements Operator {
  private readonly parts: FunctionAggregateParts;
  private readonly context: OperatorContext;
  private readonly keys: KeyTable;
  private rowCounts = new Int32Array(0);
  private readonly accumulators: readonly Accumulators[];
  /** Accumulators of a snapshot that the functions do not have yet. */
  private restored = false;
  private ended = false;
  private queue: (Batch | boolean)[] = [];

  constructor(parts: FunctionAggregateParts, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.parts = parts;
    this.context = context;
    this.keys = new KeyTable(parts.group.map((g) => inputTypes[g] as LogicalType));
    this.accumulators = parts.steps.map(() => new Accumulators());
  }

  process(batch: Batch): void {
    this.queue.push(batch);
  }

  onIdle(_input: number, idle: boolean): void {
    this.queue.push(idle);
  }

  async settle(signal: AbortSignal): Promise<void> {
    if (this.restored) {
      this.restored = false;
      await Promise.all(
        this.parts.steps.map(({ fn }, s) => fn.restore((this.accumulators[s] as Accumulators).entries())),
      );
    }
    for (let next = this.queue.shift(); next !== undefined && !signal.aborted; next = this.queue.shift()) {
      if (typeof next === 'boolean') this.context.setIdle(next);
      else await this.run(next, signal);
    }
    if (!this.ended || signal.aborted) return;
    this.ended = false;
    this.parts.inner.end();
  }

  private async run(batch: Batch, signal: AbortSignal): Promise<void> {
    const { length, columns } = batch;
    if (length === 0) {
      this.parts.inner.process({ ...batch, columns: [...columns, ...this.parts.steps.map(() => NONE)] });
      return;
    }
    const groups = new Int32Array(length);
    const flags = this.lookUp(batch, groups);
    const values = await Promise.all(
      this.parts.steps.map((step, s) => this.values(step, this.accumulators[s] as Accumulators, batch, groups, flags)),
    );
    if (signal.aborted) return;
    this.parts.inner.process({ ...batch, columns: [...columns, ...values] });
    this.keys.sweep();
  }

  /** The group of each row, and what the row is to it. */
  private lookUp({ length, kinds, columns }: Batch, groups: Int32Array): Uint8Array {
    const { keys } = this;
    const flags = new Uint8Array(length);
    keys.encode(
      this.parts.group.map((g) => columns[g] as Column),
      0,
      length,
    );
    for (let i = 0; i < length; i++) {
      const kind = kinds === undefined ? INSERT : (kinds[i] as number);
      if (kind === INSERT || kind === UPDATE_AFTER) {
        const group = keys.findOrAdd(i);
        groups[i] = group;
        if (group >= this.rowCounts.length) this.rowCounts = grownInts(this.rowCounts, Math.max(64, group * 2));
        this.rowCounts[group] = keys.added ? 1 : (this.rowCounts[group] as number) + 1;
        continue;
      }
      const group = keys.find(i);
      groups[i] = group;
      if (group < 0) {
        flags[i] = VALUE_ONLY | LAST;
        continue;
      }
      const count = (this.rowCounts[group] as number) - 1;
      this.rowCounts[group] = count;
      flags[i] = RETRACT;
      if (count !== 0) continue;
      flags[i] = RETRACT | LAST;
      keys.remove(group);
    }
    return flags;
  }

  private async values(
    { fn, args, filter, type }: AggregateStep,
    accumulators: Accumulators,
    { length, columns }: Batch,
    groups: Int32Array,
    flags: Uint8Array,
  ): Promise<Column> {
    const own = filter < 0 ? flags : filtered(flags, columns[filter] as BoolColumn);
    const given = args.map((arg) => columns[arg] as Column);
    const steps = stepsOf(groups, own);
    const answer = await fn.rows(given, length, (out) => writeSteps(out, steps.kinds, steps.groups, steps.others));
    const values = readColumn(answer, type, length);
    accumulators.take(answer);
    return values;
  }

  end(): void {
    this.ended = true;
  }

  stateBytes(): number {
    const own = this.accumulators.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return this.keys.byteLength + this.rowCounts.byteLength + own + this.parts.inner.stateBytes();
  }

  /** The groups with their values; accumulators are bytes that only the functions read. */
  describeState(): readonly StateTable[] {
    return this.parts.inner.describeState();
  }

  snapshot() {
    return {
      keys: this.keys.snapshot(),
      rowCounts: this.rowCounts,
      accumulators: this.accumulators.map((each) => each.snapshot()),
      inner: this.parts.inner.snapshot(),
    };
  }

  restore(state: ReturnType<FunctionAggregateOperator['snapshot']>): void {
    this.keys.restore(state.keys);
    this.rowCounts = state.rowCounts;
    for (const [s, bytes] of state.accumulators.entries()) this.accumulators[s]?.restore(bytes);
    this.parts.inner.restore(state.inner);
    this.restored = true;
  }

  async close(): Promise<void> {
    await closeAll(this.parts.steps.map(({ fn }) => fn));
  }
}

/** Each row's step, the value after it, and the end of the group with its last row. */
function stepsOf(groups: Int32Array, flags: Uint8Array) {
  const kinds = new Uint8Array(3 * flags.length);
  const whose = new Int32Array(3 * flags.length);
  const rows = new Int32Array(3 * flags.length);
  let n = 0;
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as number;
    const group = groups[i] as number;
    if ((flag & VALUE_ONLY) === 0) {
      whose[n] = group;
      rows[n] = i;
      kinds[n++] = (flag & RETRACT) === 0 ? STEP.accumulate : STEP.retract;
    }
    whose[n] = group;
    kinds[n++] = (flag & LAST) === 0 ? STEP.value : STEP.noValue;
    if ((flag & LAST) === 0) continue;
    whose[n] = group;
    kinds[n++] = STEP.reset;
  }
  return { kinds: kinds.subarray(0, n), groups: whose.subarray(0, n), others: rows.subarray(0, n) };
}

const NONE: Column = { kind: 'obj', values: [], nulls: undefined };

/** Rows whose FILTER is not true leave the accumulator as it is. */
function filtered(flags: Uint8Array, condition: BoolColumn): Uint8Array {
  const { values, nulls } = condition;
  return flags.map((flag, i) => (values[i] === 1 && nulls?.[i] !== 1 ? flag : flag | VALUE_ONLY));
}
