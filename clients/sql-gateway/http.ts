import { type Answer, type CallOptions, HttpError, HttpTransport, type ServerAccess } from '../http/index.ts';
import { errorFromAnswer, GatewayError, type GatewayErrorKind } from './errors.ts';

export type { Answer } from '../http/index.ts';
export { isRecord, pause } from '../http/index.ts';

export interface TransportOptions extends ServerAccess {
  /** Short for `auth` of kind bearer. */
  readonly token?: string | undefined;
  /** Time limit of one request in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

const KINDS: Readonly<Record<HttpError['kind'], GatewayErrorKind>> = {
  invalid: 'protocol',
  unreachable: 'unreachable',
  tls: 'unreachable',
  proxy: 'unreachable',
  timeout: 'timeout',
  unauthorized: 'unauthorized',
  'no-endpoint': 'protocol',
  status: 'protocol',
  content: 'protocol',
};

/** The shared transport with errors as GatewayError: what Flink says of a statement is told by its innermost cause. */
export class Transport {
  /** `host:port`. */
  readonly server: string;
  readonly #http: HttpTransport;

  constructor(options: TransportOptions) {
    const { token, ...access } = options;
    const auth = token === undefined || token === '' ? access.auth : { kind: 'bearer' as const, token };
    this.#http = translated('', () => new HttpTransport({ ...access, auth, what: 'SQL Gateway' }));
    this.server = this.#http.server;
  }

  /** See HttpTransport.insecure. */
  get insecure(): boolean {
    return this.#http.insecure;
  }

  /** Closes idle connections. */
  dispose(): void {
    this.#http.dispose();
  }

  /** The parsed JSON answer (`{}` for an empty body). Throws GatewayError, or the signal's reason. */
  async json(options: CallOptions): Promise<unknown> {
    return this.parse(await this.call(options));
  }

  /** Parses a successful answer's JSON without losing digits. */
  parse(answer: Answer): unknown {
    return translated(this.server, () => this.#http.parse(answer));
  }

  /** One request; any answer but success is thrown as GatewayError. */
  async call(options: CallOptions): Promise<Answer> {
    try {
      return await this.#http.call(options);
    } catch (error) {
      throw error instanceof HttpError ? gatewayError(error, this.server) : error;
    }
  }
}

function translated<T>(server: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof HttpError ? gatewayError(error, server) : error;
  }
}

function gatewayError(error: HttpError, server: string): GatewayError {
  const { kind, status, errors, message, cause } = error;
  if (kind === 'status' && errors.length > 0) return errorFromAnswer(status ?? 500, errors, server);
  return new GatewayError(message, { kind: KINDS[kind], ...(status === undefined ? {} : { status }), cause });
}
