import type { DatabaseColumn } from './database-client.ts';

const BINARY_CHARSET = 63;
const UNSIGNED = 32;

/** Names of the wire's column types (enum_field_types). */
const NAMES: Readonly<Record<number, string>> = {
  0: 'DECIMAL',
  1: 'TINYINT',
  2: 'SMALLINT',
  3: 'INT',
  4: 'FLOAT',
  5: 'DOUBLE',
  6: 'NULL',
  7: 'TIMESTAMP',
  8: 'BIGINT',
  9: 'MEDIUMINT',
  10: 'DATE',
  11: 'TIME',
  12: 'DATETIME',
  13: 'YEAR',
  16: 'BIT',
  245: 'JSON',
  246: 'DECIMAL',
};

const NUMBERS = /INT$|FLOAT|DOUBLE/;

interface Field {
  readonly name: string;
  readonly columnType?: number;
  readonly type?: number;
  readonly columnLength?: number;
  readonly length?: number;
  readonly characterSet?: number;
  readonly flags?: number | string[];
  readonly decimals?: number;
}

/** A column of a result: type name as Connector/J tells it (TINYINT(1) and BIT(1) are its booleans), precision and scale. */
export function mySqlColumn(field: Field): DatabaseColumn {
  const { name, decimals: scale = 0 } = field;
  const wire = field.columnType ?? field.type ?? 253;
  const length = field.columnLength ?? field.length ?? 0;
  const unsigned = typeof field.flags === 'number' && (field.flags & UNSIGNED) !== 0;
  const base = NAMES[wire] ?? (field.characterSet === BINARY_CHARSET ? 'BLOB' : 'CHAR');
  if (base === 'TINYINT' && length === 1 && !unsigned) return { name, type: 'TINYINT(1)' };
  if (base === 'BIT') return { name, type: length === 1 ? 'BIT(1)' : 'BIT' };
  if (base === 'DECIMAL') return { name, type: base, precision: length - (unsigned ? 0 : 1) - (scale ? 1 : 0), scale };
  if (base === 'TIME' || base === 'TIMESTAMP' || base === 'DATETIME') return { name, type: base, scale };
  if (base === 'CHAR' || base === 'BLOB') return { name, type: base, precision: length };
  return { name, type: unsigned && NUMBERS.test(base) ? `${base} UNSIGNED` : base };
}
