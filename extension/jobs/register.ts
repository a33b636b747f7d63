import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionBook } from '../connections/connection-book.ts';
import { defaultConnection } from '../connections/register.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import type { Kernels } from '../notebook/kernels.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { deploymentStores } from './deployment-stores.ts';
import { cancelJob, type JobReference, openFlinkUi, stopJob, takeSavepoint } from './job-actions.ts';
import type { ListedJob } from './job-list.ts';
import { JobPanels } from './job-panels.ts';
import { type JobNode, JobsTree } from './jobs-tree.ts';

export interface Jobs extends Disposable {
  /** Opens the view of a job. */
  show(job: JobReference): void;
  /** Something was done to a job. */
  refresh(): void;
  /** The connection in use may be another one now. */
  update(): void;
  /** The jobs that were listed last; the list is asked for while its view is in sight. */
  listed(): readonly ListedJob[];
  /** The jobs of the connection in use, now. */
  look(signal: AbortSignal): Promise<readonly ListedJob[]>;
  readonly onDidList: vscode.Event<unknown>;
}

/** The tree of jobs of the connection in use, the view of one job, and what can be done with it. */
export function registerJobs(context: vscode.ExtensionContext, log: Log, book: ConnectionBook, kernels: Kernels): Jobs {
  const disposables = new DisposableList();
  /** That of the notebook in front, else the one on which notebooks begin. */
  const inUse = (): Connection => {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType === NOTEBOOK_TYPE) return kernels.of(notebook).connection;
    return book.find(defaultConnection()) ?? book.local;
  };
  const running = (connection: Connection): boolean => connection !== book.local || book.local.running;
  const tree = disposables.add(new JobsTree(inUse(), running));
  const ended = (job: JobReference, savepoint: string | undefined): void => {
    const how = savepoint === undefined ? ('cancelled' as const) : ('stopped' as const);
    for (const store of deploymentStores()) {
      const record = store.ofJob(job.id);
      if (record) store.ended(record.name, { at: new Date().toISOString(), how, savepoint });
    }
    tree.update();
  };
  const panels = disposables.add(new JobPanels(context.extensionUri, log, () => tree.list.refresh(), ended));
  const update = (): void => tree.list.use(inUse());
  const refresh = (): void => {
    tree.update();
    tree.list.refresh();
  };
  disposables.add({ dispose: book.onChange(update) });
  disposables.add(vscode.window.onDidChangeActiveNotebookEditor(update));

  const chosen = async (given: unknown, title: string): Promise<JobReference | undefined> => {
    const node = given as Partial<JobNode> | undefined;
    if (node?.kind === 'job') return (node as { readonly job: JobReference }).job;
    tree.list.start();
    const { jobs, problem } = tree.list.state;
    if (!jobs || jobs.length === 0)
      throw new Error(problem ?? vscode.l10n.t('There are no jobs on {0}', inUse().label));
    const items = jobs.map((job) => ({ label: job.name, description: `${job.state} ${job.id}`, job }));
    return (await vscode.window.showQuickPick(items, { title }))?.job;
  };
  const about =
    (title: string, run: (job: JobReference) => unknown) =>
    async (given: unknown): Promise<void> => {
      const job = await chosen(given, title);
      if (!job) return;
      await run(job);
      tree.list.refresh();
    };
  for (const one of [
    registerCommand(log, 'millrace.refreshJobs', refresh),
    registerCommand(
      log,
      'millrace.showJob',
      about(vscode.l10n.t('Show which job?'), (job) => panels.open(job)),
    ),
    registerCommand(
      log,
      'millrace.cancelJob',
      about(vscode.l10n.t('Cancel which job?'), (job) => cancelJob(job, ended)),
    ),
    registerCommand(
      log,
      'millrace.takeSavepoint',
      about(vscode.l10n.t('Take a savepoint of which job?'), takeSavepoint),
    ),
    registerCommand(
      log,
      'millrace.stopJob',
      about(vscode.l10n.t('Stop which job with a savepoint?'), (job) => stopJob(job, ended)),
    ),
    registerCommand(log, 'millrace.openFlinkUi', about(vscode.l10n.t('Open which job in the Flink UI?'), openFlinkUi)),
  ]) {
    disposables.add(one);
  }
  return {
    show: (job) => panels.open(job),
    refresh,
    update,
    listed: () => tree.list.state.jobs ?? [],
    look: (signal) => tree.list.look(signal),
    onDidList: tree.onDidChangeTreeData,
    dispose: () => disposables.dispose(),
  };
}
