import {
  connectors,
  findConnector,
  findFormat,
  findOption,
  formats,
  formatsOf,
  type OptionDoc,
  optionsOf,
  sessionOptions,
} from '../../../flink-sql/connectors/index.ts';
import { T } from '../../../flink-sql/syntax/index.ts';
import { type Cursor, literalText, openParenthesis, type Word } from './cursor.ts';
import type { CompletionItem } from './item.ts';
import { plain } from './item.ts';

/** Where a cursor stands in a list of `'key' = 'value'`. */
interface Place {
  readonly side: 'key' | 'value';
  /** The key of the value. */
  readonly key?: string;
  /** Pairs that are written whole. */
  readonly pairs: Readonly<Record<string, string>>;
  /** What the list belongs to: WITH of a table or a catalog, or the hint OPTIONS. */
  readonly of: 'table' | 'catalog' | 'hint' | 'other';
}

/** Completes options of WITH (…), of the hint OPTIONS (…) and of SET; undefined where the cursor is in none. */
export function completeOptions(
  cursor: Cursor,
  hinted: (at: number) => Readonly<Record<string, string>>,
  columns: readonly string[],
  around: { readonly topics: readonly string[]; readonly subjects: readonly string[] },
): CompletionItem[] | undefined {
  const set = inSet(cursor);
  if (set) return set;
  const open = openParenthesis(cursor.before);
  const place = open > 0 ? placeIn(cursor, open) : undefined;
  if (!place || place.of === 'other') return undefined;
  if (place.of === 'catalog') return catalogOptions(cursor, place);
  const options = place.of === 'hint' ? { ...hinted(open), ...place.pairs } : place.pairs;
  if (place.side === 'value') return values(cursor, place.key ?? '', options, around);
  if (options.connector === undefined) {
    return [pair(cursor, 'connector', 'STRING', undefined, 'Which connector the table has.', 0)];
  }
  const known = optionsOf(options);
  return known
    .filter(
      (o) => place.pairs[o.key] === undefined && (place.of !== 'hint' || !/^(format|connector)$|\.format$/.test(o.key)),
    )
    .flatMap((o) => keys(cursor, o, options, columns));
}

function placeIn(cursor: Cursor, open: number): Place | undefined {
  const { before } = cursor;
  const head = before[open - 1] as Word;
  const of =
    head.upper === 'WITH'
      ? withOf(before)
      : head.upper === 'SET' && before[0]?.upper === 'ALTER'
        ? 'hint'
        : head.upper === 'OPTIONS'
          ? 'hint'
          : 'other';
  const inside = [...before.slice(open + 1), ...untilClosed(cursor.after)];
  const pairs: Record<string, string> = {};
  for (let i = 0; i + 2 < inside.length; i++) {
    const [key, eq, value] = [inside[i] as Word, inside[i + 1] as Word, inside[i + 2] as Word];
    if (eq.kind === T.EQ && key.kind === T.QUOTED_STRING && value.kind === T.QUOTED_STRING)
      pairs[literalText(key.text)] = literalText(value.text);
  }
  const last = before.at(-1) as Word;
  if (last.kind === T.EQ) {
    const key = before.at(-2);
    return { side: 'value', key: key ? literalText(key.text) : '', pairs, of };
  }
  // Between pairs, where a comma is missing, a key is what comes next, too.
  return { side: 'key', pairs, of };
}

const withOf = (before: readonly Word[]): Place['of'] => {
  const head = before.slice(0, 6).map((w) => w.upper);
  if (head.includes('CATALOG') && head[0] === 'CREATE') return 'catalog';
  return head.includes('TABLE') ? 'table' : 'other';
};

function untilClosed(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex((w) => w.kind === T.RPAREN);
  return end < 0 ? words : words.slice(0, end);
}

/** A pair with quotes as far as they are not written yet; the value is left to fill in. */
function pair(
  cursor: Cursor,
  key: string,
  type: string,
  fallback: string | undefined,
  doc: string,
  rank: number,
  detail = '',
): CompletionItem {
  const followed = cursor.after[0]?.kind === T.EQ;
  const value = fallback === undefined ? '$1' : `\${1:${plain(fallback)}}`;
  // The closing quote that the editor has made itself is taken in.
  const insert = followed ? (cursor.string?.closed ? key : `${key}'`) : `${plain(key)}' = '${value}'`;
  const end = cursor.string ? (cursor.string.closed && !followed ? cursor.string.end : cursor.wordEnd) : cursor.wordEnd;
  return {
    label: key,
    kind: 'option',
    detail: detail || type,
    documentation: doc,
    insert: cursor.string ? insert : `'${insert}`,
    replace: { start: cursor.wordStart, end },
    rank,
  };
}

function keys(
  cursor: Cursor,
  o: OptionDoc,
  options: Readonly<Record<string, string>>,
  columns: readonly string[],
): CompletionItem[] {
  const needed = o.required !== undefined && isNeeded(o, options);
  const detail = `${o.type}${o.fallback === undefined ? '' : ` = ${o.fallback}`}${o.required ? ` · required${o.required === 'always' ? '' : ` ${o.required}`}` : ''}`;
  const rank = needed ? 0 : /watermark\.(align|emit)|\bssl\b|old name/.test(o.key + o.doc) ? 3 : o.required ? 2 : 1;
  const usual = o.required === 'always' ? o.values?.[0] : undefined;
  const make = (key: string) => pair(cursor, key, o.type, usual, optionMarkdown(o), rank, detail);
  if (!o.open) return [make(o.key)];
  if (o.key.includes('#'))
    return columns
      .map((c) => o.key.replace('#', c))
      .filter((k) => options[k] === undefined)
      .map(make);
  return [{ ...make(o.key), insert: o.key, replace: { start: cursor.wordStart, end: cursor.wordEnd }, rank: 3 }];
}

