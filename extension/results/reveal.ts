import * as vscode from 'vscode';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';

/**
 * Selects a part of a statement in the document that it was run from; nothing where the statement is gone. `moved`: what to add to
 * offsets that are those of another text.
 */
export function revealer(
  document: vscode.TextDocument,
  statement: string,
  moved = 0,
): (start: number, end: number) => void {
  return (start, end) => {
    const text = document.getText();
    const place = splitStatements(text).find((each) => text.slice(each.start, each.end) === statement);
    if (!place || document.isClosed) return;
    const at = (offset: number): vscode.Position => document.positionAt(place.start + Math.max(0, offset + moved));
    void show(document, new vscode.Range(at(start), at(end)));
  };
}

async function show(document: vscode.TextDocument, selection: vscode.Range): Promise<void> {
  if (document.uri.scheme === 'vscode-notebook-cell') {
    // As the list of problems opens a cell: its notebook comes to the front, the cell into sight.
    await vscode.commands.executeCommand('vscode.open', document.uri, { selection });
    return;
  }
  const column = vscode.window.visibleTextEditors.find((each) => each.document === document)?.viewColumn;
  await vscode.window.showTextDocument(document, { selection, ...(column !== undefined && { viewColumn: column }) });
}
