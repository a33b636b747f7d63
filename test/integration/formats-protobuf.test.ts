import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { launchFlink } from '../harness/flink.ts';
import { missingProtoc, protobufJars } from '../harness/flink-formats.ts';
import { runLocally } from '../harness/local-sql.ts';
import { finalRows, runScript, type StatementResult } from '../harness/run-script.ts';
import { type Flink, type Kafka, missingFor, startKafka } from '../harness/services.ts';

/** Columns of test/fixtures/proto/everything.proto. */
const messageColumns = `i INT, l BIGINT, u INT, ul BIGINT, si INT, sl BIGINT, fi INT, fl BIGINT, sfi INT, sfl BIGINT, b BOOLEAN, s STRING,
  \`by\` BYTES, f FLOAT, d DOUBLE, color STRING, number INT, line ROW<sku STRING, \`count\` INT, prices ARRAY<DOUBLE>>,
  lines ARRAY<ROW<sku STRING, \`count\` INT, prices ARRAY<DOUBLE>>>, ids ARRAY<BIGINT>, tags ARRAY<STRING>, counts MAP<STRING, INT>,
  by_id MAP<BIGINT, ROW<sku STRING, \`count\` INT, prices ARRAY<DOUBLE>>>, maybe STRING, \`left\` STRING, \`right\` INT,
  \`at\` ROW<seconds BIGINT, nanos INT>, money ROW<currency STRING, units BIGINT, unpacked ARRAY<INT>>`;
const line = "CAST(ROW('x', 3, ARRAY[1.5E0, 2E0]) AS ROW<sku STRING, `count` INT, prices ARRAY<DOUBLE>>)";
const bare =
  "CAST(ROW('y', CAST(NULL AS INT), CAST(NULL AS ARRAY<DOUBLE>)) AS ROW<sku STRING, `count` INT, prices ARRAY<DOUBLE>>)";
const messageRows = `VALUES (-5, CAST(-9007199254740995 AS BIGINT), -1, CAST(-1 AS BIGINT), -2147483648, -9223372036854775807, 7,
    1234567890123456789, -7, CAST(-1 AS BIGINT), TRUE, 'grüße', X'01FF', CAST(1.5 AS FLOAT), -0.1E0, 'BLUE', 1, ${line},
    ARRAY[${line}, ${bare}], ARRAY[CAST(1 AS BIGINT), -1, 300], ARRAY['', 'b'], MAP['one', 1, 'none', 0],
    MAP[CAST(9 AS BIGINT), ${line}], 'm', CAST(NULL AS STRING), 0, ROW(CAST(1700000000 AS BIGINT), 5),
    CAST(ROW('EUR', CAST(NULL AS BIGINT), ARRAY[1, 2]) AS ROW<currency STRING, units BIGINT, unpacked ARRAY<INT>>)),
  (${'0, 0, 0, 0, 0, 0, 0, 0, 0, 0'}, FALSE, '', X'', CAST(0 AS FLOAT), 0E0, 'UNKNOWN', 0, CAST(NULL AS ROW<sku STRING, \`count\` INT, prices ARRAY<DOUBLE>>),
    CAST(NULL AS ARRAY<ROW<sku STRING, \`count\` INT, prices ARRAY<DOUBLE>>>), CAST(NULL AS ARRAY<BIGINT>), CAST(NULL AS ARRAY<STRING>),
    CAST(NULL AS MAP<STRING, INT>), CAST(NULL AS MAP<BIGINT, ROW<sku STRING, \`count\` INT, prices ARRAY<DOUBLE>>>), CAST(NULL AS STRING),
    'l', CAST(NULL AS INT), CAST(NULL AS ROW<seconds BIGINT, nanos INT>),
    CAST(NULL AS ROW<currency STRING, units BIGINT, unpacked ARRAY<INT>>))`;

const NULL = 'NULL';

// Flink reads by the Java classes that protoc makes of the schema, we by the schema itself.
describe.skipIf(missingFor('kafka') ?? missingFor('flink') ?? missingProtoc)(
  'protobuf here and in a real Flink',
  () => {
    let kafka: Kafka;
    let flink: Flink;
    beforeAll(async () => {
      const jars = await protobufJars();
      [kafka, flink] = await Promise.all([startKafka(), launchFlink(512, '2.2.1', jars)]);
    });
    afterAll(async () => {
      await flink?.stop();
      await kafka?.stop();
    });

    const table = (
      topic: string,
      more = '',
    ) => `CREATE TABLE t (${messageColumns}) WITH ('connector' = 'kafka', 'topic' = '${topic}',
    'properties.bootstrap.servers' = '${kafka.bootstrap}', 'scan.startup.mode' = 'earliest-offset',
    'scan.bounded.mode' = 'latest-offset', 'format' = 'protobuf',
    'protobuf.message-class-name' = 'com.example.shop.Everything'${more});\n`;
    const schema = `, 'protobuf.millrace.descriptor' = '${join(root, 'test', 'fixtures', 'proto', 'everything.proto')}'`;

    async function theirs(script: string): Promise<StatementResult> {
      const results = await runScript(script, { url: flink.gatewayUrl, properties: { 'parallelism.default': '1' } });
      expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
      return results.at(-1) as StatementResult;
    }
    async function ours(script: string): Promise<(string | null)[][]> {
      const results = await runLocally(script);
      expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
      return (results.at(-1)?.rows ?? []).map((row) => row.slice(1)).sort(byText);
    }
    const byText = (a: readonly unknown[], b: readonly unknown[]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    const withNull = (rows: readonly (readonly (string | null)[])[]) =>
      rows.map((row) => row.map((cell) => (cell === NULL ? null : cell))).sort(byText);

    test.each(['', ", 'protobuf.read-default-values' = 'true'"])('each reads what either wrote%s', async (more) => {
      const topic = more ? 'protobuf-defaults' : 'protobuf';
      await theirs(`${table(topic)}INSERT INTO t ${messageRows};`);
      await ours(`${table(topic, schema)}INSERT INTO t ${messageRows};`);
      const here = await ours(`${table(topic, schema + more)}SELECT * FROM t;`);
      expect(here).toHaveLength(4);
      expect(here).toEqual(withNull(finalRows(await theirs(`${table(topic, more)}SELECT * FROM t;`))));
    });
  },
);
