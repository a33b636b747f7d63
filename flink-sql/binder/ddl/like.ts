import { catalogError, validationError } from '../../catalog/errors.ts';
import type { ResolvedColumn, ResolvedTable } from '../../catalog/model.ts';
import { serializableName } from '../../catalog/store.ts';
import type { CreateTable, TableLike, TableLikeOption } from '../../syntax/ast.ts';
import { lineColumn } from '../../syntax/index.ts';
import type { BindContext } from '../api.ts';
import { validatorError } from '../query/context.ts';
import { nameParts } from '../query/names.ts';
import { rebind, rebindWatermark } from './rebind.ts';
import { type ColumnPart, partName, type SchemaParts } from './schema.ts';

type Feature = Exclude<TableLikeOption['feature'], 'ALL'>;
type Strategy = TableLikeOption['strategy'];

const DEFAULTS: Readonly<Record<Feature, Strategy>> = {
  CONSTRAINTS: 'INCLUDING',
  DISTRIBUTION: 'INCLUDING',
  GENERATED: 'INCLUDING',
  METADATA: 'INCLUDING',
  OPTIONS: 'OVERWRITING',
  PARTITIONS: 'INCLUDING',
  WATERMARKS: 'INCLUDING',
};

const MAY_OVERWRITE: readonly Feature[] = ['GENERATED', 'METADATA', 'OPTIONS', 'WATERMARKS'];

function strategies(options: readonly TableLikeOption[]): Record<Feature, Strategy> {
  const found = { ...DEFAULTS };
  const all = options.find((option) => option.feature === 'ALL');
  if (all) {
    for (const feature of Object.keys(found) as Feature[]) {
      found[feature] = all.strategy;
    }
  }
  for (const { feature, strategy } of options) {
    if (feature === 'ALL') {
      continue;
    }
    if (strategy === 'OVERWRITING' && !MAY_OVERWRITE.includes(feature)) {
      throw catalogError(
        'SqlValidateException',
        `Illegal merging strategy 'OVERWRITING' for '${feature}' option.`,
        'like',
      );
    }
    found[feature] = strategy;
  }
  return found;
}

function baseTable(like: TableLike, origin: number, source: string, ctx: BindContext): ResolvedTable {
  const id = ctx.catalog.qualify(nameParts(like.source));
  const found = ctx.catalog.object(id);
  const name = serializableName(id);
  const { line, column } = lineColumn(source, origin, like.source.start);
  const place = { start: like.source.start, end: like.source.end };
  const refuse = (message: string): never => {
    const error = validatorError(place, `${message}, at line ${line}, column ${column}`, 'like');
    throw Object.assign(error, { diagnostic: { ...error.diagnostic, exception: 'ValidationException' } });
  };
  if (!found) {
    return refuse(`Source table '${name}' of the LIKE clause not found in the catalog`);
  }
  return found.kind === 'table' ? found : refuse(`Source table '${name}' of the LIKE clause can not be a VIEW`);
}

/** Merges the declared parts with those of the LIKE table (MergeTableLikeUtil). */
export function mergeLike(statement: CreateTable, own: SchemaParts, source: string, ctx: BindContext): SchemaParts {
  const like = statement.like as TableLike;
  const how = strategies(like.options);
  const base = baseTable(like, statement.start, source, ctx);
  const merged = mergeOptions(base, own, how.OPTIONS);
  const columns = mergeColumns(base, own.columns, how);
  const baseKey = how.CONSTRAINTS === 'INCLUDING' ? base.primaryKey : undefined;
  if (baseKey && own.primaryKey) {
    throw validationError(
      'The base table already has a primary key. You might want to specify EXCLUDING CONSTRAINTS.',
      'like',
    );
  }
  const basePartitions = how.PARTITIONS === 'INCLUDING' ? base.partitionKeys : [];
  if (basePartitions.length > 0 && own.partitionKeys.length > 0) {
    throw validationError(
      'The base table already has partitions defined. You might want to specify EXCLUDING PARTITIONS.',
      'like',
    );
  }
  const baseDistribution = how.DISTRIBUTION === 'INCLUDING' ? base.distribution : undefined;
  if (baseDistribution && own.distribution) {
    throw validationError(
      'The base table already has a distribution defined. You might want to specify EXCLUDING DISTRIBUTION.',
      'like',
    );
  }
  const primaryKey =
    own.primaryKey ?? (baseKey && { name: baseKey.name, columns: baseKey.columns.map((name) => ({ name })) });
  const distribution = own.distribution ?? baseDistribution;
  const watermark = mergeWatermark(base, own, how.WATERMARKS);
  return {
    columns,
    options: merged,
    partitionKeys: own.partitionKeys.length > 0 ? own.partitionKeys : basePartitions,
    ...(watermark ? { watermark } : {}),
    ...(primaryKey ? { primaryKey } : {}),
    ...(distribution ? { distribution } : {}),
  };
}

