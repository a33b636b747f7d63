/** The setting `millrace.sqlFiles`. */
export type SqlFiles = 'content' | 'always' | 'never';

/** Words that no other SQL has: a table's connector, a watermark, keys that are not enforced, window functions, statement sets. */
const FLINK = [
  /'connector'\s*=\s*'/i,
  /\bWATERMARK\s+FOR\b/i,
  /\bPRIMARY\s+KEY\s*\([^)]*\)\s*NOT\s+ENFORCED\b/i,
  /\bDESCRIPTOR\s*\(/i,
  /\bFOR\s+SYSTEM_TIME\s+AS\s+OF\b.*\bproc/i,
  /\bEXECUTE\s+STATEMENT\s+SET\b/i,
  /\bSET\s+'(table|execution|pipeline|parallelism|sql-client)\./i,
];

/** Tells by its text whether a `.sql` file is Flink SQL; words in comments and strings do not tell it, but for option keys. */
export function looksLikeFlink(text: string): boolean {
  const head = text.slice(0, 200_000).replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  return FLINK.some((pattern) => pattern.test(head));
}
