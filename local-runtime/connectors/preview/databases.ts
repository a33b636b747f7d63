import type { DatabaseParameter } from '../../../clients/database/index.ts';
import { DELETE, UPDATE_BEFORE } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { hexText } from '../../functions/cast/to-string.ts';
import type { SinkRequest } from '../connector.ts';
import { jdbcOptions } from '../jdbc/options.ts';
import { parameterWriter } from '../jdbc/values.ts';
import type { RowPreview } from './preview.ts';

/** The statement that would be sent for a row: insert, upsert or delete. */
export function databaseRows(request: SinkRequest): RowPreview {
  const { dialect, tableName, physical, key } = jdbcOptions(request.options, request.table, 'sink');
  const names = physical.map((field) => field.name);
  const keyNames = key.map((k) => names[k] as string);
  const conflict = keyNames.length > 0 ? dialect.onConflict(names, keyNames) : '';
  const into = `INSERT INTO ${dialect.quote(tableName)}(${names.map((name) => dialect.quote(name)).join(', ')})`;
  const writers: (ReturnType<typeof parameterWriter> | undefined)[] = [];
  const literalAt = (column: Column, c: number, i: number): string => {
    const value = valueAt(column, i);
    if (value === null) return 'NULL';
    // Made with the first value: a NULL of any type can be written.
    writers[c] ??= parameterWriter(dialect, (physical[c] as (typeof physical)[number]).type);
    return literal(writers[c](value));
  };
  const target = `${tableName} (${dialect.name})`;
  return (batch, i) => {
    const literals = batch.columns.map((column, c) => literalAt(column, c, i));
    const conditions = key.map((k) => `${dialect.quote(names[k] as string)} = ${literals[k]}`);
    const kind = batch.kinds?.[i] ?? 0;
    const remove = kind === DELETE || kind === UPDATE_BEFORE;
    const value =
      remove && key.length > 0
        ? `DELETE FROM ${dialect.quote(tableName)} WHERE ${conditions.join(' AND ')}`
        : `${into} VALUES (${literals.join(', ')})${conflict}`;
    return { target, key: key.length > 0 ? conditions.join(', ') : null, value };
  };
}

function literal(value: DatabaseParameter): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (value instanceof Uint8Array) return `'\\x${hexText(value)}'`;
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
}
