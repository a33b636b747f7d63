import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Physical } from '../../flink-sql/plan/physical.ts';
import { physicalInputs } from '../../flink-sql/plan/traits.ts';
import { deadLetterFields } from '../connectors/dead-letter-table.ts';
import { DEAD_LETTER_TABLE, deadLetterTarget } from '../connectors/dead-letters.ts';
import { validation } from '../errors.ts';

/**
 * Sources that keep bad records in a table (`millrace.dead-letter` = `table:NAME`) get that table's definition with their plan: where
 * they run there is no catalog.
 */
export function withDeadLetterTables(sinks: readonly Physical[], catalog: CatalogStore): void {
  const seen = new Set<Physical>();
  const visit = (node: Physical): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const input of physicalInputs(node)) visit(input);
    if (node.kind !== 'TableSourceScan') return;
    const target = deadLetterTarget(node.options, true);
    if (target?.kind !== 'table') return;
    const table = catalog.resolve(target.table.split('.'));
    if (table?.kind !== 'table')
      throw validation(`There is no table '${target.table}' for the dead letters of '${node.table.identifier.name}'.`);
    deadLetterFields(table);
    const { identifier, columns, partitionKeys, primaryKey, options } = table;
    const physical = columns.filter((column) => column.kind === 'physical');
    const definition = {
      kind: 'table',
      identifier,
      temporary: false,
      columns: physical,
      partitionKeys,
      primaryKey,
      options,
    };
    Object.assign(node, { options: { ...node.options, [DEAD_LETTER_TABLE]: JSON.stringify(definition) } });
  };
  for (const sink of sinks) visit(sink);
}
