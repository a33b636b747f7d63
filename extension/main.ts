import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { PROJECT_FILE } from '../environments/load.ts';
import type { ToHost } from '../webviews/messages.ts';
import { registerCommand, report } from './commands.ts';
import { GatewayConnection, LocalConnection } from './connections/connection.ts';
import { LocalRuntime } from './connections/local-runtime.ts';
import { readConnections } from './connections/settings.ts';
import { DisposableList } from './disposables.ts';
import { activeEnvironment, environmentCommands } from './environments/commands.ts';
import { Kernels } from './notebook/kernels.ts';
import { Places } from './notebook/places.ts';
import { ResultHub } from './notebook/result-hub.ts';
import { LANGUAGE, NOTEBOOK_TYPE, NotebookTextSerializer } from './notebook/serializer.ts';
import { StatusBar } from './status-bar.ts';

/** The notebook is on the screen by then. */
const WARM_AFTER_MS = 700;

const disposables = new DisposableList();
let runtime: LocalRuntime | undefined;

/** Called by VS Code when a Flink SQL file or notebook is opened or one of our commands is run. */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const log = disposables.add(vscode.window.createOutputChannel('Millrace', { log: true }));
  const bundle = (name: string): string => join(context.extensionPath, 'dist', name);

  disposables.add(
    vscode.workspace.registerNotebookSerializer(NOTEBOOK_TYPE, new NotebookTextSerializer(), {
      transientOutputs: true,
      transientCellMetadata: {},
    }),
  );

  runtime = new LocalRuntime({
    script: bundle('local-runtime.cjs'),
    compileCache: join(context.globalStorageUri.fsPath, 'compile-cache'),
    cwd: () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    log,
  });
  const messaging = vscode.notebooks.createRendererMessaging('millrace-results');
  const hub = disposables.add(
    new ResultHub<vscode.NotebookEditor>((message, editor) => void messaging.postMessage(message, editor)),
  );
  disposables.add(messaging.onDidReceiveMessage(({ editor, message }) => hub.receive(message as ToHost, editor)));
  const places = disposables.add(new Places());
  const environment = activeEnvironment(context, log);
  const kernels = disposables.add(
    new Kernels(new LocalConnection(runtime), {
      log,
      hub,
      places,
      environment,
      changed: () => statusBar.update(),
    }),
  );
  const statusBar = disposables.add(new StatusBar(kernels, () => environment.list()));
  disposables.add(environmentCommands(context, log, environment, kernels));

  const readSettings = (): void => {
    const { connections, problems } = readConnections(vscode.workspace.getConfiguration('millrace').get('connections'));
    for (const problem of problems) log.warn(problem);
    kernels.setConnections(
      connections.map(({ name, url }) => ({
        key: `${name} ${url}`,
        create: () => new GatewayConnection(name, url, async () => context.secrets.get(secretOf(url))),
      })),
    );
    statusBar.update();
  };
  readSettings();
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('millrace.connections')) readSettings();
      if (change.affectsConfiguration('millrace.environment') || change.affectsConfiguration('millrace.environments'))
        statusBar.update();
    }),
  );
  disposables.add(
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith(`/${PROJECT_FILE}`)) statusBar.update();
    }),
  );
  let warming: NodeJS.Timeout | undefined;
  const toFront = (editor: vscode.NotebookEditor | undefined): void => {
    kernels
      .selectDefault(editor, context.extension.id)
      .catch((error: unknown) => log.warn(`selecting the local runtime: ${String(error)}`));
    clearTimeout(warming);
    if (editor?.notebook.notebookType !== NOTEBOOK_TYPE) return;
    const { notebook } = editor;
    warming = setTimeout(() => !notebook.isClosed && kernels.of(notebook).connection.warm(), WARM_AFTER_MS);
  };
  disposables.add({ dispose: () => clearTimeout(warming) });
  disposables.add(vscode.window.onDidChangeActiveNotebookEditor(toFront));
  toFront(vscode.window.activeNotebookEditor);
  disposables.add(vscode.workspace.onDidCloseNotebookDocument((notebook) => kernels.closed(notebook)));
  disposables.add(
    vscode.workspace.onDidChangeNotebookDocument(({ cellChanges, contentChanges }) => {
      const emptied = cellChanges.filter((change) => change.outputs?.length === 0 && !change.executionSummary);
      const gone = [...emptied.map(({ cell }) => cell), ...contentChanges.flatMap((change) => change.removedCells)];
      for (const cell of gone) for (const kernel of kernels.all) kernel.forgetShown(cell);
    }),
  );

  disposables.add(registerCommand(log, 'millrace.showLog', () => log.show()));
  disposables.add(
    registerCommand(log, 'millrace.newNotebook', async () => {
      const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '', LANGUAGE);
      const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, new vscode.NotebookData([cell]));
      await vscode.window.showNotebookDocument(notebook);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.restartSession', async () => {
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      if (notebook?.notebookType !== NOTEBOOK_TYPE) throw new Error('No Flink SQL notebook is open');
      const kernel = kernels.of(notebook);
      await kernel.restart(notebook);
      vscode.window.setStatusBarMessage(`Millrace: ${kernel.connection.label} begins a new session`, 4000);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.previewInsert', async (given?: unknown) => {
      const editor = vscode.window.activeNotebookEditor;
      if (editor?.notebook.notebookType !== NOTEBOOK_TYPE) throw new Error('No Flink SQL notebook is open');
      const { notebook } = editor;
      // From a cell's toolbar the cell is given, from the palette the selected ones are meant.
      const index = (given as { index?: unknown } | undefined)?.index;
      const cells = typeof index === 'number' ? [notebook.cellAt(index)] : notebook.getCells(editor.selection);
      await kernels.of(notebook).preview(
        cells.filter(({ kind }) => kind === vscode.NotebookCellKind.Code),
        notebook,
      );
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.selectConnection', async () => {
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      if (notebook?.notebookType !== NOTEBOOK_TYPE) throw new Error('No Flink SQL notebook is open');
      const current = kernels.of(notebook);
      const items = kernels.all.map(({ connection, controller }) => ({
        label: connection.label,
        description: connection.id === current.connection.id ? 'current' : '',
        detail: connection.description,
        id: controller.id,
      }));
      const add = { label: '$(add) Add SQL Gateway Connection…', description: '', detail: '', id: undefined };
      const chosen = await vscode.window.showQuickPick([...items, add], { title: 'Where shall the notebook run?' });
      if (!chosen) return;
      if (chosen.id === undefined) await vscode.commands.executeCommand('millrace.addConnection');
      else {
        const extension = context.extension.id;
        await vscode.commands.executeCommand('notebook.selectKernel', { id: chosen.id, extension });
      }
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.setConnectionToken', async () => {
      const { connections } = readConnections(vscode.workspace.getConfiguration('millrace').get('connections'));
      if (connections.length === 0) throw new Error('The setting millrace.connections has no connection');
      const items = connections.map(({ name, url }) => ({ label: name, description: url }));
      const chosen = await vscode.window.showQuickPick(items, { title: 'Token of which connection?' });
      if (!chosen) return;
      const token = await vscode.window.showInputBox({
        title: `Token of ${chosen.label}`,
        prompt: 'Sent as bearer token; leave empty to remove it',
        password: true,
        ignoreFocusOut: true,
      });
      if (token === undefined) return;
      if (token === '') await context.secrets.delete(secretOf(chosen.description));
      else await context.secrets.store(secretOf(chosen.description), token);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.addConnection', async () => {
      const url = await vscode.window.showInputBox({
        title: 'Address of the Flink SQL Gateway',
        value: 'http://localhost:8083',
        validateInput: (text) => (URL.canParse(text) && /^https?:/.test(text) ? undefined : 'An http or https URL'),
      });
      if (url === undefined) return;
      const name = await vscode.window.showInputBox({ title: 'Name of the connection', value: new URL(url).host });
      if (!name) return;
      const config = vscode.workspace.getConfiguration('millrace');
      const old = config.get<unknown[]>('connections', []);
      await config.update('connections', [...old, { name, url }], vscode.ConfigurationTarget.Global);
    }),
  );

  // The server and its client library are loaded after the editor has what it asked for.
  const server = bundle('language-server.cjs');
  const later = setTimeout(() => {
    if (!existsSync(server)) {
      log.warn(`no language server at ${server}`);
      return;
    }
    import('./language/client.ts')
      .then(({ startLanguageClient }) => startLanguageClient(server))
      .then((client) => disposables.add(client))
      .catch((error: unknown) => report(log, error, 'language server'));
  }, 0);
  disposables.add({ dispose: () => clearTimeout(later) });
  const took = Math.round(performance.now() - began);
  log.info(`Millrace ${context.extension.packageJSON.version} is active, in ${took} ms`);
}

/** Called by VS Code when it ends or the extension is turned off. */
export async function deactivate(): Promise<void> {
  disposables.dispose();
  await runtime?.stop();
}

/** A token belongs to a server, not to a name: a workspace's settings may say where a name leads. */
function secretOf(url: string): string {
  return `millrace.connection ${new URL(url).origin}`;
}
