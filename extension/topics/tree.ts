import * as vscode from 'vscode';
import type { GroupSummary, TopicSummary } from '../../clients/kafka/admin/types.ts';
import type { Disposable } from '../disposables.ts';
import type { KafkaBook } from './book.ts';
import type { KafkaLink } from './link.ts';
import { plural, retentionText, sizeText } from './words.ts';

export type KafkaFolder = 'topics' | 'groups' | 'schemas';

export type KafkaNode =
  | { readonly kind: 'connection'; readonly link: KafkaLink }
  | { readonly kind: 'folder'; readonly link: KafkaLink; readonly folder: KafkaFolder }
  | { readonly kind: 'topic'; readonly link: KafkaLink; readonly topic: TopicSummary }
  | { readonly kind: 'group'; readonly link: KafkaLink; readonly group: GroupSummary }
  | { readonly kind: 'subject'; readonly link: KafkaLink; readonly subject: string }
  | { readonly kind: 'version'; readonly link: KafkaLink; readonly subject: string; readonly version: number }
  /** Something to be read: a failure, or that there is nothing. */
  | { readonly kind: 'note'; readonly text: string; readonly failed: boolean; readonly link: KafkaLink };

const FOLDERS: Readonly<Record<KafkaFolder, { readonly label: string; readonly icon: string }>> = {
  topics: { label: vscode.l10n.t('Topics'), icon: 'list-unordered' },
  groups: { label: vscode.l10n.t('Consumer Groups'), icon: 'organization' },
  schemas: { label: vscode.l10n.t('Schemas'), icon: 'symbol-structure' },
};

/** Connections to Kafka with their topics, groups and schemas. Lists are asked for when a folder is opened. */
export class KafkaTree implements vscode.TreeDataProvider<KafkaNode>, Disposable {
  readonly #book: KafkaBook;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly view: vscode.TreeView<KafkaNode>;
  readonly #stop: () => void;
  #filter = '';
  #showInternal = false;

  constructor(book: KafkaBook) {
    this.#book = book;
    this.view = vscode.window.createTreeView('millrace.kafka', { treeDataProvider: this, showCollapseAll: true });
    this.#stop = book.onChange(() => this.update());
  }

  get filter(): string {
    return this.#filter;
  }

  /** Shows only names that have the text; empty shows all. */
  setFilter(filter: string): void {
    this.#filter = filter.trim();
    this.view.message = this.#filter === '' ? '' : vscode.l10n.t('Names with “{0}”', this.#filter);
    this.update();
  }

  toggleInternal(): void {
    this.#showInternal = !this.#showInternal;
    this.update();
  }

  update(): void {
    this.#changed.fire(undefined);
  }

  /** Asks anew for everything that was listed. */
  async refresh(): Promise<void> {
    await Promise.all(
      this.#book.links.flatMap((link) => [
        link.topics && link.listTopics(),
        link.groups && link.listGroups(),
        link.subjects && link.listSubjects(),
      ]),
    );
    this.update();
  }

  async getChildren(node?: KafkaNode): Promise<KafkaNode[]> {
    if (!node) return this.#book.links.map((link) => ({ kind: 'connection', link }));
    if (node.kind === 'connection') {
      const folders: KafkaFolder[] = node.link.setting.registry
        ? ['topics', 'groups', 'schemas']
        : ['topics', 'groups'];
      return folders.map((folder) => ({ kind: 'folder', link: node.link, folder }));
    }
    if (node.kind === 'folder') return this.#inFolder(node.link, node.folder);
    if (node.kind === 'subject') {
      const { link, subject } = node;
      try {
        const versions = await (await link.registry()).versions(subject);
        return versions.toReversed().map((version) => ({ kind: 'version', link, subject, version }));
      } catch (error) {
        return [failure(link, error)];
      }
    }
    return [];
  }

  async #inFolder(link: KafkaLink, folder: KafkaFolder): Promise<KafkaNode[]> {
    const fits = (name: string): boolean => name.toLowerCase().includes(this.#filter.toLowerCase());
    const nodes: KafkaNode[] = [];
    let problem: string | undefined;
    if (folder === 'topics') {
      const list = link.topics ?? (await link.listTopics());
      ({ problem } = list);
      for (const topic of list.items)
        if (fits(topic.name) && (this.#showInternal || !topic.isInternal)) nodes.push({ kind: 'topic', link, topic });
    } else if (folder === 'groups') {
      const list = link.groups ?? (await link.listGroups());
      ({ problem } = list);
      for (const group of list.items) if (fits(group.id)) nodes.push({ kind: 'group', link, group });
    } else {
      const list = link.subjects ?? (await link.listSubjects());
      ({ problem } = list);
      for (const subject of list.items) if (fits(subject)) nodes.push({ kind: 'subject', link, subject });
    }
    if (problem !== undefined) return [{ kind: 'note', text: problem, failed: true, link }, ...nodes];
    if (nodes.length > 0) return nodes;
    const text = this.#filter === '' ? vscode.l10n.t('None yet') : vscode.l10n.t('No name has “{0}”', this.#filter);
    return [{ kind: 'note', text, failed: false, link }];
  }

  getTreeItem(node: KafkaNode): vscode.TreeItem {
    const item = itemOf(node);
    const { link } = node;
    item.id = idOf(node);
    if (node.kind !== 'note') item.contextValue = contextOf(node);
    if (node.kind === 'note') item.contextValue = node.failed ? 'failed' : 'note';
    if (node.kind === 'connection') item.tooltip = tooltipOf(link);
    return item;
  }

  dispose(): void {
    this.#stop();
    this.view.dispose();
    this.#changed.dispose();
  }
}

function contextOf(node: Exclude<KafkaNode, { kind: 'note' }>): string {
  const what = node.kind === 'folder' ? node.folder : node.kind;
  const words = [what, node.link.readOnly ? 'readOnly' : 'writable'];
  if (node.kind === 'topic' && node.topic.isInternal) words.push('internal');
  if (node.kind === 'group') words.push(node.group.type);
  return words.join(' ');
}

function itemOf(node: KafkaNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'connection': {
      const item = new vscode.TreeItem(node.link.name, Expanded);
      item.iconPath = new vscode.ThemeIcon('server');
      item.description = [node.link.setting.bootstrap, ...(node.link.readOnly ? ['read-only'] : [])].join(' · ');
      return item;
    }
    case 'folder': {
      const { label, icon } = FOLDERS[node.folder];
      const item = new vscode.TreeItem(label, Collapsed);
      item.iconPath = new vscode.ThemeIcon(icon);
      return item;
    }
    case 'topic':
      return topicItem(node.topic, node);
    case 'group': {
      const { id, type, state, error } = node.group;
      const item = new vscode.TreeItem(id, None);
      item.iconPath = new vscode.ThemeIcon(type === 'share' ? 'references' : 'organization');
      item.description = [type === 'share' ? 'share' : type === 'consumer' ? 'KIP-848' : '', state]
        .filter((word) => word !== '')
        .join(' · ');
      item.tooltip = error ?? vscode.l10n.t('{0}: {1} group, {2}', id, type, state);
      item.command = { command: 'millrace.showGroup', title: vscode.l10n.t('Show Group'), arguments: [node] };
      return item;
    }
    case 'subject': {
      const item = new vscode.TreeItem(node.subject, Collapsed);
      item.iconPath = new vscode.ThemeIcon('symbol-structure');
      return item;
    }
    case 'version': {
      const item = new vscode.TreeItem(vscode.l10n.t('Version {0}', node.version), None);
      item.iconPath = new vscode.ThemeIcon('file-code');
      item.command = { command: 'millrace.showSchema', title: vscode.l10n.t('Show Schema'), arguments: [node] };
      return item;
    }
    default: {
      const item = new vscode.TreeItem(node.text, None);
      if (node.failed) item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
      item.tooltip = node.text;
      return item;
    }
  }
}

