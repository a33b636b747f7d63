import * as vscode from 'vscode';
import { isTestCell, NOTEBOOK_SUFFIX, readTestFile } from '../../testing/notebook.ts';
import { documentSource, notebookSource, sourceOf, type TestSource } from './test-source.ts';

/** Files of tests, and notebooks, which may have test cells. */
export const TEST_FILES = '**/*{.test.sql,.flinknb}';
const NOT_IN = '**/node_modules/**';

/** The files of tests in the workspace and the tests in them, as the Test view shows them. */
export class TestTree implements vscode.Disposable {
  readonly #controller: vscode.TestController;
  readonly #disposables: vscode.Disposable[];

  constructor(controller: vscode.TestController) {
    this.#controller = controller;
    const watcher = vscode.workspace.createFileSystemWatcher(TEST_FILES);
    this.#disposables = [
      watcher,
      watcher.onDidCreate((uri) => void this.read(uri)),
      watcher.onDidChange((uri) => void this.read(uri)),
      watcher.onDidDelete((uri) => controller.items.delete(uri.toString())),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#open(document)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#open(document)),
      vscode.workspace.onDidOpenNotebookDocument((notebook) => this.#openNotebook(notebook)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => this.#openNotebook(notebook)),
      // Its places are those of the file again.
      vscode.workspace.onDidCloseNotebookDocument(({ uri }) => void this.#reread(uri)),
    ];
    controller.resolveHandler = async (item) => {
      if (item?.uri) await this.read(item.uri);
      else if (!item) await this.discover();
    };
    controller.refreshHandler = () => this.discover();
    for (const document of vscode.workspace.textDocuments) this.#open(document);
    for (const notebook of vscode.workspace.notebookDocuments) this.#openNotebook(notebook);
  }

  async discover(): Promise<void> {
    const found = await vscode.workspace.findFiles(TEST_FILES, NOT_IN);
    const known = new Set(found.map((uri) => uri.toString()));
    for (const [id] of this.#controller.items) if (!known.has(id)) this.#controller.items.delete(id);
    await Promise.all(found.map((uri) => this.read(uri)));
  }

  /** Reads a file's tests; what is open is meant as it stands in its editor. */
  async read(uri: vscode.Uri): Promise<void> {
    this.#show(uri, await sourceOf(uri));
  }

  /** A notebook that is closed may have been deleted, or never saved. */
  async #reread(uri: vscode.Uri): Promise<void> {
    if (!this.#controller.items.get(uri.toString())) return;
    await this.read(uri).then(undefined, () => this.#controller.items.delete(uri.toString()));
  }

  #open(document: vscode.TextDocument): void {
    if (!document.uri.path.endsWith('.test.sql') || document.uri.scheme !== 'file') return;
    this.#show(document.uri, documentSource(document));
  }

  #openNotebook(notebook: vscode.NotebookDocument): void {
    if (!notebook.uri.path.endsWith(NOTEBOOK_SUFFIX) || notebook.uri.scheme !== 'file') return;
    const hasTests = notebook.getCells().some((cell) => isTestCell(cell.document.getText()));
    if (hasTests || this.#controller.items.get(notebook.uri.toString()))
      this.#show(notebook.uri, notebookSource(notebook));
  }

  #show(uri: vscode.Uri, { text, location }: TestSource): void {
    const id = uri.toString();
    const { tests } = readTestFile(uri.path, text);
    // Nearly all notebooks have none.
    if (tests.length === 0 && uri.path.endsWith(NOTEBOOK_SUFFIX)) {
      this.#controller.items.delete(id);
      return;
    }
    const file =
      this.#controller.items.get(id) ??
      this.#controller.createTestItem(id, uri.path.slice(uri.path.lastIndexOf('/') + 1), uri);
    const path = vscode.workspace.asRelativePath(uri, false);
    file.description = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    file.canResolveChildren = true;
    file.children.replace(
      tests.map(({ name, place }) => {
        const { uri: own, range } = location(place);
        const known = file.children.get(name);
        // A notebook that is opened or closed has its tests in other documents.
        const item =
          known?.uri?.toString() === own.toString() ? known : this.#controller.createTestItem(name, name, own);
        item.range = range;
        return item;
      }),
    );
    this.#controller.items.add(file);
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }
}
