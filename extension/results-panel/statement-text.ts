import { splitStatements } from '../../flink-sql/syntax/splitter.ts';

export interface StatementRange {
  readonly start: number;
  readonly end: number;
}

/** The statement in which an offset lies, or the one before it; undefined where the text has none. */
export function statementAt(text: string, offset: number): StatementRange | undefined {
  const statements = splitStatements(text);
  return statements.find(({ end }) => offset <= end) ?? statements.at(-1);
}

/**
 * Where a statement is that stood at `range` with the text `statement`: edits above it may have moved it. The nearest one with its text;
 * undefined when there is none.
 */
export function statementMoved(
  text: string,
  { start, end }: StatementRange,
  statement: string,
): StatementRange | undefined {
  if (text.slice(start, end) === statement) return { start, end };
  const same = splitStatements(text).filter((each) => text.slice(each.start, each.end) === statement);
  return same.sort((a, b) => Math.abs(a.start - start) - Math.abs(b.start - start))[0];
}

/**
 * A text of one statement in which everything stands on the line and in the column where the file has it, so that the
 * places of errors are those of the file.
 * Comments in front of the statement stay: they may say how its result is drawn.
 */
export function alone(text: string, { start, end }: StatementRange): string {
  const before = splitStatements(text).findLast((one) => one.end <= start);
  // A semicolon that stands alone ends an empty statement.
  const from = text.indexOf(';', before?.end ?? 0);
  const kept = before && from >= 0 && from < start ? from + 1 : (before?.end ?? 0);
  return text.slice(0, kept).replace(/[^\r\n]/g, ' ') + text.slice(kept, end);
}

/** As `alone`, explained instead of run. The words go in front of the statement: places on its first line are moved back by `moved`. */
export function explained(text: string, range: StatementRange): { readonly source: string; readonly moved: number } {
  const statement = text.slice(range.start, range.end);
  if (/^\s*EXPLAIN\b/i.test(statement)) return { source: alone(text, range), moved: 0 };
  // The physical plan with what changes each node gives: it can be drawn.
  const words = 'EXPLAIN CHANGELOG_MODE ';
  const blank = text.slice(0, range.start).replace(/[^\r\n]/g, ' ');
  // EXECUTE is of the client: what it executes is explained.
  const inner = statement.replace(/^\s*EXECUTE\s+(?=STATEMENT\s+SET\b|INSERT\b|SELECT\b)/i, (word) =>
    ' '.repeat(word.length),
  );
  return { source: blank + words + inner, moved: words.length };
}
