import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_KAFKA_DRAFT,
  kafkaDraftOf,
  kafkaSettingOf,
  writtenKafkaConnection,
} from '../../../extension/topics/draft.ts';
import { mapped, propertiesOf, registryOf } from '../../../extension/topics/properties.ts';
import { KafkaSecretBook } from '../../../extension/topics/secrets.ts';
import { type KafkaSetting, readKafkaConnections } from '../../../extension/topics/settings.ts';
import { problemsOf } from '../../../webviews/kafka-form/validate.ts';
import { memoryStore } from '../connections/stores.ts';

const FULL: KafkaSetting = {
  name: 'prod',
  bootstrap: 'a.example:9092,b.example:9093',
  tls: { ca: 'ca.pem', cert: 'client.pem', key: 'client.key', checkHost: false },
  sasl: 'SCRAM-SHA-512',
  user: 'reader',
  registry: { url: 'https://registry.example/api', auth: 'basic', user: 'reader' },
  hosts: { 'kafka:9092': 'localhost:29092' },
  readOnly: true,
};

describe('the setting millrace.kafkaConnections', () => {
  test('is read whole, through the form and back', () => {
    expect(readKafkaConnections([FULL])).toEqual({ connections: [FULL], problems: [] });
    expect(kafkaSettingOf(kafkaDraftOf(FULL))).toEqual(FULL);
    const plain: KafkaSetting = { name: 'dev', bootstrap: 'localhost:9092', tls: {} };
    expect(readKafkaConnections([writtenKafkaConnection(plain)]).connections).toEqual([plain]);
  });

  test.each([
    [{}, 'millrace.kafkaConnections[0] has no name'],
    [{ name: 'x' }, 'millrace.kafkaConnections[0] (x) has no bootstrap servers'],
    [{ name: 'x', bootstrap: 'host' }, 'millrace.kafkaConnections[0] (x): host is not host:port'],
    [{ name: 'x', bootstrap: 'h:1', sasl: 'GSSAPI' }, /sasl is not one of PLAIN/],
    [{ name: 'x', bootstrap: 'h:1', sasl: 'OAUTHBEARER' }, /needs oauth.tokenEndpoint/],
    [{ name: 'x', bootstrap: 'h:1', registry: { url: 'ftp://r' } }, /registry has no http or https url/],
  ])('what is wrong with %j is told', (entry, problem) => {
    const { connections, problems } = readKafkaConnections([entry]);
    expect(connections).toEqual([]);
    expect(problems[0]).toMatch(problem);
  });

  test('the form marks what is missing', () => {
    const draft = { ...EMPTY_KAFKA_DRAFT, bootstrap: 'a:1, b', sasl: 'PLAIN' as const, hosts: 'kafka' };
    expect(problemsOf(draft, [])).toEqual({
      name: 'A connection needs a name',
      bootstrap: 'b is not host:port',
      user: 'Which user?',
      hosts: 'Not "name = address": kafka',
    });
    expect(problemsOf({ ...EMPTY_KAFKA_DRAFT, name: 'x', bootstrap: 'a:1,[::1]:9092' }, ['y'])).toEqual({});
  });
});

describe('properties of the client', () => {
  test('TLS, a login, and hosts of the environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-'));
    for (const name of ['ca.pem', 'client.pem', 'client.key']) writeFileSync(join(folder, name), `text of ${name}`);
    try {
      const properties = await propertiesOf(FULL, { password: 'a"b\\c' }, { 'b.example': 'tunnel' }, folder);
      expect(properties).toMatchObject({
        'bootstrap.servers': 'a.example:9092,tunnel:9093',
        'security.protocol': 'SASL_SSL',
        'sasl.mechanism': 'SCRAM-SHA-512',
        'ssl.truststore.certificates': 'text of ca.pem',
        'ssl.keystore.key': 'text of client.key',
        'ssl.endpoint.identification.algorithm': '',
      });
      expect(properties['sasl.jaas.config']).toContain('username="reader" password="a\\"b\\\\c";');
    } finally {
      rmSync(folder, { recursive: true });
    }
    await expect(propertiesOf(FULL, { password: 'x' }, {}, folder)).rejects.toThrow(
      /^The file of trusted certificates of the connection prod cannot be read: ca.pem \(ENOENT\)$/,
    );
    await expect(propertiesOf(FULL, {}, {}, folder)).rejects.toThrow('The connection prod has no user or no password');
  });

  test('OAUTHBEARER', async () => {
    const setting: KafkaSetting = {
      name: 'cloud',
      bootstrap: 'c:1',
      sasl: 'OAUTHBEARER',
      oauth: { tokenEndpoint: 'https://login/token', clientId: 'me', scope: 'kafka' },
    };
    const properties = await propertiesOf(setting, { clientSecret: 's' }, {}, undefined);
    expect(properties['security.protocol']).toBe('SASL_PLAINTEXT');
    expect(properties['sasl.oauthbearer.token.endpoint.url']).toBe('https://login/token');
    expect(properties['sasl.jaas.config']).toContain('clientId="me" clientSecret="s" scope="kafka";');
  });

  test('a registry behind another name', async () => {
    const setting: KafkaSetting = { name: 'x', bootstrap: 'k:1', registry: { url: 'http://registry:8081/api/' } };
    const found = await registryOf(setting, {}, { registry: 'localhost:18081' }, undefined);
    expect(found?.urls).toEqual(['http://localhost:18081/api']);
    expect(mapped('kafka:9092', { kafka: 'localhost', 'kafka:9092': 'localhost:1' })).toBe('localhost:1');
  });
});

test('secrets belong to servers: another connection to the same has them, one to others has none', async () => {
  const store = memoryStore({});
  const book = new KafkaSecretBook(store);
  await book.change(FULL, { password: 'p', registryPassword: 'r', passphrase: '' });
  expect(await book.of({ ...FULL, name: 'other', bootstrap: 'b.example:9093,a.example:9092' })).toEqual({
    password: 'p',
    registryPassword: 'r',
  });
  expect(await book.of({ ...FULL, bootstrap: 'c.example:1', registry: { url: 'https://other' } })).toEqual({});
  await book.change(FULL, { password: '' });
  expect(await book.of(FULL)).toEqual({ registryPassword: 'r' });
  await book.forget(FULL, [{ ...FULL, name: 'other' }]);
  expect(await book.of(FULL)).toEqual({ registryPassword: 'r' });
  await book.forget(FULL, []);
  expect(await book.of(FULL)).toEqual({});
});
