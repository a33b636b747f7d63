import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayClient } from '../../../clients/sql-gateway/client.ts';
import type { Session } from '../../../clients/sql-gateway/session.ts';
import type { Connection } from '../../../extension/connections/connection.ts';
import { JobClient } from '../../../extension/jobs/job-client.ts';
import { JobList } from '../../../extension/jobs/job-list.ts';
import { JobWatch } from '../../../extension/jobs/job-watch.ts';
import { type Gateway, startGateway } from '../../../local-runtime/gateway/server.ts';
import type { JobViewMessage, JobViewState } from '../../../webviews/job/messages.ts';
import { eventually } from '../../harness/job-protocol.ts';

const environment = { workingDirectory: process.cwd(), print: () => undefined, notice: () => undefined, now: Date.now };

describe('the views of jobs', { timeout: 60_000 }, () => {
  let gateway: Gateway;
  let client: GatewayClient;
  let session: Session;
  let connection: Connection;

  beforeAll(async () => {
    gateway = await startGateway({ port: 0, environment });
    client = await GatewayClient.connect({ url: gateway.url });
    session = await client.openSession();
    connection = {
      id: 'test',
      label: 'Test',
      readOnly: false,
      jobManager: async () => ({ url: gateway.url }),
    } as unknown as Connection;
    for (const statement of [
      "SET 'execution.checkpointing.interval' = '200 ms'",
      "CREATE TABLE t (x INT, ts AS CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3)), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'rows-per-second' = '500')",
      "CREATE TABLE s (x INT) WITH ('connector' = 'blackhole')",
    ]) {
      await run(statement);
    }
  });
  afterAll(async () => {
    await session?.close().catch(() => undefined);
    client?.dispose();
    await gateway?.close();
  });

  async function run(statement: string): Promise<string> {
    const operation = await session.execute(statement);
    let job = '';
    for await (const page of operation.results()) job ||= page.jobId ?? '';
    return job;
  }

  function watch(id: string, hasUi = true) {
    const messages: JobViewMessage[] = [];
    const watching = new JobWatch(new JobClient(connection), id, (message) => messages.push(message), hasUi);
    const states = () =>
      messages.flatMap((message): JobViewState[] => (message.type === 'state' ? [message.state] : []));
    return { watching, messages, states };
  }

  test('a job with figures, course, checkpoints and servers; what is hidden is not asked for', async () => {
    const id = await run('INSERT INTO s SELECT x FROM t');
    const { watching, states } = watch(id);
    watching.start();
    const seen = await eventually(
      async () => states().at(-1),
      (state) => (state?.course.read.at(-1) ?? 0) > 100 && (state?.checkpoints.completed ?? 0) > 1,
    );
    expect(seen).toMatchObject({
      id,
      connection: 'Test',
      state: 'RUNNING',
      ended: false,
      servers: null,
      exceptions: [],
    });
    expect(seen?.actions).toEqual(['savepoint', 'stop', 'cancel', 'openUi']);
    expect(seen?.course.lag.at(-1)).toBeLessThan(30_000);
    const sink = seen?.vertices.find(({ name }) => name.startsWith('Sink'));
    expect(sink?.inRate).toBeGreaterThan(0);
    expect(seen?.settings.map(({ key }) => key)).toContain('Restart strategy');
    watching.show('servers');
    await eventually(
      async () => states().at(-1)?.servers,
      (servers) => servers?.length === 2,
    );
    watching.stop();
    const before = states().length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(states().length).toBe(before);

    watching.start();
    expect(states().length).toBe(before + 1);
    await run(`STOP JOB '${id}'`);
    const last = await eventually(
      async () => states().at(-1),
      (state) => state?.ended === true,
    );
    expect(last?.actions).toEqual(['openUi']);
    watching.dispose();
  });

  test('a read-only connection offers nothing that changes the job', async () => {
    const id = await run('INSERT INTO s SELECT x FROM t');
    const own = { ...connection, readOnly: true } as Connection;
    const states: JobViewState[] = [];
    const watching = new JobWatch(new JobClient(own), id, (m) => m.type === 'state' && states.push(m.state), false);
    watching.start();
    await eventually(
      async () => states.length,
      (n) => n > 0,
    );
    expect(states[0]?.actions).toEqual([]);
    watching.dispose();
    await run(`STOP JOB '${id}'`);
  });

  test('list and view say that the server is away, and mend themselves when it is back', async () => {
    const { watching, messages } = watch('0123456789abcdef0123456789abcdef');
    watching.start();
    const lost = await eventually(
      async () => messages.at(-1),
      (message) => message?.type === 'offline',
    );
    expect(lost).toMatchObject({ message: expect.stringMatching(/does not know the job/) });
    watching.dispose();

    const list = new JobList(
      connection,
      () => true,
      () => undefined,
    );
    list.start();
    await eventually(
      async () => list.state.jobs,
      (jobs) => (jobs?.length ?? 0) > 0,
    );
    const port = Number(new URL(gateway.url).port);
    await gateway.close();
    const away = await eventually(
      async () => list.state,
      ({ problem }) => problem !== undefined,
    );
    expect(away.problem).toMatch(
      new RegExp(`Cannot reach the JobManager at 127\\.0\\.0\\.1:${port}: connection refused`),
    );
    // What was seen last stays to be seen.
    expect(away.jobs?.length).toBeGreaterThan(0);
    gateway = await startGateway({ port, environment });
    const back = await eventually(
      async () => list.state,
      ({ problem }) => problem === undefined,
    );
    expect(back.jobs).toEqual([]);
    list.dispose();
  });

  test('a connection without a JobManager says what to do; one whose server is not started is left alone', async () => {
    const none = { ...connection, label: 'Bare', jobManager: async () => undefined } as Connection;
    const list = new JobList(
      none,
      () => true,
      () => undefined,
    );
    list.start();
    const state = await eventually(
      async () => list.state,
      ({ problem }) => problem !== undefined,
    );
    expect(state.problem).toBe('The connection Bare names no JobManager: give its address with "Edit Connection"');
    list.dispose();
    const asleep = { ...connection, jobManager: () => Promise.reject(new Error('it was started')) } as Connection;
    const quiet = new JobList(
      asleep,
      () => false,
      () => undefined,
    );
    quiet.start();
    await eventually(
      async () => quiet.state,
      ({ jobs }) => jobs?.length === 0,
    );
    expect(quiet.state.problem).toBeUndefined();
    quiet.dispose();
  });
});
