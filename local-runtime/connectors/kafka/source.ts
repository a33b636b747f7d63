import { type Isolation, type KafkaClient, KafkaError, openKafka } from '../../../clients/kafka/index.ts';
import type { Batch } from '../../batch/batch.ts';
import { FlinkFault } from '../../errors.ts';
import type { SourceEvent, SourceReader, SourceRequest } from '../connector.ts';
import { DeadLetterFile, type DeadLetters, deadLetterTarget } from '../dead-letters.ts';
import { durationOption } from '../options.ts';
import { DeadLetterTopic } from './dead-letters.ts';
import { connectionOf, type KafkaTableOptions, kafkaOptions } from './options.ts';
import { RecordDecoder } from './rows.ts';
import { discoverSplits, type Positions, type Split, splitKey } from './splits.ts';
import { PartitionWatermarks } from './watermarks.ts';

const FETCH_BYTES = 4 << 20;

/**
 * Reads the partitions of Kafka topics by plain fetches, without a consumer group (KafkaSource). With a watermark each partition
 * has its own, and the least of them goes out (WatermarkOutputMultiplexer).
 */
export class KafkaReader implements SourceReader {
  private readonly request: SourceRequest;
  private readonly table: KafkaTableOptions;
  private readonly client: KafkaClient;
  private readonly isolation: Isolation;
  private readonly decoder: RecordDecoder;
  private readonly dead: DeadLetters | undefined;
  private readonly watermarks: PartitionWatermarks | undefined;
  private splits: Split[] = [];
  private readonly known = new Set<string>();
  private looked = false;
  private ended = 0;
  private nextDiscovery = Number.POSITIVE_INFINITY;

  private constructor(request: SourceRequest, table: KafkaTableOptions, client: KafkaClient) {
    this.request = request;
    this.table = table;
    this.client = client;
    this.isolation = table.properties['isolation.level'] === 'read_uncommitted' ? 'read_uncommitted' : 'read_committed';
    this.dead = deadLettersOf(request, client);
    this.decoder = new RecordDecoder(request, table, this.dead);
    const { watermark, env } = request;
    const idleMs = table.idleMs ?? durationOption(env.options, 'table.exec.source.idle-timeout');
    this.watermarks =
      watermark &&
      new PartitionWatermarks(
        watermark,
        request.fields.map((f) => f.type),
        env,
        idleMs || undefined,
      );
  }

  /** Connects and finds the partitions; fails when broker or topic cannot be reached. */
  static async open(request: SourceRequest): Promise<KafkaReader> {
    const table = kafkaOptions(request.options.connector as 'kafka' | 'upsert-kafka', request.options, request.table);
    const client = await openKafka(connectionOf(table));
    const reader = new KafkaReader(request, table, client);
    try {
      await reader.decoder.open();
      await reader.discover(request.position as Positions | undefined);
    } catch (error) {
      await client.close();
      throw fault(error);
    }
    return reader;
  }

  private async discover(restored?: Positions): Promise<void> {
    const found = await discoverSplits(
      this.client,
      this.table,
      this.request.options,
      this.isolation,
      this.known,
      this.looked,
      this.request.subtask ?? { index: 0, of: 1 },
      restored,
    );
    this.looked = true;
    for (const split of found) {
      this.known.add(splitKey(split.topic.name, split.partition));
      this.splits.push(split);
    }
    this.watermarks?.partitions(this.splits.length);
    this.ended = this.splits.filter((s) => s.stop !== undefined && s.next >= s.stop).length;
    if (this.table.discoveryMs > 0 && this.table.bounded === 'unbounded')
      this.nextDiscovery = Date.now() + this.table.discoveryMs;
  }

  async next(_maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    const deadline = Date.now() + lingerMs;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (Date.now() >= this.nextDiscovery) await this.discover();
        if (this.ended === this.splits.length && this.table.bounded !== 'unbounded') return { kind: 'end' };
        const batch = await this.round(Math.max(1, Math.min(200, deadline - Date.now())));
        if (batch) return { kind: 'batch', batch };
        if (Date.now() >= deadline) return { kind: 'idle' };
      }
    } catch (error) {
      throw fault(error);
    }
  }

  /** One fetch of all partitions that have not ended. */
  private async round(maxWaitMs: number): Promise<Batch | undefined> {
    const topics = new Map<string, Split[]>();
    for (const split of this.splits) {
      if (split.stop !== undefined && split.next >= split.stop) continue;
      const list = topics.get(split.topic.name);
      if (list) list.push(split);
      else topics.set(split.topic.name, [split]);
    }
    if (!topics.size) {
      await new Promise((done) => setTimeout(done, maxWaitMs));
    }
    // Several topics share the wait, so that none is kept waiting by a quiet one.
    const wait = Math.max(1, Math.floor(maxWaitMs / Math.max(1, topics.size)));
    for (const splits of topics.values()) {
      const topic = (splits[0] as Split).topic;
      const positions = new Map(splits.map((s) => [s.partition, s.next]));
      const fetched = await this.client.fetch({
        topic,
        positions,
        isolation: this.isolation,
        maxWaitMs: wait,
        maxBytes: FETCH_BYTES,
      });
      for (const part of fetched) {
        const split = splits.find((s) => s.partition === part.partition);
        if (!split) continue;
        const index = this.splits.indexOf(split);
        const missing = this.decoder.prepare(part.records);
        if (missing) await missing;
        for (const record of part.records) {
          if (split.stop !== undefined && record.offset >= split.stop) break;
          this.decoder.add(record, topic.name, split.partition, index);
        }
        split.next = part.nextOffset;
      }
    }
    this.ended = this.splits.filter((s) => s.stop !== undefined && s.next >= s.stop).length;
    // Before the positions behind them can be kept, so that none is lost.
    await this.dead?.flush();
    const taken = this.decoder.take();
    if (!this.watermarks) return taken?.batch;
    return this.watermarks.mark(taken?.batch, taken?.splits ?? [], Date.now());
  }

  position(): unknown {
    return Object.fromEntries(this.splits.map((s) => [splitKey(s.topic.name, s.partition), String(s.next)]));
  }

  async close(): Promise<void> {
    this.decoder.report(this.table.topics.join(', ') || String(this.table.topicPattern));
    await this.dead?.close();
    await this.client.close();
  }
}

function deadLettersOf(request: SourceRequest, client: KafkaClient): DeadLetters | undefined {
  const target = deadLetterTarget(request.options, true);
  if (!target) return undefined;
  return target.kind === 'topic'
    ? new DeadLetterTopic(client, target.topic)
    : new DeadLetterFile(target.path, request.env.workingDirectory);
}

/** Kafka's failures as Flink's job would carry them. */
export function fault(error: unknown): unknown {
  if (!(error instanceof KafkaError)) return error;
  const exception =
    error.code === 'UNKNOWN_TOPIC'
      ? 'UnknownTopicOrPartitionException'
      : error.code === 'AUTHENTICATION'
        ? 'SaslAuthenticationException'
        : error.code === 'FAILED'
          ? 'KafkaException'
          : 'TimeoutException';
  return new FlinkFault(exception, error.message);
}
