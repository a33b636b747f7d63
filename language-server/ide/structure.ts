import type { SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { pathAt, walk } from '../../flink-sql/syntax/index.ts';
import type { Range } from './places.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';

/** An entry of the outline. */
export interface OutlineEntry extends Range {
  readonly name: string;
  readonly detail: string;
  readonly kind:
    | 'table'
    | 'view'
    | 'function'
    | 'database'
    | 'catalog'
    | 'query'
    | 'insert'
    | 'column'
    | 'cte'
    | 'statement';
  /** The name itself. */
  readonly selection: Range;
  readonly children: readonly OutlineEntry[];
}

/** Statements with what they make: columns of tables, CTEs of queries. */
export const outline = ({ source, statements }: AnalyzedText): OutlineEntry[] =>
  statements.flatMap((s) => (s.node ? [entry(s, source.text)] : []));

function entry(statement: AnalyzedStatement, text: string): OutlineEntry {
  const node = statement.node as SyntaxNode;
  const { start, end } = statement;
  const make = (
    kind: OutlineEntry['kind'],
    name: string,
    detail: string,
    selection: Range,
    inside: OutlineEntry[] = [],
  ): OutlineEntry => ({ kind, name, detail, start, end, selection, children: inside });
  const spelled = (n: Range): string => text.slice(n.start, n.end).replaceAll('`', '');
  switch (node.kind) {
    case 'CreateTable':
      return make(
        'table',
        spelled(node.name),
        'TABLE',
        node.name,
        (node.elements ?? []).flatMap((e) => columnEntry(e as SyntaxNode, text)),
      );
    case 'CreateView':
      return make('view', spelled(node.name), 'VIEW', node.name, ctes(node, text));
    case 'CreateFunction':
      return make('function', spelled(node.name), 'FUNCTION', node.name);
    case 'CreateDatabase':
      return make('database', spelled(node.name), 'DATABASE', node.name);
    case 'CreateCatalog':
      return make('catalog', spelled(node.name), 'CATALOG', node.name);
    case 'Insert':
      return make('insert', spelled(node.table), 'INSERT INTO', node.table, ctes(node, text));
    case 'QueryStatement': {
      const line = text.slice(start, end).replace(/\s+/g, ' ');
      return make(
        'query',
        line.length > 50 ? `${line.slice(0, 49)}…` : line,
        '',
        { start, end: start },
        ctes(node, text),
      );
    }
    default: {
      const line = text.slice(start, end).replace(/\s+/g, ' ');
      return make('statement', line.length > 50 ? `${line.slice(0, 49)}…` : line, '', { start, end: start });
    }
  }
}

function columnEntry(node: SyntaxNode, text: string): OutlineEntry[] {
  if (node.kind !== 'PhysicalColumn' && node.kind !== 'ComputedColumn' && node.kind !== 'MetadataColumn') return [];
  const detail = node.kind === 'ComputedColumn' ? 'computed' : text.slice(node.type.start, node.type.end);
  return [
    {
      kind: 'column',
      name: node.name.name,
      detail,
      start: node.start,
      end: node.end,
      selection: node.name,
      children: [],
    },
  ];
}

function ctes(node: SyntaxNode, text: string): OutlineEntry[] {
  const found: OutlineEntry[] = [];
  walk(node, (n) => {
    if (n.kind !== 'WithItem') return;
    found.push({
      kind: 'cte',
      name: n.name.name,
      detail: 'WITH',
      start: n.start,
      end: n.end,
      selection: n.name,
      children: [],
    });
  });
  return text ? found : [];
}

/** What can be folded: statements, parentheses around queries and lists, comments; each over more than a line. */
export function foldingRanges({
  source: { text },
  statements,
}: AnalyzedText): (Range & { readonly comment: boolean })[] {
  const found: (Range & { readonly comment: boolean })[] = [];
  const add = ({ start, end }: Range, comment = false): void => {
    if (text.slice(start, end).includes('\n') && !found.some((f) => f.start === start && f.end === end))
      found.push({ start, end, comment });
  };
  for (const m of text.matchAll(/\/\*(?!\+)[\s\S]*?\*\/|(?:^[ \t]*--.*\n){2,}/gm))
    add({ start: m.index, end: m.index + m[0].trimEnd().length }, true);
  for (const s of statements) {
    add(s);
    if (!s.node) continue;
    walk(s.node as SyntaxNode, (n) => {
      if (
        n.kind === 'DerivedTable' ||
        n.kind === 'WithItem' ||
        n.kind === 'Subquery' ||
        n.kind === 'Case' ||
        n.kind === 'MatchRecognize'
      )
        add(n);
    });
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The ranges that selecting grows through, from the smallest out. */
export function selectionRanges({ statements }: AnalyzedText, offset: number): Range[] {
  const statement = statements.find((s) => s.start <= offset && offset <= s.end);
  if (!statement?.node) return [];
  const ranges = [
    ...pathAt(statement.node as SyntaxNode, offset)
      .map(({ start, end }) => ({ start, end }))
      .reverse(),
    { start: statement.start, end: statement.end },
  ];
  return ranges.filter(
    (r, i) => r.end > r.start && (i === 0 || r.start !== ranges[i - 1]?.start || r.end !== ranges[i - 1]?.end),
  );
}
