/** The variables of a `.env` file: `NAME=value` lines, `export` allowed, `#` comments, values plain or in quotes. */
export function parseDotEnv(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  const line =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\r\n]*?))[ \t]*(?:#[^\r\n]*)?$/gm;
  for (const [, name = '', double, single, plain] of text.matchAll(line)) {
    if (double !== undefined) out[name] = double.replace(/\\([\\"nrt])/g, (_, c: string) => ESCAPES[c] ?? c);
    else out[name] = single ?? plain ?? '';
  }
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
