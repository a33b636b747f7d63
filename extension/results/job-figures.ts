import { isEnded } from '../../clients/job-manager/index.ts';
import type { VertexState } from '../../webviews/job/messages.ts';
import type { JobFigures } from '../../webviews/messages.ts';
import type { JobClient } from '../jobs/job-client.ts';
import { vertexStates } from '../jobs/job-state.ts';
import { figuresOf } from '../jobs/job-watch.ts';
import { Poller } from '../jobs/poller.ts';
import { Rates } from '../jobs/rates.ts';

const EVERY_MS = 2000;

/** Asks what the job of a result does while somebody looks at the result; ends with the job. */
export class JobFiguresWatch {
  readonly #source: JobClient;
  readonly #id: string;
  readonly #tell: (figures: JobFigures) => void;
  readonly #poller: Poller;
  readonly #rates = new Rates();
  #last: JobFigures | undefined;

  /** @param wanted whether to go on asking a server that does not answer */
  constructor(source: JobClient, id: string, tell: (figures: JobFigures) => void, wanted: () => boolean) {
    this.#source = source;
    this.#id = id;
    this.#tell = tell;
    this.#poller = new Poller(
      (signal) => this.#turn(signal),
      () => {
        // A connection without a JobManager, or a job that is forgotten: the bar shows no figures, and the job's own view tells why.
        source.reset();
        if (!wanted()) this.#poller.stop();
      },
    );
  }

  /** What was told last. */
  get last(): JobFigures | undefined {
    return this.#last;
  }

  start(): void {
    if (!this.#last?.ended) this.#poller.start();
  }

  stop(): void {
    this.#poller.stop();
  }

  dispose(): void {
    this.#poller.stop();
    this.#source.reset();
  }

  async #turn(signal: AbortSignal): Promise<number | undefined> {
    const client = await this.#source.client();
    const job = await client.job(this.#id, signal);
    const [measured, checkpoints] = await Promise.all([
      figuresOf(client, job, signal),
      client.checkpoints(this.#id, signal),
    ]);
    const vertices = this.#rates.apply(vertexStates(job, measured), job.now);
    const ended = isEnded(job.state);
    this.#last = summary(job.state, ended, vertices, checkpoints.latest.completed?.stateSize);
    this.#tell(this.#last);
    return ended ? undefined : EVERY_MS;
  }
}

/** The figures of a job as a whole. `checkpointed`: bytes of its last checkpoint. */
export function summary(
  state: string,
  ended: boolean,
  vertices: readonly VertexState[],
  checkpointed: number | undefined,
): JobFigures {
  const known = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null);
  const sum = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
  const watermarks = known(vertices.map(({ watermark }) => watermark));
  const times = watermarks.filter((watermark) => watermark !== 'end');
  const lags = known(vertices.map(({ lag }) => lag));
  const measured = sum(known(vertices.map(({ stateBytes }) => stateBytes)));
  return {
    state,
    ended,
    watermark: times.length > 0 ? Math.min(...times) : watermarks.length > 0 ? 'end' : null,
    lag: lags.length === 0 ? null : Math.max(...lags),
    lateRecords: sum(known(vertices.map(({ lateRecords }) => lateRecords))),
    stateBytes: measured ?? checkpointed ?? null,
    stateOfCheckpoint: measured === null && checkpointed !== undefined,
    vertices,
  };
}
