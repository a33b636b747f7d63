import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JobManagerClient } from '../../clients/job-manager/index.ts';
import type { KafkaAdmin } from '../../clients/kafka/index.ts';
import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import type { Session } from '../../clients/sql-gateway/session.ts';
import { JobLags } from '../../extension/topics/job-lags.ts';
import type { JobLagView } from '../../webviews/topics/messages.ts';
import { type ProtocolTarget, eventually as soon, startLocalTarget } from '../harness/job-protocol.ts';
import { ourKafka } from '../harness/kafka-witness.ts';
import { type Kafka, missingFor, startFlink, startKafka } from '../harness/services.ts';

// Flink gathers metrics every ten seconds, and a busy machine is slower than that.
const eventually: typeof soon = (read, accepts) => soon(read, accepts, 120_000);

// The dot is lost in the names of Flink's metrics.
const TOPIC = 'lag.orders';

describe.skipIf(missingFor('kafka') ?? missingFor('flink'))('how far jobs have read a topic, without a group', () => {
  let kafka: Kafka;
  let admin: KafkaAdmin;

  beforeAll(async () => {
    kafka = await startKafka();
    admin = await ourKafka(kafka.bootstrap);
  }, 300_000);
  afterAll(async () => {
    await admin?.close();
    await kafka?.stop();
  });

  describe.each([
    ['the local runtime', 'local', startLocalTarget],
    ['a real Flink', 'flink', startFlink],
  ] as const)('on %s', (_name, short, start) => {
    const topic = `${TOPIC}-${short}`;
    let target: ProtocolTarget;
    let client: JobManagerClient;
    let session: Session;
    let job: string | undefined;

    beforeAll(async () => {
      target = await start();
      const { gatewayUrl, jobManagerUrl: url, token } = target;
      client = new JobManagerClient({ url, ...(token === undefined ? {} : { auth: { kind: 'bearer', token } }) });
      const gateway = await GatewayClient.connect({ url: gatewayUrl, token });
      session = await gateway.openSession({ properties: { 'millrace.keep-jobs': 'true' } });
      await admin.createTopic({ name: topic, partitions: 3, replicas: 1, configs: { 'retention.ms': '-1' } });
    }, 300_000);
    afterAll(async () => {
      // What has failed before it was there cannot be ended.
      if (job !== undefined) await client.cancel(job).catch(() => undefined);
      await session?.close();
      client?.dispose();
      await target?.stop();
    });

    const write = (partition: number, count: number, value = '{"id":1}') =>
      admin.produce(
        topic,
        Array.from({ length: count }, () => ({ key: null, value: Buffer.from(value), partition })),
      );
    const run = async (statement: string): Promise<string | undefined> => {
      const operation = await session.execute(statement);
      let id: string | undefined;
      for await (const page of operation.results()) id = page.jobId ?? id;
      return id;
    };
    const look = async (): Promise<JobLagView | undefined> => {
      const detail = await admin.topic(topic);
      const listed = (await client.jobs()).filter(({ id }) => id === job).map((one) => ({ ...one, connection: {} }));
      const lags = new JobLags(
        async () => listed as never,
        async () => client,
      );
      return (await lags.of(detail, AbortSignal.timeout(30_000)))[0];
    };

    test('its partitions with where it stands, what it reads later too, and nothing when it has ended', async () => {
      await write(0, 7);
      await write(1, 2);
      await run(`CREATE TABLE src (id INT) WITH ('connector' = 'kafka', 'topic' = '${topic}', 'format' = 'json',
        'properties.bootstrap.servers' = '${kafka.bootstrap}', 'scan.startup.mode' = 'earliest-offset')`);
      await run("CREATE TABLE hole (id INT) WITH ('connector' = 'blackhole')");
      job = await run('INSERT INTO hole SELECT id FROM src');
      expect(job).toMatch(/^[0-9a-f]{32}$/);
      const read = await eventually(
        look,
        (view) => view?.partitions[0]?.next === '7' && view.partitions[1]?.next === '2',
      );
      expect(read).toMatchObject({ id: job, lag: '0' });
      expect(read?.partitions).toEqual([
        { partition: 0, next: '7', end: '7', lag: '0' },
        { partition: 1, next: '2', end: '2', lag: '0' },
        { partition: 2, next: '0', end: '0', lag: '0' },
      ]);

      await write(2, 4);
      const more = await eventually(look, (view) => view?.partitions[2]?.next === '4');
      expect(more?.lag).toBe('0');

      if (job) await client.cancel(job);
      await eventually(look, (view) => view === undefined);
    }, 480_000);
  });
});
