import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../local-runtime/gateway/server.ts';
import { call, openSession, runStatement, testGateway } from './client.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await testGateway();
});
afterAll(() => gateway.close());

interface VertexBody {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly tasks: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, unknown>>;
}

describe('vertices of a job', () => {
  it('have the parallelism and the tasks that they run with', async () => {
    const session = await openSession(gateway);
    for (const sql of [
      "SET 'parallelism.default' = '2'",
      "SET 'millrace.worker-threads' = 'false'",
      "SET 'table.dml-sync' = 'true'",
      "CREATE TABLE g (a INT, b INT) WITH ('connector' = 'datagen', 'number-of-rows' = '101', 'rows-per-second' = '100000', 'fields.a.min' = '1', 'fields.a.max' = '9')",
      "CREATE TABLE h (a INT, n BIGINT) WITH ('connector' = 'blackhole')",
    ]) {
      await runStatement(gateway, session, sql);
    }
    const { pages } = await runStatement(gateway, session, 'INSERT INTO h SELECT a, COUNT(*) FROM g GROUP BY a');
    const path = `/jobs/${pages[0]?.body.jobID}`;
    const job = JSON.parse((await call(gateway, 'GET', path)).text) as { vertices: VertexBody[] };
    expect(job.vertices.map(({ parallelism }) => parallelism)).toEqual(job.vertices.map(() => 2));
    expect(new Set(job.vertices.map(({ id }) => id)).size).toBe(job.vertices.length);
    const [source] = job.vertices;
    expect(source).toMatchObject({ name: 'Source: g', maxParallelism: 128, metrics: { 'write-records': 101 } });
    expect(source?.tasks).toMatchObject({ FINISHED: 2, RUNNING: 0 });
    const details = JSON.parse((await call(gateway, 'GET', `${path}/vertices/${source?.id}`)).text);
    expect(details).toMatchObject({ id: source?.id, parallelism: 2 });
    expect(details.subtasks).toMatchObject([
      { subtask: 0, status: 'FINISHED', metrics: { 'write-records': 51 } },
      { subtask: 1, status: 'FINISHED', metrics: { 'write-records': 50 } },
    ]);
    const missing = await call(gateway, 'GET', `${path}/vertices/${'0'.repeat(31)}1`);
    expect(missing.status).toBe(404);
    expect(missing.text).toContain(`JobVertex ${'0'.repeat(31)}1 not found`);
    const { text } = await call(gateway, 'GET', `${path}/config`);
    expect(JSON.parse(text)['execution-config']['job-parallelism']).toBe(2);
  });
});
