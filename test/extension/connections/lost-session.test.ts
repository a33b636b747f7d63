import { afterEach, describe, expect, test } from 'vitest';
import { GatewayClient } from '../../../clients/sql-gateway/client.ts';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import type { Page } from '../../../clients/sql-gateway/types.ts';
import type { Connection } from '../../../extension/connections/connection.ts';
import { type KeeperOptions, type KeptSession, SessionKeeper } from '../../../extension/connections/session-keeper.ts';
import { digestOf, sessionMemory } from '../../../extension/connections/session-memory.ts';
import { fakeGateway, type Reply, type Seen } from '../../clients/sql-gateway/fake-gateway.ts';
import { keyedStore, memoryStore } from './stores.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const traced = (text: string): Reply => ({
  status: 500,
  json: {
    errors: [
      'Internal server error.',
      `<Exception on server side:\norg.x.SqlGatewayException: ${text}\n\tat a.B.c(B.java:1)\n`,
    ],
  },
});
const ok = (token: number, next?: number): Reply => ({
  json: {
    resultType: next === undefined ? 'EOS' : 'PAYLOAD',
    isQueryResult: false,
    resultKind: 'SUCCESS',
    results: {
      columns: [{ name: 'result', logicalType: { type: 'VARCHAR', length: 2147483647 }, comment: null }],
      rowFormat: 'PLAIN_TEXT',
      data: [{ kind: 'INSERT', fields: [`row ${token}`] }],
    },
    ...(next === undefined ? {} : { nextResultUri: `/result/${next}` }),
  },
});

/** A gateway with sessions that can be forgotten and operations that go on. */
async function gateway() {
  const known = new Set<string>();
  const statements: string[] = [];
  /** The next token of each operation that flows; one that is not here ends at once. */
  const flowing = new Map<string, number>();
  let sessions = 0;
  let away = false;
  const server = await fakeGateway((seen: Seen): Reply => {
    if (away) return { destroy: true };
    if (seen.url === '/v1/api_versions') return { json: { versions: ['V4'] } };
    if (seen.url === '/v4/sessions') {
      known.add(`s-${++sessions}`);
      return { json: { sessionHandle: `s-${sessions}` } };
    }
    const [, session = '', rest = ''] = /^\/v4\/sessions\/([^/]+)(.*)$/.exec(seen.url) ?? [];
    if (!known.has(session)) return traced(`Session '${session}' does not exist.`);
    if (seen.method === 'DELETE' && rest === '') known.delete(session);
    if (rest === '/statements') {
      statements.push((JSON.parse(seen.body) as { statement: string }).statement);
      return { json: { operationHandle: `o-${statements.length}` } };
    }
    if (rest.endsWith('/status')) return { json: { status: 'FINISHED' } };
    const [, operation = '', token = ''] = /\/operations\/([^/]+)\/result\/(\d+)\?rowFormat=\w+$/.exec(rest) ?? [];
    if (operation === '') return {};
    if (rest.endsWith('ARROW')) return { status: 400, json: { errors: ['no such format'] } };
    const next = flowing.get(operation);
    if (next === undefined) return ok(Number(token));
    if (Number(token) !== next && Number(token) !== next - 1) {
      return traced(`Expecting token to be ${next} or ${next - 1}, but found ${token}.`);
    }
    if (Number(token) === next) flowing.set(operation, next + 1);
    return ok(Number(token), Number(token) + 1);
  });
  stops.push(server.stop);
  return {
    server,
    known,
    statements,
    flowing,
    setAway: (value: boolean) => {
      away = value;
    },
  };
}

