import type { Statement, StringLiteral } from '../ast.ts';

/**
 * The commands that Flink's ExtendedParser takes by pattern before its grammar: SET and RESET with unquoted keys, and
 * the words of the SQL client. Undefined when the text is none of them.
 */
export function clientCommand(source: string, start: number, end: number): Statement | undefined {
  const first = source.charCodeAt(start) | 0x20;
  // S(ET), R(ESET), C(LEAR), H(ELP), Q(UIT), E(XIT)
  if (first !== 0x73 && first !== 0x72 && first !== 0x63 && first !== 0x68 && first !== 0x71 && first !== 0x65) {
    return undefined;
  }
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
