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
  const notebook = vscode.workspace.notebookDocuments.find((each) =>
    each.getCells().some((cell) => cell.document === document),
  );
  const cell = notebook?.getCells().find((each) => each.document === document);
  if (notebook && cell) {
    // The cell comes into sight and takes the cursor; a text editor of a cell cannot be opened by itself.
    const cells = new vscode.NotebookRange(cell.index, cell.index + 1);
    const editor = await vscode.window.showNotebookDocument(notebook, { selections: [cells] });
    editor.revealRange(cells, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const inner = vscode.window.visibleTextEditors.find((each) => each.document === document);
    if (inner) inner.selection = new vscode.Selection(selection.start, selection.end);
    return;
  }
  const column = vscode.window.visibleTextEditors.find((each) => each.document === document)?.viewColumn;
  await vscode.window.showTextDocument(document, { selection, ...(column !== undefined && { viewColumn: column }) });
}
