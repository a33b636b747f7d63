import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLocally } from '../harness/local-sql.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';

// Each option is seen from the other side: an independent client writes, or looks where the rows have gone.
describe.skipIf(missingFor('kafka'))('options of kafka tables', () => {
  let kafka: Kafka;
  let client: IndependentKafka;
  beforeAll(async () => {
    kafka = await startKafka();
    client = new IndependentKafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  });
  afterAll(() => kafka?.stop());

  async function topic(name: string, numPartitions: number): Promise<void> {
    const admin = client.admin();
    await admin.connect();
    // Kept however old they are: a broker looks for what is past its retention half a minute after its start.
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    await admin.createTopics({ topics: [{ topic: name, numPartitions, configEntries }] });
    await admin.disconnect();
  }

  type Options = Readonly<Record<string, string>>;
  function table(name: string, of: string, more: Options = {}, columns = 'id INT'): string {
    const options: Options = {
      connector: 'kafka',
      topic: of,
      'properties.bootstrap.servers': kafka.bootstrap,
      format: 'json',
      ...more,
    };
    const listed = Object.entries(options).map(([key, value]) => `'${key}' = '${value}'`);
    return `CREATE TABLE ${name} (${columns}) WITH (${listed.join(', ')});\n`;
  }
  const all = { 'scan.startup.mode': 'earliest-offset', 'scan.bounded.mode': 'latest-offset' };

  async function last(script: string, limit?: number): Promise<string[]> {
    const results = await runLocally(script, limit);
    expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
    return (results.at(-1)?.rows ?? []).map(([, ...cells]) => cells.join(' ')).sort();
  }

  describe('where a sink puts rows', () => {
    /** How many rows each partition has. */
    const spread = async (of: string): Promise<string[]> =>
      last(`SET 'execution.runtime-mode' = 'batch';
        ${table('r', of, all, 'id INT, `partition` INT METADATA VIRTUAL')}
        SELECT \`partition\`, COUNT(*) FROM r GROUP BY \`partition\`;`);
    const rows = (n: number) =>
      `CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '${n}');\n`;
    const write = (of: string, more: Options, parallelism = 1) =>
      last(
        `SET 'parallelism.default' = '${parallelism}'; ${rows(30)}${table('w', of, more)}INSERT INTO w SELECT id FROM g;`,
      );

    test('round-robin: each partition in turn', async () => {
      await topic('spread-robin', 3);
      await write('spread-robin', { 'sink.partitioner': 'round-robin' });
      expect(await spread('spread-robin')).toEqual(['0 10', '1 10', '2 10']);
    });

    test('fixed: all rows of a writer to one', async () => {
      await topic('spread-fixed', 3);
      await write('spread-fixed', { 'sink.partitioner': 'fixed' });
      expect(await spread('spread-fixed')).toEqual(['0 30']);
      await topic('spread-fixed-2', 2);
      await write('spread-fixed-2', { 'sink.partitioner': 'fixed', 'sink.parallelism': '2' });
      expect((await spread('spread-fixed-2')).map((row) => row.split(' ')[0])).toEqual(['0', '1']);
    });

    test('default: rows with a key where the independent client would put them', async () => {
      await topic('spread-keys', 5);
      const keys = { 'key.format': 'raw', 'key.fields': 'k', 'value.format': 'json' };
      const { format: _, ...keyed } = { format: '', ...keys };
      const columns = 'k STRING, `partition` INT METADATA VIRTUAL';
      const sink = table('w', 'spread-keys', keyed, columns).replace("'format' = 'json', ", '');
      await last(`${sink}INSERT INTO w VALUES ('a'), ('b'), ('c'), ('d'), ('e'), ('f');`);
      const ours = await last(
        `${table('r', 'spread-keys', { ...keyed, ...all }, columns).replace("'format' = 'json', ", '')}SELECT k, \`partition\` FROM r;`,
      );
      await topic('spread-witness', 5);
      const producer = client.producer();
      await producer.connect();
      const theirs: string[] = [];
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
        const [sent] = await producer.send({ topic: 'spread-witness', messages: [{ key, value: '{}' }] });
        theirs.push(`${key} ${sent?.partition}`);
      }
      await producer.disconnect();
      expect(ours).toEqual(theirs);
    });

    test('default without keys: together, and on to the next partition when a batch is full', async () => {
      await topic('spread-sticky', 3);
      await write('spread-sticky', {});
      expect(await spread('spread-sticky')).toHaveLength(1);
      await last(
        `${rows(300)}${table('w', 'spread-sticky', {}, 'v STRING')}INSERT INTO w SELECT REPEAT('x', 1000) FROM g;`,
      );
      expect(await spread('spread-sticky')).toHaveLength(3);
    });

    test('a class of Java is refused by name', async () => {
      const results = await runLocally(
        `${table('w', 'spread-own', { 'sink.partitioner': 'com.example.Own' })}INSERT INTO w VALUES (1);`,
      );
      expect(results.at(-1)?.error).toContain('com.example.Own');
    });
  });

  describe('where a source begins and ends', () => {
    beforeAll(async () => {
      await topic('range', 2);
      const producer = client.producer();
      await producer.connect();
      const at = Date.UTC(2026, 0, 1);
      for (const partition of [0, 1])
        await producer.send({
          topic: 'range',
          messages: [0, 1, 2, 3, 4].map((i) => ({
            partition,
            value: `{"id":${partition * 10 + i}}`,
            timestamp: String(at + i * 1000),
          })),
        });
      await producer.disconnect();
    });

    const time = String(Date.UTC(2026, 0, 1, 0, 0, 3));
    test.each<[string, Options, string[]]>([
      ['earliest to latest', all, ['0', '1', '10', '11', '12', '13', '14', '2', '3', '4']],
      ['from latest', { ...all, 'scan.startup.mode': 'latest-offset' }, []],
      [
        'from a time',
        { ...all, 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': time },
        ['13', '14', '3', '4'],
      ],
      [
        'to a time',
        { ...all, 'scan.bounded.mode': 'timestamp', 'scan.bounded.timestamp-millis': time },
        ['0', '1', '10', '11', '12', '2'],
      ],
      [
        'from offsets, the earliest where none is named',
        { ...all, 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:3' },
        ['10', '11', '12', '13', '14', '3', '4'],
      ],
      [
        'to offsets',
        {
          ...all,
          'scan.bounded.mode': 'specific-offsets',
          'scan.bounded.specific-offsets': 'partition:0,offset:1;partition:1,offset:2',
        },
        ['0', '10', '11'],
      ],
      [
        'from what a group has committed, else as auto.offset.reset says',
        {
          ...all,
          'scan.startup.mode': 'group-offsets',
          'properties.group.id': 'range-nobody',
          'properties.auto.offset.reset': 'earliest',
        },
        ['0', '1', '10', '11', '12', '13', '14', '2', '3', '4'],
      ],
    ])('%s', async (_, options, expected) => {
      expect(await last(`${table('t', 'range', options)}SELECT id FROM t;`)).toEqual(expected);
    });

    test('a group that has committed nothing, and nothing says what then', async () => {
      const options = { ...all, 'scan.startup.mode': 'group-offsets', 'properties.group.id': 'range-none' };
      const results = await runLocally(`${table('t', 'range', options)}SELECT id FROM t;`);
      expect(results.at(-1)?.error).toMatch(/Undefined offset with no reset policy for partitions: \[range-\d/);
    });

    test('several topics', async () => {
      await topic('range-too', 1);
      await last(`${table('w', 'range-too')}INSERT INTO w VALUES (99);`);
      const rows = await last(`${table('t', 'range;range-too', all)}SELECT id FROM t;`);
      expect(rows).toHaveLength(11);
      expect(rows).toContain('99');
    });
  });

  test('a partition without rows holds windows back, unless it may be idle', async () => {
    await topic('idle', 2);
    const producer = client.producer();
    await producer.connect();
    const messages = [1, 2, 65].map((second) => ({
      partition: 0,
      value: JSON.stringify({
        id: second,
        t: `2026-01-01 00:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`,
      }),
    }));
    await producer.send({ topic: 'idle', messages });
    await producer.disconnect();
    const columns = 'id INT, t TIMESTAMP(3), WATERMARK FOR t AS t';
    const source = (more: Options) => table('t', 'idle', { 'scan.startup.mode': 'earliest-offset', ...more }, columns);
    const windows = `SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(t), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end;`;
    expect(await last(source({ 'scan.watermark.idle-timeout': '300 ms' }) + windows, 1)).toEqual([
      '2026-01-01 00:01:00.000 2',
    ]);
  });
});
