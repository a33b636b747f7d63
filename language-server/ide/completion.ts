import { builtInFunctions } from '../../flink-sql/functions/catalogue.ts';
import type { SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { expectedAt, pathAt } from '../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { functionMarkdown } from './hover.ts';
import type { AnalyzedText } from './program.ts';
import { scopeAt } from './scope-at.ts';

export interface CompletionItem {
  readonly label: string;
  readonly kind: 'keyword' | 'table' | 'view' | 'column' | 'function' | 'cte';
  readonly detail?: string;
  readonly documentation?: string;
  /** Text to insert when it is not the label. */
  readonly insert?: string;
  /** Sorts by group: what fits best comes first. */
  readonly rank: number;
}

/** What can stand at the offset: columns in sight, tables, functions, and the keywords that the grammar allows. */
export function complete(analyzed: AnalyzedText, offset: number): CompletionItem[] {
  const { text } = analyzed.source;
  const statement = [...analyzed.statements].reverse().find((s) => s.start <= offset && offset <= s.end + 1);
  const context = statement?.context ?? analyzed.contextAtEnd;
  const wordStart = offset - (/[\w$]*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const expected = expectedAt(text, wordStart);
  const path = statement?.node ? pathAt(statement.node as SyntaxNode, wordStart) : [];
  const scope = scopeAt(path, text, context);
  const items: CompletionItem[] = [];
  const qualifier = /(?:`((?:[^`]|``)+)`|([\w$]+))\.$/.exec(text.slice(0, wordStart));
  if (qualifier) {
    const name = qualifier[1]?.replaceAll('``', '`') ?? qualifier[2];
    const relation = scope.relations.find((r) => r.name === name);
    if (relation) return relation.fields.map((f) => column(f.name, asSummaryString(f.type), 0));
    const field = scope.relations.flatMap((r) => r.fields).find((f) => f.name === name);
    if (field?.type.root === 'ROW') return field.type.fields.map((f) => column(f.name, asSummaryString(f.type), 0));
    return objectsIn(context, name);
  }
  if (expected.roles.has('column')) {
    for (const relation of scope.relations) {
      for (const f of relation.fields)
        items.push(column(f.name, asSummaryString(f.type) + (relation.name ? ` · ${relation.name}` : ''), 0));
      if (relation.name) items.push({ label: relation.name, kind: 'table', rank: 2 });
    }
    for (const f of builtInFunctions) {
      const name = f.names[0];
      if (!name || f.kind === 'table' || f.kind === 'process' || !/^[A-Z]/.test(name)) continue;
      items.push({
        label: name,
        kind: 'function',
        detail: f.family,
        documentation: functionMarkdown(f),
        insert: f.niladic ? name : `${name}($0)`,
        rank: 3,
      });
    }
  }
  if (expected.roles.has('table')) {
    for (const name of scope.ctes) items.push({ label: name, kind: 'cte', rank: 0 });
    items.push(...objectsIn(context));
  }
  for (const word of expected.keywords) items.push({ label: word, kind: 'keyword', rank: 4 });
  return distinct(items);
}

const column = (name: string, detail: string, rank: number): CompletionItem => {
  const insert = quoted(name);
  return insert === name
    ? { label: name, kind: 'column', detail, rank }
    : { label: name, kind: 'column', detail, insert, rank };
};

const quoted = (name: string) => (/^[A-Za-z_][\w$]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``);

function objectsIn(context: AnalyzedText['contextAtEnd'], database?: string): CompletionItem[] {
  const { catalog } = context;
  return catalog.objects(catalog.currentCatalog, database ?? catalog.currentDatabase).map((o): CompletionItem => {
    const insert = quoted(o.identifier.name);
    return { label: o.identifier.name, kind: o.kind, rank: 1, ...(insert === o.identifier.name ? {} : { insert }) };
  });
}

function distinct(items: readonly CompletionItem[]): CompletionItem[] {
  const seen = new Set<string>();
  return items.filter((i) => {
    const key = `${i.kind}\n${i.label}\n${i.detail ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
