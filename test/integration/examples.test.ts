import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { buildLocalRuntime, type LocalRuntimeServer, startLocalRuntime } from '../harness/local-runtime.ts';
import { finalRows, runScript, type StatementResult } from '../harness/run-script.ts';
import { type Flink, missingFor, startFlink, startKafka } from '../harness/services.ts';

// The examples as they stand, on the local runtime and on a real Flink: the same columns, the same rows in the end.
const examples = join(root, 'examples');

async function notebook(name: string): Promise<string> {
  const text = readFileSync(join(examples, name), 'utf8');
  if (!text.includes('localhost:9092')) return text;
  const { bootstrap } = await startKafka();
  return text.replaceAll('localhost:9092', bootstrap);
}

/** Topics are made anew for each run: two runs must not read each other's messages. */
function withTopics(text: string, suffix: string): string {
  return text.replaceAll(/'topic' = '([\w-]+)'/g, `'topic' = '$1-${suffix}'`);
}

function outcome(results: readonly StatementResult[]) {
  return results
    .filter(({ isQuery, error }) => isQuery || error !== undefined)
    .map(({ sql, columns, error, ...rest }) => ({ sql, columns, error, rows: finalRows(rest) }));
}

let local: LocalRuntimeServer;
let flink: Flink | undefined;

beforeAll(async () => {
  await buildLocalRuntime();
  local = await startLocalRuntime(examples);
  if (!missingFor('flink')) flink = await startFlink();
});

afterAll(async () => {
  await local?.stop();
  await flink?.stop();
});

describe.each(['orders.flinknb', 'orders-kafka.flinknb'])('%s', (name) => {
  const needs = name.includes('kafka') ? missingFor('kafka') : undefined;
  let ours: StatementResult[];

  test.skipIf(needs)('runs on the local runtime without an error, and every query has rows', async () => {
    ours = await runScript(withTopics(await notebook(name), 'local'), local);
    expect(ours.filter(({ error }) => error !== undefined)).toEqual([]);
    const queries = ours.filter(({ isQuery }) => isQuery);
    expect(queries.length).toBeGreaterThan(1);
    expect(queries.filter(({ changes }) => changes.length === 0)).toEqual([]);
  });

  test.skipIf(needs ?? missingFor('flink'))('gives the same on a real Flink', async () => {
    if (!flink) throw new Error('no Flink');
    const theirs = await runScript(withTopics(await notebook(name), 'flink'), { url: flink.gatewayUrl });
    const unnamed = (results: StatementResult[]) =>
      outcome(results).map((one) => ({ ...one, sql: one.sql.replaceAll(/-(local|flink)'/g, "'") }));
    expect(unnamed(ours)).toEqual(unnamed(theirs));
  });
});

describe('live.flinknb', () => {
  test('gives rows until it is stopped', async () => {
    const text = await notebook('live.flinknb');
    const results = await runScript(text, { ...local, limit: 50 });
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(results.at(-1)?.changes.length).toBeGreaterThanOrEqual(50);
  });
});
