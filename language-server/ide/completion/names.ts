// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the editor’s snippets
import type { BindContext } from '../../../flink-sql/binder/index.ts';
import { T } from '../../../flink-sql/syntax/index.ts';
import { columnItem } from './columns.ts';
import { type Cursor, isName, nameBefore, openParenthesis, unquoted, type Word } from './cursor.ts';
import { type CompletionItem, written } from './item.ts';

/** Places where only certain names fit, told by the words in front; undefined elsewhere. */
export function completeNames(cursor: Cursor, context: BindContext): CompletionItem[] | undefined {
  const { before } = cursor;
  const last = before.at(-1);
  const words = before.slice(-3).map((w) => w.upper);
  const tail = words.join(' ');
  if (/\bUSE CATALOG$/.test(tail) || /^DROP CATALOG$|SHOW CREATE CATALOG$|DESCRIBE CATALOG$/.test(tail))
    return catalogs(context);
  if (/(^|\s)USE$/.test(tail) && before.length === 1)
    return [
      ...databases(context),
      { label: 'CATALOG', kind: 'keyword', rank: 4 },
      { label: 'MODULES', kind: 'keyword', rank: 4 },
    ];
  if (/DROP DATABASE$|DESCRIBE DATABASE$/.test(tail)) return databases(context);
  if (tail.endsWith('WATERMARK FOR')) return declaredColumns(before).filter((c) => c.rank === 0);
  const open = openParenthesis(before);
  if (open > 0 && (last?.kind === T.LPAREN || last?.kind === T.COMMA)) {
    const head = before[open - 1] as Word;
    if (/^(KEY|BY|HASH|RANGE)$/.test(head.upper) && before[0]?.upper === 'CREATE')
      return declaredColumns(before)
        .filter((c) => !before.slice(open).some((w) => unquoted(w.text) === c.label))
        .map((c) => ({ ...c, rank: 0 }));
    const target = nameBefore(before, open - 1);
    if (/^(INTO|OVERWRITE|TABLE)$/.test(before[target.first - 1]?.upper ?? '') && before[0]?.upper === 'INSERT')
      return targetColumns(cursor, target.parts, open, context);
  }
  return undefined;
}

const catalogs = ({ catalog }: BindContext): CompletionItem[] =>
  catalog.catalogNames().map((label) => ({ label, kind: 'catalog', insert: written(label), rank: 0 }));

function databases({ catalog }: BindContext): CompletionItem[] {
  const names = catalog.catalog(catalog.currentCatalog)?.databases.keys() ?? [];
  return [...names].map((label) => ({ label, kind: 'database', insert: written(label), rank: 0 }));
}

/** Objects of a database; its catalog's name may be in front. */
export function objectItems({ catalog }: BindContext, path: readonly string[] = []): CompletionItem[] {
  const [first, second] = path;
  const items: CompletionItem[] = [];
  if (first !== undefined && second === undefined && catalog.catalog(first))
    for (const label of catalog.catalog(first)?.databases.keys() ?? [])
      items.push({ label, kind: 'database', insert: written(label), rank: 0 });
  const inCatalog = second === undefined ? catalog.currentCatalog : (first as string);
  const database = second ?? first ?? catalog.currentDatabase;
  for (const o of catalog.objects(inCatalog, database)) {
    const { name } = o.identifier;
    const detail = o.columns.map((c) => c.name).join(', ');
    items.push({
      label: name,
      kind: o.kind,
      rank: 1,
      detail: detail.length > 60 ? `${detail.slice(0, 59)}…` : detail,
      ...(written(name) === name ? {} : { insert: written(name) }),
    });
  }
  if (path.length === 0) {
    for (const label of catalog.catalogNames())
      if (label !== catalog.currentCatalog) items.push({ label, kind: 'catalog', insert: written(label), rank: 2 });
    for (const label of catalog.catalog(catalog.currentCatalog)?.databases.keys() ?? [])
      if (label !== catalog.currentDatabase) items.push({ label, kind: 'database', insert: written(label), rank: 2 });
  }
  return items;
}

