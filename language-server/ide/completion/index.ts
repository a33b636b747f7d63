// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the editor’s snippets
import type { BindContext } from '../../../flink-sql/binder/index.ts';
import type { SyntaxNode } from '../../../flink-sql/syntax/ast.ts';
import { expectedAt, T } from '../../../flink-sql/syntax/index.ts';
import type { AnalyzedText } from '../program.ts';
import { columnItem, columnsOfTables, isTime, scopeColumns } from './columns.ts';
import { type Cursor, cursorAt, nameBefore, unquoted } from './cursor.ts';
import { functionItems } from './functions.ts';
import { missingGroups } from './grouping.ts';
import type { CompletionItem } from './item.ts';
import { written } from './item.ts';
import { joinConditions } from './joins.ts';
import { completeHint, completeNames, declaredColumns, objectItems } from './names.ts';
import { completeOptions } from './options.ts';
import { expectedType, type Probe, probe } from './probe.ts';
import { statementSnippets } from './snippets.ts';
import { completeWindow } from './windows.ts';

export type { CompletionItem } from './item.ts';
export { isSnippet } from './item.ts';

/** What is known beside the program: the files around it and the connection. */
export interface Around {
  /** Tables and views that other files make; `from` is the file's name. */
  readonly tables: readonly { readonly name: string; readonly kind: 'table' | 'view'; readonly from: string }[];
  readonly topics: readonly string[];
  /** Subjects of the schema registry. */
  readonly subjects: readonly string[];
}

const NOTHING: Around = { tables: [], topics: [], subjects: [] };

/** What can be written at the offset, best first. */
export function complete(analyzed: AnalyzedText, offset: number, around: Around = NOTHING): CompletionItem[] {
  const cursor = cursorAt(analyzed.source.text, offset);
  if (cursor.comment) return [];
  const context = contextAt(analyzed, cursor);
  return distinct(items(cursor, context, around)).sort((a, b) => a.rank - b.rank);
}

/** The session before the statement at the cursor. */
function contextAt(analyzed: AnalyzedText, cursor: Cursor): BindContext {
  const begin = cursor.before[0]?.start ?? cursor.wordStart;
  return (
    analyzed.statements.find((s) => begin <= s.end && s.start <= cursor.offset && s.start >= begin)?.context ??
    analyzed.statements.find((s) => s.start >= begin)?.context ??
    analyzed.contextAtEnd
  );
}

function items(cursor: Cursor, context: BindContext, around: Around): CompletionItem[] {
  const { before } = cursor;
  const options = completeOptions(
    cursor,
    (open) => tableOptions(context, nameBefore(before, open - (before[open - 1]?.upper === 'SET' ? 2 : 3)).parts),
    declaredColumns(before).map((c) => c.label),
    around,
  );
  if (options) return options;
  if (cursor.string) return [];
  if (before.at(-1)?.kind === T.DOT) return members(cursor, context);
  const fixed = completeHint(cursor) ?? completeWindow(cursor, context) ?? completeNames(cursor, context);
  if (fixed) return fixed;
  const expected = expectedAt(cursor.text, cursor.wordStart);
  const found: CompletionItem[] = before.length === 0 ? statementSnippets(context) : [];
  if (expected.roles.has('column') || expected.roles.has('expression')) found.push(...expressions(cursor, context));
  if (expected.roles.has('table') || expected.roles.has('view')) {
    const { scope } = probe(cursor, context);
    for (const label of scope.ctes) found.push({ label, kind: 'cte', rank: 0 });
    const objects = [...objectItems(context), ...tablesAround(context, around)];
    found.push(...objects.filter(({ kind }) => kind !== unwanted(before)));
    if (/^(FROM|JOIN)$/.test(before.at(-1)?.upper ?? '')) found.push(...windowFunctions);
  }
  for (const label of expected.keywords) if (/^[A-Z]/.test(label)) found.push({ label, kind: 'keyword', rank: 5 });
  return found;
}

/** Tables of other files, where the program has none of the name. */
const tablesAround = ({ catalog }: BindContext, { tables }: Around): CompletionItem[] =>
  tables
    .filter(({ name }) => !catalog.resolve([name]))
    .map(({ name, kind, from }) => ({
      label: name,
      kind,
      detail: from,
      rank: 2,
      ...(written(name) === name ? {} : { insert: written(name) }),
    }));

/** Commands about tables do not take views, and the other way round. */
function unwanted(before: Cursor['before']): CompletionItem['kind'] | undefined {
  const last = before.at(-1)?.upper;
  const head = before[0]?.upper;
  if (head === 'INSERT' && /^(INTO|OVERWRITE)$/.test(last ?? '')) return 'view';
  if (!/^(DROP|ALTER|SHOW|ANALYZE|TRUNCATE)$/.test(head ?? '')) return undefined;
  return last === 'TABLE' ? 'view' : last === 'VIEW' ? 'table' : undefined;
}

const tableOptions = ({ catalog }: BindContext, parts: readonly string[]): Readonly<Record<string, string>> => {
  const object = catalog.resolve(parts);
  return object?.kind === 'table' ? object.options : {};
};

