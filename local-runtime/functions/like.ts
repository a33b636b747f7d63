import { validation } from '../errors.ts';
import { type CallSite, type Evaluate, remember } from './impl.ts';

type Matcher = (text: string) => boolean;

const quoted = (c: string): string => (/[[\]()|^\-+*?{}$\\.]/.test(c) ? `\\${c}` : c);

const badEscape = (pattern: string, at: number): Error => validation(`Invalid escapeWith sequence '${pattern}', ${at}`);

function escapeCharacter(escapeWith: string | undefined): string | undefined {
  if (escapeWith === undefined || escapeWith === '') return undefined;
  if (escapeWith.length > 1) throw validation(`Invalid escapeWith character '${escapeWith}'`);
  return escapeWith;
}

/** A LIKE pattern as a regular expression (SqlLikeUtils.sqlToRegexLike). */
function likeRegex(pattern: string, escapeWith: string | undefined): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === escapeWith) {
      const next = pattern[i + 1];
      if (next === undefined) throw badEscape(pattern, i);
      if (next !== '_' && next !== '%' && next !== escapeWith) throw badEscape(pattern, i);
      source += quoted(next);
      i++;
    } else if (c === '_') source += '.';
    else if (c === '%') source += '.*';
    else source += quoted(c);
  }
  return new RegExp(`^(?:${source})$`, 'su');
}

/** Patterns without `_` and escapes are matched by parts (LikeCallGen's quick paths and LikeChainChecker). */
function likeOf(pattern: string, escapeWith: string | undefined): Matcher {
  if (pattern.includes('_') || (escapeWith !== undefined && pattern.includes(escapeWith))) {
    const regex = likeRegex(pattern, escapeWith);
    return (text) => regex.test(text);
  }
  const parts = pattern.split('%');
  if (parts.length === 1) return (text) => text === pattern;
  const [head = '', tail = ''] = [parts[0], parts[parts.length - 1]];
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    const end = text.length - tail.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

const CLASSES: Readonly<Record<string, string>> = {
  '[:ALPHA:]': '\\p{L}',
  '[:alpha:]': '\\p{L}',
  '[:UPPER:]': '\\p{Lu}',
  '[:upper:]': '\\p{Lu}',
  '[:LOWER:]': '\\p{Ll}',
  '[:lower:]': '\\p{Ll}',
  '[:DIGIT:]': '\\d',
  '[:digit:]': '\\d',
  '[:SPACE:]': ' ',
  '[:space:]': ' ',
  '[:WHITESPACE:]': '\\s',
  '[:whitespace:]': '\\s',
  '[:ALNUM:]': '\\p{L}\\p{Nd}',
  '[:alnum:]': '\\p{L}\\p{Nd}',
};

/** A SIMILAR TO pattern as a regular expression (SqlLikeUtils.sqlToRegexSimilar). */
function similarRegex(pattern: string, escapeWith: string | undefined): RegExp {
  let source = '';
  let inside = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === escapeWith) {
      const next = pattern[i + 1];
      if (next === undefined || (!/[_%|*+\-?{}()[\]^]/.test(next) && next !== escapeWith)) throw badEscape(pattern, i);
      source += quoted(next);
      i++;
      continue;
    }
    if (inside) {
      const name = Object.keys(CLASSES).find((each) => pattern.startsWith(each, i));
      if (name) {
        source += CLASSES[name];
        i += name.length - 1;
        continue;
      }
      if (c === ']') {
        inside = false;
        source += ']';
      } else source += c === '^' || c === '-' ? c : /[\\[&~]/.test(c) ? `\\${c}` : c;
      continue;
    }
    switch (c) {
      case '_':
        source += '.';
        break;
      case '%':
        source += '(?:.*)';
        break;
      case '[': {
        inside = true;
        source += '[';
        break;
      }
      case '|':
      case '*':
      case '+':
      case '?':
      case '(':
      case ')':
      case '{':
      case '}':
        source += c;
        break;
      default:
        source += c === '.' ? '.' : quoted(c);
    }
  }
  if (inside) throw validation(`Invalid regular expression: ${pattern}`);
  return new RegExp(`^(?:${source})$`, 'su');
}

function matcher(site: CallSite, make: (pattern: string, escapeWith: string | undefined) => Matcher): Evaluate {
  const [pattern, escapeWith] = [site.literal(1), site.literal(2)];
  const hasEscape = site.operandTypes.length > 2;
  if (typeof pattern === 'string' && (!hasEscape || typeof escapeWith === 'string')) {
    const matches = make(pattern, escapeCharacter(hasEscape ? (escapeWith as string) : undefined));
    return (text: string) => matches(text);
  }
  if (!hasEscape) {
    const made = remember((text) => make(text, undefined));
    return (text: string, changing: string) => made(changing)(text);
  }
  const made = remember((key) =>
    make(key.slice(key.indexOf('\0') + 1), escapeCharacter(key.slice(0, key.indexOf('\0')))),
  );
  return (text: string, changing: string, with_: string) => made(`${with_}\0${changing}`)(text);
}

/** LIKE of a call site: the pattern is compiled once where it is a literal. */
export const likeMatcher = (site: CallSite): Evaluate => matcher(site, likeOf);

/** SIMILAR TO of a call site. */
export const similarMatcher = (site: CallSite): Evaluate =>
  matcher(site, (pattern, escapeWith) => {
    const regex = similarRegex(pattern, escapeWith);
    return (text) => regex.test(text);
  });
