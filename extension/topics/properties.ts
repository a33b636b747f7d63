import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { RegistryConnection } from '../../clients/schema-registry/index.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { KafkaSecrets } from './secrets.ts';
import { type KafkaSetting, serversOf } from './settings.ts';

/** A connection as Java client properties, its certificates read. Throws an Error with one readable line. */
export async function propertiesOf(
  setting: KafkaSetting,
  secrets: KafkaSecrets,
  hosts: Readonly<Record<string, string>>,
  folder: string | undefined,
): Promise<Record<string, string>> {
  const { sasl, tls } = setting;
  const properties: Record<string, string> = {
    'bootstrap.servers': serversOf(setting.bootstrap)
      .map((server) => mapped(server, hosts))
      .join(','),
    'security.protocol': `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`,
    // A person waits: what does not answer is told soon.
    'request.timeout.ms': '10000',
    'default.api.timeout.ms': '10000',
    'delivery.timeout.ms': '30000',
  };
  if (sasl) Object.assign(properties, saslProperties(setting, secrets));
  if (!tls) return properties;
  const read = async (path: string, what: string): Promise<string> => {
    try {
      return await readFile(absolute(path, folder), 'utf8');
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      throw new Error(t('The {0} of the connection {1} cannot be read: {2} ({3})', what, setting.name, path, code), {
        cause,
      });
    }
  };
  if (tls.ca !== undefined) {
    properties['ssl.truststore.type'] = 'PEM';
    properties['ssl.truststore.certificates'] = await read(tls.ca, t('file of trusted certificates'));
  }
  if (tls.keyStore !== undefined) {
    properties['ssl.keystore.type'] = /\.jks$/i.test(tls.keyStore) ? 'JKS' : 'PKCS12';
    properties['ssl.keystore.location'] = absolute(tls.keyStore, folder);
    properties['ssl.keystore.password'] = secrets.passphrase ?? '';
  } else if (tls.cert !== undefined && tls.key !== undefined) {
    properties['ssl.keystore.type'] = 'PEM';
    properties['ssl.keystore.certificate.chain'] = await read(tls.cert, t('client certificate'));
    properties['ssl.keystore.key'] = await read(tls.key, t('key of the client certificate'));
    if (secrets.passphrase) properties['ssl.key.password'] = secrets.passphrase;
  }
  if (tls.checkHost === false) properties['ssl.endpoint.identification.algorithm'] = '';
  return properties;
}

function saslProperties({ name, sasl, user, oauth }: KafkaSetting, secrets: KafkaSecrets): Record<string, string> {
  if (sasl === 'OAUTHBEARER') {
    if (!oauth || secrets.clientSecret === undefined)
      throw new Error(
        t('The connection {0} has no client secret. Set it with "Millrace: Edit Kafka Connection".', name),
      );
    const fields = [`clientId=${quoted(oauth.clientId)}`, `clientSecret=${quoted(secrets.clientSecret)}`];
    if (oauth.scope !== undefined) fields.push(`scope=${quoted(oauth.scope)}`);
    const module = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule';
    return {
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.oauthbearer.token.endpoint.url': oauth.tokenEndpoint,
      'sasl.jaas.config': `${module} required ${fields.join(' ')};`,
    };
  }
  if (user === undefined || secrets.password === undefined)
    throw new Error(
      t('The connection {0} has no user or no password. Set them with "Millrace: Edit Kafka Connection".', name),
    );
  const kind = sasl === 'PLAIN' ? 'plain.Plain' : 'scram.Scram';
  return {
    'sasl.mechanism': sasl ?? 'PLAIN',
    'sasl.jaas.config': `org.apache.kafka.common.security.${kind}LoginModule required username=${quoted(user)} password=${quoted(secrets.password)};`,
  };
}

/** How to reach the registry of a connection; undefined when it has none. */
export async function registryOf(
  { name, registry }: KafkaSetting,
  secrets: KafkaSecrets,
  hosts: Readonly<Record<string, string>>,
  folder: string | undefined,
): Promise<RegistryConnection | undefined> {
  if (!registry) return undefined;
  const url = new URL(registry.url);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const target = mapped(`${url.hostname}:${port}`, hosts);
  if (target !== `${url.hostname}:${port}`) url.host = target;
  let ca: string | undefined;
  if (registry.ca !== undefined) {
    try {
      ca = await readFile(absolute(registry.ca, folder), 'utf8');
    } catch (cause) {
      throw new Error(t("The registry's certificates of the connection {0} cannot be read: {1}", name, registry.ca), {
        cause,
      });
    }
  }
  const { registryPassword: password = '', registryToken: token = '' } = secrets;
  return {
    urls: [url.href.replace(/\/$/, '')],
    ...(registry.auth === 'basic' ? { auth: { kind: 'basic', user: registry.user ?? '', password } } : {}),
    ...(registry.auth === 'bearer' ? { auth: { kind: 'bearer', token } } : {}),
    ...(ca === undefined ? {} : { ca }),
    timeoutMs: 8000,
    retries: 1,
  };
}

/** Where `host:port` is reached: the whole address is looked for first, then the host alone. */
export function mapped(server: string, hosts: Readonly<Record<string, string>>): string {
  const whole = hosts[server];
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(server) ?? [];
  const found = whole ?? hosts[host];
  if (found === undefined) return server;
  return /:\d+$/.test(found) ? found : `${found}:${port}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function absolute(path: string, folder: string | undefined): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) || folder === undefined ? path : join(folder, path);
}