/** Columns that a CREATE TABLE has declared so far; timestamps have rank 0. */
export function declaredColumns(before: readonly Word[]): CompletionItem[] {
  const open = before.findIndex((w) => w.kind === T.LPAREN);
  const found: CompletionItem[] = [];
  let depth = 0;
  for (let i = open; i >= 0 && i < before.length; i++) {
    const word = before[i] as Word;
    if (word.kind === T.LPAREN || word.kind === T.LT) depth++;
    else if (word.kind === T.RPAREN || word.kind === T.GT) depth--;
    if (depth < 1) break;
    const begins = depth === 1 && (i === open || word.kind === T.COMMA);
    const name = before[i + 1];
    const type = before[i + 2];
    if (!begins || !isName(name) || !type || /^(PRIMARY|WATERMARK|CONSTRAINT|UNIQUE)$/.test(name?.upper ?? ''))
      continue;
    const time = /^TIMESTAMP/.test(type.upper) || type.upper === 'AS';
    found.push({
      ...columnItem(unquoted(name?.text ?? ''), undefined, time ? 0 : 2),
      detail: type.upper === 'AS' ? 'computed' : type.upper,
    });
  }
  return found;
}

/** Columns of an INSERT's table that its list does not have yet; first, all of them at once. */
function targetColumns(
  cursor: Cursor,
  parts: readonly string[],
  open: number,
  { catalog }: BindContext,
): CompletionItem[] {
  const object = catalog.resolve(parts);
  const present = new Set(cursor.before.slice(open).map((w) => unquoted(w.text)));
  const columns = (object?.kind === 'table' ? object.columns : []).filter(
    (c) => !present.has(c.name) && c.kind !== 'computed' && !(c.kind === 'metadata' && c.virtual),
  );
  const each = columns.map((c) => columnItem(c.name, c.type, 1));
  if (columns.length < 2) return each;
  const all = columns.map((c) => written(c.name)).join(', ');
  return [{ label: all, kind: 'snippet', detail: 'all columns', rank: 0 }, ...each];
}

/** Hints that can stand after SELECT or a table, with what they take. */
export function completeHint(cursor: Cursor): CompletionItem[] | undefined {
  const { before } = cursor;
  const begin = before.findLastIndex((w) => w.kind === T.HINT_BEGIN);
  if (begin < 0 || before.slice(begin).some((w) => w.kind === T.COMMENT_END)) return undefined;
  const hint = (label: string, insert: string, documentation: string): CompletionItem => ({
    label,
    kind: 'hint',
    insert,
    documentation,
    rank: 0,
  });
  const open = openParenthesis(before);
  if (open > begin) return undefined;
  if (before[begin - 1]?.upper !== 'SELECT')
    return [hint('OPTIONS', "OPTIONS('$1' = '$2')", 'Options of the table for this query only.')];
  return [
    hint(
      'STATE_TTL',
      "STATE_TTL('${1:alias}' = '${2:1d}')",
      'How long a join or an aggregate keeps the state of this input.',
    ),
    hint(
      'LOOKUP',
      "LOOKUP('table'='${1:dim}', 'async'='${2|true,false|}')",
      'How a lookup join asks its table: async, retries, timeout.',
    ),
    hint('BROADCAST', 'BROADCAST(${1:small})', 'Batch: sends the table to all parts of the join.'),
    hint('SHUFFLE_HASH', 'SHUFFLE_HASH(${1:build})', 'Batch: hash join with this table as the build side.'),
    hint('SHUFFLE_MERGE', 'SHUFFLE_MERGE(${1:left}, ${2:right})', 'Batch: sort-merge join.'),
    hint('NEST_LOOP', 'NEST_LOOP(${1:build})', 'Batch: nested loop join.'),
    hint('MULTI_JOIN', 'MULTI_JOIN(${1:a}, ${2:b}, ${3:c})', 'These tables are joined by one operator.'),
  ];
}
