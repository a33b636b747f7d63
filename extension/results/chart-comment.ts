import { splitStatements } from '../../flink-sql/syntax/splitter.ts';

const COMMENT = /^[ \t]*--[ \t]*chart:[ \t]*(.*?)[ \t]*$/gm;

/** What stands behind the last `-- chart:` between the statement before and the one that begins at `start`. */
export function chartBefore(text: string, start: number): string | undefined {
  return commentBefore(text, start)?.chart;
}

function commentBefore(
  text: string,
  start: number,
): { readonly chart: string; readonly from: number; readonly to: number } | undefined {
  const before = splitStatements(text).findLast(({ end }) => end <= start);
  const offset = before?.end ?? 0;
  const last = [...text.slice(offset, start).matchAll(COMMENT)].at(-1);
  if (!last) return undefined;
  const from = offset + last.index;
  return { chart: last[1] ?? '', from, to: from + last[0].length };
}

/** A change of a text: what stands from `from` to `to` becomes `text`. */
export interface ChartEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Puts a chart in front of a statement, in the place of the one that stands there; undefined where the statement is gone. */
export function keepChart(text: string, statement: string, chart: string | undefined): ChartEdit | undefined {
  const range = splitStatements(text).find(({ start, end }) => text.slice(start, end) === statement);
  if (!range) return undefined;
  const held = commentBefore(text, range.start);
  if (chart === undefined) {
    if (!held) return undefined;
    const lineBreak = /^\r?\n/.exec(text.slice(held.to))?.[0].length ?? 0;
    return { from: held.from, to: held.to + lineBreak, text: '' };
  }
  if (held) return { from: held.from, to: held.to, text: `-- chart: ${chart}` };
  const line = text.lastIndexOf('\n', range.start - 1) + 1;
  const alone = text.slice(line, range.start).trim() === '';
  return {
    from: alone ? line : range.start,
    to: alone ? line : range.start,
    text: `${alone ? '' : '\n'}-- chart: ${chart}\n`,
  };
}
