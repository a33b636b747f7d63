import { catalogError, validationError } from '../../catalog/errors.ts';
import { serializableName } from '../../catalog/store.ts';
import type { AlterMaterializedTable, CreateMaterializedTable, Expression } from '../../syntax/ast.ts';
import { asSummaryString } from '../../types/print.ts';
import type { BindContext } from '../api.ts';
import { unplacedError, unsupported } from '../query/context.ts';
import { nameParts } from '../query/names.ts';
import { bindRootQuery, queryContext } from '../query/query.ts';
import { options } from './objects.ts';

/** Units of FRESHNESS (SqlMaterializedTableUtils, IntervalFreshness). */
const UNITS = ['SECOND', 'MINUTE', 'HOUR', 'DAY'];
/** materialized-table.refresh-mode.freshness-threshold: from here on tables are refreshed as a whole. */
const FULL_FROM_MS = 30 * 60_000;
const UNIT_MS: Readonly<Record<string, number>> = { SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 };

/** CREATE MATERIALIZED TABLE: Flink's checks in its order. What passes them is refused, because nothing here refreshes such a table. */
export function refuseMaterializedTable(statement: CreateMaterializedTable, source: string, ctx: BindContext): never {
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  const freshness = freshnessMs(statement.freshness);
  const isFull = statement.refreshMode ? statement.refreshMode === 'FULL' : freshness >= FULL_FROM_MS;
  if (statement.query.kind === 'Invalid') {
    throw unsupported(statement.query, 'This query');
  }
  const { fields } = bindRootQuery(statement.query, queryContext(ctx, source));
  const names = fields.map((field) => field.name);
  const available = `Available columns: [${names.map((name) => `'${name}'`).join(', ')}].`;
  for (const element of statement.elements ?? []) {
    for (const { name } of element.kind === 'TableConstraint' ? element.columns : []) {
      if (!names.includes(name)) {
        throw validationError(
          `Primary key column '${name}' not defined in the query schema. ${available}`,
          'primary-key',
        );
      }
      if (fields.find((field) => field.name === name)?.type.nullable) {
        throw validationError(
          `Could not create a PRIMARY KEY with nullable column '${name}'.\nA PRIMARY KEY column must be declared on non-nullable physical columns.`,
          'primary-key',
        );
      }
    }
  }
  for (const { name } of statement.partitionedBy ?? []) {
    if (!names.includes(name)) {
      throw validationError(`Partition column '${name}' not defined in the query schema. ${available}`, 'partition');
    }
  }
  const partitions = (statement.partitionedBy ?? []).map(({ name }) => name);
  for (const key of Object.keys(options(statement.options))) {
    const column = /^partition\.fields\.(.+)\.date-formatter$/.exec(key)?.[1];
    if (column !== undefined && !partitions.includes(column)) {
      throw validationError(
        `Column '${column}' referenced by materialized table option '${key}' isn't a partition column. Available partition columns: ['${partitions.join("', '")}'].`,
        'partition',
      );
    }
    const type = fields.find((field) => field.name === column)?.type;
    if (column !== undefined && type && type.root !== 'CHAR' && type.root !== 'VARCHAR') {
      throw validationError(
        `Materialized table option '${key}' only supports referring to char, varchar and string type partition column. Column ${column} type is ${asSummaryString(type)}.`,
        'partition',
      );
    }
  }
  if (isFull && statement.freshness?.kind === 'IntervalLiteral') {
    checkCron(Number(statement.freshness.value), statement.freshness.qualifier.from);
  }
  if (ctx.catalog.permanentObject(identifier)) {
    const { catalog, database, name } = identifier;
    throw catalogError(
      'TableAlreadyExistException',
      `Table (or view) ${database}.${name} already exists in Catalog ${catalog}.`,
      'exists',
    );
  }
  if (isFull) {
    throw catalogError(
      'SqlExecutionException',
      'The workflow scheduler must be configured when creating materialized table in full refresh mode.',
      'materialized-table',
    );
  }
  if (options(statement.options).connector === undefined) {
    throw validationError(
      "Table options do not contain an option key 'connector' for discovering a connector.",
      'connector',
    );
  }
  throw unsupported(statement.name, 'Refreshing a MATERIALIZED TABLE');
}

/** How many of a unit a cron expression can count (IntervalFreshness). */
const CRON: Readonly<Record<string, number>> = { SECOND: 60, MINUTE: 60, HOUR: 24 };

/** A table that is refreshed as a whole is refreshed by a cron expression, which not every interval fits. */
function checkCron(count: number, unit: string): void {
  const refuse = (why: string) => validationError(`In full refresh mode, ${why}`, 'freshness');
  const bound = CRON[unit];
  if (bound === undefined) {
    if (count > 1) throw refuse('freshness must be 1 when the time unit is DAY.');
    return;
  }
  if (count >= bound) throw refuse(`freshness must be less than ${bound} when the time unit is ${unit}.`);
  if (bound % count !== 0) {
    throw refuse(`only freshness that are factors of ${bound} are currently supported when the time unit is ${unit}.`);
  }
}

/** FRESHNESS in milliseconds; without it Flink takes three minutes for continuous tables. */
function freshnessMs(freshness: Expression | undefined): number {
  if (freshness?.kind !== 'IntervalLiteral') {
    return 0;
  }
  const { from, to } = freshness.qualifier;
  if (to !== undefined || !UNITS.includes(from)) {
    throw validationError(
      'Materialized table freshness only support SECOND, MINUTE, HOUR, DAY as the time unit.',
      'freshness',
    );
  }
  const text = `${freshness.sign < 0 ? '-' : ''}${freshness.value}`;
  if (!/^\+?\d+$/.test(text.trim()) || Number(text) === 0) {
    throw validationError(
      `The freshness interval currently only supports positive integer type values. But was: ${text}`,
      'freshness',
    );
  }
  return Number(text) * (UNIT_MS[from] ?? 0);
}

/** ALTER MATERIALIZED TABLE of something that cannot be one. */
export function refuseAlterMaterializedTable(
  statement: AlterMaterializedTable,
  source: string,
  ctx: BindContext,
): never {
  const { action } = statement;
  if (action.kind === 'SetFreshness' || action.kind === 'SetRefreshMode' || action.kind === 'SetOptions') {
    const text = source.slice(statement.start, statement.end);
    throw unplacedError('TableException', statement, `Unsupported query: ${text}`, 'unsupported');
  }
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  const name = serializableName(identifier);
  if (!ctx.catalog.object(identifier)) {
    throw validationError(
      `Cannot find table '${name}' in any of the catalogs [${ctx.catalog.catalogNames().join(', ')}], nor as a temporary table.`,
      'unknown-table',
    );
  }
  throw validationError(
    action.kind === 'AsQuery'
      ? 'Only materialized tables support modifying the definition query.'
      : `Table ${name} is not a materialized table, does not support materialized table related operation.`,
    'not-materialized',
  );
}
