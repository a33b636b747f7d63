import * as vscode from 'vscode';
import { LANGUAGE } from '../notebook/serializer.ts';

/** Puts a text where the cursor is in a Flink SQL editor; without one, into a new cell at the end of the notebook. */
export async function insertText(
  text: string | vscode.SnippetString,
  notebook: vscode.NotebookDocument,
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const isSql = editor?.document.languageId === LANGUAGE && editor.document.uri.scheme !== 'millrace-create';
  if (editor && isSql) {
    const snippet = typeof text === 'string' ? new vscode.SnippetString().appendText(text) : text;
    await editor.insertSnippet(snippet);
    if (editor.document.uri.scheme !== 'vscode-notebook-cell') {
      await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    }
    return;
  }
  const at = notebook.cellCount;
  const value = typeof text === 'string' ? text : '';
  const edit = new vscode.WorkspaceEdit();
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, value, LANGUAGE);
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(at, [cell])]);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(at, at + 1)] });
  await vscode.commands.executeCommand('notebook.cell.edit');
  if (typeof text === 'string') return;
  // The cell's editor comes up a moment after the command.
  const cellEditor = await editorOf(notebook.cellAt(at));
  if (cellEditor) await cellEditor.insertSnippet(text);
  else
    await notebookCellText(
      notebook,
      at,
      text.value.replace(/\$\{\d+:([^}]*)\}|\$\{\d+\|([^,|}]*)[^}]*\}|\$\d+/g, '$1$2'),
    );
}

async function editorOf(cell: vscode.NotebookCell): Promise<vscode.TextEditor | undefined> {
  for (let waited = 0; waited < 2000; waited += 50) {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === cell.document);
    if (editor) return editor;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

async function notebookCellText(notebook: vscode.NotebookDocument, at: number, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(notebook.cellAt(at).document.uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
}
