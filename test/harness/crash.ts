import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka as IndependentKafka, logLevel, type Producer } from 'kafkajs';
import { newestCheckpoint } from './checkpoints.ts';
import { startScript } from './killed-runs.ts';
import { seededRandom } from './random.ts';

const PARTITIONS = 3;
const KEYS = 7;
/** Milliseconds of event time between two records, over all partitions. */
const STEP = 5;
const START = Date.UTC(2026, 0, 1);

export interface CrashOptions {
  readonly bootstrap: string;
  readonly kills: number;
  readonly records: number;
  readonly seed: number;
  readonly note?: (text: string) => void;
}

export interface CrashResult {
  readonly kills: number;
  readonly checkpoints: number;
  /** Records in the files that the job wrote, and how many different ones. */
  readonly fileRows: number;
  readonly fileIds: number;
  /** Messages of the upsert topic that a reader of committed records sees, as `key value`, sorted. */
  readonly messages: readonly string[];
  /** The same, as one run that nobody disturbs has to write them. */
  readonly expected: readonly string[];
}

/**
 * Kafka → window → upsert-kafka, and Kafka → files, in one job that is killed (SIGKILL) again and again at seeded times after a
 * checkpoint and starts again from the newest. An independent client writes the records, a share before each life, and reads the result.
 */
export async function crashKafkaJob(options: CrashOptions): Promise<CrashResult> {
  const { bootstrap, kills, records, seed, note = () => undefined } = options;
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'millrace-kafka-crash-'));
  const id = folder.slice(-6);
  const topics = { from: `crash-in-${id}`, to: `crash-out-${id}` };
  const client = new IndependentKafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  const producer = client.producer({ maxInFlightRequests: 1, idempotent: true });
  let running: ChildProcess | undefined;
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await admin.createTopics({
      topics: [
        { topic: topics.from, numPartitions: PARTITIONS },
        { topic: topics.to, numPartitions: 2 },
      ],
    });
    const random = seededRandom(seed);
    let sent = 0;
    for (let life = 0; life <= kills; life++) {
      const until = life === kills ? records : Math.floor((records * (life + 1)) / (kills + 1));
      await feed(producer, topics.from, sent, until);
      sent = until;
      if (life === kills) await close(producer, topics.from, records);
      const before = newest(folder);
      const path = join(folder, 'job.sql');
      // The last life has to catch up: checkpoints in quick succession only hinder it.
      writeFileSync(path, script(bootstrap, topics, folder, before?.path, life === kills ? 500 : 20));
      const { child, ended, output } = startScript(path);
      running = child;
      const alive = () => {
        if (child.exitCode !== null || / failed and starts again /.test(output()))
          throw new Error(`the job failed by itself: ${output()}`);
      };
      let deadline = Date.now() + 90_000;
      let seen = 0;
      const isDone = () => {
        const id = newest(folder)?.id ?? 0;
        if (id > seen) deadline = Date.now() + 90_000;
        seen = id;
        return life === kills ? rowsOf(folder).length >= records && settled(folder) : id > (before?.id ?? 0);
      };
      while (!isDone()) {
        alive();
        if (Date.now() > deadline) throw new Error(`life ${life}: nothing more after 90 s\n${output()}`);
        await sleep(life === kills ? 1000 : 2);
      }
      await sleep(life === kills ? 3000 : random() * 250);
      alive();
      child.kill('SIGKILL');
      await ended;
      note(`life ${life}: killed after checkpoint ${newest(folder)?.id}, ${rowsOf(folder).length} rows in files`);
    }
    const ids = rowsOf(folder);
    const expected = windows(records);
    return {
      kills,
      checkpoints: newest(folder)?.id ?? 0,
      fileRows: ids.length,
      fileIds: new Set(ids).size,
      messages: await committed(client, topics.to, `witness-${id}`),
      expected,
    };
  } finally {
    running?.kill('SIGKILL');
    await admin.deleteTopics({ topics: Object.values(topics) });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const timeOf = (i: number) => new Date(START + i * STEP).toISOString().replace('T', ' ').slice(0, -1);

async function feed(producer: Producer, topic: string, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 3000) {
    const messages = Array.from({ length: Math.min(3000, to - at) }, (_, n) => {
      const i = at + n;
      return {
        partition: i % PARTITIONS,
        value: `{"id":${i},"k":${i % KEYS},"v":${(i * 31) % 1000},"ts":"${timeOf(i)}"}`,
      };
    });
    await producer.send({ topic, messages });
  }
}

