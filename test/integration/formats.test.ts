import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SchemaRegistryClient } from '../../clients/schema-registry/index.ts';
import { parquetJars } from '../harness/flink-formats.ts';
import { buildLocalRuntime, type LocalRuntimeServer, startLocalRuntime } from '../harness/local-runtime.ts';
import { finalRows, runScript, type StatementResult } from '../harness/run-script.ts';
import {
  type Flink,
  type Kafka,
  missingFor,
  type Registry,
  startFlink,
  startKafka,
  startRegistry,
} from '../harness/services.ts';

const columns = `b BOOLEAN, i INT, l BIGINT, d DOUBLE, s STRING, vb BYTES, de DECIMAL(20, 4), dt DATE, tm TIME(3), ts TIMESTAMP(3),
  a ARRAY<INT>, m MAP<STRING, BIGINT>, r ROW<x INT NOT NULL, y ROW<z STRING>>`;
const rows = `SELECT b, i, l, CAST(d AS DOUBLE), s, X'00FF', CAST(de AS DECIMAL(20, 4)), DATE '2024-02-29', CAST(TIME '12:34:56' AS TIME(3)),
  CAST(TIMESTAMP '1969-12-31 23:59:59.999' AS TIMESTAMP(3)), ARRAY[i, CAST(NULL AS INT)], MAP['k', l],
  CAST(ROW(7, ROW(s)) AS ROW<x INT NOT NULL, y ROW<z STRING>>)
  FROM (VALUES (TRUE, -2147483648, 9223372036854775807, 0.1, 'grün 🙂', -12345.6789),
    (CAST(NULL AS BOOLEAN), CAST(NULL AS INT), CAST(NULL AS BIGINT), CAST(NULL AS DECIMAL(2, 1)), CAST(NULL AS STRING), CAST(NULL AS DECIMAL(9, 4)))) AS t(b, i, l, d, s, de)`;

/** CSV has neither maps nor rows in rows, and Flink cannot read the NULL of a number that it wrote. */
const flatColumns = `b BOOLEAN, i INT, l BIGINT, d DOUBLE, s STRING, de DECIMAL(20, 4), dt DATE, tm TIME(3), ts TIMESTAMP(3),
  lt TIMESTAMP_LTZ(3), a ARRAY<STRING>, r ROW<x INT, y STRING>`;
const flatRows = `SELECT b, i, l, CAST(d AS DOUBLE), s, CAST(de AS DECIMAL(20, 4)), DATE '2024-02-29', CAST(TIME '12:34:56' AS TIME(3)),
  CAST(TIMESTAMP '1969-12-31 23:59:59.999' AS TIMESTAMP(3)), TO_TIMESTAMP_LTZ(1709206496789, 3), ARRAY['p', s],
  CAST(ROW(7, s) AS ROW<x INT, y STRING>)
  FROM (VALUES (TRUE, -2147483648, 9223372036854775807, 1.5E20, 'grün, "x" 🙂', -12345.6789),
    (FALSE, 0, -1, -1E-3, 'ä', 0.5)) AS t(b, i, l, d, s, de)`;

describe.skipIf(missingFor('registry'))('the schema registry', () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry?.stop());

  test('registers, finds, checks and deletes', async () => {
    const client = new SchemaRegistryClient({ urls: [registry.url] });
    const schema = (fields: string) => `{"type":"record","name":"R","fields":[${fields}]}`;
    const first = schema('{"name":"a","type":"int"}');
    const subject = 'client/test-value';
    const id = await client.register(subject, first);
    expect(JSON.parse((await client.schema(id)).schema)).toEqual(JSON.parse(first));
    expect(await client.subjects()).toContain(subject);
    expect(await client.versions(subject)).toEqual([1]);
    expect(await client.version(subject, 'latest')).toMatchObject({ subject, version: 1, id, type: 'AVRO' });
    await client.setCompatibility('BACKWARD', subject);
    expect(await client.compatibility(subject)).toBe('BACKWARD');
    expect(await client.compatible(subject, schema('{"name":"b","type":"int"}'))).toBe(false);
    expect(await client.compatible(subject, schema('{"name":"a","type":"long"}'))).toBe(true);
    await expect(client.register(subject, schema('{"name":"b","type":"int"}'))).rejects.toMatchObject({
      code: 'INCOMPATIBLE',
    });
    await expect(client.schema(987_654)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
    await client.deleteSubject(subject);
    await expect(client.versions(subject)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    client.close();
  });
});

