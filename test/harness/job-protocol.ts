// What a JobManager's REST API must answer, the same for a real Flink and the local runtime.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JobManagerClient, type JobManagerError, type JobState } from '../../clients/job-manager/index.ts';
import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import type { Session } from '../../clients/sql-gateway/session.ts';
import { startGateway } from '../../local-runtime/gateway/server.ts';

export interface ProtocolTarget {
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  readonly token?: string | undefined;
  stop(): Promise<void>;
}

/** The local runtime in this process. */
export async function startLocalTarget(): Promise<ProtocolTarget> {
  const environment = {
    workingDirectory: process.cwd(),
    print: () => undefined,
    notice: () => undefined,
    now: Date.now,
  };
  const gateway = await startGateway({ port: 0, token: 'of-the-test', environment });
  return { gatewayUrl: gateway.url, jobManagerUrl: gateway.url, token: 'of-the-test', stop: () => gateway.close() };
}

const TABLES = [
  `CREATE TABLE ticks (n BIGINT, ts AS CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3)), WATERMARK FOR ts AS ts)
   WITH ('connector' = 'datagen', 'rows-per-second' = '200')`,
  "CREATE TABLE hole (w TIMESTAMP(3), n BIGINT) WITH ('connector' = 'blackhole')",
];
const INSERT = `INSERT INTO hole SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE ticks, DESCRIPTOR(ts), INTERVAL '1' SECOND))
  GROUP BY window_start, window_end`;
const UNKNOWN = '0123456789abcdef0123456789abcdef';

/** Waits until `read` gives something that `accepts`; fails with the last answer after `timeoutMs`. */
export async function eventually<T>(
  read: () => Promise<T>,
  accepts: (value: T) => boolean,
  timeoutMs = 40_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (accepts(value)) return value;
    if (Date.now() > end) throw new Error(`not in time; the last answer: ${JSON.stringify(value)}`);
    await sleep(100);
  }
}

