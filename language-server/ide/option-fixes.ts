import {
  findConnector,
  findOption,
  type OptionDoc,
  optionsOf,
  sessionOptions,
} from '../../flink-sql/connectors/index.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { CreateTable, HintOption, Insert, SyntaxNode, TableRef } from '../../flink-sql/syntax/ast.ts';
import { pathAt } from '../../flink-sql/syntax/index.ts';
import { isNeeded } from './completion/options.ts';
import type { TextEdit } from './format.ts';
import { nearest } from './nearest.ts';
import { optionNotes, writtenOptions } from './option-notes.ts';
import type { AnalyzedStatement } from './program.ts';
import type { CodeAction } from './quick-fixes.ts';

/** Adds options that a table lacks; mends the one at the offset: another name, another value, or taken out. */
export function optionFixes(statement: AnalyzedStatement, node: CreateTable, offset: number): CodeAction[] {
  const options = writtenOptions(node);
  const connector = findConnector(options.connector);
  const last = node.options.at(-1);
  if (!connector || !last) return [];
  const notes = optionNotes(statement);
  const noteOf = (code: string, at?: { readonly start: number }): { diagnostic?: Diagnostic } => {
    const diagnostic = notes.find((n) => n.code === `review/${code}` && (!at || n.start === at.start));
    return diagnostic ? { diagnostic } : {};
  };
  const known = optionsOf(options);
  const actions: CodeAction[] = [];
  const missing = known.filter((o) => !o.open && isNeeded(o, options));
  if (missing.length > 0) {
    const text = missing
      .map((o) => `, '${o.key}' = '${o.values?.[0] ?? (o.key.endsWith('format') ? 'json' : '')}'`)
      .join('');
    actions.push({
      title: `Add the missing options of ${connector.id}: ${missing.map((o) => o.key).join(', ')}`,
      kind: 'quickfix',
      edits: [{ start: last.end, end: last.end, text }],
      ...noteOf('missing-option'),
    });
  }
  const i = node.options.findIndex((p) => p.start <= offset && offset <= p.end);
  const p = node.options[i];
  if (!p || p.key.value === 'connector' || /^millrace\./.test(p.key.value)) return actions;
  const doc = findOption(p.key.value, known);
  if (doc) {
    const note = noteOf('option-value', p.value);
    if (note.diagnostic && p.value)
      actions.push(...otherValues(doc, p.value.value, p.value).map((a) => ({ ...a, ...note })));
    return actions;
  }
  if (connector.takesAny) return actions;
  const note = noteOf('unknown-option', p.key);
  for (const best of nearest(p.key.value, keysOf(known)))
    actions.push({
      title: `Did you mean '${best}'?`,
      kind: 'quickfix',
      edits: [{ start: p.key.start, end: p.key.end, text: `'${best}'` }],
      ...note,
    });
  actions.push({
    title: `Remove the option '${p.key.value}', which ${connector.id} does not know`,
    kind: 'quickfix',
    edits: [removal(node.options, i)],
    ...note,
  });
  return actions;
}

const keysOf = (known: readonly OptionDoc[]): string[] => known.filter((o) => !o.open).map((o) => o.key);

/** Takes one of a list out with the comma behind it, or the one in front of the last. */
function removal(list: readonly { readonly start: number; readonly end: number }[], i: number): TextEdit {
  const [previous, it, next] = [list[i - 1], list[i], list[i + 1]];
  const [start, end] = [it?.start ?? 0, it?.end ?? 0];
  if (next) return { start, end: next.start, text: '' };
  return { start: previous?.end ?? start, end, text: '' };
}

function otherValues(
  doc: OptionDoc,
  value: string,
  place: { readonly start: number; readonly end: number },
): CodeAction[] {
  const words = doc.type === 'BOOLEAN' ? ['true', 'false'] : [...(doc.values ?? [])];
  const near = nearest(value, words);
  return (near.length > 0 ? near : words.slice(0, 3)).map((word) => ({
    title: near.length > 0 ? `Did you mean '${word}'?` : `Set '${doc.key}' to '${word}'`,
    kind: 'quickfix',
    edits: [{ start: place.start, end: place.end, text: `'${word}'` }],
  }));
}

/** Mends an option in a table's OPTIONS hint that its connector refuses. */
export function hintOptionFixes(d: Diagnostic, statement: AnalyzedStatement): CodeAction[] {
  const path = pathAt(statement.node as SyntaxNode, d.start);
  const option = path.find((n): n is HintOption => n.kind === 'HintOption');
  const holder = path.findLast((n): n is TableRef | Insert => n.kind === 'TableRef' || n.kind === 'Insert');
  if (!option?.key || !holder) return [];
  const name = holder.kind === 'TableRef' ? holder.name : holder.table;
  const table = statement.context.catalog.resolve(name.parts.map((p) => p.name));
  const options = { ...(table?.kind === 'table' ? table.options : {}), [option.key]: option.value };
  const known = optionsOf(options);
  const doc = findOption(option.key, known);
  const valueAt = { start: option.end - option.value.length - 2, end: option.end };
  if (doc) return otherValues(doc, option.value, valueAt);
  return nearest(option.key, keysOf(known)).map((best) => ({
    title: `Did you mean '${best}'?`,
    kind: 'quickfix',
    edits: [{ start: option.start, end: option.start + (option.key?.length ?? 0) + 2, text: `'${best}'` }],
  }));
}

/** Other values of the session's option that SET gives one that it does not take. */
export function setFixes(d: Diagnostic, statement: AnalyzedStatement): CodeAction[] {
  const { node } = statement;
  if (node?.kind !== 'Set' || !node.key || !node.value) return [];
  const doc = findOption(node.key.value, sessionOptions);
  return doc ? otherValues(doc, node.value.value, d) : [];
}
