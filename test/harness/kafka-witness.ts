import { randomUUID } from 'node:crypto';
import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import {
  type BrowseProgress,
  type BrowseQuery,
  connectionFromProperties,
  headersAt,
  type KafkaAdmin,
  type KafkaAdminOptions,
  keyAt,
  offsetAt,
  openKafkaAdmin,
  type RecordPage,
  timestampAt,
  valueAt,
} from '../../clients/kafka/index.ts';

/** A record in words, the same for every side: `partition@offset`, time, key, value and headers; null is ∅. */
export interface Witnessed {
  readonly at: string;
  readonly timestamp: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: string;
}

export const independentKafka = (bootstrap: string): IndependentKafka =>
  new IndependentKafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });

export function ourKafka(bootstrap: string, more: Partial<KafkaAdminOptions> = {}): Promise<KafkaAdmin> {
  return openKafkaAdmin({
    connection: connectionFromProperties({ 'bootstrap.servers': bootstrap }, 'millrace-test'),
    ...more,
  });
}

const byPlace = (a: Witnessed, b: Witnessed) => place(a) - place(b);
const place = ({ at }: Witnessed) => {
  const [partition, offset] = at.split('@').map(Number) as [number, number];
  return partition * 1e12 + offset;
};

/** The first `count` records of a topic as kafkajs reads them, by partition and offset. */
export async function readIndependently(
  kafka: IndependentKafka,
  topic: string,
  count: number,
  readUncommitted = false,
): Promise<Witnessed[]> {
  const groupId = `witness-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, readUncommitted });
  // A group that starts anew delivers again.
  const found = new Map<string, Witnessed>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      // A coordinator that is still loading is asked again.
      if (!payload.restart) reject(payload.error);
    });
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          const at = `${partition}@${message.offset}`;
          found.set(at, {
            at,
            timestamp: message.timestamp,
            key: message.key?.toString() ?? null,
            value: message.value?.toString() ?? null,
            headers: Object.entries(message.headers ?? {})
              .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((v) => `${name}=${v ?? '∅'}`))
              .join(','),
          });
          if (found.size === count) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteGroups([groupId]);
  await admin.disconnect();
  return [...found.values()].sort(byPlace);
}

export const witnessedPage = (page: RecordPage): Witnessed[] =>
  Array.from({ length: page.count }, (_, i) => {
    const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
    return {
      at: `${page.partition}@${offsetAt(page, i)}`,
      timestamp: String(timestampAt(page, i)),
      key: text(keyAt(page, i)),
      value: text(valueAt(page, i)),
      headers: headersAt(page, i)
        .map(([name, value]) => `${name}=${value === null ? '∅' : text(value)}`)
        .join(','),
    };
  });

/** Everything that a query gives, by partition and offset, and the last account of its progress. */
export async function readOurs(admin: KafkaAdmin, query: BrowseQuery) {
  const found: Witnessed[] = [];
  let steps = 0;
  let progress: BrowseProgress | undefined;
  for await (const step of admin.browse(query)) {
    found.push(...step.pages.flatMap(witnessedPage));
    progress = step.progress;
    steps++;
  }
  if (!progress) throw new Error('a reading without a step');
  return { records: found.sort(byPlace), progress, steps };
}
