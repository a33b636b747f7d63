import { describe, expect, test } from 'vitest';
import { expectedAt } from '../../../flink-sql/syntax/index.ts';

/** `|` marks the cursor; then roles, and keywords that must and must not be offered. */
const cases: readonly (readonly [string, string, string, string])[] = [
  ['|', '', 'SELECT CREATE INSERT SHOW WITH', 'FROM WHERE'],
  ['SELECT |', 'column expression function', 'DISTINCT CASE CAST', 'FROM WHERE'],
  ['SELECT a |', 'alias', 'FROM AS AND', 'WHERE TABLE'],
  ['SELECT a FROM |', 'table', 'LATERAL UNNEST TABLE', 'WHERE'],
  ['SELECT a FROM t |', 'alias', 'WHERE GROUP JOIN LEFT FOR', 'ON TABLE'],
  ['SELECT a FROM t JOIN |', 'table', 'UNNEST', 'ON'],
  ['SELECT a FROM t JOIN u |', 'alias', 'ON USING', 'TABLE'],
  ['SELECT a FROM t WHERE |', 'column expression function', 'CASE', 'GROUP'],
  ['SELECT a FROM t WHERE a |', '', 'AND IN BETWEEN IS GROUP', 'WHERE FROM'],
  ['SELECT a FROM t WHERE a IS |', '', 'NULL NOT TRUE DISTINCT', 'AND'],
  ['SELECT t.|', 'column', '', 'FROM'],
  ['SELECT a FROM t GROUP |', '', 'BY', 'ORDER'],
  ['SELECT a FROM t ORDER BY a |', '', 'ASC DESC LIMIT', 'WHERE'],
  ['SELECT CAST(a AS |', 'type', 'INT STRING DECIMAL ROW', 'FROM'],
  ["SELECT INTERVAL '1' |", '', 'DAY HOUR', 'FROM'],
  ['SELECT COUNT(*) OVER (|', 'window', 'PARTITION ORDER ROWS', 'FROM'],
  ['CREATE |', '', 'TABLE VIEW TEMPORARY MODEL', 'SELECT'],
  ['CREATE TABLE t (a |', 'type', 'INT STRING', 'FROM'],
  ['CREATE TABLE t (a INT |', '', 'NOT PRIMARY METADATA COMMENT', 'FROM'],
  ['CREATE TABLE t (a INT, |', 'new-name', 'WATERMARK PRIMARY CONSTRAINT', 'FROM'],
  ['CREATE TABLE t (a INT) WITH (|', 'option-key', '', 'FROM'],
  ['INSERT |', '', 'INTO OVERWRITE', 'SELECT'],
  ['INSERT INTO |', 'table', '', 'SELECT'],
  ['INSERT INTO t |', '', 'SELECT VALUES PARTITION', 'FROM'],
  ['SHOW |', '', 'TABLES CREATE CATALOGS CURRENT', 'SELECT'],
  ['DROP TABLE |', 'table', 'IF', 'SELECT'],
  ['USE |', 'database', 'CATALOG MODULES', 'SELECT'],
  ['EXPLAIN |', '', 'SELECT CHANGELOG_MODE PLAN INSERT', 'FROM'],
  ['DESCRIBE |', 'table', 'CATALOG FUNCTION EXTENDED', 'FROM'],
  ['SELECT 1; |', '', 'SELECT CREATE', 'FROM'],
  ['SELECT a, FROM t WHERE x = 1 AND |', 'column expression function', 'NOT CASE', 'GROUP'],
  ['WITH q AS (SELECT 1) |', '', 'SELECT', 'FROM'],
  ['SELECT * FROM t MATCH_RECOGNIZE (|', '', 'PARTITION ORDER MEASURES PATTERN', 'FROM'],
];

describe('expectedAt', () => {
  test.each(cases)('%s', (text, roles, has, hasNot) => {
    const offset = text.indexOf('|');
    const found = expectedAt(text.replace('|', ''), offset);
    expect([...found.roles].sort().join(' ')).toBe(roles);
    for (const word of has.split(' ').filter(Boolean)) expect(found.keywords).toContain(word);
    for (const word of hasNot.split(' ').filter(Boolean)) expect(found.keywords).not.toContain(word);
  });

  test('knows where the statement begins', () => {
    expect(expectedAt('SELECT 1; SELECT a FROM ', 24).statementStart).toBe(10);
  });
});
