import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFromProperties, openKafkaAdmin } from '../../clients/kafka/index.ts';
import { Conditions } from '../../extension/topics/conditions.ts';
import { fetchMessages } from '../../extension/topics/fetch-messages.ts';
import { timeOverview } from '../../extension/topics/histogram.ts';
import { KafkaLink, type LinkSources } from '../../extension/topics/link.ts';
import { probeKafka } from '../../extension/topics/probe.ts';
import { readProduceDocument, recordsOf } from '../../extension/topics/produce.ts';
import { Reading } from '../../extension/topics/reading.ts';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import type { ReadQuery } from '../../webviews/topics/messages.ts';
import { type Kafka, missingFor, type Registry, startKafka, startRegistry } from '../harness/services.ts';

const TOPIC = 'topic-view-people';
const COUNT = 2000;

const sources: LinkSources = {
  secrets: { of: async () => ({}) },
  folder: () => undefined,
  hosts: async () => ({}),
  openAdmin: ({ properties, hosts, isReadOnly }) =>
    openKafkaAdmin({ connection: connectionFromProperties(properties, 'millrace-test'), hosts, isReadOnly }),
  openDecoder: async (schemas) => messageDecoder(schemas),
};

const document = (more: object): string => JSON.stringify({ connection: 'x', topic: TOPIC, ...more });

/** What the view of a topic does, without the window: against a real broker and a real registry. */
describe.skipIf(missingFor('registry'))('the view of a topic', () => {
  let kafka: Kafka;
  let registry: Registry;
  let link: KafkaLink;

  const send = async (to: KafkaLink, text: string): Promise<number> => {
    let sent = 0;
    const admin = await to.admin();
    const signal = AbortSignal.timeout(60_000);
    for await (const records of recordsOf(readProduceDocument(text), await to.schemas(), signal)) {
      await admin.produce(TOPIC, records);
      sent += records.length;
    }
    return sent;
  };

  beforeAll(async () => {
    kafka = await startKafka();
    registry = await startRegistry();
    link = new KafkaLink({ name: 'x', bootstrap: kafka.bootstrap, registry: { url: registry.url } }, sources);
    await (await link.admin()).createTopic({ name: TOPIC, partitions: 3, replicas: 1 });
    const fields = [
      { name: 'id', type: 'long' },
      { name: 'name', type: ['null', 'string'] },
    ];
    const schema = JSON.stringify({ type: 'record', name: 'Person', fields });
    await (await link.registry()).register(`${TOPIC}-value`, { type: 'AVRO', schema });
  });
  afterAll(async () => {
    link?.reset();
    await registry?.stop();
    await kafka?.stop();
  });

  test('a test of the connection says what it found', async () => {
    const { kind, lines } = await probeKafka(link, AbortSignal.timeout(60_000));
    expect(kind).toBe('ok');
    expect(lines[0]).toMatch(/^Kafka 4\.\d+, cluster \S+$/);
    expect(lines.at(-1)).toMatch(/^Registry: \d+ subjects?, compatibility \w+$/);
    const nobody = new KafkaLink({ name: 'y', bootstrap: '127.0.0.1:1' }, sources);
    await expect(probeKafka(nobody, AbortSignal.timeout(60_000))).rejects.toThrow(/127\.0\.0\.1:1/);
    nobody.reset();
  });

  test('a template writes Avro by the schema of the subject, and the messages are read, filtered and counted', async () => {
    const template = {
      key: 'k#{index}',
      value: { id: '=#{index}', name: '#{Name.fullName}' },
      headers: { n: '#{index}' },
    };
    expect(await send(link, document({ valueFormat: 'avro', template, count: COUNT, seed: 3 }))).toBe(COUNT);
    const overview = await timeOverview(await link.admin(), TOPIC, [], AbortSignal.timeout(60_000));
    expect(overview?.all.reduce((sum, one) => sum + one, 0)).toBe(COUNT);

    const query: ReadQuery = {
      from: 'oldest',
      offset: '0',
      time: null,
      toTime: null,
      partitions: [],
      limit: 100,
      filter: "value.id >= 1990 AND headers['n'] <> '1995'",
      key: 'auto',
      value: 'auto',
      control: false,
      committed: false,
      fields: true,
    };
    const thread = fileURLToPath(new URL('../../topics/filter-thread/worker.ts', import.meta.url));
    const conditions = new Conditions(thread);
    const readWith = async (filter: string): Promise<Reading> => {
      const reading = new Reading({
        id: 'r',
        topic: TOPIC,
        query: { ...query, filter },
        admin: await link.admin(),
        decoder: await link.decoder(),
        zone: 'UTC',
        limit: 1000,
        openFilter: (signal) => conditions.open(link, TOPIC, { ...query, filter }, signal),
        problemOf: (error) => conditions.problemOf(error),
        changed: () => undefined,
      });
      await reading.run();
      return reading;
    };
    try {
      const { state } = await readWith(query.filter);
      expect(state).toMatchObject({ phase: 'done', scanned: COUNT, kept: 9, problem: null, filterProblem: null });
      expect(state.types?.value).toBe('ROW<id BIGINT, name STRING>');
      expect(state.result.columns.map(({ name }) => name)).toContain('value.name');
      expect(state.result.tableRows).toBe(9);
      const wrong = (await readWith('value.nme IS NULL')).state;
      expect(wrong.phase).toBe('failed');
      const { start = 0, end = 0 } = wrong.filterProblem ?? {};
      expect('value.nme IS NULL'.slice(start, end)).toContain('nme');
    } finally {
      conditions.dispose();
    }
  });

  test('one message is found again by its place; one that is not there is left out', async () => {
    const admin = await link.admin();
    const [found, ...others] = await fetchMessages(admin, TOPIC, [
      { partition: 1, offset: '3' },
      { partition: 1, offset: '999999' },
    ]);
    expect(others).toEqual([]);
    expect(found?.message).toMatchObject({ partition: 1, offset: 3n });
    const [decoded] = found ? await (await link.decoder()).decode([found.message], { key: 'auto', value: 'auto' }) : [];
    expect(decoded?.value.format).toBe('avro');
    expect(decoded?.value.schema?.subjects).toContain(`${TOPIC}-value`);
  });

  test('a read-only connection writes nothing, neither messages nor schemas', async () => {
    const reader = new KafkaLink({ ...link.setting, name: 'reader', readOnly: true }, sources);
    try {
      await expect(send(reader, document({ messages: [{ value: 'x' }] }))).rejects.toThrow(/read-only/i);
      const next = { type: 'AVRO', schema: '"string"' } as const;
      await expect((await reader.registry()).register(`${TOPIC}-key`, next)).rejects.toThrow(/read-only/i);
    } finally {
      reader.reset();
    }
  });
});
