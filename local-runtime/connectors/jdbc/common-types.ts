import type { TypeRoot } from '../../../flink-sql/types/logical-type.ts';

/** Types of columns that every database takes. */
export const COMMON_TYPES: ReadonlySet<TypeRoot> = new Set([
  'CHAR',
  'VARCHAR',
  'BOOLEAN',
  'VARBINARY',
  'DECIMAL',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DATE',
  'TIME_WITHOUT_TIME_ZONE',
  'TIMESTAMP_WITHOUT_TIME_ZONE',
]);
