import { readTests } from './document.ts';
import type { Place, TestFile } from './model.ts';

/** Where notebooks keep their cells: in a text that is SQL, each behind a line `-- %%`. */
export const NOTEBOOK_SUFFIX = '.flinknb';

const SEPARATOR = /^-- %%(?:[ \t].*)?$/;
const MARKDOWN = /^-- %%[ \t]*\[(?:markdown|md)\][ \t]*$/;

/** A cell's text in its notebook's file, without the line that begins it. */
export interface NotebookCell extends Place {
  readonly isTest: boolean;
}

/** Is this cell one of tests? Its own statement is not run on its connection, but by the tests in it. */
export const isTestCell = (text: string): boolean => /^[ \t]*--[ \t]*@test\b/m.test(text);

/** The cells of a notebook's file, in the order in which the editor shows them. */
export function cellsOf(text: string): NotebookCell[] {
  const pieces: { header: string | undefined; start: number; end: number }[] = [];
  let piece: (typeof pieces)[number] = { header: undefined, start: 0, end: 0 };
  let at = 0;
  for (const line of text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []) {
    const content = line.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
    at += line.length;
    if (SEPARATOR.test(content)) {
      pieces.push(piece);
      piece = { header: content, start: at, end: at };
    } else piece.end = at;
  }
  pieces.push(piece);
  const [first] = pieces;
  if (first && pieces.length > 1 && /^[\uFEFF\r\n]*$/.test(text.slice(first.start, first.end))) pieces.shift();
  return pieces.map(({ header, start, end }) => ({
    start,
    end,
    isTest: !(header !== undefined && MARKDOWN.test(header)) && isTestCell(text.slice(start, end)),
  }));
}

/** What the test cells of a notebook hold; offsets are those of its file. The other cells are the script that they test. */
export function readNotebookTests(text: string): TestFile {
  const tests = cellsOf(text).filter(({ isTest }) => isTest);
  let own = text;
  let kept = blank(text);
  for (const { start, end } of tests) {
    own = own.slice(0, start) + blank(own.slice(start, end)) + own.slice(end);
    kept = kept.slice(0, start) + text.slice(start, end) + kept.slice(end);
  }
  return { ...readTests(kept), text, own };
}

/** The tests of a file, whichever of both it is. */
export const readTestFile = (path: string, text: string): TestFile =>
  path.endsWith(NOTEBOOK_SUFFIX) ? readNotebookTests(text) : readTests(text);

/** As many characters, of which only the line breaks are left. */
const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');
