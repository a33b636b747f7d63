import type { DatabaseColumn, DatabaseKind } from '../../../clients/database/index.ts';
import type { LogicalType, RowField, TypeRoot } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { validation } from '../../errors.ts';
import { mySqlDialect } from './mysql-dialect.ts';
import { postgresDialect } from './postgres-dialect.ts';

/** What differs between databases (JdbcDialect). */
export interface Dialect {
  /** As Flink's messages spell it. */
  readonly name: string;
  readonly types: ReadonlySet<TypeRoot>;
  readonly maxDecimalPrecision: number;
  readonly maxTimestampPrecision: number;
  quote(identifier: string): string;
  /** Place of parameter `n` (1-based) of a value of the type. */
  placeholder(n: number, type: LogicalType): string;
  /** What follows `INSERT INTO … VALUES …` so that rows with the same key are replaced. */
  onConflict(fields: readonly string[], keys: readonly string[]): string;
  /** The class of java.lang or java.sql that the JDBC driver makes of a column's values. */
  javaClass(column: DatabaseColumn): string;
  /** Most parameters of one statement. */
  readonly maxParameters: number;
  /** The exception class of the driver for the server's own errors. */
  exceptionOf(sqlState: string | undefined): string;
}

export function dialectOf(kind: DatabaseKind): Dialect {
  return kind === 'postgresql' ? postgresDialect : mySqlDialect;
}

/** Throws what AbstractDialect.validate throws for types that the database has not. */
export function validateTypes(dialect: Dialect, fields: readonly RowField[]): void {
  for (const { name, type } of fields) {
    if (!dialect.types.has(type.root) || (type.root === 'VARBINARY' && type.length !== 2147483647))
      throw validation(`The ${dialect.name} dialect doesn't support type: ${asSummaryString(type)}.`);
    if (type.root === 'DECIMAL' && type.precision > dialect.maxDecimalPrecision)
      throw outOfRange(name, 'DECIMAL', dialect.maxDecimalPrecision, dialect);
    if (
      type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' &&
      (type.precision > dialect.maxTimestampPrecision || type.precision < 1)
    )
      throw outOfRange(name, 'TIMESTAMP', dialect.maxTimestampPrecision, dialect);
  }
}

const outOfRange = (field: string, type: string, max: number, dialect: Dialect) =>
  validation(
    `The precision of field '${field}' is out of the ${type} precision range [1, ${max}] supported by ${dialect.name} dialect.`,
  );

/** `SELECT fields FROM table [WHERE conditions] [LIMIT rows]`. */
export function selectStatement(
  dialect: Dialect,
  table: string,
  fields: readonly string[],
  conditions: readonly string[],
  limit?: number,
): string {
  const what = fields.length === 0 ? '1' : fields.map((field) => dialect.quote(field)).join(', ');
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map((each) => `(${each})`).join(' AND ')}`;
  return `SELECT ${what} FROM ${dialect.quote(table)}${where}${limit === undefined ? '' : ` LIMIT ${limit}`}`;
}

/** `INSERT INTO table(fields) VALUES (…), (…)` for `rows` rows, with the clause that replaces rows of the same key. */
export function insertStatement(
  dialect: Dialect,
  table: string,
  fields: readonly RowField[],
  keys: readonly string[],
  rows: number,
): string {
  const names = fields.map((field) => field.name);
  const values = Array.from(
    { length: rows },
    (_, row) => `(${fields.map((f, i) => dialect.placeholder(row * fields.length + i + 1, f.type)).join(', ')})`,
  );
  const into = `INSERT INTO ${dialect.quote(table)}(${names.map((name) => dialect.quote(name)).join(', ')})`;
  return `${into} VALUES ${values.join(', ')}${keys.length > 0 ? dialect.onConflict(names, keys) : ''}`;
}

/** `DELETE FROM table WHERE` one of `rows` keys. */
export function deleteStatement(dialect: Dialect, table: string, keys: readonly RowField[], rows: number): string {
  const one = (row: number): string =>
    keys
      .map((key, i) => `${dialect.quote(key.name)} = ${dialect.placeholder(row * keys.length + i + 1, key.type)}`)
      .join(' AND ');
  const all = Array.from({ length: rows }, (_, row) => `(${one(row)})`);
  return `DELETE FROM ${dialect.quote(table)} WHERE ${all.join(' OR ')}`;
}
