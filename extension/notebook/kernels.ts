import * as vscode from 'vscode';
import type { Connection } from '../connections/connection.ts';
import type { Disposable } from '../disposables.ts';
import { Kernel, type KernelServices } from './kernel.ts';
import { NOTEBOOK_TYPE } from './serializer.ts';

/** The kernels: the local runtime's, and one for each connection of the settings. */
export class Kernels implements Disposable {
  readonly #services: KernelServices;
  readonly #local: Kernel;
  #remote = new Map<string, Kernel>();

  constructor(local: Connection, services: KernelServices) {
    this.#services = services;
    this.#local = new Kernel(local, services);
    for (const notebook of vscode.workspace.notebookDocuments) this.prefer(notebook);
  }

  get all(): readonly Kernel[] {
    return [this.#local, ...this.#remote.values()];
  }

  /**
   * A notebook that comes to the front runs on the connection `name` (else on the local runtime) unless its user has chosen another
   * kernel, which VS Code remembers and tells before. Affinity alone only orders the list where there are several kernels.
   */
  async selectDefault(editor: vscode.NotebookEditor | undefined, extension: string, name = ''): Promise<void> {
    if (!editor || editor.notebook.notebookType !== NOTEBOOK_TYPE) return;
    this.prefer(editor.notebook);
    if (this.all.some((kernel) => kernel.isSelectedFor(editor.notebook))) return;
    const { id } = (this.all.find(({ connection }) => connection.label === name) ?? this.#local).controller;
    await vscode.commands.executeCommand('notebook.selectKernel', { notebookEditor: editor, id, extension });
  }

  /** Puts the local runtime first in the list of kernels. */
  prefer(notebook: vscode.NotebookDocument): void {
    if (notebook.notebookType !== NOTEBOOK_TYPE) return;
    this.#local.controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
  }

  /** Takes the connections as the settings have them now; kernels of unchanged ones stay, with their sessions. */
  setConnections(connections: readonly { readonly key: string; readonly create: () => Connection }[]): void {
    const next = new Map<string, Kernel>();
    const kept = new Set(connections.map(({ key }) => key));
    // Old ones first: two controllers of one id may not be there at once.
    for (const [key, kernel] of this.#remote) if (!kept.has(key)) kernel.dispose();
    for (const { key, create } of connections) {
      if (!next.has(key)) next.set(key, this.#remote.get(key) ?? new Kernel(create(), this.#services));
    }
    this.#remote = next;
  }

  /** The kernel on which a notebook runs: until the user chooses one, VS Code takes the preferred. */
  of(notebook: vscode.NotebookDocument): Kernel {
    return this.all.find((kernel) => kernel.isSelectedFor(notebook)) ?? this.#local;
  }

  /** Ends what a closed notebook had. */
  closed(notebook: vscode.NotebookDocument): void {
    for (const kernel of this.all) {
      for (const cell of notebook.getCells()) kernel.forget(cell);
      void kernel.close(notebook);
    }
  }

  /** The window closes: sessions that outlive it stay in their servers. */
  leave(): void {
    for (const kernel of this.all) kernel.leave();
  }

  dispose(): void {
    for (const kernel of this.all) kernel.dispose();
  }
}
