import { afterEach, expect, test } from 'vitest';
import { LocalConnection } from '../../../extension/connections/connection.ts';
import { ConnectionBook, keyOf } from '../../../extension/connections/connection-book.ts';
import { LocalRuntime } from '../../../extension/connections/local-runtime.ts';
import { describeFindings, type Findings } from '../../../extension/connections/probe.ts';
import { ConnectionSecrets } from '../../../extension/connections/secrets.ts';
import { fakeGateway, type Seen } from '../../clients/sql-gateway/fake-gateway.ts';
import { memoryStore } from './stores.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function bookOf() {
  const local = new LocalConnection(new LocalRuntime({ script: 'none', cwd: () => undefined, log }));
  const book = new ConnectionBook(local, { secrets: new ConnectionSecrets(memoryStore({})), folder: () => undefined });
  const told: number[] = [];
  book.onChange(() => told.push(1));
  return { book, told };
}

async function cluster() {
  let away = false;
  const server = await fakeGateway((seen: Seen) => {
    if (away) return { status: 503, text: 'starting' };
    if (seen.url.endsWith('/api_versions')) return { json: { versions: ['V1', 'V2'] } };
    if (seen.url.endsWith('/info')) return { json: { productName: 'Apache Flink', version: '1.17.2' } };
    if (seen.url === '/overview')
      return {
        json: { 'flink-version': '2.2.1', taskmanagers: 2, 'slots-total': 8, 'slots-available': 1, 'jobs-running': 3 },
      };
    return { status: 404, json: { errors: [`Not found: ${seen.url}`] } };
  });
  stops.push(server.stop);
  const setAway = (value: boolean): void => {
    away = value;
  };
  return { url: server.url, setAway };
}

test('a connection that stays the same stays the same object; read-only changes without a new one', () => {
  const { book } = bookOf();
  book.read([
    { name: 'a', url: 'http://h:1' },
    { name: 'b', url: 'http://h:2' },
    { name: 'a', url: 'http://x' },
  ]);
  const [a, b] = book.remote;
  expect(book.problems).toEqual(['millrace.connections[2] repeats the name a']);
  book.read([
    { name: 'a', url: 'http://h:1', readOnly: true },
    { name: 'b', url: 'http://h:3' },
  ]);
  expect(book.remote[0]).toBe(a);
  expect(a?.readOnly).toBe(true);
  expect(book.remote[1]).not.toBe(b);
  expect(book.find('b')).toBe(book.remote[1]);
  expect(book.all.map(({ label }) => label)).toEqual(['Local runtime', 'a', 'b']);
  expect(keyOf({ name: 'a', url: 'u', readOnly: true })).toBe(keyOf({ name: 'a', url: 'u' }));
});

test('a look tells what is there, and mends itself when a server is back; the local runtime is not started by it', async () => {
  const { book, told } = bookOf();
  const { url, setAway } = await cluster();
  book.read([{ name: 'a', url, jobManager: url }]);
  const [a] = book.remote;
  if (!a) throw new Error('no connection');
  setAway(true);
  await book.checkAll();
  expect(book.state(a)).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/answered HTTP 503: starting$/),
  });
  expect(book.state(book.local)).toEqual({ kind: 'unknown' });
  setAway(false);
  await book.checkAll();
  const state = book.state(a);
  expect(state.kind).toBe('ok');
  const changes = told.length;
  await book.checkAll();
  // What is as before is not told again: the tree would be drawn anew.
  expect(told).toHaveLength(changes);
  const host = new URL(url).host;
  expect(state.kind === 'ok' && describeFindings(state.findings)).toEqual([
    `Apache Flink SQL Gateway 1.17.2 at ${host}`,
    'REST API v1, v2; v2 is spoken',
    `JobManager 2.2.1 at ${host}`,
    '2 task managers, 1 of 8 slots free',
    '3 jobs running',
    'The gateway is of Flink 1.17.2, the cluster of 2.2.1: they should be the same',
  ]);
});

test('findings without a JobManager, and with one that does not answer', () => {
  const gateway = { server: 'h', product: 'Apache Flink', version: '2.2.1', offered: [4], spoken: 4 };
  const last = (jobManager: Findings['jobManager']): string | undefined =>
    describeFindings({ gateway, jobManager }).at(-1);
  expect(last(undefined)).toBe('No JobManager address: no list of jobs, no savepoints');
  expect(last('Cannot reach it')).toBe('JobManager: Cannot reach it');
});
