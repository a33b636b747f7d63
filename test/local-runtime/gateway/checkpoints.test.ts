import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../local-runtime/gateway/server.ts';
import { call, testGateway } from './client.ts';

/** Shapes and words as a JobManager and gateway of Flink 2.2.1 gave them. */
let gateway: Gateway;
let folder: string;

beforeAll(async () => {
  gateway = await testGateway();
  folder = mkdtempSync(join(tmpdir(), 'millrace-checkpoints-'));
});

afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

type Json = Readonly<Record<string, unknown>>;

async function get(path: string, status = 200): Promise<Json> {
  const answer = await call(gateway, 'GET', path);
  expect(answer.status, answer.text).toBe(status);
  return answer.body as unknown as Json;
}

/** Runs a statement to its end: its rows, or the errors. */
async function run(session: string, sql: string): Promise<{ rows: unknown[][]; columns: string[]; error: string }> {
  const submitted = await call(gateway, 'POST', `/v3/sessions/${session}/statements`, { statement: sql });
  const base = `/v3/sessions/${session}/operations/${submitted.body.operationHandle}/result`;
  const rows: unknown[][] = [];
  let columns: string[] = [];
  for (let token = 0; ; ) {
    const page = await call(gateway, 'GET', `${base}/${token}?rowFormat=JSON`);
    if (page.status !== 200) return { rows, columns, error: page.body.errors.join('\n') };
    if (page.body.resultType === 'NOT_READY') {
      await sleep(5);
      continue;
    }
    columns = page.body.results.columns.map(({ name }) => name);
    rows.push(...page.body.results.data.map(({ fields }) => [...fields]));
    if (page.body.resultType === 'EOS') return { rows, columns, error: '' };
    token++;
  }
}

async function start(options: Readonly<Record<string, string>> = {}): Promise<{ session: string; job: string }> {
  const opened = await call(gateway, 'POST', '/v3/sessions', {
    properties: { 'execution.checkpointing.savepoint-dir': join(folder, 'savepoints'), ...options },
  });
  const session = opened.body.sessionHandle;
  await run(session, `CREATE TABLE g (id INT, k INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000')`);
  await run(session, `CREATE TABLE s (k INT, n BIGINT) WITH ('connector' = 'blackhole')`);
  const { rows } = await run(session, 'INSERT INTO s SELECT k, COUNT(*) FROM g GROUP BY k');
  return { session, job: rows[0]?.[0] as string };
}

async function triggered(job: string, path: string, body: unknown): Promise<Json> {
  const { body: answer, status } = await call(gateway, 'POST', `/jobs/${job}/${path}`, body);
  expect(status).toBe(202);
  const id = (answer as unknown as Json)['request-id'];
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  for (;;) {
    const state = await get(`/jobs/${job}/${path === 'checkpoints' ? path : 'savepoints'}/${id}`);
    if ((state.status as Json).id === 'COMPLETED') return state.operation as Json;
    expect(state).toEqual({ status: { id: 'IN_PROGRESS' }, operation: null });
    await sleep(10);
  }
}

