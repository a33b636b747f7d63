import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FetchedPartition,
  type Isolation,
  type KafkaClient,
  KafkaError,
  openKafka,
} from '../../../clients/kafka/index.ts';
import type { Batch } from '../../batch/batch.ts';
import { FlinkFault } from '../../errors.ts';
import type { SourceEvent, SourceReader, SourceRequest } from '../connector.ts';
import { type DeadLetters, deadLetterTarget, openDeadLetters } from '../dead-letters.ts';
import { durationOption } from '../options.ts';
import { DeadLetterTopic } from './dead-letters.ts';
import { connectionOf, type KafkaTableOptions, kafkaOptions } from './options.ts';
import { RecordDecoder } from './rows.ts';
import { discoverSplits, type Positions, type Split, splitKey } from './splits.ts';
import { PartitionWatermarks } from './watermarks.ts';

const FETCH_BYTES = 4 << 20;
const PARTITION_BYTES = 1 << 20;
/** How long a broker may keep a request for which it has no records. */
const BROKER_WAIT_MS = 250;
/** The same where several brokers are asked: the answer of one waits for those of all. */
const SHARED_WAIT_MS = 30;

interface ReadSplit extends Split {
  readonly index: number;
  /** Next offset to ask for: ahead of `next` by what has arrived and is not decoded. */
  fetched: bigint;
}

