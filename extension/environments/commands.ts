import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import type { Kernels } from '../notebook/kernels.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { ActiveEnvironment } from './active-environment.ts';

const NAMES = 'millrace.variables';
const secretOf = (name: string): string => `millrace.variable ${name}`;

/** The environment of this window: settings of the workspace, variables in the secret storage. */
export function activeEnvironment(context: vscode.ExtensionContext, log: Log): ActiveEnvironment {
  const config = () => vscode.workspace.getConfiguration('millrace');
  return new ActiveEnvironment({
    settings: () => config().get('environments'),
    chosen: () => config().get<string>('environment'),
    folder: () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    process: process.env,
    warn: (message) => log.warn(message),
    secrets: async () => {
      const found = new Map<string, string>();
      for (const name of context.globalState.get<string[]>(NAMES, [])) {
        const value = await context.secrets.get(secretOf(name));
        if (value !== undefined) found.set(name, value);
      }
      return found;
    },
  });
}

/** The commands that choose an environment and keep variables. */
export function environmentCommands(
  context: vscode.ExtensionContext,
  log: Log,
  active: ActiveEnvironment,
  kernels: Kernels,
): Disposable {
  const disposables = new DisposableList();
  disposables.add(
    registerCommand(log, 'millrace.selectEnvironment', async () => {
      const { environments, chosen, byProject } = active.list();
      if (environments.size === 0)
        throw new Error(
          vscode.l10n.t('Neither millrace.json nor the setting millrace.environments names an environment'),
        );
      const items = [...environments.values()].map(({ name, connection }) => ({
        label: name,
        description: name === chosen ? 'current' : '',
        detail: connection ?? vscode.l10n.t('local runtime'),
        connection,
        setting: name === byProject ? undefined : name,
      }));
      // What millrace.json chooses cannot be chosen away, but for another.
      const none = {
        label: vscode.l10n.t('No environment'),
        detail: vscode.l10n.t('the text as it is'),
        connection: undefined,
        setting: undefined,
      };
      const all = byProject === undefined ? [...items, { ...none, description: chosen ? '' : 'current' }] : items;
      const item = await vscode.window.showQuickPick(all, { title: vscode.l10n.t('Which environment?') });
      if (!item) return;
      await vscode.workspace
        .getConfiguration('millrace')
        .update('environment', item.setting, vscode.ConfigurationTarget.Workspace);
      // Tables made in the other environment are not those of this one.
      for (const notebook of vscode.workspace.notebookDocuments)
        if (notebook.notebookType === NOTEBOOK_TYPE) await kernels.of(notebook).close(notebook);
      const kernel = kernels.all.find(({ connection }) => connection.label === item.connection);
      if (kernel && vscode.window.activeNotebookEditor?.notebook.notebookType === NOTEBOOK_TYPE) {
        const { id } = kernel.controller;
        await vscode.commands.executeCommand('notebook.selectKernel', { id, extension: context.extension.id });
      }
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.setVariable', async () => {
      const name = await vscode.window.showInputBox({
        title: vscode.l10n.t('Name of the variable'),
        prompt: vscode.l10n.t('SQL refers to it by its name in braces after a dollar sign'),
        validateInput: (text) =>
          /^[A-Za-z_][\w.]*$/.test(text) ? undefined : vscode.l10n.t('Letters, digits, _ and .'),
      });
      if (!name) return;
      const value = await vscode.window.showInputBox({
        title: vscode.l10n.t('Value of {0}', name),
        prompt: vscode.l10n.t('Kept in the secret storage of the editor; leave empty to remove it'),
        password: true,
        ignoreFocusOut: true,
      });
      if (value === undefined) return;
      const names = new Set(context.globalState.get<string[]>(NAMES, []));
      if (value === '') {
        names.delete(name);
        await context.secrets.delete(secretOf(name));
      } else {
        names.add(name);
        await context.secrets.store(secretOf(name), value);
      }
      await context.globalState.update(NAMES, [...names]);
    }),
  );
  return disposables;
}
