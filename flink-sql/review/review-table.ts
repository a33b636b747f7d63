import type { ConnectorTraits } from '../binder/api.ts';
import type { ResolvedTable } from '../catalog/model.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { connectorText, type Place, reviewNote } from './notes.ts';

/** What is to be said of a table as it is declared. `name`: where the text names it. Options that are wrong are told elsewhere. */
export function reviewTable(table: ResolvedTable, connectors: ConnectorTraits, name: Place): Diagnostic[] {
  if (table.primaryKey || changelogOf(table, connectors) === 'insert-only') return [];
  const message =
    `${table.identifier.name} is a changelog (${connectorText(table.options)}) and declares no primary key: ` +
    'Flink knows no row by its key, so updates reach a sink as pairs of -U and +U, events that a source sends twice are counted ' +
    'twice, and a join or a Top-N keeps whole rows. Declare PRIMARY KEY (…) NOT ENFORCED with the key of the table it comes from.';
  return [reviewNote('warning', 'review/cdc-without-key', message, name)];
}

function changelogOf(table: ResolvedTable, connectors: ConnectorTraits): 'insert-only' | 'upsert' | 'all' {
  try {
    return connectors.source(table.options, table)?.changelog ?? 'insert-only';
  } catch {
    // Wrong options: the query that uses the table says so, in Flink's words.
    return 'insert-only';
  }
}
