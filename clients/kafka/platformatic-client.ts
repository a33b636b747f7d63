import { Admin, endTxnV3, listTransactionsV0, offsetCommitV7, ProtocolError } from '@platformatic/kafka';
import { protocolError } from './admin/ask.ts';
import { findOffsets } from './admin/offsets.ts';
import type { Metadata } from './admin/topic-requests.ts';
import { Brokers, baseOptions } from './brokers.ts';
import { hasWorked, watchAlerts } from './closings.ts';
import { explain } from './explain.ts';
import {
  type CommittedOffset,
  type FetchedPartition,
  type FetchRequest,
  type Isolation,
  type KafkaClient,
  type KafkaConnection,
  KafkaError,
  type KafkaProducer,
  type KafkaTransaction,
  type OpenTransaction,
  type ProducerOptions,
  type TopicInfo,
} from './kafka-client.ts';
import { BatchProducer, newProducer } from './producer.ts';
import { openRecords } from './record-batches.ts';
import { type FetchAnswer, type FetchResponse, fetchRecords } from './requests.ts';

const UNKNOWN_TOPIC = 3;
const LEADER_NOT_AVAILABLE = 5;
/** How long brokers of which none answers are tried at the beginning. */
const ALL_AWAY_MS = 1500;
const OFFSET_OUT_OF_RANGE = 1;

/** Opens a client; connects with the first call. */
export function connectKafka(connection: KafkaConnection): KafkaClient {
  return new PlatformaticClient(connection);
}

class PlatformaticClient implements KafkaClient {
  private readonly connection: KafkaConnection;
  private adminClient: Admin | undefined;
  /** Fetches wait at the broker, so they have connections of their own. */
  private readonly reading: Brokers;
  private readonly writing: Brokers;
  private readonly asking: Brokers;

  constructor(connection: KafkaConnection) {
    this.connection = connection;
    this.reading = new Brokers(connection);
    this.writing = new Brokers(connection);
    this.asking = new Brokers(connection);
  }

  private admin(): Admin {
    if (!this.adminClient) {
      this.adminClient = new Admin(baseOptions(this.connection));
      watchAlerts(this.adminClient, this.connection);
    }
    return this.adminClient;
  }

