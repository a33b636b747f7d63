import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { CommandError, run } from '../../scripts/run.ts';
import { flinkForFunctions } from '../harness/java-functions.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

describe.skipIf(missingFor('flink'))('functions in Java', { timeout: 300_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-udf-'));
  const project = join(work, 'shop-text');
  const source = join(project, 'src/main/java/functions/ShopText.java');
  let flink: Flink;
  beforeAll(async () => {
    flink = await startFlink();
  });
  afterAll(async () => {
    await flink?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const millrace = (...args: string[]): Promise<string> =>
    run(process.execPath, [join(root, 'cli', 'main.ts'), ...args], { cwd: work, timeoutMs: 280_000 });

  const rows = [['ANVIL-3'], [null], ['an', 2], ['anvil', 5], [17.5], ['Hello, Ada'], ['row 1'], ['quiet after 1']];

  const values = (output: string): unknown[][] =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => Object.values(JSON.parse(line).row));

  it('are made, tested and built', async () => {
    await millrace('udf', 'new', 'shop-text');
    for (const kind of ['table', 'aggregate', 'async', 'process']) {
      await millrace('udf', 'new', `shop-${kind}`, '--kind', kind);
      cpSync(join(work, `shop-${kind}`, 'src'), join(project, 'src'), { recursive: true });
    }
    expect(await millrace('udf', 'test', project)).toBe('9 tests passed\n');
    expect(await millrace('udf', 'build', project)).toBe('shop-text/target/shop-text.jar\n');
    expect(JSON.parse(await millrace('udf', 'list', project, '--json'))).toMatchObject([
      { className: 'functions.ShopAggregate', kind: 'aggregate', signatures: [{ parameters: ['DOUBLE', 'BIGINT'] }] },
      { className: 'functions.ShopAsync', kind: 'async-scalar', signatures: [{ result: 'STRING' }] },
      { className: 'functions.ShopProcess', kind: 'process-table', signatures: [{ parameters: ['TABLE'] }] },
      { className: 'functions.ShopTable', kind: 'table', signatures: [{ parameters: ['STRING'] }] },
      { className: 'functions.ShopText', kind: 'scalar', signatures: [{ parameters: ['STRING', 'BIGINT'] }] },
    ]);
  });

  it('are registered and run on a real Flink', async () => {
    const registration = await millrace('udf', 'register', project, '--temporary');
    const script = join(work, 'all.sql');
    writeFileSync(
      script,
      `SET 'parallelism.default' = '1';
SET 'execution.runtime-mode' = 'batch';
${registration}
SELECT shop_text(name, n) FROM (VALUES (' anvil ', CAST(3 AS BIGINT)), (CAST(NULL AS STRING), CAST(1 AS BIGINT))) AS t(name, n);
SELECT word, length FROM (VALUES ('an anvil')) AS t(line), LATERAL TABLE(shop_table(line)) AS w(word, length);
SELECT shop_aggregate(price, n) FROM (VALUES (CAST(10 AS DOUBLE), CAST(1 AS BIGINT)), (20, 3)) AS t(price, n);
SET 'execution.runtime-mode' = 'streaming';
SELECT shop_async(name) FROM (VALUES ('Ada')) AS t(name);
CREATE TEMPORARY TABLE quiet (name STRING, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.name.length' = '3');
SELECT message FROM shop_process(input => TABLE quiet PARTITION BY name, on_time => DESCRIPTOR(ts), uid => 'quiet');
`,
    );
    const output = await millrace('run', script, '--url', flink.gatewayUrl, '--jsonl');
    expect(values(output)).toEqual(rows);
  });

  it('run on the local runtime, which gives the same rows', async () => {
    const registration = await millrace('udf', 'register', project, '--temporary');
    const script = join(work, 'local.sql');
    writeFileSync(
      script,
      `SET 'execution.runtime-mode' = 'batch';
${registration}
SELECT shop_text(name, n) FROM (VALUES (' anvil ', CAST(3 AS BIGINT)), (CAST(NULL AS STRING), CAST(1 AS BIGINT))) AS t(name, n);
SELECT word, length FROM (VALUES ('an anvil')) AS t(line), LATERAL TABLE(shop_table(line)) AS w(word, length);
SELECT shop_aggregate(price, n) FROM (VALUES (CAST(10 AS DOUBLE), CAST(1 AS BIGINT)), (20, 3)) AS t(price, n);
SELECT shop_async(name) FROM (VALUES ('Ada')) AS t(name);
`,
    );
    await flinkForFunctions();
    expect(values(await millrace('run', script, '--jsonl'))).toEqual(rows.slice(0, 6));
    const call = 'SELECT * FROM shop_process(input => TABLE t PARTITION BY name)';
    writeFileSync(script, `${registration}\nCREATE TEMPORARY VIEW t AS SELECT 'Ada' AS name;\n${call};\n`);
    const failure = await millrace('run', script, '--jsonl').then(
      () => 'no failure',
      (error: unknown) => (error instanceof CommandError ? error.output : String(error)),
    );
    expect(failure).toContain(
      'ShopProcess is a process table function, which the local runtime does not run. Run the statement on a Flink cluster.',
    );
  });

  it('a mistake is told with its place', async () => {
    writeFileSync(source, readFileSync(source, 'utf8').replace('Long count)', 'Lung count)'));
    const failure = await millrace('udf', 'build', project).then(
      () => 'no mistake',
      (error: unknown) => (error instanceof CommandError ? error.output : String(error)),
    );
    expect(failure).toMatch(
      /^shop-text\/src\/main\/java\/functions\/ShopText\.java:\d+:\d+: error: cannot find symbol; symbol: +class Lung/,
    );
  });
});
