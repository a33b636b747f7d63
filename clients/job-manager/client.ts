import { type CallOptions, HttpTransport, pause, type ServerAccess } from '../http/index.ts';
import {
  backpressure,
  checkpoint,
  checkpointConfig,
  checkpoints,
  exceptions,
  jobDetail,
  jobSummary,
  logFiles,
  planNodes,
  settingsOf,
  taskManager,
} from './answers.ts';
import { asJobManagerError, errorOfTrace, isWithoutCheckpoints, JobManagerError } from './errors.ts';
import { Fields, listOf } from './read.ts';
import type {
  Backpressure,
  Checkpoint,
  CheckpointConfig,
  Checkpoints,
  ClusterConfig,
  ClusterOverview,
  JobConfig,
  JobDetail,
  JobException,
  JobSummary,
  KafkaPosition,
  LogFile,
  PlanNode,
  SavepointFormat,
  TaskManager,
  VertexFigures,
} from './types.ts';
import { type Aggregate, positionMetric, vertexFigures, wantedMetrics, watermark } from './vertex-metrics.ts';

export interface JobManagerOptions extends ServerAccess {
  /** Time limit of one request in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

export interface SavepointOptions {
  /** Default: the cluster's `execution.checkpointing.savepoint-dir`. */
  readonly directory?: string | undefined;
  readonly format?: SavepointFormat | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POLL = { first: 100, factor: 1.5, most: 1000 };
const NO_CHECKPOINTS: Checkpoints = {
  counts: { restored: 0, total: 0, inProgress: 0, completed: 0, failed: 0 },
  latest: { completed: undefined, savepoint: undefined, failed: undefined, restored: undefined },
  history: [],
};
/** How often the names of a vertex's metrics are asked for again: some come with the first records. */
const NAMES_EVERY_MS = 15_000;
/** Metrics that are asked for with one address. */
const NAMES_AT_ONCE = 40;

/** The REST API of a JobManager (or of the local runtime, which serves it too). Failures are JobManagerErrors. */
export class JobManagerClient {
  /** `host:port`. */
  readonly server: string;
  readonly #transport: HttpTransport;
  readonly #names = new Map<string, { readonly names: readonly string[]; readonly at: number }>();

  /** Throws HttpError where the settings cannot be used; nothing is sent yet. */
  constructor({ timeoutMs, ...access }: JobManagerOptions) {
    this.#transport = new HttpTransport({ ...access, what: 'JobManager', timeoutMs });
    this.server = this.#transport.server;
  }

  /** Closes idle connections. */
  dispose(): void {
    this.#transport.dispose();
  }

  /** What the cluster has. Throws `content` where the address answers, but not as a JobManager. */
  async overview(signal?: AbortSignal): Promise<ClusterOverview> {
    const answer = await this.#get('/overview', signal);
    if (!answer.has('slots-total')) {
      const message = `${this.server} does not answer as a Flink JobManager`;
      throw new JobManagerError(message, { kind: 'content' });
    }
    return {
      flinkVersion: answer.text('flink-version'),
      taskManagers: answer.number('taskmanagers'),
      slotsTotal: answer.number('slots-total'),
      slotsAvailable: answer.number('slots-available'),
      jobsRunning: answer.number('jobs-running'),
      jobsFinished: answer.number('jobs-finished'),
      jobsCancelled: answer.number('jobs-cancelled'),
      jobsFailed: answer.number('jobs-failed'),
    };
  }

  async config(signal?: AbortSignal): Promise<ClusterConfig> {
    const answer = await this.#get('/config', signal);
    return {
      flinkVersion: answer.text('flink-version'),
      refreshInterval: answer.number('refresh-interval'),
      timeZone: answer.text('timezone-name'),
      canCancel: answer.fields('features').flag('web-cancel'),
    };
  }

  /** Newest first. */
  async jobs(signal?: AbortSignal): Promise<JobSummary[]> {
    const answer = await this.#get('/jobs/overview', signal);
    return answer.list('jobs', jobSummary).sort((a, b) => b.startTime - a.startTime);
  }

