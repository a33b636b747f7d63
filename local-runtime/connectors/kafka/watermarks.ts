import type { Rex } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import type { ExprEnv } from '../../codegen/env.ts';
import { compileScalar } from '../../codegen/index.ts';
import type { ConnectorEnvironment } from '../connector.ts';
import { durationOption } from '../options.ts';
import type { SplitRun } from './rows.ts';

/**
 * Watermarks made in the source: the highest value of the watermark expression a partition, the least of all partitions that are
 * not idle, sent every `pipeline.auto-watermark-interval` (SourceOperator with WatermarkOutputMultiplexer).
 */
export class PartitionWatermarks {
  private readonly expression: ReturnType<typeof compileScalar>;
  /** Operators look at columns even where there are no rows. */
  private readonly noRows: Batch;
  private readonly intervalMs: number;
  private readonly idleMs: number | undefined;
  private highest: number[] = [];
  private lastRow: number[] = [];
  private sent = Number.NEGATIVE_INFINITY;
  private lastSent = 0;

  constructor(
    watermark: { readonly expr: Rex },
    types: readonly LogicalType[],
    env: ConnectorEnvironment,
    idleMs: number | undefined,
  ) {
    const exprEnv: ExprEnv = { zone: env.zone, clock: { now: env.now }, options: env.options };
    this.noRows = new BatchBuilder(types).take();
    this.expression = compileScalar(watermark.expr, types, exprEnv);
    this.intervalMs = durationOption(env.options, 'pipeline.auto-watermark-interval') ?? 200;
    this.idleMs = idleMs;
  }

  /** Tells how many partitions there are; new ones hold the watermark back until they have rows. */
  partitions(count: number): void {
    while (this.highest.length < count) {
      this.highest.push(Number.NEGATIVE_INFINITY);
      this.lastRow.push(Date.now());
    }
  }

  /** The batch with a watermark behind its rows when one is due; also a batch without rows. */
  mark(batch: Batch | undefined, runs: readonly SplitRun[], now: number): Batch | undefined {
    if (batch) this.observe(batch, runs, now);
    if (now - this.lastSent < this.intervalMs) return batch;
    let least = Number.POSITIVE_INFINITY;
    for (let p = 0; p < this.highest.length; p++) {
      if (this.idleMs !== undefined && now - (this.lastRow[p] as number) >= this.idleMs) continue;
      least = Math.min(least, this.highest[p] as number);
    }
    if (!Number.isFinite(least) || least <= this.sent) return batch;
    this.sent = least;
    this.lastSent = now;
    const rows = batch?.length ?? 0;
    const marks = { count: 1, rows: Int32Array.of(rows), values: Float64Array.of(least) };
    return { ...(batch ?? this.noRows), marks };
  }

  private observe(batch: Batch, runs: readonly SplitRun[], now: number): void {
    const column = this.expression.evalColumn(batch);
    if (column.kind !== 'ts') throw new Error(`a watermark expression of kind ${column.kind}`);
    let i = 0;
    for (const { split, until } of runs) {
      if (until > i) this.lastRow[split] = now;
      let highest = this.highest[split] as number;
      for (; i < until; i++) {
        if (!column.nulls?.[i] && (column.ms[i] as number) > highest) highest = column.ms[i] as number;
      }
      this.highest[split] = highest;
    }
  }
}