  private async call<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      const answer = await this.reading.unlessClosed(work());
      hasWorked(this.connection);
      return answer;
    } catch (error) {
      throw explain(error, what, this.connection);
    }
  }

  topic(name: string): Promise<TopicInfo> {
    return this.call(`reading the partitions of topic '${name}'`, async () => {
      const topic = await this.described(name);
      return {
        name,
        id: topic.id,
        partitions: topic.partitions.map((p) => ({ leader: p.leader, leaderEpoch: p.leaderEpoch })),
      };
    });
  }

  /** A topic with its partitions in their order. Does not wait long for brokers that are all away. */
  private async described(name: string): Promise<Metadata['topics'][number]> {
    const { topics } = await this.answered([name]);
    const topic = topics.find((one) => one.name === name);
    if (topic && topic.errorCode !== 0 && topic.errorCode !== UNKNOWN_TOPIC) throw protocolError(topic.errorCode);
    if (!topic?.partitions.length)
      throw new KafkaError(
        'UNKNOWN_TOPIC',
        `Topic '${name}' does not exist on ${this.connection.bootstrap.join(',')}.`,
      );
    return { ...topic, partitions: topic.partitions.toSorted((a, b) => a.partition - b.partition) };
  }

  private async answered(topics: readonly string[] | null): Promise<Metadata> {
    try {
      return await this.asking.retrying(Math.min(ALL_AWAY_MS, this.connection.retryMs), () =>
        this.asking.describe(topics),
      );
    } catch (error) {
      // Not one of the library's, which would be tried again.
      throw new Error('no broker answers', { cause: error });
    }
  }

  topics(): Promise<string[]> {
    return this.call('listing topics', async () => {
      const { topics } = await this.answered(null);
      return topics.flatMap(({ name, isInternal, errorCode }) => (isInternal || errorCode !== 0 ? [] : [name]));
    });
  }

  offsets(topic: string, at: 'earliest' | 'latest' | number, isolation: Isolation): Promise<bigint[]> {
    return this.call(`reading offsets of topic '${topic}'`, () =>
      // A leader may be away, and another not chosen yet.
      this.asking.retrying(this.connection.retryMs, async () => {
        const described = await this.described(topic);
        const found = await findOffsets({ brokers: this.asking }, described, at, isolation);
        // A time after the last record has no offset: read from the end.
        const isBeyond = [...found.values()].some(({ offset, error }) => offset < 0n && error === undefined);
        const ends = isBeyond ? await findOffsets({ brokers: this.asking }, described, 'latest', isolation) : found;
        return described.partitions.map(({ partition }) => {
          const own = found.get(partition);
          const one = own && own.offset < 0n && own.error === undefined ? ends.get(partition) : own;
          if (!one || one.error !== undefined)
            throw protocolError(LEADER_NOT_AVAILABLE, `partition ${partition}: ${one?.error ?? 'no answer'}`);
          return one.offset;
        });
      }),
    );
  }

  committed(group: string, topic: string, partitions: readonly number[]): Promise<(bigint | undefined)[]> {
    return this.call(`reading the committed offsets of group '${group}'`, async () => {
      const groups = await this.admin().listConsumerGroupOffsets({
        groups: [{ groupId: group, topics: [{ name: topic, partitionIndexes: [...partitions] }] }],
      });
      const found = new Map<number, bigint>();
      for (const g of groups)
        for (const t of g.topics)
          for (const p of t.partitions) if (p.committedOffset >= 0n) found.set(p.partitionIndex, p.committedOffset);
      return partitions.map((p) => found.get(p));
    });
  }

  commitOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void> {
    const topics = [...Map.groupBy(offsets, (o) => o.topic)].map(([name, of]) => ({
      name,
      partitions: of.map((o) => ({
        partitionIndex: o.partition,
        committedOffset: o.offset,
        committedLeaderEpoch: -1,
        committedMetadata: '',
      })),
    }));
    return this.call(`keeping the offsets of group '${group}'`, () =>
      this.writing.retrying(this.connection.retryMs, async () => {
        const coordinator = await this.writing.coordinator('group', group);
        await offsetCommitV7.api.async(coordinator, group, -1, '', null, topics);
      }),
    );
  }

  fetch(request: FetchRequest): Promise<FetchedPartition[]> {
    const names = [...new Set(request.positions.map((p) => p.topic.name))];
    return this.call(`reading from topic '${names.join("', '")}'`, () =>
      this.reading.retrying(this.connection.retryMs, async (attempt) =>
        this.withStarts(await this.fetchOnce(request, names, attempt > 0)),
      ),
    );
  }

  /** Brokers do not say with the refusal of an offset where the partition begins. */
  private async withStarts(fetched: FetchedPartition[]): Promise<FetchedPartition[]> {
    const unknown = fetched.filter((f) => f.isOutOfRange && f.startOffset < 0n);
    if (unknown.length === 0) return fetched;
    const starts = new Map<string, bigint[]>();
    for (const { topic } of unknown) starts.set(topic, await this.offsets(topic, 'earliest', 'read_uncommitted'));
    return fetched.map((f) =>
      unknown.includes(f) ? { ...f, startOffset: starts.get(f.topic)?.[f.partition] ?? f.startOffset } : f,
    );
  }

  private async fetchOnce(
    request: FetchRequest,
    names: readonly string[],
    isRetry: boolean,
  ): Promise<FetchedPartition[]> {
    const leaders = new Map<string, readonly number[]>();
    for (const name of names) leaders.set(name, await this.reading.leaders(name, isRetry));
    const byLeader = Map.groupBy(request.positions, (p) => leaders.get(p.topic.name)?.[p.partition] ?? -1);
    const responses = [...byLeader].map(async ([leader, positions]) => {
      if (leader < 0) throw protocolError(LEADER_NOT_AVAILABLE, `partition ${positions[0]?.partition} has no leader`);
      const targets = [...Map.groupBy(positions, (p) => p.topic.name)].map(([topic, of]) => ({
        topic,
        partitions: of.map(({ partition, offset }) => ({ partition, offset })),
      }));
      const response = await fetchRecords.async(await this.reading.node(leader), {
        maxWaitMs: request.maxWaitMs,
        maxBytes: request.maxBytes,
        maxPartitionBytes: request.maxPartitionBytes,
        isCommittedOnly: request.isolation === 'read_committed',
        targets,
      });
      return opened(response, request);
    });
    return (await Promise.all(responses)).flat();
  }

  producer(options: ProducerOptions): KafkaProducer {
    const producer = new BatchProducer(this.writing, options);
    return { send: (records) => this.call('writing', () => producer.send(records)) };
  }

  beginTransaction(id: string, timeoutMs: number, options: ProducerOptions): Promise<KafkaTransaction> {
    return this.call(`beginning the transaction '${id}'`, async () => {
      const { deliveryMs } = this.connection;
      const owner = await this.writing.retrying(deliveryMs, () => newProducer(this.writing, id, timeoutMs));
      const producer = new BatchProducer(this.writing, options, { id, owner });
      return {
        transaction: producer.transaction,
        send: (records) => this.call(`writing in the transaction '${id}'`, () => producer.send(records)),
      };
    });
  }

  endTransaction({ id, producerId, epoch }: OpenTransaction, outcome: 'commit' | 'abort'): Promise<void> {
    return this.call(`${outcome === 'commit' ? 'committing' : 'aborting'} the transaction '${id}'`, () =>
      this.writing.retrying(this.connection.deliveryMs, async () => {
        const coordinator = await this.writing.coordinator('transaction', id);
        await endTxnV3.api.async(coordinator, id, BigInt(producerId), epoch, outcome === 'commit');
      }),
    );
  }

  openTransactions(prefix: string): Promise<string[]> {
    return this.call('listing open transactions', () =>
      this.writing.retrying(this.connection.retryMs, async () => {
        const ids: string[] = [];
        for (const node of await this.writing.nodes()) {
          const broker = await this.writing.node(node);
          const { transactionStates } = await listTransactionsV0.api.async(broker, ['Ongoing'], [], -1n, null);
          for (const { transactionalId } of transactionStates)
            if (transactionalId.startsWith(prefix)) ids.push(transactionalId);
        }
        return ids;
      }),
    );
  }

  abortTransactions(id: string): Promise<void> {
    return this.call(`aborting the transaction '${id}'`, () =>
      this.writing.retrying(this.connection.deliveryMs, async () => void (await newProducer(this.writing, id, 60_000))),
    );
  }

  async close(): Promise<void> {
    // Closing one that never connected must not fail the job.
    await Promise.allSettled([
      this.reading.close(),
      this.writing.close(),
      this.asking.close(),
      this.adminClient?.close(),
    ]);
  }
}

