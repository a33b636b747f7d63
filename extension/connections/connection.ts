import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import type { LocalRuntime } from './local-runtime.ts';

/** Where a notebook's statements run. */
export interface Connection {
  readonly id: string;
  readonly label: string;
  /** One line for pickers. */
  readonly description: string;
  /** Whether INSERTs can be run without touching their sinks. */
  readonly canPreview: boolean;
  /** Connects, starting what must be started. Throws GatewayError, or an Error with one readable line. */
  connect(signal?: AbortSignal): Promise<GatewayClient>;
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
  readonly id = 'local';
  readonly label = 'Local runtime';
  readonly description = 'Embedded stream runtime on this machine';
  readonly #runtime: LocalRuntime;

  constructor(runtime: LocalRuntime) {
    this.#runtime = runtime;
  }

  async connect(signal?: AbortSignal): Promise<GatewayClient> {
    const { url, token } = await this.#runtime.endpoint();
    return GatewayClient.connect({ url, token, ...(signal && { signal }) });
  }

  explain(error: unknown): string | undefined {
    if (!(error instanceof GatewayError) || error.kind !== 'unreachable') return undefined;
    const end = this.#runtime.lastEnd;
    if (!end) return undefined;
    return `The local runtime ended (${end}). Its tables, settings and running queries are lost; the next run starts it anew.`;
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
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly #url: string;
  readonly #token: () => Promise<string | undefined>;

  /** @param token asked for at every connect: it is kept in the editor's secret storage. */
  constructor(name: string, url: string, token: () => Promise<string | undefined>) {
    this.id = `gateway-${name}`;
    this.label = name;
    this.description = `Flink SQL Gateway at ${hostOf(url)}`;
    this.#url = url;
    this.#token = token;
  }

  async connect(signal?: AbortSignal): Promise<GatewayClient> {
    return GatewayClient.connect({ url: this.#url, token: await this.#token(), ...(signal && { signal }) });
  }

  explain(error: unknown): string | undefined {
    if (!(error instanceof GatewayError) || error.kind !== 'unauthorized') return undefined;
    return `${error.message}. Set its token with "Millrace: Set Connection Token".`;
  }

  warm(): void {
    // A server of others is left alone until there is something to run.
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is not a URL';
}
