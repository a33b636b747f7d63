import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import type { Disposable } from '../disposables.ts';
import type { Log } from '../log.ts';
import { NOTEBOOK_TYPE } from './serializer.ts';

/** Runs all cells down to one; VS Code itself has those above a cell and those from it on. */
export function registerRunCommands(log: Log): Disposable {
  return registerCommand(log, 'millrace.runToHere', async (given?: unknown) => {
    const editor = vscode.window.activeNotebookEditor;
    if (editor?.notebook.notebookType !== NOTEBOOK_TYPE)
      throw new Error(vscode.l10n.t('No Flink SQL notebook is open'));
    // From a cell's toolbar the cell is given, from the palette the selected one is meant.
    const index = (given as { index?: unknown } | undefined)?.index;
    const last = typeof index === 'number' ? index : editor.selection.end - 1;
    const ranges = [{ start: 0, end: last + 1 }];
    await vscode.commands.executeCommand('notebook.cell.execute', { ranges, document: editor.notebook.uri });
  });
}
