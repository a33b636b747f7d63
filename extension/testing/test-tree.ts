import * as vscode from 'vscode';
import { readTests } from '../../testing/document.ts';

export const TEST_FILES = '**/*.test.sql';
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
    ];
    controller.resolveHandler = async (item) => {
      if (item?.uri) await this.read(item.uri);
      else if (!item) await this.discover();
    };
    controller.refreshHandler = () => this.discover();
    for (const document of vscode.workspace.textDocuments) this.#open(document);
  }

  async discover(): Promise<void> {
    const found = await vscode.workspace.findFiles(TEST_FILES, NOT_IN);
    const known = new Set(found.map((uri) => uri.toString()));
    for (const [id] of this.#controller.items) if (!known.has(id)) this.#controller.items.delete(id);
    await Promise.all(found.map((uri) => this.read(uri)));
  }

  /** Reads a file's tests; what is open is meant as it stands in its editor. */
  async read(uri: vscode.Uri): Promise<void> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) {
      this.#show(uri, open.getText(), (offset) => open.positionAt(offset));
      return;
    }
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    this.#show(uri, text, positions(text));
  }

  #open(document: vscode.TextDocument): void {
    if (!document.uri.path.endsWith('.test.sql') || document.uri.scheme !== 'file') return;
    this.#show(document.uri, document.getText(), (offset) => document.positionAt(offset));
  }

  #show(uri: vscode.Uri, text: string, at: (offset: number) => vscode.Position): void {
    const id = uri.toString();
    const file =
      this.#controller.items.get(id) ??
      this.#controller.createTestItem(id, uri.path.slice(uri.path.lastIndexOf('/') + 1), uri);
    const path = vscode.workspace.asRelativePath(uri, false);
    file.description = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    file.canResolveChildren = true;
    const { tests } = readTests(text);
    file.children.replace(
      tests.map(({ name, place }) => {
        const item = file.children.get(name) ?? this.#controller.createTestItem(name, name, uri);
        item.range = new vscode.Range(at(place.start), at(place.end));
        return item;
      }),
    );
    this.#controller.items.add(file);
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }
}

/** Positions in a text that no editor has open. */
export function positions(text: string): (offset: number) => vscode.Position {
  return (offset) => {
    const before = text.slice(0, offset).split('\n');
    return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
  };
}
