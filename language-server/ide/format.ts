import { format, formatNotebook, formatStatements } from '../../flink-sql/format/index.ts';

/** A range of a text and what it becomes. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What formatting changes, as one edit that leaves out the text's unchanged beginning and end; undefined when nothing
 * changes. A notebook cell (`isCell`) ends without a line break, as the notebook shows it.
 */
export function formatEdit(source: string, isCell: boolean): TextEdit | undefined {
  const text = isCell ? format(source).replace(/\r?\n$/, '') : formatNotebook(source);
  if (text === source) return undefined;
  const shorter = Math.min(source.length, text.length);
  let start = 0;
  while (start < shorter && source[start] === text[start]) start++;
  let tail = 0;
  while (tail < shorter - start && source[source.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  // No range may part CR from LF: the editor could not address it.
  while (start > 0 && source[start - 1] === '\r') start--;
  while (tail > 0 && source[source.length - tail] === '\n') tail--;
  return { start, end: source.length - tail, text: text.slice(start, text.length - tail) };
}

/** What formatting a part of a text changes: the statements that it touches. */
export const formatRangeEdits = (source: string, start: number, end: number): readonly TextEdit[] =>
  formatStatements(source, start, end);

/** What a typed `;` changes: the statement that it ends takes its layout. */
export function formatTyped(source: string, offset: number, typed: string): readonly TextEdit[] {
  if (typed !== ';' || source[offset - 1] !== ';') return [];
  return formatStatements(source, offset, offset).filter(
    (e) => e.end <= offset && source.slice(e.end, offset).trim() === ';',
  );
}
