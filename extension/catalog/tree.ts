import * as vscode from 'vscode';
import type { Disposable } from '../disposables.ts';
import type { CatalogModel, CatalogNode, NodeKind } from './catalog-model.ts';

const AGAIN_MS = 10_000;

const ICONS: Readonly<Record<NodeKind, string>> = {
  catalog: 'library',
  database: 'database',
  group: 'folder',
  table: 'table',
  view: 'eye',
  'materialized table': 'layers',
  function: 'symbol-function',
  model: 'hubot',
  column: 'symbol-field',
  watermark: 'watch',
  key: 'key',
  partitions: 'split-horizontal',
  partition: 'folder',
  options: 'settings',
  option: 'symbol-property',
  loading: 'loading~spin',
  failed: 'error',
  empty: 'circle-slash',
};

/** What the tree shows: one notebook's session. */
export interface CatalogTarget {
  readonly model: CatalogModel;
  /** Where it runs and whose it is. */
  readonly title: string;
}

/** The catalog tree of the session in front. It shows what the model knows, and tries again while that is a failure. */
export class CatalogTree implements vscode.TreeDataProvider<CatalogNode>, Disposable {
  readonly view: vscode.TreeView<CatalogNode>;
  readonly #changed = new vscode.EventEmitter<CatalogNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #timer: NodeJS.Timeout;
  #target: CatalogTarget | undefined;

  constructor() {
    this.view = vscode.window.createTreeView('millrace.catalog', { treeDataProvider: this, showCollapseAll: true });
    this.#timer = setInterval(() => {
      if (this.view.visible && this.#target?.model.failed) this.#target.model.refresh();
    }, AGAIN_MS);
    this.#timer.unref();
  }

  get target(): CatalogTarget | undefined {
    return this.#target;
  }

  show(target: CatalogTarget | undefined): void {
    this.view.description = target?.title ?? '';
    if (target?.model === this.#target?.model) return;
    this.#target = target;
    this.#changed.fire(undefined);
  }

  /** Tells that a model's node has other children. */
  update(model: CatalogModel, node: CatalogNode | undefined): void {
    if (model === this.#target?.model) this.#changed.fire(node);
  }

  getChildren(node?: CatalogNode): CatalogNode[] {
    return this.#target ? [...this.#target.model.children(node)] : [];
  }

  getParent(node: CatalogNode): CatalogNode | undefined {
    return node.parent;
  }

  getTreeItem(node: CatalogNode): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const current = this.#target?.model.current;
    const isCurrent =
      (node.kind === 'catalog' && node.label === current?.catalog) ||
      (node.kind === 'database' && node.path[0] === current?.catalog && node.label === current?.database);
    const isOpen = isCurrent || (node.kind === 'group' && (node.of === 'table' || node.of === 'view'));
    const isExpandable = this.#target?.model.isExpandable(node) === true;
    const item = new vscode.TreeItem(node.label, isExpandable ? (isOpen ? Expanded : Collapsed) : None);
    item.id = node.id;
    item.contextValue = node.kind;
    item.description = [...(node.description ? [node.description] : []), ...(isCurrent ? ['current'] : [])].join(' · ');
    item.tooltip = tooltipOf(node);
    item.iconPath = iconOf(node);
    if (node.kind === 'failed') {
      item.description = vscode.l10n.t('Retry');
      item.command = { command: 'millrace.catalogRetry', title: vscode.l10n.t('Retry'), arguments: [node] };
      item.accessibilityInformation = {
        label: vscode.l10n.t('{0}. Press Enter to try again.', node.label),
        role: 'button',
      };
    }
    return item;
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.view.dispose();
    this.#changed.dispose();
  }
}

function iconOf(node: CatalogNode): vscode.ThemeIcon {
  const { kind, column } = node;
  if (kind === 'failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (kind === 'column' && column?.key) return new vscode.ThemeIcon('key');
  if (kind === 'column' && /\*(ROWTIME|PROCTIME)\*/.test(column?.type ?? '')) return new vscode.ThemeIcon('watch');
  return new vscode.ThemeIcon(ICONS[kind]);
}

function tooltipOf(node: CatalogNode): string {
  const name = node.kind === 'table' || node.kind === 'view' ? node.path.join('.') : node.label;
  const words = [
    name,
    node.description ?? '',
    node.column?.watermark ? vscode.l10n.t('Watermark: {0}', node.column.watermark) : '',
  ];
  return [...words, node.detail ?? ''].filter((line) => line !== '').join('\n');
}
