import { FlinkFault } from '../../errors.ts';
import { remember } from '../impl.ts';

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: '\\s',
};

const malformed = (pattern: string, at: number): FlinkFault =>
  new FlinkFault('PatternSyntaxException', `Illegal pattern near index ${at}\n${pattern}`);

/** A java.util.regex pattern as a JavaScript expression; throws PatternSyntaxException. */
function translate(pattern: string): RegExp {
  let flags = 'u';
  let source = '';
  let i = 0;
  const inline = /^\(\?([imsxu]+)\)/.exec(pattern);
  let extended = false;
  if (inline) {
    for (const flag of inline[1] as string) {
      if (flag === 'x') extended = true;
      else if (flag !== 'u' && !flags.includes(flag)) flags += flag;
    }
    i = inline[0].length;
  }
  let depth = 0;
  while (i < pattern.length) {
    const c = pattern[i] as string;
    if (c === '\\') {
      const { js, length } = escapeSequence(pattern, i, depth > 0);
      source += js;
      i += length;
      continue;
    }
    if (depth > 0) {
      if (c === '[') {
        depth++;
        source += '[';
      } else if (c === ']') {
        depth--;
        source += ']';
      } else if (c === '&' && pattern[i + 1] === '&') {
        flags = flags.replace('u', 'v');
        source += '&&';
        i++;
      } else source += c;
      i++;
      continue;
    }
    if (c === '[') {
      depth++;
      source += '[';
      i++;
      if (pattern[i] === '^') {
        source += '^';
        i++;
      }
      // A bracket at the start stands for itself.
      if (pattern[i] === ']') {
        source += '\\]';
        i++;
      }
      continue;
    }
    if (c === '(' && pattern[i + 1] === '?') {
      if (pattern[i + 2] === '>') {
        // Atomic group: a lookahead whose match is then taken as it is.
        throw malformed(pattern, i);
      }
      source += '(?';
      i += 2;
      continue;
    }
    if (/[*+?}]/.test(c) && pattern[i + 1] === '+') {
      // Possessive quantifiers match greedily here: they differ only where giving back would let the rest match.
      source += c;
      i += 2;
      continue;
    }
    if (extended && /\s/.test(c)) {
      i++;
      continue;
    }
    if (c === '{' && !/^\{\d+(,\d*)?\}/.test(pattern.slice(i))) throw malformed(pattern, i);
    source += c === '}' || c === ']' ? (c === ']' || !/\{\d+(,\d*)?$/.test(source) ? `\\${c}` : c) : c;
    i++;
  }
  if (depth > 0) throw malformed(pattern, pattern.length - 1);
  // Nested classes need the v flag.
  if (/\[(?:[^\]\\]|\\.)*\[/.test(source)) flags = flags.replace('u', 'v');
  try {
    return new RegExp(source, `${flags}g`);
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(pattern, pattern.length - 1);
    throw error;
  }
}

function escapeSequence(pattern: string, at: number, inClass: boolean): { js: string; length: number } {
  const c = pattern[at + 1];
  if (c === undefined) throw malformed(pattern, at);
  switch (c) {
    case 'Q': {
      const end = pattern.indexOf('\\E', at + 2);
      const text = pattern.slice(at + 2, end < 0 ? undefined : end);
      return { js: text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), length: (end < 0 ? pattern.length : end + 2) - at };
    }
    case 'A':
      return { js: '(?<![\\s\\S])', length: 2 };
    case 'z':
      return { js: '(?![\\s\\S])', length: 2 };
    case 'Z':
      return { js: '(?=\\n?(?![\\s\\S]))', length: 2 };
    case 'h':
      return { js: inClass ? ' \\t\\xA0' : '[ \\t\\xA0]', length: 2 };
    case 'R':
      return { js: '(?:\\r\\n|[\\n\\v\\f\\r\\x85\\u2028\\u2029])', length: 2 };
    case 'e':
      return { js: '\\x1B', length: 2 };
    case 'a':
      return { js: '\\x07', length: 2 };
    case 'p':
    case 'P': {
      const braces = /^\\[pP](?:\{(?:Is|In|java)?([^}]+)\}|([A-Z]))/.exec(pattern.slice(at));
      if (!braces) throw malformed(pattern, at);
      const name = (braces[1] ?? braces[2]) as string;
      const posix = POSIX[name];
      const negated = c === 'P';
      if (posix === undefined) return { js: `\\${c}{${property(name)}}`, length: braces[0].length };
      if (inClass) return { js: negated ? `[^${posix}]` : posix, length: braces[0].length };
      return { js: `[${negated ? '^' : ''}${posix}]`, length: braces[0].length };
    }
    case '0': {
      const octal = /^\\0([0-3]?[0-7]{1,2})/.exec(pattern.slice(at));
      if (!octal) throw malformed(pattern, at);
      return { js: `\\u{${Number.parseInt(octal[1] as string, 8).toString(16)}}`, length: octal[0].length };
    }
    case 'x':
    case 'u': {
      const hex = /^\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4}))/.exec(pattern.slice(at));
      if (!hex) throw malformed(pattern, at);
      return { js: `\\u{${hex[1] ?? hex[2] ?? hex[3]}}`, length: hex[0].length };
    }
    case 'k': {
      const name = /^\\k<\w+>/.exec(pattern.slice(at));
      if (!name) throw malformed(pattern, at);
      return { js: name[0], length: name[0].length };
    }
    default:
      if (/[dDwWsSbBnrtfv1-9]/.test(c)) return { js: `\\${c}`, length: 2 };
      if (/[A-Za-z]/.test(c)) throw malformed(pattern, at);
      // The u flag allows only syntax characters to be escaped.
      return { js: /[\^$\\.*+?()[\]{}|/]/.test(c) || (c === '-' && inClass) ? `\\${c}` : c, length: 2 };
  }
}

const property = (name: string): string =>
  /^[A-Z][a-z]?$/.test(name)
    ? name
    : /^(Alphabetic|Uppercase|Lowercase|White_Space)$/.test(name)
      ? name
      : `Script=${name}`;

/** The compiled pattern (global; set `lastIndex`), or undefined when it is malformed. Cached. */
export const javaRegex: (pattern: string) => RegExp | undefined = (() => {
  const cached = remember<RegExp | false>((pattern) => {
    try {
      return translate(pattern);
    } catch (error) {
      if (error instanceof FlinkFault) return false;
      throw error;
    }
  });
  return (pattern) => cached(pattern) || undefined;
})();
