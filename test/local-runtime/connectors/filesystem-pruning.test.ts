import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLocally } from '../../harness/local-sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-pruning-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files: Readonly<Record<string, string>> = {
  'day=2024-01-01/n=1/x': '{"id":1}\n{"id":2}\n{"id":3}\n',
  'day=2024-01-02/n=2/x': '{"id":4}\n',
  // Whoever reads this one fails.
  'day=2024-01-03/n=3/x': 'broken\n',
  // Flink cannot make the folder's name again out of a NULL: reading this one fails, too.
  'day=__DEFAULT_PARTITION__/n=4/x': '{"id":5}\n',
};
beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 't', name)), { recursive: true });
    writeFileSync(join(folder, 't', name), text);
  }
  mkdirSync(join(folder, 'plain'));
  writeFileSync(join(folder, 'plain', 'a'), '{"id":1}\n{"id":2}\n{"id":3}\n');
  writeFileSync(join(folder, 'plain', 'b'), 'broken\n');
});

const table = () => `CREATE TABLE t (id INT, \`day\` DATE, n INT) PARTITIONED BY (\`day\`, n) WITH (
    'connector' = 'filesystem', 'path' = '${join(folder, 't')}', 'format' = 'json');
  CREATE TABLE plain (id INT) WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'plain')}', 'format' = 'json');`;

async function last(query: string, before = '') {
  const results = await runLocally(`${before}${table()}${query};`);
  expect(results.map((r) => r.error).filter(Boolean)).toEqual([]);
  return results.at(-1)?.rows.map(([, ...cells]) => cells.join(' ')) ?? [];
}

describe('partitions that conditions rule out', () => {
  test.each([
    ['n = 1', ['1', '2', '3']],
    ['n IN (1, 2) AND id > 2', ['3', '4']],
    ['(n = 2 OR n < 2) AND NOT n = 1', ['4']],
    ['n + 1 = 3', ['4']],
    ["`day` = DATE '2024-01-02'", ['4']],
    ["`day` <> DATE '2024-01-03' AND n > 1", ['4']],
    ['n = 17', []],
    ['n = 1 AND id = 2', ['2']],
    ['(n = 1 OR id = 4) AND n < 3', ['1', '2', '3', '4']],
  ])('are not read: %s', async (condition, ids) => {
    expect((await last(`SELECT id FROM t WHERE ${condition}`)).sort()).toEqual(ids);
  });

  test('are not read by a job of several subtasks either', async () => {
    const ids = await last('SELECT id FROM t WHERE n < 3', "SET 'parallelism.default' = '2';");
    expect(ids.sort()).toEqual(['1', '2', '3', '4']);
  });

  test('two views of one table have each their own', async () => {
    const ids = await last('SELECT id FROM t WHERE n = 1 UNION ALL SELECT id * 10 FROM t WHERE n = 2');
    expect(ids.sort()).toEqual(['1', '2', '3', '40']);
  });

  test.each([
    ['n = 2', 'partitions=[{day=2024-01-02, n=2}]'],
    ['n < 3 AND id > 1', 'partitions=[{day=2024-01-01, n=1}, {day=2024-01-02, n=2}], filter=[>(id, 1)]'],
    ['n > 9', 'partitions=[]'],
    ['id > 1', 'filter=[>(id, 1)]'],
    ['n = 1 OR id = 1', 'filter=[or(=(n, 1), =(id, 1))]'],
  ])('EXPLAIN shows what is left: %s', async (condition, shown) => {
    const [plan = ''] = await last(`EXPLAIN SELECT * FROM t WHERE ${condition}`);
    expect(plan.toLowerCase()).toContain(`default_database, t, ${shown}`);
  });

  test('a value that is none of the column fails the statement', async () => {
    mkdirSync(join(folder, 'odd', 'n=one'), { recursive: true });
    const results = await runLocally(`CREATE TABLE odd (id INT, n INT) PARTITIONED BY (n) WITH (
      'connector' = 'filesystem', 'path' = '${join(folder, 'odd')}', 'format' = 'json'); SELECT * FROM odd WHERE n = 1;`);
    expect(results.at(-1)?.error).toContain('For input string: "one"');
  });
});

test('no more is read than a LIMIT needs', async () => {
  expect(await last('SELECT id FROM plain LIMIT 3')).toEqual(['1', '2', '3']);
  expect(await last('SELECT id FROM plain LIMIT 1 OFFSET 1')).toEqual(['2']);
});
