import { join } from 'node:path';
import * as vscode from 'vscode';
import { DeploymentStore } from '../../deployment/record.ts';
import { registerCommand } from '../commands.ts';
import type { ConnectionBook } from '../connections/connection-book.ts';
import { defaultConnection } from '../connections/register.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import { deploymentStores } from '../jobs/deployment-stores.ts';
import type { JobReference } from '../jobs/job-actions.ts';
import type { DeploymentNode } from '../jobs/jobs-tree.ts';
import type { Log } from '../log.ts';
import type { Kernels } from '../notebook/kernels.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { DeployPanel, DeploySource } from './deploy-panel.ts';

export interface DeployParts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly book: ConnectionBook;
  readonly kernels: Kernels;
  readonly environment: ActiveEnvironment;
  readonly parameters: ParameterStore;
  readonly showJob: (job: JobReference) => void;
  readonly changed: () => void;
}

/** `Millrace: Deploy…` for the notebook or script in front. */
export function registerDeploy({
  context,
  log,
  book,
  kernels,
  environment,
  parameters,
  showJob,
  changed,
}: DeployParts): Disposable {
  const disposables = new DisposableList();
  const open = new Map<string, DeployPanel>();
  disposables.add({ dispose: () => [...open.values()].map((panel) => panel.dispose()) });
  const show = async (source: DeploySource): Promise<void> => {
    const folder = vscode.workspace.getWorkspaceFolder(source.file) ?? vscode.workspace.workspaceFolders?.[0];
    if (!folder)
      throw new Error(vscode.l10n.t('Open the folder of the file first: what runs where is recorded in its .millrace'));
    const key = source.file.toString();
    // The text may have changed since: a form that is open is opened anew.
    open.get(key)?.dispose();
    const { DeployPanel: Panel } = await import('./deploy-panel.ts');
    const root = folder.uri.fsPath;
    const services = { extension: context.extensionUri, log, book, environment, root, showJob, changed };
    const panel: DeployPanel = new Panel({ ...services, store: new DeploymentStore(root) }, source, () => {
      if (open.get(key) === panel) open.delete(key);
    });
    open.set(key, panel);
  };
  disposables.add(
    registerCommand(log, 'millrace.deploy', async () => {
      const source = await sourceInFront(kernels);
      await show({ ...source, parameters: parameters.chosen(source.file.toString()) });
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.restartDeployment', async (given: unknown) => {
      const node = given as Partial<DeploymentNode> | undefined;
      const found = node?.kind === 'deployment' ? (node as DeploymentNode) : await endedDeployment();
      if (found) await show(lastVersion(found));
    }),
  );
  return disposables;
}

/** Also one whose editor VS Code is still opening. */
function notebookInFront(): vscode.NotebookDocument | undefined {
  const { activeNotebookEditor, tabGroups } = vscode.window;
  if (activeNotebookEditor) return activeNotebookEditor.notebook;
  const input = tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputNotebook)) return undefined;
  return vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === input.uri.toString());
}

async function sourceInFront(kernels: Kernels): Promise<DeploySource> {
  const notebook = notebookInFront();
  if (notebook?.notebookType === NOTEBOOK_TYPE) {
    if (notebook.isUntitled || (notebook.isDirty && !(await notebook.save())))
      throw new Error(vscode.l10n.t('Save the notebook first'));
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(notebook.uri)).replace(/^\ufeff/, '');
    const cells = notebook.getCells().map(({ document }) => document);
    const mistakes = cells.flatMap((cell) => errorsOf(cell).map((message) => ({ line: lineIn(text, cell), message })));
    return { file: notebook.uri, text, mistakes, connection: kernels.of(notebook).connection.label };
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== LANGUAGE)
    throw new Error(vscode.l10n.t('Open the notebook or the Flink SQL file that is to be deployed'));
  if (document.isUntitled || (document.isDirty && !(await document.save())))
    throw new Error(vscode.l10n.t('Save the file first'));
  const mistakes = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity, source }) => severity === vscode.DiagnosticSeverity.Error && source !== 'Flink')
    .map(({ range, message }) => ({ line: range.start.line + 1, message }));
  return { file: document.uri, text: document.getText(), mistakes, connection: defaultConnection() };
}

/** What the language server says of a cell; what Flink said of its last run may be about another session. */
function errorsOf(cell: vscode.TextDocument): string[] {
  return vscode.languages
    .getDiagnostics(cell.uri)
    .filter(({ severity, source }) => severity === vscode.DiagnosticSeverity.Error && source !== 'Flink')
    .map(({ message }) => message);
}

/** The line of the notebook's file on which a cell begins. */
function lineIn(text: string, cell: vscode.TextDocument): number {
  const at = text.indexOf(cell.getText().replaceAll('\r\n', '\n'));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}

async function endedDeployment(): Promise<Pick<DeploymentNode, 'record' | 'store'> | undefined> {
  const all = deploymentStores().flatMap((store) => store.list().map((record) => ({ record, store })));
  const ended = all.filter(({ record }) => record.jobs[0]?.ended?.savepoint !== undefined);
  if (ended.length === 0) throw new Error(vscode.l10n.t('No deployment of this workspace has ended with a savepoint'));
  const items = ended.map(({ record, store }) => ({
    label: record.name,
    description: record.connection ?? '',
    record,
    store,
  }));
  return vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Start which deployment again from its savepoint?'),
  });
}

/** The text that a deployment ran last, to be started again. */
function lastVersion({ record, store }: Pick<DeploymentNode, 'record' | 'store'>): DeploySource {
  const text = store.sql(record.name);
  if (text === undefined)
    throw new Error(vscode.l10n.t('The text of {0} is not there: {1} has no file of it', record.name, store.folder));
  const root = join(store.folder, '..', '..');
  const connection = record.connection ?? '';
  return { file: vscode.Uri.file(join(root, record.source)), text, mistakes: [], connection, restart: record };
}
