import * as vscode from 'vscode';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';
import { registerCommand } from '../commands.ts';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionBook } from '../connections/connection-book.ts';
import { defaultConnection } from '../connections/register.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import type { Log } from '../log.ts';
import type { Places } from '../notebook/places.ts';
import { type ResultActions, ResultHub } from '../notebook/result-hub.ts';
import { LANGUAGE } from '../notebook/serializer.ts';
import { sessionBegin } from '../notebook/session-begin.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { RowFilters } from '../results/row-filters.ts';
import { FileConnections } from './file-connections.ts';
import { FileSessions } from './file-sessions.ts';
import { FileStatus } from './file-status.ts';
import { PanelView } from './panel-view.ts';
import { type FileRunServices, type RunMode, runStatements } from './run-statements.ts';
import { Runs } from './runs.ts';
import { type StatementRange, statementAt, statementMoved } from './statement-text.ts';

export interface ResultsPanelParts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly book: ConnectionBook;
  readonly environment: ActiveEnvironment;
  readonly parameters: ParameterStore;
  readonly places: Places;
  readonly filters: RowFilters;
  readonly actions: ResultActions;
}

/** Running statements of SQL files, with their results in a view of the panel. */
export function registerResultsPanel(parts: ResultsPanelParts): Disposable {
  const { context, log, book, environment, parameters, places, filters, actions } = parts;
  const disposables = new DisposableList();
  const hub = disposables.add(
    new ResultHub<vscode.Webview>((message, page) => {
      void page.postMessage(message);
    }, actions),
  );
  const sendRuns = (): void => view.send({ type: 'runs', ...runs.state() });
  const runs = new Runs((id) => hub.remove(id), sendRuns);
  const view = disposables.add(
    new PanelView(
      context.extensionUri,
      (message, page) => {
        if (message.type === 'hello') sendRuns();
        else if (message.type === 'close') runs.close(message.id);
        else if (message.type === 'reveal') runs.get(message.id)?.reveal();
        else hub.receive(message, page);
      },
      (page) => hub.leave(page),
    ),
  );
  const connections = new FileConnections(book, context.workspaceState, defaultConnection);
  const sessions = disposables.add(
    new FileSessions({ log, begin: () => sessionBegin(environment), changed: () => status.update() }),
  );
  const status = disposables.add(new FileStatus(connections, sessions));
  disposables.add({ dispose: book.onChange(() => status.update()) });
  const services: FileRunServices = { log, hub, runs, environment, parameters, places, filters };

  const run = async (mode: RunMode, given: readonly unknown[]): Promise<void> => {
    const { document, range } = await wanted(given);
    if (document.uri.scheme === 'vscode-notebook-cell') throw new Error(vscode.l10n.t('A cell is run by its notebook'));
    const session = sessions.of(document.uri.toString(), connections.of(document.uri));
    await view.show();
    await runStatements(services, session, { document, ranges: [range], mode });
  };
  disposables.add(registerCommand(log, 'millrace.runStatement', (...given) => run('run', given)));
  disposables.add(registerCommand(log, 'millrace.previewStatement', (...given) => run('preview', given)));
  disposables.add(registerCommand(log, 'millrace.explainStatement', (...given) => run('explain', given)));
  disposables.add(
    registerCommand(log, 'millrace.runFile', async () => {
      const document = documentInFront();
      const ranges = splitStatements(document.getText());
      if (ranges.length === 0) throw new Error(vscode.l10n.t('The file has no statement'));
      const session = sessions.of(document.uri.toString(), connections.of(document.uri));
      await view.show();
      await runStatements(services, session, { document, ranges, mode: 'run' });
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.selectFileConnection', async () => {
      const { uri } = documentInFront();
      const connection = await pickConnection(book, connections.of(uri));
      if (!connection || connection === connections.of(uri)) return;
      connections.remember(uri, connection);
      await sessions.close(uri.toString());
      status.update();
    }),
  );
  disposables.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      sessions.close(uri.toString()).catch((error: unknown) => log.warn(`closing a session: ${String(error)}`));
    }),
  );
  return disposables;
}

function documentInFront(): vscode.TextDocument {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== LANGUAGE)
    throw new Error(vscode.l10n.t('Open the Flink SQL file whose statements are to be run'));
  return document;
}

/** What a lens names (uri, start, end), or the statement at the cursor. */
async function wanted(
  given: readonly unknown[],
): Promise<{ readonly document: vscode.TextDocument; readonly range: StatementRange }> {
  const [uri, start, end, text] = given;
  if (typeof uri === 'string' && typeof start === 'number' && typeof end === 'number') {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const range = { start, end };
    if (typeof text !== 'string') return { document, range };
    const moved = statementMoved(document.getText(), range, text);
    if (!moved) throw new Error(vscode.l10n.t('The statement has changed since: run it again'));
    return { document, range: moved };
  }
  const document = documentInFront();
  const cursor = vscode.window.activeTextEditor?.selection.active ?? new vscode.Position(0, 0);
  const range = statementAt(document.getText(), document.offsetAt(cursor));
  if (!range) throw new Error(vscode.l10n.t('The file has no statement'));
  return { document, range };
}

async function pickConnection(book: ConnectionBook, current: Connection): Promise<Connection | undefined> {
  const items = book.all.map((connection) => ({
    label: connection.label,
    description: connection === current ? 'current' : '',
    detail: connection.readOnly ? `${connection.description}, read-only` : connection.description,
    connection,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Where shall the file run?') }))?.connection;
}
