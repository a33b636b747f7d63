import { afterEach, describe, expect, test, vi } from 'vitest';
import { GatewayClient, GatewayError } from '../../../clients/sql-gateway/index.ts';
import { fakeGateway, type Handler, OPERATION, opening, page, SESSION } from './fake-gateway.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function clientOf(handler: Handler) {
  const server = await fakeGateway((seen, count) => handler(seen, count));
  stops.push(server.stop);
  const client = await GatewayClient.connect({ url: server.url });
  stops.push(() => client.dispose());
  return { client, server };
}

const lost = {
  status: 500,
  json: {
    errors: [
      "<Exception on server side:\norg.x.SqlGatewayException: Session 's-1' does not exist.\n\tat a.B.c(B.java:1)\n",
    ],
  },
};

describe('one statement at a time until it is submitted', () => {
  test('the next is sent when the one before is, however many are asked for at once', async () => {
    let polls = 0;
    let sent = 0;
    const { client, server } = await clientOf((seen) => {
      if (seen.url === `${SESSION}/statements`) return { json: { operationHandle: `o-${++sent}` } };
      if (seen.url.endsWith('/status')) return { json: { status: ++polls % 3 === 0 ? 'FINISHED' : 'RUNNING' } };
      return opening(seen) ?? {};
    });
    const session = await client.openSession();
    await Promise.all(['A', 'B', 'C'].map((statement) => session.execute(statement)));
    const order = server.seen
      .slice(2)
      .map(({ url, body }) => (url.endsWith('/statements') ? body.slice(14, 15) : 'status'));
    expect(order).toEqual(['A', 'status', 'status', 'status', 'B', 'status', 'status', 'status', 'C']);
  });

  test('nothing is asked after a result that has begun, a failure, or a closed operation', async () => {
    let refuse = false;
    const { client, server } = await clientOf((seen) => {
      if (refuse && seen.url === `${SESSION}/statements`) return { status: 500, json: { errors: ['no'] } };
      if (seen.url.includes('/result/')) return page({ type: 'BIGINT' }, '[]', undefined);
      return opening(seen) ?? {};
    });
    const session = await client.openSession();
    const read = await session.execute('SELECT 1');
    for await (const _ of read.results());
    const closed = await session.execute('SELECT 2');
    await closed.close();
    refuse = true;
    await expect(session.execute('SELECT 3')).rejects.toBeInstanceOf(GatewayError);
    refuse = false;
    await session.execute('SELECT 4');
    expect(server.seen.filter(({ url }) => url.endsWith('/status'))).toEqual([]);
  });
});

describe('a session of another client', () => {
  test('is taken up, and left open', async () => {
    const { client, server } = await clientOf((seen) => opening(seen) ?? {});
    const session = await client.attachSession('s-1');
    expect(session.handle).toBe('s-1');
    session.leave();
    expect(session.closed).toBe(true);
    expect(server.seen.slice(1).map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${SESSION}/heartbeat`]);
  });

  test('that the server has not is told as lost', async () => {
    const { client } = await clientOf((seen) => (seen.url.endsWith('/heartbeat') ? lost : (opening(seen) ?? {})));
    await expect(client.attachSession('s-1')).rejects.toMatchObject({ kind: 'session-lost' });
  });

  test('its operations are read on from where they are', async () => {
    const { client, server } = await clientOf((seen) => {
      const token = /result\/(\d+)/.exec(seen.url)?.[1];
      if (token === undefined) return opening(seen) ?? {};
      if (token !== '8') {
        const text = `<Exception on server side:\norg.x.SqlExecutionException: Expecting token to be 8 or 7, but found ${token}.\n\tat a.B.c(B.java:1)\n`;
        return { status: 500, json: { errors: ['Internal server error.', text] } };
      }
      return page({ type: 'BIGINT' }, '[{"kind":"INSERT","fields":[5]}]', undefined);
    });
    const operation = (await client.attachSession('s-1')).operation('o-1');
    const rows: unknown[] = [];
    for await (const one of operation.results({ from: 'now' })) if (one.format === 'JSON') rows.push(...one.rows);
    expect(rows).toEqual([[5]]);
    expect(server.seen.slice(-2).map(({ url }) => url.slice(OPERATION.length))).toEqual([
      '/result/0?rowFormat=JSON',
      '/result/8?rowFormat=JSON',
    ]);
    const again = (await client.attachSession('s-1')).operation('o-1');
    await expect(again.results()[Symbol.asyncIterator]().next()).rejects.toThrow('Expecting token to be 8 or 7');
  });
});

test('heartbeats keep up with a server that drops idle sessions soon', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
  stops.push(() => vi.useRealTimers());
  const { client, server } = await clientOf((seen) => {
    if (seen.method === 'GET' && seen.url === SESSION) {
      return { json: { properties: { 'sql-gateway.session.idle-timeout': '30 s' } } };
    }
    return opening(seen) ?? {};
  });
  const session = await client.openSession();
  const beats = (): number => server.seen.filter(({ url }) => url.endsWith('/heartbeat')).length;
  /** Lets answers on real sockets come in; time stands still meanwhile. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  await vi.advanceTimersByTimeAsync(3000);
  await settle();
  for (let i = 0; i < 3; i++) {
    await vi.advanceTimersByTimeAsync(10_000);
    await settle();
  }
  expect(beats()).toBe(3);
  session.leave();
});

test('what the guard throws is thrown before anything is sent', async () => {
  const { client, server } = await clientOf((seen) => opening(seen) ?? {});
  const guard = (statement: string): void => {
    if (statement.startsWith('DROP')) throw new Error('refused');
  };
  const session = await client.openSession({ guard });
  await expect(session.execute('DROP TABLE t')).rejects.toThrow('refused');
  await expect(session.configure('DROP TABLE t')).rejects.toThrow('refused');
  await session.execute('SELECT 1');
  expect(server.seen.filter(({ body }) => body.includes('DROP'))).toEqual([]);
});