export function jobProtocolSuite(start: () => Promise<ProtocolTarget>): void {
  let target: ProtocolTarget;
  let client: JobManagerClient;
  let gateway: GatewayClient;
  let session: Session;
  let folder: string;
  const submitted: string[] = [];

  beforeAll(async () => {
    target = await start();
    const { jobManagerUrl: url, token, gatewayUrl } = target;
    client = new JobManagerClient({ url, ...(token === undefined ? {} : { auth: { kind: 'bearer', token } }) });
    gateway = await GatewayClient.connect({ url: gatewayUrl, token });
    session = await gateway.openSession({ properties: { 'millrace.keep-jobs': 'true' } });
    folder = mkdtempSync(join(tmpdir(), 'millrace-jobs-'));
    for (const table of TABLES) await run(table);
  });
  afterAll(async () => {
    for (const id of submitted) await client.cancel(id).catch(() => undefined);
    await session?.close();
    gateway?.dispose();
    client?.dispose();
    await target?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function run(statement: string, config: Record<string, string> = {}): Promise<string | undefined> {
    const operation = await session.execute(statement, { executionConfig: config });
    let job: string | undefined;
    for await (const page of operation.results()) job ??= page.jobId;
    return job;
  }

  async function submit(name: string, config: Record<string, string> = {}): Promise<string> {
    const id = await run(INSERT, { 'pipeline.name': name, 'execution.checkpointing.interval': '300 ms', ...config });
    if (id === undefined) throw new Error('no job');
    submitted.push(id);
    await state(id, 'RUNNING');
    return id;
  }

  const state = (id: string, wanted: JobState) =>
    eventually(
      () => client.job(id),
      (job) => job.state === wanted,
    );

  async function failure(work: Promise<unknown>): Promise<JobManagerError> {
    return work.then(
      () => {
        throw new Error('it should have failed');
      },
      (error: unknown) => error as JobManagerError,
    );
  }

  test('the cluster tells its version, slots and servers', async () => {
    const overview = await client.overview();
    expect(overview.flinkVersion).toMatch(/^(1\.2|2\.)/);
    expect(overview.taskManagers).toBe(1);
    expect(overview.slotsTotal).toBeGreaterThan(0);
    const config = await client.config();
    expect(config).toMatchObject({ flinkVersion: overview.flinkVersion, canCancel: true });
    const [manager] = await client.taskManagers();
    expect(manager?.slots).toBe(overview.slotsTotal);
    await eventually(
      () => client.taskManager(manager?.id ?? ''),
      (detail) => (detail.heapUsed ?? 0) > 0,
    );
    expect(await client.logs()).toBeInstanceOf(Array);
    expect(await client.logs(manager?.id)).toBeInstanceOf(Array);
    expect(typeof (await client.settings())).toBe('object');
  });

  test('a running job: list, detail, plan, figures, watermark, checkpoints, configuration', async () => {
    const id = await submit('protocol running');
    const listed = (await client.jobs()).find((job) => job.id === id);
    expect(listed).toMatchObject({ name: 'protocol running', state: 'RUNNING', endTime: undefined });
    const job = await client.job(id);
    expect(job.vertices.length).toBeGreaterThanOrEqual(2);
    expect(job.timestamps.RUNNING).toBeGreaterThan(0);
    expect(job.plan).toEqual(await client.plan(id));
    expect(new Set(job.plan.map((node) => node.id))).toEqual(new Set(job.vertices.map((vertex) => vertex.id)));
    const sources = job.plan.filter((node) => node.inputs.length === 0);
    expect(sources).toHaveLength(1);
    expect(job.plan.flatMap((node) => node.inputs.map((input) => input.id))).toContain(sources[0]?.id);
    expect(sources[0]?.description).toMatch(/ticks/);
    expect(sources[0]?.description).not.toContain('<br/>');

    const last = job.plan.find(
      (node) => !job.plan.some((other) => other.inputs.some(({ id: input }) => input === node.id)),
    );
    const source = sources[0]?.id ?? '';
    await eventually(
      () => client.figures(id, source),
      (figures) =>
        (figures.sourceRecords ?? figures.recordsOut ?? 0) > 100 &&
        (figures.sourceRecordsPerSecond ?? figures.recordsOutPerSecond ?? 0) > 0,
    );
    const late = await eventually(
      () => client.figures(id, last?.id ?? ''),
      (figures) => figures.watermark !== undefined && (figures.recordsIn ?? 0) > 0,
    );
    expect(Math.abs(Date.now() - (late.watermark ?? 0))).toBeLessThan(60_000);
    expect(late.busy).toBeGreaterThanOrEqual(0);
    expect(await client.watermarks(id, last?.id ?? '')).toEqual([expect.any(Number)]);
    expect((await client.backpressure(id, source)).subtasks).toHaveLength(1);

    const taken = await eventually(
      () => client.checkpoints(id),
      (checkpoints) => checkpoints.counts.completed >= 2,
    );
    const [newest] = taken.history.filter(({ status }) => status === 'COMPLETED');
    expect(taken.history.map((entry) => entry.id)).toEqual(
      [...taken.history.map((entry) => entry.id)].sort((a, b) => b - a),
    );
    expect(newest).toMatchObject({ isSavepoint: false, type: 'CHECKPOINT' });
    expect((await client.checkpoint(id, newest?.id ?? 0)).vertices.length).toBeGreaterThan(0);
    expect(await client.checkpointConfig(id)).toMatchObject({ mode: 'exactly_once', interval: 300 });
    expect(await client.jobConfig(id)).toMatchObject({ parallelism: 1 });
    expect(await client.exceptions(id)).toEqual([]);

    await client.cancel(id);
    expect(await state(id, 'CANCELED')).toMatchObject({ endTime: expect.any(Number) });
  });

  test('a job in batch mode has no checkpoints, which is no error', async () => {
    const id = await run('INSERT INTO hole SELECT LOCALTIMESTAMP, 1', { 'execution.runtime-mode': 'batch' });
    if (id === undefined) throw new Error('no job');
    await state(id, 'FINISHED');
    expect((await client.checkpointConfig(id))?.interval).toBeUndefined();
    expect(await client.checkpoints(id)).toMatchObject({ counts: { total: 0 }, history: [] });
  });

  test('a savepoint leaves the job running; stopping with one ends it; the next goes on from there', async () => {
    const id = await submit('protocol savepoint');
    await eventually(
      () => client.checkpoints(id),
      (checkpoints) => checkpoints.counts.completed >= 1,
    );
    const place = await client.savepoint(id, { directory: `file://${folder}/one`, format: 'CANONICAL' });
    expect(place).toMatch(/^file:.*\/one\/savepoint-/);
    expect((await client.job(id)).state).toBe('RUNNING');
    const stopped = await client.stop(id, { directory: `file://${folder}/two` });
    expect(stopped).toMatch(/^file:.*\/two\/savepoint-/);
    await state(id, 'FINISHED');
    const next = await submit('protocol restored', { 'execution.state-recovery.path': stopped });
    const restored = await eventually(
      () => client.checkpoints(next),
      ({ latest }) => latest.restored !== undefined,
    );
    expect(restored.latest.restored?.path).toBe(stopped);
    await client.cancel(next);
    await state(next, 'CANCELED');
  });

  test('a savepoint that fails says why, root cause first, and the job goes on', async () => {
    const id = await submit('protocol failed savepoint');
    await eventually(
      () => client.checkpoints(id),
      (checkpoints) => checkpoints.counts.completed >= 1,
    );
    const error = await failure(client.savepoint(id, { directory: 'file:///proc/nowhere' }));
    expect(error).toMatchObject({ name: 'JobManagerError', kind: 'savepoint-failed' });
    expect(error.message).toMatch(/proc\/nowhere|base directory|create/i);
    expect(error.message).not.toContain('\n\tat ');
    const stopping = await failure(client.stop(id, { directory: 'file:///proc/nowhere' }));
    expect(stopping.kind).toBe('savepoint-failed');
    expect((await client.job(id)).state).toBe('RUNNING');
    await client.cancel(id);
    await state(id, 'CANCELED');
    const again = await failure(client.savepoint(id, { directory: `file://${folder}` }));
    expect(['refused', 'savepoint-failed', 'job-lost']).toContain(again.kind);
  });

  test('a job that fails tells the root cause first, and keeps the trace', async () => {
    await run(
      "CREATE TEMPORARY TABLE texts (v STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.v.length' = '3')",
    );
    await run("CREATE TEMPORARY TABLE numbers (v INT) WITH ('connector' = 'blackhole')");
    const id = await run('INSERT INTO numbers SELECT CAST(v AS INT) FROM texts', {
      'pipeline.name': 'protocol failing',
      'restart-strategy.type': 'none',
    });
    submitted.push(id ?? '');
    await state(id ?? '', 'FAILED');
    const [exception] = await eventually(
      () => client.exceptions(id ?? ''),
      (list) => list.length > 0,
    );
    expect(exception?.causes[0]?.className).toBe('NumberFormatException');
    expect(exception?.message).toMatch(/^NumberFormatException: /);
    expect(exception?.trace).toContain('\n\tat ');
  });

  test('what is not there', async () => {
    const lost = await failure(client.job(UNKNOWN));
    expect(lost).toMatchObject({ kind: 'job-lost', status: 404 });
    expect(lost.message).toContain(client.server);
    expect((await failure(client.cancel(UNKNOWN))).kind).toBe('job-lost');
    expect((await failure(client.job('nonsense'))).kind).toBe('refused');
    expect((await failure(client.stop(UNKNOWN))).message).toMatch(/Could not find Flink job/);
  });
}
