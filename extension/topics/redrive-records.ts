import type { ProduceRecord } from '../../clients/kafka/admin/types.ts';
import { originOf } from '../../topics/produce/redrive.ts';
import type { RawMessage } from '../../topics/types.ts';

/** Messages of a dead-letter topic by where they came from, as they are sent again; those that do not tell are counted. */
export function redriven(messages: readonly RawMessage[]): {
  readonly byTopic: ReadonlyMap<string, readonly ProduceRecord[]>;
  readonly unknown: number;
} {
  const byTopic = new Map<string, ProduceRecord[]>();
  let unknown = 0;
  for (const message of messages) {
    const origin = originOf(message);
    if (!origin) {
      unknown++;
      continue;
    }
    const dropped = new Set(origin.headers);
    const records = byTopic.get(origin.topic) ?? [];
    byTopic.set(origin.topic, records);
    records.push({
      key: message.key,
      value: message.value,
      headers: message.headers.filter(([name]) => !dropped.has(name)),
      ...(origin.timestamp === undefined ? {} : { timestamp: origin.timestamp }),
    });
  }
  return { byTopic, unknown };
}
