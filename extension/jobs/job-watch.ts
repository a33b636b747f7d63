import {
  type CheckpointConfig,
  isEnded,
  type JobDetail,
  type JobManagerClient,
  type VertexFigures,
} from '../../clients/job-manager/index.ts';
import type {
  JobAction,
  JobTab,
  JobViewMessage,
  JobViewState,
  ServerState,
  SettingState,
} from '../../webviews/job/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { JobClient } from './job-client.ts';
import { checkpointsState, exceptionStates, totals, vertexStates } from './job-state.ts';
import { Poller } from './poller.ts';
import { Rates } from './rates.ts';

const EVERY_MS = 2000;
/** Points of the charts that are kept. */
const KEPT = 450;
const EXCEPTIONS = 20;
/** Turns from one look at the topics that are read to the next. */
const TOPICS_EVERY = 5;
/** Vertices whose figures are asked for at a time. */
const AT_A_TIME = 4;
/** The last part of a log that is shown. */
const LOG_TAIL = 200_000;

/** Asks for one job while its view is in sight and tells the view; mends itself when the server is back. */
export class JobWatch {
  readonly #source: JobClient;
  readonly #id: string;
  readonly #send: (message: JobViewMessage) => void;
  readonly #hasUi: boolean;
  readonly #poller: Poller;
  readonly #rates = new Rates();
  readonly #course = {
    times: [] as number[],
    read: [] as (number | null)[],
    written: [] as (number | null)[],
    lag: [] as (number | null)[],
  };
  #settings: readonly SettingState[] | undefined;
  #servers: readonly ServerState[] | null = null;
  #tab: JobTab = 'overview';
  #topics: readonly string[] = [];
  #turns = 0;
  #last: JobViewState | undefined;

  constructor(source: JobClient, id: string, send: (message: JobViewMessage) => void, hasUi: boolean) {
    this.#source = source;
    this.#id = id;
    this.#send = send;
    this.#hasUi = hasUi;
    this.#poller = new Poller(
      (signal) => this.#turn(signal),
      (error) => {
        source.reset();
        send({ type: 'offline', message: error instanceof Error ? error.message : String(error) });
      },
    );
  }

  /** What was told last. */
  get state(): JobViewState | undefined {
    return this.#last;
  }

  /** The view is in sight, or has been loaded anew. */
  start(): void {
    if (this.#last) this.#send({ type: 'state', state: this.#last });
    this.#poller.start();
  }

  /** The view is hidden. */
  stop(): void {
    this.#poller.stop();
  }

  /** Something was done to the job: looks at once. */
  look(): void {
    this.#poller.again();
  }

  show(tab: JobTab): void {
    this.#tab = tab;
    if (tab === 'servers') this.look();
  }

  /** Sends the end of a log file. */
  async log(server: string, name: string): Promise<void> {
    const client = await this.#source.client();
    const text = await client.log(name, server === '' ? undefined : server);
    this.#send({ type: 'log', server, name, text: text.slice(-LOG_TAIL) });
  }

  dispose(): void {
    this.#poller.stop();
    this.#source.reset();
  }

  async #turn(signal: AbortSignal): Promise<number | undefined> {
    const client = await this.#source.client();
    const job = await client.job(this.#id, signal);
    const [figures, taken, config, exceptions] = await Promise.all([
      figuresOf(client, job, signal),
      client.checkpoints(this.#id, signal),
      client.checkpointConfig(this.#id, signal),
      client.exceptions(this.#id, EXCEPTIONS, signal),
    ]);
    this.#settings ??= await settingsOf(client, this.#id, signal);
    if (this.#tab === 'servers') this.#servers = await serversOf(client, signal);
    const vertices = this.#rates.apply(vertexStates(job, figures), job.now);
    const ended = isEnded(job.state);
    // Which topics it reads seldom changes.
    if (!ended && this.#turns++ % TOPICS_EVERY === 0) this.#topics = await topicsOf(client, this.#id, signal);
    if (!ended) this.#note(job.now, totals(vertices));
    const { label, readOnly } = this.#source.connection;
    const writes: JobAction[] = ended || readOnly ? [] : ['savepoint', 'stop', 'cancel'];
    this.#last = {
      id: job.id,
      name: job.name,
      state: job.state,
      startTime: job.startTime,
      endTime: job.endTime ?? null,
      now: job.now,
      server: client.server,
      connection: label,
      ended,
      actions: this.#hasUi ? [...writes, 'openUi'] : writes,
      vertices,
      topics: this.#topics,
      checkpoints: checkpointsState(taken, config),
      exceptions: exceptionStates(exceptions),
      settings: this.#settings,
      servers: this.#servers,
      course: structuredClone(this.#course),
    };
    this.#send({ type: 'state', state: this.#last });
    return ended ? undefined : EVERY_MS;
  }

  #note(time: number, { read, written, lag }: ReturnType<typeof totals>): void {
    const course = this.#course;
    course.times.push(time);
    course.read.push(read);
    course.written.push(written);
    course.lag.push(lag);
    if (course.times.length > KEPT) for (const list of Object.values(course)) list.shift();
  }
}

async function topicsOf(client: JobManagerClient, job: string, signal: AbortSignal): Promise<readonly string[]> {
  const positions = await client.kafkaPositions(job, signal);
  return [...new Set(positions.map(({ topic }) => topic))].sort();
}

/** Of all vertices; those whose figures are not to be had are left out. */
export async function figuresOf(
  client: JobManagerClient,
  job: JobDetail,
  signal: AbortSignal,
): Promise<Map<string, VertexFigures>> {
  const found = new Map<string, VertexFigures>();
  const left = [...job.vertices];
  const work = async (): Promise<void> => {
    for (let vertex = left.shift(); vertex; vertex = left.shift()) {
      found.set(vertex.id, await client.figures(job.id, vertex.id, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return found;
}

function checkpointSettings(checkpoints: CheckpointConfig): (readonly [string, string])[] {
  return [
    [t('Checkpoint timeout'), t('{0} ms', checkpoints.timeout)],
    [t('Pause between checkpoints'), t('{0} ms', checkpoints.minPause)],
    [t('Concurrent checkpoints'), String(checkpoints.maxConcurrent)],
    [t('Unaligned checkpoints'), String(checkpoints.unaligned)],
    [t('Tolerable failed checkpoints'), String(checkpoints.tolerableFailures)],
    [t('Checkpoints kept after the job'), String(checkpoints.retained)],
    [t('State backend'), checkpoints.stateBackend],
  ];
}

async function settingsOf(client: JobManagerClient, id: string, signal: AbortSignal): Promise<SettingState[]> {
  const [job, checkpoints, cluster] = await Promise.all([
    client.jobConfig(id, signal),
    client.checkpointConfig(id, signal),
    client.settings(signal),
  ]);
  const own: readonly (readonly [string, string])[] = [
    [t('Restart strategy'), job.restartStrategy],
    [t('Parallelism'), String(job.parallelism)],
    [t('Object reuse'), String(job.objectReuse)],
    ...(checkpoints ? checkpointSettings(checkpoints) : []),
    ...Object.entries(job.user),
    ...Object.entries(cluster).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return own.filter(([, value]) => value !== '').map(([key, value]) => ({ key, value }));
}

async function serversOf(client: JobManagerClient, signal: AbortSignal): Promise<ServerState[]> {
  const [logs, managers] = await Promise.all([client.logs(undefined, signal), client.taskManagers(signal)]);
  const workers = await Promise.all(
    managers.map(async ({ id }): Promise<ServerState> => {
      const [one, own] = await Promise.all([client.taskManager(id, signal), client.logs(id, signal)]);
      return {
        id,
        name: t('TaskManager {0}', id),
        slots: one.slots,
        freeSlots: one.freeSlots,
        memory: one.processMemory || null,
        heapUsed: one.heapUsed ?? null,
        heapMax: one.heapMax ?? null,
        logs: own.map(({ name, size }) => ({ name, size })),
      };
    }),
  );
  const none = { slots: null, freeSlots: null, memory: null, heapUsed: null, heapMax: null };
  const manager: ServerState = {
    id: '',
    name: t('JobManager {0}', client.server),
    ...none,
    logs: logs.map(({ name, size }) => ({ name, size })),
  };
  return [manager, ...workers];
}
