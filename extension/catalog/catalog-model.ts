import { t } from '../../webviews/shared/l10n.ts';
import { type CatalogColumn, type CatalogSource, OBJECT_KINDS, type ObjectKind } from './catalog-source.ts';
import { type TableDetail, tableDetail } from './table-detail.ts';

export type NodeKind =
  | 'catalog'
  | 'database'
  | 'group'
  | ObjectKind
  | 'column'
  | 'watermark'
  | 'key'
  | 'partitions'
  | 'partition'
  | 'options'
  | 'option'
  /** Stands for what is not there: a load under way, a failure, an empty list. */
  | 'loading'
  | 'failed'
  | 'empty';

export interface CatalogNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  readonly description?: string;
  /** Further lines. */
  readonly detail?: string;
  /** Of a catalog, a database or an object: its name's parts. */
  readonly path: readonly string[];
  readonly parent: CatalogNode | undefined;
  /** Of a group: the kind of what is in it. */
  readonly of?: ObjectKind;
  readonly column?: CatalogColumn;
  /** Known from the start, for what needs no more questions. */
  readonly children?: readonly CatalogNode[];
}

const EXPANDABLE: ReadonlySet<NodeKind> = new Set([
  'catalog',
  'database',
  'group',
  'partitions',
  'options',
  'table',
  'view',
  'materialized table',
  'model',
]);

const plurals = (): Readonly<Record<ObjectKind, string>> => ({
  table: t('Tables'),
  view: t('Views'),
  'materialized table': t('Materialized Tables'),
  function: t('Functions'),
  model: t('Models'),
});

type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly nodes: readonly CatalogNode[] }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * The catalog of one session as a tree: children are read when they are asked for, once, and stay until what shaped the session makes
 * them old. Asking never waits: a node that says so stands there until they are read.
 */
export class CatalogModel {
  readonly source: CatalogSource;
  readonly #changed: (node: CatalogNode | undefined) => void;
  #loaded = new Map<string, Loaded>();
  #current: { catalog: string; database: string } | undefined;
  #age = 0;

  /** @param changed told when the children of a node (of the root: undefined) are others than before. */
  constructor(source: CatalogSource, changed: (node: CatalogNode | undefined) => void) {
    this.source = source;
    this.#changed = changed;
  }

  /** The current catalog and database, when the root has been read. */
  get current(): { readonly catalog: string; readonly database: string } | undefined {
    return this.#current;
  }

  /** Whether the root could not be read. */
  get failed(): boolean {
    return this.#loaded.get('')?.kind === 'failed';
  }

  isExpandable(node: CatalogNode): boolean {
    return EXPANDABLE.has(node.kind) || node.children !== undefined;
  }

  /** What is known of the children; what is not is read from now on. */
  children(node?: CatalogNode): readonly CatalogNode[] {
    if (node?.children) return node.children;
    const key = node?.id ?? '';
    const loaded = this.#loaded.get(key);
    if (!loaded) {
      void this.load(node);
      return [placeholder(node, 'loading', t('Loading…'))];
    }
    if (loaded.kind === 'loading') return [placeholder(node, 'loading', t('Loading…'))];
    if (loaded.kind === 'failed') return [placeholder(node, 'failed', loaded.message)];
    return loaded.nodes.length > 0 ? loaded.nodes : [placeholder(node, 'empty', t('nothing here'))];
  }

