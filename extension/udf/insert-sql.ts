import * as vscode from 'vscode';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';

/** Puts statements where the person works: a new cell below the selected ones, at the cursor of a SQL file, or a new SQL file. */
export async function insertSql(sql: string): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor;
  if (notebook?.notebook.notebookType === NOTEBOOK_TYPE) {
    await insertCell(notebook, sql);
    return;
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === LANGUAGE) {
    const { active } = editor.selection;
    const line = editor.document.lineAt(active.line);
    await editor.edit((edit) => edit.insert(line.range.end, `${line.isEmptyOrWhitespace ? '' : '\n'}${sql}\n`));
    return;
  }
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: LANGUAGE, content: `${sql}\n` }),
  );
}

/** A new cell below the selected ones; answers its place. */
export async function insertCell(editor: vscode.NotebookEditor, sql: string): Promise<number> {
  const { notebook, selection } = editor;
  const at = Math.min(notebook.cellCount, selection.end);
  const edit = new vscode.WorkspaceEdit();
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, sql, LANGUAGE);
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(at, [cell])]);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(vscode.l10n.t('The notebook could not be changed.'));
  editor.selection = new vscode.NotebookRange(at, at + 1);
  return at;
}
