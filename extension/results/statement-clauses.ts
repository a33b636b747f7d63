import { parse, type SyntaxNode, walk } from '../../flink-sql/syntax/index.ts';
import type { Clause, ClauseKind } from '../../webviews/messages.ts';

/**
 * The parts of a statement that operators of its plan come from, in the order of the text. EXPLAIN has no places: the page finds them by
 * kind and name, and leaves out what is not clear.
 */
export function statementClauses(statement: string): Clause[] {
  const found: Clause[] = [];
  const add = (kind: ClauseKind, { start, end }: { start: number; end: number }, name?: string): void => {
    found.push({ kind, start, end, ...(name !== undefined && { name }) });
  };
  for (const { node } of parse(statement).statements) {
    if (node) walk(node, (each) => clausesOf(each, add));
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

type Add = (kind: ClauseKind, range: { start: number; end: number }, name?: string) => void;

function clausesOf(node: SyntaxNode, add: Add): void {
  switch (node.kind) {
    case 'Insert':
      add('sink', node.table, node.table.parts.at(-1)?.name);
      break;
    case 'TableRef':
    case 'TableQuery':
      add('table', node.name, node.name.parts.at(-1)?.name);
      break;
    case 'TableArgument':
      if (node.source.kind === 'QualifiedName') add('table', node.source, node.source.parts.at(-1)?.name);
      break;
    case 'Select':
      if (node.where) add('where', node.where);
      if (node.having) add('where', node.having);
      if (node.qualify) add('where', node.qualify);
      if (node.groupBy) add('group', node.groupBy);
      // SELECT DISTINCT groups by all that it selects.
      else if (node.quantifier === 'DISTINCT') add('group', itemsOf(node.items));
      break;
    case 'Join':
      add('join', { start: node.opStart, end: (node.on ?? node.right).end });
      break;
    case 'SetOperation':
      add('union', { start: node.opStart, end: node.opEnd });
      break;
    case 'Query':
      if (node.orderBy.length > 0) add('order', itemsOf(node.orderBy));
      if (node.fetch) add('limit', node.fetch);
      break;
    case 'Values':
      add('values', node);
      break;
    case 'FunctionCall':
      if (node.over) add('over', node.over, node.name.parts.at(-1)?.name.toUpperCase());
      break;
    case 'TableFunction':
      add('function', node.call, 'name' in node.call ? nameOf(node.call) : undefined);
      break;
    case 'Unnest':
      add('function', node, 'UNNEST');
      break;
    case 'MatchRecognize':
      add('match', node);
      break;
  }
}

function nameOf(call: SyntaxNode): string | undefined {
  return call.kind === 'FunctionCall' ? call.name.parts.at(-1)?.name.toUpperCase() : undefined;
}

function itemsOf(items: readonly { readonly start: number; readonly end: number }[]): { start: number; end: number } {
  return { start: items[0]?.start ?? 0, end: items.at(-1)?.end ?? 0 };
}
