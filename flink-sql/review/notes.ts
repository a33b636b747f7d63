import type { Diagnostic } from '../diagnostics.ts';

/** A place in a text: UTF-16 offsets, end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What a review has to say; Flink itself would say nothing. Codes begin with `review/`. */
export function reviewNote(
  severity: 'warning' | 'information',
  code: `review/${string}`,
  message: string,
  { start, end }: Place,
): Diagnostic {
  return { severity, code, message, exception: '', start, end, placed: true };
}

/** A connector as its sentence names it: with the format, where that makes the changelog. */
export function connectorText(options: Readonly<Record<string, string>>): string {
  const { connector = 'unknown' } = options;
  const format = options.format ?? options['value.format'];
  return format === undefined ? `'${connector}'` : `'${connector}' with '${format}'`;
}
