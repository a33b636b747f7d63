// Rows a second from Kafka and from files into a sink that drops them; Kafka also as a ratio to the client library's own fetch loop,
// which decodes no JSON. Each measurement is a process of its own; both alternate.
//   npm run bench:connectors [-- --rows N] [--repeat N] [--bootstrap HOST:PORT]
// Without --bootstrap a broker is started (it needs Java, and is downloaded once).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Consumer } from '@platformatic/kafka';
import { connectionFromProperties, openKafka } from '../../clients/kafka/index.ts';
import { launchKafka } from '../harness/kafka.ts';
import { runLocally } from '../harness/local-sql.ts';

const { values: given } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    repeat: { type: 'string', default: '5' },
    bootstrap: { type: 'string' },
    role: { type: 'string' },
    topic: { type: 'string', default: 'bench-rows' },
    file: { type: 'string', default: '' },
  },
});
const rows = Number(given.rows);
const { topic } = given;

interface Measurement {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** About 190 bytes: numbers, texts and a time, as an order or a bid has them. */
const row = (i: number) =>
  `{"id":${i},"customer":"customer-${i % 5000}","item":"a thing with a longer name ${i % 977}","quantity":${i % 13},"price":${(i % 9973) / 100},"note":"${'x'.repeat(40)}","ts":"2026-01-01 00:${String(Math.floor(i / 60_000) % 60).padStart(2, '0')}:${String(Math.floor(i / 1000) % 60).padStart(2, '0')}.${String(i % 1000).padStart(3, '0')}"}`;

const WARM_ROWS = 20_000;
const COLUMNS = 'id BIGINT, customer STRING, item STRING, quantity INT, price DOUBLE, note STRING, ts TIMESTAMP(3)';

async function measured(work: () => Promise<void>): Promise<void> {
  const [before, began] = [process.cpuUsage(), performance.now()];
  await work();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  const result: Measurement = {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

/** The library alone: records decoded and decompressed, nothing done with them. */
async function fetchLoop(bootstrap: string): Promise<void> {
  const consumer = new Consumer({ clientId: 'bench', groupId: 'bench-never-joined', bootstrapBrokers: [bootstrap] });
  const metadata = await consumer.metadata({ topics: [topic] });
  const info = metadata.topics.get(topic);
  if (!info) throw new Error(`no topic ${topic}`);
  consumer.topics.track(topic);
  await measured(async () => {
    let seen = 0;
    const next = info.partitions.map(() => 0n);
    while (seen < rows) {
      const { responses } = await consumer.fetch({
        node: info.partitions[0]?.leader ?? 0,
        maxWaitTime: 250,
        minBytes: 1,
        maxBytes: 4 << 20,
        topics: [
          {
            topicId: info.id,
            partitions: next.map((fetchOffset, partition) => ({
              partition,
              currentLeaderEpoch: -1,
              fetchOffset,
              lastFetchedEpoch: -1,
              partitionMaxBytes: 1 << 20,
            })),
          },
        ],
      });
      for (const { partitions } of responses) {
        for (const { partitionIndex, records } of partitions) {
          for (const batch of records ?? []) {
            seen += batch.records.length;
            next[partitionIndex] = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
          }
        }
      }
    }
  });
}

/** `warm`: a few of the rows, for a run before the one that counts: the client's loop has its modules loaded by then, too. */
async function insert(source: string, warm: string): Promise<void> {
  const statements = (from: string) =>
    `CREATE TABLE s (${COLUMNS}) WITH (${from}, 'format' = 'json');
     CREATE TABLE b (${COLUMNS}) WITH ('connector' = 'blackhole');
     INSERT INTO b SELECT * FROM s;`;
  await runLocally(statements(warm));
  await measured(async () => {
    const results = await runLocally(statements(source));
    const failed = results.find((r) => r.error !== undefined);
    if (failed) throw new Error(failed.error);
  });
}

async function fill(bootstrap: string): Promise<void> {
  const client = await openKafka(connectionFromProperties({ 'bootstrap.servers': bootstrap }, 'bench'));
  const producer = client.producer({});
  const encoder = new TextEncoder();
  for (let at = 0; at < rows; at += 20_000) {
    const count = Math.min(20_000, rows - at);
    await producer.send(
      Array.from({ length: count }, (_, n) => ({ topic, key: null, value: encoder.encode(row(at + n)), partition: 0 })),
    );
  }
  await client.close();
}

function run(role: string, bootstrap: string, file: string): Measurement {
  const args = [import.meta.filename, '--role', role, '--rows', String(rows), '--bootstrap', bootstrap];
  const out = execFileSync(process.execPath, [...args, '--topic', topic, '--file', file], { timeout: 180_000 });
  return JSON.parse(out.toString().trim().split('\n').at(-1) ?? '') as Measurement;
}

async function compare(): Promise<void> {
  const kafka = given.bootstrap === undefined ? await launchKafka() : undefined;
  const bootstrap = given.bootstrap ?? kafka?.bootstrap ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const file = join(folder, 'rows.json');
  try {
    for (let at = 0; at < rows; at += 50_000) {
      const lines = Array.from({ length: Math.min(50_000, rows - at) }, (_, n) => row(at + n));
      writeFileSync(file, `${lines.join('\n')}\n`, { flag: 'a' });
    }
    const few = Array.from({ length: WARM_ROWS }, (_, i) => row(i));
    writeFileSync(`${file}.warm`, `${few.join('\n')}\n`);
    await fill(bootstrap);
    const roles = ['client', 'kafka', 'file'];
    const results = new Map(roles.map((role): [string, Measurement[]] => [role, []]));
    for (let round = 0; round <= Number(given.repeat); round++) {
      for (const role of roles) {
        const one = run(role, bootstrap, file);
        // The first round fills caches.
        if (round > 0) results.get(role)?.push(one);
      }
    }
    const median = (role: string, of: (m: Measurement) => number) =>
      (results.get(role) ?? []).map(of).sort((a, b) => a - b)[Math.floor((results.get(role)?.length ?? 1) / 2)] ??
      Number.NaN;
    for (const role of roles) {
      const [seconds, cpu] = [median(role, (m) => m.seconds), median(role, (m) => m.cpuSeconds)];
      const peak = Math.max(...(results.get(role) ?? []).map((m) => m.megabytes));
      process.stdout.write(
        `${role}: ${Math.round(rows / seconds / 1000)} k rows/s, ${Math.round(rows / cpu / 1000)} k rows a CPU second, at most ${Math.round(peak)} MB\n`,
      );
    }
    const ratio = (of: (m: Measurement) => number) => (median('client', of) / median('kafka', of)).toFixed(2);
    process.stdout.write(
      `kafka to client: ${ratio((m) => m.seconds)} by the clock, ${ratio((m) => m.cpuSeconds)} by CPU time; ${rows} rows of ${row(rows - 1).length} bytes, load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await kafka?.stop();
  }
}

if (given.role === 'client') await fetchLoop(given.bootstrap ?? '');
else if (given.role === 'kafka') {
  const source = `'connector' = 'kafka', 'topic' = '${topic}', 'properties.bootstrap.servers' = '${given.bootstrap}', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = `;
  const few = `'specific-offsets', 'scan.bounded.specific-offsets' = 'partition:0,offset:${WARM_ROWS}'`;
  await insert(`${source}'latest-offset'`, `${source}${few}`);
} else if (given.role === 'file') {
  const source = (path: string) => `'connector' = 'filesystem', 'path' = '${path}'`;
  await insert(source(given.file), source(`${given.file}.warm`));
} else await compare();
