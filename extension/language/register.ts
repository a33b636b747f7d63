import * as vscode from 'vscode';
import type { CatalogSnapshot } from '../catalog/catalog-source.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { catalogData } from './catalog-data.ts';
import { type LanguageService, startLanguageClient } from './client.ts';
import { watchSqlFiles } from './sql-files.ts';

/** A session that has just changed may change again at once: a cell has more than one statement. */
const SETTLE_MS = 800;
const MOST_MS = 20_000;

export interface LanguageServices {
  /** Path of the language server's bundle. */
  readonly server: string;
  readonly log: Log;
  /** Fires when a statement has changed what a notebook's session knows. */
  readonly shaped: vscode.Event<vscode.NotebookDocument>;
  /** What the session of a notebook knows; undefined while it has none. */
  describe(notebook: vscode.NotebookDocument, signal?: AbortSignal): Promise<CatalogSnapshot | undefined>;
}

const nameOf = ({ uri }: vscode.NotebookDocument): string => uri.path.split('/').at(-1) ?? uri.path;

/** Starts the language server and keeps it told of what the session of the notebook in front knows. Resolves when the server answers. */
export async function registerLanguage(
  services: LanguageServices,
): Promise<Disposable & { readonly service: LanguageService }> {
  const { log, shaped, describe } = services;
  const disposables = new DisposableList();
  disposables.add(watchSqlFiles(log));
  const service = disposables.add(await startLanguageClient(services.server));
  let timer: NodeJS.Timeout | undefined;
  let asking: AbortController | undefined;
  const tell = async (notebook: vscode.NotebookDocument): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(MOST_MS)]);
    const snapshot = await describe(notebook, signal);
    if (snapshot && !signal.aborted) service.tellCatalog(catalogData(`session of ${nameOf(notebook)}`, snapshot));
  };
  const soon = (notebook: vscode.NotebookDocument | undefined): void => {
    if (notebook?.notebookType !== NOTEBOOK_TYPE) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell(notebook).catch((error: unknown) => log.info(`the catalog for completion: ${String(error)}`));
    }, SETTLE_MS);
  };
  disposables.add(shaped(soon));
  disposables.add(vscode.window.onDidChangeActiveNotebookEditor((editor) => soon(editor?.notebook)));
  soon(vscode.window.activeNotebookEditor?.notebook);
  disposables.add({
    dispose: () => {
      clearTimeout(timer);
      asking?.abort();
    },
  });
  return { service, dispose: () => disposables.dispose() };
}