describe('checkpoints over REST', () => {
  it('are counted and listed with their size and duration', async () => {
    const { job } = await start({
      'execution.checkpointing.interval': '50 ms',
      'execution.checkpointing.dir': join(folder, 'checkpoints'),
    });
    for (;;) {
      const { counts } = await get(`/jobs/${job}/checkpoints`);
      if (((counts as Json).completed as number) >= 3) break;
      await sleep(20);
    }
    const { counts, latest, history, summary } = await get(`/jobs/${job}/checkpoints`);
    expect(counts).toMatchObject({ restored: 0, failed: 0 });
    expect(latest).toMatchObject({ savepoint: null, failed: null, restored: null });
    const [newest] = history as Json[];
    expect(newest).toMatchObject({
      className: expect.stringMatching(/completed|in_progress/),
      is_savepoint: false,
      savepointFormat: null,
      checkpoint_type: 'CHECKPOINT',
      tasks: {},
    });
    const completed = (latest as Json).completed as Json;
    expect(completed.external_path).toMatch(new RegExp(`^file:/.*/${job}/chk-\\d+$`));
    expect(completed.checkpointed_size).toBeGreaterThan(100);
    expect((summary as Json).checkpointed_size).toMatchObject({ p50: expect.any(Number), max: expect.any(Number) });
    expect((history as Json[]).at(-1)).toMatchObject({ id: 1, discarded: true });
    const details = await get(`/jobs/${job}/checkpoints/details/${completed.id}`);
    expect(Object.keys(details.tasks as Json)[0]).toMatch(/^[0-9a-f]{32}$/);
    expect((await get(`/jobs/${job}/checkpoints/details/99999`, 404)).errors).toEqual([
      expect.stringContaining('Could not find checkpointing statistics for checkpoint 99999.'),
    ]);
    expect(await get(`/jobs/${job}/checkpoints/config`)).toMatchObject({
      mode: 'exactly_once',
      interval: 50,
      timeout: 600000,
      min_pause: 0,
      max_concurrent: 1,
      externalization: { enabled: false, delete_on_cancellation: true },
      checkpoint_storage: 'FileSystemCheckpointStorage',
    });
    await call(gateway, 'PATCH', `/jobs/${job}?mode=cancel`);
    expect(readdirSync(join(folder, 'checkpoints'))).not.toContain(job);
  });

  it('and savepoints are taken on request, and a savepoint stops the job', async () => {
    const { session, job } = await start();
    expect(await triggered(job, 'checkpoints', {})).toEqual({ checkpointId: 1 });
    const target = join(folder, 'elsewhere');
    const { location } = await triggered(job, 'savepoints', { 'target-directory': target, 'cancel-job': false });
    expect(location).toMatch(new RegExp(`^file:${target}/savepoint-${job.slice(0, 6)}-[0-9a-f]{12}$`));
    expect(await get(`/jobs/${job}/savepoints/${'f'.repeat(32)}`, 404)).toMatchObject({
      errors: [expect.stringContaining(`There is no savepoint operation with triggerId=${'f'.repeat(32)} for job`)],
    });
    const failed = await triggered(job, 'savepoints', { 'target-directory': '/proc/nowhere' });
    expect((failed['failure-cause'] as Json)['stack-trace']).toContain(
      'CheckpointException: An Exception occurred while triggering the checkpoint. IO-problem detected.',
    );
    expect((await get(`/jobs/${job}`)).state).toBe('RUNNING');
    const stopped = await run(session, `STOP JOB '${job}' WITH SAVEPOINT`);
    expect(stopped.columns).toEqual(['savepoint path']);
    expect(stopped.rows[0]?.[0]).toMatch(new RegExp(`^file:${folder}/savepoints/savepoint-${job.slice(0, 6)}-`));
    expect((await get(`/jobs/${job}`)).state).toBe('FINISHED');
    const { counts, latest } = await get(`/jobs/${job}/checkpoints`);
    expect(counts).toEqual({ restored: 0, total: 4, in_progress: 0, completed: 3, failed: 1 });
    expect((latest as Json).savepoint).toMatchObject({
      checkpoint_type: 'SYNC_SAVEPOINT',
      savepointFormat: 'CANONICAL',
    });
    expect((await run(session, `STOP JOB '${job}' WITH SAVEPOINT`)).error).toMatch(
      new RegExp(
        `Could not stop job ${job} with savepoint for operation [\\s\\S]*Could not find Flink job \\(${job}\\)`,
      ),
    );
    expect((await run(session, `STOP JOB '${job}'`)).error).toContain(
      'Job cancellation failed because the job has already reached another terminal state (FINISHED).',
    );
    const gone = await triggered(job, 'stop', {});
    expect((gone['failure-cause'] as Json)['stack-trace']).toContain(`Could not find Flink job (${job})`);

    await run(session, `SET 'execution.state-recovery.path' = '${stopped.rows[0]?.[0]}'`);
    const { rows } = await run(session, 'INSERT INTO s SELECT k, COUNT(*) FROM g GROUP BY k');
    const again = await get(`/jobs/${rows[0]?.[0]}/checkpoints`);
    expect(again).toMatchObject({
      counts: { restored: 1 },
      latest: { restored: { id: 4, is_savepoint: true, external_path: stopped.rows[0]?.[0] } },
    });
    const other = await run(session, 'INSERT INTO s SELECT k, CAST(1 AS BIGINT) FROM g');
    expect(other.error).toMatch(
      /Failed to execute sql[\s\S]*Could not start the JobMaster\.[\s\S]*is not available in the new program/,
    );
    await run(session, `SET 'execution.state-recovery.path' = '${folder}/nowhere'`);
    const missing = await run(session, 'INSERT INTO s SELECT k, COUNT(*) FROM g GROUP BY k');
    expect(missing.error).toContain(
      `java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '${folder}/nowhere' on file system 'file'.`,
    );
    await run(session, `STOP JOB '${rows[0]?.[0]}' WITH SAVEPOINT WITH DRAIN`);
    expect((await get(`/jobs/${rows[0]?.[0]}`)).state).toBe('FINISHED');
  });
});
