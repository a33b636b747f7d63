import type { DatabaseCell, DatabaseColumn, DatabaseParameter } from '../../../clients/database/index.ts';
import type { TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import { parseDecimal, parseDouble, parseIsoDate, parseTimestamp, truncateTimestamp } from '../../formats/convert.ts';
import { javaDouble, javaFloat } from '../../formats/numbers.ts';
import { epochToText } from '../../formats/time-text.ts';
import { decimalText } from '../../functions/decimal.ts';
import { parseArrayText } from './array-text.ts';
import type { Dialect } from './dialect.ts';

/** Classes of driver objects that Flink's converters take, by type; the first is the one that a ClassCastException names. */
function accepted(type: LogicalType): readonly string[] {
  switch (type.root) {
    case 'BOOLEAN':
      return ['java.lang.Boolean'];
    case 'TINYINT':
      return ['java.lang.Integer'];
    case 'SMALLINT':
      return ['java.lang.Short', 'java.lang.Integer'];
    case 'INTEGER':
      return ['java.lang.Integer'];
    case 'BIGINT':
      return ['java.lang.Long'];
    case 'FLOAT':
      return ['java.lang.Float'];
    case 'DOUBLE':
      return ['java.lang.Double'];
    case 'DECIMAL':
      return ['java.math.BigDecimal', 'java.math.BigInteger'];
    case 'DATE':
      return ['java.sql.Date'];
    case 'TIME_WITHOUT_TIME_ZONE':
      return ['java.sql.Time'];
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return ['java.sql.Timestamp', 'java.time.LocalDateTime'];
    case 'CHAR':
    case 'VARCHAR':
      // From release 4.1 on the connector shows json, uuid and the like as their text; 4.0 fails on them.
      return ['java.lang.String', 'org.postgresql.util.PGobject', 'java.util.UUID', 'org.postgresql.jdbc.PgSQLXML'];
    case 'VARBINARY':
      return ['[B'];
    case 'ARRAY':
      return ['java.sql.Array', 'org.postgresql.jdbc.PgArray'];
    default:
      throw new FlinkFault('UnsupportedOperationException', `Unsupported type:${asSummaryString(type)}`);
  }
}

/** Throws for types that no converter is there for, as Flink does when it makes the converters of a scan. */
export function checkReadable(type: LogicalType): void {
  accepted(type);
  if (type.root === 'ARRAY') checkReadable(type.element);
}

/**
 * Makes values of a column's cells (AbstractDialectConverter.createInternalConverter). What Flink cannot cast fails here with the
 * same ClassCastException, at the first cell that is not NULL.
 */
export function cellReader(dialect: Dialect, column: DatabaseColumn, type: LogicalType): (cell: DatabaseCell) => Value {
  const from = dialect.javaClass(column);
  const classes = accepted(type);
  if (!classes.includes(from)) {
    const to = classes[0] as string;
    return (cell) => {
      if (cell === null) return null;
      throw new FlinkFault('ClassCastException', castMessage(from, to));
    };
  }
  if (type.root === 'ARRAY') {
    const element = cellReader(dialect, { ...column, type: column.type.slice(1) }, type.element);
    return (cell) => (cell === null ? null : parseArrayText(cell as string).map(element));
  }
  const read = textReader(type);
  return (cell) => (cell === null ? null : read(cell));
}

function textReader(type: LogicalType): (cell: string | Uint8Array) => Value {
  switch (type.root) {
    case 'BOOLEAN':
      return (cell) => cell === 't' || cell === '1';
    case 'TINYINT':
      return (cell) => (Number(cell) << 24) >> 24;
    case 'SMALLINT':
      return (cell) => (Number(cell) << 16) >> 16;
    case 'INTEGER':
      return (cell) => Number(cell);
    case 'BIGINT':
      return (cell) => BigInt(cell as string);
    case 'FLOAT':
      return (cell) => Math.fround(parseDouble(cell as string));
    case 'DOUBLE':
      return (cell) => parseDouble(cell as string);
    case 'DECIMAL':
      return (cell) => parseDecimal(cell as string, type);
    case 'DATE':
      return (cell) => parseIsoDate(cell as string);
    case 'TIME_WITHOUT_TIME_ZONE':
      // java.sql.Time.toLocalTime knows no fraction.
      return (cell) => {
        const [h, m, s] = (cell as string).slice(0, 8).split(':');
        return (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000;
      };
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      // A zone's offset is that of this machine, as the session was opened with it.
      return (cell) =>
        truncateTimestamp(
          parseTimestamp((cell as string).replace(/[+-]\d{2}(:?\d{2}){0,2}$/, ''), ' ', false),
          type.precision,
        );
    case 'VARBINARY':
      return (cell) => (typeof cell === 'string' ? new Uint8Array(Buffer.from(cell.slice(2), 'hex')) : cell);
    default:
      return (cell) => cell as string;
  }
}

/** Makes parameters of values (AbstractDialectConverter.createExternalConverter). */
export function parameterWriter(dialect: Dialect, type: LogicalType): (value: Value) => DatabaseParameter {
  const write = notNull(dialect, type);
  return (value) => (value === null ? null : write(value));
}

function notNull(dialect: Dialect, type: LogicalType): (value: Value) => DatabaseParameter {
  switch (type.root) {
    case 'BOOLEAN':
      return (v) => v as boolean;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return (v) => v as number;
    case 'BIGINT':
      return (v) => v as bigint;
    case 'FLOAT':
      return (v) => javaFloat(v as number);
    case 'DOUBLE':
      return (v) => javaDouble(v as number);
    case 'DECIMAL':
      return (v) => decimalText(v as bigint, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return (v) => v as string;
    case 'VARBINARY':
      return (v) => v as Uint8Array;
    case 'DATE':
      return (v) => epochToText((v as number) * 86_400_000, 0, '').slice(0, 10);
    case 'TIME_WITHOUT_TIME_ZONE':
      return (v) => epochToText(v as number, 0, '').slice(10, 18);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (v) => timestampParameter(v as TimestampValue);
    case 'ARRAY':
      throw new FlinkFault('IllegalStateException', `Writing ARRAY type is not yet supported in JDBC:${dialect.name}.`);
    default:
      throw new FlinkFault('UnsupportedOperationException', `Unsupported type:${asSummaryString(type)}`);
  }
}

function timestampParameter({ ms, nanos }: TimestampValue): string {
  const fraction = String((((ms % 1000) + 1000) % 1000) * 1000 + Math.floor(nanos / 1000)).padStart(6, '0');
  return `${epochToText(ms, 0, ' ').slice(0, 19)}.${fraction}`;
}

function castMessage(from: string, to: string): string {
  const [a, b] = [where(from), where(to)];
  const both = a === b ? `${from} and ${to} are ${a}` : `${from} is ${a}; ${to} is ${b}`;
  return `class ${from} cannot be cast to class ${to} (${both})`;
}

/** Where the class loader has a class; "are in" and "is in" differ by the verb alone. */
function where(name: string): string {
  if (name.startsWith('java.sql.')) return "in module java.sql of loader 'platform'";
  if (name.startsWith('org.')) return "in unnamed module of loader 'app'";
  return "in module java.base of loader 'bootstrap'";
}
