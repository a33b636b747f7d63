import { describe, expect, it } from 'vitest';
import { castSupport, supportsImplicitCast } from '../../../flink-sql/types/casts.ts';
import { findCommonType, leastRestrictive } from '../../../flink-sql/types/common-type.ts';
import {
  additionType,
  asDecimal,
  avgType,
  divisionType,
  moduloType,
  multiplicationType,
  roundType,
  sumType,
} from '../../../flink-sql/types/decimal.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { typeOf } from './type-of.ts';

const shown = (type: Parameters<typeof asSummaryString>[0] | undefined) => type && asSummaryString(type);

describe('common types', () => {
  /** Operands, Calcite's least restrictive type, Flink's common type; recorded where both differ. */
  it.each([
    [['INT', 'BIGINT'], 'BIGINT', 'BIGINT'],
    [['TINYINT NOT NULL', 'SMALLINT NOT NULL'], 'SMALLINT NOT NULL', 'SMALLINT NOT NULL'],
    [['INT NOT NULL', 'DECIMAL(2, 1) NOT NULL'], 'DECIMAL(11, 1) NOT NULL', 'DECIMAL(11, 1) NOT NULL'],
    [['DECIMAL(10, 2)', 'DECIMAL(20, 5)'], 'DECIMAL(20, 5)', 'DECIMAL(20, 5)'],
    [['DECIMAL(38, 0)', 'DECIMAL(38, 38)'], 'DECIMAL(38, 0)', 'DECIMAL(38, 0)'],
    [['FLOAT', 'DOUBLE'], 'FLOAT', 'DOUBLE'],
    [['DOUBLE', 'FLOAT'], 'DOUBLE', 'DOUBLE'],
    [['FLOAT', 'DECIMAL(5, 2)'], 'DOUBLE', 'DOUBLE'],
    [['BIGINT', 'FLOAT'], 'FLOAT', 'FLOAT'],
    [['CHAR(1) NOT NULL', 'CHAR(3) NOT NULL'], 'VARCHAR(3) NOT NULL', 'VARCHAR(3) NOT NULL'],
    [['CHAR(3)', 'CHAR(3) NOT NULL'], 'CHAR(3)', 'CHAR(3)'],
    [['CHAR(3)', 'STRING'], 'STRING', 'STRING'],
    [['BINARY(3)', 'VARBINARY(4)'], 'VARBINARY(4)', 'VARBINARY(4)'],
    [['TIMESTAMP(3)', 'TIMESTAMP(6)'], 'TIMESTAMP(6)', 'TIMESTAMP(6)'],
    [['TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)'], 'TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)'],
    [['DATE', 'TIMESTAMP(3)'], undefined, 'DATE'],
    [['INT', 'STRING'], undefined, undefined],
    [['BOOLEAN', 'INT'], undefined, undefined],
    [['ARRAY<INT NOT NULL>', 'ARRAY<DECIMAL(2, 1)>'], 'ARRAY<DECIMAL(11, 1)>', 'ARRAY<DECIMAL(11, 1)>'],
    [['MAP<STRING, INT>', 'MAP<STRING, BIGINT>'], 'MAP<STRING, BIGINT>', 'MAP<STRING, BIGINT>'],
    [['ROW<a INT>', 'ROW<b BIGINT>'], 'ROW<`a` BIGINT>', 'ROW<`a` BIGINT>'],
    [['ROW<a INT>', 'ROW<a INT, b INT>'], undefined, undefined],
  ] as const)('%j', (operands, calcite, flink) => {
    expect(shown(leastRestrictive(operands.map(typeOf)))).toBe(calcite);
    expect(shown(findCommonType(operands.map(typeOf)))).toBe(flink);
  });

  it('lets NULL take the type of the others', () => {
    expect(shown(leastRestrictive([types.null(), types.int(false)]))).toBe('INT');
    expect(shown(leastRestrictive([types.null(), types.null()]))).toBe('NULL');
  });
});

describe('DECIMAL arithmetic', () => {
  const d = (p: number, s: number) => types.decimal(p, s, false);
  it('follows LogicalTypeMerging', () => {
    expect(additionType(d(3, 2), asDecimal(types.int()))).toEqual(d(13, 2));
    expect(additionType(d(38, 18), d(38, 18))).toEqual(d(38, 17));
    expect(multiplicationType(d(20, 10), d(20, 10))).toEqual(d(38, 17));
    expect(multiplicationType(d(38, 18), d(38, 18))).toEqual(d(38, 6));
    expect(divisionType(d(10, 2), asDecimal(types.bigint()))).toEqual(d(30, 22));
    expect(divisionType(d(38, 18), d(38, 18))).toEqual(d(38, 6));
    expect(moduloType(d(10, 2), d(5, 4))).toEqual(d(5, 4));
    expect(roundType(d(10, 3), 2)).toEqual(d(10, 2));
    expect(roundType(d(10, 3), -2)).toEqual(d(8, 0));
    expect(sumType(d(10, 2))).toEqual(types.decimal(38, 2));
    expect(avgType(d(10, 2))).toEqual(types.decimal(38, 6));
  });
});

describe('casts', () => {
  const support = (from: string, to: string) => castSupport(typeOf(from), typeOf(to), asSummaryString).kind;

  it.each([
    ['INT', 'STRING', 'ok'],
    ['STRING', 'TIMESTAMP(3)', 'ok'],
    ['BOOLEAN', 'BYTES', 'unsupported'],
    ['DATE', 'INT', 'unsupported'],
    ['DATE', 'TIME', 'unsupported'],
    ['TIME', 'TIMESTAMP(3)', 'ok'],
    ['TIMESTAMP(3)', 'BIGINT', 'refused'],
    ['INT', 'TIMESTAMP_LTZ(3)', 'refused'],
    ['INT', 'INTERVAL MONTH', 'ok'],
    ['FLOAT', 'INTERVAL MONTH', 'unsupported'],
    ['STRING', 'INTERVAL DAY', 'refused'],
    ['ARRAY<STRING>', 'ARRAY<INT>', 'ok'],
    ['ARRAY<DATE>', 'ARRAY<INT>', 'unsupported'],
    ['ROW<a INT>', 'ROW<a INT, b INT>', 'unsupported'],
    ['ROW<a INT, b STRING>', 'ROW<x STRING, y INT>', 'ok'],
    ['MAP<STRING, INT>', 'STRING', 'ok'],
  ])('%s to %s: %s', (from, to, kind) => {
    expect(support(from, to)).toBe(kind);
  });

  it('widens implicitly, never narrows, and keeps NULL out of NOT NULL', () => {
    expect(supportsImplicitCast(typeOf('INT'), typeOf('BIGINT'))).toBe(true);
    expect(supportsImplicitCast(typeOf('BIGINT'), typeOf('INT'))).toBe(false);
    expect(supportsImplicitCast(typeOf('CHAR(3)'), typeOf('STRING'))).toBe(true);
    expect(supportsImplicitCast(typeOf('INT'), typeOf('STRING'))).toBe(false);
    expect(supportsImplicitCast(typeOf('INT'), typeOf('INT NOT NULL'))).toBe(false);
    expect(supportsImplicitCast(typeOf('ARRAY<INT>'), typeOf('ARRAY<BIGINT>'))).toBe(true);
  });
});
