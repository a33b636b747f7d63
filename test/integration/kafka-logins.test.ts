import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFromProperties, openKafkaAdmin } from '../../clients/kafka/index.ts';
import { KafkaLink } from '../../extension/topics/link.ts';
import { probeKafka } from '../../extension/topics/probe.ts';
import { propertiesOf } from '../../extension/topics/properties.ts';
import type { KafkaSecrets } from '../../extension/topics/secrets.ts';
import type { KafkaSetting } from '../../extension/topics/settings.ts';
import { type Certificates, makeCertificates } from '../harness/certificates.ts';
import { type Kafka, launchSecureKafka } from '../harness/kafka.ts';
import { KAFKA_USER, type SecureListener } from '../harness/kafka-security.ts';
import { runLocally } from '../harness/local-sql.ts';
import { missingFor } from '../harness/services.ts';
import { startTokenEndpoint, type TokenEndpoint } from '../harness/token-endpoint.ts';

const { username, password } = KAFKA_USER;
const WRONG = 'hush-hush';
const HANGS_UP = 'a listener that wants a login';
const CLIENT_SECRET = 'client-secret';

/** A connection as the form saves it, with what is kept of it in the secret storage. */
interface Login {
  readonly setting: Partial<KafkaSetting>;
  readonly secrets?: KafkaSecrets;
}

