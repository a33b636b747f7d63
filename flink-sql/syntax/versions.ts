import type { ShowObjects, Statement, SyntaxNode } from './ast.ts';
import type { SqlSyntaxError } from './errors.ts';
import { walk } from './walk.ts';

/** Flink versions that can be a target. */
export type FlinkVersion = '1.20' | '2.0' | '2.1' | '2.2';

const order: readonly FlinkVersion[] = ['1.20', '2.0', '2.1', '2.2'];

type Since = readonly [FlinkVersion, string];

/** What came after 1.20, found by giving the same statements to the parsers of 1.20.0, 2.0.0, 2.1.0 and 2.2.0. */
function since(node: SyntaxNode): Since | undefined {
  switch (node.kind) {
    case 'Select':
      return node.qualify === undefined ? undefined : ['2.0', 'QUALIFY'];
    case 'TableFunction':
      return node.wrapped ? undefined : ['2.0', 'A table function without TABLE( )'];
    case 'ColumnName':
      return ['2.0', 'A list of column names in CREATE TABLE … AS'];
    case 'ShowObjects':
      return sinceShow(node);
    case 'ShowCreate':
      return node.what === 'MATERIALIZED TABLE' ? ['2.2', 'SHOW CREATE MATERIALIZED TABLE'] : undefined;
    case 'Describe':
      return node.what === 'FUNCTION' ? ['2.0', 'DESCRIBE FUNCTION'] : undefined;
    case 'Explain':
      if (node.statement.kind === 'CreateTable') return ['2.0', 'EXPLAIN CREATE TABLE'];
      return node.statement.kind === 'ExecuteStatement' ? ['2.2', 'EXPLAIN EXECUTE'] : undefined;
    case 'ModelArgument':
      return ['2.1', 'MODEL as an argument'];
    case 'StructuredType':
      return ['2.1', 'STRUCTURED'];
    case 'BuiltinType':
      return node.name === 'VARIANT' ? ['2.1', 'VARIANT'] : undefined;
    case 'AlterModel':
      return node.action.kind === 'ResetOptions' ? ['2.1', 'ALTER MODEL … RESET'] : undefined;
    case 'AlterMaterializedTable':
      if (node.action.kind === 'AsQuery') return ['2.0', 'ALTER MATERIALIZED TABLE … AS'];
      return node.action.kind.endsWith('Distribution') ? ['2.2', 'DISTRIBUTION of a materialized table'] : undefined;
    case 'CreateMaterializedTable':
      if (node.distribution !== undefined) return ['2.2', 'DISTRIBUTED BY of a materialized table'];
      return node.freshness === undefined ? ['2.2', 'A materialized table without FRESHNESS'] : undefined;
    case 'CreateFunction':
      return node.options.length > 0 ? ['2.2', 'CREATE FUNCTION … WITH'] : undefined;
    case 'WithClause':
      return node.recursive ? ['2.2', 'WITH RECURSIVE'] : undefined;
    default:
      return undefined;
  }
}

function sinceShow(node: ShowObjects): Since | undefined {
  if (node.what === 'MATERIALIZED TABLES') return ['2.2', 'SHOW MATERIALIZED TABLES'];
  if (node.what === 'CATALOGS' && node.filter !== undefined) return ['2.0', 'SHOW CATALOGS LIKE'];
  const narrowed = node.scope !== undefined || node.filter !== undefined;
  return node.what === 'VIEWS' && narrowed ? ['2.0', 'SHOW VIEWS FROM and LIKE'] : undefined;
}

/** Reports syntax of a statement that is newer than the target. */
export function checkVersion(statement: Statement, target: FlinkVersion): SqlSyntaxError[] {
  const errors: SqlSyntaxError[] = [];
  walk(statement, (node) => {
    const found = since(node);
    if (found === undefined || order.indexOf(found[0]) <= order.indexOf(target)) return;
    errors.push({
      start: node.start,
      end: node.end,
      message: `${found[1]} needs Flink ${found[0]}; the target is ${target}.`,
      code: 'since-version',
      exception: 'ParseException',
      placed: false,
    });
  });
  return errors;
}
