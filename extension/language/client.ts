import * as vscode from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import type { Disposable } from '../disposables.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import type { CatalogData } from './catalog-data.ts';

/** What other parts of the extension can tell the language server. */
export interface LanguageService extends Disposable {
  /** Tables, topics and subjects of the connection in use, and its version: each call takes the place of the one before. */
  tellCatalog(data: Partial<CatalogData>): void;
}

/** The server's trees are short-lived: a small young generation keeps its memory low. test/bench/lsp.ts starts it likewise. */
const FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512'];

/** Starts the language server for Flink SQL files and notebook cells. Resolves when it answers. */
export async function startLanguageClient(module: string): Promise<LanguageService> {
  const options = { execArgv: FLAGS };
  const serverOptions: ServerOptions = {
    run: { module, transport: TransportKind.ipc, options },
    debug: { module, transport: TransportKind.ipc, options },
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.{sql,fsql,flinknb}');
  const client = new LanguageClient('millrace', vscode.l10n.t('Millrace Language Server'), serverOptions, {
    documentSelector: [
      { scheme: 'file', language: LANGUAGE },
      { scheme: 'untitled', language: LANGUAGE },
      { notebook: NOTEBOOK_TYPE, language: LANGUAGE },
    ],
    synchronize: { fileEvents: watcher },
  });
  await client.start();
  let told: CatalogData = { connection: '', tables: [] };
  return {
    tellCatalog: (data) => {
      told = { ...told, ...data };
      void client.sendNotification('millrace/catalog', told);
    },
    dispose: () => {
      watcher.dispose();
      void client.dispose();
    },
  };
}
