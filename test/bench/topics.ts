// What the topic browser does with a great topic: the newest messages, and walks over many of them, with the memory that they take.
// Each measurement is a process of its own, in which the client is loaded and connected (that is a measurement, too) before the clock
// starts.
//   npm run bench:topics [-- --format json|avro] [--rows N] [--walk N] [--partitions N] [--repeat N] [--bootstrap HOST:PORT] [--topic NAME]
// Without --bootstrap a broker is started (it needs Java, and is downloaded once), for avro with a registry. A topic that is there with all its
// rows is used as it is.
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { connectionFromProperties, openKafkaAdmin, type valueAt } from '../../clients/kafka/index.ts';
import { SchemaRegistryAdmin, SchemaRegistryClient } from '../../clients/schema-registry/index.ts';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import { schemasOf } from '../../topics/decode/known-schemas.ts';
import { MessageFilters } from '../../topics/filter/filters.ts';
import { HistogramCounter } from '../../topics/filter/histogram.ts';
import { typeMessages } from '../../topics/infer/typing.ts';
import { messagesOf } from '../../topics/messages.ts';
import { launchKafka } from '../harness/kafka.ts';
import { launchRegistry } from '../harness/registry.ts';

const { values: given } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    walk: { type: 'string', default: '1000000' },
    partitions: { type: 'string', default: '4' },
    repeat: { type: 'string', default: '5' },
    bootstrap: { type: 'string' },
    topic: { type: 'string' },
    format: { type: 'string', default: 'json' },
    registry: { type: 'string' },
    role: { type: 'string' },
  },
});
const [rows, walk, partitions] = [Number(given.rows), Number(given.walk), Number(given.partitions)];
const isAvro = given.format === 'avro';
const topic = given.topic ?? `bench-topics-${given.format}`;

interface Measurement {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  readonly megabytes: number;
  readonly found: number;
}

const row = (i: number) =>
  `{"id":${i},"customer":"customer-${i % 5000}","item":"a thing with a longer name ${i % 977}","quantity":${i % 13},"amount":${(i % 9973) / 100},"ts":"2026-01-01 00:00:00.${String(i % 1000).padStart(3, '0')}"}`;

const AVRO = JSON.stringify({
  type: 'record',
  name: 'Purchase',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'customer', type: 'string' },
    { name: 'item', type: ['null', 'string'], default: null },
    { name: 'quantity', type: 'int' },
    { name: 'amount', type: 'double' },
    { name: 'ts', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
});

/** What is written: texts of JSON, or Avro behind the id of its schema, as Confluent's serializers write it. */
async function valuesOf(): Promise<(i: number) => Uint8Array> {
  const encoder = new TextEncoder();
  if (!isAvro) return (i) => encoder.encode(row(i));
  const registry = new SchemaRegistryAdmin({ connection: { urls: [given.registry ?? ''] } });
  const id = await registry.register(`${topic}-value`, { type: 'AVRO', schema: AVRO });
  registry.close();
  const bytes = Buffer.alloc(512);
  bytes.writeInt32BE(id, 1);
  return (i) => {
    const writer = new AvroBytes(bytes, 5);
    writer.long(i);
    writer.text(`customer-${i % 5000}`);
    writer.long(1);
    writer.text(`a thing with a longer name ${i % 977}`);
    writer.long(i % 13);
    writer.double((i % 9973) / 100);
    writer.long(1_767_225_600_000 + (i % 1000));
    return Uint8Array.prototype.slice.call(bytes, 0, writer.at);
  };
}

