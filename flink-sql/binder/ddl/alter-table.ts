import type { CatalogCommand } from '../../catalog/commands.ts';
import { validationError } from '../../catalog/errors.ts';
import type { ObjectIdentifier, ResolvedTable } from '../../catalog/model.ts';
import { quoteName, serializableName } from '../../catalog/store.ts';
import type {
  AddAction,
  AlterTable,
  AlterTableAction,
  ColumnPosition,
  Expression,
  ModifyAction,
  PartitionSpec,
  TableElement,
} from '../../syntax/ast.ts';
import type { BindContext } from '../api.ts';
import { unsupported } from '../query/context.ts';
import { nameParts } from '../query/names.ts';
import { options } from './objects.ts';
import { partsOf } from './rebind.ts';
import { type ColumnPart, distribution, partName, resolveSchema, type SchemaParts, tableParts } from './schema.ts';

const failed = (why: string) => validationError(`Failed to execute ALTER TABLE statement.\n${why}`, 'alter-table');

/** ALTER TABLE: the whole new table, or a command of its own for names and partitions. */
export function bindAlterTable(statement: AlterTable, source: string, ctx: BindContext): CatalogCommand {
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  const found = ctx.catalog.permanentObject(identifier);
  if (!found || ctx.catalog.temporaryObject(identifier)) {
    if (statement.ifExists) {
      return { kind: 'Nothing' };
    }
    throw validationError(
      `Table ${serializableName(identifier)} doesn't exist or is a temporary table.`,
      'unknown-table',
    );
  }
  if (found.kind === 'view') {
    throw validationError('ALTER TABLE for a view is not allowed', 'not-a-table');
  }
  return change(statement.action, found, identifier, source, ctx);
}

function change(
  action: AlterTableAction,
  table: ResolvedTable,
  identifier: ObjectIdentifier,
  source: string,
  ctx: BindContext,
): CatalogCommand {
  const altered = (parts: SchemaParts): CatalogCommand => {
    const { watermark: _w, primaryKey: _p, distribution: _d, ...rest } = table;
    return { kind: 'AlterTable', table: { ...rest, ...resolveSchema(parts, source, ctx), options: parts.options } };
  };
  switch (action.kind) {
    case 'Rename': {
      const parts = nameParts(action.to);
      const to = parts.length === 1 ? { ...identifier, name: parts[0] as string } : ctx.catalog.qualify(parts);
      return { kind: 'RenameTable', identifier, to };
    }
    case 'SetOptions':
      return { kind: 'AlterTable', table: { ...table, options: { ...table.options, ...options(action.options) } } };
    case 'ResetOptions':
      return {
        kind: 'AlterTable',
        table: {
          ...table,
          options: reset(
            table,
            action.keys.map((key) => key.value),
          ),
        },
      };
    case 'AddPartitions':
      return {
        kind: 'AddPartitions',
        identifier,
        partitions: action.partitions.map((partition) => spec(partition.spec)),
        ignoreIfExists: action.ifNotExists,
      };
    case 'DropPartitions':
      return { kind: 'DropPartitions', identifier, partitions: action.partitions.map(spec), ifExists: action.ifExists };
    case 'RenameColumn':
      return altered(renameColumn(table, nameParts(action.from).join('.'), nameParts(action.to).join('.')));
    case 'Add':
      return altered(add(table, action, source));
    case 'Modify':
      return altered(modify(table, action, source));
    case 'DropColumns':
      return altered(
        dropColumns(
          table,
          action.columns.map((column) => nameParts(column).join('.')),
        ),
      );
    case 'DropPrimaryKey':
      if (!table.primaryKey) {
        throw failed('The base table does not define any primary key.');
      }
      return altered(without(partsOf(table), 'primaryKey'));
    case 'DropConstraint': {
      const key = table.primaryKey;
      if (!key) {
        throw failed('The base table does not define any primary key.');
      }
      if (key.name !== action.name.name) {
        throw failed(
          `The base table does not define a primary key constraint named '${action.name.name}'. Available constraint name: ['${key.name}'].`,
        );
      }
      return altered(without(partsOf(table), 'primaryKey'));
    }
    case 'DropWatermark':
      if (!table.watermark) {
        throw failed('The base table does not define any watermark strategy.');
      }
      return altered(without(partsOf(table), 'watermark'));
    case 'AddDistribution':
      if (table.distribution) {
        throw failed(
          'The base table has already defined the distribution. You might want to drop it before adding a new one.',
        );
      }
      return altered({ ...partsOf(table), distribution: distribution(action.distribution) });
    case 'ModifyDistribution':
      if (!table.distribution) {
        throw failed('The base table does not define any distribution. You might want to add a new one.');
      }
      return altered({ ...partsOf(table), distribution: distribution(action.distribution) });
    case 'DropDistribution':
      if (!table.distribution) {
        throw validationError(
          `Table ${serializableName(identifier)} does not have a distribution to drop.`,
          'distribution',
        );
      }
      return altered(without(partsOf(table), 'distribution'));
    case 'Invalid':
      throw unsupported(action, 'This change of a table');
  }
}

