import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionManager } from '../../local-runtime/session/manager.ts';
import { runWithCuts } from '../harness/cut-sql.ts';
import { fixtureJar } from '../harness/java-functions.ts';
import { type LocalResult, runLocally } from '../harness/local-sql.ts';
import { missingFor } from '../harness/services.ts';

/** What the last statement gave. */
const last = (results: readonly LocalResult[]): LocalResult => results.at(-1) ?? { rows: [], error: 'no result' };

describe.skipIf(missingFor('flink'))('Java functions on the local runtime', { timeout: 120_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-functions-'));
  let create = '';
  beforeAll(async () => {
    const jar = await fixtureJar(work);
    create = ['Shout', 'Many', 'Words', 'Weighed']
      .map((name) => `CREATE TEMPORARY FUNCTION ${name.toLowerCase()} AS 'fixtures.${name}' USING JAR '${jar}';\n`)
      .join('');
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const rows = async (sql: string): Promise<LocalResult['rows']> => {
    const { rows, error } = last(await runLocally(`${create}${sql}`));
    expect(error).toBeUndefined();
    return rows;
  };

  it('overloads are chosen by the types of the arguments, NULLs pass, inner calls come first', async () => {
    const sql = `SELECT shout(name, n), shout(1, 2, 3), shout(1), shout(shout(name, n), 0)
      FROM (VALUES ('a', CAST(3 AS BIGINT)), (CAST(NULL AS STRING), CAST(1 AS BIGINT))) AS t(name, n)`;
    expect(await rows(sql)).toEqual([
      ['+I', 'A-3', '6', '1', 'A-3-0'],
      ['+I', null, '6', '1', null],
    ]);
  });

  it('values of many types go there and come back', async () => {
    const sql = `SET 'pipeline.global-job-parameters' = 'greeting:hi';
      SELECT many(CAST(12.25 AS DECIMAL(10, 2))), many(CAST(-12345678901234567890.5 AS DECIMAL(38, 10)), 1),
        many(MAP['b', 1, 'a', 2]), many(CAST(ROW(1, 'x') AS ROW<a INT, b STRING>)),
        many(TIMESTAMP '2020-01-01 00:00:00.123456789'), many(ARRAY[CAST(1 AS BIGINT), 5, 3]), many(TRUE, 3),
        many(DATE '2020-02-28'), many(x'0102'), many(CAST(TIMESTAMP '2020-01-01 00:00:00.123' AS TIMESTAMP_LTZ(3))),
        many(CAST(1 AS FLOAT))`;
    expect(await rows(`SET 'table.local-time-zone' = 'UTC';\n${sql}`)).toEqual([
      [
        '+I',
        '18.375',
        '-12345678901234567891.5000000000',
        '(2, [a, b], hi)',
        'x/1',
        '2020-01-01 00:00:00.124456790',
        '[5, 3, 1]',
        'TRUE',
        '2020-02-29',
        "x'02'",
        '2020-01-01 00:00:01.123000000',
        '0.33333334',
      ],
    ]);
  });

  it('a call is made only for the rows that Flink makes it for', async () => {
    const sql = `SELECT name, CASE WHEN name <> 'boom' THEN shout(name, 1) ELSE 'no' END
      FROM (VALUES ('boom'), ('x'), ('y')) AS t(name) WHERE name = 'boom' OR shout(name, 1) = 'X-1'`;
    expect(await rows(sql)).toEqual([
      ['+I', 'boom', 'no'],
      ['+I', 'x', 'X-1'],
    ]);
  });

  it('table functions, also with LEFT JOIN', async () => {
    const input = "(VALUES ('a bb', 1), (CAST(NULL AS STRING), 2)) AS t(line, n)";
    expect(await rows(`SELECT n, word FROM ${input}, LATERAL TABLE(words(line)) AS w(word)`)).toEqual([
      ['+I', '1', 'a'],
      ['+I', '1', 'bb'],
    ]);
    expect(
      await rows(
        `SELECT n, word FROM ${input} LEFT JOIN LATERAL TABLE(words(shout(line, 1))) AS w(word) ON word <> 'A'`,
      ),
    ).toEqual([
      ['+I', '1', 'BB-1'],
      ['+I', '2', null],
    ]);
  });

  const groups = `SELECT name, weighed(n) AS w, weighed(n) FILTER (WHERE n > 2), COUNT(*) FROM
    (VALUES ('a', CAST(3 AS BIGINT)), ('b', 2), ('a', 5)) AS t(name, n) GROUP BY name`;

  it('aggregate functions beside built-in ones, with each change of a group', async () => {
    expect(await rows(groups)).toEqual([
      ['+I', 'a', '3 of [3]', '3 of [3]', '1'],
      ['+I', 'b', '2 of [2]', null, '1'],
      ['-U', 'a', '3 of [3]', '3 of [3]', '1'],
      ['+U', 'a', '8 of [3, 5]', '8 of [3, 5]', '2'],
    ]);
  });

  it('accumulators are part of snapshots', async () => {
    const expected = await rows(groups);
    const statements = create.split(';\n').filter((text) => text !== '');
    const cut = await runWithCuts(statements, groups, [1, 1], work);
    expect(cut.cuts).toBe(2);
    expect(cut.rows).toEqual(expected);
  });

  it('aggregate functions take back what their input takes back', async () => {
    const sql = `SELECT weighed(c) FROM (SELECT name, COUNT(*) AS c FROM (VALUES ('a'), ('b'), ('a')) AS t(name) GROUP BY name)`;
    expect((await rows(sql)).map((row) => row.join(' '))).toEqual([
      '+I 1 of [1]',
      '-U 1 of [1]',
      '+U 2 of [1, 1]',
      '-U 2 of [1, 1]',
      '+U 1 of [1]',
      '-U 1 of [1]',
      '+U 3 of [1, 2]',
    ]);
  });

  it('in batch mode no rows have the value of an empty group', async () => {
    const sql = `SET 'execution.runtime-mode' = 'batch';
      SELECT weighed(n), COUNT(*) FROM (VALUES (CAST(1 AS BIGINT))) AS t(n) WHERE n > 1`;
    expect(await rows(sql)).toEqual([['+I', null, '0']]);
  });

  it('an exception names the function and the arguments of the row', async () => {
    const { rows, error } = last(await runLocally(`${create}SELECT shout(name, 7) FROM (VALUES ('boom')) AS t(name)`));
    expect(rows).toEqual([]);
    expect(error).toContain("no booms [function shout('boom', 7), at fixtures.Shout.eval(Shout.java:");
  });

  it('a process that dies fails the job, and the next statement runs', async () => {
    const results = await runLocally(
      `${create}SELECT shout(name, 7) FROM (VALUES ('exit')) AS t(name); SELECT shout('x', 1);`,
    );
    expect(results.at(-2)?.error).toContain('The Java process for functions ended with exit code 3');
    expect(results.at(-1)).toEqual({ rows: [['+I', 'X-1']] });
  });

  it('a call that takes too long fails the job, and the next statement runs', async () => {
    const results = await runLocally(
      `${create}SELECT shout('x', 1); SET 'millrace.udf.timeout' = '5 s';
       SELECT shout(name, 7) FROM (VALUES ('sleep')) AS t(name); RESET 'millrace.udf.timeout'; SELECT shout('x', 1);`,
    );
    expect(results.at(-3)?.error).toContain('gave no answer for 5000 ms');
    expect(results.at(-1)).toEqual({ rows: [['+I', 'X-1']] });
  });

  it('a job is cancelled while a function works', async () => {
    const sessions = new SessionManager({
      workingDirectory: work,
      print: () => undefined,
      notice: () => undefined,
      now: Date.now,
    });
    try {
      const session = sessions.open({ 'millrace.udf.timeout': '1 h' });
      const run = async (statement: string) => {
        const operation = session.submit(statement);
        await operation.outcome();
        return operation;
      };
      for (const statement of create.split(';\n').filter((text) => text !== '')) await run(statement);
      const sleeping = await run("SELECT shout(name, 7) FROM (VALUES ('sleep')) AS t(name)");
      await session.closeOperation(sleeping.handle);
      const next = await run("SELECT shout('x', 1)");
      await session.closeOperation(next.handle);
    } finally {
      await sessions.closeAll();
    }
  });

  it('wrong arguments are refused with the signatures that there are', async () => {
    const { error } = last(await runLocally(`${create}SELECT shout(TRUE);`));
    expect(error).toContain('Invalid input arguments. Expected signatures are:\nshout(');
  });

  it.each([
    ["SELECT words('a')", "Cannot call table function here: 'words'"],
    ["SELECT * FROM LATERAL TABLE(shout('a', 1))", "shout' cannot be used as a table function."],
    ["SELECT shout('a', 1) OVER ()", 'OVER must be applied to aggregate function'],
    ["SELECT shout(DISTINCT 'a', 1)", 'DISTINCT/ALL not allowed with shout function'],
    [
      'SELECT weighed(n) OVER () FROM (VALUES (CAST(1 AS BIGINT))) AS t(n)',
      'The window can only be ordered by a single time column.',
    ],
    ['SELECT shout(text => 1)', 'takes no named arguments'],
  ])('%s is refused', async (sql, message) => {
    expect(last(await runLocally(`${create}${sql};`)).error).toContain(message);
  });
});
