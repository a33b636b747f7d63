import type { TopicRow } from './topics-messages.ts';

export const TOPIC_COLUMNS = [
  'name',
  'partitions',
  'replicas',
  'bytes',
  'end',
  'rate',
  'retention',
  'cleanup',
] as const;
export type TopicColumn = (typeof TOPIC_COLUMNS)[number];

export interface TopicOrder {
  readonly column: TopicColumn;
  readonly descending: boolean;
}

/** Of a column whose figures matter when they are great, the greatest come first. */
export function firstOrder(column: TopicColumn): TopicOrder {
  return { column, descending: column !== 'name' && column !== 'cleanup' };
}

/** Topics in an order; what is not known stands at the end either way, and equal ones by name. */
export function ordered(topics: readonly TopicRow[], { column, descending }: TopicOrder): TopicRow[] {
  const sign = descending ? -1 : 1;
  return topics.toSorted((a, b) => {
    const [left, right] = [keyOf(a, column), keyOf(b, column)];
    if (left !== right) {
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right ? -sign : sign;
    }
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  });
}

/** Topics whose names have all words of a text, upper and lower case alike. */
export function found(topics: readonly TopicRow[], text: string, withInternal: boolean): TopicRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return topics.filter(({ name, isInternal, cleanupPolicy }) => {
    if (isInternal && !withInternal) return false;
    const searched = `${name} ${cleanupPolicy}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}

function keyOf(topic: TopicRow, column: TopicColumn): string | number | bigint | null {
  switch (column) {
    case 'name':
      return topic.name;
    case 'cleanup':
      return topic.cleanupPolicy === '' ? null : topic.cleanupPolicy;
    case 'bytes':
      return topic.bytes === null ? null : BigInt(topic.bytes);
    case 'end':
      return topic.end === null ? null : BigInt(topic.end);
    case 'retention':
      return retentionKey(topic);
    default:
      return topic[column];
  }
}

/** What is kept for ever is kept longest; of what is only compacted there is no time. */
function retentionKey({ retentionMs, cleanupPolicy }: TopicRow): bigint | null {
  if (retentionMs === null || cleanupPolicy === 'compact') return null;
  const ms = BigInt(retentionMs);
  return ms < 0n ? 2n ** 63n : ms;
}
