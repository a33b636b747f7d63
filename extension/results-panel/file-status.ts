import * as vscode from 'vscode';
import type { Disposable } from '../disposables.ts';
import { LANGUAGE } from '../notebook/serializer.ts';
import type { FileConnections } from './file-connections.ts';
import type { FileSessions } from './file-sessions.ts';

/** The status bar's words on the SQL file in front: where it runs and what is running. */
export class FileStatus implements Disposable {
  readonly #connections: FileConnections;
  readonly #sessions: FileSessions;
  readonly #item = vscode.window.createStatusBarItem('millrace.fileConnection', vscode.StatusBarAlignment.Left, 10);
  readonly #editors = vscode.window.onDidChangeActiveTextEditor(() => this.update());

  constructor(connections: FileConnections, sessions: FileSessions) {
    this.#connections = connections;
    this.#sessions = sessions;
    this.#item.name = vscode.l10n.t('Millrace File Connection');
    this.#item.command = 'millrace.selectFileConnection';
    this.update();
  }

  update(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== LANGUAGE || document.uri.scheme === 'vscode-notebook-cell') {
      this.#item.hide();
      return;
    }
    const connection = this.#connections.of(document.uri);
    const running = this.#sessions.running(document.uri.toString());
    const idle = connection.readOnly ? '$(lock)' : '$(plug)';
    this.#item.text = `${running > 0 ? '$(sync~spin)' : idle} ${connection.label}`;
    const work = running === 0 ? vscode.l10n.t('idle') : vscode.l10n.t('{0} running', running);
    this.#item.tooltip = `${connection.description}: ${work}`;
    this.#item.show();
  }

  dispose(): void {
    this.#editors.dispose();
    this.#item.dispose();
  }
}
