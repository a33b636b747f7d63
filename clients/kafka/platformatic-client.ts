import { Admin, type BaseOptions, Consumer, murmur2, Producer, type RecordsBatch } from '@platformatic/kafka';
import {
  type FetchedPartition,
  type FetchedRecord,
  type FetchRequest,
  type Isolation,
  type KafkaClient,
  type KafkaConnection,
  KafkaError,
  type KafkaProducer,
  type OutgoingRecord,
  type ProducerOptions,
  type TopicInfo,
} from './kafka-client.ts';

const LATEST = -1n;
const EARLIEST = -2n;
const CONTROL = 0x20;
const LOG_APPEND = 0x08;

/** Opens a client; connects with the first call. */
export function connectKafka(connection: KafkaConnection): KafkaClient {
  return new PlatformaticClient(connection);
}

class PlatformaticClient implements KafkaClient {
  private readonly connection: KafkaConnection;
  private readonly base: BaseOptions;
  private adminClient: Admin | undefined;
  /** One consumer a client: fetch sessions are per node. It never joins a group: only `fetch` and `listOffsets` are used. */
  private consumerClient: Consumer | undefined;
  private readonly producers = new Set<KafkaProducer>();

  constructor(connection: KafkaConnection) {
    this.connection = connection;
    const base: BaseOptions = {
      clientId: connection.clientId,
      bootstrapBrokers: [...connection.bootstrap],
      timeout: connection.timeoutMs,
      connectTimeout: Math.min(5000, connection.timeoutMs),
      requestTimeout: connection.timeoutMs,
      retries: 2,
      retryDelay: 250,
      autocreateTopics: false,
    };
    if (connection.tls) base.tls = { ...connection.tls };
    if (connection.sasl) base.sasl = { ...connection.sasl };
    this.base = base;
  }

  private admin(): Admin {
    this.adminClient ??= new Admin(this.base);
    return this.adminClient;
  }

  private consumer(): Consumer {
    this.consumerClient ??= new Consumer({
      ...this.base,
      groupId: `${this.connection.clientId}-never-joined`,
      autocommit: false,
    });
    return this.consumerClient;
  }

  private async call<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(error, what, this.connection);
    }
  }

  topic(name: string): Promise<TopicInfo> {
    return this.call(`reading the partitions of topic '${name}'`, async () => {
      const metadata = await this.admin().metadata({ topics: [name], forceUpdate: true, autocreateTopics: false });
      const topic = metadata.topics.get(name);
      if (!topic || topic.partitions.length === 0)
        throw new KafkaError('UNKNOWN_TOPIC', `Topic '${name}' does not exist on ${this.where()}.`);
      return {
        name,
        id: topic.id,
        partitions: topic.partitions.map((p) => ({ leader: p.leader, leaderEpoch: p.leaderEpoch })),
      };
    });
  }

  topics(): Promise<string[]> {
    return this.call('listing topics', () => this.admin().listTopics({ includeInternals: false }));
  }

  offsets(topic: string, at: 'earliest' | 'latest' | number, isolation: Isolation): Promise<bigint[]> {
    const timestamp = at === 'earliest' ? EARLIEST : at === 'latest' ? LATEST : BigInt(at);
    return this.call(`reading offsets of topic '${topic}'`, async () => {
      const isolationLevel = isolation === 'read_committed' ? 1 : 0;
      const found =
        (await this.consumer().listOffsets({ topics: [topic], timestamp, isolationLevel })).get(topic) ?? [];
      if (typeof at !== 'number' || found.every((o) => o >= 0n)) return found;
      // A time after the last record has no offset: read from the end.
      const ends =
        (await this.consumer().listOffsets({ topics: [topic], timestamp: LATEST, isolationLevel })).get(topic) ?? [];
      return found.map((o, i) => (o >= 0n ? o : (ends[i] as bigint)));
    });
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

  fetch(request: FetchRequest): Promise<FetchedPartition[]> {
    return this.call(`reading from topic '${request.topic.name}'`, async () => {
      const consumer = this.consumer();
      consumer.topics.track(request.topic.name);
      const byLeader = new Map<number, { partition: number; offset: bigint; epoch: number }[]>();
      for (const [partition, offset] of request.positions) {
        const info = request.topic.partitions[partition];
        if (!info) continue;
        const list = byLeader.get(info.leader) ?? [];
        list.push({ partition, offset, epoch: info.leaderEpoch });
        byLeader.set(info.leader, list);
      }
      const rounds = [...byLeader].map(async ([node, wanted]) => {
        const response = await consumer.fetch({
          node,
          maxWaitTime: request.maxWaitMs,
          minBytes: 1,
          maxBytes: request.maxBytes,
          isolationLevel: request.isolation === 'read_committed' ? 1 : 0,
          topics: [
            {
              topicId: request.topic.id,
              partitions: wanted.map((w) => ({
                partition: w.partition,
                currentLeaderEpoch: w.epoch,
                fetchOffset: w.offset,
                lastFetchedEpoch: -1,
                partitionMaxBytes: request.maxBytes,
              })),
            },
          ],
        });
        const out: FetchedPartition[] = [];
        for (const topic of response.responses) {
          for (const p of topic.partitions) {
            const from = wanted.find((w) => w.partition === p.partitionIndex)?.offset;
            if (from === undefined) continue;
            const end = request.isolation === 'read_committed' ? p.lastStableOffset : p.highWatermark;
            out.push(unpack(p.partitionIndex, from, end, p.records ?? []));
          }
        }
        return out;
      });
      return (await Promise.all(rounds)).flat();
    });
  }

  producer(options: ProducerOptions): KafkaProducer {
    let round = 0;
    const client = new Producer<Buffer, Buffer, Buffer, Buffer>({
      ...this.base,
      autocreateTopics: true,
      acks: options.acks ?? -1,
      compression: options.compression ?? 'none',
      idempotent: options.idempotent ?? false,
      // Keys must land where Java producers put them; rows without key go round.
      partitioner: (_message, key) => (key ? murmur2(key) & 0x7fffffff : round++),
    });
    const producer: KafkaProducer = {
      send: (records) =>
        this.call('writing', async () => void (await client.send({ messages: records.map(outgoing) }))),
      close: async () => {
        this.producers.delete(producer);
        await client.close();
      },
    };
    this.producers.add(producer);
    return producer;
  }

  async close(): Promise<void> {
    for (const producer of [...this.producers]) await producer.close();
    // Closing one that never connected must not fail the job.
    await Promise.allSettled([this.consumerClient?.close(true), this.adminClient?.close()]);
  }

  private where(): string {
    return this.connection.bootstrap.join(',');
  }
}