/** What one leader answered; throws what another attempt may mend. */
function opened(response: FetchResponse, { positions, isolation }: FetchRequest): FetchedPartition[] {
  if (response.errorCode !== 0) throw new ProtocolError(response.errorCode);
  const wanted = new Map(positions.map((p) => [`${p.topic.name}/${p.partition}`, p.offset]));
  const isKnown = (a: FetchAnswer) => wanted.has(`${a.topic}/${a.partition}`);
  const answers = response.partitions.filter(isKnown);
  for (const { errorCode } of answers) {
    if (errorCode !== 0 && errorCode !== OFFSET_OUT_OF_RANGE) throw new ProtocolError(errorCode);
  }
  const from = answers.map((a) => wanted.get(`${a.topic}/${a.partition}`) as bigint);
  const records = openRecords(
    answers.map(({ start, end, aborted }, i) => ({
      bytes: response.bytes,
      start,
      end,
      aborted: isolation === 'read_committed' ? aborted : [],
      from: from[i] as bigint,
    })),
  );
  return answers.map((a, i) => ({
    topic: a.topic,
    partition: a.partition,
    endOffset: isolation === 'read_committed' ? a.lastStableOffset : a.highWatermark,
    startOffset: a.logStartOffset,
    buffer: response.bytes,
    isOutOfRange: a.errorCode === OFFSET_OUT_OF_RANGE,
    ...(records[i] as (typeof records)[number]),
  }));
}
