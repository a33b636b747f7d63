import { typeOfExpression } from '../../flink-sql/binder/inspect.ts';
import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { Insert, Query, Select, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { walk } from '../../flink-sql/syntax/index.ts';
import { castSupport, supportsImplicitCast } from '../../flink-sql/types/casts.ts';
import { withNullability } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import type { TextEdit } from './format.ts';
import { written } from './names.ts';
import type { AnalyzedStatement } from './program.ts';
import type { CodeAction } from './quick-fixes.ts';
import { scopeAt } from './scope-at.ts';

/** Mends INSERTs whose query does not fit the table: casts to the columns' types, and a list of the columns that the query gives. */
export function sinkFixes(statement: AnalyzedStatement, text: string): CodeAction[] {
  const inserts: Insert[] = [];
  walk(statement.node as SyntaxNode, (n) => {
    if (n.kind === 'Insert') inserts.push(n);
  });
  return inserts.flatMap((insert) => {
    const table = statement.context.catalog.resolve(insert.table.parts.map((p) => p.name));
    const select = insert.query.kind === 'Query' && insert.query.body.kind === 'Select' ? insert.query.body : undefined;
    if (table?.kind !== 'table' || !select || insert.query.kind !== 'Query') return [];
    return [...casts(insert, insert.query, select, table, statement, text), ...columnList(insert, select, table)];
  });
}

const columnsOf = (table: ResolvedTable) =>
  table.columns.filter((c) => c.kind === 'physical' || (c.kind === 'metadata' && !c.virtual));

function casts(
  insert: Insert,
  query: Query,
  select: Select,
  table: ResolvedTable,
  statement: AnalyzedStatement,
  text: string,
): CodeAction[] {
  const columns = columnsOf(table);
  const targets = insert.columns
    ? insert.columns.map((c) => columns.find((o) => o.name === c.parts[0]?.name))
    : columns;
  const { relations } = scopeAt([query, select], text, statement.context);
  const edits: TextEdit[] = [];
  const names: string[] = [];
  for (const [i, item] of select.items.entries()) {
    if (item.expr.kind === 'Star') return [];
    const target = targets[i]?.type;
    const type = typeOfExpression(item.expr, relations, text, statement.context);
    if (
      !target ||
      !type ||
      supportsImplicitCast(type, target) ||
      castSupport(type, target, asSummaryString).kind !== 'ok'
    )
      continue;
    const source = text.slice(item.expr.start, item.expr.end);
    edits.push({
      start: item.expr.start,
      end: item.expr.end,
      text: `CAST(${source} AS ${asSummaryString(withNullability(target, true))})`,
    });
    names.push(targets[i]?.name ?? '');
  }
  return edits.length > 0
    ? [{ title: `Cast ${names.join(', ')} to the type of the sink`, kind: 'quickfix', edits }]
    : [];
}

function columnList(insert: Insert, select: Select, table: ResolvedTable): CodeAction[] {
  if (insert.columns || select.items.some((i) => i.expr.kind === 'Star')) return [];
  const columns = columnsOf(table);
  if (select.items.length >= columns.length) return [];
  const named = select.items.map(
    (i) => i.alias?.name ?? (i.expr.kind === 'ColumnRef' ? i.expr.parts.at(-1)?.name : undefined),
  );
  const known = named.every((n) => n !== undefined && columns.some((c) => c.name === n));
  const list = known ? (named as string[]) : columns.slice(0, select.items.length).map((c) => c.name);
  const { end } = insert.table;
  return [
    {
      title: 'Fill in the list of columns',
      kind: 'quickfix',
      edits: [{ start: end, end, text: ` (${list.map(written).join(', ')})` }],
    },
  ];
}