function outgoing(record: OutgoingRecord) {
  return {
    topic: record.topic,
    ...(record.partition === undefined ? {} : { partition: record.partition }),
    ...(record.key === null ? {} : { key: Buffer.from(record.key) }),
    // The client writes an absent value as null: a tombstone.
    ...(record.value === null ? {} : { value: Buffer.from(record.value) }),
    ...(record.headers ? { headers: new Map(record.headers.map(([k, v]) => [Buffer.from(k), Buffer.from(v)])) } : {}),
    ...(record.timestamp === undefined ? {} : { timestamp: BigInt(record.timestamp) }),
  };
}

/** Flattens record batches; drops control records and what lies before the offset asked for. */
function unpack(partition: number, from: bigint, end: bigint, batches: readonly RecordsBatch[]): FetchedPartition {
  const records: FetchedRecord[] = [];
  let next = from;
  for (const batch of batches) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (last > next) next = last;
    if (batch.attributes & CONTROL) continue;
    const append = (batch.attributes & LOG_APPEND) !== 0;
    for (const r of batch.records) {
      const offset = batch.firstOffset + BigInt(r.offsetDelta);
      if (offset < from) continue;
      records.push({
        offset,
        timestamp: Number(append ? batch.maxTimestamp : batch.firstTimestamp + r.timestampDelta),
        timestampType: append ? 'LogAppendTime' : 'CreateTime',
        leaderEpoch: batch.partitionLeaderEpoch,
        key: r.key,
        value: r.value,
        headers: r.headers,
      });
    }
  }
  return { partition, nextOffset: next, endOffset: end, records };
}

function explain(error: unknown, what: string, connection: KafkaConnection): KafkaError {
  if (error instanceof KafkaError) return error;
  const where = connection.bootstrap.join(',');
  const messages = texts(error);
  const all = messages.join(' ');
  const cause = messages.at(-1) ?? 'unknown cause';
  const options = { cause: error };
  if (/UNKNOWN_TOPIC|unknown topic|does not host this topic/i.test(all))
    return new KafkaError(
      'UNKNOWN_TOPIC',
      `Kafka at ${where} failed ${what}: the topic does not exist (${cause}).`,
      options,
    );
  if (/authenticat|SASL/i.test(all))
    return new KafkaError('AUTHENTICATION', `Kafka at ${where} refused the login while ${what}: ${cause}`, options);
  if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ECONNRESET|Cannot connect|connect/i.test(all)) {
    return new KafkaError('UNREACHABLE', `Kafka at ${where} cannot be reached while ${what}: ${cause}`, options);
  }
  if (/timed? ?out/i.test(all))
    return new KafkaError('TIMEOUT', `Kafka at ${where} did not answer in time while ${what}: ${cause}`, options);
  return new KafkaError('FAILED', `Kafka at ${where} failed ${what}: ${cause}`, options);
}

/** Messages of an error, its causes and its parts, outermost first. */
function texts(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const parts = error instanceof AggregateError ? error.errors.flatMap((e) => texts(e, depth + 1)) : [];
  return [error.message, ...parts, ...texts(error.cause, depth + 1)].filter(Boolean);
}
