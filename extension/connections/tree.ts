import * as vscode from 'vscode';
import type { Disposable } from '../disposables.ts';
import type { Connection } from './connection.ts';
import type { ConnectionBook, ConnectionState } from './connection-book.ts';
import { describeFindings } from './probe.ts';
import type { ConnectionSetting } from './settings.ts';

const AGAIN_MS = 20_000;

/** The tree of connections. While it is in sight the servers are looked at again and again, so that it mends itself. */
export class ConnectionTree implements vscode.TreeDataProvider<Connection>, Disposable {
  readonly #book: ConnectionBook;
  readonly #defaultName: () => string;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly view: vscode.TreeView<Connection>;
  readonly #stop: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(book: ConnectionBook, defaultName: () => string) {
    this.#book = book;
    this.#defaultName = defaultName;
    this.view = vscode.window.createTreeView('millrace.connections', { treeDataProvider: this });
    this.#stop = book.onChange(() => this.update());
    this.view.onDidChangeVisibility(() => this.#watch());
    this.#watch();
  }

  update(): void {
    this.#changed.fire(undefined);
  }

  /** Looks at every server now. */
  async refresh(): Promise<void> {
    await this.#book.checkAll();
  }

  getChildren(connection?: Connection): Connection[] {
    return connection ? [] : [...this.#book.all];
  }

  getTreeItem(connection: Connection): vscode.TreeItem {
    const setting = 'setting' in connection ? (connection.setting as ConnectionSetting) : undefined;
    const state = this.#book.state(connection);
    const isDefault = connection.label === this.#defaultName() || (!setting && this.#defaultName() === '');
    const item = new vscode.TreeItem(connection.label);
    item.id = connection.id;
    item.iconPath = iconOf(state, setting);
    item.description = descriptionOf(state, connection, setting, isDefault);
    item.tooltip = tooltipOf(state, connection, setting);
    item.contextValue = [
      setting ? 'gateway' : 'local',
      connection.readOnly ? 'readOnly' : 'writable',
      isDefault ? 'default' : 'other',
    ].join(' ');
    item.accessibilityInformation = { label: `${connection.label}, ${wordOf(state)}, ${item.description}` };
    return item;
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#stop();
    this.view.dispose();
    this.#changed.dispose();
  }

  #watch(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!this.view.visible) return;
    void this.#book.checkAll();
    this.#timer = setInterval(() => void this.#book.checkAll(), AGAIN_MS);
  }
}

function wordOf(state: ConnectionState): string {
  if (state.kind === 'ok')
    return typeof state.findings.jobManager === 'string'
      ? vscode.l10n.t('without its JobManager')
      : vscode.l10n.t('connected');
  if (state.kind === 'failed') return vscode.l10n.t('not reachable');
  return state.kind === 'checking' ? vscode.l10n.t('being looked at') : vscode.l10n.t('not started');
}

function iconOf(state: ConnectionState, setting: ConnectionSetting | undefined): vscode.ThemeIcon {
  const color = (id: string): vscode.ThemeColor => new vscode.ThemeColor(id);
  if (state.kind === 'checking') return new vscode.ThemeIcon('loading~spin');
  if (state.kind === 'failed') return new vscode.ThemeIcon('error', color('list.errorForeground'));
  if (state.kind === 'unknown') return new vscode.ThemeIcon(setting ? 'circle-outline' : 'vm-outline');
  const isPartly = typeof state.findings.jobManager === 'string' || setting?.tls?.acceptAnyCertificate === true;
  if (isPartly) return new vscode.ThemeIcon('warning', color('list.warningForeground'));
  return new vscode.ThemeIcon(setting ? 'server-environment' : 'vm-running', color('testing.iconPassed'));
}

function descriptionOf(
  state: ConnectionState,
  connection: Connection,
  setting: ConnectionSetting | undefined,
  isDefault: boolean,
): string {
  const words: string[] = [];
  if (state.kind === 'ok') {
    const { gateway, jobManager } = state.findings;
    words.push(setting ? vscode.l10n.t('Flink {0}', gateway.version) : vscode.l10n.t('running'));
    if (setting && typeof jobManager === 'object')
      words.push(vscode.l10n.t('{0}/{1} slots free', jobManager.freeSlots, jobManager.slots));
    if (typeof jobManager === 'string') words.push(vscode.l10n.t('no JobManager'));
  } else if (state.kind === 'failed') words.push(state.message.replace(/^Cannot reach the .*? at \S+: /, ''));
  else if (setting) words.push(new URL(setting.url).host);
  else words.push(vscode.l10n.t('starts when it is needed'));
  if (connection.readOnly) words.push(vscode.l10n.t('read-only'));
  if (setting?.tls?.acceptAnyCertificate) words.push(vscode.l10n.t('certificate not checked'));
  if (isDefault) words.push(vscode.l10n.t('default'));
  return words.join(' · ');
}

function tooltipOf(
  state: ConnectionState,
  connection: Connection,
  setting: ConnectionSetting | undefined,
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  const line = (text: string): void => void tooltip.appendText(text).appendMarkdown('\n\n');
  tooltip.appendMarkdown('**').appendText(connection.label).appendMarkdown('**\n\n');
  if (state.kind === 'ok') for (const text of describeFindings(state.findings)) line(text);
  else if (state.kind === 'failed') line(state.message);
  else line(connection.description);
  if (connection.readOnly) line(vscode.l10n.t('Read-only: statements that write are refused'));
  if (setting?.tls?.acceptAnyCertificate) line(vscode.l10n.t("The server's certificate is not checked"));
  return tooltip;
}
