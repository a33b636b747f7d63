import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import type { Disposable } from '../disposables.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';

/** Starts the language server for Flink SQL files and notebook cells. Resolves when it answers. */
export async function startLanguageClient(module: string): Promise<Disposable> {
  const serverOptions: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc },
  };
  const client = new LanguageClient('millrace', 'Millrace Language Server', serverOptions, {
    documentSelector: [
      { scheme: 'file', language: LANGUAGE },
      { scheme: 'untitled', language: LANGUAGE },
      { notebook: NOTEBOOK_TYPE, language: LANGUAGE },
    ],
  });
  await client.start();
  return { dispose: () => client.dispose() };
}
