import * as vscode from 'vscode';
import type { Disposable } from '../disposables.ts';
import { DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { LANGUAGE } from '../notebook/serializer.ts';
import { looksLikeFlink, type SqlFiles } from './flink-text.ts';

/**
 * Opens plain `.sql` files as Flink SQL where the setting `millrace.sqlFiles` says so: `content` (those whose text no other SQL has),
 * `always`, or `never`. Other SQL stays with the extension that it belongs to.
 */
export function watchSqlFiles(log: Log): Disposable {
  const disposables = new DisposableList();
  const take = (document: vscode.TextDocument): void => {
    if (document.languageId !== 'sql' || !/\.sql$/i.test(document.uri.path)) return;
    const setting = vscode.workspace.getConfiguration('millrace', document).get<SqlFiles>('sqlFiles', 'content');
    if (setting === 'never' || (setting === 'content' && !looksLikeFlink(document.getText()))) return;
    vscode.languages
      .setTextDocumentLanguage(document, LANGUAGE)
      .then(undefined, (error: unknown) => log.warn(`language of ${document.uri.path}: ${String(error)}`));
  };
  disposables.add(vscode.workspace.onDidOpenTextDocument(take));
  disposables.add(vscode.workspace.onDidSaveTextDocument(take));
  for (const document of vscode.workspace.textDocuments) take(document);
  return { dispose: () => disposables.dispose() };
}
