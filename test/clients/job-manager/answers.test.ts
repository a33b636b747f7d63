import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planNodes } from '../../../clients/job-manager/answers.ts';
import { JobManagerClient, type JobManagerError } from '../../../clients/job-manager/index.ts';
import { Fields } from '../../../clients/job-manager/read.ts';
import { vertexFigures, wantedMetrics, watermark } from '../../../clients/job-manager/vertex-metrics.ts';

const JOB = '986e03e73bce461895f36ede7722288b';
const NOT_FOUND = `org.apache.flink.runtime.rest.NotFoundException: Job ${JOB} not found\n\tat org.apache.flink.runtime.rest.handler.job.AbstractExecutionGraphHandler.lambda$handleRequest$1(AbstractExecutionGraphHandler.java:99)\nCaused by: org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (${JOB})\n\t... 45 more\n`;
const FAILED_SAVEPOINT = `java.util.concurrent.CompletionException: java.util.concurrent.ExecutionException: java.io.IOException: Failed to create savepoint directory at file:/proc/nope\n\tat java.base/java.util.concurrent.CompletableFuture.encodeRelay(CompletableFuture.java:368)\nCaused by: java.io.IOException: Failed to create savepoint directory at file:/proc/nope\n\tat org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess.initializeLocationForSavepoint(AbstractFsCheckpointStorageAccess.java:141)\n`;

describe('metrics of a vertex', () => {
  const aggregate = (value: number | undefined) => ({ min: value, max: value, sum: value });

  test('what a source, a sink and the vertex itself count', () => {
    const names = [
      'numRecordsIn',
      'numRecordsOutPerSecond',
      'Source__orders[1].numRecordsOut',
      'Source__orders[1].numRecordsOutPerSecond',
      'out[4]__Writer.numRecordsSend',
      'out[4]__Writer.numRecordsIn',
      'Calc[2].currentOutputWatermark',
      'Shuffle.Netty.Input.numBytesInLocal',
      'Calc(select=[a, b]).currentOutputWatermark',
    ];
    // A name with a comma would break the query, and one that nobody asked for costs time.
    expect(wantedMetrics(names)).toEqual(names.slice(0, 7));
    const figures = vertexFigures(
      new Map([
        ['Source__orders[1].numRecordsOut', aggregate(2600)],
        ['Source__orders[1].numRecordsOutPerSecond', aggregate(39.2)],
        ['out[4]__Writer.numRecordsSend', aggregate(7)],
        ['out[4]__Writer.numRecordsIn', aggregate(9)],
        ['busyTimeMsPerSecond', { min: 10, max: 250, sum: 300 }],
        ['idleTimeMsPerSecond', aggregate(undefined)],
        ['Calc[2].currentOutputWatermark', aggregate(-(2 ** 63))],
        ['WatermarkAssigner[3].currentOutputWatermark', aggregate(1_795_254_431_272)],
      ]),
    );
    expect(figures).toMatchObject({
      sourceRecords: 2600,
      sourceRecordsPerSecond: 39.2,
      // One sink counts the same rows under two names.
      sinkRecords: 9,
      busy: 0.25,
      idle: undefined,
      watermark: 1_795_254_431_272,
    });
  });

  test.each([
    ['-9223372036854775808', undefined],
    ['9223372036854775807', Number.POSITIVE_INFINITY],
    ['1795254431272', 1_795_254_431_272],
    [1.795254431272e12, 1_795_254_431_272],
    ['NaN', undefined],
    [undefined, undefined],
  ])('watermark %s', (value, expected) => expect(watermark(value)).toBe(expected));
});

