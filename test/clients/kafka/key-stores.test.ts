import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFromProperties } from '../../../clients/kafka/index.ts';
import { readKeyStore } from '../../../clients/kafka/key-stores/key-store.ts';

const PASSWORD = 'störe-pass';
let folder: string;
const at = (name: string) => join(folder, name);
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, {
    cwd: folder,
    stdio: 'pipe',
    timeout: 60_000,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
const exists = (program: string, arg: string): boolean => {
  try {
    execFileSync(program, [arg], { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    // Not installed: what needs it is skipped by name.
    return false;
  }
};
const hasOpenssl = exists('openssl', 'version');
const hasKeytool = exists('keytool', '-help');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-stores-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The key fits the first certificate, and there are so many of them. */
function expectPair({ key, certificates }: ReturnType<typeof readKeyStore>, count: number): void {
  const all = certificates.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) ?? [];
  expect(all).toHaveLength(count);
  const own = new X509Certificate(all[0] as string);
  const publicKey = createPublicKey(createPrivateKey(key as string)).export({ type: 'spki', format: 'pem' });
  expect(own.publicKey.export({ type: 'spki', format: 'pem' })).toBe(publicKey);
}

describe.skipIf(!hasOpenssl)('stores that openssl writes', () => {
  beforeAll(() => {
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'own.key'];
    run('openssl', 'req', '-x509', ...key, '-days', '2', '-subj', '/CN=one', '-out', 'own.pem');
  });

  test.each([
    ['aes', []],
    ['triple DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['certificates not encrypted', ['-certpbe', 'NONE']],
    ['nothing encrypted', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
  ])('PKCS12: %s', (_name, args) => {
    const files = ['-inkey', 'own.key', '-in', 'own.pem', '-out', 'own.p12'];
    run('openssl', 'pkcs12', '-export', ...files, '-passout', `pass:${PASSWORD}`, ...args);
    expectPair(readKeyStore(readFileSync(at('own.p12')), PASSWORD), 1);
    if (!args.includes('NONE'))
      expect(() => readKeyStore(readFileSync(at('own.p12')), 'wrong')).toThrow(/password is incorrect|malformed/);
  });

  test('what is no store', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), readFileSync(at('own.pem')), Buffer.from([0x30, 0x80])])
      expect(() => readKeyStore(bytes, PASSWORD)).toThrow('malformed');
  });
});

describe.skipIf(!hasKeytool)('stores that keytool writes', () => {
  // keytool takes ASCII only for PKCS12.
  const SECRET = 'store-pass';
  const make = (name: string, type: string, keyPassword?: string) => {
    const store = ['-keystore', name, '-storetype', type, '-storepass:file', 'password'];
    writeFileSync(at('password'), SECRET);
    const own = ['-genkeypair', '-alias', 'own', '-keyalg', 'EC', '-dname', 'CN=own', ...store];
    run('keytool', ...own, ...(keyPassword === undefined ? [] : ['-keypass', keyPassword]));
    run('keytool', '-exportcert', '-rfc', '-alias', 'own', '-file', `${name}.pem`, ...store);
    const trusted = ['-keystore', `trust-${name}`, '-storetype', type, '-storepass:file', 'password'];
    for (const alias of ['a', 'b'])
      run('keytool', '-importcert', '-noprompt', '-alias', alias, '-file', `${name}.pem`, ...trusted);
  };

  test.each([
    ['PKCS12', 'java.p12', undefined],
    ['JKS', 'java.jks', 'key-password'],
  ] as const)(
    '%s: key, chain and trusted certificates',
    (type, name, keyPassword) => {
      make(name, type, keyPassword);
      expectPair(readKeyStore(readFileSync(at(name)), SECRET, keyPassword), 1);
      const trust = readKeyStore(readFileSync(at(`trust-${name}`)), SECRET);
      expect(trust.key).toBeUndefined();
      expect(trust.certificates.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      expect(() => readKeyStore(readFileSync(at(name)), 'wrong-one', keyPassword)).toThrow(/password is incorrect/);

      // Java takes what it finds, whatever the type says.
      const both = { 'ssl.truststore.location': at(`trust-${name}`), 'ssl.keystore.location': at(name) };
      const { tls } = connectionFromProperties(
        {
          'bootstrap.servers': 'a:1',
          'security.protocol': 'SSL',
          ...both,
          'ssl.truststore.password': SECRET,
          'ssl.keystore.password': SECRET,
          ...(keyPassword === undefined ? {} : { 'ssl.key.password': keyPassword }),
        },
        'me',
      );
      expect(tls).toEqual({
        ca: trust.certificates,
        ...readPair(readKeyStore(readFileSync(at(name)), SECRET, keyPassword)),
      });
    },
    120_000,
  );

  const readPair = ({ key, certificates }: ReturnType<typeof readKeyStore>) => ({ key, cert: certificates });
});
