import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { CreateTable, FunctionCall, Identifier, Insert, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { walk } from '../../flink-sql/syntax/index.ts';
import type { TextEdit } from './format.ts';
import { written } from './names.ts';
import { type Occurrence, programOccurrences } from './occurrences.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';
import type { CodeAction } from './quick-fixes.ts';

/** What a table lacks for a statement that uses it: mended where the table is made, in another cell, too. */
export function definitionFixes(
  d: Diagnostic,
  statement: AnalyzedStatement,
  text: AnalyzedText,
  program: readonly AnalyzedText[],
): CodeAction[] {
  switch (d.code) {
    case 'time-attribute':
      return watermarks(d, statement, text, program);
    case 'primary-key':
    case 'review/updates-without-key':
      return primaryKeys(statement, text, program);
    default:
      return [];
  }
}

const WINDOWS = /^(TUMBLE|HOP|CUMULATE|SESSION)$/;

/** Columns that the statement's windows and ordered aggregates want to be time attributes. */
function timeColumns(node: SyntaxNode): Identifier[] {
  const found: Identifier[] = [];
  const last = (parts: readonly Identifier[]): void => {
    const name = parts.at(-1);
    if (name) found.push(name);
  };
  walk(node, (n) => {
    if (n.kind === 'Descriptor') for (const c of n.columns) last(c.parts);
    if (n.kind === 'FunctionCall' && WINDOWS.test(nameOf(n)) && n.args[0]?.kind === 'ColumnRef') last(n.args[0].parts);
    if (n.kind === 'WindowSpec' && n.orderBy[0]?.expr.kind === 'ColumnRef') last(n.orderBy[0].expr.parts);
  });
  return found;
}

const nameOf = (call: FunctionCall): string => call.name.parts.at(-1)?.name.toUpperCase() ?? '';

function watermarks(
  d: Diagnostic,
  statement: AnalyzedStatement,
  { source }: AnalyzedText,
  program: readonly AnalyzedText[],
): CodeAction[] {
  const all = programOccurrences(program);
  const here = all.find((t) => t.id === source.id)?.found ?? [];
  const columns = timeColumns(statement.node as SyntaxNode);
  const near = columns.filter((c) => c.start <= d.end && c.end >= d.start);
  const seen = new Set<string>();
  return (near.length > 0 ? near : columns).flatMap((column) => {
    const key = here.find((o) => o.start === column.start)?.key;
    if (!key?.startsWith('column:') || seen.has(key)) return [];
    seen.add(key);
    const made = definition(key, all, program);
    if (!made || made.table.elements?.some((e) => e.kind === 'Watermark')) return [];
    const element = made.table.elements?.find(
      (e): e is Extract<typeof e, { kind: 'PhysicalColumn' | 'MetadataColumn' }> =>
        (e.kind === 'PhysicalColumn' || e.kind === 'MetadataColumn') && e.name.start === made.at.start,
    );
    if (!element) return [];
    const type = made.text.source.text.slice(element.type.start, element.type.end);
    if (!/^TIMESTAMP/i.test(type)) return [];
    const name = written(made.at.name);
    const line = `WATERMARK FOR ${name} AS ${name} - INTERVAL '5' SECOND`;
    return [action(`Add a watermark for ${name} to ${tableName(made.table)}`, made, line, source.id)];
  });
}

function primaryKeys(
  statement: AnalyzedStatement,
  { source }: AnalyzedText,
  program: readonly AnalyzedText[],
): CodeAction[] {
  const inserts: Insert[] = [];
  walk(statement.node as SyntaxNode, (n) => {
    if (n.kind === 'Insert') inserts.push(n);
  });
  const all = programOccurrences(program);
  const here = all.find((t) => t.id === source.id)?.found ?? [];
  return inserts.flatMap((insert) => {
    const at = insert.table.parts.at(-1);
    const key = here.find((o) => o.start === at?.start)?.key;
    const made = key === undefined ? undefined : definition(key, all, program);
    if (!made || hasKey(made.table)) return [];
    const columns = keyColumns(insert, made.table, source.text);
    if (columns.length === 0) return [];
    const list = columns.map(written).join(', ');
    const line = `PRIMARY KEY (${list}) NOT ENFORCED`;
    return [action(`Add PRIMARY KEY (${list}) to ${tableName(made.table)}`, made, line, source.id)];
  });
}

const hasKey = (table: CreateTable): boolean =>
  table.elements?.some((e) => e.kind === 'TableConstraint' || (e.kind === 'PhysicalColumn' && e.constraint)) ?? false;

/** The sink's columns that the query groups by, in the order of the query's columns; its first column where it does not group. */
function keyColumns(insert: Insert, table: CreateTable, text: string): string[] {
  const physical = (table.elements ?? []).flatMap((e) => (e.kind === 'PhysicalColumn' ? [e.name.name] : []));
  const targets = insert.columns?.map((c) => c.parts[0]?.name ?? '') ?? physical;
  const select = insert.query.kind === 'Query' && insert.query.body.kind === 'Select' ? insert.query.body : undefined;
  const grouped = new Set(select?.groupBy?.items.map((i) => text.slice(i.start, i.end)) ?? []);
  const found = (select?.items ?? []).flatMap((item, i) =>
    grouped.has(text.slice(item.expr.start, item.expr.end)) ? [targets[i] ?? ''] : [],
  );
  return (found.length > 0 ? found : targets.slice(0, 1)).filter(Boolean);
}

interface Made {
  readonly text: AnalyzedText;
  readonly table: CreateTable;
  readonly at: Occurrence;
}

/** The last CREATE TABLE of the program that makes what a key names. */
function definition(
  key: string,
  all: readonly { readonly id: string; readonly found: readonly Occurrence[] }[],
  program: readonly AnalyzedText[],
): Made | undefined {
  for (const text of [...program].reverse()) {
    const at = all.find((t) => t.id === text.source.id)?.found.findLast((o) => o.key === key && o.isDefinition);
    if (!at) continue;
    const node = text.statements.find((s) => s.start <= at.start && at.end <= s.end)?.node;
    return node?.kind === 'CreateTable' ? { text, table: node, at } : undefined;
  }
  return undefined;
}

const tableName = (table: CreateTable): string => table.name.parts.at(-1)?.name ?? '';

function action(title: string, { text, table }: Made, line: string, own: string): CodeAction {
  const edit = elementEdit(table, text.source.text, line);
  const edits = edit ? [edit] : [];
  const { id } = text.source;
  return { title, kind: 'quickfix', edits: id === own ? edits : [], ...(id === own ? {} : { also: [{ id, edits }] }) };
}

/** One more element at the end of a table's list, on a line of its own where the others have one. */
export function elementEdit(table: CreateTable, text: string, line: string): TextEdit | undefined {
  const last = table.elements?.at(-1);
  if (!last) return undefined;
  const indent = /\n([ \t]+)\S[^\n]*$/.exec(text.slice(0, last.start + 1))?.[1];
  return { start: last.end, end: last.end, text: indent ? `,\n${indent}${line}` : `, ${line}` };
}
