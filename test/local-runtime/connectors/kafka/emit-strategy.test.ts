import { expect, test } from 'vitest';
import { runLocally } from '../../../harness/local-sql.ts';

test.each([
  ['', 'on-periodic'],
  [", 'scan.watermark.emit.strategy' = 'on-event'", 'on-event'],
])('EXPLAIN shows when watermarks are sent%s', async (more, shown) => {
  const table = `CREATE TABLE t (id INT, t TIMESTAMP(3), WATERMARK FOR t AS t) WITH ('connector' = 'kafka', 'topic' = 't',
    'properties.bootstrap.servers' = '127.0.0.1:1', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'${more});`;
  const plan = (await runLocally(`${table} EXPLAIN SELECT * FROM t;`)).at(-1)?.rows[0]?.[1];
  expect(plan).toContain(`watermarkEmitStrategy=[${shown}]`);
});
