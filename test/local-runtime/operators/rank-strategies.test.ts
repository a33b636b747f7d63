import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../job/harness.ts';

/** What a real Flink 2.2.1 gave for Top-N of inserts, of updates that only move up, and of all others. */
const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'rank.cases.json'), 'utf8')) as readonly {
  readonly sql: string;
  readonly rows: readonly string[];
}[];

const ROWS: readonly string[] = [
  '{"id": 1, "region": "north", "item": "tea", "qty": 5}',
  '{"id": 2, "region": "south", "item": "tea", "qty": 3}',
  '{"id": 3, "region": "north", "item": "milk", "qty": 7}',
  '{"id": 4, "region": null, "item": "tea", "qty": 1}',
  '{"id": 5, "region": "north", "item": null, "qty": null}',
  '{"id": 6, "region": "south", "item": "milk", "qty": -4}',
  '{"id": 7, "region": "日本", "item": "茶", "qty": 2147483647}',
  '{"id": 8, "region": "north", "item": "tea", "qty": 5}',
  '{"id": 9, "region": null, "item": "milk", "qty": 0}',
  '{"id": 10, "region": "south", "item": "tea", "qty": 3}',
  '{"id": 11, "region": "日本", "item": "tea", "qty": 1}',
  '{"id": 12, "region": "east", "item": null, "qty": null}',
];

let folder: string;
let tables: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-rank-'));
  writeFileSync(join(folder, 's.jsonl'), ROWS.map((line) => `${line}\n`).join(''));
  tables = `
    CREATE TABLE s (id INT, region STRING, item STRING, qty INT)
      WITH ('connector' = 'filesystem', 'path' = '${join(folder, 's.jsonl')}', 'format' = 'json');
    CREATE VIEW agg AS SELECT region, item, COUNT(*) c, MAX(qty) q FROM s GROUP BY region, item;
    CREATE VIEW byid AS SELECT id, MAX(qty) q FROM s GROUP BY id;`;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Top-N, as a real Flink answers', () => {
  it.each(CASES)('$sql', async ({ sql, rows }) => {
    const { job, rows: given } = start(`${tables} ${sql};`);
    expect(await job.done, JSON.stringify(job.failure)).toBe('FINISHED');
    expect(given).toEqual(rows);
  });
});
