import { isEnded, type JobManagerClient, type KafkaPosition } from '../../clients/job-manager/index.ts';
import type { TopicDetail } from '../../clients/kafka/admin/types.ts';
import type { JobLagView } from '../../webviews/topics/messages.ts';
import type { Connection } from '../connections/connection.ts';
import { JobClient } from '../jobs/job-client.ts';
import type { ListedJob } from '../jobs/job-list.ts';

/** Running jobs that are looked into. */
const MOST_JOBS = 20;

/** Flink's REST API has no dots in the names of metrics: `a.b` and `a_b` are one there. */
export const metricName = (topic: string): string => topic.replaceAll('.', '_');

/** How far jobs have read a topic, by what their sources measure: with a consumer group, and without one. */
export class JobLags {
  readonly #jobs: (signal: AbortSignal) => Promise<readonly ListedJob[]>;
  readonly #clientOf: (connection: Connection) => Promise<Pick<JobManagerClient, 'kafkaPositions'>>;
  readonly #clients = new Map<Connection, JobClient>();

  constructor(
    jobs: (signal: AbortSignal) => Promise<readonly ListedJob[]>,
    clientOf?: (connection: Connection) => Promise<Pick<JobManagerClient, 'kafkaPositions'>>,
  ) {
    this.#jobs = jobs;
    this.#clientOf = clientOf ?? ((connection) => this.#kept(connection).client());
  }

  /** Jobs that read the topic, by name. Of a server that does not answer there are none: the view of jobs tells that. */
  async of(topic: TopicDetail, signal: AbortSignal): Promise<JobLagView[]> {
    let all: readonly ListedJob[];
    try {
      all = await this.#jobs(signal);
    } catch {
      signal.throwIfAborted();
      return [];
    }
    const running = all.filter(({ state }) => !isEnded(state));
    const found = await Promise.all(running.slice(0, MOST_JOBS).map((job) => this.#look(job, topic, signal)));
    return found.flatMap((one) => one ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  dispose(): void {
    for (const client of this.#clients.values()) client.reset();
    this.#clients.clear();
  }

  async #look(job: ListedJob, topic: TopicDetail, signal: AbortSignal): Promise<JobLagView | undefined> {
    try {
      const client = await this.#clientOf(job.connection);
      const positions = await client.kafkaPositions(job.id, signal);
      return jobLag(job, topic, positions);
    } catch {
      signal.throwIfAborted();
      this.#clients.get(job.connection)?.reset();
      return undefined;
    }
  }

  #kept(connection: Connection): JobClient {
    let client = this.#clients.get(connection);
    if (!client) {
      client = new JobClient(connection);
      this.#clients.set(connection, client);
    }
    return client;
  }
}

/** What a job has not read of a topic; undefined when it does not read it. */
export function jobLag(
  { id, name }: Pick<ListedJob, 'id' | 'name'>,
  topic: TopicDetail,
  positions: readonly KafkaPosition[],
): JobLagView | undefined {
  const own = positions.filter((one) => metricName(one.topic) === metricName(topic.name));
  if (own.length === 0) return undefined;
  const at = new Map(own.map(({ partition, offset }) => [partition, offset]));
  let lag: bigint | null = null;
  const partitions = topic.partitions.map(({ partition, earliest, latest }) => {
    const read = at.get(partition);
    // -1 is what a source says that has read nothing of it yet.
    const next =
      read === undefined ? undefined : read >= 0 ? BigInt(read) + 1n : latest === earliest ? latest : undefined;
    const behind = next === undefined || latest === undefined ? undefined : latest > next ? latest - next : 0n;
    if (behind !== undefined) lag = (lag ?? 0n) + behind;
    return { partition, next: textOf(next), end: textOf(latest), lag: textOf(behind) };
  });
  return { id, name, lag: lag === null ? null : String(lag), partitions };
}

const textOf = (value: bigint | undefined): string | null => (value === undefined ? null : String(value));
