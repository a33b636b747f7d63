import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLocally } from '../harness/local-sql.ts';
import { runScript } from '../harness/run-script.ts';
import { type Flink, type Kafka, missingFor, startFlink, startKafka } from '../harness/services.ts';

describe.skipIf(missingFor('kafka') ?? missingFor('flink'))('a real Flink on the same topics', () => {
  let kafka: Kafka;
  let flink: Flink;
  beforeAll(async () => {
    kafka = await startKafka();
    flink = await startFlink();
  }, 300_000);
  afterAll(async () => {
    await flink?.stop();
    await kafka?.stop();
  });

  const table = (topic: string, more = '') =>
    `CREATE TABLE t (id INT, v STRING, h MAP<STRING, BYTES> METADATA FROM 'headers') WITH ('connector' = 'kafka', 'topic' = '${topic}',
      'properties.bootstrap.servers' = '${kafka.bootstrap}', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset',
      'scan.bounded.mode' = 'latest-offset', 'properties.isolation.level' = 'read_committed'${more});`;
  const once = `, 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'both',
    'properties.transaction.timeout.ms' = '60000'`;
  const query = "SELECT id, v, CAST(h['k'] AS STRING) FROM t;";

  it('reads what was written here exactly once, and the other way round', { timeout: 120_000 }, async () => {
    const insert = "INSERT INTO t VALUES (1, 'ä', MAP['k', x'61']), (2, CAST(NULL AS STRING), MAP['k', x'62']);";
    const rows = [
      ['+I', '1', 'ä', 'a'],
      ['+I', '2', null, 'b'],
    ];
    const written = await runLocally(`${table('ours', `${once}, 'properties.compression.type' = 'zstd'`)} ${insert}`);
    expect(written.map((r) => r.error)).toEqual([undefined, undefined]);
    const read = await runScript(`${table('ours')} ${query}`, { url: flink.gatewayUrl });
    expect([
      read.at(-1)?.error,
      read.at(-1)?.changes.map((row) => row.map((cell) => (cell === 'NULL' ? null : cell))),
    ]).toEqual([undefined, rows]);
    const theirs = await runScript(`${table('theirs', `, 'properties.compression.type' = 'lz4'`)} ${insert}`, {
      url: flink.gatewayUrl,
    });
    expect(theirs.map((r) => r.error)).toEqual([undefined, undefined]);
    await sleep(500);
    expect((await runLocally(`${table('theirs')} ${query}`)).at(-1)).toEqual({ rows });
  });
});
