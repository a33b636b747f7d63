import type { DatabaseColumn } from '../../../clients/database/index.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { COMMON_TYPES } from './common-types.ts';
import type { Dialect } from './dialect.ts';

/** What PgResultSet.getObject makes of each type; the rest are PGobjects. */
const CLASSES: Readonly<Record<string, string>> = {
  bool: 'java.lang.Boolean',
  bit: 'java.lang.Boolean',
  int2: 'java.lang.Integer',
  int4: 'java.lang.Integer',
  oid: 'java.lang.Long',
  int8: 'java.lang.Long',
  float4: 'java.lang.Float',
  float8: 'java.lang.Double',
  money: 'java.lang.Double',
  numeric: 'java.math.BigDecimal',
  text: 'java.lang.String',
  varchar: 'java.lang.String',
  bpchar: 'java.lang.String',
  char: 'java.lang.String',
  name: 'java.lang.String',
  bytea: '[B',
  date: 'java.sql.Date',
  time: 'java.sql.Time',
  timetz: 'java.sql.Time',
  timestamp: 'java.sql.Timestamp',
  timestamptz: 'java.sql.Timestamp',
  uuid: 'java.util.UUID',
  xml: 'org.postgresql.jdbc.PgSQLXML',
};

/** Postgres (PostgresDialect). As in Flink, names are not quoted: the server folds them to lower case. */
export const postgresDialect: Dialect = {
  name: 'PostgreSQL',
  types: new Set([...COMMON_TYPES, 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', 'ARRAY']),
  maxDecimalPrecision: 1000,
  maxTimestampPrecision: 6,
  quote: (identifier) => identifier,
  placeholder: (n, type) => `$${n}${castOf(type)}`,
  onConflict(fields, keys) {
    const updates = fields.filter((field) => !keys.includes(field)).map((field) => `${field}=EXCLUDED.${field}`);
    const action = updates.length === 0 ? 'NOTHING' : `UPDATE SET ${updates.join(', ')}`;
    return ` ON CONFLICT (${keys.join(', ')}) DO ${action}`;
  },
  javaClass({ type }: DatabaseColumn) {
    if (type.startsWith('_')) return 'org.postgresql.jdbc.PgArray';
    return CLASSES[type] ?? 'org.postgresql.util.PGobject';
  },
  maxParameters: 65_535,
  exceptionOf: () => 'PSQLException',
};

/** The type that the JDBC driver gives a parameter; dates and times have none, so that the column's decides. */
function castOf(type: LogicalType): string {
  switch (type.root) {
    case 'BOOLEAN':
      return '::bool';
    case 'TINYINT':
    case 'SMALLINT':
      return '::int2';
    case 'INTEGER':
      return '::int4';
    case 'BIGINT':
      return '::int8';
    case 'FLOAT':
      return '::float4';
    case 'DOUBLE':
      return '::float8';
    case 'DECIMAL':
      return '::numeric';
    case 'CHAR':
    case 'VARCHAR':
      return '::varchar';
    case 'VARBINARY':
      return '::bytea';
    case 'DATE':
      return '::date';
    case 'TIME_WITHOUT_TIME_ZONE':
      return '::time';
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return '::timestamp';
    default:
      return '';
  }
}
