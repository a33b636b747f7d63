import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The authority that signed `server` and `client`, PEM. */
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: Certificate;
  readonly client: Certificate;
  /** The client's key under a passphrase. */
  readonly encryptedKey: string;
  /** The client's certificate and key as PKCS #12, under the same passphrase. */
  readonly pfx: Uint8Array;
  readonly passphrase: string;
  /** For another host, by the same authority. */
  readonly otherHost: Certificate;
  /** By an authority that nobody knows. */
  readonly stranger: Certificate;
}

/** Makes an authority and what it signs, with the machine's openssl. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-certificates-'));
  const file = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = (name: string): void =>
    openssl(
      'req',
      '-x509',
      ...curve,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
  const signed = (name: string, by: string, names: string): Certificate => {
    openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(file(`${name}.ext`), `subjectAltName=${names}\n`);
    const authorityFiles = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...authorityFiles,
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  };
  try {
    authority('test authority');
    authority('unknown authority');
    const server = signed('server', 'test authority', 'IP:127.0.0.1,DNS:localhost');
    const client = signed('client', 'test authority', 'DNS:client.test');
    const passphrase = 'only for tests';
    openssl('ec', '-in', 'client.key', '-aes256', '-passout', `pass:${passphrase}`, '-out', 'client.enc.key');
    const store = ['-export', '-in', 'client.pem', '-inkey', 'client.key', '-out', 'client.p12'];
    openssl('pkcs12', ...store, '-passout', `pass:${passphrase}`);
    return {
      ca: read('test authority.pem'),
      server,
      client,
      encryptedKey: read('client.enc.key'),
      pfx: readFileSync(file('client.p12')),
      passphrase,
      otherHost: signed('other', 'test authority', 'DNS:other.test'),
      stranger: signed('stranger', 'unknown authority', 'IP:127.0.0.1,DNS:localhost'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
