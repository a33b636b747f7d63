import { valueAt } from '../../batch/column.ts';
import { castToString } from '../../functions/cast/to-string.ts';
import type { SinkRequest } from '../connector.ts';
import type { RowPreview } from './preview.ts';
import { jsonText } from './text.ts';

/** Rows of sinks of which no more is known than their columns: as JSON, with the primary key and the partition beside them. */
export function plainRows({ table, fields, env }: SinkRequest): RowPreview {
  const positions = fields.map((_, i) => i);
  const value = jsonText(fields, positions, env.zone);
  const keyPositions = (table.primaryKey?.columns ?? []).map((name) =>
    fields.findIndex((field) => field.name === name),
  );
  const key = jsonText(
    keyPositions.map((p) => fields[p] as (typeof fields)[number]),
    keyPositions,
    env.zone,
  );
  const partition = partitionText(table.partitionKeys, fields, env.zone);
  return (batch, i) => ({
    target: partition(batch, i),
    key: keyPositions.length > 0 ? (key(batch, i) ?? null) : null,
    value: value(batch, i) ?? null,
  });
}

/** `day=2024-01-01/hour=7`; null for tables without partitions. */
export function partitionText(
  keys: readonly string[],
  fields: SinkRequest['fields'],
  zone: string,
): (batch: Parameters<RowPreview>[0], i: number) => string | null {
  if (keys.length === 0) return () => null;
  const parts = keys.map((name) => ({ name, at: fields.findIndex((field) => field.name === name) }));
  return (batch, i) =>
    parts
      .map(({ name, at }) => {
        const [column, field] = [batch.columns[at], fields[at]];
        const text =
          column && field
            ? castToString(valueAt(column, i), field.type, { zone, options: {}, clock: { now: Date.now } })
            : null;
        return `${name}=${text ?? '__DEFAULT_PARTITION__'}`;
      })
      .join('/');
}
