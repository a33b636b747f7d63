import { durationMillis } from '../time/duration.ts';

const TIMEOUT = '60 s';

/** How long functions may take for one batch, or to be opened, ms. */
export const timeoutOf = (options: Readonly<Record<string, string>>): number =>
  durationMillis(options['millrace.udf.timeout'] ?? TIMEOUT);

/** The job's parameters that functions ask their context for (`pipeline.global-job-parameters`: `key:value,key:value`). */
export function jobParameters(options: Readonly<Record<string, string>>): Record<string, string> {
  const text = options['pipeline.global-job-parameters'];
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(',').map((entry): [string, string] => {
      const colon = entry.indexOf(':');
      return colon < 0 ? [entry.trim(), ''] : [entry.slice(0, colon).trim(), unquoted(entry.slice(colon + 1).trim())];
    }),
  );
}

const unquoted = (text: string): string => /^'(.*)'$/s.exec(text)?.[1]?.replaceAll("''", "'") ?? text;
