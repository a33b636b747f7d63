import * as vscode from 'vscode';
import { maskOptions } from '../../environments/secret-options.ts';
import { registerCommand } from '../commands.ts';
import { assertWritable } from '../connections/read-only.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import type { Kernel } from '../notebook/kernel.ts';
import type { Kernels } from '../notebook/kernels.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { CatalogModel, type CatalogNode } from './catalog-model.ts';
import {
  type CatalogSnapshot,
  CatalogSource,
  describeCatalog,
  OBJECT_KINDS,
  type ObjectKind,
} from './catalog-source.ts';
import { insertText } from './insert.ts';
import { shortName } from './names.ts';
import { createSnippets, dropStatement, previewStatement, selectStatement } from './statements.ts';
import { CatalogTree } from './tree.ts';

const SCHEME = 'millrace-create';

export interface CatalogServices {
  readonly log: Log;
  readonly kernels: Kernels;
  /** Hides the secrets of the environment. */
  readonly masker: { message(text: string): string };
  /** Fires when a statement has changed what a notebook's session knows. */
  readonly shaped: vscode.Event<vscode.NotebookDocument>;
  /** Calls back when connections have changed. */
  readonly onConnections: (listener: () => void) => () => void;
}

/** What other parts of the extension ask of the catalog. */
export interface Catalog extends Disposable {
  /** What the session of a notebook knows; undefined while it has none. */
  describe(notebook: vscode.NotebookDocument, signal?: AbortSignal): Promise<CatalogSnapshot | undefined>;
  /** Takes note of which notebook is in front, and on which connection. */
  follow(): void;
}

interface Shown {
  readonly notebook: vscode.NotebookDocument;
  readonly kernel: Kernel;
  readonly model: CatalogModel;
}

