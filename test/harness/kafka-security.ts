import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Users of the broker's SASL listeners. */
export const KAFKA_USER = { username: 'alice', password: 'alice-secret' } as const;

/** What the Java client wants to know to reach a listener. */
export type ListenerProperties = Readonly<Record<string, string>>;

/** Certificates for a broker at 127.0.0.1: a CA of its own as PEM, a keystore as PEM with key and chain. */
export function makeCertificates(folder: string): { readonly ca: string; readonly keystore: string } {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe', timeout: 60_000 });
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Millrace test CA'],
    ...['-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  openssl(
    ...[
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-keyout',
      'broker.key',
      '-out',
      'broker.csr',
    ],
  );
  writeFileSync(join(folder, 'broker.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  openssl(
    ...['x509', '-req', '-in', 'broker.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'],
    ...['-extfile', 'broker.ext', '-out', 'broker.pem'],
  );
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const keystore = join(folder, 'keystore.pem');
  writeFileSync(keystore, text('broker.key') + text('broker.pem') + text('ca.pem'), { mode: 0o600 });
  return { ca: join(folder, 'ca.pem'), keystore };
}

/** Broker settings for listeners PLAIN, SCRAM, TLS and OAUTH on these ports, and how clients reach them. */
export function secureListeners(folder: string, ports: Readonly<Record<'plain' | 'scram' | 'tls' | 'oauth', number>>) {
  const { ca, keystore } = makeCertificates(folder);
  const { username, password } = KAFKA_USER;
  const at = (port: number) => `127.0.0.1:${port}`;
  const module = 'org.apache.kafka.common.security';
  const listeners = `SASLPLAIN://${at(ports.plain)},SASLSCRAM://${at(ports.scram)},TLS://${at(ports.tls)},SASLOAUTH://${at(ports.oauth)}`;
  const settings = {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.saslplain.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.saslplain.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required username="admin" password="admin-secret" user_${username}="${password}";`,
    'listener.name.saslscram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.saslscram.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.saslscram.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.sasloauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.sasloauth.oauthbearer.sasl.jaas.config': `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    'listener.name.tls.ssl.keystore.type': 'PEM',
    'listener.name.tls.ssl.keystore.location': keystore,
  };
  const jaas = `${module}.plain.PlainLoginModule required username="${username}" password="${password}";`;
  const scram = `${module}.scram.ScramLoginModule required username="${username}" password="${password}";`;
  const clients: Readonly<Record<'plain' | 'scram256' | 'scram512' | 'tls' | 'oauth', ListenerProperties>> = {
    plain: {
      'bootstrap.servers': at(ports.plain),
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': jaas,
    },
    scram256: {
      'bootstrap.servers': at(ports.scram),
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'SCRAM-SHA-256',
      'sasl.jaas.config': scram,
    },
    scram512: {
      'bootstrap.servers': at(ports.scram),
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': scram,
    },
    tls: {
      'bootstrap.servers': at(ports.tls),
      'security.protocol': 'SSL',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': ca,
    },
    oauth: {
      'bootstrap.servers': at(ports.oauth),
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="${username}";`,
    },
  };
  const map = 'SASLPLAIN:SASL_PLAINTEXT,SASLSCRAM:SASL_PLAINTEXT,TLS:SSL,SASLOAUTH:SASL_PLAINTEXT';
  return { listeners, map, settings, clients };
}
