import type { ResolvedTable } from '../../catalog/model.ts';
import { timeAttribute, withoutTimeAttribute } from '../../plan/rel-builder.ts';
import { parseExpression } from '../../syntax/index.ts';
import type { ColumnPart, SchemaParts, WatermarkPart } from './schema.ts';

/** A computed column of an existing table, to be bound again from its text among other columns. */
export function rebind(name: string, text: string, comment?: string): ColumnPart {
  const part = { name, expr: parsed(text), source: text };
  return comment === undefined ? part : { ...part, comment };
}

/** The watermark of an existing table, to be bound again. */
export function rebindWatermark(column: string, text: string): WatermarkPart {
  const identifier = { kind: 'Identifier', name: column, quoted: true, start: 0, end: 0 } as const;
  return {
    column,
    place: { kind: 'QualifiedName', parts: [identifier], start: 0, end: 0 },
    expr: parsed(text),
    source: text,
  };
}

function parsed(text: string): WatermarkPart['expr'] {
  const { node } = parseExpression(text);
  if (!node) {
    throw new TypeError(`the catalog holds an expression that does not parse: ${text}`);
  }
  return node;
}

/** All of a table's schema as parts, for ALTER TABLE. */
export function partsOf(table: ResolvedTable): SchemaParts {
  const columns = table.columns.map((column): ColumnPart => {
    if (column.kind === 'computed') {
      return rebind(column.name, column.text, column.comment);
    }
    const isRowtime = timeAttribute(column.type) === 'ROWTIME';
    return { column: isRowtime ? { ...column, type: withoutTimeAttribute(column.type) } : column };
  });
  const { watermark, primaryKey, distribution } = table;
  return {
    columns,
    partitionKeys: table.partitionKeys,
    options: table.options,
    ...(watermark ? { watermark: rebindWatermark(table.columns[watermark.column]?.name ?? '', watermark.text) } : {}),
    ...(primaryKey
      ? { primaryKey: { name: primaryKey.name, columns: primaryKey.columns.map((name) => ({ name })) } }
      : {}),
    ...(distribution ? { distribution } : {}),
  };
}
