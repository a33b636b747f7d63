import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';

/** The primitive default that generated code leaves in a NOT NULL field. */
export function defaultOf(type: LogicalType): Value {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
    case 'FLOAT':
    case 'DOUBLE':
      return -1;
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return -1n;
    case 'BOOLEAN':
      return false;
    case 'CHAR':
    case 'VARCHAR':
      return '';
    default:
      return null;
  }
}
