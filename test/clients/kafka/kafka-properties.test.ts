import { expect, test } from 'vitest';
import { connectionFromProperties } from '../../../clients/kafka/index.ts';

const at = { 'bootstrap.servers': 'a:1, b:2' };

test('brokers, time limits and logins', async () => {
  const jaas = 'x.PlainLoginModule required username="al\\"ice" password=\'s e\';';
  expect(
    connectionFromProperties(
      { ...at, 'security.protocol': 'sasl_ssl', 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': jaas },
      'me',
    ),
  ).toMatchObject({
    bootstrap: ['a:1', 'b:2'],
    clientId: 'me',
    tls: {},
    sasl: { username: 'al"ice', password: 's e' },
  });
  const { sasl } = connectionFromProperties(
    {
      ...at,
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': 'x required unsecuredLoginStringClaim_sub="bob";',
    },
    'me',
  );
  const token = typeof sasl?.token === 'function' ? await sasl.token() : '';
  const [head, body] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  expect(head).toBe('{"alg":"none"}');
  expect(body).toContain('"sub":"bob"');
});

test.each([
  [{ 'security.protocol': 'TLS' }, /Invalid value TLS for configuration security\.protocol/],
  [{ 'request.timeout.ms': 'soon' }, /Invalid value soon for configuration request\.timeout\.ms/],
  [
    { 'security.protocol': 'SSL', 'ssl.truststore.location': '/x.jks' },
    /ssl\.truststore\.location cannot be read: ENOENT/,
  ],
  [
    { 'security.protocol': 'SSL', 'ssl.truststore.location': '/x.bks', 'ssl.truststore.type': 'BKS' },
    /reads stores of the types PEM, JKS and PKCS12, but ssl\.truststore\.type is BKS/,
  ],
  [
    { 'security.protocol': 'SSL', 'ssl.keystore.key': 'x' },
    /ssl\.keystore\.key is for stores of type PEM only, but ssl\.keystore\.type is JKS/,
  ],
  [
    { 'security.protocol': 'SSL', 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': '/no/ca.pem' },
    /ssl\.truststore\.location cannot be read/,
  ],
  [{ 'security.protocol': 'SASL_SSL' }, /SASL mechanism GSSAPI/],
  [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' }, /must name a username and a password/],
  [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'OAUTHBEARER' }, /sasl\.oauthbearer\.token\.endpoint\.url/],
])('%j is refused by name', (properties, message) => {
  expect(() => connectionFromProperties({ ...at, ...properties }, 'me')).toThrow(message);
});
