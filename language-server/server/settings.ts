import { type Connection, DidChangeConfigurationNotification, type InitializeParams } from 'vscode-languageserver/node';
import type { FlinkVersion } from '../../flink-sql/syntax/versions.ts';
import { ALL_INLAYS, type InlaySettings } from '../ide/inlay-hints.ts';

/** The settings of the section `millrace` that the server reads. */
export interface Settings {
  readonly inlayHints: InlaySettings;
  readonly review: boolean;
  readonly codeLens: boolean;
  /** There are environments, which may change tables' options. */
  readonly environments: boolean;
  /** Whose syntax is taken; `auto`: that of the connected cluster. */
  readonly flinkVersion: FlinkVersion | 'auto';
}

const DEFAULTS: Settings = {
  inlayHints: ALL_INLAYS,
  review: true,
  codeLens: true,
  environments: false,
  flinkVersion: 'auto',
};

const VERSIONS: readonly FlinkVersion[] = ['1.20', '2.0', '2.1', '2.2'];

/** Flink's version as far as syntax goes: `2.1.3` is `2.1`; undefined for one that is not known. */
export const versionOf = (text: string | undefined): FlinkVersion | undefined =>
  VERSIONS.find((v) => text === v || text?.startsWith(`${v}.`));

/** Keeps the settings as the client has them; where it has none, the defaults hold. */
export class SettingsKeeper {
  readonly #connection: Connection;
  readonly #changed: () => void;
  #current = DEFAULTS;
  #asks = false;
  #registers = false;

  constructor(connection: Connection, changed: () => void) {
    this.#connection = connection;
    this.#changed = changed;
    connection.onDidChangeConfiguration(() => void this.#read());
  }

  get current(): Settings {
    return this.#current;
  }

  initialize({ capabilities: { workspace } }: InitializeParams): void {
    this.#asks = workspace?.configuration === true;
    this.#registers = workspace?.didChangeConfiguration?.dynamicRegistration === true;
  }

  /** Called when the client is ready for requests. */
  async start(): Promise<void> {
    if (this.#registers)
      await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: 'millrace' });
    await this.#read();
  }

  async #read(): Promise<void> {
    if (!this.#asks) return;
    const given = (await this.#connection.workspace.getConfiguration('millrace')) as Record<string, unknown> | null;
    this.#current = settingsOf(given ?? {});
    this.#changed();
  }
}

/** What the client's values of the section mean; what is missing or wrong is the default. */
export function settingsOf(given: Record<string, unknown>): Settings {
  const flag = (value: unknown): boolean => value !== false;
  const enabled = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && 'enabled' in value ? flag(value.enabled) : flag(value);
  const inlays = (given.inlayHints ?? {}) as Record<string, unknown>;
  const version = VERSIONS.find((v) => v === given.flinkVersion);
  return {
    inlayHints: {
      changelog: flag(inlays.changelog),
      state: flag(inlays.state),
      timeAttributes: flag(inlays.timeAttributes),
    },
    review: enabled(given.review),
    codeLens: enabled(given.codeLens),
    environments: Object.keys(given.environments ?? {}).length > 0,
    flinkVersion: version ?? 'auto',
  };
}
