/** What went wrong, as far as a caller must tell apart. */
export type HttpErrorKind =
  /** The settings cannot be used: an address that is no URL, a key that does not fit its certificate. */
  | 'invalid'
  /** No connection, or it broke. */
  | 'unreachable'
  /** No connection because of TLS: an untrusted certificate, a client certificate that is missing. */
  | 'tls'
  /** The proxy refused or could not be reached. */
  | 'proxy'
  /** No answer within the time limit. */
  | 'timeout'
  /** 401 or 403, or 407 of the proxy. */
  | 'unauthorized'
  /** The server knows no such path: its version lacks the endpoint. */
  | 'no-endpoint'
  /** Any other answer of 300 and more. */
  | 'status'
  /** The answer is not what was asked for (a web page instead of JSON). */
  | 'content';

export interface HttpErrorInit {
  readonly kind: HttpErrorKind;
  readonly status?: number | undefined;
  readonly errors?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** A failed request. The message names the server and the cause, and never a credential. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: HttpErrorKind;
  /** HTTP status, when the server answered. */
  readonly status: number | undefined;
  /** The texts of `{"errors": […]}`, as Flink's servers answer; empty for any other answer. */
  readonly errors: readonly string[];

  constructor(message: string, init: HttpErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.kind = init.kind;
    this.status = init.status;
    this.errors = init.errors ?? [];
  }
}

/** Node's code of a failed connection; '' when it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // Node tries ::1 and 127.0.0.1 together and then reports both failures as one.
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  return 'code' in error ? String(error.code) : '';
}

const CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
};

/** OpenSSL's and Node's codes in words. */
const TLS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not among those to trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted',
  CERT_UNTRUSTED: 'its certificate is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there; is the address http?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there; is the address http?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'it refused the handshake; does it ask for a client certificate?',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it refused the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'it does not know the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the client certificate has expired',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the client certificate',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it wants another version of TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks only a version of TLS that is not safe',
};

/** Why a connection failed, in words; undefined for a failure that TLS has no part in. */
export function tlsReason(error: unknown): string | undefined {
  const code = tlsCode(error);
  const words = TLS[code];
  if (words !== undefined) return `TLS: ${words} (${code})`;
  if (!/^ERR_(SSL|OSSL|TLS)_|^CERT_/.test(code)) return undefined;
  return `TLS: ${error instanceof Error && code === errorCode(error) ? error.message : code}`;
}

/** A failure while writing comes as EPROTO with OpenSSL's words (`…:SSL routines:function:wrong version number:…`). */
function tlsCode(error: unknown): string {
  const code = errorCode(error);
  const words = error instanceof Error ? /SSL routines:[^:]*:([^:]+)/.exec(error.message)?.[1] : undefined;
  const named = code === 'EPROTO' && words !== undefined ? `ERR_SSL_${words.toUpperCase().replaceAll(' ', '_')}` : code;
  // Newer releases of OpenSSL call the same alerts otherwise.
  return named.replace('ERR_SSL_SSL/TLS_ALERT_', 'ERR_SSL_SSLV3_ALERT_');
}

/** Why a connection failed, in words. */
export function connectionReason(error: unknown): string {
  const code = errorCode(error);
  if (code.startsWith('HPE_')) return 'what it answers is not HTTP; is the address https?';
  const own = CONNECTION[code];
  if (own !== undefined) return own;
  return error instanceof Error && error.message !== '' ? error.message : code || 'the connection failed';
}
