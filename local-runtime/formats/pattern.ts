import { FlinkFault } from '../errors.ts';
import { javaRegex } from '../functions/java/regex.ts';

/** A pattern of java.util.regex that must match a whole text (Pattern.matches). */
export function javaPattern(pattern: string): RegExp {
  const found = javaRegex(pattern);
  if (!found) throw malformed(pattern);
  return new RegExp(`^(?:${found.source})$`, found.flags.replace('g', ''));
}

/** What Java says of the commonest mistakes. */
function malformed(pattern: string): FlinkFault {
  const dangling = /^[*+?]/.exec(pattern)?.[0];
  const [why, at] = dangling
    ? [`Dangling meta character '${dangling}'`, 0]
    : /\[[^\]]*$/.test(pattern)
      ? ['Unclosed character class', pattern.length - 1]
      : /\((?:[^()]|\([^()]*\))*$/.test(pattern)
        ? ['Unclosed group', pattern.length]
        : ['Illegal pattern', pattern.length];
  const caret = at < pattern.length ? `\n${' '.repeat(at)}^` : '';
  return new FlinkFault('PatternSyntaxException', `${why} near index ${at}\n${pattern}${caret}`);
}
