export type RegistryFailure =
  | 'NOT_FOUND'
  | 'INCOMPATIBLE'
  | 'AUTHENTICATION'
  | 'INVALID'
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'READ_ONLY'
  | 'FAILED';

/** A failure of a schema registry: names the server and the cause, never a secret. */
export class RegistryError extends Error {
  readonly code: RegistryFailure;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The registry's own code, e.g. 40403 for an unknown schema. */
  readonly registryCode: number | undefined;

  constructor(code: RegistryFailure, message: string, status?: number, registryCode?: number) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.status = status;
    this.registryCode = registryCode;
  }
}

/** The address without user, password and query, fit for messages. */
export function shownAddress(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`.replace(/\/$/, '');
  } catch {
    return 'the schema registry';
  }
}
