import { describe, expect, it } from 'vitest';
import { applyCommand, bindStatement } from '../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import { parse } from '../../../flink-sql/syntax/index.ts';

/** Expressions of computed columns over `a STRING, dt TIMESTAMP(3), d2 TIMESTAMP(3)` as SHOW CREATE TABLE of Flink 2.2.1 prints them. */
const cases: readonly (readonly [written: string, printed: string])[] = [
  ["JSON_VALUE(a, '$.x')", "JSON_VALUE(`a`, '$.x')"],
  ["JSON_VALUE(a, '$.x' NULL ON EMPTY ERROR ON ERROR)", "JSON_VALUE(`a`, '$.x' NULL ON EMPTY ERROR ON ERROR)"],
  ["JSON_VALUE(a, '$.x' DEFAULT 'z' ON ERROR)", "JSON_VALUE(`a`, '$.x' DEFAULT 'z' ON ERROR)"],
  [
    "JSON_VALUE(a, 'lax $.x' RETURNING BOOLEAN NULL ON ERROR)",
    "JSON_VALUE(`a`, 'lax $.x' RETURNING BOOLEAN NULL ON ERROR)",
  ],
  ["JSON_EXISTS(a, '$.x')", "JSON_EXISTS(`a`, '$.x')"],
  ["JSON_EXISTS(a, '$.x' UNKNOWN ON ERROR)", "JSON_EXISTS(`a`, '$.x' UNKNOWN ON ERROR)"],
  ["JSON_QUERY(a, '$.x')", "JSON_QUERY(`a`, '$.x' WITHOUT ARRAY WRAPPER NULL ON EMPTY NULL ON ERROR)"],
  [
    "JSON_QUERY(a, '$.x' WITH WRAPPER)",
    "JSON_QUERY(`a`, '$.x' WITH UNCONDITIONAL ARRAY WRAPPER NULL ON EMPTY NULL ON ERROR)",
  ],
  [
    "JSON_QUERY(a, '$.x' WITH CONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)",
    "JSON_QUERY(`a`, '$.x' WITH CONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)",
  ],
  ["JSON_OBJECT('a': a, 'b' VALUE 1 ABSENT ON NULL)", "JSON_OBJECT(KEY 'a' VALUE `a`, KEY 'b' VALUE 1 ABSENT ON NULL)"],
  ['JSON_OBJECT()', 'JSON_OBJECT(NULL ON NULL)'],
  ['JSON_ARRAY(a)', 'JSON_ARRAY(`a` ABSENT ON NULL)'],
  ['JSON_ARRAY()', 'JSON_ARRAY()'],
  ['a IS JSON', '`a` IS JSON VALUE'],
  ['a IS NOT JSON SCALAR', '`a` IS NOT JSON SCALAR'],
  ["a = ANY ('x', 'y')", "`a` = SOME ('x', 'y')"],
  ["a <> ALL ('x', 'y')", "`a` <> ALL ('x', 'y')"],
  ['(dt - d2) DAY TO SECOND', '(`dt` - `d2`) DAY TO SECOND'],
  ["{fn LOCATE('a', a)}", "{fn LOCATE('a', `a`) }"],
  ['{fn CONVERT(a, SQL_INTEGER)}', '{fn CONVERT(`a`, SQL_INTEGER) }'],
  ['FLOOR(dt TO DAY)', 'FLOOR(`dt` TO DAY)'],
  ['EXTRACT(DAY FROM dt)', 'EXTRACT(DAY FROM `dt`)'],
  ["OVERLAY(a PLACING 'b' FROM 1 FOR 2)", "OVERLAY(`a` PLACING 'b' FROM 1 FOR 2)"],
  ["POSITION('a' IN a)", "POSITION('a' IN `a`)"],
  ['SUBSTRING(a FROM 1 FOR 2)', 'SUBSTRING(`a`, 1, 2)'],
  ['TIMESTAMPADD(SQL_TSI_DAY, 1, dt)', 'TIMESTAMPADD(`SQL_TSI_DAY`, 1, `dt`)'],
  ["a SIMILAR TO 'x'", "`a` SIMILAR TO 'x'"],
  ["JSON_VALUE(a, '$.x' RETURNING INT)", "JSON_VALUE(`a`, '$.x' RETURNING INTEGER)"],
  ['CAST(a AS INT)', 'CAST(`a` AS INTEGER)'],
  ['CAST(a AS STRING)', 'CAST(`a` AS STRING)'],
  ['CAST(a AS CHAR)', 'CAST(`a` AS CHAR)'],
  ['CAST(a AS DEC(4))', 'CAST(`a` AS DECIMAL(4))'],
  ['CAST(a AS TIMESTAMP)', 'CAST(`a` AS TIMESTAMP)'],
  ['CAST(a AS TIMESTAMP_LTZ(3))', 'CAST(`a` AS TIMESTAMP_LTZ(3))'],
  ['CAST(a AS TIMESTAMP(3) WITH LOCAL TIME ZONE)', 'CAST(`a` AS TIMESTAMP(3) WITH LOCAL TIME ZONE)'],
  ['CAST(NULL AS ROW<x INT, y STRING NOT NULL>)', 'CAST(NULL AS ROW< `x` INTEGER, `y` STRING NOT NULL >)'],
  ['CAST(NULL AS ROW(x INT, y STRING))', 'CAST(NULL AS ROW(`x` INTEGER, `y` STRING))'],
  ['CAST(NULL AS MAP<STRING, INT>)', 'CAST(NULL AS MAP< STRING, INTEGER >)'],
  ['CAST(NULL AS ARRAY<INT NOT NULL>)', 'CAST(NULL AS ARRAY< INTEGER NOT NULL >)'],
  ['CAST(NULL AS INT ARRAY)', 'CAST(NULL AS INTEGER ARRAY)'],
];

describe('computed columns are printed as Flink prints them', () => {
  it.each(cases)('%s', (written, printed) => {
    const sql = `CREATE TABLE t (a STRING, dt TIMESTAMP(3), d2 TIMESTAMP(3), x AS ${written}) WITH ('connector' = 'datagen')`;
    const catalog = new CatalogStore();
    const node = parse(sql).statements[0]?.node;
    if (!node) throw new Error('no statement');
    const { value, diagnostics } = bindStatement(node, sql, { catalog, options: {} });
    expect(diagnostics).toEqual([]);
    if (value?.kind === 'catalog') applyCommand(value.command, catalog);
    const table = catalog.resolve(['t']);
    const column = table?.kind === 'table' ? table.columns.at(-1) : undefined;
    expect(column).toMatchObject({ kind: 'computed', text: printed });
  });
});
