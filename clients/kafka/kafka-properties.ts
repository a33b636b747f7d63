import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { keyReason } from '../http/key-reason.ts';
import { type KafkaConnection, KafkaError } from './kafka-client.ts';
import { type KeyStore, readKeyStore } from './key-stores/key-store.ts';
import { bearerToken } from './oauth.ts';

type Properties = Readonly<Record<string, string>>;

const failed = (message: string) => new KafkaError('FAILED', message);

/** Java client properties (without Flink's `properties.` prefix) as a connection. Throws on what this client cannot do. */
export function connectionFromProperties(properties: Properties, clientId: string): KafkaConnection {
  const protocol = (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  if (!/^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$/.test(protocol)) {
    throw failed(
      `Invalid value ${protocol} for configuration security.protocol: String must be one of (case insensitive): PLAINTEXT, SASL_PLAINTEXT, SASL_SSL, SSL`,
    );
  }
  const bootstrap = (properties['bootstrap.servers'] ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean);
  for (const server of bootstrap) {
    if (!/^.+:\d+$/.test(server)) throw failed(`Invalid url in bootstrap.servers: ${server}`);
  }
  const connection: { -readonly [K in keyof KafkaConnection]: KafkaConnection[K] } = {
    bootstrap,
    clientId: properties['client.id'] ?? clientId,
    timeoutMs: milliseconds(properties, 'request.timeout.ms', 15_000),
    retryMs: milliseconds(properties, 'default.api.timeout.ms', 60_000),
    deliveryMs: milliseconds(properties, 'delivery.timeout.ms', 120_000),
  };
  if (protocol.endsWith('SSL')) connection.tls = tls(properties);
  if (protocol.startsWith('SASL')) connection.sasl = sasl(properties);
  return connection;
}

/** A whole number that is not negative. */
export function milliseconds(properties: Properties, name: string, otherwise: number): number {
  const text = properties[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text.trim()))
    throw failed(`Invalid value ${text} for configuration ${name}: Not a number of type INT`);
  return Number(text);
}

function tls(properties: Properties): NonNullable<KafkaConnection['tls']> {
  const trusted = stored(properties, 'truststore');
  const own = stored(properties, 'keystore');
  const ca = properties['ssl.truststore.certificates'] ?? trusted?.certificates;
  const cert = properties['ssl.keystore.certificate.chain'] ?? own?.certificates;
  const key = properties['ssl.keystore.key'] ?? own?.key;
  // Keys of other stores are out of their encryption already.
  const passphrase = storeType(properties, 'keystore') === 'PEM' ? properties['ssl.key.password'] : undefined;
  if (ca !== undefined && !/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(ca))
    throw failed('There is no certificate among the trusted ones (ssl.truststore): PEM text is wanted.');
  const shown = {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  try {
    createSecureContext(shown);
  } catch (error) {
    throw failed(`The client certificate cannot be used (ssl.keystore): ${keyReason(error, shown)}.`);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...shown,
    // An empty algorithm turns the check of host names off, as for the Java client.
    ...(properties['ssl.endpoint.identification.algorithm'] === '' ? { checkHost: false } : {}),
  };
}

type StoreKind = 'truststore' | 'keystore';

const storeType = (properties: Properties, kind: StoreKind): string =>
  (properties[`ssl.${kind}.type`] ?? 'JKS').toUpperCase();

/** Key and certificates of a store in a file: PEM, JKS or PKCS12. */
function stored(properties: Properties, kind: StoreKind): KeyStore | undefined {
  const type = storeType(properties, kind);
  const inline = ['certificates', 'certificate.chain', 'key'].find((part) => properties[`ssl.${kind}.${part}`]);
  if (inline !== undefined && type !== 'PEM')
    throw failed(`ssl.${kind}.${inline} is for stores of type PEM only, but ssl.${kind}.type is ${type}.`);
  const location = properties[`ssl.${kind}.location`];
  if (location === undefined) return undefined;
  if (!/^(PEM|JKS|PKCS12)$/.test(type))
    throw failed(`The local runtime reads stores of the types PEM, JKS and PKCS12, but ssl.${kind}.type is ${type}.`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(location);
  } catch (error) {
    throw failed(`ssl.${kind}.location cannot be read: ${reason(error)}`);
  }
  if (type === 'PEM') return { key: bytes.toString(), certificates: bytes.toString() };
  const password = properties[`ssl.${kind}.password`] ?? '';
  try {
    return readKeyStore(bytes, password, kind === 'keystore' ? properties['ssl.key.password'] : undefined);
  } catch (error) {
    throw failed(`ssl.${kind}.location: ${location} cannot be read as a store of type ${type}: ${reason(error)}.`);
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function sasl(properties: Properties): NonNullable<KafkaConnection['sasl']> {
  const mechanism = (properties['sasl.mechanism'] ?? 'GSSAPI').toUpperCase();
  const jaas = properties['sasl.jaas.config'] ?? '';
  if (mechanism === 'OAUTHBEARER') return { mechanism, token: bearerToken(properties, jaas) };
  if (mechanism !== 'PLAIN' && mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-512') {
    throw failed(
      `The local runtime does not support the SASL mechanism ${mechanism}; it knows PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER.`,
    );
  }
  const username = jaasField(jaas, 'username');
  const password = jaasField(jaas, 'password');
  if (username === undefined || password === undefined)
    throw new KafkaError('AUTHENTICATION', "'properties.sasl.jaas.config' must name a username and a password.");
  return { mechanism, username, password };
}

/** An option of the login module in a JAAS text, without its quotes. */
export function jaasField(jaas: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;]+))`).exec(jaas);
  return found ? (found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? found[3]) : undefined;
}
