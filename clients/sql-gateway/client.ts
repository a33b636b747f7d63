import { GatewayError } from './errors.ts';
import { isRecord, Transport, type TransportOptions } from './http.ts';
import { Session, type SessionOptions } from './session.ts';

export interface ConnectOptions extends TransportOptions {
  /** REST versions that may be spoken; default all, the newest common one is taken. */
  readonly versions?: readonly number[];
  readonly signal?: AbortSignal;
}

export interface GatewayInfo {
  readonly productName: string;
  readonly version: string;
}

/** The REST versions spoken here, newest first. v1 (Flink 1.16) has neither row formats nor configure-session. */
const SPOKEN = [4, 3, 2, 1];

/**
 * A Flink SQL Gateway, or the local runtime, which speaks the same protocol. Paths always name a version: Flink's
 * documentation and code disagree about the default one.
 */
export class GatewayClient {
  /** `host:port`. */
  readonly server: string;
  /** The negotiated REST version, 1 to 4. */
  readonly version: number;
  /** All REST versions that the server offers. */
  readonly offered: readonly number[];
  readonly #transport: Transport;

  private constructor(transport: Transport, version: number, offered: readonly number[]) {
    this.#transport = transport;
    this.server = transport.server;
    this.version = version;
    this.offered = offered;
  }

  /** Agrees on the newest common version. Throws GatewayError when nothing there speaks the protocol. */
  static async connect(options: ConnectOptions): Promise<GatewayClient> {
    const transport = new Transport(options);
    try {
      const offered = await askVersions(transport, options.signal);
      const { versions = SPOKEN } = options;
      const version = SPOKEN.find((spoken) => versions.includes(spoken) && offered.includes(spoken));
      if (version === undefined) {
        const list = offered.map((v) => `v${v}`).join(', ') || 'none';
        throw new GatewayError(`${transport.server} offers no REST version spoken here (v1 to v4), but ${list}`, {
          kind: 'protocol',
        });
      }
      return new GatewayClient(transport, version, offered);
    } catch (error) {
      transport.dispose();
      throw error;
    }
  }

  /** The server's name and version (`Apache Flink`, `2.2.1`). */
  async info(signal?: AbortSignal): Promise<GatewayInfo> {
    const answer = await this.#transport.json({
      method: 'GET',
      path: `/v${this.version}/info`,
      idempotent: true,
      signal,
    });
    const field = (name: string): string => (isRecord(answer) ? String(answer[name] ?? '') : '');
    return { productName: field('productName'), version: field('version') };
  }

  /** Opens a session, which sends heartbeats until it is closed. */
  openSession(options: SessionOptions = {}): Promise<Session> {
    return Session.open(this.#transport, this.version, options);
  }

  /** Takes up a session that is open in the server (see Session.attach). */
  attachSession(handle: string, options: SessionOptions = {}): Promise<Session> {
    return Session.attach(this.#transport, this.version, handle, options);
  }

  /** Closes idle connections; open sessions are the caller's to close first. */
  dispose(): void {
    this.#transport.dispose();
  }
}

async function askVersions(transport: Transport, signal: AbortSignal | undefined): Promise<number[]> {
  let answer: unknown;
  try {
    answer = await transport.json({ method: 'GET', path: '/v1/api_versions', idempotent: true, signal });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.status !== 404) throw error;
    answer = await transport.json({ method: 'GET', path: '/api_versions', idempotent: true, signal });
  }
  const versions = isRecord(answer) ? answer.versions : undefined;
  if (!Array.isArray(versions)) {
    throw new GatewayError(`${transport.server} does not answer as a Flink SQL Gateway`, { kind: 'protocol' });
  }
  return versions.map((name) => Number(/^v(\d+)$/i.exec(String(name))?.[1] ?? Number.NaN)).filter(Number.isInteger);
}