const windowFunctions: readonly CompletionItem[] = [
  ['TUMBLE', 'windows that follow each other', "TUMBLE(TABLE ${1:t}, DESCRIPTOR(${2:ts}), INTERVAL '${3:1}' MINUTE)"],
  [
    'HOP',
    'windows that overlap',
    "HOP(TABLE ${1:t}, DESCRIPTOR(${2:ts}), INTERVAL '${3:1}' MINUTE, INTERVAL '${4:5}' MINUTE)",
  ],
  [
    'CUMULATE',
    'windows that grow',
    "CUMULATE(TABLE ${1:t}, DESCRIPTOR(${2:ts}), INTERVAL '${3:1}' MINUTE, INTERVAL '${4:1}' HOUR)",
  ],
  [
    'SESSION',
    'windows that end after a gap',
    "SESSION(TABLE ${1:t} PARTITION BY ${2:key}, DESCRIPTOR(${3:ts}), INTERVAL '${4:5}' MINUTE)",
  ],
].map(
  ([label = '', detail = '', insert = '']): CompletionItem => ({ label, kind: 'function', detail, insert, rank: 3 }),
);

/** Names after a dot: columns of a relation, fields of a row, objects of a database. */
function members(cursor: Cursor, context: BindContext): CompletionItem[] {
  const { parts } = nameBefore(cursor.before, cursor.before.length - 2);
  const { scope } = probe(cursor, context);
  const [first, ...rest] = parts;
  const relation = scope.relations.find((r) => r.name === first);
  const starts = relation
    ? [{ fields: relation.fields, rest }]
    : [{ fields: scope.relations.flatMap((r) => r.fields), rest: parts }];
  for (const { fields, rest: path } of starts) {
    let at: readonly { readonly name: string; readonly type: (typeof fields)[number]['type'] }[] | undefined = fields;
    for (const name of path) {
      const type: (typeof fields)[number]['type'] | undefined = at?.find((f) => f.name === name)?.type;
      at = type?.root === 'ROW' ? type.fields : undefined;
    }
    if (at && (relation || path.length > 0)) return at.map((f) => columnItem(f.name, f.type, 0));
  }
  return objectItems(context, parts);
}

/** What an expression can begin with, and what fits the clause. */
function expressions(cursor: Cursor, context: BindContext): CompletionItem[] {
  const around = probe(cursor, context);
  const { scope, path, text } = around;
  const found: CompletionItem[] = [];
  const last = cursor.before.at(-1)?.upper ?? '';
  const join = [...path].reverse().find((n) => n.kind === 'Join');
  if (last === 'ON' && join?.kind === 'Join') found.push(...joinConditions(join, scope.relations, context));
  if (path.some((n) => n.kind === 'GroupBy') && scope.select) found.push(...groups(missingGroups(scope.select, text)));
  const declared =
    cursor.before[0]?.upper === 'CREATE' && scope.relations.length === 0 ? declaredColumns(cursor.before) : [];
  const fits = wantsTime(cursor, path) ? isTime : expectedType(around, context);
  const columns = scopeColumns(around, fits);
  found.push(...columns, ...declared.map((c) => ({ ...c, rank: 0 })));
  if (columns.length === 0 && declared.length === 0 && scope.select && !scope.select.from)
    found.push(...columnsOfTables(context, wordsOf(cursor)));
  for (const r of scope.relations)
    if (r.name)
      found.push({
        label: r.name,
        kind: 'table',
        rank: 3,
        ...(written(r.name) === r.name ? {} : { insert: written(r.name) }),
      });
  if (/(^|\s)OF$/.test(last))
    return [
      ...found.filter((i) => i.kind === 'column' && i.detail?.includes('*')),
      { label: 'PROCTIME()', kind: 'function', rank: 1 },
    ];
  return [...found, ...functionItems(around, fits, context)];
}

const wordsOf = (cursor: Cursor): ReadonlySet<string> =>
  new Set([...cursor.before, ...cursor.after].map((w) => unquoted(w.text)));

/** Places that take a time attribute: the order of OVER and MATCH_RECOGNIZE, the versions of a temporal join. */
function wantsTime(cursor: Cursor, path: Probe['path']): boolean {
  const last = cursor.before.at(-1)?.upper;
  if (last === 'OF') return true;
  if (last !== 'BY' || cursor.before.at(-2)?.upper !== 'ORDER') return false;
  const around = [...path]
    .reverse()
    .find((n: SyntaxNode) => n.kind === 'WindowSpec' || n.kind === 'MatchRecognize' || n.kind === 'Select');
  return around !== undefined && around.kind !== 'Select';
}

function groups(missing: readonly string[]): CompletionItem[] {
  const each = missing.map((label): CompletionItem => ({ label, kind: 'column', detail: 'not grouped yet', rank: -1 }));
  if (missing.length < 2) return each;
  return [{ label: missing.join(', '), kind: 'snippet', detail: 'all that is not grouped yet', rank: -2 }, ...each];
}

function distinct(items: readonly CompletionItem[]): CompletionItem[] {
  const seen = new Set<string>();
  return items.filter((i) => {
    const key = `${i.label}\n${i.kind === 'column' && i.detail !== 'not grouped yet' ? 'column' : i.kind}\n${i.detail ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
