import { serializableName, summaryName } from '../../flink-sql/catalog/store.ts';
import { SqlError } from '../../flink-sql/diagnostics.ts';
import { Connectors } from '../../flink-sql/plan/optimize/connectors.ts';
import type { AnalyzeTable, QualifiedName } from '../../flink-sql/syntax/ast.ts';
import { connectorTraits } from '../connectors/registry.ts';
import { diagnosticError, SessionError } from './errors.ts';
import { isBatchMode } from './options.ts';
import { okResult, type StatementResult } from './results.ts';
import type { Session } from './session.ts';

const parts = (name: QualifiedName): string[] => name.parts.map((part) => part.name);
const invalid = (message: string): SessionError => new SessionError([{ exception: 'ValidationException', message }]);

/**
 * ANALYZE TABLE, checked in the order of Flink's converter. There is no statistic to keep: plans here do not depend on any, so a
 * table that could be read is answered OK (Flink's in-memory catalog forgets them as well when its process ends).
 */
export function analyzeTable(session: Session, statement: AnalyzeTable, source: string): StatementResult {
  const { catalog } = session;
  const id = catalog.qualify(parts(statement.table));
  const table = catalog.permanentObject(id);
  if (!table) {
    throw invalid(`Table ${serializableName(id)} doesn't exist or is a temporary table.`);
  }
  if (table.kind === 'view') {
    throw invalid('ANALYZE TABLE for a view is not allowed');
  }
  checkPartition(statement, table.partitionKeys, serializableName(id));
  for (const { name } of Array.isArray(statement.columns) ? statement.columns : []) {
    const column = table.columns.find((each) => each.name === name);
    if (!column) {
      throw invalid(`Column: ${name} does not exist in the table: ${serializableName(id)}.`);
    }
    if (column.kind !== 'physical') {
      throw invalid(
        `Column: ${name} is a ${column.kind} column, ANALYZE TABLE does not support ${column.kind} column.`,
      );
    }
  }
  if (!isBatchMode(session.properties())) {
    throw new SessionError([
      { exception: 'TableException', message: 'ANALYZE TABLE is not supported for streaming mode now' },
    ]);
  }
  checkReadable(statement, source, table);
  return okResult();
}

function checkPartition({ partition }: AnalyzeTable, keys: readonly string[], name: string): void {
  const given = (partition?.items ?? []).map((item) => item.name.name);
  if (keys.length === 0) {
    if (given.length > 0) {
      throw invalid(
        `Invalid ANALYZE TABLE statement. Table: ${name} is not a partition table, while partition values are given.`,
      );
    }
    return;
  }
  if (given.length !== keys.length || keys.some((key) => !given.includes(key))) {
    throw invalid(
      `Invalid ANALYZE TABLE statement. For partition table, all partition keys should be specified explicitly. The given partition keys: [${given.join(', ')}] are not match the target partition keys: [${keys.join(', ')}].`,
    );
  }
  // The in-memory catalog cannot list partitions by a filter.
  if (partition?.items.some((item) => item.value)) {
    throw new SessionError([{ exception: 'UnsupportedOperationException', message: '' }]);
  }
}

/** Flink reads the table to count: it must be one that can be read to its end. */
function checkReadable(
  statement: AnalyzeTable,
  source: string,
  table: Extract<ReturnType<Session['catalog']['permanentObject']>, { kind: 'table' }>,
): void {
  const traits = readable(() => new Connectors({ connectors: connectorTraits }).source(table.options, table));
  if (traits?.bounded === false) {
    throw invalid(
      `Querying an unbounded table '${summaryName(table.identifier)}' in batch mode is not allowed. The table source is unbounded.`,
    );
  }
  function readable<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const { start, end } = statement.table;
      throw diagnosticError({ ...error.diagnostic, start, end }, source);
    }
  }
}
