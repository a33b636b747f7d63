import { Worker } from 'node:worker_threads';
import type { StepTask } from '../../local-runtime/step-replay/replay.ts';
import type { StepAnswer } from '../../local-runtime/step-replay/worker.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { StepTrace } from '../../webviews/step-replay/trace.ts';

/** A thread that has not answered by then is ended: a source may never answer. */
const PATIENCE_MS = 60_000;
/** Megabytes that the thread may take: what is recorded is limited, what the query keeps is not. */
const MEMORY_MB = 1024;

/**
 * Runs a statement row by row in a thread of its own, which ends with it.
 * @param script the bundle `step-replay.cjs`
 * @throws Error in Flink's words, or with the signal's reason
 */
export async function stepThrough(script: string, task: StepTask, signal: AbortSignal): Promise<StepTrace> {
  signal.throwIfAborted();
  const worker = new Worker(script, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    // What the runtime notes there is not for the editor.
    stdout: true,
    stderr: true,
  });
  try {
    const answer = await new Promise<StepAnswer>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(t('No answer in {0} s', PATIENCE_MS / 1000))), PATIENCE_MS);
      const stop = (): void => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => {
        clearTimeout(late);
        signal.removeEventListener('abort', stop);
        reject(new Error(t('The thread ended with {0} before it answered', code)));
      });
    });
    if ('problem' in answer) throw new Error(answer.problem);
    return answer.trace;
  } finally {
    await worker.terminate();
  }
}
