import {
  addPartitionsToTxnV3,
  initProducerIdV3,
  murmur2,
  ProtocolError,
  protocolErrorsCodesById,
} from '@platformatic/kafka';
import type { Brokers } from './brokers.ts';
import type { KafkaTransaction, OpenTransaction, OutgoingRecord, ProducerOptions } from './kafka-client.ts';
import { RecordBatchWriter } from './record-batch-writer.ts';
import { type ProduceTarget, produceRecords } from './requests.ts';

/** Rows without a key stay with a partition for so many bytes, as Java's producer does. */
const STICKY_BYTES = 16_384;
/** Of a batch before compression: below the brokers' default limit of a message set. */
const BATCH_BYTES = 900_000;

interface Producer {
  readonly id: bigint;
  readonly epoch: number;
}

interface Partition {
  readonly topic: string;
  readonly partition: number;
  /** Number of the next record: the brokers tell repeated batches by it. */
  sequence: number;
  /** Batches that wait, in order. */
  readonly batches: WaitingBatch[];
}

interface WaitingBatch {
  readonly bytes: Buffer;
  /** Where somebody wants to know where they go. */
  readonly records: readonly OutgoingRecord[] | undefined;
}

/** Told of each batch that the brokers have: its first offset is -1 where they do not tell. */
export type OnWritten = (records: readonly OutgoingRecord[], partition: number, baseOffset: bigint) => void;

/**
 * Writes record batches: one under way for each partition, so that order is kept and a repeated batch is recognised. With a transaction
 * the partitions are made known to its coordinator first.
 */
export class BatchProducer implements KafkaTransaction {
  private readonly brokers: Brokers;
  private readonly options: ProducerOptions;
  private readonly transactionalId: string | undefined;
  private readonly acks: number;
  private owner: Producer | undefined;
  private readonly partitions = new Map<string, Partition>();
  private readonly writer = new RecordBatchWriter();
  private readonly onWritten: OnWritten | undefined;
  private sticky = 0;
  private stickyLeft = 0;

  constructor(
    brokers: Brokers,
    options: ProducerOptions,
    transaction?: { id: string; owner: Producer },
    onWritten?: OnWritten,
  ) {
    this.onWritten = onWritten;
    this.brokers = brokers;
    this.options = options;
    this.transactionalId = transaction?.id;
    this.owner = transaction?.owner;
    this.acks = options.acks ?? -1;
  }

  get transaction(): OpenTransaction {
    if (this.transactionalId === undefined || !this.owner) throw new Error('the producer has no transaction');
    return { id: this.transactionalId, producerId: String(this.owner.id), epoch: this.owner.epoch };
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (!records.length) return;
    const limit = this.brokers.connection.deliveryMs;
    if (!this.owner && this.acks === -1 && this.options.idempotent !== false) {
      this.owner = await this.brokers.retrying(limit, () => newProducer(this.brokers, null, 0));
    }
    const touched = await this.encode(records);
    if (this.transactionalId !== undefined) await this.announce(touched);
    while (touched.length) {
      await this.deliver(touched);
      for (let i = touched.length - 1; i >= 0; i--) if (!touched[i]?.batches.length) touched.splice(i, 1);
    }
  }

  /** Lays the records out as batches of their partitions. */
  private async encode(records: readonly OutgoingRecord[]): Promise<Partition[]> {
    const now = Date.now();
    const waiting = new Map<string, Map<number, OutgoingRecord[]>>();
    for (const [topic, ofTopic] of Map.groupBy(records, (r) => r.topic)) {
      const leaders = await this.brokers.retrying(this.brokers.connection.deliveryMs, () =>
        this.brokers.leaders(topic, false, true),
      );
      waiting.set(
        topic,
        Map.groupBy(ofTopic, (r) => this.place(r, leaders.length)),
      );
    }
    const touched: Partition[] = [];
    for (const [topic, byPartition] of waiting) {
      for (const [number, chosen] of byPartition) {
        const partition = this.partition(topic, number);
        touched.push(partition);
        let from = 0;
        for (const [i, record] of chosen.entries()) {
          if (!this.writer.takes(record.timestamp)) {
            this.cut(partition, chosen, from);
            from = i;
          }
          this.writer.append(record, now);
          if (this.writer.size >= (this.options.maxRequestBytes ?? BATCH_BYTES)) {
            this.cut(partition, chosen, from);
            from = i + 1;
          }
        }
        if (this.writer.count) this.cut(partition, chosen, from);
      }
    }
    return touched;
  }

  private partition(topic: string, partition: number): Partition {
    const key = `${topic}/${partition}`;
    let found = this.partitions.get(key);
    if (!found) {
      found = { topic, partition, sequence: 0, batches: [] };
      this.partitions.set(key, found);
    }
    return found;
  }