// What a person enters in the form is what both the topic browser and a table's options are made of.
describe.skipIf(missingFor('kafka'))('logins and certificates, from the form to the broker', () => {
  let kafka: Kafka;
  let own: Certificates;
  let folder: string;
  let tokens: TokenEndpoint;

  beforeAll(async () => {
    kafka = await launchSecureKafka();
    if (!kafka.certificates) throw new Error('no certificates');
    own = kafka.certificates;
    folder = mkdtempSync(join(tmpdir(), 'millrace-logins-'));
    const files = {
      'ca.pem': own.ca,
      'client.pem': own.client.cert,
      'client.key': own.client.key,
      'client.enc.key': own.encryptedKey,
      'client.p12': own.pfx,
      'stranger.pem': own.stranger.cert,
      'stranger.key': own.stranger.key,
      'junk.pem': 'no certificate',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    tokens = await startTokenEndpoint(username, 'me', CLIENT_SECRET);
  });
  afterAll(async () => {
    tokens?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
    await kafka?.stop();
  });

  const at = (listener: SecureListener): string => `127.0.0.1:${kafka.securePorts?.[listener]}`;
  const tls = (listener: SecureListener, more: Partial<KafkaSetting['tls']> = {}): Login => ({
    setting: { bootstrap: at(listener), tls: { ca: 'ca.pem', ...more } },
  });
  const sasl = (
    listener: SecureListener,
    mechanism: NonNullable<KafkaSetting['sasl']>,
    typed: string = password,
    user: string = username,
  ): Login => ({
    setting: { bootstrap: at(listener), sasl: mechanism, user },
    secrets: { password: typed },
  });
  const overTls = ({ setting, secrets }: Login): Login => ({
    setting: { ...setting, tls: { ca: 'ca.pem' } },
    ...(secrets && { secrets }),
  });
  const keeping = (login: Login, secrets: KafkaSecrets): Login => ({ ...login, secrets });
  const oauth = (clientSecret = CLIENT_SECRET, tokenEndpoint = tokens.url): Login => ({
    setting: {
      bootstrap: at('oauth'),
      sasl: 'OAUTHBEARER',
      oauth: { tokenEndpoint, clientId: 'me' },
    },
    secrets: { clientSecret },
  });

  const settingOf = ({ setting }: Login): KafkaSetting => ({ name: 'it', bootstrap: '', ...setting });

  /** The first line that the form's test shows, or its error. */
  async function browsed(login: Login): Promise<string> {
    const link = new KafkaLink(settingOf(login), {
      secrets: { of: async () => login.secrets ?? {} },
      folder: () => folder,
      hosts: async () => ({}),
      openAdmin: async ({ properties, hosts, isReadOnly }) =>
        openKafkaAdmin({ connection: connectionFromProperties(properties, 'millrace'), hosts, isReadOnly }),
      openDecoder: () => Promise.reject(new Error('nothing is decoded here')),
    });
    try {
      return (await probeKafka(link, AbortSignal.timeout(60_000))).lines[0] ?? '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      link.reset();
    }
  }

  /** Writes two rows to a table of the connector and reads them again; the rows, or the error. */
  async function written(login: Login, topic: string, patienceMs = 150_000): Promise<unknown> {
    const properties = await propertiesOf(settingOf(login), login.secrets ?? {}, {}, folder);
    const options = Object.entries({
      connector: 'kafka',
      topic,
      format: 'json',
      'scan.startup.mode': 'earliest-offset',
      'scan.bounded.mode': 'latest-offset',
      ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [`properties.${name}`, value])),
      'properties.delivery.timeout.ms': String(patienceMs),
      'properties.default.api.timeout.ms': String(patienceMs),
    }).map(([name, value]) => `'${name}' = '${value.replaceAll("'", "''")}'`);
    const results = await runLocally(
      `CREATE TABLE t (id INT) WITH (${options.join(', ')}); INSERT INTO t VALUES (1), (2); SELECT * FROM t;`,
    );
    const failed = results.find(({ error }) => error !== undefined);
    return (
      failed?.error ??
      results
        .at(-1)
        ?.rows.map(([, id]) => id)
        .sort()
    );
  }

  const good: readonly (readonly [name: string, login: () => Login])[] = [
    ['TLS', () => tls('tls')],
    ['mTLS, PEM', () => tls('mtls', { cert: 'client.pem', key: 'client.key' })],
    [
      'mTLS, PEM with a passphrase',
      () => keeping(tls('mtls', { cert: 'client.pem', key: 'client.enc.key' }), { passphrase: own.passphrase }),
    ],
    ['mTLS, PKCS #12', () => keeping(tls('mtls', { keyStore: 'client.p12' }), { passphrase: own.passphrase })],
    ['SASL PLAIN', () => sasl('plain', 'PLAIN')],
    ['SASL SCRAM-SHA-256', () => sasl('scram', 'SCRAM-SHA-256')],
    ['SASL SCRAM-SHA-512', () => sasl('scram', 'SCRAM-SHA-512')],
    ['SASL PLAIN over TLS', () => overTls(sasl('saslTls', 'PLAIN'))],
    ['SASL SCRAM-SHA-512 over TLS', () => overTls(sasl('saslTls', 'SCRAM-SHA-512'))],
    ['SASL OAUTHBEARER with a token endpoint', () => oauth()],
  ];

  test.each(good)('%s: the browser looks, the connector writes and reads', async (name, login) => {
    expect(await browsed(login())).toMatch(/^Kafka 4\.\d+, cluster /);
    expect(await written(login(), `login-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`)).toEqual(['1', '2']);
  });

  // What each mistake is told as: by the browser, and within the error of the connector's job.
  const bad: readonly (readonly [name: string, login: () => Login, told: RegExp])[] = [
    [
      'an authority that is not trusted',
      () => ({ setting: { bootstrap: at('tls'), tls: {} } }),
      /^Kafka at 127\.0\.0\.1:\d+ cannot be reached by TLS while [^:]+: its certificate comes from an authority that is not trusted \(\w+\)$/,
    ],
    [
      'trusted certificates that are none',
      () => tls('tls', { ca: 'junk.pem' }),
      /^There is no certificate among the trusted ones \(ssl\.truststore\): PEM text is wanted\.$/,
    ],
    [
      'no client certificate',
      () => tls('mtls'),
      /^Kafka at 127\.0\.0\.1:\d+ cannot be reached by TLS while [^:]+: it asks for a client certificate$/,
    ],
    [
      "a client certificate of an authority that the broker doesn't know",
      () => tls('mtls', { cert: 'stranger.pem', key: 'stranger.key' }),
      /^Kafka at 127\.0\.0\.1:\d+ cannot be reached by TLS while [^:]+: it does not know the client certificate \(\w+\)$/,
    ],
    [
      'the key of another certificate',
      () => tls('mtls', { cert: 'client.pem', key: 'stranger.key' }),
      /^The client certificate cannot be used \(ssl\.keystore\): the key does not belong to the client certificate\.$/,
    ],
    [
      'a wrong passphrase of the key',
      () => keeping(tls('mtls', { cert: 'client.pem', key: 'client.enc.key' }), { passphrase: WRONG }),
      /^The client certificate cannot be used \(ssl\.keystore\): the passphrase of the key is wrong\.$/,
    ],
    [
      'no passphrase of the key',
      () => tls('mtls', { cert: 'client.pem', key: 'client.enc.key' }),
      /^The client certificate cannot be used \(ssl\.keystore\): the key needs a passphrase\.$/,
    ],
    [
      'a wrong passphrase of the key store',
      () => keeping(tls('mtls', { keyStore: 'client.p12' }), { passphrase: WRONG }),
      /^ssl\.keystore\.location: .*client\.p12 cannot be read as a store of type PKCS12: the password is incorrect\.$/,
    ],
    [
      'a wrong password of PLAIN',
      () => sasl('plain', 'PLAIN', WRONG),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: Authentication failed: Invalid username or password$/,
    ],
    [
      'a wrong password of SCRAM-SHA-256',
      () => sasl('scram', 'SCRAM-SHA-256', WRONG),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: .*invalid credentials with SASL mechanism SCRAM-SHA-256$/,
    ],
    [
      'a wrong password of SCRAM-SHA-512 over TLS',
      () => overTls(sasl('saslTls', 'SCRAM-SHA-512', WRONG)),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: .*invalid credentials with SASL mechanism SCRAM-SHA-512$/,
    ],
    [
      'a user that is not there',
      () => sasl('scram', 'SCRAM-SHA-256', WRONG, 'nobody'),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: .*invalid credentials/,
    ],
    [
      'a mechanism that the listener has not',
      () => sasl('plain', 'SCRAM-SHA-256'),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: The broker does not support the requested SASL mechanism\.$/,
    ],
    [
      'a wrong secret of the client',
      () => oauth(WRONG),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: No token from http:\/\/127\.0\.0\.1:\d+\/token: it answered 401\.$/,
    ],
    [
      'a token endpoint that gives none',
      () => oauth(CLIENT_SECRET, tokens.emptyUrl),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: No token from http:\/\/127\.0\.0\.1:\d+\/nothing: its answer has no access_token\.$/,
    ],
    [
      'a listener that wants TLS',
      () => ({ setting: { bootstrap: at('tls') } }),
      /^Kafka at 127\.0\.0\.1:\d+ cannot be reached by TLS while [^:]+: this listener wants TLS\.$/,
    ],
    [
      HANGS_UP,
      () => ({ setting: { bootstrap: at('plain') } }),
      /^Kafka at 127\.0\.0\.1:\d+ cannot be reached while [^:]+: it closed the connection; does this listener want TLS or a login\?$/,
    ],
    [
      'a listener without TLS',
      () => ({ setting: { bootstrap: kafka.bootstrap, tls: { ca: 'ca.pem' } } }),
      /^Kafka at 127\.0\.0\.1:\d+ cannot be reached by TLS while [^:]+: .*does this listener speak TLS\?$/,
    ],
    [
      'a listener without login',
      () => ({ ...sasl('plain', 'PLAIN'), setting: { ...sasl('plain', 'PLAIN').setting, bootstrap: kafka.bootstrap } }),
      /^Kafka at 127\.0\.0\.1:\d+ refused the login while [^:]+: this listener wants none\.$/,
    ],
  ];

  test.each(bad)(
    '%s is told in one line, by browser and connector, and no secret is',
    { timeout: 100_000 },
    async (name, login, told) => {
      const seen = await browsed(login());
      expect(seen).toMatch(told);
      // Who is refused is not tried again until the test's time is over; who hangs up without a word might be back.
      const failed = await written(login(), 'never-there', name === HANGS_UP ? 2000 : 150_000);
      expect(typeof failed).toBe('string');
      // The connector may have been doing something else when it was refused.
      expect(
        String(failed)
          .split('\n')
          .some((line) => told.test(line.replace(/^.*?(?=Kafka at|There is|The client|ssl\.)/, ''))),
      ).toBe(true);
      for (const text of [seen, String(failed)])
        for (const secret of [WRONG, password, CLIENT_SECRET, own.passphrase, 'PRIVATE KEY', 'BEGIN'])
          expect(text).not.toContain(secret);
    },
  );

  test('a token that has run out is told', async () => {
    tokens.lifetime = -3600;
    try {
      expect(await browsed(oauth())).toMatch(
        /refused the login while [^:]+: the token was not taken, or this listener wants none\.$/,
      );
    } finally {
      tokens.lifetime = 3600;
    }
  });

  test('a certificate for another host is refused, unless the check of names is off', async () => {
    const made = makeCertificates();
    writeFileSync(join(folder, 'other-ca.pem'), made.ca);
    const server = createTlsServer({ ...made.otherHost }, (socket) => socket.destroy());
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bootstrap = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const login = (checkHost: boolean): Login => ({ setting: { bootstrap, tls: { ca: 'other-ca.pem', checkHost } } });
      expect(await browsed(login(true))).toMatch(
        /cannot be reached by TLS while [^:]+: its certificate is for another host name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
      );
      // It is no broker: past the certificate, it just hangs up.
      expect(await browsed(login(false))).not.toMatch(/certificate is for another/);
    } finally {
      server.close();
    }
  });
});
