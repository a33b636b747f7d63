import type { ToHost, ToRenderer } from '../messages.ts';
import { setTexts } from '../shared/l10n.ts';

/** The way to the host; VS Code's renderer context has it, unless the host cannot be reached. */
export interface Host {
  postMessage?: (message: ToHost) => void;
  onDidReceiveMessage?: (listener: (message: ToRenderer) => void) => unknown;
}

/** What is about one result. */
type ResultMessage = Exclude<ToRenderer, { type: 'texts' }>;
type Listener = (message: ResultMessage) => void;

/** Gives each result's messages to the component that shows it. */
export class Channel {
  readonly #host: Host;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(host: Host) {
    this.#host = host;
    host.onDidReceiveMessage?.((message) => {
      if (message.type === 'texts') {
        setTexts(message.texts);
        return;
      }
      const id = message.type === 'state' ? message.state.id : message.id;
      for (const listener of this.#listeners.get(id) ?? []) listener(message);
    });
  }

  get connected(): boolean {
    return this.#host.postMessage !== undefined;
  }

  send(message: ToHost): void {
    this.#host.postMessage?.(message);
  }

  /** Hears of a result until the returned function is called; the host begins by telling all that it knows. */
  subscribe(id: string, listener: Listener): () => void {
    const leave = this.listen(id, listener);
    this.send({ type: 'subscribe', id });
    return leave;
  }

  /** As `subscribe`, for a part of what has subscribed. */
  listen(id: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(id);
      this.send({ type: 'unsubscribe', id });
    };
  }
}
