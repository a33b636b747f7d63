import type { DatabaseColumn } from '../../../clients/database/index.ts';
import { COMMON_TYPES } from './common-types.ts';
import type { Dialect } from './dialect.ts';

/** What Connector/J's ResultSet.getObject makes of each type. */
const CLASSES: Readonly<Record<string, string>> = {
  'TINYINT(1)': 'java.lang.Boolean',
  'BIT(1)': 'java.lang.Boolean',
  BIT: '[B',
  TINYINT: 'java.lang.Integer',
  'TINYINT UNSIGNED': 'java.lang.Integer',
  SMALLINT: 'java.lang.Integer',
  'SMALLINT UNSIGNED': 'java.lang.Integer',
  MEDIUMINT: 'java.lang.Integer',
  'MEDIUMINT UNSIGNED': 'java.lang.Integer',
  INT: 'java.lang.Integer',
  'INT UNSIGNED': 'java.lang.Long',
  BIGINT: 'java.lang.Long',
  'BIGINT UNSIGNED': 'java.math.BigInteger',
  FLOAT: 'java.lang.Float',
  'FLOAT UNSIGNED': 'java.lang.Float',
  DOUBLE: 'java.lang.Double',
  'DOUBLE UNSIGNED': 'java.lang.Double',
  DECIMAL: 'java.math.BigDecimal',
  DATE: 'java.sql.Date',
  YEAR: 'java.sql.Date',
  TIME: 'java.sql.Time',
  DATETIME: 'java.time.LocalDateTime',
  TIMESTAMP: 'java.sql.Timestamp',
  CHAR: 'java.lang.String',
  JSON: 'java.lang.String',
  BLOB: '[B',
};

/** MySQL and MariaDB (MySqlDialect). */
export const mySqlDialect: Dialect = {
  name: 'MySQL',
  types: COMMON_TYPES,
  maxDecimalPrecision: 65,
  maxTimestampPrecision: 6,
  quote: (identifier) => `\`${identifier}\``,
  // Text beside a DECIMAL column would be compared as a double.
  placeholder: (_, type) => (type.root === 'DECIMAL' ? `CAST(? AS DECIMAL(${type.precision}, ${type.scale}))` : '?'),
  onConflict(fields) {
    return ` ON DUPLICATE KEY UPDATE ${fields.map((field) => `\`${field}\`=VALUES(\`${field}\`)`).join(', ')}`;
  },
  javaClass: ({ type }: DatabaseColumn) => CLASSES[type] ?? 'java.lang.String',
  maxParameters: 65_535,
  exceptionOf(sqlState = '') {
    if (sqlState.startsWith('42')) return 'SQLSyntaxErrorException';
    if (sqlState.startsWith('23')) return 'SQLIntegrityConstraintViolationException';
    return 'SQLException';
  },
};
