import * as vscode from 'vscode';
import type { Disposable } from './disposables.ts';
import type { Kernels } from './notebook/kernels.ts';
import { NOTEBOOK_TYPE } from './notebook/serializer.ts';

/** The status bar's word on the notebook in front: where it runs and what is running. */
export class StatusBar implements Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #kernels: Kernels;
  readonly #environment: () => string | undefined;
  readonly #editors: vscode.Disposable;

  /** @param environment name of the environment in use. */
  constructor(kernels: Kernels, environment: () => string | undefined) {
    this.#kernels = kernels;
    this.#environment = environment;
    this.#item = vscode.window.createStatusBarItem('millrace.connection', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = 'Millrace Connection';
    this.#item.command = 'millrace.selectConnection';
    this.#editors = vscode.window.onDidChangeActiveNotebookEditor(() => this.update());
    this.update();
  }

  update(): void {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType !== NOTEBOOK_TYPE) {
      this.#item.hide();
      return;
    }
    const kernel = this.#kernels.of(notebook);
    const running = kernel.runningIn(notebook);
    const icon = running > 0 ? '$(sync~spin)' : '$(plug)';
    const environment = this.#environment();
    this.#item.text = `${icon} ${kernel.connection.label}${environment === undefined ? '' : ` (${environment})`}`;
    const work = running === 0 ? 'idle' : `${running} ${running === 1 ? 'cell' : 'cells'} running`;
    this.#item.tooltip = `${kernel.connection.description}: ${work}`;
    this.#item.show();
  }

  dispose(): void {
    this.#editors.dispose();
    this.#item.dispose();
  }
}
