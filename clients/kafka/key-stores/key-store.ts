import { JKS_MAGIC, readJks } from './jks.ts';
import { readPkcs12 } from './pkcs12.ts';

/** What a store holds, in DER: private keys as PKCS #8, and certificates in their order. */
export interface Entries {
  readonly keys: readonly Uint8Array[];
  readonly certificates: readonly Uint8Array[];
}

/** The same as PEM text. */
export interface KeyStore {
  readonly key: string | undefined;
  readonly certificates: string;
}

/**
 * Reads a JKS or PKCS #12 store, whichever it is, as Java does. Throws an Error that says why it cannot; no message has anything of its
 * contents or passwords.
 */
export function readKeyStore(bytes: Uint8Array, password: string, keyPassword = password): KeyStore {
  const isJks = bytes.length > 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === JKS_MAGIC;
  const { keys, certificates } = (isJks ? readJks : readPkcs12)(bytes, password, keyPassword);
  const [key] = keys;
  return {
    key: key && pem('PRIVATE KEY', key),
    certificates: certificates.map((each) => pem('CERTIFICATE', each)).join(''),
  };
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
