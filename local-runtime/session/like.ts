/** SqlLikeUtils of Flink: `%` any text, `_` one character, `\` takes the next one as it is; the whole text must match. */
export function likePattern(pattern: string, ignoreCase: boolean): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '%') source += '[\\s\\S]*';
    else if (c === '_') source += '[\\s\\S]';
    else if (c === '\\' && i + 1 < pattern.length) source += escapeRegex(pattern[++i] as string);
    else source += escapeRegex(c);
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'iu' : 'u');
}

function escapeRegex(c: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c;
}
