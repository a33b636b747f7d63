import type { Select, SyntaxNode } from '../../../flink-sql/syntax/ast.ts';
import { pathAt } from '../../../flink-sql/syntax/index.ts';
import { written } from '../names.ts';
import type { AnalyzedStatement } from '../program.ts';
import type { CodeAction } from '../quick-fixes.ts';
import { scopeAt } from '../scope-at.ts';

/** `*` or `t.*` as the columns that it stands for; only the star itself is replaced. */
export function expandStar(statement: AnalyzedStatement, text: string, offset: number): CodeAction[] {
  const path = pathAt(statement.node as SyntaxNode, offset);
  const select = [...path].reverse().find((n): n is Select => n.kind === 'Select');
  const item = select?.items.find((i) => i.expr.kind === 'Star' && i.start <= offset && offset <= i.end);
  if (!select || item?.expr.kind !== 'Star') return [];
  const { relations } = scopeAt(
    path.filter((n) => n.kind === 'Query' || n === select),
    text,
    statement.context,
  );
  const own = select.from ? relations : [];
  const qualifier = text.slice(item.expr.start, item.expr.end).match(/^(.*)\.\s*\*$/s)?.[1];
  const name = qualifier?.split('.').at(-1)?.replaceAll('`', '').trim();
  const meant = name === undefined ? own : own.filter((r) => r.name === name);
  const count = new Map<string, number>();
  for (const r of own) for (const f of r.fields) count.set(f.name, (count.get(f.name) ?? 0) + 1);
  const columns = meant.flatMap((r) =>
    r.fields.map((f) => {
      if (qualifier !== undefined) return `${qualifier}.${written(f.name)}`;
      return r.name && (count.get(f.name) ?? 0) > 1 ? `${written(r.name)}.${written(f.name)}` : written(f.name);
    }),
  );
  if (columns.length === 0) return [];
  const { start, end } = item.expr;
  return [
    {
      title: `Replace ${text.slice(start, end)} by its ${columns.length} columns`,
      kind: 'refactor.rewrite',
      edits: [{ start, end, text: columns.join(', ') }],
    },
  ];
}