function mergeOptions(base: ResolvedTable, own: SchemaParts, how: Strategy): Record<string, string> {
  if (how === 'EXCLUDING') {
    return { ...own.options };
  }
  const merged = { ...base.options };
  for (const [key, value] of Object.entries(own.options)) {
    if (how === 'INCLUDING' && key in merged) {
      throw validationError(
        `There already exists an option ['${key}' -> '${merged[key]}']  in the base table. You might want to specify EXCLUDING OPTIONS or OVERWRITING OPTIONS.`,
        'like',
      );
    }
    merged[key] = value;
  }
  return merged;
}

function withoutTime(column: ResolvedColumn): ResolvedColumn {
  const { type } = column;
  const isRowtime = 'attribute' in type && type.attribute === 'ROWTIME';
  if (!isRowtime) {
    return column;
  }
  const { attribute: _, ...plain } = type;
  return { ...column, type: plain };
}

function mergeColumns(
  base: ResolvedTable,
  own: readonly ColumnPart[],
  how: Record<Feature, Strategy>,
): readonly ColumnPart[] {
  const kept: ColumnPart[] = [];
  for (const column of base.columns) {
    if (column.kind === 'computed') {
      if (how.GENERATED !== 'EXCLUDING') {
        kept.push(rebind(column.name, column.text, column.comment));
      }
    } else if (column.kind === 'physical' || how.METADATA !== 'EXCLUDING') {
      kept.push({ column: withoutTime(column) });
    }
  }
  for (const part of own) {
    const name = partName(part);
    const at = kept.findIndex((other) => partName(other) === name);
    if (at < 0) {
      kept.push(part);
      continue;
    }
    const baseKind = base.columns.find((column) => column.name === name)?.kind;
    const ownKind = 'column' in part ? part.column.kind : 'computed';
    const overwrites =
      (baseKind === 'computed' && ownKind === 'computed' && how.GENERATED === 'OVERWRITING') ||
      (baseKind === 'metadata' && ownKind === 'metadata' && how.METADATA === 'OVERWRITING');
    if (!overwrites) {
      throw duplicate(name, baseKind, ownKind);
    }
    kept[at] = part;
  }
  return kept;
}

function duplicate(name: string, base: ResolvedColumn['kind'] | undefined, own: ResolvedColumn['kind']): Error {
  if (base === 'computed' && own === 'computed') {
    return validationError(
      `A generated column named '${name}' already exists in the base table. You might want to specify EXCLUDING GENERATED or OVERWRITING GENERATED.`,
      'like',
    );
  }
  if (base === 'metadata' && own === 'metadata') {
    return validationError(
      `A metadata column named '${name}' already exists in the base table. You might want to specify EXCLUDING METADATA or OVERWRITING METADATA.`,
      'like',
    );
  }
  return validationError(`A column named '${name}' already exists in the base table.`, 'like');
}

function mergeWatermark(base: ResolvedTable, own: SchemaParts, how: Strategy): SchemaParts['watermark'] {
  const baseMark = how === 'EXCLUDING' ? undefined : base.watermark;
  if (!baseMark) {
    return own.watermark;
  }
  const column = base.columns[baseMark.column]?.name ?? '';
  if (!own.watermark) {
    return rebindWatermark(column, baseMark.text);
  }
  if (how === 'INCLUDING' && own.watermark.column === column) {
    throw validationError(
      `There already exists a watermark spec for column '${column}' in the base table. You might want to specify EXCLUDING WATERMARKS or OVERWRITING WATERMARKS.`,
      'like',
    );
  }
  return own.watermark;
}
