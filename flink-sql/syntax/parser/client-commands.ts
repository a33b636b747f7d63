import type { Statement, StringLiteral } from '../ast.ts';

/** The first three letters at an offset as one number, in any case. */
const beginning = (text: string, at: number): number =>
  ((text.charCodeAt(at) | 0x20) << 16) | ((text.charCodeAt(at + 1) | 0x20) << 8) | (text.charCodeAt(at + 2) | 0x20);

/** Most statements are none of these commands: three letters tell. */
const begins = new Set(['SET', 'RESET', 'CLEAR', 'HELP', 'QUIT', 'EXIT'].map((word) => beginning(word, 0)));

/**
 * The commands that Flink's ExtendedParser takes by pattern before its grammar: SET and RESET with unquoted keys, and
 * the words of the SQL client. Undefined when the text is none of them.
 */
export function clientCommand(source: string, start: number, end: number): Statement | undefined {
  if (!begins.has(beginning(source, start))) return undefined;
  const text = source.slice(start, end);
  const word = /^(CLEAR|HELP|QUIT|EXIT)$/i.exec(text)?.[1]?.toUpperCase();
  if (word !== undefined)
    return { kind: 'ClientCommand', start, end, command: word as 'CLEAR' | 'HELP' | 'QUIT' | 'EXIT' };
  const set = /^SET(?:\s+([^'\s]+)\s*=\s*('[^']*'|[^;\s]+))?$/i.exec(text);
  if (set !== null) {
    const [, key, value] = set;
    if (key === undefined || value === undefined) return { kind: 'Set', start, end };
    const keyStart = start + text.indexOf(key, 3);
    const valueStart = end - value.length;
    const raw = value.startsWith("'") ? value.slice(1, -1) : value;
    return {
      kind: 'Set',
      start,
      end,
      key: literal(key, keyStart, keyStart + key.length),
      value: literal(raw, valueStart, end),
    };
  }
  const reset = /^RESET(?:\s+([^'\s]+))?$/i.exec(text);
  if (reset === null) return undefined;
  const key = reset[1];
  return key === undefined
    ? { kind: 'Reset', start, end }
    : { kind: 'Reset', start, end, key: literal(key, end - key.length, end) };
}

const literal = (value: string, start: number, end: number): StringLiteral => ({
  kind: 'StringLiteral',
  start,
  end,
  value,
  form: 'plain',
});
