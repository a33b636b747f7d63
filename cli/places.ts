import { maskOptions } from '../environments/secret-options.ts';

/** 1-based line and column of an offset. */
export function lineColumn(source: string, offset: number): { line: number; column: number } {
  let line = 1;
  let begin = 0;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) {
    line++;
    begin = at + 1;
  }
  return { line, column: offset - begin + 1 };
}

/** Offset of a 1-based line and column; the end of the text when there is no such place. */
export function offsetOf(source: string, line: number, column: number): number {
  let begin = 0;
  for (let at = 1; at < line; at++) {
    const next = source.indexOf('\n', begin);
    if (next < 0) return source.length;
    begin = next + 1;
  }
  return Math.min(source.length, begin + column - 1);
}

/** `file:line:column: message`, then the line with the range marked below it. */
export function placedMessage(
  file: string,
  source: string,
  range: { readonly start: number; readonly end: number },
  message: string,
): string {
  const { line, column } = lineColumn(source, range.start);
  const begin = range.start - column + 1;
  const newline = source.indexOf('\n', begin);
  const written = source.slice(begin, newline < 0 ? undefined : newline).replace(/\r$/, '');
  // Of the same length, so that the mark stays below its place.
  const text = maskOptions(written, (value) => '*'.repeat(value.length));
  const width = Math.max(1, Math.min(range.end, begin + text.length) - range.start);
  const number = String(line);
  const blank = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const mark = `${' '.repeat(number.length)} | ${blank}${'^'.repeat(width)}`;
  return `${file}:${line}:${column}: ${message}\n${number} | ${text}\n${mark}`;
}
