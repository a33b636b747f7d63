import * as vscode from 'vscode';
import { isEnded } from '../../clients/job-manager/types.ts';
import type { DeploymentRecord, DeploymentStore } from '../../deployment/record.ts';
import { duration } from '../../webviews/job/format.ts';
import type { Connection } from '../connections/connection.ts';
import type { Disposable } from '../disposables.ts';
import { deploymentStores } from './deployment-stores.ts';
import { JobList, type ListedJob } from './job-list.ts';

/** A group, a job, or why there is nothing. */
export type JobNode =
  | { readonly kind: 'job'; readonly job: ListedJob }
  | { readonly kind: 'ended'; readonly jobs: readonly ListedJob[] }
  | { readonly kind: 'deployments' }
  | DeploymentNode
  | { readonly kind: 'problem'; readonly message: string };

/** A record of `.millrace/deployments`. */
export interface DeploymentNode {
  readonly kind: 'deployment';
  readonly record: DeploymentRecord;
  readonly store: DeploymentStore;
}

const ICONS: Readonly<Record<string, readonly [icon: string, color: string]>> = {
  RUNNING: ['play-circle', 'charts.blue'],
  FINISHED: ['pass', 'testing.iconPassed'],
  FAILED: ['error', 'list.errorForeground'],
  FAILING: ['error', 'list.errorForeground'],
  RESTARTING: ['debug-restart', 'list.warningForeground'],
  CANCELED: ['circle-slash', 'descriptionForeground'],
};

/** The jobs of the connection in use: those that run, and those that have ended in a group. */
export class JobsTree implements vscode.TreeDataProvider<JobNode>, Disposable {
  readonly view: vscode.TreeView<JobNode>;
  readonly list: JobList;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(connection: Connection, running: (connection: Connection) => boolean) {
    this.list = new JobList(connection, running, () => this.update());
    this.view = vscode.window.createTreeView('millrace.jobs', { treeDataProvider: this });
    this.view.onDidChangeVisibility(({ visible }) => (visible ? this.list.start() : this.list.stop()));
    if (this.view.visible) this.list.start();
    this.update();
  }

  getChildren(node?: JobNode): JobNode[] {
    if (node?.kind === 'deployments') return deploymentNodes();
    if (node) return node.kind === 'ended' ? node.jobs.map((job) => ({ kind: 'job', job })) : [];
    const { jobs = [], problem } = this.list.state;
    const ended = jobs.filter(({ state }) => isEnded(state));
    const live = jobs.filter(({ state }) => !isEnded(state));
    return [
      ...(problem === undefined ? [] : [{ kind: 'problem' as const, message: problem }]),
      ...live.map((job) => ({ kind: 'job' as const, job })),
      ...(ended.length === 0 ? [] : [{ kind: 'ended' as const, jobs: ended }]),
      ...(deploymentNodes().length === 0 ? [] : [{ kind: 'deployments' as const }]),
    ];
  }

  getTreeItem(node: JobNode): vscode.TreeItem {
    if (node.kind === 'problem') return problemItem(node.message);
    if (node.kind === 'deployments')
      return groupItem('deployments', vscode.l10n.t('Deployments'), deploymentNodes().length, 'rocket');
    if (node.kind === 'deployment') return deploymentItem(node);
    return node.kind === 'ended'
      ? groupItem('ended', vscode.l10n.t('Ended'), node.jobs.length, 'history')
      : jobItem(node.job);
  }

  dispose(): void {
    this.list.dispose();
    this.view.dispose();
    this.#changed.dispose();
  }

  /** Jobs or records may have changed. */
  update(): void {
    const { connection, jobs, problem } = this.list.state;
    this.view.description = connection.label;
    this.view.message =
      problem === undefined && jobs?.length === 0 ? vscode.l10n.t('No jobs on {0}.', connection.label) : undefined;
    this.#changed.fire(undefined);
  }
}

function jobItem(job: ListedJob): vscode.TreeItem {
  const { id, name, state, startTime, endTime, lastCheckpoint, connection } = job;
  const item = new vscode.TreeItem(name || id);
  const [icon, color] = ICONS[state] ?? ['loading~spin', 'charts.blue'];
  const took = duration((endTime ?? Date.now()) - startTime);
  const checkpoint =
    lastCheckpoint === undefined
      ? ''
      : ` · ${vscode.l10n.t('checkpoint {0} ago', duration(Math.max(0, Date.now() - lastCheckpoint)))}`;
  item.id = `${connection.id} ${id}`;
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  // The icon tells that it runs.
  item.description = `${state === 'RUNNING' ? '' : `${state} · `}${took}${checkpoint}`;
  item.contextValue = ['job', isEnded(state) ? 'ended' : 'live', connection.readOnly ? 'readOnly' : 'writable'].join(
    ' ',
  );
  item.command = { command: 'millrace.showJob', title: vscode.l10n.t('Show Job'), arguments: [{ kind: 'job', job }] };
  item.accessibilityInformation = { label: `${name}, ${state.toLowerCase()}, ${took}${checkpoint}` };
  const tooltip = new vscode.MarkdownString();
  for (const line of [name, id, vscode.l10n.t('{0}, since {1}', state, new Date(startTime).toLocaleString())]) {
    tooltip.appendText(line).appendMarkdown('\n\n');
  }
  item.tooltip = tooltip;
  return item;
}

function groupItem(id: string, label: string, count: number, icon: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon(icon);
  return item;
}

/** Of a folder with a record that cannot be read there is none: deploying tells which file it is. */
function deploymentNodes(): DeploymentNode[] {
  return deploymentStores().flatMap((store) => {
    try {
      return store.list().map((record): DeploymentNode => ({ kind: 'deployment', record, store }));
    } catch {
      return [];
    }
  });
}

function deploymentItem({ record, store }: DeploymentNode): vscode.TreeItem {
  const [newest] = record.jobs;
  const item = new vscode.TreeItem(record.name);
  const state = newest?.ended?.how ?? 'deployed';
  const commit = newest?.commit === undefined ? '' : ` · ${newest.commit.slice(0, 7)}${newest.dirty ? '+' : ''}`;
  item.id = `deployment ${store.folder} ${record.name}`;
  item.description = `${state} · ${record.connection ?? record.gateway}${commit}`;
  item.iconPath = new vscode.ThemeIcon(newest?.ended ? 'circle-outline' : 'rocket');
  item.contextValue = newest?.ended?.savepoint === undefined ? 'deployment' : 'deployment restartable';
  item.tooltip = vscode.l10n.t(
    '{0}: {1} on {2}, Flink {3}',
    record.name,
    record.source,
    record.connection ?? record.gateway,
    record.flinkVersion,
  );
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open Record'),
    arguments: [vscode.Uri.file(store.path(record.name))],
  };
  item.accessibilityInformation = {
    label: vscode.l10n.t('deployment {0}, {1}, {2}', record.name, state, record.connection ?? record.gateway),
  };
  return item;
}

function problemItem(message: string): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Not reachable'));
  item.id = 'problem';
  item.description = message;
  item.tooltip = vscode.l10n.t('{0}. It is asked again; click to ask now.', message);
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.command = { command: 'millrace.refreshJobs', title: vscode.l10n.t('Ask Again') };
  return item;
}
