import { K } from './keywords.ts';
import { lex } from './lexer.ts';
import { isTrivia, T } from './tokens.ts';

/** A `${NAME}` or `${NAME:-default}` of a text; `$${NAME}` is none: it stands for the characters `${NAME}`. */
export interface VariableUse {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly start: number;
  readonly end: number;
  /** What it stands in, which says how its value is quoted: a literal, a back-quoted name, or the text of the statement itself. */
  readonly within: 'string' | 'identifier' | 'text';
  /** `$${`: the value is the reference itself. */
  readonly escaped: boolean;
}

const REFERENCE = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_.]*)(?::-([^}]*))?\}/g;

/** The variables of a text in order, those in comments left out. */
export function findVariables(source: string): VariableUse[] {
  if (!source.includes('${')) return [];
  const { kinds, starts, count } = lex(source);
  const found: VariableUse[] = [];
  let token = 0;
  for (const match of source.matchAll(REFERENCE)) {
    const start = match.index;
    while (token + 1 < count && (starts[token + 1] as number) <= start) token++;
    const kind = kinds[token] as number;
    if (kind === T.LINE_COMMENT || kind === T.BLOCK_COMMENT) continue;
    const [text, dollar, name = '', fallback] = match;
    const within = isLiteral(kind) ? 'string' : kind === T.BACK_QUOTED_IDENTIFIER ? 'identifier' : 'text';
    found.push({ name, fallback, start, end: start + text.length, within, escaped: dollar === '$' });
  }
  return found;
}

function isLiteral(kind: number): boolean {
  return kind >= T.BINARY_STRING && kind <= T.C_STYLE_STRING;
}

/** Keywords that numbers follow. */
const NUMBER_AFTER: ReadonlySet<number> = new Set([K.LIMIT, K.OFFSET, K.FETCH, K.FIRST, K.NEXT]);

/**
 * The text with every variable outside literals replaced by something of the same length that parses: digits where a number stands,
 * else a name. So an editor understands it without values, and all offsets stay.
 */
export function withPlaceholders(source: string): string {
  const uses = findVariables(source).filter(({ within }) => within === 'text');
  if (uses.length === 0) return source;
  const { kinds, starts, count } = lex(source);
  let out = '';
  let at = 0;
  let token = 0;
  let before = 0;
  for (const { name, start, end } of uses) {
    for (; token < count && (starts[token] as number) < start; token++) {
      if (!isTrivia(kinds[token] as number)) before = kinds[token] as number;
    }
    const length = end - start;
    const stand = NUMBER_AFTER.has(before)
      ? '1'.padStart(length, '0')
      : `v_${name.replace(/\W/g, '_')}`.padEnd(length, '_');
    out += source.slice(at, start) + stand.slice(0, length);
    at = end;
  }
  return out + source.slice(at);
}