function topicItem(topic: TopicSummary, node: KafkaNode): vscode.TreeItem {
  const item = new vscode.TreeItem(topic.name, vscode.TreeItemCollapsibleState.None);
  const { partitions, replicas, bytes, cleanupPolicy, retentionMs, underReplicated, error } = topic;
  const broken = error !== undefined || underReplicated > 0;
  item.iconPath = broken
    ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon(cleanupPolicy?.includes('compact') ? 'key' : 'list-flat');
  item.description = [
    partitions > 0 ? plural(partitions, 'partition') : '',
    bytes === undefined ? '' : sizeText(bytes),
    cleanupPolicy?.includes('compact') ? 'compacted' : '',
    underReplicated > 0 ? `${underReplicated} under-replicated` : '',
  ]
    .filter((word) => word !== '')
    .join(' · ');
  const lines = [
    topic.name,
    vscode.l10n.t('{0}, {1} each', plural(partitions, 'partition'), plural(replicas, 'replica')),
    ...(bytes === undefined ? [] : [vscode.l10n.t('{0} on disk (one copy)', sizeText(bytes))]),
    ...(cleanupPolicy === undefined ? [] : [vscode.l10n.t('Cleanup: {0}', cleanupPolicy)]),
    ...(retentionMs === undefined || cleanupPolicy === 'compact'
      ? []
      : [vscode.l10n.t('Kept: {0}', retentionText(retentionMs))]),
    ...(error === undefined ? [] : [error]),
  ];
  item.tooltip = lines.join('\n');
  item.accessibilityInformation = { label: vscode.l10n.t('Topic {0}, {1}', topic.name, item.description) };
  item.command = { command: 'millrace.showTopic', title: vscode.l10n.t('Show Topic'), arguments: [node] };
  return item;
}

function tooltipOf(link: KafkaLink): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  const line = (text: string): void => void tooltip.appendText(text).appendMarkdown('\n\n');
  tooltip.appendMarkdown('**').appendText(link.name).appendMarkdown('**\n\n');
  line(link.setting.bootstrap);
  const { sasl, tls, registry } = link.setting;
  line([sasl ?? vscode.l10n.t('no login'), tls ? 'TLS' : vscode.l10n.t('not encrypted')].join(', '));
  if (registry) line(vscode.l10n.t('Registry {0}', registry.url));
  if (link.readOnly) line(vscode.l10n.t('Read-only: what writes is refused'));
  return tooltip;
}

function idOf(node: KafkaNode): string {
  const own = {
    connection: () => '',
    folder: () => (node.kind === 'folder' ? node.folder : ''),
    topic: () => (node.kind === 'topic' ? node.topic.name : ''),
    group: () => (node.kind === 'group' ? node.group.id : ''),
    subject: () => (node.kind === 'subject' ? node.subject : ''),
    version: () => (node.kind === 'version' ? `${node.subject} ${node.version}` : ''),
    note: () => (node.kind === 'note' ? node.text : ''),
  }[node.kind]();
  return `${node.link.name}\n${node.kind}\n${own}`;
}

function failure(link: KafkaLink, error: unknown): KafkaNode {
  return { kind: 'note', text: error instanceof Error ? error.message : String(error), failed: true, link };
}
