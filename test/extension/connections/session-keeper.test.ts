import { afterEach, expect, test } from 'vitest';
import { GatewayClient } from '../../../clients/sql-gateway/client.ts';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import type { Connection } from '../../../extension/connections/connection.ts';
import { SessionKeeper } from '../../../extension/connections/session-keeper.ts';
import { readConnections } from '../../../extension/connections/settings.ts';
import { fakeGateway, type Seen } from '../../clients/sql-gateway/fake-gateway.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function setUp() {
  let sessions = 0;
  const server = await fakeGateway((seen: Seen) =>
    seen.url === '/v1/api_versions'
      ? { json: { versions: ['V4'] } }
      : seen.url === '/v4/sessions'
        ? { json: { sessionHandle: `s-${++sessions}` } }
        : {},
  );
  stops.push(server.stop);
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (m: string) => warnings.push(m), error: () => undefined };
  const connection: Connection = {
    canPreview: true,
    readOnly: false,
    outlivesWindow: false,
    jobManager: async () => undefined,
    id: 'x',
    label: 'x',
    description: 'x',
    connect: () => GatewayClient.connect({ url: server.url }),
    explain: () => undefined,
    warm: () => undefined,
    restart: async () => undefined,
  };
  return { server, keeper: new SessionKeeper(connection, 'nb', log), warnings };
}

test('one session for a notebook, until it is lost or closed', async () => {
  const { server, keeper, warnings } = await setUp();
  const [a, b] = await Promise.all([keeper.session(), keeper.session()]);
  expect([a.handle, b.handle]).toEqual(['s-1', 's-1']);
  keeper.judge(new GatewayError('x', { kind: 'sql' }));
  expect((await keeper.session()).handle).toBe('s-1');
  keeper.judge(new GatewayError('x', { kind: 'session-lost' }));
  expect((await keeper.session()).handle).toBe('s-2');
  await keeper.close();
  expect(
    server.seen
      .filter((s) => s.method === 'DELETE')
      .map((s) => s.url)
      .sort(),
  ).toEqual(['/v4/sessions/s-1', '/v4/sessions/s-2']);
  expect((await keeper.session()).handle).toBe('s-3');
  await keeper.close();
  expect(warnings).toEqual([]);
});

test('a connection that fails is tried again by the next statement', async () => {
  const { keeper } = await setUp();
  const connect = keeper.connection.connect;
  const broken = keeper.connection as { connect: Connection['connect'] };
  broken.connect = () => Promise.reject(new Error('down'));
  await expect(keeper.session()).rejects.toThrow('down');
  broken.connect = connect;
  expect((await keeper.session()).handle).toBe('s-1');
  await keeper.close();
});

test('connections of the settings, good and bad', () => {
  expect(readConnections(undefined)).toEqual({ connections: [], problems: [] });
  const { connections, problems } = readConnections([
    { name: 'a', url: 'http://h:1' },
    { name: 'a', url: 'http://h:2' },
    { url: 'http://h' },
    { name: 'b', url: 'ftp://h' },
    7,
    null,
  ]);
  expect(connections).toEqual([{ name: 'a', url: 'http://h:1' }]);
  expect(problems).toHaveLength(5);
  expect(readConnections({}).problems).toEqual(['millrace.connections is not a list']);
});
