import { type Der, derOf, octets, oid, parts } from './der.ts';
import type { Entries } from './key-store.ts';
import { decrypt } from './pbe.ts';

const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const BAG = '1.2.840.113549.1.12.10.1.';

/** Keys and certificates of a PKCS #12 store (RFC 7292), as keytool and openssl write it. */
export function readPkcs12(bytes: Uint8Array, password: string, keyPassword: string): Entries {
  const [, safe] = parts(derOf(bytes));
  const out: { keys: Uint8Array[]; certificates: Uint8Array[] } = { keys: [], certificates: [] };
  const bags = (contents: Uint8Array) => {
    for (const bag of parts(derOf(contents))) {
      const [id, tagged] = parts(bag);
      const value = parts(tagged)[0] as Der;
      switch (oid(id)) {
        case `${BAG}1`:
          out.keys.push(encoded(value));
          break;
        case `${BAG}2`: {
          const [algorithm, data] = parts(value);
          out.keys.push(decrypt(algorithm, octets(data), keyPassword));
          break;
        }
        case `${BAG}3`:
          out.certificates.push(octets(parts(parts(value)[1])[0]));
          break;
        case `${BAG}6`:
          bags(encoded(value));
          break;
      }
    }
  };
  for (const info of parts(derOf(content(safe)))) {
    if (oid(parts(info)[0]) !== ENCRYPTED_DATA) bags(content(info));
    else {
      const [, encrypted] = parts(parts(parts(info)[1])[0]);
      const [, algorithm, data] = parts(encrypted);
      bags(decrypt(algorithm, octets(data), password));
    }
  }
  return out;
}

/** The octets in a ContentInfo of plain data. */
const content = (info: Der | undefined): Uint8Array => octets(parts(parts(info)[1])[0]);

/** A value with its tag and length again. */
function encoded({ tag, bytes }: Der): Uint8Array {
  const { length } = bytes;
  const size =
    length < 0x80 ? [length] : [0x84, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}
