import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import type { Batch } from '../../batch/batch.ts';
import { valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { Encoder } from '../format.ts';
import { javaDouble, javaFloat } from '../numbers.ts';
import { epochToText } from '../time-text.ts';

/** Options of the json formats when they write. */
export interface JsonEncodeOptions {
  readonly timestampFormat: 'SQL' | 'ISO-8601';
  readonly mapNullKeyMode: 'FAIL' | 'DROP' | 'LITERAL';
  readonly mapNullKeyLiteral: string;
  readonly decimalAsPlainNumber: boolean;
  readonly ignoreNullFields: boolean;
}

type Write = (value: Exclude<Value, null>) => string;

const utf8 = new TextEncoder();

/** Encodes rows as JSON objects (JsonRowDataSerializationSchema). */
export class JsonEncoder implements Encoder {
  private readonly keys: string[];
  private readonly writes: Write[];
  private readonly ignoreNulls: boolean;

  constructor(fields: readonly RowField[], options: JsonEncodeOptions) {
    this.keys = fields.map((f) => `${JSON.stringify(f.name)}:`);
    this.writes = fields.map((f) => writerOf(f.type, options));
    this.ignoreNulls = options.ignoreNullFields;
  }

  row(batch: Batch, i: number): Uint8Array {
    return utf8.encode(this.text(batch, i));
  }

  /** Row `i` as JSON text. */
  text(batch: Batch, i: number): string {
    let out = '{';
    for (let c = 0; c < this.keys.length; c++) {
      const column = batch.columns[c];
      const value = column ? valueAt(column, i) : null;
      if (value === null && this.ignoreNulls) continue;
      if (out.length > 1) out += ',';
      out += this.keys[c] as string;
      out += value === null ? 'null' : (this.writes[c] as Write)(value);
    }
    return `${out}}`;
  }
}

function writerOf(type: LogicalType, options: JsonEncodeOptions): Write {
  const separator = options.timestampFormat === 'SQL' ? ' ' : 'T';
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return String;
    case 'FLOAT':
      return (v) => quoteUnlessFinite(v as number, javaFloat(v as number));
    case 'DOUBLE':
      return (v) => quoteUnlessFinite(v as number, javaDouble(v as number));
    case 'DECIMAL':
      return (v) => decimalText(v as bigint, type.scale, options.decimalAsPlainNumber);
    case 'CHAR':
    case 'VARCHAR':
      return (v) => JSON.stringify(v as string);
    case 'BINARY':
    case 'VARBINARY':
      return (v) => `"${Buffer.from(v as Uint8Array).toString('base64')}"`;
    case 'DATE':
      return (v) => `"${epochToText((v as number) * 86_400_000, 0, '').slice(0, 10)}"`;
    case 'TIME_WITHOUT_TIME_ZONE':
      return (v) => `"${timeText(v as number)}"`;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (v) => `"${timestampText(v as TimestampValue, separator)}"`;
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return (v) => `"${timestampText(v as TimestampValue, separator)}Z"`;
    case 'ARRAY': {
      const element = orNull(writerOf(type.element, options));
      return (v) => `[${(v as readonly Value[]).map(element).join(',')}]`;
    }
    case 'MAP':
      return mapWriter(type.key, type.value, options, type);
    case 'MULTISET':
      return mapWriter(type.element, { root: 'INTEGER', nullable: false }, options, type);
    case 'ROW': {
      const keys = type.fields.map((f) => `${JSON.stringify(f.name)}:`);
      const writes = type.fields.map((f) => orNull(writerOf(f.type, options)));
      return (v) => {
        const row = v as readonly Value[];
        const parts: string[] = [];
        for (let i = 0; i < keys.length; i++) {
          if (row[i] === null && options.ignoreNullFields) continue;
          parts.push(keys[i] + (writes[i] as (value: Value) => string)(row[i] as Value));
        }
        return `{${parts.join(',')}}`;
      };
    }
    case 'NULL':
      return () => 'null';
    default:
      throw new FlinkFault('UnsupportedOperationException', `Not support to parse type: ${asSummaryString(type)}`);
  }
}

const orNull = (write: Write) => (value: Value) => (value === null ? 'null' : write(value));

function mapWriter(key: LogicalType, value: LogicalType, options: JsonEncodeOptions, type: LogicalType): Write {
  if (key.root !== 'CHAR' && key.root !== 'VARCHAR') {
    throw new FlinkFault(
      'UnsupportedOperationException',
      `JSON format doesn't support non-string as key type of map. The type is: ${asSummaryString(type)}`,
    );
  }
  const write = orNull(writerOf(value, options));
  return (v) => {
    const map = v as MapValue;
    const parts: string[] = [];
    for (let i = 0; i < map.keys.length; i++) {
      let name = map.keys[i] as string | null;
      if (name === null) {
        if (options.mapNullKeyMode === 'DROP') continue;
        if (options.mapNullKeyMode === 'FAIL') {
          throw new FlinkFault(
            'RuntimeException',
            "JSON format doesn't support to serialize map data with null keys. You can drop null key entries or encode null in literals by specifying json.map-null-key.mode option.",
          );
        }
        name = options.mapNullKeyLiteral;
      }
      parts.push(`${JSON.stringify(name)}:${write(map.values[i] as Value)}`);
    }
    return `{${parts.join(',')}}`;
  };
}

const quoteUnlessFinite = (value: number, text: string) => (Number.isFinite(value) ? text : `"${text}"`);

/** A decimal as Jackson writes a stripped BigDecimal: `1.5`, `100` as `1E+2` unless plain numbers are asked for. */
export function decimalText(unscaled: bigint, scale: number, plain: boolean): string {
  if (unscaled === 0n) return '0';
  let digits = unscaled;
  let s = scale;
  while (digits % 10n === 0n) {
    digits /= 10n;
    s--;
  }
  const negative = digits < 0n;
  const body = (negative ? -digits : digits).toString();
  const sign = negative ? '-' : '';
  if (s <= 0) {
    if (plain || s === 0) return sign + body + '0'.repeat(-s);
    const exponent = body.length - 1 - s;
    return `${sign}${body[0]}${body.length > 1 ? `.${body.slice(1)}` : ''}E+${exponent}`;
  }
  const adjusted = body.length - 1 - s;
  if (!plain && adjusted < -6) return `${sign}${body[0]}${body.length > 1 ? `.${body.slice(1)}` : ''}E${adjusted}`;
  const padded = body.padStart(s + 1, '0');
  return `${sign}${padded.slice(0, -s)}.${padded.slice(-s)}`;
}

export function timeText(ms: number): string {
  const text = epochToText(ms, 0, '').slice(10, 18);
  const fraction = ms % 1000;
  return fraction ? `${text}.${String(fraction).padStart(3, '0').replace(/0+$/, '')}` : text;
}

/** Seconds always, the fraction without trailing zeros. */
export function timestampText(value: TimestampValue, separator: string): string {
  const fraction =
    `${String(((value.ms % 1000) + 1000) % 1000).padStart(3, '0')}${String(value.nanos).padStart(6, '0')}`.replace(
      /0+$/,
      '',
    );
  const seconds = epochToText(Math.floor(value.ms / 1000) * 1000, 0, separator);
  return fraction ? `${seconds}.${fraction}` : seconds;
}
