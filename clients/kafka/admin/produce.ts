import { KafkaError, type OutgoingRecord } from '../kafka-client.ts';
import { BatchProducer } from '../producer.ts';
import type { Cluster } from './cluster.ts';
import type { ProducedRecord, ProduceRecord } from './record-types.ts';

interface Placed extends OutgoingRecord {
  readonly place: number;
}

/** Writes records; gives where each of them is, in the order given. The topic must exist: none is made by the way. */
export async function produce(
  cluster: Cluster,
  topic: string,
  records: readonly ProduceRecord[],
): Promise<ProducedRecord[]> {
  const { topic: found } = await cluster.topicMetadata(topic);
  const count = found.partitions.length;
  for (const { partition } of records)
    if (partition !== undefined && !(partition >= 0 && partition < count))
      throw new KafkaError('INVALID', `Topic '${topic}' has no partition ${partition}.`);
  const out: ProducedRecord[] = [];
  const producer = new BatchProducer(cluster.brokers, {}, undefined, (batch, partition, baseOffset) => {
    for (const [i, record] of batch.entries())
      out[(record as Placed).place] = { partition, offset: baseOffset < 0n ? -1n : baseOffset + BigInt(i) };
  });
  await producer.send(
    records.map(
      ({ key, value, headers, partition, timestamp }, place): Placed => ({
        ...{ topic, place, key, value },
        ...(headers && { headers }),
        ...(partition !== undefined && { partition }),
        ...(timestamp !== undefined && { timestamp: exactNumber(timestamp) }),
      }),
    ),
  );
  return out;
}

/** Times are numbers wherever these are exact: that is the fast way. */
const exactNumber = (time: number | bigint): number | bigint =>
  typeof time === 'bigint' && Number.isSafeInteger(Number(time)) ? Number(time) : time;
