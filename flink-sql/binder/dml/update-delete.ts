import { validationError } from '../../catalog/errors.ts';
import { summaryName } from '../../catalog/store.ts';
import { Connectors } from '../../plan/optimize/connectors.ts';
import type { Delete, TableRef, Update } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { isNumeric } from '../../types/families.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { BindContext } from '../api.ts';
import { bindExpression } from '../expressions/index.ts';
import { EMPTY_ENV, type QueryContext, unplacedError, validatorError } from '../query/context.ts';
import { type FromResult, fromScope } from '../query/from-result.ts';
import { nameParts } from '../query/names.ts';
import { queryContext } from '../query/query.ts';
import { bindTableRef } from '../query/table-ref.ts';

/**
 * UPDATE and DELETE: names and types are checked as Flink's validator checks them, then the table's abilities. No connector of Flink
 * itself (nor of ours) can change rows in place, so the answer is always an error; Flink's order of checks decides which.
 */
export function refuseModification(statement: Update | Delete, source: string, ctx: BindContext): never {
  const context = queryContext(ctx, source);
  const what = statement.kind === 'Update' ? 'update' : 'delete';
  const isBatch = ctx.options['execution.runtime-mode']?.toLowerCase() === 'batch';
  const { start, end } = statement.table;
  const ref: TableRef = {
    kind: 'TableRef',
    name: statement.table,
    hints: statement.hints,
    start,
    end,
    ...(statement.alias ? { alias: { kind: 'TableAlias', name: statement.alias, start, end } } : {}),
  };
  const from = bindTableRef(ref, EMPTY_ENV, context);
  if (statement.kind === 'Update') {
    checkAssignments(statement, from, context);
  }
  if (statement.where) {
    checkCondition(statement.where, from, context);
  }
  const object = ctx.catalog.resolve(nameParts(statement.table));
  const name = object ? summaryName(object.identifier) : '';
  const fail = (exception: string, message: string): never => {
    throw unplacedError(exception, statement, message, 'unsupported');
  };
  const connectors = new Connectors(ctx);
  if (object?.kind === 'table') {
    const source = connectors.source(object.options, object);
    if (isBatch && source?.bounded === false) {
      throw validationError(
        `Querying an unbounded table '${name}' in batch mode is not allowed. The table source is unbounded.`,
        'unbounded',
      );
    }
  }
  if (!isBatch) {
    return fail('TableException', `${what.toUpperCase()} statement is not supported for streaming mode now.`);
  }
  if (object?.kind !== 'table') {
    return fail('TableException', `Sink '${name}' does not exists`);
  }
  connectors.sink(object.options, object);
  const ability = statement.kind === 'Update' ? 'SupportsRowLevelUpdate' : 'SupportsRowLevelDelete';
  return fail(
    'UnsupportedOperationException',
    `Can't perform ${what} operation of the table ${name} because the corresponding dynamic table sink has not yet implemented org.apache.flink.table.connector.sink.abilities.${ability}.`,
  );
}

function checkAssignments(statement: Update, from: FromResult, context: QueryContext): void {
  const fields = from.rel.fields;
  const seen = new Set<string>();
  for (const { column } of statement.assignments) {
    if (!fields.some((field) => field.name === column.name)) {
      throw validatorError(column, `Unknown target column '${column.name}'`, 'unknown-column');
    }
    if (seen.has(column.name)) {
      throw validatorError(column, `Target column '${column.name}' is assigned more than once`, 'duplicate-column');
    }
    seen.add(column.name);
  }
  const scope = fromScope('SELECT', from.relations, EMPTY_ENV);
  const values = statement.assignments.map(({ value }) =>
    bindExpression(value, scope, context.expressions, { allowNull: true }),
  );
  statement.assignments.forEach(({ column, value }, i) => {
    const target = fields.find((field) => field.name === column.name)?.type as LogicalType;
    const given = values[i]?.type as LogicalType;
    if (!isAssignable(given, target)) {
      throw validatorError(
        value,
        `Cannot assign to target field '${column.name}' of type ${calciteDigest(target)} from source field 'EXPR$${i}' of type ${calciteDigest(given)}`,
        'assignment-type',
      );
    }
  });
}

/** SqlTypeUtil.canAssignFrom: types of one family, whatever their precision. */
function isAssignable(from: LogicalType, to: LogicalType): boolean {
  const family = ({ root }: LogicalType): string => {
    if (root === 'CHAR' || root === 'VARCHAR') return 'CHARACTER';
    if (root === 'BINARY' || root === 'VARBINARY') return 'BINARY';
    return root.startsWith('TIMESTAMP') ? 'TIMESTAMP' : root;
  };
  if (from.root === 'NULL' || (isNumeric(from) && isNumeric(to))) {
    return true;
  }
  const isNested = ['ARRAY', 'MAP', 'ROW', 'MULTISET'].includes(to.root);
  return isNested
    ? asSummaryString(from) === asSummaryString(to) || from.root === to.root
    : family(from) === family(to);
}

function checkCondition(where: NonNullable<Update['where']>, from: FromResult, context: QueryContext): void {
  const scope = fromScope('WHERE', from.relations, EMPTY_ENV);
  if (bindExpression(where, scope, context.expressions).type.root !== 'BOOLEAN') {
    throw validatorError(where, 'WHERE clause must be a condition', 'not-a-condition');
  }
}
