import { abortable } from '../../abortable.ts';
import type { Brokers } from '../../brokers.ts';
import { explain } from '../../explain.ts';
import { KafkaError } from '../../kafka-client.ts';
import type { Cluster } from '../cluster.ts';
import type { BrowseQuery, BrowseStep } from '../record-types.ts';
import { BackwardReading } from './backward.ts';
import type { FetchSource } from './fetch.ts';
import { ForwardReading } from './forward.ts';
import { rangesOf } from './range.ts';

const IDLE_READERS = 2;
const PATIENCE_MS = 10_000;

/** Connections for reading: a broker answers one request of a connection at a time, and a live tail waits there. */
export class Readers {
  private readonly cluster: Cluster;
  private readonly idle: Brokers[] = [];
  private readonly busy = new Set<Brokers>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  take(): Brokers {
    const readers = this.idle.pop() ?? this.cluster.readers();
    this.busy.add(readers);
    return readers;
  }

  /** Back for others, unless an answer is still to come. */
  give(readers: Brokers, isWaiting: boolean): void {
    this.busy.delete(readers);
    if (isWaiting || readers.signal.aborted || this.idle.length >= IDLE_READERS) void readers.close();
    else this.idle.push(readers);
  }

  async close(): Promise<void> {
    await Promise.all([...this.idle, ...this.busy].map((r) => r.close()));
  }
}

export async function* browse(
  cluster: Cluster,
  readers: Readers,
  query: BrowseQuery,
  signal?: AbortSignal,
): AsyncGenerator<BrowseStep> {
  check(query);
  const what = `reading from topic '${query.topic}'`;
  const own = readers.take();
  const source: FetchSource = { readers: own, pending: 0 };
  // Ends at once with the signal or the client, whatever is under way.
  const wait = <T>(work: Promise<T>): Promise<T> => abortable(own.unlessClosed(work), signal);
  try {
    const ranges = await wait(rangesOf(cluster, query));
    const patience = query.isFollowing ? cluster.connection.retryMs : Math.min(PATIENCE_MS, cluster.connection.retryMs);
    const reading =
      query.from.at === 'newest'
        ? new BackwardReading(source, query, ranges, patience)
        : new ForwardReading(source, query, ranges, patience);
    for await (const step of reading.steps(wait)) {
      yield step;
      if (signal?.aborted) throw signal.reason;
    }
  } catch (error) {
    if (signal?.aborted) throw new KafkaError('CLOSED', `It was cancelled: ${what}.`, { cause: error });
    throw explain(error, what, cluster.connection);
  } finally {
    readers.give(own, source.pending > 0);
  }
}

function check({ from, to, isFollowing, limit, topic }: BrowseQuery): void {
  const refuse = (why: string) => {
    throw new KafkaError('INVALID', `Topic '${topic}' cannot be read like this: ${why}.`);
  };
  if (isFollowing && from.at === 'newest') refuse('what goes back from the newest record cannot follow what comes');
  if (isFollowing && to) refuse('what follows has no end');
  if (limit !== undefined && !(limit > 0)) refuse(`a limit of ${limit} records`);
}
