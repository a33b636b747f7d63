import { offsetAt } from '../../clients/kafka/admin/records.ts';
import type { BrowseQuery, KafkaAdmin } from '../../clients/kafka/admin/types.ts';

/**
 * The same messages as a reading that goes on from the oldest of them: the newest are found backwards, step by step, and would be written
 * in that order. Undefined where there are none.
 */
export async function forwards(
  admin: Pick<KafkaAdmin, 'browse'>,
  query: BrowseQuery,
  signal: AbortSignal,
): Promise<BrowseQuery | undefined> {
  if (query.from.at !== 'newest') return query;
  const first = new Map<number, bigint>();
  const end = new Map<number, bigint>();
  const { limit: _, from, to, ...rest } = query;
  for await (const { pages, progress } of admin.browse(query, signal)) {
    for (const page of pages) {
      if (page.count === 0) continue;
      const offset = offsetAt(page, 0);
      const known = first.get(page.partition);
      if (known === undefined || offset < known) first.set(page.partition, offset);
    }
    for (const one of progress.partitions) end.set(one.partition, one.end);
  }
  if (first.size === 0) return undefined;
  return {
    ...rest,
    partitions: [...first.keys()],
    from: { at: 'positions', positions: first },
    to: { at: 'positions', positions: end },
  };
}
