import * as vscode from 'vscode';
import { cellsOf, readNotebookTests } from '../../testing/notebook.ts';
import { cellReport } from './cell-report.ts';
import { folderOf } from './run-tests.ts';
import { type ReportedTest, runTests } from './test-process.ts';
import { notebookSource } from './test-source.ts';

export interface CellTests {
  /** The CLI's bundle. */
  readonly script: string;
  readonly environment: string | undefined;
}

/** Runs the tests of a notebook's cell against the other cells as they stand, and shows below the cell what became of them. */
export async function runTestCell(
  { script, environment }: CellTests,
  cell: vscode.NotebookCell,
  execution: vscode.NotebookCellExecution,
  signal: AbortSignal,
): Promise<'finished' | 'failed' | 'stopped'> {
  const { notebook } = cell;
  const { text } = notebookSource(notebook);
  const range = cellsOf(text)[cell.index];
  if (!range) throw new Error(vscode.l10n.t('The notebook has changed; run the cell again.'));
  const isHere = (at: number): boolean => at >= range.start && at <= range.end;
  const names = readNotebookTests(text).tests.filter(({ place }) => isHere(place.start));
  const tests: ReportedTest[] = [];
  const output = new vscode.NotebookCellOutput([]);
  await execution.appendOutput(output);
  await runTests({
    script,
    cwd: folderOf(notebook.uri),
    file: notebook.uri.fsPath,
    text,
    names: names.map(({ name }) => name),
    environment,
    signal,
    onTest: (test) => {
      tests.push(inCell(test, text, range.start));
      void execution.replaceOutputItems([vscode.NotebookCellOutputItem.stdout(cellReport(tests))], output);
    },
  });
  if (signal.aborted) return 'stopped';
  return tests.every(({ passed }) => passed) ? 'finished' : 'failed';
}

/** Lines are counted in the cell, as the person sees it. */
function inCell(test: ReportedTest, text: string, start: number): ReportedTest {
  const before = text.slice(0, start).split('\n').length - 1;
  const failures = test.failures.map((each) => {
    const { at, ...rest } = each;
    return at && each.place.start >= start ? { ...rest, at: { ...at, line: at.line - before } } : rest;
  });
  return { ...test, failures };
}
