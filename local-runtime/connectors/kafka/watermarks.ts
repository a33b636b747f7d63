import type { Rex } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import type { ExprEnv } from '../../codegen/env.ts';
import { compileScalar } from '../../codegen/index.ts';
import type { ConnectorEnvironment } from '../connector.ts';
import { durationOption } from '../options.ts';
import type { SplitRun } from './rows.ts';

/** Of the option `scan.watermark.emit.strategy` (WatermarkEmitStrategy). */
export type EmitStrategy = 'on-event' | 'on-periodic';

/**
 * Watermarks made in the source: the highest value of the watermark expression a partition, the least of all partitions that are
 * not idle, sent every `pipeline.auto-watermark-interval` or behind each row that moves it (SourceOperator with
 * WatermarkOutputMultiplexer).
 */
export class PartitionWatermarks {
  private readonly expression: ReturnType<typeof compileScalar>;
  /** Operators look at columns even where there are no rows. */
  private readonly noRows: Batch;
  private readonly intervalMs: number;
  private readonly idleMs: number | undefined;
  private readonly isOnEvent: boolean;
  private highest: number[] = [];
  private readonly idleness: IdlenessTimer[] = [];
  private lastCheck = Number.NEGATIVE_INFINITY;
  private sent = Number.NEGATIVE_INFINITY;
  private lastSent = 0;

  constructor(
    watermark: { readonly expr: Rex },
    types: readonly LogicalType[],
    env: ConnectorEnvironment,
    idleMs: number | undefined,
    emit: EmitStrategy = 'on-periodic',
  ) {
    const exprEnv: ExprEnv = { zone: env.zone, clock: { now: env.now }, options: env.options };
    this.noRows = new BatchBuilder(types).take();
    this.expression = compileScalar(watermark.expr, types, exprEnv);
    this.intervalMs = durationOption(env.options, 'pipeline.auto-watermark-interval') ?? 200;
    this.idleMs = idleMs;
    this.isOnEvent = emit === 'on-event';
  }

  /** Tells how many partitions there are; new ones hold the watermark back until they have rows. */
  partitions(count: number): void {
    while (this.highest.length < count) {
      this.highest.push(Number.NEGATIVE_INFINITY);
      this.idleness.push(new IdlenessTimer());
    }
  }

  /** The batch with the watermarks that are due, behind their rows; also a batch without rows. */
  mark(batch: Batch | undefined, runs: readonly SplitRun[], now: number): Batch | undefined {
    const rows: number[] = [];
    const values: number[] = [];
    const send = (after: number) => {
      const least = this.least();
      if (!Number.isFinite(least) || least <= this.sent) return;
      this.sent = least;
      this.lastSent = now;
      rows.push(after);
      values.push(least);
    };
    if (batch) this.observe(batch, runs, this.isOnEvent ? send : undefined);
    // Between rows, time alone lets partitions become idle.
    if (this.idleMs !== undefined && now - this.lastCheck >= this.intervalMs) {
      this.lastCheck = now;
      for (const timer of this.idleness) timer.check(now, this.idleMs);
    }
    if (now - this.lastSent >= this.intervalMs) send(batch?.length ?? 0);
    if (!values.length) return batch;
    const marks = { count: values.length, rows: Int32Array.from(rows), values: Float64Array.from(values) };
    return { ...(batch ?? this.noRows), marks };
  }

  /** What all partitions have reached that are not idle. */
  private least(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let p = 0; p < this.highest.length; p++) {
      if (this.idleness[p]?.isIdle) continue;
      least = Math.min(least, this.highest[p] as number);
    }
    return least;
  }

  private observe(batch: Batch, runs: readonly SplitRun[], risen?: (after: number) => void): void {
    const column = this.expression.evalColumn(batch);
    if (column.kind !== 'ts') throw new Error(`a watermark expression of kind ${column.kind}`);
    let i = 0;
    for (const { split, until } of runs) {
      if (until > i) this.idleness[split]?.activity();
      let highest = this.highest[split] as number;
      for (; i < until; i++) {
        if (column.nulls?.[i] || (column.ms[i] as number) <= highest) continue;
        highest = column.ms[i] as number;
        if (!risen) continue;
        this.highest[split] = highest;
        risen(i + 1);
      }
      this.highest[split] = highest;
    }
  }
}

/**
 * Is a partition idle (WatermarksWithIdleness.IdlenessTimer)? Its time begins with the first check that finds no row since the one
 * before: a partition that had rows is idle later than one that had none, and in between the watermark is the former's alone.
 */
class IdlenessTimer {
  isIdle = false;
  private hadRows = false;
  private since: number | undefined;

  activity(): void {
    this.hadRows = true;
    this.isIdle = false;
  }

  check(now: number, limitMs: number): void {
    if (this.hadRows) {
      this.hadRows = false;
      this.since = undefined;
    } else if (this.since === undefined) this.since = now;
    else if (now - this.since > limitMs) this.isIdle = true;
  }
}
