// From the moment a row is made to the moment the client of the gateway has it, at a steady rate through Kafka, in milliseconds.
//   npm run bench:latency [-- --rate ROWS_A_SECOND] [--seconds N] [--bootstrap HOST:PORT]
// Producer, runtime and client are processes of their own. Without --bootstrap a broker is started (it needs Java, and is downloaded once).
import { spawn } from 'node:child_process';
import { loadavg, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { connectionFromProperties, openKafka } from '../../clients/kafka/index.ts';
import { GatewayClient, type Session } from '../../clients/sql-gateway/index.ts';
import { launchKafka } from '../harness/kafka.ts';
import { buildLocalRuntime, startLocalRuntime } from '../harness/local-runtime.ts';
import { cpuSeconds } from './nexmark/target.ts';

const { values: given } = parseArgs({
  options: {
    rate: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '20' },
    bootstrap: { type: 'string' },
    role: { type: 'string' },
    topic: { type: 'string', default: `bench-latency-${process.pid}` },
  },
});
const rate = Number(given.rate);
const seconds = Number(given.seconds);
const { topic } = given;

/** Between two sends of the producer, ms. */
const TICK = 5;
/** The runtime compiles what is hot in these; their rows do not count. */
const WARM_SECONDS = 5;

const now = () => performance.timeOrigin + performance.now();

/** Sends rows at the rate, each with the time at which it was due: what waits for the send before it counts as late. */
async function produce(bootstrap: string): Promise<void> {
  const client = await openKafka(connectionFromProperties({ 'bootstrap.servers': bootstrap }, 'bench-latency'));
  const producer = client.producer({});
  const encoder = new TextEncoder();
  const begun = now();
  let made = 0;
  while (now() - begun < (WARM_SECONDS + seconds) * 1000) {
    const due = Math.floor(((now() - begun) / 1000) * rate);
    const records = Array.from({ length: due - made }, (_, i) => {
      const sent = begun + ((made + i) / rate) * 1000;
      const value = `{"id":${made + i},"sent":${sent.toFixed(3)},"customer":"customer-${i % 5000}","note":"${'x'.repeat(80)}"}`;
      return { topic, key: null, value: encoder.encode(value), partition: 0 };
    });
    made = due;
    if (records.length > 0) await producer.send(records);
    await new Promise((done) => setTimeout(done, TICK));
  }
  await client.close();
}

/** The topic comes with its first record, which the query leaves out. */
async function makeTopic(bootstrap: string): Promise<void> {
  const client = await openKafka(connectionFromProperties({ 'bootstrap.servers': bootstrap }, 'bench-latency'));
  const value = new TextEncoder().encode('{"id":-1}');
  await client.producer({}).send([{ topic, key: null, value, partition: 0 }]);
  await client.close();
}

async function run(session: Session, statement: string) {
  for await (const _ of (await session.execute(statement)).results()) break;
}

/** Latencies of all rows made after the first seconds, ms, until `stop`. */
async function consume(session: Session, stop: AbortSignal): Promise<Float64Array> {
  const latencies = new Float64Array(rate * (seconds + WARM_SECONDS) * 2);
  let count = 0;
  let from = Number.NaN;
  const query = await session.execute('SELECT id, sent, customer FROM ticks WHERE id >= 0');
  try {
    for await (const page of query.results({ format: 'ARROW', signal: stop })) {
      if (page.format !== 'ARROW') throw new Error('no Arrow page');
      const sent = tableFromIPC(page.ipc).getChild('sent');
      const arrived = now();
      for (const made of (sent?.data ?? []).flatMap((data) => [...(data.values as Float64Array)])) {
        if (Number.isNaN(from)) from = made + WARM_SECONDS * 1000;
        if (made >= from && count < latencies.length) latencies[count++] = arrived - made;
      }
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  await query.close();
  return latencies.subarray(0, count).sort();
}

async function measure(): Promise<void> {
  await buildLocalRuntime();
  const kafka = given.bootstrap === undefined ? await launchKafka() : undefined;
  const bootstrap = given.bootstrap ?? kafka?.bootstrap ?? '';
  const runtime = await startLocalRuntime(tmpdir());
  const args = [import.meta.filename, '--role', 'produce', '--bootstrap', bootstrap, '--topic', topic];
  let producer: ReturnType<typeof spawn> | undefined;
  try {
    const client = await GatewayClient.connect(runtime);
    const session = await client.openSession();
    await run(
      session,
      `CREATE TABLE ticks (id BIGINT, sent DOUBLE, customer STRING, note STRING) WITH ('connector' = 'kafka', 'topic' = '${topic}',
        'properties.bootstrap.servers' = '${bootstrap}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json')`,
    );
    await makeTopic(bootstrap);
    producer = spawn(process.execPath, [...args, '--rate', String(rate), '--seconds', String(seconds)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const cpuBefore = cpuSeconds(runtime.pid);
    const stop = new AbortController();
    // What is under way when the producer ends still comes.
    producer.once('exit', () => setTimeout(() => stop.abort(), 2000));
    const latencies = await consume(session, stop.signal);
    const at = (share: number) => (latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN).toFixed(1);
    process.stdout.write(
      `${rate} rows/s for ${seconds} s, ${latencies.length} rows: p50 ${at(0.5)} ms, p90 ${at(0.9)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}, most ${at(1)}; CPU time of the runtime ${(cpuSeconds(runtime.pid) - cpuBefore).toFixed(1)} s, of the client ${(process.cpuUsage().user / 1e6).toFixed(1)} s; load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
    );
    await session.close();
    client.dispose();
  } finally {
    producer?.kill();
    await runtime.stop();
    await kafka?.stop();
  }
}

if (given.role === 'produce') await produce(given.bootstrap ?? '');
else await measure();
