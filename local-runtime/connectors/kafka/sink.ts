import { setTimeout as sleep } from 'node:timers/promises';
import {
  type KafkaClient,
  type KafkaProducer,
  type OutgoingRecord,
  openKafka,
  type ProducerOptions,
} from '../../../clients/kafka/index.ts';
import type { MapValue, TimestampValue } from '../../../flink-sql/plan/rex.ts';
import { type Batch, DELETE, UPDATE_BEFORE } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault, validation } from '../../errors.ts';
import type { Encoder } from '../../formats/format.ts';
import type { SinkRequest, SinkWriter } from '../connector.ts';
import { type ChosenFormat, connectionOf, type KafkaTableOptions, kafkaOptions } from './options.ts';
import { fault } from './source.ts';
import { type PreparedTransactions, SinkTransactions } from './transactions.ts';
import { UpsertBuffer } from './upsert-buffer.ts';

interface Part {
  readonly encoder: Encoder;
  readonly positions: readonly number[];
}

/** Writes rows to a topic; upsert tables turn deletes into tombstones (DynamicKafkaRecordSerializationSchema). */
export class KafkaWriter implements SinkWriter {
  private readonly table: KafkaTableOptions;
  private readonly client: KafkaClient;
  private readonly producer: KafkaProducer | undefined;
  private readonly transactions: SinkTransactions | undefined;
  private readonly buffer: UpsertBuffer | undefined;
  private readonly key: Part | undefined;
  private readonly value: Part;
  /** Columns of the written metadata, by key. */
  private readonly metadata = new Map<string, number>();
  private readonly topic: string;
  private readonly partitions: number;
  private readonly writer: number;
  private next = 0;

  private constructor(request: SinkRequest, table: KafkaTableOptions, client: KafkaClient, partitions: number) {
    this.table = table;
    this.client = client;
    this.topic = table.topics[0] as string;
    this.partitions = partitions;
    this.writer = request.subtask?.index ?? 0;
    const options = producerOptions(table);
    if (table.guarantee === 'exactly-once') {
      // Flink's default is an hour, which brokers refuse unless they are told otherwise.
      const timeoutMs = Number(table.properties['transaction.timeout.ms'] ?? 3_600_000);
      const subtask = request.subtask ?? { index: 0, of: 1 };
      const { transactionPrefix } = table;
      this.transactions = new SinkTransactions(
        client,
        transactionPrefix,
        timeoutMs,
        options,
        subtask,
        request.env.notice,
      );
    } else this.producer = client.producer(options);
    if (table.upsert && table.buffer.rows > 0 && table.buffer.intervalMs > 0)
      this.buffer = new UpsertBuffer(table.buffer, (records) => this.send(records));
    const part = (chosen: ChosenFormat): Part => {
      if (!chosen.format.encoder)
        throw new FlinkFault('ValidationException', `Format '${chosen.format.identifier}' cannot write messages.`);
      return {
        encoder: chosen.format.encoder({ fields: chosen.fields, options: chosen.options, zone: request.env.zone }),
        positions: chosen.positions,
      };
    };
    this.key = table.key && part(table.key);
    this.value = part(table.value);
    let at = table.physical.length;
    for (const column of request.table.columns)
      if (column.kind === 'metadata' && !column.virtual) this.metadata.set(column.key ?? column.name, at++);
  }

  /** Connects; an unknown topic is made by the broker when it allows that. */
  static async open(request: SinkRequest): Promise<KafkaWriter> {
    const { connector } = request.options;
    const table = kafkaOptions(connector as 'kafka' | 'upsert-kafka', request.options, request.table, true);
    const client = await openKafka(connectionOf(table));
    try {
      if (table.topics.length !== 1)
        throw new FlinkFault('ValidationException', 'Single topic is required for a Kafka sink of the local runtime.');
      const partitions =
        table.partitioner === 'round-robin' || (table.partitioner === 'fixed' && (request.subtask?.index ?? 0) > 0)
          ? (await client.topic(table.topics[0] as string)).partitions.length
          : 0;
      const writer = new KafkaWriter(request, table, client, partitions);
      await writer.key?.encoder.open?.();
      await writer.value.encoder.open?.();
      await writer.transactions?.restore(request.restored as PreparedTransactions | undefined);
      return writer;
    } catch (error) {
      await client.close();
      throw fault(error);
    }
  }

