import { findBuiltIn } from '../../../flink-sql/functions/catalogue.ts';
import type { Expression, Select, SyntaxNode } from '../../../flink-sql/syntax/ast.ts';
import { walk } from '../../../flink-sql/syntax/index.ts';

/** Expressions of the SELECT list that no aggregate holds and that GROUP BY does not have yet, as written in `text`. */
export function missingGroups(select: Select, text: string): string[] {
  const grouped = new Set<string>();
  if (select.groupBy) {
    walk(select.groupBy as SyntaxNode, (node) => {
      grouped.add(normal(text.slice(node.start, node.end)));
    });
  }
  const missing: string[] = [];
  for (const item of select.items) {
    for (const part of ungrouped(item.expr)) {
      const written = text.slice(part.start, part.end);
      if (!grouped.has(normal(written)) && !missing.some((m) => normal(m) === normal(written))) missing.push(written);
    }
  }
  return missing;
}

/** The whole expression when no aggregate is in it, else the columns beside the aggregates. */
function ungrouped(expr: Expression): SyntaxNode[] {
  let aggregates = false;
  const columns: SyntaxNode[] = [];
  walk(expr as SyntaxNode, (node) => {
    if (node.kind === 'FunctionCall' && (isAggregate(node) || node.over)) {
      aggregates = true;
      return false;
    }
    if (node.kind === 'Subquery') return false;
    if (node.kind === 'ColumnRef') {
      columns.push(node);
      return false;
    }
    return true;
  });
  if (columns.length === 0) return [];
  return aggregates ? columns : [expr as SyntaxNode];
}

const isAggregate = (call: { readonly name: { readonly parts: readonly { readonly name: string }[] } }): boolean =>
  findBuiltIn(call.name.parts.map((p) => p.name).join('.'))?.kind === 'aggregate';

/** Does an expression hold an aggregate that GROUP BY is about? */
export function hasAggregate(expr: Expression): boolean {
  let found = false;
  walk(expr as SyntaxNode, (node) => {
    if (node.kind === 'Subquery' || node.kind === 'Query') return false;
    if (node.kind === 'FunctionCall' && !node.over && isAggregate(node)) found = true;
    return !found;
  });
  return found;
}

const normal = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('`', '').trim();
