import type { MapValue, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { javaDouble, javaFloat } from '../formats/numbers.ts';
import { epochToText } from '../formats/time-text.ts';

/** A row's cells as `org.apache.flink.types.Row.toString` shows its external Java objects, without kind and brackets. */
export function rowText(types: readonly LogicalType[]): (row: readonly Value[]) => string {
  const shows = types.map(show);
  return (row) => shows.map((s, i) => s(row[i] as Value)).join(', ');
}

function show(type: LogicalType): (value: Value) => string {
  const inner = notNull(type);
  return (value) => (value === null || value === undefined ? 'null' : inner(value));
}

function notNull(type: LogicalType): (value: Exclude<Value, null>) => string {
  switch (type.root) {
    case 'FLOAT':
      return (v) => javaFloat(v as number);
    case 'DOUBLE':
      return (v) => javaDouble(v as number);
    case 'DECIMAL':
      return (v) => {
        const n = v as bigint;
        const digits = (n < 0n ? -n : n).toString().padStart(type.scale + 1, '0');
        const sign = n < 0n ? '-' : '';
        return type.scale ? `${sign}${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}` : sign + digits;
      };
    case 'DATE':
      return (v) => epochToText((v as number) * 86_400_000, 0, '').slice(0, 10);
    case 'TIME_WITHOUT_TIME_ZONE':
      return (v) => shortTime(epochToText(v as number, 0, '').slice(10), (v as number) % 1000, 0);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const zulu = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
      return (v) => {
        const { ms, nanos } = v as TimestampValue;
        const text = epochToText(ms, 0, 'T');
        const at = text.indexOf('T');
        // An Instant always shows its seconds, a LocalDateTime only when they are not zero.
        const time = zulu
          ? text.slice(at + 1) + fraction(((ms % 1000) + 1000) % 1000, nanos)
          : shortTime(text.slice(at + 1), ((ms % 1000) + 1000) % 1000, nanos);
        return `${text.slice(0, at)}T${time}${zulu ? 'Z' : ''}`;
      };
    }
    case 'BINARY':
    case 'VARBINARY':
      return (v) => `[${[...(v as Uint8Array)].map((b) => (b << 24) >> 24).join(', ')}]`;
    case 'ARRAY': {
      const element = show(type.element);
      return (v) => `[${(v as readonly Value[]).map(element).join(', ')}]`;
    }
    case 'MAP':
    case 'MULTISET': {
      const key = show(type.root === 'MAP' ? type.key : type.element);
      const value = type.root === 'MAP' ? show(type.value) : String;
      return (v) =>
        `{${(v as MapValue).keys.map((k, i) => `${key(k)}=${value((v as MapValue).values[i] as Value)}`).join(', ')}}`;
    }
    case 'ROW': {
      const text = rowText(type.fields.map((f) => f.type));
      return (v) => `+I[${text(v as readonly Value[])}]`;
    }
    default:
      return String;
  }
}

/** LocalTime.toString: seconds only when needed, the fraction in groups of three digits. */
function shortTime(hms: string, ms: number, nanos: number): string {
  const rest = fraction(ms, nanos);
  return rest === '' && hms.endsWith(':00') ? hms.slice(0, 5) : hms + rest;
}

function fraction(ms: number, nanos: number): string {
  if (ms === 0 && nanos === 0) return '';
  const digits = String(ms).padStart(3, '0') + String(nanos).padStart(6, '0');
  return `.${digits.replace(/(000){1,2}$/, '')}`;
}
