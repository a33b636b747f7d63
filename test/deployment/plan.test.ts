import { expect, test } from 'vitest';
import { planDeployment } from '../../deployment/plan.ts';

const texts = (list: readonly { readonly text: string }[]): string[] => list.map(({ text }) => text);

test('setup in order, one INSERT by itself, queries left out', () => {
  const plan = planDeployment(`SET 'a' = 'b'; CREATE TABLE t (x INT) WITH ('connector' = 'datagen');
    SELECT * FROM t; CREATE VIEW v AS SELECT x FROM t; INSERT INTO s SELECT x FROM v;`);
  expect(texts(plan.setup)).toEqual([
    "SET 'a' = 'b'",
    "CREATE TABLE t (x INT) WITH ('connector' = 'datagen')",
    'CREATE VIEW v AS SELECT x FROM t',
  ]);
  expect(plan.submit).toBe('INSERT INTO s SELECT x FROM v');
  expect(plan.skipped).toHaveLength(1);
  expect(plan.problems).toEqual([]);
});

test('several INSERTs, in sets or not, become one statement set', () => {
  const plan = planDeployment(`INSERT INTO a SELECT 1;
    EXECUTE STATEMENT SET BEGIN INSERT INTO b SELECT 2; INSERT INTO c SELECT 3; END;
    BEGIN STATEMENT SET; INSERT INTO d SELECT 4; END;
    EXECUTE INSERT INTO e SELECT 5;`);
  expect(plan.problems).toEqual([]);
  expect(texts(plan.inserts)).toEqual([1, 2, 3, 4, 5].map((n) => `INSERT INTO ${'abcde'[n - 1]} SELECT ${n}`));
  expect(plan.submit).toMatch(
    /^EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 1;\n[\s\S]*INSERT INTO e SELECT 5;\nEND$/,
  );
});

test('DDL between INSERTs comes before them; what tidies up afterwards is left out', () => {
  const plan = planDeployment(
    'INSERT INTO a SELECT 1; CREATE DATABASE d; INSERT INTO b SELECT 2; DROP TABLE a; USE d;',
  );
  expect(texts(plan.setup)).toEqual(['CREATE DATABASE d']);
  expect(plan.skipped.map(({ message }) => message)).toEqual(
    Array(2).fill('comes after the last INSERT, and is left out'),
  );
});

test.each([
  ['SELECT 1', /no INSERT/],
  ['', /no INSERT/],
  ["CREATE TABLE t WITH ('connector' = 'blackhole') AS SELECT 1 AS x", /makes a job of its own/],
  ["INSERT INTO a SELECT 1; STOP JOB '0123'", /STOP JOB cannot be part/],
  ['DELETE FROM t WHERE x = 1', /DELETE cannot be part/],
  ['INSERT INTO a SELECT FROM', /near the keyword 'FROM'/],
  ['BEGIN STATEMENT SET; INSERT INTO a SELECT 1;', /has no END/],
])('cannot be deployed: %s', (text, message) => {
  expect(
    planDeployment(text)
      .problems.map((problem) => problem.message)
      .join('\n'),
  ).toMatch(message);
});
