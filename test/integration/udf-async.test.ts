import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { fixtureJar } from '../harness/java-functions.ts';
import { type LocalResult, runLocally } from '../harness/local-sql.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

/** The first rows are answered last. */
const INPUT = "(VALUES ('a', 1), ('b', 2), ('c', 3), (CAST(NULL AS STRING), 1), ('d', 5)) AS t(s, n)";

const QUERIES = [
  `SELECT s, later(s, n) AS v FROM ${INPUT}`,
  `SELECT s FROM ${INPUT} WHERE later(s, n) LIKE 'b%'`,
  `SELECT later(later(s, n), 1) AS v FROM ${INPUT}`,
  `SELECT CASE WHEN n > 1 THEN later(s, n) ELSE 'no' END AS v FROM ${INPUT}`,
  `SELECT s, COUNT(later(s, n)) AS c FROM ${INPUT} GROUP BY s`,
];

describe.skipIf(missingFor('flink'))('asynchronous functions', { timeout: 600_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-async-'));
  let create = '';
  let flink: Flink;
  beforeAll(async () => {
    flink = await startFlink();
    const jar = await fixtureJar(work);
    create = `CREATE TEMPORARY FUNCTION later AS 'fixtures.Later' USING JAR '${jar}';\n`;
  }, 600_000);
  afterAll(async () => {
    // It is not there where it did not start.
    await (flink as Flink | undefined)?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const result = async (sql: string): Promise<LocalResult> =>
    (await runLocally(`${create}${sql};`)).at(-1) ?? { rows: [], error: 'no result' };

  it('give their values in the order of the rows', async () => {
    expect(await result(QUERIES[0] as string)).toEqual({
      rows: [
        ['+I', 'a', 'a 1 at try 1'],
        ['+I', 'b', 'b 2 at try 1'],
        ['+I', 'c', 'c 3 at try 1'],
        ['+I', null, null],
        ['+I', 'd', 'd 5 at try 1'],
      ],
    });
  });

  it('a call that fails is made again, three times at most', async () => {
    const again = (times: number): string =>
      `SET 'table.exec.async-scalar.retry-delay' = '1 ms'; SELECT later(s, n) FROM (VALUES ('again', ${times})) AS t(s, n)`;
    expect(await result(again(3))).toEqual({ rows: [['+I', 'again 3 at try 4']] });
    expect((await result(again(4))).error).toContain("try 4 [function later('again', 4), at fixtures.Later");
    const none = `SET 'table.exec.async-scalar.retry-strategy' = 'NO_RETRY'; ${again(1)}`;
    expect((await result(none)).error).toContain('try 1 [function');
    const one = `SET 'table.exec.async-scalar.max-attempts' = '1'; ${again(2)}`;
    expect((await result(one)).error).toContain('try 2 [function');
  });

  const thirty = (text: string, number: number): string =>
    `SELECT DISTINCT later(s, n) FROM (VALUES ${Array.from({ length: 30 }, () => `('${text}', ${number})`).join(', ')}) AS t(s, n)`;

  it('as many are under way as is set, and not more', async () => {
    // Ten wait for each other.
    expect(await result(thirty('meet', 10))).toEqual({ rows: [['+I', 'met']] });
    // Were there ever more than three?
    expect(await result(`SET 'table.exec.async-scalar.max-concurrent-operations' = '3'; ${thirty('most', 3)}`)).toEqual(
      { rows: [['+I', 'false']] },
    );
  });

  it('one that is never answered fails the job when its time is over', async () => {
    const query = "SELECT later(s, 1) FROM (VALUES ('never')) AS t(s)";
    const { error } = await result(`SET 'table.exec.async-scalar.timeout' = '200 ms'; ${query}`);
    expect(error).toContain("Async function call has timed out. [function later('never', 1)]");
  });

  it.each([
    ["SET 'table.exec.async-scalar.retry-strategy' = 'OFTEN'", "Could not parse value 'OFTEN'"],
    ["SET 'table.exec.async-scalar.max-attempts' = 'many'", "Could not parse value 'many'"],
  ])('%s is refused', async (set, message) => {
    expect((await result(`${set}; SELECT later('a', 1)`)).error).toContain(message);
  });

  it('the same rows as on a real Flink, which orders them as they are answered', async () => {
    const file = join(work, 'async.sql');
    // No retries: Flink makes none once its input has ended.
    writeFileSync(
      file,
      `SET 'parallelism.default' = '1';
${create}${QUERIES.map((query) => `${query};\n`).join('')}`,
    );
    const rows = async (...args: string[]): Promise<string[]> => {
      const output = await run(process.execPath, [join(root, 'cli', 'main.ts'), 'run', file, '--jsonl', ...args], {
        timeoutMs: 580_000,
      });
      return output.trimEnd().split('\n').sort();
    };
    const expected = await rows('--url', flink.gatewayUrl);
    expect(expected.length).toBeGreaterThan(20);
    expect(await rows()).toEqual(expected);
  });
});
