import { describe, expect, test } from 'vitest';
import { assertReads, assertWritable, ReadOnlyError } from '../../../extension/connections/read-only.ts';

const READS = [
  'SELECT 1',
  'WITH a AS (SELECT 1) SELECT * FROM a',
  '(SELECT 1) UNION ALL VALUES (2)',
  'TABLE t',
  'SHOW TABLES FROM c.d',
  'SHOW CREATE TABLE t',
  'SHOW JOBS',
  'DESCRIBE t',
  "DESCRIBE JOB 'x'",
  'EXPLAIN INSERT INTO t SELECT 1',
  'EXPLAIN PLAN FOR SELECT 1',
  "SET 'a' = 'b'",
  'RESET',
  'USE CATALOG c',
  'USE d',
  'USE MODULES core',
  'EXECUTE SELECT 1',
  "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'kafka')",
  'CREATE TEMPORARY VIEW v AS SELECT 1',
  'DROP TEMPORARY VIEW v',
];

const WRITES: readonly (readonly [string, string])[] = [
  ['INSERT INTO t SELECT 1', 'INSERT'],
  ['INSERT OVERWRITE t SELECT 1', 'INSERT'],
  ['EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END', 'STATEMENT SET'],
  ['BEGIN STATEMENT SET', 'BEGIN STATEMENT SET'],
  ['UPDATE t SET a = 1', 'UPDATE'],
  ['DELETE FROM t', 'DELETE'],
  ['TRUNCATE TABLE t', 'TRUNCATE TABLE'],
  ["CREATE TABLE t (a INT) WITH ('connector' = 'x')", 'CREATE TABLE'],
  ['CREATE TABLE t AS SELECT 1', 'CREATE TABLE'],
  ['CREATE VIEW v AS SELECT 1', 'CREATE VIEW'],
  ["CREATE FUNCTION f AS 'x'", 'CREATE FUNCTION'],
  ["CREATE TEMPORARY FUNCTION f AS 'x' USING JAR '/x.jar'", 'CREATE FUNCTION'],
  ["CREATE CATALOG c WITH ('type' = 'x')", 'CREATE CATALOG'],
  ['ALTER TABLE t RENAME TO u', 'ALTER TABLE'],
  ['DROP TABLE t', 'DROP TABLE'],
  ['DROP DATABASE d CASCADE', 'DROP DATABASE'],
  ["ADD JAR '/x.jar'", 'ADD JAR'],
  ["STOP JOB 'x'", 'STOP JOB'],
  ["STOP JOB 'x' WITH SAVEPOINT", 'STOP JOB'],
  ['CALL p()', 'CALL'],
  ['ANALYZE TABLE t COMPUTE STATISTICS', 'ANALYZE TABLE'],
  ["COMPILE PLAN '/x' FOR INSERT INTO t SELECT 1", 'COMPILE PLAN'],
  ["EXECUTE PLAN '/x'", 'EXECUTE PLAN'],
  ['/* SELECT */ -- x\n insert into t values (1)', 'INSERT'],
  ['SELECT 1; DROP TABLE t', 'DROP TABLE'],
];

describe('a read-only connection', () => {
  test.each(READS)('lets through: %s', (sql) => {
    expect(() => assertReads(sql, 'prod')).not.toThrow();
  });

  test.each(WRITES)('refuses: %s', (sql, what) => {
    expect(() => assertReads(sql, 'prod')).toThrow(
      new ReadOnlyError(`${what} is refused: the connection prod is read-only`),
    );
  });

  test('does not send what it cannot tell', () => {
    expect(() => assertReads('FROBNICATE TABLE t', 'prod')).toThrow(/what cannot be parsed is not sent/);
  });

  test('refuses what is no SQL', () => {
    expect(() => assertWritable({ label: 'prod', readOnly: true }, 'Cancelling a job')).toThrow(
      'Cancelling a job is refused: the connection prod is read-only',
    );
    expect(() => assertWritable({ label: 'dev', readOnly: false }, 'Cancelling a job')).not.toThrow();
  });
});