/** One record far ahead in each partition closes all windows; its own stays open. */
async function close(producer: Producer, topic: string, records: number): Promise<void> {
  const messages = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    value: `{"id":-1,"k":0,"v":0,"ts":"${timeOf(records + 10_000_000)}"}`,
  }));
  await producer.send({ topic, messages });
}

function script(
  bootstrap: string,
  topics: { from: string; to: string },
  folder: string,
  from: string | undefined,
  intervalMs: number,
): string {
  return `SET 'execution.checkpointing.interval' = '${intervalMs} ms';
    SET 'execution.checkpointing.dir' = '${join(folder, 'checkpoints')}';
    ${from === undefined ? '' : `SET 'execution.state-recovery.path' = '${from}';`}
    CREATE TABLE t (id BIGINT, k INT, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH (
      'connector' = 'kafka', 'topic' = '${topics.from}', 'properties.bootstrap.servers' = '${bootstrap}',
      'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
    CREATE TABLE w (w TIMESTAMP(3), k INT, n BIGINT, total BIGINT, PRIMARY KEY (w, k) NOT ENFORCED) WITH (
      'connector' = 'upsert-kafka', 'topic' = '${topics.to}', 'properties.bootstrap.servers' = '${bootstrap}',
      'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once',
      'sink.transactional-id-prefix' = '${topics.to}', 'properties.transaction.timeout.ms' = '120000');
    CREATE TABLE f (id BIGINT) WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'out')}', 'format' = 'json');
    EXECUTE STATEMENT SET BEGIN
      INSERT INTO w SELECT window_start, k, COUNT(*), SUM(v)
        FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end, k;
      INSERT INTO f SELECT id FROM t WHERE id >= 0;
    END;`;
}

const newest = (folder: string) => newestCheckpoint(join(folder, 'checkpoints'));

function rowsOf(folder: string): number[] {
  const out = join(folder, 'out');
  if (!existsSync(out)) return [];
  return readdirSync(out)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n'))
    .map((line) => Number(/\d+/.exec(line)?.[0]));
}

/** Nothing is being written any more. */
const settled = (folder: string) =>
  readdirSync(join(folder, 'out')).every((name) => !name.startsWith('.') || !name.includes('.inprogress.'));

/** The windows as they have to come out, by hand. */
function windows(records: number): string[] {
  const perWindow = 1000 / STEP;
  const out = new Map<string, [n: number, total: number]>();
  for (let i = 0; i < records; i++) {
    const key = `${Math.floor(i / perWindow)} ${i % KEYS}`;
    const window = out.get(key) ?? [0, 0];
    out.set(key, window);
    window[0]++;
    window[1] += (i * 31) % 1000;
  }
  return [...out]
    .map(([key, [n, total]]) => {
      const [second, k] = key.split(' ');
      const w = `"w":"${timeOf(Number(second) * perWindow).replace('.000', '')}","k":${k}`;
      return `{${w}} {${w},"n":${n},"total":${total}}`;
    })
    .sort();
}

/** All messages that a reader of committed records sees; it reads until there have been no more for a while. */
async function committed(client: IndependentKafka, topic: string, groupId: string): Promise<string[]> {
  const consumer = client.consumer({ groupId, readUncommitted: false });
  const out: string[] = [];
  let last = Date.now();
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        last = Date.now();
        out.push(`${message.key} ${message.value}`);
      },
    });
    while (Date.now() - last < (out.length ? 3000 : 20_000)) await sleep(100);
  } finally {
    await consumer.disconnect();
  }
  return out.sort();
}