function without(parts: SchemaParts, key: 'primaryKey' | 'watermark' | 'distribution'): SchemaParts {
  const { [key]: _, ...rest } = parts;
  return rest;
}

function reset(table: ResolvedTable, keys: readonly string[]): Record<string, string> {
  if (keys.length === 0) {
    throw validationError('ALTER TABLE RESET does not support empty key', 'alter-table');
  }
  if (keys.includes('connector')) {
    throw validationError("ALTER TABLE RESET does not support changing 'connector'", 'alter-table');
  }
  const left = { ...table.options };
  for (const key of keys) {
    delete left[key];
  }
  return left;
}

function spec(partition: PartitionSpec): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, value } of partition.items) {
    found[name.name] = value ? literalText(value) : '';
  }
  return found;
}

function literalText(value: Expression): string {
  switch (value.kind) {
    case 'StringLiteral':
    case 'DateTimeLiteral':
      return value.value;
    case 'NumberLiteral':
      return value.text;
    default:
      return '';
  }
}

/** Refuses to touch a column that a computed column, watermark, key or partition needs. */
function checkUnused(table: ResolvedTable, name: string): void {
  const index = table.columns.findIndex((column) => column.name === name);
  const mentions = (text: string) => text.includes(quoteName(name));
  for (const column of table.columns) {
    if (column.kind === 'computed' && column.name !== name && mentions(column.text)) {
      throw failed(`The column \`${name}\` is referenced by computed column \`${column.name}\`.`);
    }
  }
  if (table.primaryKey?.columns.includes(name)) {
    throw failed(`The column \`${name}\` is used as the primary key.`);
  }
  if (table.partitionKeys.includes(name)) {
    throw failed(`The column \`${name}\` is used as the partition keys.`);
  }
  if (table.watermark && (table.watermark.column === index || mentions(table.watermark.text))) {
    throw failed(`The column \`${name}\` is referenced by watermark expression.`);
  }
  if (table.distribution?.keys.includes(name)) {
    throw failed(`The column \`${name}\` is used as a distribution key.`);
  }
}

function requireColumn(table: ResolvedTable, name: string): void {
  if (!table.columns.some((column) => column.name === name)) {
    throw failed(`The column \`${name}\` does not exist in the base table.`);
  }
}

function renameColumn(table: ResolvedTable, from: string, to: string): SchemaParts {
  requireColumn(table, from);
  if (table.columns.some((column) => column.name === to)) {
    throw failed(`The column \`${to}\` already existed in table schema.`);
  }
  for (const column of table.columns) {
    if (column.kind === 'computed' && column.name !== from && column.text.includes(quoteName(from))) {
      throw failed(`The column \`${from}\` is referenced by computed column \`${column.name}\`.`);
    }
  }
  if (table.partitionKeys.includes(from)) {
    throw failed(`Can not rename column \`${from}\` because it is used as the partition keys.`);
  }
  const mark = table.watermark;
  if (mark && (table.columns[mark.column]?.name === from || mark.text.includes(quoteName(from)))) {
    throw failed(`The column \`${from}\` is referenced by watermark expression.`);
  }
  const parts = partsOf(table);
  const columns = parts.columns.map((part): ColumnPart => {
    if (partName(part) !== from) {
      return part;
    }
    return 'column' in part ? { column: { ...part.column, name: to } } : { ...part, name: to };
  });
  const key = parts.primaryKey;
  if (!key) {
    return { ...parts, columns };
  }
  const renamed = key.columns.map((column) => ({ name: column.name === from ? to : column.name }));
  return { ...parts, columns, primaryKey: { ...key, columns: renamed } };
}