interface Arrived {
  readonly split: ReadSplit;
  readonly part: FetchedPartition;
  isPrepared: boolean;
}

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
  private splits: ReadSplit[] = [];
  /** The request under way. */
  private asked: Promise<FetchedPartition[]> | undefined;
  /** What has come and is not decoded, in the order in which it came. */
  private readonly arrived: Arrived[] = [];
  private turn = 0;
  /** Offsets on their way to a group. */
  private committing: Promise<void> | undefined;
  private readonly known = new Set<string>();
  private looked = false;
  private ended = 0;
  private nextDiscovery = Number.POSITIVE_INFINITY;

  private constructor(
    request: SourceRequest,
    table: KafkaTableOptions,
    client: KafkaClient,
    dead: DeadLetters | undefined,
  ) {
    this.request = request;
    this.table = table;
    this.client = client;
    // The Java consumer's default.
    this.isolation = table.properties['isolation.level'] === 'read_committed' ? 'read_committed' : 'read_uncommitted';
    this.dead = dead;
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
        table.emit,
      );
  }

  /** Connects and finds the partitions; fails when broker or topic cannot be reached. */
  static async open(request: SourceRequest): Promise<KafkaReader> {
    const table = kafkaOptions(request.options.connector as 'kafka' | 'upsert-kafka', request.options, request.table);
    const client = await openKafka(connectionOf(table));
    const reader = new KafkaReader(request, table, client, await deadLettersOf(request, client));
    if (request.options['scan.watermark.alignment.group'] !== undefined)
      request.env.notice(
        "'scan.watermark.alignment.group' has no effect in the local runtime: a source is not held back for others.",
      );
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
    for (const { topic, partition, next, stop } of found) {
      this.known.add(splitKey(topic.name, partition));
      this.splits.push({ topic, partition, next, stop, fetched: next, index: this.splits.length });
    }
    this.watermarks?.partitions(this.splits.length);
    this.ended = this.splits.filter((s) => s.stop !== undefined && s.next >= s.stop).length;
    if (this.table.discoveryMs > 0 && this.table.bounded === 'unbounded')
      this.nextDiscovery = Date.now() + this.table.discoveryMs;
  }

  async next(maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    const deadline = Date.now() + lingerMs;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (Date.now() >= this.nextDiscovery) await this.discover();
        if (this.ended === this.splits.length && this.table.bounded !== 'unbounded') return { kind: 'end' };
        if (!this.arrived.length && !(await this.arrival(deadline, signal))) {
          const batch = this.watermarks?.mark(undefined, [], Date.now());
          return batch ? { kind: 'batch', batch } : { kind: 'idle' };
        }
        const batch = await this.decode(maxRows);
        if (batch) return { kind: 'batch', batch };
      }
    } catch (error) {
      throw fault(error);
    }
  }

  /** Asks the brokers for what comes after all that has arrived; the answer is awaited by `arrival`. */
  private ask(): void {
    if (this.asked) return;
    const open = this.splits.filter((s) => s.stop === undefined || s.fetched < s.stop);
    if (!open.length) return;
    // Another partition comes first each time, so that a full answer starves none.
    this.turn = (this.turn + 1) % open.length;
    const positions = [...open.slice(this.turn), ...open.slice(0, this.turn)].map((s) => ({
      topic: s.topic,
      partition: s.partition,
      offset: s.fetched,
    }));
    const leaders = new Set(open.map((s) => s.topic.partitions[s.partition]?.leader));
    const asked = this.client.fetch({
      positions,
      isolation: this.isolation,
      maxWaitMs: leaders.size > 1 ? SHARED_WAIT_MS : BROKER_WAIT_MS,
      maxBytes: FETCH_BYTES,
      maxPartitionBytes: PARTITION_BYTES,
    });
    // Its failure is told to whoever waits for it next.
    asked.catch(() => undefined);
    this.asked = asked;
  }

  /** Waits for an answer until `deadline`; false when none came. */
  private async arrival(deadline: number, signal: AbortSignal): Promise<boolean> {
    this.ask();
    const { asked } = this;
    if (!asked) {
      await pause(deadline, signal);
      return false;
    }
    const answer = await until(asked, deadline, signal);
    if (answer === undefined) return false;
    this.asked = undefined;
    for (const part of answer) {
      const split = this.splits.find((s) => s.topic.name === part.topic && s.partition === part.partition);
      if (!split) continue;
      if (part.isOutOfRange) await this.reset(split, part);
      else {
        split.fetched = part.nextOffset;
        if (part.nextOffset > split.next) this.arrived.push({ split, part, isPrepared: false });
      }
    }
    // The brokers work on the next answer while this one is decoded.
    this.ask();
    return true;
  }

  /** The offset is gone: where to go on is a matter of the startup mode (OffsetsInitializer.getAutoOffsetResetStrategy). */
  private async reset(split: ReadSplit, part: FetchedPartition): Promise<void> {
    const { startup, properties } = this.table;
    const policy =
      startup === 'group-offsets'
        ? (properties['auto.offset.reset'] ?? 'none').toLowerCase()
        : startup === 'latest-offset'
          ? 'latest'
          : startup === 'timestamp'
            ? 'none'
            : 'earliest';
    const name = `${split.topic.name}-${split.partition}`;
    if (policy !== 'earliest' && policy !== 'latest')
      throw new FlinkFault(
        'OffsetOutOfRangeException',
        `Fetch position ${split.fetched} is out of range for partition ${name}; it begins at ${part.startOffset}.`,
      );
    const to =
      policy === 'earliest'
        ? part.startOffset
        : ((await this.client.offsets(split.topic.name, 'latest', this.isolation))[split.partition] as bigint);
    this.request.env.notice(`Offset ${split.fetched} of ${name} is not there (any more): reading goes on at ${to}.`);
    split.next = to;
    split.fetched = to;
  }

  /** Rows of what has arrived: at most about `maxRows`, of one buffer, so that their strings are views of it. */
  private async decode(maxRows: number): Promise<Batch | undefined> {
    const { decoder, arrived } = this;
    const buffer = arrived[0]?.part.buffer;
    while (arrived.length && decoder.rows < maxRows && arrived[0]?.part.buffer === buffer) {
      const first = arrived[0] as Arrived;
      const { split, part } = first;
      if (!first.isPrepared) {
        const missing = decoder.prepare(part.records);
        if (missing) await missing;
        first.isPrepared = true;
      }
      if (!this.drain(split, part, maxRows)) break;
      split.next = part.nextOffset;
      if (split.stop !== undefined && split.next >= split.stop) this.ended++;
      arrived.shift();
    }
    // Before the positions behind them can be kept, so that none is lost.
    await this.dead?.flush();
    const taken = decoder.take();
    if (!this.watermarks) return taken?.batch;
    return this.watermarks.mark(taken?.batch, taken?.runs ?? [], Date.now());
  }

  /** Decodes records of a partition; false when there are more of them than rows are wanted. */
  private drain(split: ReadSplit, part: FetchedPartition, maxRows: number): boolean {
    const { decoder } = this;
    const { records } = part;
    const stop = split.stop === undefined ? Number.POSITIVE_INFINITY : Number(split.stop);
    decoder.begin(split.topic.name, split.partition, split.index);
    while (decoder.rows < maxRows) {
      if (!decoder.addRun(records, maxRows - decoder.rows, stop)) return true;
      split.next = BigInt(records.position + 1);
    }
    return false;
  }

  /** A checkpoint with these positions is complete: a group that the table names is told. Its failure harms nothing (as in Flink). */
  async checkpointed(position: unknown): Promise<void> {
    const group = this.table.properties['group.id'];
    if (group === undefined || this.table.properties['commit.offsets.on.checkpoint'] === 'false') return;
    const offsets = this.splits.flatMap((s) => {
      const kept = (position as Positions)[splitKey(s.topic.name, s.partition)];
      return kept === undefined ? [] : [{ topic: s.topic.name, partition: s.partition, offset: BigInt(kept) }];
    });
    if (!offsets.length) return;
    this.committing = this.client.commitOffsets(group, offsets).catch((error: unknown) => {
      if (error instanceof KafkaError && error.code === 'CLOSED') return;
      this.request.env.notice(error instanceof Error ? error.message : String(error));
    });
    await this.committing;
  }

  get badRecords(): number {
    return this.decoder.badRecords;
  }

  /** KafkaSourceReaderMetrics: the offset that was read last; the one before the first to be read as long as there is none. */
  gauges(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.splits.map(({ topic, partition, next }) => [
        `KafkaSourceReader.topic.${topic.name}.partition.${partition}.currentOffset`,
        Number(next - 1n),
      ]),
    );
  }

  position(): unknown {
    return Object.fromEntries(this.splits.map((s) => [splitKey(s.topic.name, s.partition), String(s.next)]));
  }

  async close(): Promise<void> {
    this.decoder.report(this.table.topics.join(', ') || String(this.table.topicPattern));
    await this.dead?.close();
    await Promise.race([this.committing, sleep(1000, undefined, { ref: false })]);
    await this.client.close();
  }
}

