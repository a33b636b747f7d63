import type { Checkpoints, PendingSnapshot, SnapshotContents, SnapshotRequest, TakenSnapshot } from './checkpoints.ts';
import type { SnapshotWriter } from './job-snapshot.ts';

/** What a running job does for a snapshot. */
export interface SnapshotSteps {
  /**
   * Brings all operators to a point between two batches and has the sinks prepare their commits; gives what writes all of it, as it was
   * then, whether rows flow on meanwhile or not. `drain`: sources end first. Throws when the job cannot go on.
   */
  cut(drain: boolean): Promise<(writer: SnapshotWriter) => Promise<SnapshotContents>>;
  /** The sinks commit what they prepared. */
  commit(): Promise<void>;
  /** Rows flow again, if they were held up till now. */
  release(): void;
  /** Bytes that a snapshot in memory may take now; without it any number. */
  room?(): number;
  /** Aborted when nobody waits for the snapshot any more: it fails at once. */
  readonly signal?: AbortSignal;
}

/**
 * Takes a snapshot and tells whoever asked. Rejects when the job cannot go on: a sink failed, or too many checkpoints have. Resolves
 * with whether the snapshot was taken.
 */
export async function takeSnapshot(
  checkpoints: Checkpoints,
  request: Omit<SnapshotRequest, 'resolve' | 'reject'> & Partial<SnapshotRequest>,
  steps: SnapshotSteps,
): Promise<boolean> {
  let taken: TakenSnapshot;
  let declined: unknown;
  const declining = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      declined = error;
      throw error;
    }
  };
  try {
    const begun: PendingSnapshot = await declining(checkpoints.begin(request, steps.room?.bind(steps)));
    try {
      const write = await steps.cut(request.drain).catch(async (error: unknown) => {
        await begun.abandon();
        throw error;
      });
      taken = await declining(begun.write(write, steps.signal));
      // As in Flink only a savepoint that ends the job has effects outside.
      if (request.kind === 'checkpoint' || request.stop) await steps.commit();
      if (request.kind === 'checkpoint') await checkpoints.subsume();
    } finally {
      steps.release();
    }
  } catch (error) {
    request.reject?.(error);
    if (declined === undefined || request.drain) throw error;
    const exceeded = request.kind === 'checkpoint' ? checkpoints.exceeded(error) : undefined;
    if (exceeded) throw exceeded;
    return false;
  }
  request.resolve?.(taken);
  return true;
}
