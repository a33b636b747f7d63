import type { ResolvedColumn, ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { quoteName, serializableName } from '../../flink-sql/catalog/store.ts';
import { asSerializableString } from '../../flink-sql/types/print.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * The statement that puts a temporary table in front of a table: the same columns, key and watermark over another connector. Views and
 * queries find it in the place of the table, as Flink's catalog does. Metadata columns become plain ones.
 */
export function standIn(table: ResolvedTable, options: Readonly<Record<string, string>>): string {
  const lines = table.columns.map(columnLine);
  const { watermark, primaryKey } = table;
  if (watermark) {
    const { name } = table.columns[watermark.column] as ResolvedColumn;
    lines.push(`WATERMARK FOR ${quoteName(name)} AS ${watermark.text}`);
  }
  if (primaryKey) lines.push(`PRIMARY KEY (${primaryKey.columns.map(quoteName).join(', ')}) NOT ENFORCED`);
  const settings = Object.entries(options).map(([key, value]) => `${quoted(key)} = ${quoted(value)}`);
  return `CREATE TEMPORARY TABLE ${serializableName(table.identifier)} (\n  ${lines.join(',\n  ')}\n) WITH (${settings.join(', ')})`;
}

function columnLine(column: ResolvedColumn): string {
  const name = quoteName(column.name);
  return column.kind === 'computed' ? `${name} AS ${column.text}` : `${name} ${asSerializableString(column.type)}`;
}

/** A view's columns as a table's. */
export function asTable(
  found: Pick<ResolvedTable, 'identifier' | 'temporary'> & {
    readonly columns: readonly { readonly name: string; readonly type: ResolvedTable['columns'][number]['type'] }[];
  },
): ResolvedTable {
  return {
    ...found,
    kind: 'table',
    columns: found.columns.map((column) => ({ kind: 'physical', ...column })),
    partitionKeys: [],
    options: {},
  };
}

/** The parts of a name as a test writes it: `db.t`, with backquotes or without. */
export const nameParts = (name: string): string[] => name.split('.').map((part) => part.replace(/^`(.*)`$/, '$1'));
