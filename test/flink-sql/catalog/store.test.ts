import { describe, expect, it } from 'vitest';
import { PlanningSession } from '../binder/planning-session.ts';

const words = (session: PlanningSession, sql: string): string => {
  const { lines, fault } = session.run(sql);
  return fault ? `${fault.exception}: ${fault.message}` : (lines ?? []).join('\n');
};

describe('catalog', () => {
  it('a temporary table hides the permanent one until it is dropped', () => {
    const session = new PlanningSession();
    session.run("CREATE TABLE t (a INT) WITH ('connector' = 'datagen')");
    session.run("CREATE TEMPORARY TABLE t (b STRING) WITH ('connector' = 'datagen')");
    expect(words(session, 'SELECT * FROM t')).toBe('b STRING');
    expect(words(session, 'DROP TABLE t')).toBe(
      "ValidationException: Temporary table with identifier '`default_catalog`.`default_database`.`t`' exists. Drop it first before removing the permanent table.",
    );
    session.run('DROP TEMPORARY TABLE t');
    expect(words(session, 'SELECT * FROM t')).toBe('a INT');
  });

  it('a clone goes its own way', () => {
    const session = new PlanningSession();
    session.run("CREATE TABLE t (a INT) WITH ('connector' = 'datagen')");
    const clone = session.catalog.clone();
    session.run('DROP TABLE t');
    expect(session.catalog.resolve(['t'])).toBeUndefined();
    expect(clone.resolve(['t'])?.identifier.name).toBe('t');
  });

  it('names resolve by one to three parts, from the current database', () => {
    const session = new PlanningSession();
    session.run('CREATE DATABASE db2');
    session.run("CREATE TABLE db2.t (a INT) WITH ('connector' = 'datagen')");
    expect(words(session, 'SELECT * FROM t')).toBe("SqlValidatorException: Object 't' not found");
    for (const name of ['db2.t', 'default_catalog.db2.t']) {
      expect(words(session, `SELECT * FROM ${name}`)).toBe('a INT');
    }
    session.run('USE db2');
    expect(words(session, 'SELECT * FROM t')).toBe('a INT');
    expect(words(session, 'USE nodb')).toContain('A database with name [nodb] does not exist');
  });

  it('a view keeps to the database in which it was made', () => {
    const session = new PlanningSession();
    session.run("CREATE TABLE t (a INT) WITH ('connector' = 'datagen')");
    session.run('CREATE VIEW v AS SELECT a, COUNT(*) AS n FROM t GROUP BY a');
    session.run('CREATE DATABASE db2');
    session.run('USE db2');
    expect(words(session, 'SELECT * FROM default_database.v')).toBe('a INT, n BIGINT NOT NULL');
  });
});
