import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { accessOf } from '../../../extension/connections/access.ts';
import {
  draftOf,
  EMPTY_DRAFT,
  keepSecrets,
  overlay,
  settingOf,
  storedSecrets,
} from '../../../extension/connections/draft.ts';
import { ConnectionSecrets } from '../../../extension/connections/secrets.ts';
import { type ConnectionSetting, readConnection, writtenConnection } from '../../../extension/connections/settings.ts';
import { exportConnections, importConnections } from '../../../extension/connections/transfer.ts';
import { problemsOf } from '../../../webviews/connection-form/validate.ts';
import { memoryStore } from './stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FULL: ConnectionSetting = {
  name: 'prod',
  url: 'https://flink.example/gateway',
  jobManager: 'https://flink.example/jm',
  auth: 'basic',
  user: 'me',
  headers: { 'X-Team': 'a' },
  secretHeaders: ['X-Key'],
  tls: { ca: 'ca.pem', cert: '~/c.pem', key: '/k.pem', serverName: 's', acceptAnyCertificate: true },
  proxy: { url: 'http://proxy:3128', user: 'p', except: '.local' },
  readOnly: true,
};

describe('settings', () => {
  test('every field comes back from what is written', () => {
    expect(readConnection(writtenConnection(FULL), 'x')).toEqual(FULL);
    expect(readConnection({ name: 'a', url: 'http://h:1' }, 'x')).toEqual({ name: 'a', url: 'http://h:1' });
    expect(writtenConnection({ ...FULL, readOnly: false, tls: { ca: '' } })).not.toHaveProperty('tls');
  });

  test.each([
    [{ url: 'http://h' }, 'x has no name'],
    [{ name: 'a', url: 'h:1' }, 'x (a) has no http or https url'],
    [{ name: 'a', url: 'http://h', jobManager: 7 }, 'x (a): jobManager is not an http or https url'],
    [{ name: 'a', url: 'http://h', auth: 'kerberos' }, 'x (a): auth is not one of none, basic, bearer'],
    [{ name: 'a', url: 'http://h', proxy: {} }, 'x (a): proxy has no http or https url'],
  ])('%j', (entry, words) => {
    expect(readConnection(entry, 'x')).toBe(words);
  });

  test('the form edits every field', () => {
    expect(settingOf(draftOf(FULL, false))).toEqual(FULL);
    expect(draftOf({ name: 'a', url: 'http://h' }, true).auth).toBe('bearer');
    expect(settingOf({ ...EMPTY_DRAFT, name: ' a ', url: ' http://h ' })).toEqual({
      name: 'a',
      url: 'http://h',
      auth: 'none',
    });
    expect(() => settingOf(EMPTY_DRAFT)).toThrow('The connection has no name');
  });

  test('the form says what is wrong with a field', () => {
    const draft = { ...EMPTY_DRAFT, name: 'b', url: 'http://u:p@h', auth: 'basic', cert: 'c' } as const;
    expect(problemsOf(draft, ['b'])).toEqual({
      name: 'There is a connection b already',
      url: 'Passwords do not belong into the address',
      user: 'Which user?',
      key: 'A client certificate needs its key',
    });
    expect(problemsOf({ ...EMPTY_DRAFT, name: 'a', url: 'http://h' }, [])).toEqual({});
  });

  test('an export holds no secret and can be imported', () => {
    const text = exportConnections([{ ...FULL, url: 'https://u:hunter2@flink.example/' }]);
    expect(text).not.toContain('hunter2');
    expect(importConnections(text)).toEqual([{ ...FULL, url: 'https://u@flink.example/' }]);
    expect(() => importConnections('{}')).toThrow('The file holds no connections');
    expect(() => importConnections('x')).toThrow('The file is not JSON');
    expect(() => importConnections('{"kind":"millrace connections","connections":[{"name":"a"}]}')).toThrow(
      'connections[0] (a) has no http or https url',
    );
  });
});

describe('secrets', () => {
  test('belong to a server, for gateway and JobManager; a token of earlier versions is read', async () => {
    const store = memoryStore({ 'millrace.connection http://old:1': 'raw' });
    const secrets = new ConnectionSecrets(store);
    expect(await secrets.of('http://old:1/path')).toEqual({ token: 'raw' });
    const setting = { ...FULL, jobManager: 'https://jm.example' };
    const draft = { ...draftOf(setting, false), headers: [{ name: 'X-Key', value: 'k', secret: true }] };
    await keepSecrets(setting, draft, { password: 'hunter2', passphrase: 'open', proxyPassword: 'pp' }, secrets);
    for (const url of [setting.url, setting.jobManager]) {
      expect(await secrets.of(url)).toEqual({ password: 'hunter2', passphrase: 'open', headers: { 'X-Key': 'k' } });
    }
    expect(await storedSecrets(setting, secrets)).toEqual(['password', 'passphrase', 'proxyPassword']);
    // What is not typed again stays, the other kind's goes.
    const untyped = { ...draft, headers: [{ name: 'X-Key', value: '', secret: true }] };
    await keepSecrets({ ...setting, auth: 'bearer' }, untyped, { token: 't' }, secrets);
    expect(await secrets.of(setting.url)).toEqual({ token: 't', passphrase: 'open', headers: { 'X-Key': 'k' } });
    await secrets.set(setting.url, {});
    expect([...store.map.keys()].filter((key) => key.includes('flink.example'))).toEqual([]);
  });

  test('a test of the form keeps nothing', async () => {
    const store = memoryStore({});
    const secrets = new ConnectionSecrets(overlay(store));
    await keepSecrets(FULL, draftOf(FULL, false), { password: 'hunter2' }, secrets);
    expect((await secrets.of(FULL.url)).password).toBe('hunter2');
    expect(store.map.size).toBe(0);
  });

  test('access has secrets and certificates; what is missing is told', async () => {
    const secrets = new ConnectionSecrets(memoryStore({}));
    const sources = { secrets, folder: () => folder };
    await expect(accessOf(FULL, FULL.url, sources)).rejects.toThrow('prod has no value for its header X-Key');
    await secrets.set(FULL.url, { password: 'pw', headers: { 'X-Key': 'k' } });
    await secrets.set('http://proxy:3128', { password: 'pp' });
    const tls = { ca: 'ca.pem' };
    await expect(accessOf({ ...FULL, tls }, FULL.url, sources)).rejects.toThrow(
      'The file of trusted certificates of the connection prod cannot be read: ca.pem (ENOENT)',
    );
    writeFileSync(join(folder, 'ca.pem'), 'PEM');
    expect(await accessOf({ ...FULL, tls }, FULL.url, sources)).toMatchObject({
      auth: { kind: 'basic', user: 'me', password: 'pw' },
      headers: { 'X-Team': 'a', 'X-Key': 'k' },
      tls: { ca: 'PEM' },
      proxy: { url: 'http://proxy:3128', user: 'p', password: 'pp', except: '.local' },
    });
    // Another server of the same name has none of them.
    const { secretHeaders: _, ...elsewhere } = { ...FULL, tls };
    expect(await accessOf(elsewhere, 'https://evil.example', sources)).toMatchObject({
      auth: { kind: 'basic', user: 'me', password: '' },
    });
  });
});
