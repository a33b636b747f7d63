import { textLength } from './cast/cast.ts';
import { bound, type CallSite, type FunctionTable, plain } from './impl.ts';
import { javaRegex } from './java/regex.ts';

/** Regular expressions; a malformed pattern gives NULL or FALSE, as Flink logs and goes on. */

function first(text: string, pattern: string): RegExpExecArray | null | undefined {
  const regex = javaRegex(pattern);
  if (!regex) return undefined;
  regex.lastIndex = 0;
  return regex.exec(text);
}

/** Finds the first match; a pattern that the call gives as a literal is compiled once. */
function matcher(site: CallSite): (text: string, pattern: string) => RegExpExecArray | null | undefined {
  const literal = site.literal(1);
  if (typeof literal !== 'string') return first;
  let regex: RegExp | null | undefined = null;
  return (text) => {
    if (regex === null) regex = javaRegex(literal);
    if (!regex) return undefined;
    regex.lastIndex = 0;
    return regex.exec(text);
  };
}

function extractAll(text: string, pattern: string, group = 1): (string | null)[] | null {
  const regex = javaRegex(pattern);
  if (!regex || group < 0) return null;
  if (group > groupCount(regex)) return null;
  regex.lastIndex = 0;
  return Array.from(text.matchAll(regex), (match) => match[group] ?? null);
}

/** Groups of a pattern: an alternative that matches nothing shows them. */
const groupCount = (regex: RegExp): number =>
  (new RegExp(`${regex.source}|`, regex.flags.replace('g', '')).exec('') as RegExpExecArray).length - 1;

function replaceAll(text: string, pattern: string, replacement: string): string | null {
  const regex = javaRegex(pattern);
  return regex ? text.replace(regex, () => replacement) : null;
}

export const regexFunctions: FunctionTable = {
  REGEXP: bound((site) => {
    const find = matcher(site);
    return (text: string, pattern: string) => pattern !== '' && (find(text, pattern) ?? null) !== null;
  }),
  REGEXP_EXTRACT: bound((site) => {
    const find = matcher(site);
    return (text: string, pattern: string, group = 0) => {
      const match = find(text, pattern);
      return match && group >= 0 ? (match[group] ?? null) : null;
    };
  }),
  REGEXP_EXTRACT_ALL: plain(extractAll),
  REGEXP_REPLACE: plain(replaceAll),
  REGEXP_COUNT: plain((text: string, pattern: string) => {
    const regex = javaRegex(pattern);
    if (!regex) return null;
    regex.lastIndex = 0;
    return Array.from(text.matchAll(regex)).length;
  }),
  REGEXP_INSTR: plain((text: string, pattern: string) => {
    const match = first(text, pattern);
    if (match === undefined) return null;
    return match ? textLength(text.slice(0, match.index)) + 1 : 0;
  }),
  REGEXP_SUBSTR: plain((text: string, pattern: string) => first(text, pattern)?.[0] ?? null),
};