/** Avro's binary encoding, by hand: the bench is to measure how it is read. */
class AvroBytes {
  at: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Of no negative number. */
  long(value: number): void {
    let rest = value * 2;
    while (rest >= 128) {
      this.#bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.at++] = rest;
  }

  text(value: string): void {
    this.long(value.length);
    this.at += this.#bytes.write(value, this.at, 'latin1');
  }

  double(value: number): void {
    this.at = this.#bytes.writeDoubleLE(value, this.at);
  }
}

const registryClient = () =>
  given.registry === undefined ? undefined : new SchemaRegistryClient({ urls: [given.registry] });

const open = (bootstrap: string) =>
  openKafkaAdmin({ connection: connectionFromProperties({ 'bootstrap.servers': bootstrap }, 'bench') });

async function fill(bootstrap: string): Promise<void> {
  const admin = await open(bootstrap);
  const there = (await admin.topics()).some((t) => t.name === topic);
  if (there) {
    const ends = await admin.offsetsAt(topic, 'latest');
    if (ends.reduce((sum, end) => sum + end, 0n) === BigInt(rows)) {
      await admin.close();
      return;
    }
    await admin.deleteTopic(topic);
  }
  await admin.createTopic({ name: topic, partitions, replicas: 1 });
  const encoder = new TextEncoder();
  const valueAtRow = await valuesOf();
  const began = Date.now() - rows;
  for (let at = 0; at < rows; at += 50_000) {
    const records = Array.from({ length: Math.min(50_000, rows - at) }, (_, n) => ({
      key: encoder.encode(`k${(at + n) % 100_000}`),
      value: valueAtRow(at + n),
      partition: (at + n) % partitions,
      timestamp: began + at + n,
    }));
    await admin.produce(topic, records);
  }
  await admin.close();
}

async function measured(work: () => Promise<number>): Promise<void> {
  const [before, began] = [process.cpuUsage(), performance.now()];
  const found = await work();
  const milliseconds = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const result: Measurement = { milliseconds, cpuMilliseconds: (user + system) / 1000, megabytes, found };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

type Admin = Awaited<ReturnType<typeof open>>;

async function sampled(admin: Admin) {
  const decoder = messageDecoder(registryClient());
  for await (const { pages } of admin.browse({ topic, from: { at: 'newest' }, limit: 100 }))
    return decoder.decode(pages.flatMap(messagesOf), { key: 'auto', value: 'auto' });
  return [];
}

async function typed(admin: Admin) {
  const [samples, registry] = [await sampled(admin), registryClient()];
  const typing = await typeMessages({ samples, ...(registry && { schemas: await schemasOf(samples, registry) }) });
  registry?.close();
  return typing;
}

/** What each role measures. */
const roles: Readonly<Record<string, (admin: Admin) => Promise<number>>> = {
  async newest(admin) {
    let found = 0;
    for await (const { pages } of admin.browse({ topic, from: { at: 'newest' }, limit: 100 }))
      for (const page of pages) found += page.count;
    return found;
  },
  /** The same as they are shown: with decoding, and for Avro with what the registry says of the schema. */
  async decoded(admin) {
    return (await sampled(admin)).filter(({ value }) => value.format === given.format).length;
  },
  async walk(admin) {
    let [found, bytes] = [0, 0];
    // Looks at every value, and keeps none.
    const filter = (page: Parameters<typeof valueAt>[0]) => {
      for (let i = 0; i < page.count; i++) bytes += (page.values[2 * i + 1] as number) - (page.values[2 * i] as number);
      return new Int32Array(0);
    };
    for await (const { progress } of admin.browse({ topic, from: { at: 'newest' }, filter })) {
      found = progress.scanned;
      if (found >= walk) break;
    }
    return bytes > 0 ? found : 0;
  },
  /** A condition in Flink SQL over as many records, with counts by time; gives how many match. The thread's start is part of it. */
  async filter(admin) {
    const filters = new MessageFilters(new URL('../../topics/filter-thread/worker.ts', import.meta.url));
    const filter = await filters.open(
      {
        condition: `value.amount > 99 AND value.customer LIKE 'customer-4%' AND headers['x'] IS NULL`,
        typing: await typed(admin),
        zone: 'UTC',
      },
      registryClient(),
    );
    const histogram = new HistogramCounter();
    let found = 0;
    const test = async (page: Parameters<typeof valueAt>[0]) => {
      const chosen = await filter.test(page);
      histogram.add(page, chosen);
      found += chosen.length;
      return chosen;
    };
    for await (const { progress } of admin.browse({ topic, from: { at: 'oldest' }, filter: test }))
      if (progress.scanned >= walk) break;
    filters.dispose();
    return found;
  },
  async forward(admin) {
    let found = 0;
    for await (const { pages } of admin.browse({ topic, from: { at: 'oldest' } })) {
      for (const page of pages) found += page.count;
      if (found >= walk) break;
    }
    return found;
  },
};

async function compare(): Promise<void> {
  const kafka = given.bootstrap === undefined ? await launchKafka() : undefined;
  const registry = isAvro && given.registry === undefined ? await launchRegistry() : undefined;
  if (registry) given.registry = registry.url;
  const bootstrap = given.bootstrap ?? kafka?.bootstrap ?? '';
  try {
    await fill(bootstrap);
    for (const role of ['connect', ...Object.keys(roles)]) {
      const all: Measurement[] = [];
      for (let i = 0; i < Number(given.repeat); i++) {
        const args = [import.meta.filename, '--role', role, '--bootstrap', bootstrap, '--topic', topic];
        args.push('--format', given.format);
        if (given.registry !== undefined) args.push('--registry', given.registry);
        const out = execFileSync(process.execPath, [...args, '--walk', String(walk)], { timeout: 180_000 });
        all.push(JSON.parse(out.toString()) as Measurement);
      }
      const median = (of: (m: Measurement) => number) => all.map(of).sort((a, b) => a - b)[all.length >> 1] ?? 0;
      process.stdout.write(
        `${role}: ${Math.round(median((m) => m.milliseconds))} ms, ${Math.round(median((m) => m.cpuMilliseconds))} ms of CPU, ${median((m) => m.found)} found, at most ${Math.round(Math.max(...all.map((m) => m.megabytes)))} MB\n`,
      );
    }
    const bytes = (await valuesOf())(rows - 1).length;
    process.stdout.write(`${rows} rows of ${bytes} bytes (${given.format}), load ${(loadavg()[0] ?? 0).toFixed(1)}\n`);
  } finally {
    await registry?.stop();
    await kafka?.stop();
  }
}

const role = given.role === undefined ? undefined : roles[given.role];
if (given.role === 'connect') {
  let admin: Admin | undefined;
  await measured(async () => {
    admin = await open(given.bootstrap ?? '');
    return (await admin.cluster()).brokers.length;
  });
  await admin?.close();
} else if (role) {
  const admin = await open(given.bootstrap ?? '');
  await admin.cluster();
  await measured(() => role(admin));
  await admin.close();
} else await compare();
