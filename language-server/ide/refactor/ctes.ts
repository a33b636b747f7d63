import type { DerivedTable, Query, SyntaxNode, TableRef, WithItem } from '../../../flink-sql/syntax/ast.ts';
import { pathAt, walk } from '../../../flink-sql/syntax/index.ts';
import type { TextEdit } from '../format.ts';
import { written } from '../names.ts';
import type { AnalyzedStatement } from '../program.ts';
import type { CodeAction } from '../quick-fixes.ts';

/** The derived table at the offset as an item of WITH in the query around it; its text, comments included, moves as it is. */
export function extractCte(statement: AnalyzedStatement, text: string, offset: number): CodeAction[] {
  const path = pathAt(statement.node as SyntaxNode, offset);
  const at = path.findLastIndex((n) => n.kind === 'DerivedTable');
  const table = path[at] as DerivedTable | undefined;
  const query = path.slice(0, Math.max(at, 0)).findLast((n): n is Query => n.kind === 'Query');
  if (!table || !query || table.lateral || table.sample || table.systemTime) return [];
  const body = text.slice(table.query.start, table.query.end);
  const open = text.slice(table.start, table.query.start);
  const close = text.slice(table.query.end, table.alias?.start ?? table.end);
  if (!open.includes('(') || !close.includes(')')) return [];
  const name = freshName(table.alias?.name.name ?? 'extracted', statement, query, table);
  // What stands between the parentheses and the query (comments mostly) goes with it.
  const inside =
    text.slice(table.start + open.indexOf('(') + 1, table.query.end) + close.slice(0, close.lastIndexOf(')'));
  const columns = table.alias?.columns;
  const list = columns ? ` (${columns.map((c) => text.slice(c.start, c.end)).join(', ')})` : '';
  const item = `${written(name)}${list} AS (${inside.trim() === body.trim() ? inside.trim() : inside})`;
  const withClause = query.with;
  const last = withClause?.items.at(-1);
  // A recursive list's items may mean each other: nothing is put among them.
  if (withClause?.recursive) return [];
  const reference =
    table.alias && table.alias.name.name !== name
      ? `${written(name)} AS ${written(table.alias.name.name)}`
      : written(name);
  const edits: TextEdit[] = [
    last
      ? { start: last.end, end: last.end, text: `,\n${item}` }
      : { start: query.start, end: query.start, text: `WITH ${item}\n` },
    { start: table.start, end: table.end, text: reference },
  ];
  return [{ title: `Extract into a common table expression '${name}'`, kind: 'refactor.extract', edits }];
}

/** A name that no table, view or item of the query has; the derived table's own alias where it can be kept. */
function freshName(wanted: string, { context, node }: AnalyzedStatement, query: Query, table: DerivedTable): string {
  const taken = new Set(query.with?.items.map((i) => i.name.name) ?? []);
  // A table of that name that the query reads would be hidden by the new item.
  walk(node as SyntaxNode, (n) => {
    if (n.kind === 'TableRef' && n.name.parts.length === 1) taken.add(n.name.parts[0]?.name ?? '');
    if (n.kind === 'WithItem') taken.add(n.name.name);
  });
  const own = table.alias?.name.name;
  if (own !== undefined && !taken.has(own)) return own;
  let name = wanted;
  for (let i = 2; taken.has(name) || context.catalog.resolve([name]); i++) name = `${wanted}_${i}`;
  return name;
}

/** The item of WITH at the offset, put in where it is read; its comments go along. */
export function inlineCte(statement: AnalyzedStatement, text: string, offset: number): CodeAction[] {
  const path = pathAt(statement.node as SyntaxNode, offset);
  const found = itemAt(path, offset);
  if (!found) return [];
  const { item, query } = found;
  const list = query.with;
  if (!list || list.recursive) return [];
  const uses = usesOf(item, query);
  if (uses.length === 0 || uses.some((u) => u.systemTime || u.sample || u.hints.length > 0)) return [];
  const body = bodyOf(item, text);
  if (body === undefined) return [];
  const edits: TextEdit[] = uses.map((use) => {
    const alias = use.alias ? text.slice(use.alias.start, use.alias.end) : `AS ${written(item.name.name)}`;
    const named = /^AS\b/i.test(alias) ? alias : `AS ${alias}`;
    const columns =
      item.columns && !use.alias?.columns ? ` (${item.columns.map((c) => written(c.name)).join(', ')})` : '';
    return { start: use.start, end: use.end, text: `(${body}) ${named}${columns}` };
  });
  edits.push(removal(item, query, text));
  return [{ title: `Inline the common table expression '${item.name.name}'`, kind: 'refactor.inline', edits }];
}

/** The item that is made at the offset, or that the table there means. */
function itemAt(path: readonly SyntaxNode[], offset: number): { item: WithItem; query: Query } | undefined {
  const queries = path.filter((n): n is Query => n.kind === 'Query');
  for (const query of [...queries].reverse())
    for (const item of query.with?.items ?? [])
      if (item.name.start <= offset && offset <= item.name.end) return { item, query };
  const ref = path.find((n): n is TableRef => n.kind === 'TableRef');
  const name = ref?.name.parts.length === 1 ? ref.name.parts[0]?.name : undefined;
  if (!ref || name === undefined || offset > ref.name.end) return undefined;
  for (const query of [...queries].reverse()) {
    const item = query.with?.items.find((i) => i.name.name === name);
    if (item) return { item, query };
  }
  return undefined;
}

/** Tables that mean the item: those of its name that no item further in hides. */
function usesOf(item: WithItem, query: Query): TableRef[] {
  const uses: TableRef[] = [];
  const visit = (node: SyntaxNode): void =>
    walk(node, (n) => {
      if (n.kind === 'Query' && n !== query && n.with?.items.some((i) => i.name.name === item.name.name)) return false;
      if (n.kind === 'TableRef' && n.name.parts.length === 1 && n.name.parts[0]?.name === item.name.name) uses.push(n);
      return true;
    });
  visit(query as SyntaxNode);
  return uses;
}

/** What stands between the parentheses of an item. */
function bodyOf(item: WithItem, text: string): string | undefined {
  const inner = item.query;
  const open = text.lastIndexOf('(', inner.start);
  const close = item.end - 1;
  if (open < item.name.end || text[close] !== ')') return undefined;
  return text.slice(open + 1, close);
}

/** Takes an item out of its list with its comma, or the list with its word where it was the only one. */
function removal(item: WithItem, query: Query, text: string): TextEdit {
  const items = query.with?.items ?? [];
  const at = items.indexOf(item);
  const [previous, next] = [items[at - 1], items[at + 1]];
  if (next) return { start: item.start, end: next.start, text: keptComments(text.slice(item.end, next.start)) };
  if (previous) return { start: previous.end, end: item.end, text: keptComments(text.slice(previous.end, item.start)) };
  const start = query.with?.start ?? item.start;
  const end = query.body.start;
  const between = text.slice(item.end, end);
  return { start, end, text: /--|\/\*/.test(between) ? between.trimStart() : '' };
}

/** Of what stood around a comma, the comments. */
function keptComments(between: string): string {
  const comments = between.match(/--[^\n]*|\/\*[\s\S]*?\*\//g) ?? [];
  return comments.map((c) => (c.startsWith('--') ? `${c}\n` : `${c} `)).join('');
}
