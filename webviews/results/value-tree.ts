/** A value in parts: a row's fields, an array's elements, a map's entries. */
export interface ValueTree {
  /** The text of the whole; null for NULL. */
  readonly text: string | null;
  readonly parts?: readonly { readonly name: string; readonly value: ValueTree }[];
}

/**
 * Takes apart what Flink prints of a nested value: `(a, b)` of a ROW, `[a, b]` of an ARRAY, `{k=v}` of a MAP or MULTISET. Flink quotes
 * nothing, so a text with such signs in it cannot be told from parts; then the value stays whole.
 * @param type as DDL has it.
 */
export function valueTree(text: string | null, type: string): ValueTree {
  if (text === null || text === 'NULL') return { text: null };
  const bare = type.replace(/ NOT NULL$/, '');
  const inner = /^(ROW|ARRAY|MAP|MULTISET)<(.*)>$/s.exec(bare);
  if (!inner) return { text };
  const [, kind = '', of = ''] = inner;
  const brackets = { ROW: '()', ARRAY: '[]' }[kind] ?? '{}';
  if (!text.startsWith(brackets[0] ?? '') || !text.endsWith(brackets[1] ?? '')) return { text };
  const items = text.length === 2 ? [] : splitAt(text.slice(1, -1), ', ');
  const types = splitAt(of, ', ');
  if (kind === 'ROW') {
    if (items.length !== types.length) return { text };
    const parts = items.map((item, i) => {
      const [, name = '', fieldType = ''] = /^`((?:[^`]|``)*)` (.*)$/s.exec(types[i] ?? '') ?? [];
      return { name, value: valueTree(item, fieldType.replace(/ '.*'$/s, '')) };
    });
    return { text, parts };
  }
  if (kind === 'ARRAY')
    return { text, parts: items.map((item, i) => ({ name: String(i + 1), value: valueTree(item, of) })) };
  const valueType = kind === 'MAP' ? (types[1] ?? 'STRING') : 'INT';
  const entries = items.map((item) => splitAt(item, '='));
  if (entries.some((entry) => entry.length !== 2)) return { text };
  return { text, parts: entries.map(([name = '', value = '']) => ({ name, value: valueTree(value, valueType) })) };
}

/** The pieces between a separator that stands outside all brackets and back quotes. */
function splitAt(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string;
    if (sign === '`') quoted = !quoted;
    if (quoted) continue;
    if ('([{<'.includes(sign)) depth++;
    else if (')]}>'.includes(sign)) depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      pieces.push(text.slice(from, i));
      from = i + separator.length;
      i = from - 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}
