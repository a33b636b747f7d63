export type { ProxyAccess, ServerAccess, ServerAuth, TlsAccess } from './access.ts';
export { HttpError, type HttpErrorKind } from './errors.ts';
export { exactNumber, parseExactJson } from './exact-json.ts';
export { pause } from './pause.ts';
export { type Answer, type CallOptions, HttpTransport, isRecord, type TransportOptions } from './transport.ts';
