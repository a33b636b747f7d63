import type { Batch } from '../batch/batch.ts';
import type { Operator, OperatorContext } from './operator.ts';

/**
 * An operator that asks something outside of the job for its rows. Keeps the batches that came since the job's last turn, and works on
 * them between two turns, in order; watermarks are marks inside them and keep their places. Follows AsyncWaitOperator.
 */
export abstract class QueuedOperator implements Operator {
  protected readonly context: OperatorContext;
  #queue: (Batch | boolean)[] = [];

  constructor(context: OperatorContext) {
    this.context = context;
  }

  process(batch: Batch): void {
    this.#queue.push(batch);
  }

  onIdle(_input: number, idle: boolean): void {
    this.#queue.push(idle);
  }

  async settle(signal: AbortSignal): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined && !signal.aborted; next = this.#queue.shift()) {
      if (typeof next === 'boolean') this.context.setIdle(next);
      else await this.work(next, signal);
    }
  }

  /** Emits what a batch becomes; nothing once `signal` is aborted. */
  protected abstract work(batch: Batch, signal: AbortSignal): Promise<void>;

  end(): void {
    // The job settles what waits before the outputs end.
  }

  /** Nothing waits when a snapshot is taken. */
  snapshot(): undefined {
    return undefined;
  }

  abstract close(): Promise<void>;
}