  async write(batch: Batch): Promise<void> {
    const keys = this.key && pick(batch, this.key.positions);
    const values = pick(batch, this.value.positions);
    const records: OutgoingRecord[] = [];
    for (let i = 0; i < batch.length; i++) {
      const kind = batch.kinds?.[i] ?? 0;
      const key = keys ? (this.key?.encoder.row(keys, i) ?? null) : null;
      // A -U comes where no +U need follow (behind a filter): it takes the key away, as Flink's sink does.
      const gone = this.table.upsert && (kind === DELETE || kind === UPDATE_BEFORE);
      const value = gone ? null : (this.value.encoder.row(values, i) ?? null);
      records.push({ topic: this.topic, key, value, ...this.placed(), ...this.written(batch, i) });
    }
    if (!records.length) return;
    try {
      await (this.buffer ? this.buffer.add(records) : this.send(records));
    } catch (error) {
      throw fault(error);
    }
  }

  private placed(): { partition?: number } {
    // FlinkFixedPartitioner: all rows of a writer to one partition.
    if (this.table.partitioner === 'fixed') return { partition: this.writer % Math.max(1, this.partitions) };
    if (this.table.partitioner === 'round-robin' && this.partitions)
      return { partition: this.next++ % this.partitions };
    return {};
  }

  private written(batch: Batch, i: number): { timestamp?: number; headers?: (readonly [string, Uint8Array])[] } {
    const out: { timestamp?: number; headers?: (readonly [string, Uint8Array])[] } = {};
    const time = this.metadata.get('timestamp');
    const timestamp = time === undefined ? null : (valueAt(batch.columns[time] as Column, i) as TimestampValue | null);
    if (timestamp) out.timestamp = timestamp.ms;
    const at = this.metadata.get('headers');
    const headers = at === undefined ? null : (valueAt(batch.columns[at] as Column, i) as MapValue | null);
    if (headers)
      out.headers = headers.keys.flatMap((k, n) =>
        k === null || headers.values[n] === null ? [] : [[k as string, headers.values[n] as Uint8Array] as const],
      );
    return out;
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length) await (this.transactions ?? this.producer)?.send(records);
  }

  /** `send` waits for the acknowledgements, so only a buffer can hold anything. */
  async flush(): Promise<void> {
    try {
      await this.buffer?.flush();
    } catch (error) {
      throw fault(error);
    }
  }

  async prepare(): Promise<PreparedTransactions | undefined> {
    await this.flush();
    return this.transactions?.prepare();
  }

  async commit(): Promise<void> {
    try {
      await this.transactions?.commit();
    } catch (error) {
      throw fault(error);
    }
  }

  async close(): Promise<void> {
    this.buffer?.close();
    // What is left open is aborted by the next writer, or by the brokers in time; nobody waits for brokers that are away.
    if (this.transactions)
      await Promise.race([this.transactions.close().catch(() => undefined), sleep(1000, undefined, { ref: false })]);
    await this.client.close();
  }
}

function producerOptions({ properties, guarantee }: KafkaTableOptions): ProducerOptions {
  const acks = properties.acks?.toLowerCase();
  if (acks !== undefined && !['all', '-1', '0', '1'].includes(acks))
    throw validation(`Invalid value ${acks} for configuration acks: String must be one of: all, -1, 0, 1`);
  const compression = properties['compression.type']?.toLowerCase();
  if (compression !== undefined && !isCompression(compression))
    throw validation(
      `Invalid value ${compression} for configuration compression.type: String must be one of: none, gzip, snappy, lz4, zstd`,
    );
  const isTransactional = guarantee === 'exactly-once';
  return {
    acks: isTransactional || acks === undefined || acks === 'all' ? -1 : Number(acks),
    idempotent: properties['enable.idempotence'] !== 'false',
    ...(compression === undefined ? {} : { compression }),
    ...(properties['max.request.size'] === undefined
      ? {}
      : { maxRequestBytes: Math.min(900_000, Number(properties['max.request.size'])) }),
  };
}

const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const isCompression = (text: string): text is (typeof COMPRESSIONS)[number] =>
  COMPRESSIONS.some((known) => known === text);

function pick(batch: Batch, positions: readonly number[]): Batch {
  return { ...batch, columns: positions.map((p) => batch.columns[p] as Column) };
}
