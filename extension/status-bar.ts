import * as vscode from 'vscode';
import type { Disposable } from './disposables.ts';
import type { Kernels } from './notebook/kernels.ts';
import { NOTEBOOK_TYPE } from './notebook/serializer.ts';

/** The environments that there are, and the name of the one in use. */
export interface EnvironmentChoice {
  readonly environments: ReadonlyMap<string, unknown>;
  readonly chosen: string | undefined;
}

/** The status bar's words on the notebook in front: where it runs, what is running, and in which environment. */
export class StatusBar implements Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #kernels: Kernels;
  readonly #environments: () => EnvironmentChoice;
  readonly #environmentItem: vscode.StatusBarItem;
  readonly #editors: vscode.Disposable;

  constructor(kernels: Kernels, environments: () => EnvironmentChoice) {
    this.#kernels = kernels;
    this.#environments = environments;
    this.#item = vscode.window.createStatusBarItem('millrace.connection', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = vscode.l10n.t('Millrace Connection');
    this.#item.command = 'millrace.selectConnection';
    this.#environmentItem = vscode.window.createStatusBarItem(
      'millrace.environment',
      vscode.StatusBarAlignment.Left,
      9,
    );
    this.#environmentItem.name = vscode.l10n.t('Millrace Environment');
    this.#environmentItem.command = 'millrace.selectEnvironment';
    this.#editors = vscode.window.onDidChangeActiveNotebookEditor(() => this.update());
    this.update();
  }

  update(): void {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType !== NOTEBOOK_TYPE) {
      this.#item.hide();
      this.#environmentItem.hide();
      return;
    }
    const kernel = this.#kernels.of(notebook);
    const running = kernel.runningIn(notebook);
    const idleIcon = kernel.connection.readOnly ? '$(lock)' : '$(plug)';
    const icon = running > 0 ? '$(sync~spin)' : idleIcon;
    this.#item.text = `${icon} ${kernel.connection.label}`;
    const one = running === 1 ? vscode.l10n.t('1 cell running') : vscode.l10n.t('{0} cells running', running);
    const work = running === 0 ? vscode.l10n.t('idle') : one;
    const flag = kernel.connection.readOnly ? `, ${vscode.l10n.t('read-only')}` : '';
    this.#item.tooltip = `${kernel.connection.description}${flag}: ${work}`;
    this.#item.show();
    this.#showEnvironment();
  }

  #showEnvironment(): void {
    const { environments, chosen } = this.#environments();
    if (environments.size === 0 && chosen === undefined) {
      this.#environmentItem.hide();
      return;
    }
    const known = chosen === undefined || environments.has(chosen);
    this.#environmentItem.text = `${known ? '$(globe)' : '$(warning)'} ${chosen ?? vscode.l10n.t('No environment')}`;
    this.#environmentItem.tooltip = known
      ? vscode.l10n.t('Environment of the notebooks: hosts, table options and variables. Click to choose another.')
      : vscode.l10n.t("There is no environment '{0}'. Click to choose one.", chosen);
    this.#environmentItem.show();
  }

  dispose(): void {
    this.#editors.dispose();
    this.#item.dispose();
    this.#environmentItem.dispose();
  }
}