function dropColumns(table: ResolvedTable, names: readonly string[]): SchemaParts {
  for (const name of names) {
    requireColumn(table, name);
  }
  const kept = {
    ...table,
    columns: table.columns.map((c) => (names.includes(c.name) && c.kind === 'computed' ? { ...c, text: '' } : c)),
  };
  for (const name of names) {
    checkUnused(kept, name);
  }
  const parts = partsOf(table);
  return { ...parts, columns: parts.columns.filter((part) => !names.includes(partName(part))) };
}

function positions(elements: readonly TableElement[]): (ColumnPosition | undefined)[] {
  return elements.flatMap((element) =>
    element.kind === 'PhysicalColumn' || element.kind === 'MetadataColumn' || element.kind === 'ComputedColumn'
      ? [element.position]
      : [],
  );
}

function place(columns: readonly ColumnPart[], part: ColumnPart, position: ColumnPosition | undefined): ColumnPart[] {
  if (!position) {
    return [...columns, part];
  }
  if (position.position === 'FIRST') {
    return [part, ...columns];
  }
  const after = position.after ? nameParts(position.after).join('.') : '';
  const at = columns.findIndex((other) => partName(other) === after);
  if (at < 0) {
    throw failed(`Referenced column \`${after}\` by 'AFTER' does not exist in the table.`);
  }
  return [...columns.slice(0, at + 1), part, ...columns.slice(at + 1)];
}

function add(table: ResolvedTable, action: AddAction, source: string): SchemaParts {
  const base = partsOf(table);
  const own = tableParts(action.elements, { options: [] }, source);
  const where = positions(action.elements);
  let columns: readonly ColumnPart[] = base.columns;
  own.columns.forEach((part, i) => {
    const name = partName(part);
    if (columns.some((other) => partName(other) === name)) {
      throw failed(`Try to add a column \`${name}\` which already exists in the table.`);
    }
    columns = place(columns, part, where[i]);
  });
  if (own.watermark && table.watermark) {
    const column = table.columns[table.watermark.column]?.name ?? '';
    throw failed(
      `The base table has already defined the watermark strategy \`${column}\` AS ${table.watermark.text}. You might want to drop it before adding a new one.`,
    );
  }
  if (own.primaryKey && table.primaryKey) {
    const names = table.primaryKey.columns.map(quoteName).join(', ');
    throw failed(
      `The base table has already defined the primary key constraint [${names}]. You might want to drop it before adding a new one.`,
    );
  }
  return merge(base, own, columns);
}

/** Key columns of ALTER carry no place: Flink names none for them. */
function merge(base: SchemaParts, own: SchemaParts, columns: readonly ColumnPart[]): SchemaParts {
  const key = own.primaryKey && { ...own.primaryKey, columns: own.primaryKey.columns.map(({ name }) => ({ name })) };
  return {
    ...base,
    columns,
    ...(own.watermark ? { watermark: own.watermark } : {}),
    ...(key ? { primaryKey: key } : {}),
  };
}

function modify(table: ResolvedTable, action: ModifyAction, source: string): SchemaParts {
  const base = partsOf(table);
  const own = tableParts(action.elements, { options: [] }, source);
  const where = positions(action.elements);
  let columns: readonly ColumnPart[] = base.columns;
  own.columns.forEach((part, i) => {
    const name = partName(part);
    const at = columns.findIndex((other) => partName(other) === name);
    if (at < 0) {
      throw failed(`Try to modify a column \`${name}\` which does not exist in the table.`);
    }
    const position = where[i];
    columns = position
      ? place(
          columns.filter((_, n) => n !== at),
          part,
          position,
        )
      : columns.map((other, n) => (n === at ? part : other));
  });
  if (own.watermark && !table.watermark) {
    throw failed('The base table does not define any watermark. You might want to add a new one.');
  }
  if (own.primaryKey && !table.primaryKey) {
    throw failed('The base table does not define any primary key constraint. You might want to add a new one.');
  }
  return merge(base, own, columns);
}
