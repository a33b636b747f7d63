import * as vscode from 'vscode';
import type { Disposable } from '../disposables.ts';
import { CellDependencies } from './cell-dependencies.ts';
import { NOTEBOOK_TYPE } from './serializer.ts';

/** Tells in a cell's bar that what it has read was made anew since, with the way to run it again. */
export class CellStatus implements Disposable {
  readonly #cells = new CellDependencies<vscode.NotebookCell>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #provider: vscode.Disposable;

  constructor() {
    this.#provider = vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
      onDidChangeCellStatusBarItems: this.#changed.event,
      provideCellStatusBarItems: (cell) => {
        const names = this.#cells.stale(cell);
        return names.length === 0 ? [] : [itemOf(cell, names)];
      },
    });
  }

  /** A cell has run to its end. */
  ran(cell: vscode.NotebookCell): void {
    this.#cells.ran(cell, cell.document.getText());
    this.#changed.fire();
  }

  dispose(): void {
    this.#provider.dispose();
    this.#changed.dispose();
  }
}

function itemOf(cell: vscode.NotebookCell, names: readonly string[]): vscode.NotebookCellStatusBarItem {
  const words = vscode.l10n.t('{0} changed: run again', names.join(', '));
  const item = new vscode.NotebookCellStatusBarItem(`$(refresh) ${words}`, vscode.NotebookCellStatusBarAlignment.Left);
  item.tooltip = vscode.l10n.t('This cell ran before {0} was made anew', names.join(', '));
  item.command = {
    command: 'notebook.cell.execute',
    title: words,
    arguments: [{ ranges: [{ start: cell.index, end: cell.index + 1 }], document: cell.notebook.uri }],
  };
  return item;
}
