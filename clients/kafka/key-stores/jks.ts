import { createHash } from 'node:crypto';
import { derOf, octets, parts } from './der.ts';
import type { Entries } from './key-store.ts';
import { wide } from './pbe.ts';

/** The first bytes of Java's own store. */
export const JKS_MAGIC = 0xfeedfeed;

/** Keys and certificates of Java's own store (sun.security.provider.JavaKeyStore), version 2. */
export function readJks(bytes: Uint8Array, password: string, keyPassword: string): Entries {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4;
  const int = () => {
    at += 4;
    return view.getInt32(at - 4);
  };
  const skipText = () => {
    at += 2 + view.getUint16(at);
  };
  const take = (length: number) => {
    if (length < 0 || at + length > bytes.length) throw new Error('the store is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const certificate = () => {
    skipText();
    return take(int());
  };
  const version = int();
  if (version !== 2) throw new Error(`version ${version} of the format is not supported`);
  const keys: Uint8Array[] = [];
  const certificates: Uint8Array[] = [];
  for (let left = int(); left > 0; left--) {
    const tag = int();
    skipText();
    at += 8;
    if (tag === 1) {
      keys.push(unprotect(octets(parts(derOf(take(int())))[1]), keyPassword));
      for (let chain = int(); chain > 0; chain--) certificates.push(certificate());
    } else if (tag === 2) certificates.push(certificate());
    else throw new Error(`entries of kind ${tag} are not supported`);
  }
  const digest = createHash('sha1').update(wide(password)).update('Mighty Aphrodite').update(bytes.subarray(0, at));
  if (password !== '' && !digest.digest().equals(bytes.subarray(at, at + 20))) {
    throw new Error('the password is incorrect, or the store was tampered with');
  }
  return { keys, certificates };
}

/** A private key out of the protection of sun.security.provider.KeyProtector: a stream of digests, and one to check. */
function unprotect(data: Uint8Array, password: string): Uint8Array {
  const secret = wide(password);
  const sha = (...pieces: Uint8Array[]) =>
    createHash('sha1')
      .update(Buffer.concat([secret, ...pieces]))
      .digest();
  const key = Buffer.from(data.subarray(20, data.length - 20));
  let stream: Uint8Array = data.subarray(0, 20);
  for (let i = 0; i < key.length; i++) {
    if (i % 20 === 0) stream = sha(stream);
    key[i] = (key[i] as number) ^ (stream[i % 20] as number);
  }
  if (!sha(key).equals(data.subarray(data.length - 20))) throw new Error('the password of its key is incorrect');
  return key;
}
