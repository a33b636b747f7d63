import type { ShowObjects, Statement, SyntaxNode } from './ast.ts';
import type { SqlSyntaxError } from './errors.ts';
import { walk } from './walk.ts';

/** Flink versions that can be a target. */
export type FlinkVersion = '1.20' | '2.0' | '2.1' | '2.2';

const order: readonly FlinkVersion[] = ['1.20', '2.0', '2.1', '2.2'];

/** A construct that 1.20 did not parse. */
export interface VersionedSyntax {
  /** The first release whose parser takes it. */
  readonly since: FlinkVersion;
  /** How messages call it. */
  readonly what: string;
  /** The FLIP that brought it, or the version of Calcite whose grammar came with the release; absent where neither did. */
  readonly from?: `FLIP-${number}` | `Calcite 1.${number}`;
}

const syntax = (since: FlinkVersion, what: string, from?: VersionedSyntax['from']): VersionedSyntax =>
  from === undefined ? { since, what } : { since, what, from };

/** What came after 1.20, found by giving the same statements to the parsers of 1.20.0, 2.0.0, 2.1.0 and 2.2.0. */
export const versionedSyntax = {
  qualify: syntax('2.0', 'QUALIFY', 'Calcite 1.34'),
  bareTableFunction: syntax('2.0', 'A table function without TABLE( )', 'Calcite 1.34'),
  ctasColumnNames: syntax('2.0', 'A list of column names in CREATE TABLE … AS', 'FLIP-463'),
  describeFunction: syntax('2.0', 'DESCRIBE FUNCTION'),
  explainCreateTable: syntax('2.0', 'EXPLAIN CREATE TABLE'),
  showCatalogsLike: syntax('2.0', 'SHOW CATALOGS LIKE', 'FLIP-297'),
  showViewsNarrowed: syntax('2.0', 'SHOW VIEWS FROM and LIKE', 'FLIP-297'),
  alterMaterializedTableAs: syntax('2.0', 'ALTER MATERIALIZED TABLE … AS', 'FLIP-492'),
  modelArgument: syntax('2.1', 'MODEL as an argument', 'FLIP-525'),
  structuredType: syntax('2.1', 'STRUCTURED', 'FLIP-520'),
  variantType: syntax('2.1', 'VARIANT', 'FLIP-521'),
  alterModelReset: syntax('2.1', 'ALTER MODEL … RESET', 'FLIP-437'),
  showCreateMaterializedTable: syntax('2.2', 'SHOW CREATE MATERIALIZED TABLE', 'FLIP-542'),
  showMaterializedTables: syntax('2.2', 'SHOW MATERIALIZED TABLES', 'FLIP-542'),
  materializedTableDistribution: syntax('2.2', 'DISTRIBUTED BY of a materialized table', 'FLIP-542'),
  alterMaterializedTableDistribution: syntax('2.2', 'DISTRIBUTION of a materialized table', 'FLIP-542'),
  materializedTableWithoutFreshness: syntax('2.2', 'A materialized table without FRESHNESS', 'FLIP-551'),
  explainExecute: syntax('2.2', 'EXPLAIN EXECUTE'),
  createFunctionOptions: syntax('2.2', 'CREATE FUNCTION … WITH'),
  recursive: syntax('2.2', 'WITH RECURSIVE', 'Calcite 1.36'),
} as const;

const v = versionedSyntax;

/** The entry of the table that a node is an instance of. */
function versioned(node: SyntaxNode): VersionedSyntax | undefined {
  switch (node.kind) {
    case 'Select':
      return node.qualify && v.qualify;
    case 'TableFunction':
      return node.wrapped ? undefined : v.bareTableFunction;
    case 'ColumnName':
      return v.ctasColumnNames;
    case 'ShowObjects':
      return versionedShow(node);
    case 'ShowCreate':
      return node.what === 'MATERIALIZED TABLE' ? v.showCreateMaterializedTable : undefined;
    case 'Describe':
      return node.what === 'FUNCTION' ? v.describeFunction : undefined;
    case 'Explain':
      if (node.statement.kind === 'CreateTable') return v.explainCreateTable;
      return node.statement.kind === 'ExecuteStatement' ? v.explainExecute : undefined;
    case 'ModelArgument':
      return v.modelArgument;
    case 'StructuredType':
      return v.structuredType;
    case 'BuiltinType':
      return node.name === 'VARIANT' ? v.variantType : undefined;
    case 'AlterModel':
      return node.action.kind === 'ResetOptions' ? v.alterModelReset : undefined;
    case 'AlterMaterializedTable':
      if (node.action.kind === 'AsQuery') return v.alterMaterializedTableAs;
      return node.action.kind.endsWith('Distribution') ? v.alterMaterializedTableDistribution : undefined;
    case 'CreateMaterializedTable':
      if (node.distribution !== undefined) return v.materializedTableDistribution;
      return node.freshness === undefined ? v.materializedTableWithoutFreshness : undefined;
    case 'CreateFunction':
      return node.options.length > 0 ? v.createFunctionOptions : undefined;
    case 'WithClause':
      return node.recursive ? v.recursive : undefined;
    default:
      return undefined;
  }
}

function versionedShow(node: ShowObjects): VersionedSyntax | undefined {
  if (node.what === 'MATERIALIZED TABLES') return v.showMaterializedTables;
  if (node.what === 'CATALOGS' && node.filter !== undefined) return v.showCatalogsLike;
  const narrowed = node.scope !== undefined || node.filter !== undefined;
  return node.what === 'VIEWS' && narrowed ? v.showViewsNarrowed : undefined;
}

/** Reports syntax of a statement that is newer than the target. */
export function checkVersion(statement: Statement, target: FlinkVersion): SqlSyntaxError[] {
  const errors: SqlSyntaxError[] = [];
  walk(statement, (node) => {
    const found = versioned(node);
    if (found === undefined || order.indexOf(found.since) <= order.indexOf(target)) return;
    errors.push({
      start: node.start,
      end: node.end,
      message: `${found.what} needs Flink ${found.since}; the target is ${target}.`,
      code: 'since-version',
      exception: 'ParseException',
      placed: false,
    });
  });
  return errors;
}
