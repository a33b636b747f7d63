import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AnalyzedText, analyzeProgram } from '../../../language-server/ide/program.ts';

/**
 * A golden file of one feature:
 *
 *     # What the file is about
 *     SQL of a cell in front of every case
 *     === name of a case
 *     SQL with a cursor ‸ or a range «…»; cells are parted by lines of `%%`
 *     --->
 *     what the feature answers
 *
 * UPDATE=1 writes the answers anew: read the diff.
 */
export interface GoldenCase {
  readonly analyzed: readonly AnalyzedText[];
  /** The cell that holds the cursor, or the last one. */
  readonly text: AnalyzedText;
  readonly index: number;
  /** Offset of the cursor, or of the begin and the end of the range. */
  readonly start: number;
  readonly end: number;
}

const root = join(import.meta.dirname, 'golden');

/** Runs every case of the files `golden/<feature>*.txt`. */
export function goldenTests(feature: string, answer: (given: GoldenCase) => string): void {
  const names = readdirSync(root).filter((name) => name === `${feature}.txt` || name.startsWith(`${feature}-`));
  if (names.length === 0) throw new Error(`no golden file for ${feature}`);
  describe.each(names.map((name) => [basename(name, '.txt'), join(root, name)] as const))('%s', (_, path) => {
    const [head = '', ...cases] = readFileSync(path, 'utf8').split(/^=== /m);
    const setup = head.replace(/^#.*\n/gm, '').trim();
    const answers: string[] = [];
    it.each(cases.map((text) => [text.slice(0, text.indexOf('\n')), text] as const))('%s', (name, text) => {
      const [sql = '', wanted = ''] = text.slice(name.length + 1).split(/^--->\n/m);
      const got = answer(caseOf(setup, sql.trimEnd())).trimEnd();
      answers.push(`${name}\n${sql}--->\n${got}\n`);
      if (process.env.UPDATE === '1') {
        if (answers.length === cases.length) writeFileSync(path, `${head}=== ${answers.join('\n=== ')}`);
      } else expect(got).toBe(wanted.trimEnd());
    });
  });
}

function caseOf(setup: string, sql: string): GoldenCase {
  const cells = [...(setup ? [setup] : []), ...sql.split(/^%%\n/m).map((cell) => cell.trimEnd())];
  const marked = cells.findIndex((cell) => /[‸«]/.test(cell));
  const index = marked < 0 ? cells.length - 1 : marked;
  const cell = cells[index] as string;
  const start = Math.max(0, cell.search(/[‸«]/));
  const end = cell.includes('«') ? cell.indexOf('»') - 1 : start;
  const clean = cells.map((c) => c.replace(/[‸«»]/g, ''));
  const analyzed = analyzeProgram(clean.map((text, i) => ({ id: `cell${i}`, text })));
  return { analyzed, text: analyzed[index] as AnalyzedText, index, start, end };
}

/** A text after edits, which do not overlap. */
export function edited(
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): string {
  let result = text;
  for (const e of [...edits].sort((a, b) => b.start - a.start || b.end - a.end))
    result = result.slice(0, e.start) + e.text + result.slice(e.end);
  return result;
}

/** A text with `«…»` around ranges, which do not overlap. */
export const marked = (text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string =>
  edited(
    text,
    ranges.map(({ start, end }) => ({ start, end, text: `«${text.slice(start, end)}»` })),
  );
