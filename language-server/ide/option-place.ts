import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { documentedFault } from '../../flink-sql/connectors/option-checks.ts';
import type { HintOption, QualifiedName, Statement, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { walk } from '../../flink-sql/syntax/index.ts';
import type { Range } from './places.ts';

/**
 * The words of a statement whose table options a planner refuses: the option in a hint where it stands there, else the table's name;
 * the whole statement where none is found.
 */
export function optionPlace(node: Statement, catalog: CatalogStore): Range {
  let place: Range | undefined;
  walk(node as SyntaxNode, (n) => {
    if (place) return false;
    if (n.kind === 'TableRef') place = faultAt(n.name, hintsOf(n), 'source', catalog);
    else if (n.kind === 'Insert') place = faultAt(n.table, hintsOf(n), 'sink', catalog);
    return !place;
  });
  return place ?? node;
}

function faultAt(
  name: QualifiedName,
  hinted: readonly HintOption[],
  use: 'source' | 'sink',
  catalog: CatalogStore,
): Range | undefined {
  const table = catalog.resolve(name.parts.map((p) => p.name));
  if (table?.kind !== 'table') return undefined;
  const options: Record<string, string> = { ...table.options };
  for (const { key, value } of hinted) if (key !== undefined) options[key] = value;
  const fault = documentedFault(options, table, use);
  if (!fault) return undefined;
  return hinted.find((p) => p.key === fault.key) ?? name;
}

/** Options that the OPTIONS hint at a table gives it. */
const hintsOf = (node: SyntaxNode): readonly HintOption[] =>
  'hints' in node ? node.hints.filter((h) => h.name.name.toUpperCase() === 'OPTIONS').flatMap((h) => h.options) : [];