  async job(id: string, signal?: AbortSignal): Promise<JobDetail> {
    return jobDetail(await this.#get(jobPath(id), signal));
  }

  async plan(id: string, signal?: AbortSignal): Promise<PlanNode[]> {
    const answer = await this.#get(`${jobPath(id)}/plan`, signal);
    return planNodes(answer.fields('plan'));
  }

  async jobConfig(id: string, signal?: AbortSignal): Promise<JobConfig> {
    const config = (await this.#get(`${jobPath(id)}/config`, signal)).fields('execution-config');
    return {
      restartStrategy: config.text('restart-strategy'),
      parallelism: config.number('job-parallelism'),
      objectReuse: config.flag('object-reuse-mode'),
      user: config.texts('user-config'),
    };
  }

  /** Newest first, the innermost cause of each in front. */
  async exceptions(id: string, most = 20, signal?: AbortSignal): Promise<JobException[]> {
    return exceptions(await this.#get(`${jobPath(id)}/exceptions?maxExceptions=${most}`, signal));
  }

  /** The figures of one vertex over all its subtasks. */
  async figures(job: string, vertex: string, signal?: AbortSignal): Promise<VertexFigures> {
    const path = `${vertexPath(job, vertex)}/subtasks/metrics`;
    const wanted = wantedMetrics(await this.#metricNames(path, signal));
    const metrics = new Map<string, Aggregate>();
    if (wanted.length > 0) {
      const query = wanted.map(encodeURIComponent).join(',');
      const answer = await this.#json(`${path}?get=${query}&agg=min,max,sum`, signal);
      for (const [id, aggregate] of listOf(answer, (metric): [string, Aggregate] => [
        metric.text('id'),
        { min: metric.optional('min'), max: metric.optional('max'), sum: metric.optional('sum') },
      ])) {
        metrics.set(id, aggregate);
      }
    }
    return vertexFigures(metrics);
  }

  /** Any metrics of a vertex, aggregated over its subtasks; those that it has not are left out. */
  async metrics(
    job: string,
    vertex: string,
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, Aggregate>> {
    const path = `${vertexPath(job, vertex)}/subtasks/metrics`;
    const known = await this.#metricNames(path, signal);
    const wanted = names.filter((name) => known.includes(name));
    if (wanted.length === 0) return new Map();
    const answer = await this.#json(`${path}?get=${wanted.map(encodeURIComponent).join(',')}&agg=min,max,sum`, signal);
    return new Map(
      listOf(answer, (metric) => [
        metric.text('id'),
        { min: metric.optional('min'), max: metric.optional('max'), sum: metric.optional('sum') },
      ]),
    );
  }

  /** Where the sources of a job stand in Kafka's topics, by what they measure; none for a job that reads no Kafka. */
  async kafkaPositions(job: string, signal?: AbortSignal): Promise<KafkaPosition[]> {
    const { vertices } = await this.job(job, signal);
    const found = await Promise.all(
      vertices.map(async ({ id }) => {
        const names = await this.#metricNames(`${vertexPath(job, id)}/subtasks/metrics`, signal);
        const wanted = names.filter((name) => positionMetric(name) !== undefined && !name.includes(','));
        const positions: KafkaPosition[] = [];
        for (let at = 0; at < wanted.length; at += NAMES_AT_ONCE) {
          const metrics = await this.metrics(job, id, wanted.slice(at, at + NAMES_AT_ONCE), signal);
          for (const [name, { max }] of metrics) {
            const place = positionMetric(name);
            if (place && max !== undefined) positions.push({ ...place, offset: max });
          }
        }
        return positions;
      }),
    );
    return found.flat();
  }

  async backpressure(job: string, vertex: string, signal?: AbortSignal): Promise<Backpressure> {
    return backpressure(await this.#get(`${vertexPath(job, vertex)}/backpressure`, signal));
  }

  /** The input watermark of each subtask; empty for a source. */
  async watermarks(job: string, vertex: string, signal?: AbortSignal): Promise<(number | undefined)[]> {
    const answer = await this.#json(`${vertexPath(job, vertex)}/watermarks`, signal);
    const found = listOf(answer, (entry) => ({
      subtask: Number.parseInt(entry.text('id'), 10),
      value: watermark(entry.text('value')),
    }));
    return found.sort((a, b) => a.subtask - b.subtask).map(({ value }) => value);
  }

  /** None of a job that cannot have any, which is one in batch mode. */
  async checkpoints(id: string, signal?: AbortSignal): Promise<Checkpoints> {
    const answer = await this.#ofCheckpointing(`${jobPath(id)}/checkpoints`, signal);
    return answer ? checkpoints(answer) : NO_CHECKPOINTS;
  }

  /** Undefined of a job that cannot have checkpoints, which is one in batch mode. */
  async checkpointConfig(id: string, signal?: AbortSignal): Promise<CheckpointConfig | undefined> {
    const answer = await this.#ofCheckpointing(`${jobPath(id)}/checkpoints/config`, signal);
    return answer && checkpointConfig(answer);
  }

  async #ofCheckpointing(path: string, signal: AbortSignal | undefined): Promise<Fields | undefined> {
    try {
      return await this.#get(path, signal);
    } catch (error) {
      if (error instanceof JobManagerError && isWithoutCheckpoints(error)) return undefined;
      throw error;
    }
  }

  /** One checkpoint with what each vertex wrote. */
  async checkpoint(id: string, checkpointId: number, signal?: AbortSignal): Promise<Checkpoint> {
    return checkpoint(await this.#get(`${jobPath(id)}/checkpoints/details/${checkpointId}`, signal));
  }

  async taskManagers(signal?: AbortSignal): Promise<TaskManager[]> {
    return (await this.#get('/taskmanagers', signal)).list('taskmanagers', taskManager);
  }

  async taskManager(id: string, signal?: AbortSignal): Promise<TaskManager> {
    return taskManager(await this.#get(`/taskmanagers/${encodeURIComponent(id)}`, signal));
  }

  /** Settings of the JobManager; Flink masks secrets itself. */
  async settings(signal?: AbortSignal): Promise<Record<string, string>> {
    return settingsOf(await this.#json('/jobmanager/config', signal));
  }

  /** Log files of a TaskManager, or of the JobManager without an id. */
  async logs(taskManagerId?: string, signal?: AbortSignal): Promise<LogFile[]> {
    return logFiles(await this.#get(`${serverPath(taskManagerId)}/logs`, signal));
  }

  /** A log file whole, as text. */
  async log(name: string, taskManagerId?: string, signal?: AbortSignal): Promise<string> {
    const path = `${serverPath(taskManagerId)}/logs/${encodeURIComponent(name)}`;
    const { body } = await this.#call({ method: 'GET', path, idempotent: true, signal });
    return body.toString('utf8');
  }

  /** Asks the job to end at once, without a savepoint; it ends a moment later. */
  async cancel(id: string, signal?: AbortSignal): Promise<void> {
    await this.#call({ method: 'PATCH', path: `${jobPath(id)}?mode=cancel`, signal });
  }

  /** Takes a savepoint while the job goes on, and waits for it. Gives its place; throws `savepoint-failed` with the cause. */
  async savepoint(id: string, { directory, format, signal }: SavepointOptions = {}): Promise<string> {
    const body = {
      ...(directory === undefined ? {} : { 'target-directory': directory }),
      ...(format === undefined ? {} : { formatType: format }),
      'cancel-job': false,
    };
    return this.#awaitSavepoint(id, await this.#trigger(`${jobPath(id)}/savepoints`, body, signal), signal);
  }

  /** Ends the job with a savepoint; where that fails, the job goes on and `savepoint-failed` is thrown. */
  async stop(id: string, options: SavepointOptions & { readonly drain?: boolean } = {}): Promise<string> {
    const { directory, format, drain = false, signal } = options;
    const body = {
      ...(directory === undefined ? {} : { targetDirectory: directory }),
      ...(format === undefined ? {} : { formatType: format }),
      drain,
    };
    return this.#awaitSavepoint(id, await this.#trigger(`${jobPath(id)}/stop`, body, signal), signal);
  }

  async #trigger(path: string, body: object, signal: AbortSignal | undefined): Promise<string> {
    const answer = new Fields(await this.#call({ method: 'POST', path, body, signal }).then((a) => this.#parse(a)));
    const request = answer.text('request-id');
    if (request !== '') return request;
    throw new JobManagerError(`${this.server} answered a savepoint's trigger without its id`, { kind: 'content' });
  }

  async #awaitSavepoint(id: string, request: string, signal: AbortSignal | undefined): Promise<string> {
    let delay = POLL.first;
    for (;;) {
      const answer = await this.#get(`${jobPath(id)}/savepoints/${request}`, signal);
      if (answer.fields('status').text('id') === 'COMPLETED') {
        const operation = answer.fields('operation');
        const location = operation.text('location');
        if (location !== '') return location;
        throw errorOfTrace('savepoint-failed', operation.fields('failure-cause').text('stack-trace'));
      }
      await pause(delay, signal);
      delay = Math.min(delay * POLL.factor, POLL.most);
    }
  }

  async #metricNames(path: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const known = this.#names.get(path);
    if (known && known.names.length > 0 && Date.now() - known.at < NAMES_EVERY_MS) return known.names;
    const names = listOf(await this.#json(path, signal), (metric) => metric.text('id'));
    this.#names.set(path, { names, at: Date.now() });
    return names;
  }

  async #get(path: string, signal: AbortSignal | undefined): Promise<Fields> {
    return new Fields(await this.#json(path, signal));
  }

  async #json(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#parse(await this.#call({ method: 'GET', path, idempotent: true, signal }));
  }

  #parse(answer: Awaited<ReturnType<HttpTransport['call']>>): unknown {
    try {
      return this.#transport.parse(answer);
    } catch (error) {
      throw asJobManagerError(error, '', this.server);
    }
  }

  async #call(options: CallOptions) {
    try {
      return await this.#transport.call(options);
    } catch (error) {
      throw asJobManagerError(error, options.path, this.server);
    }
  }
}

const jobPath = (id: string): string => `/jobs/${encodeURIComponent(id)}`;
const vertexPath = (job: string, vertex: string): string => `${jobPath(job)}/vertices/${encodeURIComponent(vertex)}`;
const serverPath = (taskManager: string | undefined): string =>
  taskManager === undefined ? '/jobmanager' : `/taskmanagers/${encodeURIComponent(taskManager)}`;
