import { KafkaError } from '../kafka-client.ts';
import { writesRefused } from './read-only.ts';
import type { CopyQuery, CopyStep, ProduceRecord, RecordPage } from './record-types.ts';
import { headersAt, keyAt, RECORD, timestampAt, valueAt } from './records.ts';
import type { KafkaAdmin } from './types.ts';

/** Reads and writes step by step: what is read is written before more is read. */
export async function* copy(
  source: KafkaAdmin,
  query: CopyQuery,
  target: KafkaAdmin,
  signal?: AbortSignal,
): AsyncGenerator<CopyStep> {
  writesRefused(target.isReadOnly, `writing to topic '${query.topic}'`);
  // What was rolled back is no message, and markers are none.
  const browse = {
    isolation: 'read_committed' as const,
    ...query.source,
    withControlRecords: false,
  };
  if (query.keepPartitions) await checkPartitions(source, query, target, signal);
  let copied = 0;
  for await (const { pages, progress } of source.browse(browse, signal)) {
    const records = pages.flatMap((page) => recordsOf(page, query));
    if (records.length > 0) await target.produce(query.topic, records);
    copied += records.length;
    yield { copied, progress };
  }
}

async function checkPartitions(source: KafkaAdmin, query: CopyQuery, target: KafkaAdmin, signal?: AbortSignal) {
  const wanted =
    query.source.partitions ?? (await source.topic(query.source.topic, signal)).partitions.map((p) => p.partition);
  const there = (await target.topic(query.topic, signal)).partitions.length;
  const absent = wanted.find((p) => p >= there);
  if (absent !== undefined)
    throw new KafkaError(
      'INVALID',
      `Topic '${query.topic}' has ${there} partitions, but partition ${absent} is to be copied to the same number.`,
    );
}

function recordsOf(page: RecordPage, query: CopyQuery): ProduceRecord[] {
  const { keepPartitions, keepTimestamps = true, addHeaders = [], dropHeaders = [] } = query;
  const dropped = new Set(dropHeaders);
  const out: ProduceRecord[] = [];
  for (let i = 0; i < page.count; i++) {
    if (page.kinds[i] !== RECORD) continue;
    out.push({
      key: keyAt(page, i),
      value: valueAt(page, i),
      headers: [...headersAt(page, i).filter(([name]) => !dropped.has(name)), ...addHeaders],
      ...(keepPartitions && { partition: page.partition }),
      ...(keepTimestamps && { timestamp: timestampAt(page, i) }),
    });
  }
  return out;
}
