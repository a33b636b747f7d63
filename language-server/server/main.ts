import {
  CodeLensRefreshRequest,
  createConnection,
  NotebookDocuments,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type CatalogData, catalogSource } from '../ide/catalog-source.ts';
import { indexProgram, pathOf } from '../ide/workspace-index.ts';
import { registerCompletion } from './completion.ts';
import { featureCapabilities, registerFeatures } from './features.ts';
import { moreCapabilities, registerMoreFeatures } from './more-features.ts';
import { CATALOG, LANGUAGE, Programs } from './programs.ts';
import { Publisher } from './publisher.ts';
import { SettingsKeeper, versionOf } from './settings.ts';
import { WorkspaceFiles } from './workspace-files.ts';

const NOTEBOOK = 'millrace-notebook';

const connection = createConnection(ProposedFeatures.all);
const files = new TextDocuments(TextDocument);
const notebooks = new NotebookDocuments(TextDocument);
let catalog: CatalogData | undefined;
let folders: readonly string[] = [];
let refreshesHints = false;
let refreshesLenses = false;

const settings = new SettingsKeeper(connection, () => refreshAll());
const target = () =>
  settings.current.flinkVersion === 'auto' ? versionOf(catalog?.flinkVersion) : settings.current.flinkVersion;
const analysis = () => ({ target: target(), environment: settings.current.environments || workspace.hasProject });
const programs = new Programs(files, notebooks, analysis, (error, statement) => {
  const stack = error instanceof Error ? error.stack : String(error);
  connection.console.error(`Internal error in the analysis of a statement:\n${statement}\n${stack}`);
});
const publisher = new Publisher(connection, programs, () => settings.current.review);
const workspace = new WorkspaceFiles(connection, programs.index, (uri) => programs.byId(uri) !== undefined, changed);
programs.onDefinitionsChanged = changed;

connection.onInitialize((params) => {
  settings.initialize(params);
  refreshesHints = params.capabilities.workspace?.inlayHint?.refreshSupport === true;
  refreshesLenses = params.capabilities.workspace?.codeLens?.refreshSupport === true;
  folders = params.workspaceFolders?.map((f) => f.uri) ?? (params.rootUri ? [params.rootUri] : []);
  return {
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      notebookDocumentSync: {
        notebookSelector: [{ notebook: { notebookType: NOTEBOOK }, cells: [{ language: LANGUAGE }] }],
      },
      completionProvider: { triggerCharacters: ['.', "'", '('], resolveProvider: true },
      hoverProvider: true,
      ...featureCapabilities,
      ...moreCapabilities,
    },
  };
});
connection.onInitialized(() => {
  const failed = (what: string) => (error: unknown) => connection.console.error(`${what}: ${String(error)}`);
  settings.start().catch(failed('settings'));
  workspace
    .readAll(folders)
    .then(() => workspace.hasProject && refreshAll())
    .catch(failed('reading the workspace'));
});
connection.onDidChangeWatchedFiles(async ({ changes }) => {
  for (const { uri } of changes) await workspace.read(uri);
});

/** A file's name, or the connection's for what comes from its catalog. */
const nameOf = (id: string): string =>
  id === CATALOG ? (catalog?.connection ?? '') : decodeURIComponent(pathOf(id).split('/').at(-1) ?? id);

/** Names mean something else: other programs that use them are looked at again. */
function changed(names: readonly string[], program: string): void {
  for (const other of programs.open) {
    if (other.id === program) continue;
    const words = programs.index.get(other.id)?.words;
    if (!words || names.some((name) => words.has(name))) publisher.later(other.id);
  }
}

function refreshAll(): void {
  programs.forgetAll();
  for (const { id } of programs.open) publisher.later(id);
  if (refreshesHints)
    connection.languages.inlayHint
      .refresh()
      .catch((error: unknown) => connection.console.warn(`inlay hints: ${String(error)}`));
}

connection.onNotification('millrace/catalog', (data: CatalogData) => {
  const version = target();
  const jobs = JSON.stringify(catalog?.jobs);
  catalog = data;
  const source = { id: CATALOG, text: catalogSource(data) };
  const names =
    data.tables.length > 0 ? programs.index.put(indexProgram(CATALOG, [source])) : programs.index.delete(CATALOG);
  if (names.length > 0) changed(names, CATALOG);
  if (target() !== version) refreshAll();
  if (refreshesLenses && JSON.stringify(data.jobs) !== jobs)
    connection
      .sendRequest(CodeLensRefreshRequest.type)
      .catch((error: unknown) => connection.console.warn(`code lenses: ${String(error)}`));
});

files.onDidChangeContent(({ document }) => publisher.soon(document.uri));
files.onDidClose(({ document: { uri } }) => {
  publisher.closed(uri, [uri]);
  programs.forget(uri);
  // From now on it is what its file says.
  void workspace.read(uri).catch((error: unknown) => connection.console.error(String(error)));
});
notebooks.onDidOpen(({ uri }) => publisher.soon(uri));
notebooks.onDidChange(({ notebookDocument: { uri }, cells }) => {
  const removed = (cells?.removed ?? []).map((c) => c.document);
  if (removed.length > 0) publisher.closed(uri, removed);
  publisher.soon(uri);
});
notebooks.onDidClose(({ uri, cells }) => {
  publisher.closed(
    uri,
    cells.map((c) => c.document),
  );
  programs.forget(uri);
  void workspace.read(uri).catch((error: unknown) => connection.console.error(String(error)));
});

registerCompletion(connection, programs, (program) => ({
  get tables() {
    return programs.index.visibleTo(program).map(({ name, kind, id }) => ({ name, kind, from: nameOf(id) }));
  },
  topics: catalog?.topics ?? [],
  subjects: catalog?.subjects ?? [],
}));
registerFeatures(connection, programs, settings);
registerMoreFeatures(connection, programs, settings, { folders: () => folders, jobs: () => catalog?.jobs ?? [] });

files.listen(connection);
notebooks.listen(connection);
connection.listen();