  private cut(partition: Partition, records: readonly OutgoingRecord[], from: number): void {
    const { owner, writer } = this;
    const { count } = writer;
    const bytes = writer.finish(this.options.compression ?? 'none', {
      producerId: owner?.id ?? -1n,
      epoch: owner?.epoch ?? -1,
      sequence: owner ? partition.sequence : -1,
      isTransactional: this.transactionalId !== undefined,
    });
    partition.batches.push({ bytes, records: this.onWritten && records.slice(from, from + count) });
    // The number is one of 31 bits and begins anew.
    partition.sequence = (partition.sequence + count) % 2 ** 31;
  }

  /** As Java's default partitioner: by key where there is one. */
  private place({ partition, key, value }: OutgoingRecord, count: number): number {
    if (partition !== undefined) return partition;
    if (key) return (murmur2(Buffer.from(key.buffer, key.byteOffset, key.length)) & 0x7fffffff) % count;
    if (this.stickyLeft <= 0) {
      this.sticky = (this.sticky + 1) % count;
      this.stickyLeft = STICKY_BYTES;
    }
    this.stickyLeft -= (value?.length ?? 0) + 10;
    return this.sticky % count;
  }

  private readonly announced = new Set<Partition>();

  private async announce(touched: readonly Partition[]): Promise<void> {
    const fresh = touched.filter((p) => !this.announced.has(p));
    if (!fresh.length) return;
    const { id, epoch } = this.owner as Producer;
    const topics = [...Map.groupBy(fresh, (p) => p.topic)].map(([name, of]) => ({
      name,
      partitions: of.map((p) => p.partition),
    }));
    const transactionalId = this.transactionalId as string;
    await this.brokers.retrying(this.brokers.connection.deliveryMs, async () => {
      const coordinator = await this.brokers.coordinator('transaction', transactionalId);
      const request = { transactionalId, producerId: id, producerEpoch: epoch, verifyOnly: false, topics };
      await addPartitionsToTxnV3.api.async(coordinator, [request]);
    });
    for (const partition of fresh) this.announced.add(partition);
  }

  /** Sends the first batch of each partition, again and again until all of these are acknowledged. */
  private async deliver(touched: readonly Partition[]): Promise<void> {
    let left = [...touched];
    await this.brokers.retrying(this.brokers.connection.deliveryMs, async (attempt) => {
      const byLeader = new Map<number, Partition[]>();
      const leadersOf = new Map<string, readonly number[]>();
      for (const p of left) {
        const leaders = leadersOf.get(p.topic) ?? (await this.brokers.leaders(p.topic, attempt > 0, true));
        leadersOf.set(p.topic, leaders);
        const leader = leaders[p.partition];
        if (leader === undefined) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION');
        const list = byLeader.get(leader);
        if (list) list.push(p);
        else byLeader.set(leader, [p]);
      }
      const failures: unknown[] = [];
      const rounds = [...byLeader].map(async ([leader, partitions]) => {
        try {
          const answered = await this.request(leader, partitions);
          for (const p of partitions) {
            const { code, baseOffset } = answered.get(p) ?? { code: 0, baseOffset: -1n };
            if (code === 0) {
              const written = p.batches.shift();
              if (written?.records) this.onWritten?.(written.records, p.partition, baseOffset);
              left = left.filter((other) => other !== p);
            } else failures.push(new ProtocolError(code));
          }
        } catch (error) {
          failures.push(error);
        }
      });
      await Promise.all(rounds);
      if (failures.length) throw failures[0];
    });
  }

  private async request(
    leader: number,
    partitions: readonly Partition[],
  ): Promise<Map<Partition, { code: number; baseOffset: bigint }>> {
    const connection = await this.brokers.node(leader);
    const targets = partitions.map(
      (p): ProduceTarget => ({ topic: p.topic, partition: p.partition, batch: p.batches[0]?.bytes as Buffer }),
    );
    const answers = await produceRecords.async(connection, {
      transactionalId: this.transactionalId ?? null,
      acks: this.acks,
      timeoutMs: this.brokers.connection.timeoutMs,
      targets,
    });
    const answered = new Map<Partition, { code: number; baseOffset: bigint }>();
    if (this.acks === 0) return answered;
    for (const { topic, partition, errorCode, baseOffset } of answers) {
      // A batch that the broker has already is written.
      const code = protocolErrorsCodesById[errorCode] === 'DUPLICATE_SEQUENCE_NUMBER' ? 0 : errorCode;
      answered.set(this.partition(topic, partition), { code, baseOffset });
    }
    return answered;
  }
}

/** A producer id from the brokers; with a transactional id whatever it left open is aborted. */
export async function newProducer(
  brokers: Brokers,
  transactionalId: string | null,
  timeoutMs: number,
): Promise<Producer> {
  const to =
    transactionalId === null
      ? await brokers.node((await brokers.nodes())[0] ?? 0)
      : await brokers.coordinator('transaction', transactionalId);
  const { producerId, producerEpoch } = await initProducerIdV3.api.async(to, transactionalId, timeoutMs);
  return { id: producerId, epoch: producerEpoch };
}