/** Is an option wanted by what is written already? */
export function isNeeded(o: OptionDoc, options: Readonly<Record<string, string>>): boolean {
  if (options[o.key] !== undefined || o.required === undefined) return false;
  if (o.required === 'always') return true;
  const alternative = /^or ([\w.-]+)/.exec(o.required)?.[1];
  if (alternative) return options[alternative] === undefined;
  const when = /^when ([\w.-]+) (?:is set|(?:is|has) (.+))$/.exec(o.required);
  if (!when) return false;
  const value = options[when[1] as string];
  if (value === undefined) return false;
  return when[2] === undefined || when[2].split(' or ').includes(value);
}

function values(
  cursor: Cursor,
  key: string,
  options: Readonly<Record<string, string>>,
  { topics, subjects }: { readonly topics: readonly string[]; readonly subjects: readonly string[] },
): CompletionItem[] {
  if (key === 'topic' && topics.length > 0)
    return topics.map((t) => value(cursor, t, 'topic', 'A topic of the connected brokers.', 0));
  if (/(^|\.)subject$/.test(key) && subjects.length > 0)
    return subjects.map((s) => value(cursor, s, 'subject', 'A subject of the connected schema registry.', 0));
  if (key === 'connector') return connectors.map((c) => value(cursor, c.id, 'connector', c.doc, 0));
  if (/(^|\.)format$/.test(key)) {
    const connector = findConnector(options.connector);
    return (connector ? formatsOf(connector) : formats).map((f) => value(cursor, f.id, 'format', f.doc, 0));
  }
  const o = findOption(key, optionsOf(options));
  return o ? valuesOf(cursor, o) : [];
}

function valuesOf(cursor: Cursor, o: OptionDoc): CompletionItem[] {
  const listed = o.type === 'BOOLEAN' ? ['true', 'false'] : [...(o.values ?? [])];
  if (o.fallback !== undefined && !listed.includes(o.fallback)) listed.unshift(o.fallback);
  return listed.map((v) => value(cursor, v, v === o.fallback ? 'default' : o.type, optionMarkdown(o), 0));
}

function value(cursor: Cursor, label: string, detail: string, doc: string, rank: number): CompletionItem {
  const insert = cursor.string ? (cursor.string.closed ? label : `${label}'`) : `'${label}'`;
  return {
    label,
    kind: 'value',
    detail,
    documentation: doc,
    insert,
    replace: { start: cursor.wordStart, end: cursor.wordEnd },
    rank,
  };
}

const catalogTypes: Readonly<Record<string, string>> = {
  generic_in_memory: 'Tables that live as long as the session.',
  jdbc: 'The tables of a database.',
  hive: 'A Hive metastore.',
  iceberg: 'A catalog of Apache Iceberg.',
  paimon: 'A catalog of Apache Paimon.',
};

function catalogOptions(cursor: Cursor, place: Place): CompletionItem[] {
  if (place.side === 'value')
    return place.key === 'type'
      ? Object.entries(catalogTypes).map(([id, doc]) => value(cursor, id, 'catalog', doc, 0))
      : [];
  const known = [
    'type',
    'default-database',
    ...(place.pairs.type === 'jdbc' ? ['username', 'password', 'base-url'] : []),
  ];
  return known
    .filter((key) => place.pairs[key] === undefined)
    .map((key) => pair(cursor, key, 'STRING', undefined, 'Option of the catalog.', 0));
}

function inSet(cursor: Cursor): CompletionItem[] | undefined {
  const [head, key, eq] = cursor.before;
  if (head?.upper !== 'SET' && head?.upper !== 'RESET') return undefined;
  if (cursor.before.length === 1) {
    return sessionOptions.map((o) => {
      const detail = `${o.type}${o.fallback === undefined ? '' : ` = ${o.fallback}`}`;
      const made = pair(cursor, o.key, o.type, undefined, optionMarkdown(o), 0, detail);
      if (head.upper === 'SET') return made;
      const insert = cursor.string?.closed ? o.key : `${cursor.string ? '' : "'"}${o.key}'`;
      return { ...made, insert, replace: { start: cursor.wordStart, end: cursor.wordEnd } };
    });
  }
  if (key && eq?.kind === T.EQ && cursor.before.length === 3) {
    const o = findOption(key.text.replace(/^'|'$/g, ''), sessionOptions);
    return o ? valuesOf(cursor, o) : [];
  }
  return undefined;
}

/** An option's doc with its type, default and values. */
export function optionMarkdown(o: OptionDoc): string {
  const facts = [
    `${o.type}`,
    ...(o.fallback === undefined ? [] : [`default \`${o.fallback}\``]),
    ...(o.required ? [`required${o.required === 'always' ? '' : ` ${o.required}`}`] : []),
  ];
  const listed = o.type === 'ENUM' && o.values ? `\n\nOne of ${o.values.map((v) => `\`${v}\``).join(', ')}.` : '';
  return `${o.doc}\n\n${facts.join(' · ')}${listed}`;
}

/** What is known of the connector or format that a value names. */
export const valueMarkdown = (key: string, text: string): string | undefined =>
  key === 'connector' ? findConnector(text)?.doc : /(^|\.)format$/.test(key) ? findFormat(text)?.doc : undefined;