/** The catalog tree with its commands. It shows the session of the notebook that was in front last. */
export function registerCatalog({ log, kernels, masker, shaped, onConnections }: CatalogServices): Catalog {
  const disposables = new DisposableList();
  const tree = disposables.add(new CatalogTree());
  let shown: Shown | undefined;
  const models = new WeakMap<vscode.NotebookDocument, Shown>();

  const contexts = new Map<string, boolean>();
  const setContext = (name: string, value: boolean): void => {
    if (contexts.get(name) === value) return;
    contexts.set(name, value);
    void vscode.commands.executeCommand('setContext', name, value);
  };

  const shownOf = (notebook: vscode.NotebookDocument): Shown => {
    const kernel = kernels.of(notebook);
    const known = models.get(notebook);
    if (known?.kernel === kernel) return known;
    const source = new CatalogSource((signal) => kernel.session(notebook, signal));
    const model: CatalogModel = new CatalogModel(source, (node) => tree.update(model, node));
    const made = { notebook, kernel, model };
    models.set(notebook, made);
    return made;
  };
  const follow = (): void => {
    const front = vscode.window.activeNotebookEditor?.notebook;
    const notebook = front?.notebookType === NOTEBOOK_TYPE ? front : shown?.notebook;
    shown = notebook && !notebook.isClosed ? shownOf(notebook) : undefined;
    const name = notebook?.uri.path.split('/').at(-1) ?? '';
    tree.show(shown && { model: shown.model, title: `${shown.kernel.connection.label} · ${name}` });
    setContext('millrace.catalogReadOnly', shown?.kernel.connection.readOnly === true);
    setContext('millrace.catalogShown', shown !== undefined);
  };
  follow();
  disposables.add(vscode.window.onDidChangeActiveNotebookEditor(follow));
  disposables.add(vscode.workspace.onDidCloseNotebookDocument(follow));
  disposables.add({ dispose: onConnections(follow) });
  disposables.add(shaped((notebook) => models.get(notebook)?.model.refresh()));

  const need = (): Shown => {
    if (!shown) throw new Error(vscode.l10n.t('No Flink SQL notebook is open: the catalog is that of its session'));
    return shown;
  };
  /** The object that a command of the tree is about, else one that the person looks for. */
  const chosen = async (given: unknown, title: string): Promise<CatalogNode | undefined> => {
    if (typeof given === 'object' && given !== null && 'path' in given) return given as CatalogNode;
    const { model } = need();
    const items = model.everything().then((nodes) =>
      nodes.map((node) => ({
        label: node.label,
        description: node.kind,
        detail: node.path.slice(0, -1).join('.'),
        node,
      })),
    );
    const options = {
      title,
      matchOnDetail: true,
      placeHolder: vscode.l10n.t('Name of a table, view, function or model'),
    };
    return (await vscode.window.showQuickPick(items, options))?.node;
  };
  const objectKind = (node: CatalogNode): ObjectKind | undefined => OBJECT_KINDS.find((kind) => kind === node.kind);
  const nameOf = (node: CatalogNode): string =>
    node.kind === 'column' ? shortName([node.label]) : shortName(node.path, need().model.current);

  const documents = new Map<string, string>();
  disposables.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => documents.get(uri.toString()) ?? '',
    }),
  );
  disposables.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      documents.delete(uri.toString());
    }),
  );

  disposables.add(registerCommand(log, 'millrace.catalogRefresh', () => need().model.refresh()));
  disposables.add(
    registerCommand(log, 'millrace.catalogRetry', (node: CatalogNode | undefined) =>
      need().model.refresh(node?.parent),
    ),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogFind', async () => {
      const node = await chosen(undefined, vscode.l10n.t('Find in the catalog'));
      if (node) await tree.view.reveal(node, { select: true, focus: true, expand: true });
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogShowCreate', async (given: unknown) => {
      const node = await chosen(given, vscode.l10n.t('Show which CREATE statement?'));
      const kind = node && objectKind(node);
      if (!node || !kind) return;
      const text = masker.message(maskOptions(await need().model.source.showCreate(kind, node.path)));
      const uri = vscode.Uri.from({
        scheme: SCHEME,
        path: `/${node.path.join('.')}.flink.sql`,
        query: `${Date.now()}`,
      });
      documents.set(uri.toString(), text);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
      await vscode.window.showTextDocument(document, { preview: true });
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogInsertName', async (given: unknown) => {
      const node = await chosen(given, vscode.l10n.t('Insert which name?'));
      if (node) await insertText(nameOf(node), need().notebook);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogInsertSelect', async (given: unknown) => {
      const node = await chosen(given, 'SELECT from which table?');
      if (!node) return;
      const columns = await need().model.source.columns(node.path);
      await insertText(
        selectStatement(
          nameOf(node),
          columns.map(({ name }) => shortName([name])),
        ),
        need().notebook,
      );
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogPreview', async (given: unknown) => {
      const node = await chosen(given, vscode.l10n.t('Preview which table?'));
      if (!node) return;
      const { notebook, kernel } = need();
      const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, previewStatement(nameOf(node)), LANGUAGE);
      const at = notebook.cellCount;
      const edit = new vscode.WorkspaceEdit();
      edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(at, [cell])]);
      await vscode.workspace.applyEdit(edit);
      const range = new vscode.NotebookRange(at, at + 1);
      const editor = await vscode.window.showNotebookDocument(notebook, { selections: [range] });
      editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
      // The editor's own command looks for an editor, which may not be there yet.
      await kernel.controller.executeHandler([notebook.cellAt(at)], notebook, kernel.controller);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogCreate', async () => {
      const { kernel, notebook } = need();
      assertWritable(kernel.connection, vscode.l10n.t('Creating'));
      const kind = await vscode.window.showQuickPick(createSnippets(), { title: vscode.l10n.t('Create what?') });
      if (kind) await insertText(new vscode.SnippetString(kind.snippet), notebook);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.catalogDrop', async (given: unknown) => {
      const { kernel, model } = need();
      assertWritable(kernel.connection, vscode.l10n.t('Dropping'));
      const node = await chosen(given, vscode.l10n.t('Drop what?'));
      const kind = node && (node.kind === 'catalog' || node.kind === 'database' ? node.kind : objectKind(node));
      if (!node || !kind) return;
      const statement = dropStatement(kind, node.path, await isTemporary(model, kind, node));
      const drop = vscode.l10n.t('Drop');
      const question = vscode.l10n.t('Drop the {0} {1}?', kind, node.label);
      const detail = vscode.l10n.t('On {0} this is run:\n{1}', kernel.connection.label, statement);
      if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, drop)) !== drop) return;
      try {
        await model.source.run(statement);
      } finally {
        model.refresh();
      }
    }),
  );

  return {
    follow,
    describe: async (notebook, signal) => {
      const kernel = kernels.of(notebook);
      return kernel.hasSession(notebook)
        ? describeCatalog(await kernel.session(notebook, signal), { ...(signal && { signal }) })
        : undefined;
    },
    dispose: () => disposables.dispose(),
  };
}

/** Temporary objects are dropped by a statement of their own. */
async function isTemporary(model: CatalogModel, kind: string, node: CatalogNode): Promise<boolean> {
  if (kind !== 'table' && kind !== 'view' && kind !== 'model') return false;
  return /^\s*CREATE\s+TEMPORARY\b/i.test(await model.source.showCreate(kind, node.path));
}