function connectionTo(url: string, outlivesWindow: boolean): Connection {
  return {
    canPreview: false,
    readOnly: false,
    outlivesWindow,
    id: 'gateway-x',
    label: 'x',
    description: 'x',
    jobManager: async () => undefined,
    connect: () => GatewayClient.connect({ url }),
    explain: () => undefined,
    warm: () => undefined,
    restart: async () => undefined,
  };
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function setUp(options: KeeperOptions = {}, outlivesWindow = true) {
  const gate = await gateway();
  const [state, secrets] = [keyedStore(), memoryStore({})];
  const memory = sessionMemory('nb', state, secrets, () => undefined);
  const asked: string[][] = [];
  const window = (): SessionKeeper =>
    new SessionKeeper(connectionTo(gate.server.url, outlivesWindow), 'nb', quiet, {
      memory,
      confirmRebuild: async (statements) => {
        asked.push([...statements]);
        return true;
      },
      ...options,
    });
  return { ...gate, memory, state, secrets, asked, window, keeper: window() };
}

async function run(keeper: SessionKeeper, statement: string): Promise<void> {
  const session = await keeper.statements({ cell: 0, ordinal: 0 });
  await read(session, statement);
}

async function read(session: KeptSession, statement: string): Promise<void> {
  const operation = await session.execute(statement);
  for await (const _ of operation.results({ format: 'ARROW', signal: new AbortController().signal }));
  await operation.close();
}

const TABLE = "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'password' = 'hunter2')";

describe('a lost session', () => {
  test('is rebuilt by what made it, after asking, before the statement is sent', async () => {
    const { keeper, known, statements, asked, secrets, state } = await setUp();
    await run(keeper, TABLE);
    await run(keeper, 'SELECT 1');
    // What may hold secrets is kept where secrets are.
    expect(JSON.stringify([...state.map])).not.toContain('hunter2');
    expect([...secrets.map.values()].join()).toContain('hunter2');
    known.clear();
    statements.length = 0;
    await run(keeper, 'SELECT * FROM t');
    expect(asked).toEqual([[TABLE]]);
    expect(statements).toEqual([TABLE, 'SELECT * FROM t']);
    await keeper.close();
    expect([...secrets.map.values(), ...state.map.values()]).toEqual([]);
  });

  test('begins anew where that is chosen, and runs nothing where the question is put aside', async () => {
    const { keeper, known, statements } = await setUp({ confirmRebuild: async () => false });
    await run(keeper, TABLE);
    known.clear();
    statements.length = 0;
    await run(keeper, 'SELECT 1');
    expect(statements).toEqual(['SELECT 1']);
    const other = await setUp({ confirmRebuild: () => Promise.reject(new Error('put aside')) });
    await run(other.keeper, TABLE);
    other.known.clear();
    other.statements.length = 0;
    await expect(run(other.keeper, 'SELECT 1')).rejects.toThrow('put aside');
    expect(other.statements).toEqual([]);
  });

  test('a server that was away may still have it', async () => {
    const { keeper, setAway, known, asked, statements } = await setUp();
    await run(keeper, TABLE);
    setAway(true);
    const failure = await run(keeper, 'SELECT 1').catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unreachable' });
    keeper.judge(failure);
    await expect(run(keeper, 'SELECT 2')).rejects.toBeInstanceOf(GatewayError);
    setAway(false);
    await run(keeper, 'SELECT 3');
    expect([...known]).toEqual(['s-1']);
    expect(asked).toEqual([]);
    expect(statements).toEqual([TABLE, 'SELECT 3']);
  });
});

test('a server that was away from the start is tried again', async () => {
  const { keeper, setAway } = await setUp();
  setAway(true);
  for (const statement of ['SELECT 1', 'SELECT 2']) {
    const failure = await run(keeper, statement).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unreachable' });
    keeper.judge(failure);
  }
  setAway(false);
  await run(keeper, 'SELECT 3');
});

describe('a window that is opened again', () => {
  const read2 = async (pages: AsyncIterable<Page>, count: number): Promise<string> => {
    const texts: string[] = [];
    for await (const page of pages) {
      texts.push(page.format === 'ARROW' ? Buffer.from(page.ipc).toString('latin1') : '');
      if (texts.length === count) break;
    }
    return texts.join('\n');
  };

  test('takes up the session, and reads on what runs where the other window stopped', async () => {
    const { keeper, window, statements, flowing, known, memory } = await setUp();
    await run(keeper, TABLE);
    flowing.set('o-2', 0);
    const stop = new AbortController();
    const session = await keeper.statements({ cell: 3, ordinal: 1 });
    const query = await session.execute('SELECT * FROM t');
    await read2(query.results({ format: 'ARROW', signal: stop.signal }), 5);
    keeper.leave();
    await query.close();
    await keeper.close();
    expect(memory.read()?.operations).toEqual([
      { handle: 'o-2', digest: digestOf('SELECT * FROM t'), place: { cell: 3, ordinal: 1 } },
    ]);

    const next = window();
    const [resumed, ...others] = await next.resume();
    expect(others).toEqual([]);
    expect(resumed?.place).toEqual({ cell: 3, ordinal: 1 });
    const again = await resumed?.session.execute('SELECT * FROM t');
    if (!again) throw new Error('nothing was resumed');
    const text = await read2(again.results({ format: 'ARROW', signal: stop.signal }), 2);
    expect(text).toContain('row 5');
    expect(text).not.toContain('row 3');
    await again.close();
    expect([...known]).toEqual(['s-1']);
    expect(statements).toHaveLength(2);
    expect(memory.read()?.operations).toEqual([]);
    // What made the session is still known.
    known.clear();
    await run(next, 'SELECT 2');
    expect(statements.slice(2)).toEqual([TABLE, 'SELECT 2']);
  });

  test('finds the session gone: nothing is asked until there is something to run', async () => {
    const { keeper, window, known, flowing, asked, statements } = await setUp();
    await run(keeper, TABLE);
    flowing.set('o-2', 0);
    await (await keeper.statements({ cell: 0, ordinal: 0 })).execute('SELECT * FROM t');
    keeper.leave();
    known.clear();
    const next = window();
    expect(await next.resume()).toEqual([]);
    expect(asked).toEqual([]);
    await run(next, 'SELECT 1');
    expect(asked).toEqual([[TABLE]]);
    expect(statements.slice(2)).toEqual([TABLE, 'SELECT 1']);
  });

  test('leaves nothing of a session that ends with the window', async () => {
    const { keeper, state, secrets, known } = await setUp({}, false);
    await run(keeper, TABLE);
    expect([...state.map, ...secrets.map]).toEqual([]);
    keeper.leave();
    await keeper.close();
    expect([...known]).toEqual([]);
  });
});
