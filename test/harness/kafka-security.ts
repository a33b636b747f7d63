import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from './certificates.ts';

/** Users of the broker's SASL listeners. */
export const KAFKA_USER = { username: 'alice', password: 'alice-secret' } as const;

/** What the Java client wants to know to reach a listener. */
export type ListenerProperties = Readonly<Record<string, string>>;

/** Listeners that want a login, TLS or both; `mtls` wants a certificate of the client, too. */
export const SECURE_LISTENERS = ['plain', 'scram', 'tls', 'oauth', 'mtls', 'saslTls'] as const;
export type SecureListener = (typeof SECURE_LISTENERS)[number];

/** Broker settings for these listeners on these ports, and how clients reach them. */
export function secureListeners(folder: string, ports: Readonly<Record<SecureListener, number>>) {
  const certificates: Certificates = makeCertificates();
  const [ca, keystore] = [join(folder, 'ca.pem'), join(folder, 'keystore.pem')];
  writeFileSync(ca, certificates.ca);
  const { key, cert } = certificates.server;
  writeFileSync(keystore, key + cert + certificates.ca, { mode: 0o600 });
  const { username, password } = KAFKA_USER;
  const at = (port: number) => `127.0.0.1:${port}`;
  const module = 'org.apache.kafka.common.security';
  const names = {
    plain: ['SASLPLAIN', 'SASL_PLAINTEXT'],
    scram: ['SASLSCRAM', 'SASL_PLAINTEXT'],
    tls: ['TLS', 'SSL'],
    oauth: ['SASLOAUTH', 'SASL_PLAINTEXT'],
    mtls: ['MTLS', 'SSL'],
    saslTls: ['SASLTLS', 'SASL_SSL'],
  } as const satisfies Record<SecureListener, readonly [name: string, protocol: string]>;
  const listeners = SECURE_LISTENERS.map((one) => `${names[one][0]}://${at(ports[one])}`).join(',');
  const map = SECURE_LISTENERS.map((one) => names[one].join(':')).join(',');
  const plainUsers = `${module}.plain.PlainLoginModule required username="admin" password="admin-secret" user_${username}="${password}";`;
  const store = (listener: 'tls' | 'mtls' | 'sasltls') => ({
    [`listener.name.${listener}.ssl.keystore.type`]: 'PEM',
    [`listener.name.${listener}.ssl.keystore.location`]: keystore,
  });
  const settings = {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.saslplain.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.saslplain.plain.sasl.jaas.config': plainUsers,
    'listener.name.sasltls.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasltls.plain.sasl.jaas.config': plainUsers,
    'listener.name.sasltls.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.sasltls.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.saslscram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.saslscram.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.saslscram.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.sasloauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.sasloauth.oauthbearer.sasl.jaas.config': `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    ...store('tls'),
    ...store('mtls'),
    ...store('sasltls'),
    'listener.name.mtls.ssl.client.auth': 'required',
    'listener.name.mtls.ssl.truststore.type': 'PEM',
    'listener.name.mtls.ssl.truststore.location': ca,
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
  return { listeners, map, settings, clients, ports, certificates };
}
