import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { diffTexts } from './failure-texts.ts';
import { type ReportedTest, runTests } from './test-process.ts';
import { sourceOf, type TestSource } from './test-source.ts';

export interface FileRunOptions {
  /** The CLI's bundle. */
  readonly script: string;
  readonly environment: string | undefined;
  readonly signal: AbortSignal;
  readonly update: boolean;
  /** A file for the coverage as JSON. */
  readonly coverage: string | undefined;
}

/** Runs tests of one file and shows what becomes of them. */
export async function runFile(
  run: vscode.TestRun,
  file: vscode.TestItem,
  wanted: readonly vscode.TestItem[],
  options: FileRunOptions,
): Promise<void> {
  const uri = file.uri;
  if (!uri) return;
  for (const test of wanted) run.started(test);
  const left = new Set(wanted);
  try {
    const names = wanted.length === file.children.size ? undefined : wanted.map(({ id }) => id);
    const process = { ...options, cwd: folderOf(uri), file: uri.fsPath, names };
    if (options.update) {
      await save(uri);
      await runTests({ ...process, update: true, coverage: undefined, onTest: () => undefined });
    }
    const source = await sourceOf(uri);
    await runTests({
      ...process,
      update: false,
      text: source.isUnsaved ? source.text : undefined,
      onTest: (reported) => {
        const item = file.children.get(reported.name);
        const messages = messagesOf(reported, source);
        if (!item) {
          // What is wrong with the file concerns every test in it.
          run.errored(file, messages);
          return;
        }
        left.delete(item);
        if (reported.passed) run.passed(item, reported.milliseconds);
        else run.failed(item, messages, reported.milliseconds);
        for (const { text } of reported.failures)
          run.appendOutput(`${reported.name}\r\n${text.replaceAll('\n', '\r\n')}\r\n\r\n`, undefined, item);
      },
    });
    for (const test of left) run.skipped(test);
  } catch (error) {
    const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
    for (const test of left) run.errored(test, message);
  }
}

/** Where variables of an environment are looked for, and commands run. */
export const folderOf = (uri: vscode.Uri): string =>
  vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);

/** What is to be rewritten is what the editor shows. */
async function save(uri: vscode.Uri): Promise<void> {
  const key = uri.toString();
  const open =
    vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.toString() === key) ??
    vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  if (open?.isDirty && !(await open.save())) throw new Error(vscode.l10n.t('The file could not be saved.'));
}

function messagesOf({ failures }: ReportedTest, source: TestSource): vscode.TestMessage[] {
  return failures.map((failure) => {
    const texts = diffTexts(failure);
    const message = texts
      ? vscode.TestMessage.diff(failure.message, texts.expected, texts.actual)
      : new vscode.TestMessage(failure.text);
    message.location = source.location(failure.place);
    return message;
  });
}
