import { catalogError, validationError } from '../../catalog/errors.ts';
import type { PrimaryKey, ResolvedColumn, ResolvedTable, WatermarkSpec } from '../../catalog/model.ts';
import { isTimestamp, timeAttribute } from '../../plan/rel-builder.ts';
import type {
  CreateTable,
  Distribution,
  Expression,
  Identifier,
  QualifiedName,
  TableElement,
} from '../../syntax/ast.ts';
import { lineColumn } from '../../syntax/index.ts';
import { typeFromSyntax } from '../../types/from-syntax.ts';
import { type LogicalType, type RowField, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { BindContext } from '../api.ts';
import type { AggregateSink } from '../expressions/scope.ts';
import { unplacedError, validatorError } from '../query/context.ts';
import { unparseOrSource } from '../unparse.ts';
import { bindExpression, type ExpressionContext, expressionContext, rowScope } from './expressions.ts';
import { options } from './objects.ts';

/** A column on its way: already resolved (LIKE, AS, ALTER), or a computed one to be bound once all others are known. */
export type ColumnPart =
  | { readonly column: Exclude<ResolvedColumn, { kind: 'computed' }> | ResolvedColumn }
  | {
      readonly name: string;
      readonly expr: Expression;
      /** The text that `expr` points into. */
      readonly source: string;
      readonly comment?: string;
    };

/** A watermark to be bound, or the base table's. */
export interface WatermarkPart {
  readonly column: string;
  readonly place: QualifiedName;
  readonly expr: Expression;
  readonly source: string;
}

/** The pieces of a table's schema before they are checked against each other. */
export interface SchemaParts {
  readonly columns: readonly ColumnPart[];
  readonly watermark?: WatermarkPart;
  readonly primaryKey?: {
    readonly name?: string;
    readonly columns: readonly { readonly name: string; readonly place?: Identifier }[];
  };
  readonly partitionKeys: readonly string[];
  readonly distribution?: ResolvedTable['distribution'];
  readonly options: Readonly<Record<string, string>>;
}

const sqlValidate = (message: string, code: string) => catalogError('SqlValidateException', message, code);

/** The elements of CREATE TABLE (or ALTER TABLE ADD) as parts. */
export function tableParts(
  elements: readonly TableElement[],
  table: Pick<CreateTable, 'partitionedBy' | 'distribution' | 'options'>,
  source: string,
): SchemaParts {
  const columns: ColumnPart[] = [];
  let watermark: WatermarkPart | undefined;
  let primaryKey: SchemaParts['primaryKey'];
  const keys = elements.filter((element) => {
    const constraint = element.kind === 'PhysicalColumn' ? element.constraint : element;
    return constraint?.kind !== undefined && 'type' in constraint && constraint.type === 'PRIMARY KEY';
  });
  if (keys.length > 1) {
    throw sqlValidate('Duplicate primary key definition', 'primary-key');
  }
  const key = (found: NonNullable<SchemaParts['primaryKey']>, type: string, enforced: string | undefined) => {
    if (type === 'UNIQUE') {
      throw sqlValidate('UNIQUE constraint is not supported yet', 'unique');
    }
    if (enforced !== 'NOT ENFORCED') {
      throw sqlValidate(
        "Flink doesn't support ENFORCED mode for PRIMARY KEY constraint. ENFORCED/NOT ENFORCED controls if the constraint checks are performed on the incoming/outgoing data. Flink does not own the data therefore the only supported mode is the NOT ENFORCED mode",
        'primary-key',
      );
    }
    primaryKey = found;
  };
  for (const element of elements) {
    switch (element.kind) {
      case 'PhysicalColumn': {
        columns.push({
          column: {
            kind: 'physical',
            name: element.name.name,
            type: typeFromSyntax(element.type),
            ...(element.comment ? { comment: element.comment.value } : {}),
          },
        });
        const { constraint } = element;
        if (constraint) {
          const part = { columns: [{ name: element.name.name, place: element.name }] };
          const named = constraint.name ? { ...part, name: constraint.name.name } : part;
          key(named, constraint.type, constraint.enforced);
        }
        break;
      }
      case 'MetadataColumn':
        columns.push({
          column: {
            kind: 'metadata',
            name: element.name.name,
            type: typeFromSyntax(element.type),
            virtual: element.virtual,
            ...(element.key ? { key: element.key.value } : {}),
            ...(element.comment ? { comment: element.comment.value } : {}),
          },
        });
        break;
      case 'ComputedColumn':
        columns.push({
          name: element.name.name,
          expr: element.expr,
          source,
          ...(element.comment ? { comment: element.comment.value } : {}),
        });
        break;
      case 'TableConstraint': {
        const part = { columns: element.columns.map((column) => ({ name: column.name, place: column })) };
        key(element.name ? { ...part, name: element.name.name } : part, element.type, element.enforced);
        break;
      }
      case 'Watermark':
        if (watermark) {
          throw catalogError('ParseException', 'Multiple WATERMARK statements is not supported yet.', 'watermark');
        }
        watermark = {
          column: element.column.parts.map((part) => part.name).join('.'),
          place: element.column,
          expr: element.expr,
          source,
        };
        break;
      case 'ColumnName':
        throw sqlValidate(
          `Columns identifiers without types in the schema are supported on CTAS/RTAS statements only.`,
          'column-type',
        );
      case 'Invalid':
        break;
    }
  }
  return {
    columns,
    partitionKeys: (table.partitionedBy ?? []).map((column) => column.name),
    options: options(table.options),
    ...(watermark ? { watermark } : {}),
    ...(primaryKey ? { primaryKey } : {}),
    ...(table.distribution ? { distribution: distribution(table.distribution) } : {}),
  };
}

export function distribution(node: Distribution): NonNullable<ResolvedTable['distribution']> {
  if (node.buckets && Number(node.buckets.text) < 1) {
    const message = `Invalid bucket count '${Number(node.buckets.text)}'. The number of buckets for a distributed table must be at least 1.`;
    throw validationError(message, 'buckets');
  }
  return {
    keys: node.columns.map((column) => column.name),
    ...(node.method ? { kind: node.method } : {}),
    ...(node.buckets ? { buckets: Number(node.buckets.text) } : {}),
  };
}

export type ResolvedSchema = Pick<
  ResolvedTable,
  'columns' | 'watermark' | 'primaryKey' | 'partitionKeys' | 'distribution'
>;

export const partName = (part: ColumnPart): string => ('column' in part ? part.column.name : part.name);

/**
 * Checks and binds the parts in the order in which Flink does (SchemaBuilderUtil, then DefaultSchemaResolver). `origin` is where
 * the statement begins in `source`: messages count lines from there.
 */
export function resolveSchema(parts: SchemaParts, source: string, ctx: BindContext, origin = 0): ResolvedSchema {
  checkColumnNames(parts.columns);
  const columns = bindColumns(parts, ctx);
  const watermark = parts.watermark && bindWatermark(parts.watermark, columns, ctx, origin);
  const withTime = watermark
    ? columns.map((column, i) =>
        i === watermark.column && isTimestamp(column.type)
          ? { ...column, type: { ...column.type, attribute: 'ROWTIME' as const } }
          : column,
      )
    : columns;
  const primaryKey = parts.primaryKey && checkPrimaryKey(parts.primaryKey, withTime, source, origin);
  checkPartitions(parts.partitionKeys, withTime);
  if (parts.distribution) {
    checkDistribution(parts.distribution.keys, withTime);
  }
  // A key column cannot be NULL, whatever its declaration says.
  const final = withTime.map((column) =>
    primaryKey?.columns.includes(column.name) ? { ...column, type: withNullability(column.type, false) } : column,
  );
  return {
    columns: final,
    partitionKeys: parts.partitionKeys,
    ...(watermark ? { watermark } : {}),
    ...(primaryKey ? { primaryKey } : {}),
    ...(parts.distribution ? { distribution: parts.distribution } : {}),
  };
}

const KIND_NAMES = { physical: 'regular', metadata: 'metadata', computed: 'computed' } as const;

function checkColumnNames(columns: readonly ColumnPart[]): void {
  const seen = new Map<string, ColumnPart>();
  for (const part of columns) {
    const name = partName(part);
    const other = seen.get(name);
    if (other) {
      const kind = KIND_NAMES['column' in other ? other.column.kind : 'computed'];
      const title = kind === 'regular' ? 'regular Column' : `${kind} column`;
      throw validationError(`A ${title} named '${name}' already exists in the table.`, 'duplicate-column');
    }
    seen.set(name, part);
  }
}

function bindColumns(parts: SchemaParts, ctx: BindContext): ResolvedColumn[] {
  // Computed columns see physical and metadata columns only; references are positions among all columns.
  const visible = parts.columns.map((part): RowField | undefined =>
    'column' in part && part.column.kind !== 'computed'
      ? { name: part.column.name, type: part.column.type }
      : undefined,
  );
  return parts.columns.map((part): ResolvedColumn => {
    if ('column' in part) {
      return part.column;
    }
    const context = expressionContext(ctx, part.source);
    const expr = bindOver(part.expr, visible, context);
    return {
      kind: 'computed',
      name: part.name,
      type: expr.type,
      expr,
      text: unparseOrSource(part.expr, part.source),
      ...(part.comment === undefined ? {} : { comment: part.comment }),
    };
  });
}

function bindOver(expr: Expression, columns: readonly (RowField | undefined)[], context: ExpressionContext) {
  // Columns out of sight keep their place under a name that nobody can write.
  const fields = columns.map(
    (column, i): RowField => column ?? { name: `\u0000${i}`, type: { root: 'NULL', nullable: true } },
  );
  // Flink's validator lets aggregates pass here; only a query that reads the column fails.
  return bindExpression(expr, { ...rowScope('COLUMN', fields), over: true, aggregates: AS_CALLS }, context);
}

/** An aggregate of a computed column stays a plain call, which no code can be generated for. */
const AS_CALLS: AggregateSink = {
  grouped: false,
  add: ({ fn, args, type }) => ({ kind: 'Call', fn, operands: args, type }),
};

const TIME_RULE =
  "The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the";

function isWatermarkType(type: LogicalType): boolean {
  return isTimestamp(type) && type.precision <= 3;
}

function bindWatermark(
  part: WatermarkPart,
  columns: readonly ResolvedColumn[],
  ctx: BindContext,
  origin: number,
): WatermarkSpec {
  const at = columns.findIndex((column) => column.name === part.column);
  const names = columns.map((column) => column.name).join(', ');
  const column = columns[at];
  if (!column) {
    const first = part.place.parts[0]?.name ?? '';
    if (part.place.parts.length > 1 && columns.some((candidate) => candidate.name === first)) {
      throw unplacedError(
        'ValidationException',
        part.place,
        `Invalid column name '${part.column}' for rowtime attribute in watermark declaration. Available columns are: [${names}]`,
        'watermark',
      );
    }
    const { line, column: position } = lineColumn(part.source, origin, part.place.start);
    throw placedValidation(
      part.place,
      `The rowtime attribute field '${part.column}' is not defined in the table schema, at line ${line}, column ${position}`,
    );
  }
  if (timeAttribute(column.type) === 'PROCTIME') {
    throw unplacedError(
      'ValidationException',
      part.place,
      'A watermark can not be defined for a processing-time attribute.',
      'watermark',
    );
  }
  const fields = columns.map(({ name, type }): RowField => ({ name, type }));
  const context = expressionContext(ctx, part.source);
  if (!isWatermarkType(column.type)) {
    throw unplacedError(
      'ValidationException',
      part.place,
      `Invalid data type of time field for watermark definition. ${TIME_RULE} time field type is ${asSummaryString(column.type)}`,
      'watermark',
    );
  }
  const expr = bindExpression(part.expr, rowScope('COLUMN', fields), context);
  if (!isWatermarkType(expr.type)) {
    throw unplacedError(
      'ValidationException',
      part.expr,
      `Invalid data type of expression for watermark definition. ${TIME_RULE} watermark expression type is ${asSummaryString(expr.type)}`,
      'watermark',
    );
  }
  return { column: at, expr, text: unparseOrSource(part.expr, part.source) };
}

function placedValidation(place: { start: number; end: number }, message: string): Error {
  const error = validatorError(place, message, 'validation');
  return Object.assign(error, { diagnostic: { ...error.diagnostic, exception: 'ValidationException' } });
}

function checkPrimaryKey(
  key: NonNullable<SchemaParts['primaryKey']>,
  columns: readonly ResolvedColumn[],
  source: string,
  origin: number,
): PrimaryKey {
  const names = key.columns.map((column) => column.name);
  const name = key.name ?? `PK_${names.join('_')}`;
  for (const { name: column, place } of key.columns) {
    const found = columns.find((candidate) => candidate.name === column);
    if (found?.kind === 'physical') {
      continue;
    }
    if (!place) {
      throw validationError(
        found
          ? `Invalid primary key '${name}'. Column '${column}' is not a physical column.`
          : `Invalid primary key '${name}'. Column '${column}' does not exist.`,
        'primary-key',
      );
    }
    const { line, column: position } = lineColumn(source, origin, place.start);
    throw placedValidation(
      place,
      found
        ? `Could not create a PRIMARY KEY with column '${column}' at line ${line}, column ${position}.\nA PRIMARY KEY constraint must be declared on physical columns.`
        : `Primary key column '${column}' is not defined in the schema at line ${line}, column ${position}`,
    );
  }
  const twice = names.filter((column, i) => names.indexOf(column) !== i);
  if (twice.length > 0) {
    throw validationError(
      `Invalid primary key '${name}'. A primary key must not contain duplicate columns. Found: [${[...new Set(twice)].join(', ')}]`,
      'primary-key',
    );
  }
  return { name, columns: names };
}

function checkPartitions(keys: readonly string[], columns: readonly ResolvedColumn[]): void {
  for (const key of keys) {
    if (!columns.some((column) => column.name === key)) {
      const available = columns.map((column) => `'${column.name}'`).join(', ');
      throw validationError(
        `Partition column '${key}' not defined in the table schema. Available columns: [${available}]`,
        'partition',
      );
    }
  }
}

function checkDistribution(keys: readonly string[], columns: readonly ResolvedColumn[]): void {
  const physical = columns.filter((column) => column.kind === 'physical').map((column) => column.name);
  for (const key of keys) {
    if (!physical.includes(key)) {
      throw validationError(
        `Invalid bucket key '${key}'. A bucket key for a distribution must reference a physical column in the schema. Available columns are: [${physical.join(', ')}]`,
        'distribution',
      );
    }
  }
}
