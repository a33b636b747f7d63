/** VS Code's SecretStorage fits. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** What is kept of one server. */
export interface ServerSecrets {
  readonly token?: string;
  readonly password?: string;
  /** Of the client's key. */
  readonly passphrase?: string;
  /** Values of headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Secrets of servers. They belong to a server's origin, not to a name: a workspace's settings may say where a name leads.
 */
export class ConnectionSecrets {
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  async of(url: string): Promise<ServerSecrets> {
    const text = await this.#store.get(keyOf(url));
    if (text === undefined) return {};
    if (!text.startsWith('{')) return { token: text }; // As versions before connections had other secrets kept it.
    return JSON.parse(text) as ServerSecrets;
  }

  /** Replaces what is kept; empty values are removed. */
  async set(url: string, secrets: ServerSecrets): Promise<void> {
    const kept = Object.entries(secrets).filter(
      ([, value]) => value !== undefined && value !== '' && Object.keys(value).length > 0,
    );
    if (kept.length === 0) await this.#store.delete(keyOf(url));
    else await this.#store.store(keyOf(url), JSON.stringify(Object.fromEntries(kept)));
  }

  /** Changes some of what is kept. */
  async change(url: string, secrets: ServerSecrets): Promise<void> {
    await this.set(url, { ...(await this.of(url)), ...secrets });
  }
}

function keyOf(url: string): string {
  return `millrace.connection ${new URL(url).origin}`;
}
