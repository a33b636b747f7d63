import { describe, expect, it } from 'vitest';
import { calciteDigest, relationDigest } from '../../../flink-sql/types/calcite-digest.ts';
import { types, withNullability } from '../../../flink-sql/types/logical-type.ts';
import { asSerializableString, asSummaryString } from '../../../flink-sql/types/print.ts';
import { logicalTypeJson } from '../../../flink-sql/types/wire.ts';
import { typeOf } from './type-of.ts';

/** SQL text, DESCRIBE's text, SHOW CREATE TABLE's text, Calcite's text in messages. */
const cases: readonly (readonly [string, string, string, string])[] = [
  ['INT', 'INT', 'INT', 'INTEGER'],
  ['INTEGER NOT NULL', 'INT NOT NULL', 'INT NOT NULL', 'INTEGER'],
  ['STRING', 'STRING', 'VARCHAR(2147483647)', 'VARCHAR(2147483647)'],
  ['VARCHAR', 'STRING', 'VARCHAR(2147483647)', 'VARCHAR(2147483647)'],
  ['VARCHAR(5) NOT NULL', 'VARCHAR(5) NOT NULL', 'VARCHAR(5) NOT NULL', 'VARCHAR(5)'],
  ['CHAR', 'CHAR(1)', 'CHAR(1)', 'CHAR(1)'],
  ['BYTES', 'BYTES', 'VARBINARY(2147483647)', 'VARBINARY(2147483647)'],
  ['BINARY', 'BINARY(1)', 'BINARY(1)', 'BINARY(1)'],
  ['DECIMAL', 'DECIMAL(10, 0)', 'DECIMAL(10, 0)', 'DECIMAL(10, 0)'],
  ['NUMERIC(5)', 'DECIMAL(5, 0)', 'DECIMAL(5, 0)', 'DECIMAL(5, 0)'],
  ['DECIMAL(39, 0)', 'DECIMAL(38, 0)', 'DECIMAL(38, 0)', 'DECIMAL(38, 0)'],
  ['TIME(3)', 'TIME(0)', 'TIME(0)', 'TIME(0)'],
  ['TIMESTAMP', 'TIMESTAMP(6)', 'TIMESTAMP(6)', 'TIMESTAMP(6)'],
  ['TIMESTAMP(3) WITHOUT TIME ZONE', 'TIMESTAMP(3)', 'TIMESTAMP(3)', 'TIMESTAMP(3)'],
  ['TIMESTAMP_LTZ(3)', 'TIMESTAMP_LTZ(3)', 'TIMESTAMP(3) WITH LOCAL TIME ZONE', 'TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)'],
  ['ARRAY<INT NOT NULL>', 'ARRAY<INT NOT NULL>', 'ARRAY<INT NOT NULL>', 'INTEGER ARRAY'],
  ['INT ARRAY', 'ARRAY<INT>', 'ARRAY<INT>', 'INTEGER ARRAY'],
  ['MULTISET<STRING>', 'MULTISET<STRING>', 'MULTISET<VARCHAR(2147483647)>', 'VARCHAR(2147483647) MULTISET'],
  ['MAP<STRING, INT>', 'MAP<STRING, INT>', 'MAP<VARCHAR(2147483647), INT>', '(VARCHAR(2147483647), INTEGER) MAP'],
  [
    "ROW<a INT, `b``c` STRING 'it''s'>",
    'ROW<`a` INT, `b``c` STRING>',
    'ROW<`a` INT, `b``c` VARCHAR(2147483647)>',
    'RecordType:peek_no_expand(INTEGER a, VARCHAR(2147483647) b`c)',
  ],
  ['INTERVAL DAY(3) TO SECOND(3)', 'INTERVAL SECOND(3)', 'INTERVAL SECOND(3)', 'INTERVAL DAY(3) TO SECOND(3)'],
  ['INTERVAL YEAR', 'INTERVAL MONTH', 'INTERVAL MONTH', 'INTERVAL YEAR'],
];

describe('type texts', () => {
  it.each(cases)('%s', (text, summary, serializable, digest) => {
    const type = typeOf(text);
    expect([asSummaryString(type), asSerializableString(type), calciteDigest(type)]).toEqual([
      summary,
      serializable,
      digest,
    ]);
  });

  it('shows time attributes after the nullability', () => {
    expect(asSummaryString(types.timestampLtz(3, false, 'PROCTIME'))).toBe('TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*');
    expect(calciteDigest(types.timestamp(3, true, 'ROWTIME'))).toBe('TIMESTAMP(3) *ROWTIME*');
    expect(asSerializableString(types.timestamp(3, true, 'ROWTIME'))).toBe('TIMESTAMP(3)');
  });

  it('prints a relation for messages', () => {
    expect(relationDigest([{ name: 'a', type: types.int() }])).toBe('RecordType(INTEGER a)');
  });
});

describe('wire JSON', () => {
  it('carries the parameters of every kind of type', () => {
    const type = withNullability(
      typeOf("ROW<a DECIMAL(5, 2) NOT NULL, m MAP<STRING, ARRAY<TIMESTAMP_LTZ(3)>> 'x'>"),
      false,
    );
    expect(logicalTypeJson(type)).toEqual({
      type: 'ROW',
      nullable: false,
      fields: [
        { name: 'a', fieldType: { type: 'DECIMAL', nullable: false, precision: 5, scale: 2 } },
        {
          name: 'm',
          fieldType: {
            type: 'MAP',
            nullable: true,
            keyType: { type: 'VARCHAR', nullable: true, length: 2147483647 },
            valueType: {
              type: 'ARRAY',
              nullable: true,
              elementType: { type: 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', nullable: true, precision: 3 },
            },
          },
        },
      ],
    });
  });

  it('knows one interval type a family', () => {
    expect(logicalTypeJson(typeOf('INTERVAL DAY TO HOUR'))).toEqual({
      type: 'INTERVAL_DAY_TIME',
      nullable: true,
      precision: 2,
      fractionalPrecision: 3,
      resolution: 'SECOND',
    });
  });
});

describe('impossible types', () => {
  it.each([
    ['DECIMAL(10, 11)', 'Decimal scale must be between 0 and the precision 10 (both inclusive).'],
    ['ROW<x INT, x INT>', 'Field names must be unique. Found duplicates: [x]'],
    ['foo', "Unknown identifier 'foo'"],
  ])('%s', (text, message) => {
    expect(() => typeOf(text)).toThrow(message);
  });
});
