import type { ResolvedColumn, ResolvedModel, ResolvedTable, ResolvedView } from '../../flink-sql/catalog/model.ts';
import { type Catalog, quoteName, serializableName } from '../../flink-sql/catalog/store.ts';
import { asSerializableString } from '../../flink-sql/types/print.ts';

/** Text as Flink's ShowCreateUtil prints it: what each function gives can be run again. */

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function withOptions(options: Readonly<Record<string, string>>): string {
  const keys = Object.keys(options).sort();
  if (keys.length === 0) return '';
  const lines = keys.map((key) => `  ${quoteText(key)} = ${quoteText(options[key] as string)}`);
  return `WITH (\n${lines.join(',\n')}\n)\n`;
}

function commentLine(comment: string | undefined): string {
  return comment ? `COMMENT ${quoteText(comment)}\n` : '';
}

function columnLine(column: ResolvedColumn): string {
  const name = quoteName(column.name);
  const comment = column.comment ? ` COMMENT ${quoteText(column.comment)}` : '';
  switch (column.kind) {
    case 'physical':
      return `  ${name} ${asSerializableString(column.type)}${comment}`;
    case 'computed':
      return `  ${name} AS ${column.text}${comment}`;
    case 'metadata': {
      const from = column.key === undefined ? '' : ` FROM ${quoteText(column.key)}`;
      const virtual = column.virtual ? ' VIRTUAL' : '';
      return `  ${name} ${asSerializableString(column.type)} METADATA${from}${virtual}${comment}`;
    }
  }
}

export function showCreateTable(table: ResolvedTable): string {
  const lines = table.columns.map(columnLine);
  const { watermark, primaryKey, distribution } = table;
  if (watermark) {
    const name = (table.columns[watermark.column] as ResolvedColumn).name;
    lines.push(`  WATERMARK FOR ${quoteName(name)} AS ${watermark.text}`);
  }
  if (primaryKey) {
    const keys = primaryKey.columns.map(quoteName).join(', ');
    lines.push(`  CONSTRAINT ${quoteName(primaryKey.name)} PRIMARY KEY (${keys}) NOT ENFORCED`);
  }
  let text = `CREATE ${table.temporary ? 'TEMPORARY ' : ''}TABLE ${serializableName(table.identifier)} (\n`;
  text += `${lines.join(',\n')}\n)\n${commentLine(table.comment)}`;
  if (distribution) text += `${distributionText(distribution)}\n`;
  if (table.partitionKeys.length > 0) {
    text += `PARTITIONED BY (${table.partitionKeys.map(quoteName).join(', ')})\n`;
  }
  return text + withOptions(table.options);
}

function distributionText({ kind, keys, buckets }: NonNullable<ResolvedTable['distribution']>): string {
  const into = buckets === undefined ? '' : `INTO ${buckets} BUCKETS`;
  if (keys.length === 0) return `DISTRIBUTED ${into}`;
  const by = `DISTRIBUTED BY ${kind ?? ''}(${keys.map(quoteName).join(', ')})`;
  return into ? `${by} ${into}` : by;
}

export function showCreateView(view: ResolvedView): string {
  const columns = view.columns.map((column) => {
    const comment = column.comment ? ` COMMENT ${quoteText(column.comment)}` : '';
    return `  ${quoteName(column.name)}${comment}`;
  });
  const head = `CREATE ${view.temporary ? 'TEMPORARY ' : ''}VIEW ${serializableName(view.identifier)} (\n`;
  return `${head}${columns.join(',\n')}\n)\n${commentLine(view.comment)}AS ${view.expandedQuery}\n`;
}

export function showCreateModel(model: ResolvedModel): string {
  const fields = (list: ResolvedModel['input']) =>
    list.map(({ name, type }) => `${quoteName(name)} ${asSerializableString(type)}`).join(', ');
  let text = `CREATE ${model.temporary ? 'TEMPORARY ' : ''}MODEL ${serializableName(model.identifier)}\n`;
  if (model.input.length > 0) text += `INPUT (${fields(model.input)})\n`;
  if (model.output.length > 0) text += `OUTPUT (${fields(model.output)})\n`;
  return text + commentLine(model.comment) + withOptions(model.options);
}

export function showCreateCatalog(catalog: Catalog): string {
  return `CREATE CATALOG ${quoteName(catalog.name)}\n${commentLine(catalog.comment)}${withOptions(catalog.options)}`;
}