/** What comes, or undefined at the deadline; rejects when it is aborted. Leaves no timer behind, as answers come by the hundred a second. */
function until<T>(coming: Promise<T>, deadline: number, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => resolve(undefined)), Math.max(0, deadline - Date.now()));
    const abort = () => settle(() => reject(signal.reason));
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      how();
    };
    signal.addEventListener('abort', abort, { once: true });
    coming.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}

/** Nothing, at a time; rejects when it is aborted. */
async function pause(deadline: number, signal: AbortSignal): Promise<undefined> {
  await sleep(Math.max(0, deadline - Date.now()), undefined, { signal });
  return undefined;
}

async function deadLettersOf(request: SourceRequest, client: KafkaClient): Promise<DeadLetters | undefined> {
  const target = deadLetterTarget(request.options, true);
  return target?.kind === 'topic' ? new DeadLetterTopic(client, target.topic) : await openDeadLetters(request);
}

/** Kafka's failures as Flink's job would carry them. */
export function fault(error: unknown): unknown {
  if (!(error instanceof KafkaError)) return error;
  const exception =
    error.code === 'UNKNOWN_TOPIC'
      ? 'UnknownTopicOrPartitionException'
      : error.code === 'AUTHENTICATION'
        ? 'SaslAuthenticationException'
        : error.code === 'FENCED'
          ? 'ProducerFencedException'
          : error.code === 'FAILED' || error.code === 'CLOSED'
            ? 'KafkaException'
            : 'TimeoutException';
  return new FlinkFault(exception, error.message);
}
