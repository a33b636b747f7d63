import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { type Der, integer, octets, oid, parts, SEQUENCE } from './der.ts';

const PBES2 = '1.2.840.113549.1.5.13';
const TRIPLE_DES_OF_PKCS12 = '1.2.840.113549.1.12.1.3';
const RC2_40_OF_PKCS12 = '1.2.840.113549.1.12.1.6';
const CIPHERS: Readonly<Record<string, readonly [name: string, keyBytes: number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
};
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** Decrypts what is encrypted with a password (PBES2 of RFC 8018, triple DES of RFC 7292); `algorithm` is its AlgorithmIdentifier. */
export function decrypt(algorithm: Der | undefined, data: Uint8Array, password: string): Buffer {
  const [id, parameters] = parts(algorithm);
  const name = oid(id);
  if (name === PBES2) return decryptPbes2(parameters, data, password);
  if (name === TRIPLE_DES_OF_PKCS12) {
    const [salt, iterations] = parts(parameters);
    const derive = (purpose: number, length: number) =>
      pkcs12Key(password, octets(salt), purpose, integer(iterations), length);
    return run('des-ede3-cbc', derive(1, 24), derive(2, 8), data);
  }
  if (name === RC2_40_OF_PKCS12)
    throw new Error('it is encrypted with 40-bit RC2, which is not supported: write it anew with Java 16 or later');
  throw new Error(`it is encrypted with the algorithm ${name}, which is not supported`);
}

function decryptPbes2(parameters: Der | undefined, data: Uint8Array, password: string): Buffer {
  const [derivation, encryption] = parts(parameters);
  const [, derivedBy] = parts(derivation);
  const [salt, iterations, ...rest] = parts(derivedBy);
  const digestOf = rest.find((each) => each.tag === SEQUENCE);
  const digest = digestOf ? DIGESTS[oid(parts(digestOf)[0])] : 'sha1';
  const [cipherId, iv] = parts(encryption);
  const cipher = CIPHERS[oid(cipherId)];
  if (!cipher || !digest) throw new Error('it is encrypted with an algorithm of PBES2 that is not supported');
  const key = pbkdf2Sync(password, octets(salt), integer(iterations), cipher[1], digest);
  return run(cipher[0], key, octets(iv), data);
}

function run(cipher: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer {
  const decipher = createDecipheriv(cipher, key, iv);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    // Wrong padding: the only sign of a wrong password.
    throw new Error('the password is incorrect');
  }
}

/** Text as two bytes a character, the higher first. */
export function wide(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/** Key derivation of PKCS #12 (RFC 7292, appendix B.2) with SHA-1. */
function pkcs12Key(password: string, salt: Uint8Array, purpose: number, iterations: number, length: number): Buffer {
  const block = 64;
  const filled = (bytes: Uint8Array) =>
    Buffer.alloc(Math.ceil(bytes.length / block) * block, Buffer.from(bytes.length ? bytes : [0]));
  const input = Buffer.concat([filled(salt), filled(Buffer.concat([wide(password), Buffer.alloc(2)]))]);
  const out: Buffer[] = [];
  for (let made = 0; made < length; made += 20) {
    let digest = createHash('sha1').update(Buffer.alloc(block, purpose)).update(input).digest();
    for (let i = 1; i < iterations; i++) digest = createHash('sha1').update(digest).digest();
    out.push(digest);
    const added = Buffer.alloc(block, digest);
    for (let start = 0; start < input.length; start += block) {
      let carry = 1;
      for (let i = block - 1; i >= 0; i--) {
        carry += (input[start + i] as number) + (added[i] as number);
        input[start + i] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return Buffer.concat(out).subarray(0, length);
}
