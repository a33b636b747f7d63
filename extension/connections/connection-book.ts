import { t } from '../../webviews/shared/l10n.ts';
import type { AccessSources } from './access.ts';
import { type Connection, GatewayConnection, type LocalConnection } from './connection.ts';
import { type Findings, probe } from './probe.ts';
import { type ConnectionSetting, readConnections } from './settings.ts';

/** What the last look at a connection gave. */
export type ConnectionState =
  /** Not looked at yet, or the local runtime while nothing runs. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'ok'; readonly findings: Findings }
  | { readonly kind: 'failed'; readonly message: string };

const UNKNOWN: ConnectionState = { kind: 'unknown' };
const CHECK_LIMIT_MS = 10_000;

/** The connections of the settings with the local runtime, and what was last seen of each. */
export class ConnectionBook {
  readonly local: LocalConnection;
  readonly #sources: AccessSources;
  readonly #listeners = new Set<() => void>();
  #remote: GatewayConnection[] = [];
  #settings = new Map<string, ConnectionSetting>();
  readonly #states = new Map<string, ConnectionState>();
  #problems: readonly string[] = [];

  constructor(local: LocalConnection, sources: AccessSources) {
    this.local = local;
    this.#sources = sources;
  }

  get all(): readonly Connection[] {
    return [this.local, ...this.#remote];
  }

  get remote(): readonly GatewayConnection[] {
    return this.#remote;
  }

  /** The entries of the setting, without those that cannot be used. */
  get settings(): readonly ConnectionSetting[] {
    return [...this.#settings.values()];
  }

  /** One line for each entry that cannot be used. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Takes the setting as it is now. Connections that stay the same stay the same objects. */
  read(value: unknown): void {
    const { connections, problems } = readConnections(value);
    this.#problems = problems;
    this.#settings = new Map(connections.map((setting) => [setting.name, setting]));
    const known = new Map(this.#remote.map((connection) => [keyOf(connection.setting), connection]));
    this.#remote = connections.map((setting) => {
      const same = known.get(keyOf(setting));
      if (same) return same;
      this.#states.delete(`gateway-${setting.name}`);
      return new GatewayConnection(setting, this.#sources, () => this.#settings.get(setting.name)?.readOnly === true);
    });
    this.#tell();
  }

  find(name: string): Connection | undefined {
    return this.all.find(({ label }) => label === name);
  }

  state(connection: Connection): ConnectionState {
    return this.#states.get(connection.id) ?? UNKNOWN;
  }

  /** Calls `listener` when connections or their states change. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at a connection now; never fails: the state tells. The local runtime is started by that. */
  async check(connection: Connection): Promise<ConnectionState> {
    const before = this.state(connection);
    if (before.kind === 'unknown') this.#set(connection, { kind: 'checking' });
    let state: ConnectionState;
    try {
      state = { kind: 'ok', findings: await probe(connection, AbortSignal.timeout(CHECK_LIMIT_MS)) };
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      const message = late ? t('No answer within {0} s', CHECK_LIMIT_MS / 1000) : String(messageOf(error));
      state = { kind: 'failed', message };
    }
    this.#set(connection, state);
    return state;
  }

  /** Looks at every server; at the local runtime only when it runs. */
  async checkAll(): Promise<void> {
    const { local } = this;
    if (!local.running) this.#set(local, UNKNOWN);
    const all: Connection[] = local.running ? [local, ...this.#remote] : [...this.#remote];
    await Promise.all(all.map((connection) => this.check(connection)));
  }

  #set(connection: Connection, state: ConnectionState): void {
    if (JSON.stringify(this.#states.get(connection.id)) === JSON.stringify(state)) return;
    this.#states.set(connection.id, state);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Two settings of one key reach the same server in the same way. */
export function keyOf({ readOnly: _, ...setting }: ConnectionSetting): string {
  return JSON.stringify(setting);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
