import type { ServerAccess } from '../../clients/http/index.ts';
import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { type AccessSources, accessOf } from './access.ts';
import type { LocalRuntime } from './local-runtime.ts';
import type { ConnectionSetting } from './settings.ts';

/** Where a notebook's statements run. */
export interface Connection {
  readonly id: string;
  readonly label: string;
  /** One line for pickers. */
  readonly description: string;
  /** Whether INSERTs can be run without touching their sinks. */
  readonly canPreview: boolean;
  /** Whether only what reads may be sent (read-only.ts). */
  readonly readOnly: boolean;
  /** Whether its sessions live on when the window is closed or reloaded. */
  readonly outlivesWindow: boolean;
  /** Connects, starting what must be started. Throws GatewayError, or an Error with one readable line. */
  connect(signal?: AbortSignal): Promise<GatewayClient>;
  /** How to reach its JobManager; undefined when it has none. */
  jobManager(): Promise<ServerAccess | undefined>;
  /** What an error of this connection means to the user, when there is more to say than its own words. */
  explain(error: unknown): string | undefined;
  /** Makes the first statement quick, where something can be done before it. Never fails. */
  warm(): void;
  /** Begins anew: whatever the connection itself keeps running is ended. */
  restart(): Promise<void>;
}

/** The embedded runtime: its own process, started by the first statement. */
export class LocalConnection implements Connection {
  readonly canPreview = true;
  readonly readOnly = false;
  readonly outlivesWindow = false;
  readonly id = 'local';
  readonly label = 'Local runtime';
  get description(): string {
    return t('Embedded stream runtime on this machine');
  }
  readonly #runtime: LocalRuntime;

  constructor(runtime: LocalRuntime) {
    this.#runtime = runtime;
  }

  async connect(signal?: AbortSignal): Promise<GatewayClient> {
    const { url, token } = await this.#runtime.endpoint();
    return GatewayClient.connect({ url, token, ...(signal && { signal }) });
  }

  /** The runtime serves the JobManager's REST API at the same address. Starts it if need be. */
  async jobManager(): Promise<ServerAccess> {
    const { url, token } = await this.#runtime.endpoint();
    return { url, auth: { kind: 'bearer', token } };
  }

  /** Whether its process runs, without starting it. */
  get running(): boolean {
    return this.#runtime.pid !== undefined;
  }

  explain(error: unknown): string | undefined {
    if (!(error instanceof GatewayError) || error.kind !== 'unreachable') return undefined;
    const end = this.#runtime.lastEnd;
    if (!end) return undefined;
    return t(
      'The local runtime ended ({0}). Its tables, settings and running queries are lost; the next run starts it anew.',
      end,
    );
  }

  warm(): void {
    // One that died is started by the next run, which tells what was lost. Why it does not start is in the log.
    if (this.#runtime.lastEnd === undefined) this.#runtime.endpoint().catch(() => undefined);
  }

  restart(): Promise<void> {
    return this.#runtime.stop();
  }
}

/** A SQL Gateway at an address of the settings. */
export class GatewayConnection implements Connection {
  readonly canPreview = false;
  readonly outlivesWindow = true;
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly setting: ConnectionSetting;
  readonly #sources: AccessSources;
  readonly #readOnly: () => boolean;

  /** @param readOnly asked at every write: the flag may change while sessions are open. */
  constructor(setting: ConnectionSetting, sources: AccessSources, readOnly = () => setting.readOnly === true) {
    this.id = `gateway-${setting.name}`;
    this.label = setting.name;
    this.description = t('Flink SQL Gateway at {0}', new URL(setting.url).host);
    this.setting = setting;
    this.#sources = sources;
    this.#readOnly = readOnly;
  }

  get readOnly(): boolean {
    return this.#readOnly();
  }

  async connect(signal?: AbortSignal): Promise<GatewayClient> {
    const access = await accessOf(this.setting, this.setting.url, this.#sources);
    return GatewayClient.connect({ ...access, ...(signal && { signal }) });
  }

  async jobManager(): Promise<ServerAccess | undefined> {
    const { jobManager } = this.setting;
    return jobManager === undefined ? undefined : accessOf(this.setting, jobManager, this.#sources);
  }

  explain(error: unknown): string | undefined {
    if (!(error instanceof GatewayError) || error.kind !== 'unauthorized') return undefined;
    return t('{0}. Set them with "Millrace: Edit Connection".', error.message);
  }

  warm(): void {
    // A server of others is left alone until there is something to run.
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }
}
