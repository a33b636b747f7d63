import type { MiniBatchAssigner } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import { RowWriter } from '../state/row-writer.ts';
import type { Operator, OperatorContext } from './operator.ts';

const start = (time: number, interval: number): number => time - (((time % interval) + interval) % interval);

/**
 * Marks that end the bundles downstream. Rows pass. By processing time the watermarks from above are dropped, and each interval's
 * first row, or its timer, sends the interval's start as a watermark; by event time a watermark is held back until it passes the end
 * of an interval. MAX_WATERMARK passes at once; what is held back comes at the end. Keeps the last mark. Follows
 * ProcTimeMiniBatchAssignerOperator and RowTimeMiniBatchAssginerOperator.
 */
export class MiniBatchAssignerOperator implements Operator {
  private readonly node: MiniBatchAssigner;
  private readonly context: OperatorContext;
  private readonly out: RowWriter;
  /** The watermark sent last (processing time) or seen last (event time). */
  private current = 0;
  private next: number;
  private held = false;

  constructor(node: MiniBatchAssigner, types: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    this.next = node.interval - 1;
    this.out = new RowWriter(types, (batch) => context.output.emit(batch));
    if (node.mode === 'ProcTime') this.wake(context.clock.now());
  }

  private wake(now: number): void {
    this.context.registerProcessingTimer(start(now, this.node.interval) + this.node.interval);
  }

  process(batch: Batch): void {
    const { columns, kinds } = batch;
    if (this.node.mode === 'ProcTime') this.clock(this.context.clock.now());
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.out.copy(columns, i, kinds === undefined ? INSERT : (kinds[i] as number));
      },
      (watermark) => this.mark(watermark),
    );
    this.out.flush();
  }

  private mark(watermark: number): void {
    if (watermark === Number.POSITIVE_INFINITY) {
      this.held = false;
      this.out.mark(watermark);
    } else if (this.node.mode === 'RowTime' && watermark > this.current) {
      this.current = watermark;
      this.held = watermark < this.next;
      if (this.held) return;
      this.out.mark(watermark);
      this.next = start(watermark, this.node.interval) + this.node.interval - 1;
      if (this.next <= watermark) this.next += this.node.interval;
    }
  }

  private clock(now: number): void {
    const batch = start(now, this.node.interval);
    if (batch <= this.current) return;
    this.current = batch;
    this.out.mark(batch);
  }

  onProcessingTime(now: number): void {
    if (this.node.mode !== 'ProcTime') return;
    this.clock(now);
    this.out.flush();
    this.wake(now);
  }

  end(): void {
    if (this.held) this.out.mark(this.current);
    this.out.flush();
  }

  snapshot() {
    return { current: this.current, next: this.next, held: this.held };
  }

  restore(state: ReturnType<MiniBatchAssignerOperator['snapshot']>): void {
    this.current = state.current;
    this.next = state.next;
    this.held = state.held;
  }
}
