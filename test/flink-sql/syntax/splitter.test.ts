import { describe, expect, test } from 'vitest';
import { splitStatements } from '../../../flink-sql/syntax/index.ts';

const split = (source: string): string[] => splitStatements(source).map(({ start, end }) => source.slice(start, end));

describe('splitStatements', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' ; ;; -- nothing\n;', []],
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2 ;', ['SELECT 1', 'SELECT 2']],
    ["SELECT ';', `a;b`; SELECT 2", ["SELECT ';', `a;b`", 'SELECT 2']],
    ["SELECT 'it''s;' -- no; no\n; SELECT 2", ["SELECT 'it''s;'", 'SELECT 2']],
    ['SELECT /* ; */ 1; // ;\nSELECT 2', ['SELECT /* ; */ 1', 'SELECT 2']],
    ['SELECT /*+ A(b) */ 1;SELECT 2', ['SELECT /*+ A(b) */ 1', 'SELECT 2']],
    [
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END; SELECT 3',
      ['EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END', 'SELECT 3'],
    ],
    [
      'explain statement set begin insert into a select case when b then c end from t; end; select 3',
      ['explain statement set begin insert into a select case when b then c end from t; end', 'select 3'],
    ],
    [
      "COMPILE PLAN 'p' FOR STATEMENT SET BEGIN INSERT INTO a SELECT 1; END",
      ["COMPILE PLAN 'p' FOR STATEMENT SET BEGIN INSERT INTO a SELECT 1; END"],
    ],
    ['BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END;', ['BEGIN STATEMENT SET', 'INSERT INTO a SELECT 1', 'END']],
    [
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; SELECT 2; SELECT 3',
      ['EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1;', 'SELECT 2', 'SELECT 3'],
    ],
    ["SELECT 'open; SELECT 2", ["SELECT 'open", 'SELECT 2']],
  ])('%s', (source, expected) => expect(split(source)).toEqual(expected));

  test('tells where the semicolons are', () => {
    expect(splitStatements('SELECT 1 ; SELECT 2').map((range) => range.semicolon)).toEqual([9, -1]);
  });
});
