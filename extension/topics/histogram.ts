import { timestampAt } from '../../clients/kafka/admin/records.ts';
import type { KafkaAdmin } from '../../clients/kafka/admin/types.ts';
import type { TimeHistogram } from '../../topics/types.ts';
import type { HistogramState } from '../../webviews/topics/messages.ts';

const BARS = 80;
/** Questions under way at a time. */
const AT_A_TIME = 8;

/**
 * How a topic's messages lie in time, asked of the brokers' time index: nothing is read but the first and the last message. Bars are
 * differences of offsets, so that compacted topics show more than there is. Undefined for an empty topic.
 */
export async function timeOverview(
  admin: KafkaAdmin,
  topic: string,
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<HistogramState | undefined> {
  const chosen = (offsets: readonly bigint[]): bigint[] =>
    partitions.length === 0 ? [...offsets] : partitions.map((partition) => offsets[partition] ?? 0n);
  const span = await timeSpan(admin, topic, partitions, signal);
  if (!span) return undefined;
  const width = Math.max(1, Math.ceil((span.last - span.first + 1) / BARS));
  const bars = Math.ceil((span.last - span.first + 1) / width);
  const bounds: number[] = new Array(bars + 1);
  const edges = Array.from({ length: bars + 1 }, (_, i) => i);
  const ask = async (): Promise<void> => {
    for (let i = edges.shift(); i !== undefined; i = edges.shift()) {
      const offsets = await admin.offsetsAt(
        topic,
        i === 0 ? 'earliest' : i === bars ? 'latest' : span.first + i * width,
        signal,
      );
      bounds[i] = Number(chosen(offsets).reduce((sum, one) => sum + one, 0n));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  const all = Array.from({ length: bars }, (_, i) => Math.max(0, (bounds[i + 1] ?? 0) - (bounds[i] ?? 0)));
  return { start: span.first, width, all, matching: null };
}

/** Times of the first and the last messages. */
async function timeSpan(
  admin: KafkaAdmin,
  topic: string,
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const only = partitions.length > 0 ? { partitions } : {};
  for (const at of ['oldest', 'newest'] as const) {
    // A few of each: times need not ascend.
    for await (const { pages } of admin.browse({ topic, ...only, from: { at }, limit: 50 }, signal)) {
      for (const page of pages) {
        for (let i = 0; i < page.count; i++) {
          const time = Number(timestampAt(page, i));
          if (time < 0) continue;
          first = Math.min(first, time);
          last = Math.max(last, time);
        }
      }
    }
  }
  return last < first ? undefined : { first, last };
}

/** Counts of a reading as the view draws them; null while nothing with a time was read. */
export function countsState(counts: TimeHistogram | undefined): HistogramState | null {
  if (!counts) return null;
  const { start, width, all, matching } = counts;
  return { start, width, all: [...all], matching: [...matching] };
}
