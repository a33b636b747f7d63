import * as vscode from 'vscode';
import { keepChart } from './chart-comment.ts';

/** Keeps the chart of a statement as a comment in front of it, in the document that it was run from. */
export function chartWriter(document: vscode.TextDocument, statement: string): (chart: string | undefined) => void {
  return (chart) => {
    const edit = keepChart(document.getText(), statement, chart);
    if (!edit) return;
    const range = new vscode.Range(document.positionAt(edit.from), document.positionAt(edit.to));
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, range, edit.text);
    void vscode.workspace.applyEdit(change);
  };
}
