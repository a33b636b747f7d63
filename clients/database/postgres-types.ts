import type { DatabaseColumn } from './database-client.ts';

/** Names of the built-in types by their object ids (pg_type.oid does not change between releases). */
const NAMES: Readonly<Record<number, string>> = {
  16: 'bool',
  17: 'bytea',
  18: 'char',
  19: 'name',
  20: 'int8',
  21: 'int2',
  23: 'int4',
  25: 'text',
  26: 'oid',
  114: 'json',
  142: 'xml',
  700: 'float4',
  701: 'float8',
  790: 'money',
  869: 'inet',
  1042: 'bpchar',
  1043: 'varchar',
  1082: 'date',
  1083: 'time',
  1114: 'timestamp',
  1184: 'timestamptz',
  1186: 'interval',
  1266: 'timetz',
  1560: 'bit',
  1562: 'varbit',
  1700: 'numeric',
  2950: 'uuid',
  3802: 'jsonb',
  1000: '_bool',
  1001: '_bytea',
  1002: '_char',
  1005: '_int2',
  1007: '_int4',
  1009: '_text',
  1014: '_bpchar',
  1015: '_varchar',
  1016: '_int8',
  1021: '_float4',
  1022: '_float8',
  1115: '_timestamp',
  1182: '_date',
  1183: '_time',
  1185: '_timestamptz',
  1231: '_numeric',
  2951: '_uuid',
};

const TEXT_LIKE = new Set(['bpchar', 'varchar', '_bpchar', '_varchar']);
const TIME_LIKE = new Set(['time', 'timetz', 'timestamp', 'timestamptz', '_time', '_timestamp', '_timestamptz']);
const UNBOUNDED = 2147483647;

/** A column of a result: type name, and precision and scale as the JDBC driver tells them (TypeInfoCache). */
export function postgresColumn(field: {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}): DatabaseColumn {
  const { name, dataTypeID, dataTypeModifier: modifier } = field;
  const type = NAMES[dataTypeID] ?? `oid ${dataTypeID}`;
  if (type === 'numeric' || type === '_numeric') {
    if (modifier < 4) return { name, type, precision: 0, scale: 0 };
    return { name, type, precision: ((modifier - 4) >> 16) & 0xffff, scale: (modifier - 4) & 0xffff };
  }
  if (TEXT_LIKE.has(type)) return { name, type, precision: modifier < 4 ? UNBOUNDED : modifier - 4 };
  if (TIME_LIKE.has(type)) return { name, type, scale: modifier < 0 ? 6 : modifier };
  return { name, type };
}
