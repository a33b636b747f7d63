import { describe, expect, test } from 'vitest';
import { type FlinkVersion, parse } from '../../../flink-sql/syntax/index.ts';
import { versionedSyntax } from '../../../flink-sql/syntax/versions.ts';

const versions: readonly FlinkVersion[] = ['1.20', '2.0', '2.1', '2.2'];

/** The first version whose parser takes the statement. */
const cases: readonly (readonly [FlinkVersion, string])[] = [
  ['1.20', 'SELECT a FROM t WHERE b = 1'],
  ['1.20', 'CREATE MODEL m'],
  ['1.20', "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(a), INTERVAL '1' MINUTE))"],
  ['1.20', "CREATE MATERIALIZED TABLE m FRESHNESS = INTERVAL '1' HOUR AS SELECT 1"],
  ['2.0', 'SELECT a FROM t QUALIFY b = 1'],
  ['2.0', "SELECT * FROM TUMBLE(TABLE t, DESCRIPTOR(a), INTERVAL '1' MINUTE)"],
  ['2.0', 'CREATE TABLE t (a, b) AS SELECT 1, 2'],
  ['2.0', 'DESCRIBE FUNCTION f'],
  ['2.0', "SHOW CATALOGS LIKE 'x'"],
  ['2.0', 'EXPLAIN CREATE TABLE t AS SELECT 1'],
  ['2.1', 'SELECT * FROM TABLE(ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(a)))'],
  ['2.1', "CREATE TABLE t (a STRUCTURED<'x', b INT>)"],
  ['2.1', 'CREATE TABLE t (a VARIANT)'],
  ['2.1', "ALTER MODEL m RESET ('a')"],
  ['2.2', 'SHOW MATERIALIZED TABLES'],
  ['2.2', 'CREATE MATERIALIZED TABLE m AS SELECT 1'],
  ['2.2', 'WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a'],
  ['2.2', "CREATE FUNCTION f AS 'x' USING JAR 'y' WITH ('a' = 'b')"],
];

/** Constructs that the cases above do not hold. */
const more = [
  'SHOW VIEWS FROM a',
  'ALTER MATERIALIZED TABLE m AS SELECT 1',
  'SHOW CREATE MATERIALIZED TABLE m',
  "CREATE MATERIALIZED TABLE m DISTRIBUTED BY (a) FRESHNESS = INTERVAL '1' HOUR AS SELECT 1",
  'ALTER MATERIALIZED TABLE m DROP DISTRIBUTION',
  'EXPLAIN EXECUTE SELECT 1',
];

describe('target version', () => {
  test.each(cases)('%s: %s', (first, sql) => {
    const accepting = versions.filter((target) => parse(sql, { target }).errors.length === 0);
    expect(accepting).toEqual(versions.slice(versions.indexOf(first)));
    expect(parse(sql).errors).toEqual([]);
  });

  test('every construct of the table is told by a statement, at its release', () => {
    const told = new Set<string>();
    for (const sql of [...cases.map(([, text]) => text), ...more]) {
      for (const { message } of parse(sql, { target: '1.20' }).errors) told.add(message);
    }
    const table = Object.values(versionedSyntax);
    expect([...told].sort()).toEqual(
      table.map(({ what, since }) => `${what} needs Flink ${since}; the target is 1.20.`).sort(),
    );
  });
});
