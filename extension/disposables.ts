/** What can be undone; VS Code's Disposable fits. */
export interface Disposable {
  dispose(): unknown;
}

/** Things to undo together, the last one first. What is added after that is undone at once. */
export class DisposableList implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items) this.#items.push(item);
    else item.dispose();
    return item;
  }

  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    for (const item of items.reverse()) item.dispose();
  }
}
