import { errorCode } from './errors.ts';

/** What a client shows of itself in TLS, as far as a message about it needs to know. */
export interface OwnKey {
  readonly key?: string | undefined;
  readonly pfx?: Uint8Array | undefined;
  readonly passphrase?: string | undefined;
}

/** Why `tls.createSecureContext` did not take certificate, key or passphrase, in words without any of them. */
export function keyReason(error: unknown, own: OwnKey): string {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  if (/mac verify failure|PKCS12/i.test(text) && own.pfx) {
    return /mac verify failure/i.test(text)
      ? 'the passphrase of the key store is wrong'
      : 'the key store is not PKCS #12, or of a kind that is not supported any more';
  }
  if (/KEY_VALUES_MISMATCH/.test(code)) return 'the key does not belong to the client certificate';
  // Of 256 wrong passphrases about one leaves a right padding: OpenSSL then decrypts to noise, and says of that only that it is no key.
  const noise = /ENCRYPTED/.test(own.key ?? '') && /UNSUPPORTED|ASN1/.test(code);
  if (noise || /BAD_DECRYPT|BAD_PASSWORD|INTERRUPTED_OR_CANCELLED/.test(code) || /bad decrypt/.test(text)) {
    return own.passphrase === undefined ? 'the key needs a passphrase' : 'the passphrase of the key is wrong';
  }
  if (own.pfx) return 'the key store is not PKCS #12';
  return 'certificate or key is not PEM text';
}
