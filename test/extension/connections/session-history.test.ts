import { expect, test } from 'vitest';
import { SessionHistory } from '../../../extension/connections/session-history.ts';

const T = "CREATE TABLE t (a INT) WITH ('connector' = 'datagen')";

test.each<readonly [string, readonly string[], readonly string[]]>([
  [
    'what shapes the session, in order',
    [T, "SET 'a' = '1'", 'USE CATALOG c', "ADD JAR '/x'"],
    [T, "SET 'a' = '1'", 'USE CATALOG c', "ADD JAR '/x'"],
  ],
  ['not what only reads or writes rows', ['SELECT 1', 'INSERT INTO t SELECT 1', 'SHOW TABLES', 'EXPLAIN SELECT 1'], []],
  ['not what was dropped, nor the drop', [T, 'DROP TABLE t'], []],
  ['not a drop of what others made', ['DROP TABLE IF EXISTS t', 'DROP CATALOG c'], []],
  ['the last of two settings', ["SET 'a' = '1'", "SET 'a' = '2'"], ["SET 'a' = '2'"]],
  ['a reset', ["SET 'a' = '1'", "RESET 'a'"], ["RESET 'a'"]],
  ['changes of what the session made', [T, 'ALTER TABLE t ADD b INT'], [T, 'ALTER TABLE t ADD b INT']],
  ['not changes of what others made', ['ALTER TABLE t ADD b INT'], []],
  ['a renamed table is dropped by its new name', [T, 'ALTER TABLE t RENAME TO u', 'DROP TABLE u'], []],
  ['names are those of the current database', ['USE d', T, 'USE e', 'DROP TABLE t'], ['USE d', T, 'USE e']],
  ['a full name is the same table', ['USE CATALOG c', 'USE d', T, 'DROP TABLE c.d.t'], ['USE CATALOG c', 'USE d']],
  [
    'a table made again takes the place of the first',
    [T, 'CREATE OR REPLACE TABLE t (b INT)'],
    ['CREATE OR REPLACE TABLE t (b INT)'],
  ],
  ['no job runs again', ['CREATE TABLE t AS SELECT 1', 'CREATE MATERIALIZED TABLE m AS SELECT 1'], []],
])('a replay has %s', (_, statements, kept) => {
  expect(new SessionHistory(statements).statements).toEqual(kept);
});

test('tells whether a statement changed what the session knows', () => {
  const history = new SessionHistory();
  expect(['SELECT 1', 'SET', T, 'DROP TABLE t', 'USE d'].map((text) => history.add(text))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});
