import { describe, expect, it } from 'vitest';
import { bindStatement } from '../../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../../flink-sql/catalog/store.ts';
import { parse } from '../../../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../../../flink-sql/types/print.ts';

function bind(expression: string) {
  const sql = `SELECT ${expression}`;
  const node = parse(sql).statements[0]?.node;
  if (!node) throw new Error('no statement');
  return { sql, ...bindStatement(node, sql, { catalog: new CatalogStore(), options: {} }) };
}

describe('what Flink 2.2.1 refuses', () => {
  it.each([
    ["INTERVAL '1' DAY(0)", 'DAY(0)', "Interval leading field precision '0' out of range for INTERVAL DAY(0)"],
    ["INTERVAL '1' DAY(20)", 'DAY(20)', "Interval leading field precision '20' out of range for INTERVAL DAY(20)"],
    [
      "INTERVAL '1' SECOND(2, 20)",
      'SECOND(2, 20)',
      "Interval fractional second precision '20' out of range for INTERVAL SECOND(2, 20)",
    ],
    [
      "INTERVAL '1' SECOND(2, 0)",
      'SECOND(2, 0)',
      "Interval fractional second precision '0' out of range for INTERVAL SECOND(2, 0)",
    ],
    ['1e400', '1e400', "Numeric literal '1E400' out of range"],
    ["'x'.length()", "'x'", 'Incompatible types'],
    ['{fn LN(1)}', '{fn LN(1)}', "Function '{fn LN}' is not defined"],
    ['{fn INSERT()}', '{fn INSERT()}', 'Encountered {fn INSERT} with 0 parameter(s); was expecting 4 parameter(s)'],
  ])('%s', (expression, place, message) => {
    const { sql, diagnostics } = bind(expression);
    expect(diagnostics.map((d) => [d.message, sql.slice(d.start, d.end)])).toEqual([[message, place]]);
  });
});

describe('JDBC and dialect forms have the types that Flink 2.2.1 gives them', () => {
  it.each([
    ["{fn CONVERT('1', SQL_INTEGER)}", 'INT NOT NULL'],
    ['{fn CONVERT(1, SQL_VARCHAR)}', 'STRING NOT NULL'],
    ["{fn CONVERT('1.5', DECIMAL)}", 'DECIMAL(10, 0) NOT NULL'],
    ["{fn CONVERT('2020-01-01', SQL_DATE)}", 'DATE NOT NULL'],
    ["{fn LOCATE('b', 'abc')}", 'INT NOT NULL'],
    ["{fn LCASE('A')}", 'CHAR(1) NOT NULL'],
    ["{fn CONCAT('a', 'b')}", 'CHAR(2) NOT NULL'],
    ['{fn IFNULL(1, 2)}', 'INT NOT NULL'],
    ['{fn LOG10(100)}', 'DOUBLE NOT NULL'],
    ["{fn TIMESTAMPADD(SQL_TSI_DAY, 1, DATE '2020-01-01')}", 'DATE NOT NULL'],
    ["TIMESTAMPADD(SQL_TSI_MONTH, 1, TIMESTAMP '2020-01-01 00:00:00')", 'TIMESTAMP(0) NOT NULL'],
    ["TIMESTAMPDIFF(SQL_TSI_DAY, DATE '2020-01-01', DATE '2020-01-05')", 'INT NOT NULL'],
    ["{ts '2020-01-01'}", 'TIMESTAMP(0) NOT NULL'],
    ["CONVERT(INT, '1')", 'INT NOT NULL'],
  ])('%s', (expression, type) => {
    const { value, diagnostics } = bind(expression);
    expect(diagnostics).toEqual([]);
    expect(value?.kind === 'query' && value.query.fields.map((field) => asSummaryString(field.type))).toEqual([type]);
  });
});
