import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka as IndependentKafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { localSession } from '../../cli/local-session.ts';
import type { CliSession, JobEnd } from '../../cli/session.ts';
import { type Kafka, launchKafka } from '../harness/kafka.ts';
import { missingFor } from '../harness/services.ts';

interface RunningJob {
  /** The first column of what has come. */
  readonly rows: string[];
  readonly state: () => string | undefined;
  /** How an INSERT ended, or the error of a query. */
  readonly end: Promise<string>;
  /** Milliseconds until it was gone. */
  cancel(): Promise<number>;
}

// A broker of this file's own, which hangs (SIGSTOP) and dies (SIGKILL) in the middle of jobs. The tests build on each other: the last kills it.
describe.skipIf(missingFor('kafka'))('a broker that is lost in the middle of a job', () => {
  let kafka: Kafka;
  let producer: Producer;
  let session: CliSession;

  beforeAll(async () => {
    kafka = await launchKafka();
    const client = new IndependentKafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
    producer = client.producer();
    await producer.connect();
    session = localSession('TEXT');
  }, 120_000);
  afterEach(() => broker('SIGCONT'));
  afterAll(async () => {
    await session?.close();
    await producer?.disconnect().catch(() => undefined); // the broker is dead by then
    await kafka?.stop();
  });

  let alive = true;
  function broker(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    if (alive && kafka.pid) process.kill(kafka.pid, signal);
    if (signal === 'SIGKILL') alive = false;
  }

  const send = (topic: string, from: number, to: number) =>
    producer.send({
      topic,
      messages: Array.from({ length: to - from }, (_, i) => ({ value: `{"id":${from + i}}` })),
    });

  async function start(sql: string): Promise<RunningJob> {
    const stop = new AbortController();
    const rows: string[] = [];
    const result = await session.execute(sql, stop.signal);
    let ended: JobEnd | undefined;
    const read = async () => {
      for await (const slice of result.rows) for (let i = 0; i < slice.length; i++) rows.push(String(slice.cell(0, i)));
      return 'FINISHED';
    };
    const wait = async () => {
      ended = await session.waitForJob(result.jobId as string, stop.signal);
      return ended.message ?? ended.state;
    };
    const end = (result.isQuery ? read() : wait()).catch((error: unknown) => String(error));
    const cancel = async () => {
      const began = performance.now();
      stop.abort();
      if (result.isQuery) await result.close();
      await end;
      return performance.now() - began;
    };
    return { rows, state: () => ended?.state, end, cancel };
  }

  async function set(options: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(options)) await run(`SET '${key}' = '${value}'`);
  }
  async function run(sql: string): Promise<void> {
    await (await session.execute(sql, AbortSignal.timeout(10_000))).close();
  }

  const table = (name: string, topic: string, more = '') =>
    run(`CREATE OR REPLACE TABLE ${name} (id INT) WITH ('connector' = 'kafka', 'topic' = '${topic}', 'format' = 'json',
      'properties.bootstrap.servers' = '${kafka.bootstrap}', 'scan.startup.mode' = 'earliest-offset'${more})`);

  const until = async (done: () => boolean) => {
    for (const end = Date.now() + 20_000; !done(); await sleep(20)) if (Date.now() > end) throw new Error('too slow');
  };

  const hasty = `, 'properties.request.timeout.ms' = '1500', 'properties.default.api.timeout.ms' = '3000',
    'properties.delivery.timeout.ms' = '3000'`;

  test('one that hangs for a while is waited for, and no row is lost or comes twice', async () => {
    await send('slow', 0, 100);
    await table('slow', 'slow', ", 'properties.request.timeout.ms' = '1000'");
    const job = await start('SELECT id FROM slow');
    await until(() => job.rows.length === 100);
    broker('SIGSTOP');
    await sleep(2500);
    broker('SIGCONT');
    await send('slow', 100, 200);
    await until(() => job.rows.length >= 200);
    expect(job.rows).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    expect(await job.cancel()).toBeLessThan(2000);
  });

  test('a job that reads and one that writes are cancelled within two seconds while it hangs', async () => {
    await send('hang-in', 0, 10);
    await table('hang_in', 'hang-in');
    await table('hang_out', 'hang-out');
    const reader = await start('SELECT id FROM hang_in');
    await until(() => reader.rows.length === 10);
    await run("CREATE OR REPLACE TABLE ticks (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '50')");
    const writer = await start('INSERT INTO hang_out SELECT id FROM ticks');
    await sleep(500);
    broker('SIGSTOP');
    await sleep(300);
    // Begins when nobody answers.
    const late = start('SELECT id FROM hang_in');
    expect(await reader.cancel()).toBeLessThan(2000);
    expect(await writer.cancel()).toBeLessThan(2000);
    expect(writer.state()).toBe('CANCELED');
    expect(await (await late).cancel()).toBeLessThan(2000);
  });

  test('one that hangs for longer than it is waited for ends the job with an error that names it', async () => {
    await send('gone', 0, 3);
    await table('gone', 'gone', hasty);
    const job = await start('SELECT id FROM gone');
    await until(() => job.rows.length === 3);
    broker('SIGSTOP');
    const began = performance.now();
    const error = await job.end;
    expect(error).toContain(`Kafka at ${kafka.bootstrap} did not answer in time while reading from topic 'gone'`);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('a job that may restart goes on from its checkpoint when it answers again', async () => {
    await send('again', 0, 50);
    await table('again', 'again', hasty);
    const options = {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '20',
      'restart-strategy.fixed-delay.delay': '200 ms',
      'execution.checkpointing.interval': '100 ms',
    };
    await set(options);
    const job = await start('SELECT id FROM again');
    await until(() => job.rows.length === 50);
    await sleep(500);
    broker('SIGSTOP');
    await sleep(6000);
    broker('SIGCONT');
    await send('again', 50, 100);
    await until(() => job.rows.length >= 100);
    for (const key of Object.keys(options)) await run(`RESET '${key}'`);
    expect(job.rows).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    expect(await job.cancel()).toBeLessThan(2000);
  });

  test('one that dies: jobs fail once by name, or try as often as they are told, and cancelling is quick', async () => {
    await send('dead', 0, 10);
    await table('dead', 'dead', hasty);
    await table('patient', 'dead');
    await table('dead_out', 'dead-out', hasty);
    const reader = await start('SELECT id FROM dead');
    const patient = await start('SELECT id FROM patient');
    const writer = await start('INSERT INTO dead_out SELECT id FROM ticks');
    await set({ 'restart-strategy.type': 'fixed-delay', 'restart-strategy.fixed-delay.attempts': '1' });
    const again = await start('INSERT INTO dead_out SELECT id FROM ticks');
    await run("RESET 'restart-strategy.type'");
    await until(() => reader.rows.length === 10 && patient.rows.length === 10);
    await sleep(500);
    broker('SIGKILL');
    await sleep(100);
    expect(await patient.cancel()).toBeLessThan(2000);
    expect(await reader.end).toContain(`Kafka at ${kafka.bootstrap} cannot be reached while reading from topic 'dead'`);
    expect(await writer.end).toContain(`Kafka at ${kafka.bootstrap} cannot be reached while writing`);
    expect(writer.state()).toBe('FAILED');
    expect(await again.end).toContain(`Kafka at ${kafka.bootstrap} cannot be reached while writing`);
  });
});
