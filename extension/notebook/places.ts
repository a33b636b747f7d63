import * as vscode from 'vscode';
import type { ErrorState } from '../../webviews/messages.ts';
import type { Disposable } from '../disposables.ts';

/** Marks where Flink says a statement is wrong, until the cell is edited or run again. */
export class Places implements Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('millrace-run');
  readonly #edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) this.clear(document);
  });

  clear(document: vscode.TextDocument): void {
    this.#collection.delete(document.uri);
  }

  /** Marks an error's place; one without a place is told by the output alone. */
  mark(document: vscode.TextDocument, error: ErrorState): void {
    if (!error.place) return;
    const { line, column, endLine, endColumn } = error.place;
    const from = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
    const to = new vscode.Position(Math.max(0, endLine - 1), Math.max(0, endColumn));
    // Where Flink names one point only, the word there is meant.
    const point = line === endLine && column === endColumn;
    const word = point ? document.getWordRangeAtPosition(document.validatePosition(from)) : undefined;
    const range = document.validateRange(word ?? new vscode.Range(from, to));
    const words = error.message.split('\n', 1)[0] ?? error.message;
    const diagnostic = new vscode.Diagnostic(range, words, vscode.DiagnosticSeverity.Error);
    diagnostic.source = 'Flink';
    this.#collection.set(document.uri, [diagnostic]);
  }

  dispose(): void {
    this.#edits.dispose();
    this.#collection.dispose();
  }
}
