import type { Query, SyntaxNode, TableRef, WithItem } from '../../flink-sql/syntax/ast.ts';
import { pathAt, walk } from '../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import type { AnalyzedStatement } from './program.ts';
import { scopeAt } from './scope-at.ts';

/** Columns of the common table expression whose name stands at the end of a path, where it is made or read; undefined elsewhere. */
export function cteHover(
  path: readonly SyntaxNode[],
  statement: AnalyzedStatement,
  text: string,
): { readonly start: number; readonly end: number; readonly markdown: string } | undefined {
  const item = path.findLast((n): n is WithItem => n.kind === 'WithItem');
  const made = item && path.at(-1) === (item.name as SyntaxNode) ? item : undefined;
  const ref = made ? undefined : path.findLast((n): n is TableRef => n.kind === 'TableRef');
  const place = made?.name ?? ref?.name;
  const name = made?.name.name ?? (ref?.name.parts.length === 1 ? ref.name.parts[0]?.name : undefined);
  if (!place || name === undefined) return undefined;
  const query = path.findLast(
    (n): n is Query => n.kind === 'Query' && n.with?.items.some((i) => i.name.name === name) === true,
  );
  const use = query && (ref ?? firstUse(query, name));
  if (!use) return undefined;
  const { relations } = scopeAt(pathAt(statement.node as SyntaxNode, use.start), text, statement.context);
  const called = use.alias?.name.name ?? name;
  const columns = relations.find((r) => r.name === called)?.fields;
  if (!columns) return undefined;
  const lines = columns.map((c) => `  ${c.name} ${asSummaryString(c.type)}`);
  return { start: place.start, end: place.end, markdown: `\`\`\`sql\nWITH ${name} (\n${lines.join(',\n')}\n)\n\`\`\`` };
}

function firstUse(query: Query, name: string): TableRef | undefined {
  let found: TableRef | undefined;
  walk(query as SyntaxNode, (n) => {
    if (!found && n.kind === 'TableRef' && n.name.parts.length === 1 && n.name.parts[0]?.name === name) found = n;
    return !found;
  });
  return found;
}
