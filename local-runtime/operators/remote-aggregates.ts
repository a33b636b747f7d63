import { type Batch, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { gather, gatherKinds, remapMarks } from '../batch/gather.ts';
import type { CallLog } from './aggregates/call-log.ts';
import { closeAll } from './function-calc.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** Pairs of -U and +U that the operator inside gives although Flink may not: it does not know the values. */
export interface Pairs {
  /** -U are for nobody. */
  readonly dropsBefore: boolean;
  /** A pair of equal rows is none. */
  readonly suppressed: boolean;
}

export interface RemoteParts {
  /** Makes the operator inside, which emits to this context. */
  readonly inner: (context: OperatorContext) => Operator;
  /** The calls that another process answers, with the field of the output in which each has its values. */
  readonly calls: readonly { readonly log: CallLog; readonly field: number }[];
  readonly pairs: Pairs;
}

/**
 * An operator with aggregate functions of users, whose accumulators are another process's: it works as it does with its own, but that
 * its calls write their steps to logs, and numbers in place of values. Between two turns of the job the steps are done, and what the
 * operator has emitted goes on with the values. Rows, watermarks and idleness keep their order. Keeps the accumulators as the functions
 * gave them last. Follows AggsHandleFunction, in whose place the calls stand.
 */
export class RemoteAggregatesOperator implements Operator {
  private readonly parts: RemoteParts;
  private readonly context: OperatorContext;
  private readonly inner: Operator;
  /** What the operator inside has emitted: batches, watermarks, idleness. */
  private emitted: (Batch | number | boolean)[] = [];

  constructor(parts: RemoteParts, context: OperatorContext) {
    this.parts = parts;
    this.context = context;
    this.inner = parts.inner({
      output: { emit: (batch) => this.emitted.push(batch) },
      zone: context.zone,
      options: context.options,
      clock: context.clock,
      registerProcessingTimer: (time) => context.registerProcessingTimer(time),
      emitWatermark: (watermark) => this.emitted.push(watermark),
      setIdle: (idle) => this.emitted.push(idle),
      count: (metric, by) => context.count(metric, by),
    });
    if (this.inner.settle) throw new Error('the operator inside waits for nobody');
  }

  process(batch: Batch, input: number): void {
    this.inner.process(batch, input);
  }

  end(input: number): void {
    this.inner.end(input);
  }

  onIdle(input: number, idle: boolean): void {
    if (this.inner.onIdle) this.inner.onIdle(input, idle);
    else this.emitted.push(idle);
  }

  onProcessingTime(now: number): void {
    this.inner.onProcessingTime?.(now);
  }

  async settle(signal: AbortSignal): Promise<void> {
    // While the functions work timers may fire, which have a turn of their own.
    const { emitted } = this;
    this.emitted = [];
    const values = await Promise.all(this.parts.calls.map(({ log }) => log.run()));
    for (const each of emitted) {
      if (signal.aborted) return;
      if (typeof each === 'number') this.context.emitWatermark(each);
      else if (typeof each === 'boolean') this.context.setIdle(each);
      else this.emit(this.changes(this.withValues(each, values)));
    }
  }

  private emit(batch: Batch): void {
    if (batch.length > 0 || batch.marks) this.context.output.emit(batch);
  }

  private withValues(batch: Batch, values: readonly Column[]): Batch {
    const columns = [...batch.columns];
    for (const [c, { field }] of this.parts.calls.entries()) {
      const numbers = columns[field];
      if (numbers?.kind !== 'i32') throw new Error('values stand in for by their numbers');
      columns[field] = gather(values[c] as Column, numbers.values, batch.length);
    }
    return { ...batch, columns };
  }

  /** The rows without the pairs that are none. */
  private changes(batch: Batch): Batch {
    const { dropsBefore, suppressed } = this.parts.pairs;
    const { kinds, length } = batch;
    if (!kinds || !(dropsBefore || suppressed)) return batch;
    const kept = new Int32Array(length);
    let n = 0;
    for (let i = 0; i < length; i++) {
      if (kinds[i] === UPDATE_BEFORE && kinds[i + 1] === UPDATE_AFTER) {
        if (suppressed && sameRows(batch.columns, i, i + 1)) i++;
        else if (!dropsBefore) kept[n++] = i;
        continue;
      }
      kept[n++] = i;
    }
    if (n === length) return batch;
    const rows = kept.subarray(0, n);
    return {
      length: n,
      kinds: n === 0 || rows.every((row) => kinds[row] === INSERT) ? undefined : gatherKinds(kinds, rows, n),
      columns: batch.columns.map((column) => gather(column, rows, n)),
      marks: remapMarks(batch.marks, rows, n),
    };
  }

  stateBytes(): number {
    const own = this.parts.calls.reduce((sum, { log }) => sum + log.byteLength, 0);
    return own + (this.inner.stateBytes?.() ?? 0);
  }

  /** Nothing waits when a snapshot is taken: the logs are worked off. */
  snapshot() {
    return { inner: this.inner.snapshot?.(), calls: this.parts.calls.map(({ log }) => log.snapshot()) };
  }

  restore(state: ReturnType<RemoteAggregatesOperator['snapshot']>): void {
    this.inner.restore?.(state.inner);
    for (const [c, bytes] of state.calls.entries()) this.parts.calls[c]?.log.restore(bytes);
  }

  async close(): Promise<void> {
    await this.inner.close?.();
    await closeAll(this.parts.calls.map(({ log }) => log));
  }
}

function sameRows(columns: readonly Column[], a: number, b: number): boolean {
  return columns.every((column) => sameValue(valueAt(column, a), valueAt(column, b)));
}

/** Values as Flink's record equaliser compares them. */
function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const left = Object.values(a);
  const right = Object.values(b);
  return left.length === right.length && left.every((value, i) => sameValue(value, right[i]));
}
