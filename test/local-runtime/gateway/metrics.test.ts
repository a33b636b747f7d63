import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import type { Gateway } from '../../../local-runtime/gateway/server.ts';
import { batchBytes, TaskMetrics } from '../../../local-runtime/job/task-metrics.ts';
import { call, openSession, runStatement, testGateway } from './client.ts';

describe('the figures of a subtask', () => {
  it('estimates bytes by type, text by its length', () => {
    const builder = new BatchBuilder([types.int(), types.bigint(), types.string()]);
    for (let i = 0; i < 100; i++) builder.values([i, BigInt(i), 'x'.repeat(10)], 0);
    expect(batchBytes(builder.take())).toBe(100 * (4 + 8 + 10));
  });

  it('counts an operator apart from those it calls', () => {
    const outer = new TaskMetrics(1);
    const inner = new TaskMetrics(1);
    const wait = (ms: number) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
    };
    outer.timed(() => {
      wait(5);
      inner.timed(() => wait(20));
    });
    expect(inner.figures.busy).toBeGreaterThanOrEqual(20);
    expect(outer.figures.busy).toBeGreaterThanOrEqual(5);
    expect(outer.figures.busy).toBeLessThan(inner.figures.busy);
  });
});

interface Vertex {
  readonly id: string;
  readonly name: string;
  readonly metrics: Readonly<Record<string, number | boolean>>;
}

describe('metrics over REST', () => {
  let gateway: Gateway;
  let path: string;
  let vertices: readonly Vertex[];
  beforeAll(async () => {
    gateway = await testGateway();
    const session = await openSession(gateway);
    await runStatement(gateway, session, "SET 'table.dml-sync' = 'true'");
    await runStatement(
      gateway,
      session,
      `CREATE TABLE numbers (id INT, ts AS TO_TIMESTAMP_LTZ(id, 3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen',
         'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '1000')`,
    );
    await runStatement(gateway, session, "CREATE TABLE gone (k INT, n BIGINT) WITH ('connector' = 'blackhole')");
    await runStatement(
      gateway,
      session,
      'INSERT INTO gone SELECT MOD(id, 10), COUNT(*) FROM numbers GROUP BY MOD(id, 10)',
    );
    const { body } = await call(gateway, 'GET', '/jobs/overview');
    path = `/jobs/${String((body.jobs[0] as { jid: string }).jid)}`;
    const details = await call(gateway, 'GET', path);
    vertices = (details.body as unknown as { vertices: Vertex[] }).vertices;
  });
  afterAll(() => gateway.close());

  const named = (name: string): Vertex => vertices.find((vertex) => vertex.name === name) as Vertex;
  const get = async (rest: string): Promise<unknown> => (await call(gateway, 'GET', `${path}/vertices/${rest}`)).body;

  it('tells records, bytes and times of each vertex', () => {
    expect(named('GroupAggregate').metrics).toMatchObject({
      'read-records': 1000,
      'read-bytes': 4000,
      'read-bytes-complete': true,
      'write-records': 1000,
      'accumulated-backpressured-time': 0,
    });
  });

  it('lists metrics by name, with values when asked for', async () => {
    const { id } = named('GroupAggregate');
    expect(await get(`${id}/metrics`)).toContainEqual({ id: '0.numRecordsIn' });
    expect(await get(`${id}/metrics?get=0.numRecordsIn,0.numRecordsOut,0.nothing`)).toEqual([
      { id: '0.numRecordsIn', value: '1000' },
      { id: '0.numRecordsOut', value: '1000' },
    ]);
    const [state] = (await get(`${id}/metrics?get=0.stateBytes`)) as [{ value: string }];
    expect(Number(state.value)).toBeGreaterThan(100);
    expect(await get(`${id}/watermarks`)).toEqual([{ id: '0.currentInputWatermark', value: '9223372036854775807' }]);
  });

  it('puts subtasks together', async () => {
    const { id } = named('GroupAggregate');
    expect(await get(`${id}/subtasks/metrics`)).toContainEqual({ id: 'busyTimeMsPerSecond' });
    expect(await get(`${id}/subtasks/metrics?get=numRecordsIn&agg=sum,max`)).toEqual([
      { id: 'numRecordsIn', sum: 1000, max: 1000 },
    ]);
  });

  it('says which vertex is not there', async () => {
    const wrong = await call(gateway, 'GET', `${path}/vertices/xyz/metrics`);
    expect([wrong.status, wrong.body.errors[0]]).toEqual([
      400,
      expect.stringContaining('Cannot resolve path parameter (vertexid) from value "xyz".'),
    ]);
    const missing = await call(gateway, 'GET', `${path}/vertices/${'0'.repeat(32)}/metrics`);
    expect(missing.status).toBe(404);
  });
});

describe('records that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-metrics-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    // As in Flink, a field that cannot be read is NULL then, and its row is there.
    ['passed over', "'json.ignore-parse-errors' = 'true'", 2],
    ['kept as dead letters', `'millrace.dead-letter' = 'file:${join(folder, 'dead.jsonl')}'`, 3],
  ])('%s are counted by the source', async (_, option, bad) => {
    writeFileSync(join(folder, 'in.json'), '{"id":1}\nbroken\n{"id":2}\n[]]\n{"id":"x"}\n');
    const gateway = await testGateway();
    try {
      const session = await openSession(gateway);
      for (const statement of [
        "SET 'table.dml-sync' = 'true'",
        `CREATE TABLE bad (id INT) WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'in.json')}', 'format' = 'json', ${option})`,
        "CREATE TABLE gone (id INT) WITH ('connector' = 'blackhole')",
        'INSERT INTO gone SELECT * FROM bad',
      ])
        await runStatement(gateway, session, statement);
      const { body } = await call(gateway, 'GET', '/jobs/overview');
      const path = `/jobs/${String((body.jobs[0] as { jid: string }).jid)}`;
      const details = (await call(gateway, 'GET', path)).body as unknown as { vertices: Vertex[] };
      const source = details.vertices.find((vertex) => vertex.name.startsWith('Source: bad')) as Vertex;
      const metrics = await call(
        gateway,
        'GET',
        `${path}/vertices/${source.id}/metrics?get=0.numRecordsInErrors,0.numRecordsOut`,
      );
      expect(metrics.body).toEqual([
        { id: '0.numRecordsOut', value: String(5 - bad) },
        { id: '0.numRecordsInErrors', value: String(bad) },
      ]);
    } finally {
      await gateway.close();
    }
  });
});