test('a plan is HTML on the wire, text here', () => {
  const nodes = planNodes(
    new Fields({
      nodes: [
        {
          id: 'b',
          parallelism: 2,
          description: '[2]:Calc(where=[(a &gt; 1) AND (b &lt;&gt; &#39;x&#39;)])<br/>+- [3]:sink: Writer<br/>',
          inputs: [{ num: 0, id: 'a', ship_strategy: 'HASH', exchange: 'pipelined_bounded' }],
        },
      ],
    }),
  );
  expect(nodes).toEqual([
    {
      id: 'b',
      parallelism: 2,
      description: "[2]:Calc(where=[(a > 1) AND (b <> 'x')])\n+- [3]:sink: Writer",
      inputs: [{ id: 'a', strategy: 'HASH' }],
    },
  ]);
});

describe('failures', () => {
  let server: Server;
  let client: JobManagerClient;
  const asked: string[] = [];
  const answers: Record<string, [number, string]> = {
    [`GET /jobs/${JOB}`]: [404, JSON.stringify({ errors: [NOT_FOUND] })],
    'GET /overview': [200, '{"product":"something else"}'],
    'GET /taskmanagers': [404, JSON.stringify({ errors: ['Unable to load requested file /taskmanagers.'] })],
    'GET /config': [200, '<html>a login</html>'],
    [`POST /jobs/${JOB}/savepoints`]: [202, '{"request-id":"1"}'],
    [`GET /jobs/${JOB}/savepoints/1`]: [
      200,
      JSON.stringify({
        status: { id: 'COMPLETED' },
        operation: { 'failure-cause': { 'stack-trace': FAILED_SAVEPOINT } },
      }),
    ],
    [`GET /jobs/${JOB}/vertices/v/subtasks/metrics`]: [200, '[{"id":"numRecordsIn"},{"id":"busyTimeMsPerSecond"}]'],
    [`GET /jobs/${JOB}/vertices/v/subtasks/metrics?get=numRecordsIn,busyTimeMsPerSecond&agg=min,max,sum`]: [
      200,
      '[{"id":"numRecordsIn","min":1.0,"max":3.0,"sum":4.0},{"id":"busyTimeMsPerSecond","min":"NaN","max":"NaN","sum":"NaN"}]',
    ],
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const key = `${request.method} ${request.url}`;
      asked.push(key);
      const [status, body] = answers[key] ?? [500, '{"errors":["not in the test"]}'];
      request.resume().on('end', () => response.writeHead(status).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new JobManagerClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterAll(() => {
    client.dispose();
    server.close();
  });

  const failure = (work: Promise<unknown>): Promise<JobManagerError> =>
    work.then(
      () => Promise.reject(new Error('it should have failed')),
      (error: JobManagerError) => error,
    );

  test('a job that is not there: root cause first, the trace kept', async () => {
    const error = await failure(client.job(JOB));
    expect(error).toMatchObject({ kind: 'job-lost', status: 404, trace: NOT_FOUND });
    expect(error.causes.map(({ className }) => className)).toEqual(['FlinkJobNotFoundException', 'NotFoundException']);
    expect(error.message).toBe(
      `${client.server} does not know the job: FlinkJobNotFoundException: Could not find Flink job (${JOB})`,
    );
  });

  test('a savepoint that failed', async () => {
    const error = await failure(client.savepoint(JOB));
    expect(error).toMatchObject({
      kind: 'savepoint-failed',
      message: 'IOException: Failed to create savepoint directory at file:/proc/nope',
    });
  });

  test('another server, another version, a login page', async () => {
    expect((await failure(client.overview())).message).toBe(`${client.server} does not answer as a Flink JobManager`);
    expect(await failure(client.taskManagers())).toMatchObject({
      kind: 'no-endpoint',
      message: `${client.server} has no /taskmanagers: is it a JobManager, and of that version?`,
    });
    expect((await failure(client.config())).message).toContain('did not answer with JSON');
  });

  test('only metrics that are there are asked for, and NaN is not measured', async () => {
    const figures = await client.figures(JOB, 'v');
    expect(figures).toMatchObject({ recordsIn: 4, busy: undefined });
    await client.figures(JOB, 'v');
    // The names are remembered for a while.
    expect(asked.filter((key) => key.endsWith('/vertices/v/subtasks/metrics'))).toHaveLength(1);
  });
});
