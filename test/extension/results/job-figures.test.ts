import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayClient } from '../../../clients/sql-gateway/client.ts';
import type { Session } from '../../../clients/sql-gateway/session.ts';
import type { Connection } from '../../../extension/connections/connection.ts';
import { ResultHub } from '../../../extension/notebook/result-hub.ts';
import { summary } from '../../../extension/results/job-figures.ts';
import { ResultStore } from '../../../extension/results/result-store.ts';
import { type Gateway, startGateway } from '../../../local-runtime/gateway/server.ts';
import type { VertexState } from '../../../webviews/job/messages.ts';
import type { JobFigures, ToRenderer } from '../../../webviews/messages.ts';
import { eventually } from '../../harness/job-protocol.ts';

const environment = { workingDirectory: process.cwd(), print: () => undefined, notice: () => undefined, now: Date.now };

describe('what the job of a result does', { timeout: 60_000 }, () => {
  let gateway: Gateway;
  let client: GatewayClient;
  let session: Session;
  let connection: Connection;

  beforeAll(async () => {
    gateway = await startGateway({ port: 0, environment });
    client = await GatewayClient.connect({ url: gateway.url });
    session = await client.openSession();
    connection = { id: 'test', label: 'Test', jobManager: async () => ({ url: gateway.url }) } as unknown as Connection;
  });
  afterAll(async () => {
    await session?.close().catch(() => undefined);
    client?.dispose();
    await gateway?.close();
  });

  test('is told to those who look, with late rows, state and watermark, until the job has ended', async () => {
    await session.execute(`CREATE TABLE marks (n INT, ts AS TO_TIMESTAMP_LTZ(CASE WHEN MOD(n, 10) = 9 THEN 0 ELSE 1000000 + n * 100 END, 3),
      WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'rows-per-second' = '1000',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '1000000')`);
    const operation = await session.execute(
      `SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE marks, DESCRIPTOR(ts), INTERVAL '1' SECOND))
       GROUP BY window_start, window_end`,
    );
    const stop = new AbortController();
    const store = new ResultStore({ id: 'r', title: 't', limit: 1000 });
    const told: JobFigures[] = [];
    const plans: ToRenderer[] = [];
    const hub = new ResultHub<object>(
      (message) => {
        if (message.type === 'job') told.push(message.figures);
        if (message.type === 'plan' || message.type === 'problem') plans.push(message);
      },
      { exportRows: () => undefined, record: () => undefined, openJob: () => undefined, save: () => undefined },
    );
    hub.add(store, { stop: () => stop.abort(), connection, statement: 'SELECT 1', explain: async () => 'a plan' });
    const editor = {};
    hub.receive({ type: 'subscribe', id: 'r' }, editor);
    const reading = (async () => {
      for await (const page of operation.results({ format: 'ARROW', signal: stop.signal })) {
        if (page.format === 'ARROW') store.add(page);
      }
    })().catch(() => undefined);
    await eventually(
      async () => told.at(-1),
      (last) => (last?.lateRecords ?? 0) > 0 && (last?.stateBytes ?? 0) > 0 && typeof last?.watermark === 'number',
    );
    expect(told.at(-1)).toMatchObject({ state: 'RUNNING', ended: false, stateOfCheckpoint: false });
    expect(told.at(-1)?.vertices.map(({ name }) => name)).toContain('WindowAggregate');
    hub.receive({ type: 'plan', id: 'r', request: -7 }, editor);
    await eventually(
      async () => plans.length,
      (length) => length > 0,
    );
    expect(plans[0]).toMatchObject({ type: 'plan', request: -7, text: 'a plan', clauses: [] });
    stop.abort();
    await operation.close();
    await reading;
    await eventually(
      async () => told.at(-1),
      (last) => last?.ended === true,
    );
    hub.dispose();
  });
});

describe('figures of a job as a whole', () => {
  const vertex = (more: Partial<VertexState>): VertexState =>
    ({ watermark: null, lag: null, lateRecords: null, stateBytes: null, ...more }) as VertexState;

  test('the least watermark and the largest lag count; state is measured, or that of the last checkpoint', () => {
    const vertices = [
      vertex({ watermark: 'end' }),
      vertex({ watermark: 5, lag: 95, stateBytes: 10 }),
      vertex({ watermark: 3, lag: 97, lateRecords: 2 }),
    ];
    expect(summary('RUNNING', false, vertices, 77)).toMatchObject({
      watermark: 3,
      lag: 97,
      lateRecords: 2,
      stateBytes: 10,
      stateOfCheckpoint: false,
    });
    expect(summary('RUNNING', false, [vertex({})], 77)).toMatchObject({ stateBytes: 77, stateOfCheckpoint: true });
    expect(summary('FINISHED', true, [vertex({ watermark: 'end' })], undefined)).toMatchObject({
      watermark: 'end',
      lag: null,
      lateRecords: null,
      stateBytes: null,
    });
  });
});
