import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { PROJECT_FILE } from '../environments/load.ts';
import type { ToHost } from '../webviews/messages.ts';
import { setTexts } from '../webviews/shared/l10n.ts';
import { registerCatalog } from './catalog/register.ts';
import { registerClusters } from './clusters/register.ts';
import { registerCommand, report } from './commands.ts';
import { LocalConnection } from './connections/connection.ts';
import { LocalRuntime } from './connections/local-runtime.ts';
import { connectionBook, defaultConnection, registerConnections } from './connections/register.ts';
import { confirmRebuild, notebookMemory } from './connections/sessions.ts';
import { registerDeploy } from './deploy/register.ts';
import { DisposableList } from './disposables.ts';
import { activeEnvironment, environmentCommands } from './environments/commands.ts';
import { registerJobs } from './jobs/register.ts';
import { CellStatus } from './notebook/cell-status.ts';
import { Kernels } from './notebook/kernels.ts';
import { Places } from './notebook/places.ts';
import { ResultHub } from './notebook/result-hub.ts';
import { registerRunCommands } from './notebook/run-commands.ts';
import { LANGUAGE, NOTEBOOK_TYPE, NotebookTextSerializer } from './notebook/serializer.ts';
import { registerNotebookFiles } from './notebook-files/register.ts';
import { ParameterStore } from './parameters/parameter-store.ts';
import { registerParameters } from './parameters/register.ts';
import { resultActions } from './results/actions.ts';
import { RowFilters } from './results/row-filters.ts';
import { registerRunning } from './results/running-view.ts';
import { registerResultsPanel } from './results-panel/register.ts';
import { StatusBar } from './status-bar.ts';
import { registerStepReplay } from './step-replay/register.ts';
import { registerTopics } from './topics/register.ts';
import { registerUdf } from './udf/register.ts';

/** The notebook is on the screen by then. */
const WARM_AFTER_MS = 700;

const disposables = new DisposableList();
let runtime: LocalRuntime | undefined;
let openKernels: Kernels | undefined;

/** Called by VS Code when a Flink SQL file or notebook is opened or one of our commands is run. */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  // Before anything has words: pages, and files without the editor's API, speak its language too.
  if (vscode.l10n.bundle) setTexts(vscode.l10n.bundle);
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
  const filters = disposables.add(new RowFilters(bundle('row-filter.cjs')));
  const { running } = disposables.add(registerRunning(log, (job) => jobs.show(job)));
  const actions = resultActions(log, filters, (job) => jobs.show(job), running);
  const hub = disposables.add(
    new ResultHub<vscode.NotebookEditor>((message, editor) => void messaging.postMessage(message, editor), actions),
  );
  disposables.add(messaging.onDidReceiveMessage(({ editor, message }) => hub.receive(message as ToHost, editor)));
  const places = disposables.add(new Places());
  const environment = activeEnvironment(context, log);
  const parameters = new ParameterStore(context.workspaceState);
  disposables.add(registerParameters(log, parameters));
  const cellStatus = disposables.add(new CellStatus());
  const book = connectionBook(context, new LocalConnection(runtime));
  const shaped = disposables.add(new vscode.EventEmitter<vscode.NotebookDocument>());
  const kernels = disposables.add(
    new Kernels(book.local, {
      log,
      hub,
      filters,
      places,
      environment,
      parameters,
      cellStatus,
      changed: (): void => {
        statusBar.update();
        catalog.follow();
        jobs.update();
      },
      memory: notebookMemory(context, log),
      confirmRebuild: (statements, why) => confirmRebuild(statements, why, environment.masker),
      shaped: (notebook) => shaped.fire(notebook),
      runTests: async (...cell) => {
        const { runTestCell } = await import('./testing/test-cell.ts');
        return runTestCell({ script: bundle('cli.cjs'), environment: environment.list().chosen }, ...cell);
      },
    }),
  );
  openKernels = kernels;
  const statusBar: StatusBar = disposables.add(new StatusBar(kernels, () => environment.list()));
  disposables.add(environmentCommands(context, log, environment, kernels));

  disposables.add(registerConnections(context, log, book, kernels));
  disposables.add({ dispose: book.onChange(() => statusBar.update()) });
  const jobs = disposables.add(registerJobs(context, log, book, kernels));
  disposables.add(registerClusters(log, book));
  disposables.add(registerUdf({ script: bundle('cli.cjs'), log }));
  const { show: showJob, refresh: changed } = jobs;
  disposables.add(registerDeploy({ context, log, book, kernels, environment, parameters, showJob, changed }));
  disposables.add(registerNotebookFiles(log, hub));
  disposables.add(registerRunCommands(log));
  disposables.add(registerStepReplay({ context, log, environment, parameters }));
  disposables.add(registerResultsPanel({ context, log, book, environment, parameters, places, filters, actions }));
  const catalog = disposables.add(
    registerCatalog({
      log,
      kernels,
      masker: environment.masker,
      shaped: shaped.event,
      onConnections: (listener) => book.onChange(listener),
    }),
  );
  const kafka = disposables.add(
    registerTopics({ context, log, environment, jobs, actions, filters, filterScript: bundle('message-filter.cjs') }),
  );
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
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
      .selectDefault(editor, context.extension.id, defaultConnection())
      .catch((error: unknown) => log.warn(`selecting a connection: ${String(error)}`));
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
      if (notebook?.notebookType !== NOTEBOOK_TYPE) throw new Error(vscode.l10n.t('No Flink SQL notebook is open'));
      const kernel = kernels.of(notebook);
      await kernel.restart(notebook);
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Millrace: {0} begins a new session', kernel.connection.label),
        4000,
      );
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.previewInsert', async (given?: unknown) => {
      const editor = vscode.window.activeNotebookEditor;
      if (editor?.notebook.notebookType !== NOTEBOOK_TYPE)
        throw new Error(vscode.l10n.t('No Flink SQL notebook is open'));
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
  const tests = setTimeout(() => {
    import('./testing/register.ts')
      .then(({ registerTesting }) =>
        disposables.add(
          registerTesting({ script: bundle('cli.cjs'), log, environment: () => environment.list().chosen }),
        ),
      )
      .catch((error: unknown) => report(log, error, 'tests'));
  }, 0);
  disposables.add({ dispose: () => clearTimeout(tests) });
  // The server and its client library are loaded after the editor has what it asked for.
  const server = bundle('language-server.cjs');
  const later = setTimeout(() => {
    if (!existsSync(server)) {
      log.warn(`no language server at ${server}`);
      return;
    }
    import('./language/register.ts')
      .then(({ registerLanguage }) =>
        registerLanguage({
          server,
          log,
          shaped: shaped.event,
          describe: catalog.describe,
          connectionOf: (notebook) => kernels.of(notebook).connection,
          jobs,
          kafka,
        }),
      )
      .then((language) => disposables.add(language))
      .catch((error: unknown) => report(log, error, vscode.l10n.t('language server')));
  }, 0);
  disposables.add({ dispose: () => clearTimeout(later) });
  const took = Math.round(performance.now() - began);
  log.info(`Millrace ${context.extension.packageJSON.version} is active, in ${took} ms`);
}

/** Called by VS Code when it ends or the extension is turned off. */
export async function deactivate(): Promise<void> {
  openKernels?.leave();
  disposables.dispose();
  await runtime?.stop();
}
