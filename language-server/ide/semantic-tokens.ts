import { findBuiltIn } from '../../flink-sql/functions/catalogue.ts';
import type { Identifier, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { children, lastKeyword, lex, T } from '../../flink-sql/syntax/index.ts';
import { withPlaceholders } from '../../flink-sql/syntax/variables.ts';
import { occurrences } from './occurrences.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';

/** What a name is; the order is the protocol's legend. */
export const TOKEN_TYPES = [
  'keyword',
  'table',
  'view',
  'cte',
  'column',
  'alias',
  'function',
  'option',
  'type',
  'namespace',
] as const;
export const TOKEN_MODIFIERS = ['declaration', 'defaultLibrary'] as const;

export interface SemanticToken {
  readonly start: number;
  readonly end: number;
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly modifiers: readonly (typeof TOKEN_MODIFIERS)[number][];
}

interface Meaning {
  readonly end: number;
  readonly type: SemanticToken['type'];
  readonly modifiers: SemanticToken['modifiers'];
}

/** The names and keywords of the statements that touch a range, by what they mean and not by how they are spelt. */
export function semanticTokens(
  analyzed: AnalyzedText,
  range: { readonly start: number; readonly end: number } = { start: 0, end: analyzed.source.text.length },
): SemanticToken[] {
  const shown = analyzed.statements.filter((s) => s.start <= range.end && s.end >= range.start);
  const found: SemanticToken[] = [];
  const resolved = resolve({ ...analyzed, statements: shown, diagnostics: [] });
  const text = withPlaceholders(analyzed.source.text);
  for (const statement of shown) {
    const names = new Map<number, Meaning>();
    if (statement.node) collect(statement.node as SyntaxNode, undefined, names, resolved);
    for (const token of keywordsAndNames(statement, text, names)) found.push(token);
  }
  return found;
}

/** Names whose meaning is known: tables, views, CTEs, aliases, functions of the user. */
function resolve(analyzed: AnalyzedText): Map<number, Meaning> {
  const found = new Map<number, Meaning>();
  const views = new Set<string>();
  for (const { context, node } of analyzed.statements) {
    if (node?.kind === 'CreateView') views.add(node.name.parts.at(-1)?.name ?? '');
    for (const object of context.catalog.objects(context.catalog.currentCatalog, context.catalog.currentDatabase))
      if (object.kind === 'view') views.add(object.identifier.name);
  }
  for (const { start, end, key, name, isDefinition } of occurrences(analyzed)) {
    const type = typeOf(key, views.has(name));
    if (type) found.set(start, { end, type, modifiers: isDefinition ? ['declaration'] : [] });
  }
  return found;
}

function typeOf(key: string, isView: boolean): SemanticToken['type'] | undefined {
  switch (key.slice(0, key.indexOf(':'))) {
    case 'object':
      return isView ? 'view' : 'table';
    case 'column':
    case 'output':
      return 'column';
    case 'cte':
      return 'cte';
    case 'alias':
      return 'alias';
    case 'function':
      return 'function';
    default:
      return undefined;
  }
}

/** Gives every identifier a meaning: what it was resolved to, else what its place in the tree says. */
function collect(
  node: SyntaxNode,
  parent: SyntaxNode | undefined,
  names: Map<number, Meaning>,
  resolved: ReadonlyMap<number, Meaning>,
): void {
  const give = (at: Identifier, type: SemanticToken['type'], modifiers: SemanticToken['modifiers'] = []): void => {
    const known = resolved.get(at.start);
    names.set(at.start, known ?? { end: at.end, type, modifiers });
  };
  switch (node.kind) {
    case 'ColumnRef':
      for (const part of node.parts) give(part, 'column');
      return;
    case 'FunctionCall': {
      const last = node.name.parts.at(-1);
      const builtIn = findBuiltIn(node.name.parts.map((p) => p.name).join('.')) !== undefined;
      for (const part of node.name.parts)
        give(part, part === last ? 'function' : 'namespace', part === last && builtIn ? ['defaultLibrary'] : []);
      for (const child of children(node)) if (child.kind !== 'QualifiedName') collect(child, node, names, resolved);
      return;
    }
    case 'QualifiedName': {
      const last = node.parts.at(-1);
      for (const part of node.parts) give(part, part === last ? nameType(parent) : 'namespace');
      return;
    }
    case 'Identifier':
      give(node, nameType(parent));
      return;
    case 'Property':
      names.set(node.key.start, { end: node.key.end, type: 'option', modifiers: [] });
      return;
    default:
  }
  if (parent && /Type$/.test(node.kind)) markType(node, names);
  for (const child of children(node)) collect(child, node, names, resolved);
}

/** A name by the node that holds it. */
function nameType(parent: SyntaxNode | undefined): SemanticToken['type'] {
  switch (parent?.kind) {
    case 'TableAlias':
    case 'NamedWindow':
      return 'alias';
    case 'WithItem':
      return 'cte';
    case 'CreateView':
      return 'view';
    case 'CreateFunction':
      return 'function';
    case 'UserType':
      return 'type';
    case 'CreateCatalog':
    case 'CreateDatabase':
    case 'Use':
    case 'DropCatalog':
    case 'DropDatabase':
      return 'namespace';
    case 'Hint':
      return 'keyword';
    case 'CreateTable':
    case 'TableRef':
    case 'TableQuery':
    case 'TableArgument':
    case 'Insert':
      return 'table';
    default:
      return /^(Drop|Alter|Describe|Show|Analyze|Truncate|Update|Delete)/.test(parent?.kind ?? '') ? 'table' : 'column';
  }
}

/** Words of a type, which the lexer takes for keywords. */
function markType(node: SyntaxNode, names: Map<number, Meaning>): void {
  if (!names.has(node.start)) names.set(node.start, { end: -node.end, type: 'type', modifiers: [] });
}

/** The tokens of a statement: keywords that no name and no type holds, and the names. */
function keywordsAndNames(
  { start, end }: AnalyzedStatement,
  text: string,
  names: ReadonlyMap<number, Meaning>,
): SemanticToken[] {
  const { kinds, starts, count } = lex(text.slice(start, end));
  const found: SemanticToken[] = [];
  let typeEnd = -1;
  for (let i = 0; i < count; i++) {
    const from = start + (starts[i] as number);
    const to = start + (starts[i + 1] as number);
    const meaning = names.get(from);
    // A type's range holds many tokens: its keywords are words of the type.
    if (meaning && meaning.end < 0) typeEnd = Math.max(typeEnd, -meaning.end);
    else if (meaning) {
      if (!text.slice(from, to).includes('\n'))
        found.push({
          start: from,
          end: Math.min(to, Math.max(meaning.end, to)),
          type: meaning.type,
          modifiers: meaning.modifiers,
        });
      continue;
    }
    const kind = kinds[i] as number;
    if (kind === T.EOF || kind > lastKeyword) continue;
    found.push({ start: from, end: to, type: from < typeEnd ? 'type' : 'keyword', modifiers: [] });
  }
  return found;
}
