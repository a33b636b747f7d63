import type { Connection } from '../connections/connection.ts';
import type { KeyedStore } from '../connections/session-memory.ts';

const KEY = 'millrace.fileConnections';

/** The connections there are; the connection book fits. */
export interface KnownConnections {
  readonly all: readonly Connection[];
  readonly local: Connection;
}

/** Which connection each SQL file runs on: the one it was given, else the default, else the local runtime. */
export class FileConnections {
  readonly #known: KnownConnections;
  readonly #state: KeyedStore;
  readonly #default: () => string;

  constructor(known: KnownConnections, state: KeyedStore, defaultConnection: () => string) {
    this.#known = known;
    this.#state = state;
    this.#default = defaultConnection;
  }

  of(file: { toString(): string }): Connection {
    const remembered = this.#read()[file.toString()];
    const named = (label: string | undefined): Connection | undefined =>
      label === undefined ? undefined : this.#known.all.find((connection) => connection.label === label);
    return named(remembered) ?? named(this.#default()) ?? this.#known.local;
  }

  /** The file runs there from now on, in later windows too. */
  remember(file: { toString(): string }, connection: Connection): void {
    void this.#state.update(KEY, { ...this.#read(), [file.toString()]: connection.label });
  }

  #read(): Readonly<Record<string, string>> {
    return this.#state.get<Record<string, string>>(KEY) ?? {};
  }
}
