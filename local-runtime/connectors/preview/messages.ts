import { DELETE, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { SinkRequest } from '../connector.ts';
import { type ChosenFormat, kafkaOptions } from '../kafka/options.ts';
import type { RowPreview } from './preview.ts';
import { formatText, type RowText } from './text.ts';

/** Messages of a topic: key and value as their formats write them; a tombstone has no value. */
export function messageRows(request: SinkRequest): RowPreview {
  const { options, env } = request;
  const table = kafkaOptions(options.connector as 'kafka' | 'upsert-kafka', options, request.table, true);
  const part = ({ format, fields, positions, options: own }: ChosenFormat): RowText =>
    formatText(format, fields, positions, own, env.zone);
  const key = table.key && part(table.key);
  const value = part(table.value);
  const where =
    table.partitioner === 'fixed'
      ? 'partition 0'
      : table.partitioner === 'round-robin'
        ? 'partitions in turn'
        : key
          ? 'partition by key'
          : 'any partition';
  const target = `${table.topics.join(', ')}, ${where}`;
  return (batch, i) => {
    const kind = batch.kinds?.[i] ?? 0;
    const keyText = key?.(batch, i) ?? null;
    if (table.upsert && (kind === DELETE || kind === UPDATE_BEFORE))
      return { target: `${target}, tombstone`, key: keyText, value: null };
    const text = value(batch, i);
    return text === undefined ? undefined : { target, key: keyText, value: text };
  };
}
