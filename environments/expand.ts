import { type Property, parse, type SyntaxNode, walk } from '../flink-sql/syntax/index.ts';
import { findVariables } from '../flink-sql/syntax/variables.ts';
import { applyEdits, type Edit } from './edits.ts';
import type { Environment, TableRule } from './environment.ts';

/** The value of a variable; a secret one is masked in all that people see. */
export interface VariableValue {
  readonly value: string;
  readonly secret: boolean;
}

export type VariableLookup = (name: string) => VariableValue | undefined;

/** A variable that has no value, with its place in the text. */
export interface Unresolved {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Expansion {
  /** What is sent to the server. */
  readonly text: string;
  /** The offset in the given text of an offset in `text`. */
  readonly original: (offset: number) => number;
  readonly changed: boolean;
  /** Secret values that are in `text`. */
  readonly secrets: readonly string[];
  /** When there are any, `text` is of no use. */
  readonly unresolved: readonly Unresolved[];
}

/**
 * A statement as an environment wants it: variables replaced by their values (quoted for where they stand, so that a value never
 * ends a literal), then addresses and options of tables. Comments stay.
 */
export function expand(source: string, environment: Environment, lookup: VariableLookup): Expansion {
  const edits: Edit[] = [];
  const secrets = new Set<string>();
  const unresolved: Unresolved[] = [];
  for (const { name, fallback, start, end, within, escaped } of findVariables(source)) {
    if (escaped) {
      edits.push({ start, end: start + 1, text: '' });
      continue;
    }
    const found = lookup(name) ?? (fallback === undefined ? undefined : { value: fallback, secret: false });
    if (!found) {
      unresolved.push({ name, start, end });
      continue;
    }
    if (found.secret && found.value !== '') secrets.add(found.value);
    edits.push({ start, end, text: quoted(found.value, within) });
  }
  const first = applyEdits(source, edits);
  const second = applyEdits(first.text, unresolved.length > 0 ? [] : tableEdits(first.text, environment));
  return {
    text: second.text,
    original: (offset) => first.original(second.original(offset)),
    changed: second.text !== source,
    secrets: [...secrets],
    unresolved,
  };
}

function quoted(value: string, within: 'string' | 'identifier' | 'text'): string {
  if (within === 'string') return value.replaceAll("'", "''");
  return within === 'identifier' ? value.replaceAll('`', '``') : value;
}

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function tableEdits(text: string, { hosts, tables }: Environment): Edit[] {
  const replace = hostReplacer(hosts);
  if (!replace && tables.length === 0) return [];
  const edits: Edit[] = [];
  for (const { node } of parse(text).statements) {
    if (!node) continue;
    walk(node, (each) => {
      if (
        each.kind === 'CreateTable' ||
        each.kind === 'CreateCatalog' ||
        each.kind === 'AlterTable' ||
        each.kind === 'Set'
      ) {
        edits.push(...propertyEdits(each, tables, replace));
        return true;
      }
      // OPTIONS hints: a pair holds its value's literal at its end.
      if (each.kind === 'HintOption' && each.key !== undefined && replace) {
        const value = replace(each.value);
        if (value !== each.value) edits.push({ ...valueRange(text, each), text: literal(value) });
      }
      return true;
    });
  }
  return edits;
}

function propertyEdits(
  node: SyntaxNode,
  rules: readonly TableRule[],
  replace: ((value: string) => string) | undefined,
): Edit[] {
  const properties = 'options' in node && Array.isArray(node.options) ? (node.options as readonly Property[]) : [];
  const edits: Edit[] = [];
  const changes = node.kind === 'CreateTable' ? optionsOf(rules, node, properties) : new Map<string, string | null>();
  const taken = new Set<string>();
  for (const [i, property] of properties.entries()) {
    if (property.kind !== 'Property' || !property.value) continue;
    const key = property.key.value;
    taken.add(key);
    const change = changes.get(key);
    if (change === null) {
      // With the comma after it, or before it when it is the last.
      const next = properties[i + 1];
      const before = properties[i - 1];
      if (next) edits.push({ start: property.start, end: next.start, text: '' });
      else edits.push({ start: before ? before.end : property.start, end: property.end, text: '' });
      continue;
    }
    const value = change ?? (replace ? replace(property.value.value) : property.value.value);
    if (value !== property.value.value)
      edits.push({ start: property.value.start, end: property.value.end, text: literal(value) });
  }
  const added = [...changes].filter((entry): entry is [string, string] => entry[1] !== null && !taken.has(entry[0]));
  const last = properties.at(-1);
  if (added.length > 0 && last) {
    const more = added.map(([key, value]) => `, ${literal(key)} = ${literal(value)}`).join('');
    edits.push({ start: last.end, end: last.end, text: more });
  }
  return edits;
}

/** What the rules that fit a table say of its options; later rules win. */
function optionsOf(
  rules: readonly TableRule[],
  node: SyntaxNode,
  properties: readonly Property[],
): Map<string, string | null> {
  const changes = new Map<string, string | null>();
  if (node.kind !== 'CreateTable' || properties.length === 0) return changes;
  const parts = node.name.parts.map((part) => part.name);
  const connector = properties.find((property) => property.key.value === 'connector')?.value?.value;
  for (const { match, connector: wanted, options } of rules) {
    if (wanted !== undefined && wanted !== connector) continue;
    if (match !== undefined && !fits(match, parts.at(-1) ?? '') && !fits(match, parts.join('.'))) continue;
    for (const [key, value] of Object.entries(options)) changes.set(key, value);
  }
  return changes;
}

function fits(pattern: string, name: string): boolean {
  const regex = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${regex}$`).test(name);
}

/** Replaces whole addresses: `db` is not replaced in `db2`, `my-db` or `db.example.org`, nor `db:5432` in `db:54321`. */
function hostReplacer(hosts: Readonly<Record<string, string>>): ((value: string) => string) | undefined {
  const names = Object.keys(hosts).sort((a, b) => b.length - a.length);
  if (names.length === 0) return undefined;
  const any = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(?<![\\w.-])(?:${any})(?![\\w-]|\\.\\w)`, 'g');
  return (value) => (isAddress(value) ? value.replace(pattern, (name) => hosts[name] as string) : value);
}

/** Words that are no address stay: only what is a URL, has a port, or is one name. */
function isAddress(value: string): boolean {
  return /:\d|:\/\/|^[\w.,:-]+$/.test(value);
}

/** The literal after the `=` of a `'key' = 'value'`. */
function valueRange(text: string, { start, end }: { start: number; end: number }): { start: number; end: number } {
  const own = text.slice(start, end);
  const match = /^'(?:[^']|'')*'\s*=\s*/.exec(own);
  return { start: start + (match?.[0].length ?? 0), end };
}