describe.skipIf(missingFor('registry') ?? missingFor('flink'))(
  'what Flink writes is read here, and the other way round',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-formats-'));
    let kafka: Kafka;
    let registry: Registry;
    let flink: Flink;
    let local: LocalRuntimeServer;
    let jars: readonly string[] = [];
    beforeAll(async () => {
      jars = await parquetJars();
      [kafka, registry, flink] = await Promise.all([startKafka(), startRegistry(), startFlink()]);
      await buildLocalRuntime();
      local = await startLocalRuntime(folder);
    });
    afterAll(async () => {
      await local?.stop();
      await Promise.all([flink?.stop(), registry?.stop(), kafka?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    });

    const servers = () => ({
      flink: {
        url: flink.gatewayUrl,
        before: [...registry.flinkJars, ...jars].map((jar) => `ADD JAR '${jar}';\n`).join(''),
      },
      local: { url: local.url, token: local.token, before: '' },
    });

    async function statements(server: 'flink' | 'local', script: string): Promise<StatementResult[]> {
      const { before, ...options } = servers()[server];
      const results = await runScript(before + script, { ...options, properties: { 'parallelism.default': '1' } });
      for (const { sql, error } of results) expect({ sql, error }).toEqual({ sql, error: undefined });
      return results;
    }

    const table = (name: string, options: Readonly<Record<string, string>>, what = columns) =>
      `CREATE TABLE ${name} (${what}) WITH (${Object.entries(options)
        .map(([k, v]) => `'${k}' = '${v}'`)
        .join(', ')});\n`;
    const topic = (name: string, format: string, more: Readonly<Record<string, string>> = {}) => ({
      connector: 'kafka',
      topic: name,
      'properties.bootstrap.servers': kafka.bootstrap,
      'scan.startup.mode': 'earliest-offset',
      'scan.bounded.mode': 'latest-offset',
      format,
      ...more,
    });
    const files = (name: string, more: Readonly<Record<string, string>> = {}) => ({
      connector: 'filesystem',
      path: join(folder, name),
      format: 'avro',
      ...more,
    });

    /** Each writes the rows; both read all of them. */
    async function bothWays(options: Readonly<Record<string, string>>, what: string, insert: string): Promise<void> {
      const script = table('t', options, what);
      for (const server of ['flink', 'local'] as const) await statements(server, `${script}INSERT INTO t ${insert};`);
      const [theirs, ours] = await Promise.all(
        (['flink', 'local'] as const).map(async (server) =>
          finalRows((await statements(server, `${script}SELECT * FROM t;`)).at(-1) as StatementResult),
        ),
      );
      expect(ours).toHaveLength(4);
      expect(ours).toEqual(theirs);
    }

    test.each([
      ['avro', () => topic('avro', 'avro')],
      ['avro as JSON', () => topic('avro-json', 'avro', { 'avro.encoding': 'json' })],
      ['avro-confluent', () => topic('avro-confluent', 'avro-confluent', { 'avro-confluent.url': registry.url })],
      ['avro files', () => files('avro')],
      ['avro files, deflate', () => files('deflate', { 'avro.codec': 'deflate' })],
      ['avro files, not packed', () => files('null', { 'avro.codec': 'null' })],
      ['json', () => topic('json', 'json')],
      ['json files, gzip', () => files('json', { format: 'json' })],
      ['parquet files', () => files('parquet', { format: 'parquet' })],
      [
        'parquet files, zone and codec',
        () =>
          files('parquet-zstd', { format: 'parquet', 'parquet.utc-timezone': 'true', 'parquet.compression': 'GZIP' }),
      ],
    ])('%s', (_, options) => bothWays(options(), columns, rows));

    test.each([
      ['csv', () => topic('csv', 'csv')],
      ['csv files', () => files('csv', { format: 'csv' })],
      [
        'csv, other marks',
        () =>
          topic('csv-marks', 'csv', {
            'csv.field-delimiter': '|',
            'csv.null-literal': 'NIL',
            'csv.quote-character': '`',
          }),
      ],
    ])('%s', (_, options) => bothWays(options(), flatColumns, flatRows));

    test('raw', () => bothWays(topic('raw', 'raw'), 's STRING', "VALUES ('grün'), ('')"));

    test.each([
      ['debezium-avro-confluent', () => ({ 'debezium-avro-confluent.url': registry.url })],
      ['debezium-json', () => ({})],
      ['canal-json', () => ({})],
      ['maxwell-json', () => ({})],
      ['ogg-json', () => ({})],
    ] as const)('%s, retractions and all', async (format, more) => {
      const script = table('t', topic(`changes-${format}`, format, more()), 'k STRING, n BIGINT');
      const insert = "INSERT INTO t SELECT k, COUNT(*) FROM (VALUES ('a'), ('b'), ('a')) AS t(k) GROUP BY k;";
      for (const server of ['flink', 'local'] as const) await statements(server, script + insert);
      const [theirs, ours] = await Promise.all(
        (['flink', 'local'] as const).map(
          async (server) => (await statements(server, `${script}SELECT * FROM t;`)).at(-1)?.changes,
        ),
      );
      expect(ours).toHaveLength(8);
      expect(ours).toEqual(theirs);
    });

    test('a schema that has changed since: both versions are read', async () => {
      const options = topic('evolved', 'avro-confluent', { 'avro-confluent.url': registry.url });
      await statements('flink', `${table('t', options, 'id INT, gone STRING')}INSERT INTO t VALUES (1, 'x');`);
      await statements('local', `${table('t', options, 'id INT, added DECIMAL(5, 2)')}INSERT INTO t VALUES (2, 1.5);`);
      const script = `${table('t', options, 'added DECIMAL(5, 2), id BIGINT')}SELECT * FROM t;`;
      const [theirs, ours] = await Promise.all(
        (['flink', 'local'] as const).map(async (server) =>
          finalRows((await statements(server, script)).at(-1) as StatementResult),
        ),
      );
      expect(ours).toEqual([
        ['1.50', '2'],
        [null, '1'],
      ]);
      expect(ours).toEqual(theirs);
    });
  },
);
