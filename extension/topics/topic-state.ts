import type { TopicConfig, TopicDetail, TopicSummary } from '../../clients/kafka/admin/types.ts';
import type { ConfigView, TopicState } from '../../webviews/topics/messages.ts';
import type { KafkaLink } from './link.ts';

/** How fast a topic grows, from one look to the next. */
export class TopicRates {
  #before: { readonly at: number; readonly latest: ReadonlyMap<number, bigint> } | undefined;

  /** Messages a second that each partition got since the last look; undefined at first. @param now ms */
  look(detail: TopicDetail, now: number): ReadonlyMap<number, number> | undefined {
    const latest = new Map<number, bigint>();
    for (const { partition, latest: next } of detail.partitions) if (next !== undefined) latest.set(partition, next);
    const before = this.#before;
    this.#before = { at: now, latest };
    if (!before || now <= before.at) return undefined;
    const rates = new Map<number, number>();
    for (const [partition, next] of latest) {
      const then = before.latest.get(partition);
      // A topic that was made anew begins at 0 again.
      if (then !== undefined && next >= then) rates.set(partition, (Number(next - then) * 1000) / (now - before.at));
    }
    return rates;
  }
}

/** A topic as its view shows it. */
export function topicState(
  link: KafkaLink,
  detail: TopicDetail,
  summary: TopicSummary | undefined,
  rates: ReadonlyMap<number, number> | undefined,
): TopicState {
  let offsets = 0n;
  let bytes: bigint | null = null;
  for (const one of detail.partitions) {
    offsets += (one.latest ?? 0n) - (one.earliest ?? 0n);
    if (one.bytes !== undefined) bytes = (bytes ?? 0n) + one.bytes;
  }
  return {
    name: detail.name,
    connection: link.name,
    readOnly: link.readOnly,
    isInternal: detail.isInternal,
    hasRegistry: link.setting.registry !== undefined,
    cleanupPolicy: summary?.cleanupPolicy ?? '',
    partitions: detail.partitions.map((one) => ({
      partition: one.partition,
      leader: one.leader,
      replicas: one.replicas,
      inSync: one.inSync,
      earliest: textOf(one.earliest),
      latest: textOf(one.latest),
      bytes: textOf(one.bytes),
      rate: rates?.get(one.partition) ?? null,
      error: one.error ?? null,
    })),
    offsets: String(offsets),
    bytes: textOf(bytes ?? undefined),
    rate: rates ? [...rates.values()].reduce((sum, rate) => sum + rate, 0) : null,
  };
}

const textOf = (value: bigint | undefined): string | null => (value === undefined ? null : String(value));

/** A config as its view shows it. */
export function configView(config: TopicConfig): ConfigView {
  const { name, value, defaultValue, source, isSensitive, isReadOnly, documentation } = config;
  return {
    name,
    value,
    defaultValue: defaultValue ?? null,
    source,
    isSensitive,
    isReadOnly,
    documentation: plainText(documentation ?? ''),
  };
}

/** Kafka's words without their tags. */
function plainText(html: string): string {
  return html
    .replace(/<(?:br|p|li|\/p|\/li|ul|\/ul)\s*\/?>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
