import * as vscode from 'vscode';

/** The text of all cells that hold code: parameters of one cell are those of all. */
export function notebookText(notebook: vscode.NotebookDocument): string {
  return notebook
    .getCells()
    .filter(({ kind }) => kind === vscode.NotebookCellKind.Code)
    .map(({ document }) => document.getText())
    .join('\n');
}