  /** Reads the children of a node, unless they are known; never fails: a node tells. */
  async load(node?: CatalogNode): Promise<readonly CatalogNode[]> {
    if (node?.children) return node.children;
    const key = node?.id ?? '';
    const known = this.#loaded.get(key);
    if (known?.kind === 'ready') return known.nodes;
    const age = this.#age;
    this.#loaded.set(key, { kind: 'loading' });
    let loaded: Loaded;
    try {
      loaded = { kind: 'ready', nodes: await this.#read(node) };
    } catch (error) {
      loaded = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
    // What was asked before a change says nothing of what is there now.
    if (age !== this.#age) return loaded.kind === 'ready' ? loaded.nodes : [];
    this.#loaded.set(key, loaded);
    this.#changed(node);
    return loaded.kind === 'ready' ? loaded.nodes : [];
  }

  /** Forgets what is known, or only the children of a node that could not be read. */
  refresh(node?: CatalogNode): void {
    if (node) this.#loaded.delete(node.id);
    else {
      this.#age++;
      this.#loaded = new Map();
    }
    this.#changed(node);
  }

  /** Every object of every database, for a search. Databases that cannot be read are left out. */
  async everything(): Promise<readonly CatalogNode[]> {
    const found: CatalogNode[] = [];
    for (const catalog of await this.load()) {
      for (const database of await this.load(catalog)) {
        for (const group of await this.load(database)) found.push(...(await this.load(group)));
      }
    }
    return found;
  }

  async #read(node: CatalogNode | undefined): Promise<CatalogNode[]> {
    const { source } = this;
    if (!node) {
      const names = await source.catalogs();
      this.#current = await source.current();
      return names.map((name) => this.#child(node, 'catalog', name, [name]));
    }
    switch (node.kind) {
      case 'catalog':
        return (await source.databases(node.label)).map((name) =>
          this.#child(node, 'database', name, [...node.path, name]),
        );
      case 'database':
        return this.#groups(node);
      case 'table':
      case 'view':
      case 'materialized table':
        return this.#table(node, node.kind);
      case 'model':
        return (await source.modelColumns(node.path)).map((column) => ({
          ...columnNode(node, column),
          description: `${column.type} · ${column.input ? 'input' : 'output'}`,
        }));
      case 'partitions':
        return (await source.partitions(node.path)).map((name) => this.#child(node, 'partition', name, node.path));
      default:
        return [];
    }
  }

  async #groups(database: CatalogNode): Promise<CatalogNode[]> {
    const objects = await this.source.objects(database.path);
    return OBJECT_KINDS.filter((kind) => objects[kind].length > 0).map((of) => {
      const group = { ...this.#child(database, 'group', plurals()[of], database.path), of };
      const description = String(objects[of].length);
      const nodes = [...objects[of]].sort().map((name) => this.#child(group, of, name, [...database.path, name]));
      return { ...group, description, children: nodes };
    });
  }

  async #table(node: CatalogNode, kind: 'table' | 'view' | 'materialized table'): Promise<CatalogNode[]> {
    const columns = await this.source.columns(node.path);
    const watermarks = columns.filter(({ watermark }) => watermark !== undefined);
    let detail: TableDetail | undefined;
    try {
      detail = tableDetail(await this.source.showCreate(kind, node.path));
    } catch {
      // Not every table can be told as SQL (one made by the Table API); its columns can.
    }
    const described = columns.find(({ key: one }) => one?.startsWith('PRI('))?.key;
    const key = detail?.primaryKey.length ? detail.primaryKey.join(', ') : described?.slice('PRI('.length, -1);
    const nodes = columns.map((column) => columnNode(node, column));
    if (key) nodes.push({ ...this.#child(node, 'key', t('Primary key'), node.path), description: key });
    for (const { name, watermark = '' } of watermarks) {
      const label = t('Watermark of {0}', name);
      nodes.push({ ...this.#child(node, 'watermark', label, node.path), description: watermark });
    }
    if (detail && detail.partitionKeys.length > 0) {
      const description = detail.partitionKeys.join(', ');
      nodes.push({ ...this.#child(node, 'partitions', t('Partitions'), node.path), description });
    }
    if (detail && detail.options.length > 0) {
      const options = this.#child(node, 'options', t('Options'), node.path);
      const children = detail.options.map(({ key: name, value }) => ({
        ...this.#child(options, 'option', name, node.path),
        description: value,
      }));
      nodes.push({ ...options, description: connectorOf(detail) ?? '', children });
    }
    return nodes;
  }

  #child(parent: CatalogNode | undefined, kind: NodeKind, label: string, path: readonly string[]): CatalogNode {
    return { id: `${parent?.id ?? ''}\n${kind} ${label}`, kind, label, path, parent };
  }
}

function columnNode(parent: CatalogNode, column: CatalogColumn): CatalogNode {
  const { name, type, nullable, extras, comment } = column;
  const words = [type, ...(nullable ? [] : ['NOT NULL']), ...(extras === undefined ? [] : [extras])];
  return {
    id: `${parent.id}\ncolumn ${name}`,
    kind: 'column',
    label: name,
    description: words.join(' '),
    ...(comment === undefined ? {} : { detail: comment }),
    path: parent.path,
    parent,
    column,
  };
}

function connectorOf(detail: TableDetail): string | undefined {
  return detail.options.find(({ key }) => key === 'connector')?.value;
}

function placeholder(
  parent: CatalogNode | undefined,
  kind: 'loading' | 'failed' | 'empty',
  label: string,
): CatalogNode {
  return { id: `${parent?.id ?? ''}\n${kind}`, kind, label, path: parent?.path ?? [], parent };
}
