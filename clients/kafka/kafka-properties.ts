import { type KafkaConnection, KafkaError } from './kafka-client.ts';

/** Java client properties (without Flink's `properties.` prefix) as a connection. Throws on what this client cannot do. */
export function connectionFromProperties(
  properties: Readonly<Record<string, string>>,
  clientId: string,
): KafkaConnection {
  const protocol = (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  if (!/^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$/.test(protocol)) {
    throw new KafkaError(
      'FAILED',
      `Invalid value ${protocol} for configuration security.protocol: String must be one of (case insensitive): PLAINTEXT, SASL_PLAINTEXT, SASL_SSL, SSL`,
    );
  }
  const bootstrap = (properties['bootstrap.servers'] ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean);
  for (const server of bootstrap) {
    if (!/^.+:\d+$/.test(server)) throw new KafkaError('FAILED', `Invalid url in bootstrap.servers: ${server}`);
  }
  const timeoutMs = Number(properties['request.timeout.ms'] ?? 15_000);
  const connection: { -readonly [K in keyof KafkaConnection]: KafkaConnection[K] } = {
    bootstrap,
    clientId: properties['client.id'] ?? clientId,
    timeoutMs,
  };
  if (protocol.endsWith('SSL')) connection.tls = tls(properties);
  if (protocol.startsWith('SASL')) connection.sasl = sasl(properties);
  return connection;
}

function tls(properties: Readonly<Record<string, string>>): NonNullable<KafkaConnection['tls']> {
  for (const kind of ['truststore', 'keystore'] as const) {
    const type = (properties[`ssl.${kind}.type`] ?? 'JKS').toUpperCase();
    if (properties[`ssl.${kind}.location`] !== undefined && type !== 'PEM') {
      throw new KafkaError(
        'FAILED',
        `The local runtime reads PEM stores only: set ssl.${kind}.type to PEM (it is ${type}).`,
      );
    }
  }
  const ca = properties['ssl.truststore.certificates'];
  const cert = properties['ssl.keystore.certificate.chain'];
  const key = properties['ssl.keystore.key'];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    // An empty algorithm turns the check of host names off, as for the Java client.
    ...(properties['ssl.endpoint.identification.algorithm'] === '' ? { rejectUnauthorized: false } : {}),
  };
}

function sasl(properties: Readonly<Record<string, string>>): NonNullable<KafkaConnection['sasl']> {
  const mechanism = (properties['sasl.mechanism'] ?? 'GSSAPI').toUpperCase();
  if (mechanism !== 'PLAIN' && mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-512') {
    throw new KafkaError(
      'FAILED',
      `The local runtime does not support the SASL mechanism ${mechanism}; it knows PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512.`,
    );
  }
  const jaas = properties['sasl.jaas.config'] ?? '';
  const field = (name: string) =>
    new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;]+))`).exec(jaas);
  const username = field('username');
  const password = field('password');
  if (!username || !password)
    throw new KafkaError('AUTHENTICATION', "'properties.sasl.jaas.config' must name a username and a password.");
  const value = (m: RegExpExecArray) => (m[1]?.replace(/\\(.)/g, '$1') ?? m[2] ?? m[3]) as string;
  return { mechanism, username: value(username), password: value(password) };
}
