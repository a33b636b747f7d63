import { offsetAt } from '../../clients/kafka/admin/records.ts';
import type { BatchInfo, KafkaAdmin } from '../../clients/kafka/admin/types.ts';
import { detached, messageAt } from '../../topics/messages.ts';
import type { RawMessage } from '../../topics/types.ts';
import type { MessagePlace } from '../../webviews/topics/messages.ts';

export interface FetchedMessage {
  readonly message: RawMessage;
  readonly batch: BatchInfo | undefined;
}

/** Reads single messages again by their places, in the order of partitions and offsets; what is gone by now is left out. */
export async function fetchMessages(
  admin: KafkaAdmin,
  topic: string,
  places: readonly MessagePlace[],
  signal?: AbortSignal,
): Promise<FetchedMessage[]> {
  const byPartition = new Map<number, bigint[]>();
  for (const { partition, offset } of places) {
    const offsets = byPartition.get(partition) ?? [];
    byPartition.set(partition, offsets);
    offsets.push(BigInt(offset));
  }
  const found: FetchedMessage[] = [];
  for (const [partition, offsets] of [...byPartition].toSorted(([a], [b]) => a - b)) {
    const sorted = offsets.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const [first, last] = [sorted[0] ?? 0n, sorted.at(-1) ?? 0n];
    const wanted = new Set(sorted);
    const query = {
      topic,
      partitions: [partition],
      from: { at: 'offset', offset: first },
      to: { at: 'offset', offset: last + 1n },
      withControlRecords: true,
    } as const;
    for await (const { pages } of admin.browse(query, signal)) {
      for (const page of pages) {
        for (let i = 0; i < page.count; i++) {
          if (!wanted.has(offsetAt(page, i))) continue;
          found.push({ message: detached(messageAt(page, i)), batch: page.batches[page.batchOf[i] ?? -1] });
        }
      }
    }
  }
  return found;
}
