import * as vscode from 'vscode';
import { duration } from '../../webviews/job/format.ts';
import { registerCommand, report } from '../commands.ts';
import { assertWritable } from '../connections/read-only.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { JobReference } from '../jobs/job-actions.ts';
import type { Log } from '../log.ts';
import { type RunningStatement, RunningStatements } from './running.ts';

const SETTLED_MS = 600;

/** How many statements run, in the status bar; a click lists them, and each can be stopped there. */
export function registerRunning(
  log: Log,
  showJob: (job: JobReference) => void,
): { readonly running: RunningStatements } & Disposable {
  const disposables = new DisposableList();
  const item = disposables.add(
    vscode.window.createStatusBarItem('millrace.running', vscode.StatusBarAlignment.Left, 8),
  );
  item.name = vscode.l10n.t('Millrace Running Statements');
  item.command = 'millrace.showRunning';
  let due: NodeJS.Timeout | undefined;
  disposables.add({ dispose: () => clearTimeout(due) });
  const update = (): void => {
    due = undefined;
    const { length } = running.list();
    if (length === 0) {
      item.hide();
      return;
    }
    item.text = `$(pulse) ${length}`;
    item.tooltip = vscode.l10n.t('{0} statements are running: click to see and stop them', length);
    item.accessibilityInformation = { label: item.tooltip };
    item.show();
  };
  // Most statements are over at once: the bar shall not flicker.
  const running: RunningStatements = disposables.add(
    new RunningStatements(() => {
      due ??= setTimeout(update, SETTLED_MS);
    }),
  );
  disposables.add(registerCommand(log, 'millrace.showRunning', () => listed(log, running, showJob)));
  return { running, dispose: () => disposables.dispose() };
}

const stopButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('debug-stop'),
  tooltip: vscode.l10n.t('Stop'),
};

interface Item extends vscode.QuickPickItem {
  readonly statement: RunningStatement | undefined;
}

function listed(log: Log, running: RunningStatements, showJob: (job: JobReference) => void): void {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Running statements');
  const fill = (): void => {
    const items = running.list().map((statement): Item => {
      const { title, connection, jobId, elapsedMs } = statement;
      const what = jobId === undefined ? vscode.l10n.t('query') : vscode.l10n.t('job');
      const description = `${what}, ${connection?.label ?? ''}, ${duration(elapsedMs)}`;
      return { label: title, description, buttons: [stopButton], statement };
    });
    const none: Item = { label: vscode.l10n.t('Nothing is running'), statement: undefined };
    pick.items = items.length > 0 ? items : [none];
  };
  fill();
  const timer = setInterval(fill, 2000);
  pick.onDidTriggerItemButton(({ item: { statement } }) => {
    if (!statement) return;
    if (statement.jobId !== undefined && statement.connection)
      assertWritable(statement.connection, vscode.l10n.t('Cancelling a job'));
    running.stop(statement.id).then(fill, (error: unknown) => report(log, error, 'stop'));
  });
  pick.onDidAccept(() => {
    const { connection, jobId, title } = pick.selectedItems[0]?.statement ?? {};
    pick.hide();
    if (connection && jobId !== undefined) showJob({ connection, id: jobId, name: title ?? jobId });
  });
  pick.onDidHide(() => {
    clearInterval(timer);
    pick.dispose();
  });
  pick.show();
}
