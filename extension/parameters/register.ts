import * as vscode from 'vscode';
import { parameterFault } from '../../environments/parameters.ts';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { notebookText } from './notebook-text.ts';
import type { ParameterState, ParameterStore } from './parameter-store.ts';

/** Inputs of a notebook's or file's parameters: in the bar below the cell that names them, and as a list. */
export function registerParameters(log: Log, store: ParameterStore): Disposable {
  const disposables = new DisposableList();
  const changed = disposables.add(new vscode.EventEmitter<void>());
  disposables.add({ dispose: store.onChange(() => changed.fire()) });
  disposables.add(
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
      onDidChangeCellStatusBarItems: changed.event,
      provideCellStatusBarItems: (cell) => {
        const key = cell.notebook.uri.toString();
        return store.states(key, cell.document.getText()).map((state) => itemOf(key, state));
      },
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.setParameter', async (...given: readonly unknown[]) => {
      const [document, name] = given;
      const place = documentInFront();
      const key = typeof document === 'string' ? document : place.key;
      const states = store.states(key, place.key === key ? place.text : textOf(key));
      if (states.length === 0) {
        throw new Error(
          vscode.l10n.t('No cell names a parameter: write a comment such as {0}', '-- @param name INT 10'),
        );
      }
      const state =
        typeof name === 'string' ? states.find(({ parameter }) => parameter.name === name) : await pick(states);
      if (!state) return;
      const value = await ask(state);
      if (value === undefined) return;
      store.choose(key, state.parameter.name, value === '' && state.parameter.type !== 'STRING' ? undefined : value);
    }),
  );
  return disposables;
}

function itemOf(key: string, { parameter, value, isChosen }: ParameterState): vscode.NotebookCellStatusBarItem {
  const { name, type } = parameter;
  const shown = value === undefined ? vscode.l10n.t('no value') : value;
  const item = new vscode.NotebookCellStatusBarItem(
    `$(${isChosen ? 'edit' : 'symbol-parameter'}) ${name} = ${shown}`,
    vscode.NotebookCellStatusBarAlignment.Left,
  );
  item.tooltip = vscode.l10n.t('Parameter {0}, {1}: click to change its value', name, type);
  item.command = { command: 'millrace.setParameter', title: item.tooltip, arguments: [key, name] };
  item.accessibilityInformation = { label: `${item.tooltip}. ${shown}` };
  return item;
}

async function pick(states: readonly ParameterState[]): Promise<ParameterState | undefined> {
  const items = states.map((state) => ({
    label: state.parameter.name,
    description: state.value ?? vscode.l10n.t('no value'),
    detail: state.isChosen ? state.parameter.type : vscode.l10n.t('{0}, as the text says', state.parameter.type),
    state,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which parameter?') }))?.state;
}

/** A value that fits; empty: as the text says. Undefined where nothing is to change. */
async function ask({ parameter, value }: ParameterState): Promise<string | undefined> {
  const { name, type, choices, fallback } = parameter;
  const title = vscode.l10n.t('Value of {0}', name);
  const listed = type === 'BOOLEAN' ? ['true', 'false'] : choices;
  if (listed.length > 0) {
    const items = listed.map((label) => ({ label, description: label === value ? vscode.l10n.t('current') : '' }));
    return (await vscode.window.showQuickPick(items, { title }))?.label;
  }
  return vscode.window.showInputBox({
    title,
    value: value ?? '',
    prompt: fallback === undefined ? type : vscode.l10n.t('{0}; empty: {1}, as the text says', type, fallback),
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' ? undefined : parameterFault(parameter, text)),
  });
}

/** What is in front: its key and all its text. */
function documentInFront(): { readonly key: string; readonly text: string } {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType === NOTEBOOK_TYPE) return { key: notebook.uri.toString(), text: notebookText(notebook) };
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === LANGUAGE) return { key: document.uri.toString(), text: document.getText() };
  return { key: '', text: '' };
}

function textOf(key: string): string {
  const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === key);
  return notebook
    ? notebookText(notebook)
    : (vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === key)?.getText() ?? '');
}
