import { describe, expect, it } from 'vitest';
import type { ResolvedTable } from '../../../../flink-sql/catalog/model.ts';
import { type LogicalType, types } from '../../../../flink-sql/types/logical-type.ts';
import { parseArrayText } from '../../../../local-runtime/connectors/jdbc/array-text.ts';
import { deleteStatement, dialectOf, insertStatement } from '../../../../local-runtime/connectors/jdbc/dialect.ts';
import { splitsOf } from '../../../../local-runtime/connectors/jdbc/source.ts';
import { connectorTraits } from '../../../../local-runtime/connectors/registry.ts';
import type { FlinkFault } from '../../../../local-runtime/errors.ts';

const BASE = { connector: 'jdbc', url: 'jdbc:postgresql://localhost:1/db', 'table-name': 't' };

function failure(options: Record<string, string>, type: LogicalType = types.int()): string {
  const table: ResolvedTable = {
    kind: 'table',
    identifier: { catalog: 'c', database: 'd', name: 't' },
    temporary: false,
    columns: [{ kind: 'physical', name: 'm', type }],
    partitionKeys: [],
    options,
  };
  try {
    connectorTraits.source(options, table);
    return 'none';
  } catch (error) {
    const inner = (error as FlinkFault).chain().at(-1);
    return `${inner?.exception}: ${inner?.message}`;
  }
}

// As a real Flink 2.2.1 with flink-connector-jdbc 4.0.0 answered.
describe('options of jdbc tables', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'none'],
    [
      { username: 'a' },
      'IllegalArgumentException: Either all or none of the following options should be provided:\nusername\npassword',
    ],
    [
      { 'lookup.cache.max-rows': '1' },
      'IllegalArgumentException: Either all or none of the following options should be provided:\nlookup.cache.max-rows\nlookup.cache.ttl',
    ],
    [{ 'scan.partition.num': 'a' }, 'NumberFormatException: For input string: "a"'],
    [
      { 'sink.max-retries': '-1' },
      "IllegalArgumentException: The value of 'sink.max-retries' option shouldn't be negative, but is -1.",
    ],
    [
      { 'connection.max-retry-timeout': '10 ms' },
      "IllegalArgumentException: The value of 'connection.max-retry-timeout' option must be in second granularity and shouldn't be smaller than 1 second, but is 10 ms.",
    ],
    [
      { 'compatible-mode': 'foo' },
      "UnsupportedOperationException: Not supported option 'compatible-mode' with value: foo",
    ],
    [
      { 'filter.handling.policy': 'x' },
      'IllegalArgumentException: Could not parse value for enum class org.apache.flink.connector.jdbc.core.table.FilterHandlingPolicy. Expected one of: [[always, never]]',
    ],
    [
      {
        'scan.partition.column': 'm',
        'scan.partition.num': '2',
        'scan.partition.lower-bound': '3',
        'scan.partition.upper-bound': '2',
      },
      "IllegalArgumentException: 'scan.partition.lower-bound'='3' must not be larger than 'scan.partition.upper-bound'='2'.",
    ],
  ])('%j', (more, message) => {
    expect(failure({ ...BASE, ...more })).toBe(message);
  });

  it('names what is missing and what is unknown', () => {
    expect(failure({ connector: 'jdbc' })).toMatch(/Missing required options are:\n\ntable-name\nurl$/);
    expect(failure({ ...BASE, foo: 'bar' })).toMatch(
      /^ValidationException: Unsupported options found for 'jdbc'\.\n\nUnsupported options:\n\nfoo\n\nSupported options:\n\ncompatible-mode\n/,
    );
  });

  it('knows the URLs of two databases and shows no password', () => {
    const message = failure({ ...BASE, url: 'jdbc:oracle://h/d?password=hunter2' });
    expect(message).toMatch(
      /^IllegalStateException: Could not find any jdbc factory that can handle url 'jdbc:oracle:\/\/h\/d\?password=\*\*\*\*'/,
    );
    expect(message).not.toContain('hunter2');
  });

  it.each<[LogicalType, string]>([
    [
      types.map(types.int(), types.int()),
      "ValidationException: The PostgreSQL dialect doesn't support type: MAP<INT, INT>.",
    ],
    [types.varbinary(3), "ValidationException: The PostgreSQL dialect doesn't support type: VARBINARY(3)."],
    [
      types.timestamp(9),
      "ValidationException: The precision of field 'm' is out of the TIMESTAMP precision range [1, 6] supported by PostgreSQL dialect.",
    ],
    [
      types.timestamp(0),
      "ValidationException: The precision of field 'm' is out of the TIMESTAMP precision range [1, 6] supported by PostgreSQL dialect.",
    ],
    [types.timestampLtz(6), 'UnsupportedOperationException: Unsupported type:TIMESTAMP_LTZ(6)'],
  ])('refuses %j', (type, message) => {
    expect(failure(BASE, type)).toBe(message);
  });
});

describe('statements', () => {
  const fields = [
    { name: 'a', type: types.int() },
    { name: 'b', type: types.string() },
  ];
  it('upserts and deletes several rows at once', () => {
    const pg = dialectOf('postgresql');
    expect(insertStatement(pg, 's.t', fields, ['a'], 2)).toBe(
      'INSERT INTO s.t(a, b) VALUES ($1::int4, $2::varchar), ($3::int4, $4::varchar) ON CONFLICT (a) DO UPDATE SET b=EXCLUDED.b',
    );
    expect(insertStatement(pg, 't', fields, ['a', 'b'], 1)).toBe(
      'INSERT INTO t(a, b) VALUES ($1::int4, $2::varchar) ON CONFLICT (a, b) DO NOTHING',
    );
    expect(deleteStatement(pg, 't', fields, 2)).toBe(
      'DELETE FROM t WHERE (a = $1::int4 AND b = $2::varchar) OR (a = $3::int4 AND b = $4::varchar)',
    );
    expect(insertStatement(dialectOf('mysql'), 't', fields, ['a'], 1)).toBe(
      'INSERT INTO `t`(`a`, `b`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `a`=VALUES(`a`), `b`=VALUES(`b`)',
    );
  });

  it.each([
    [1n, 10n, 3, '1-4 5-7 8-10'],
    [1n, 900n, 7, '1-129 130-258 259-387 388-516 517-644 645-772 773-900'],
    [5n, 6n, 10, '5-5 6-6'],
    [-3n, 3n, 1, '-3-3'],
  ])('splits %d to %d into %d', (lower, upper, count, text) => {
    expect(
      splitsOf({ column: 'a', lower, upper, count })
        .map((split) => split.join('-'))
        .join(' '),
    ).toBe(text);
  });

  it('reads arrays', () => {
    expect(parseArrayText('{}')).toEqual([]);
    expect(parseArrayText('{1,NULL,"a,\\"b\\\\","NULL",""}')).toEqual(['1', null, 'a,"b\\', 'NULL', '']);
    expect(parseArrayText('[0:1]={1,2}')).toEqual(['1', '2']);
    expect(() => parseArrayText('{{1},{2}}')).toThrow('more than one dimension');
  });
});
