import type { DatabaseColumn } from '../../../clients/database/index.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';

/** The type of a column of a Postgres table (PostgresTypeMapper); undefined when there is none. */
export function postgresType({ type, precision = 0, scale = 0 }: DatabaseColumn): LogicalType | undefined {
  if (type.startsWith('_')) {
    const element = postgresType({ name: '', type: type.slice(1), precision, scale });
    return element && types.array(element);
  }
  switch (type) {
    case 'bool':
      return types.boolean();
    case 'bytea':
      return types.bytes();
    case 'int2':
      return types.smallint();
    case 'int4':
      return types.int();
    case 'int8':
      return types.bigint();
    case 'float4':
      return types.float();
    case 'float8':
      return types.double();
    case 'numeric':
      return precision > 0 ? types.decimal(Math.min(precision, 38), scale) : types.decimal(38, 18);
    case 'bpchar':
      return types.char(precision);
    case 'varchar':
      return types.varchar(precision);
    case 'text':
    // From release 4.1 on; 4.0 has no type for them.
    case 'json':
    case 'jsonb':
      return types.string();
    case 'uuid':
      return types.varchar(36);
    case 'timestamp':
      return types.timestamp(scale);
    case 'timestamptz':
      return types.timestampLtz(scale);
    case 'time':
      return types.time(scale);
    case 'date':
      return types.date();
    default:
      return undefined;
  }
}
