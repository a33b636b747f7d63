import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { valueAt } from '../../batch/column.ts';
import type { ExprEnv } from '../../codegen/env.ts';
import { decimalText } from '../decimal.ts';
import { dateText, timestampText, timeText, two } from '../java/calendar.ts';
import { javaDouble, javaFloat } from '../java/floating-text.ts';
import { zoneOf } from '../java/time-zone.ts';
import { variantText } from '../variant.ts';

type Text = (value: Value) => string;

/** `+yy-mm` (IntervalToStringCastRule). */
export function yearMonthText(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? '-' : '+'}${Math.trunc(size / 12)}-${two(size % 12)}`;
}

/** `+d hh:mm:ss.SSS`. */
export function dayTimeText(interval: bigint): string {
  const negative = interval < 0n;
  const ms = Number(negative ? -interval : interval);
  return `${negative ? '-' : '+'}${Math.floor(ms / 86_400_000)} ${timeText(ms % 86_400_000, 3)}`;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lower-case hex digits. */
export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

/**
 * Makes the text of non-null values of a type, as Flink's cast to STRING gives it. `printing` is what the gateway's PLAIN_TEXT
 * cells show: the same, but BINARY as `x'…'`.
 */
export function textOf(type: LogicalType, env: ExprEnv, printing: boolean): Text {
  switch (type.root) {
    case 'BOOLEAN':
      return (v) => (v ? 'TRUE' : 'FALSE');
    case 'FLOAT':
      return (v) => javaFloat(v as number);
    case 'DOUBLE':
      return (v) => javaDouble(v as number);
    case 'DECIMAL':
      return (v) => decimalText(v as bigint, type.scale);
    case 'CHAR':
    case 'VARCHAR':
    case 'SYMBOL':
      return (v) => v as string;
    case 'BINARY':
    case 'VARBINARY':
      return printing ? (v) => `x'${hexText(v as Uint8Array)}'` : (v) => utf8.decode(v as Uint8Array);
    case 'DATE':
      return (v) => dateText(v as number);
    case 'TIME_WITHOUT_TIME_ZONE':
      return (v) => timeText(v as number, type.precision);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (v) => timestampText((v as TimestampValue).ms, (v as TimestampValue).nanos, type.precision);
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const zone = zoneOf(env.zone);
      return (v) => {
        const { ms, nanos } = v as TimestampValue;
        return timestampText(ms + zone.offsetAt(ms), nanos, type.precision);
      };
    }
    case 'INTERVAL_YEAR_MONTH':
      return (v) => yearMonthText(v as number);
    case 'INTERVAL_DAY_TIME':
      return (v) => dayTimeText(v as bigint);
    case 'ARRAY': {
      const element = orNull(textOf(type.element, env, printing));
      return (v) => `[${(v as readonly Value[]).map(element).join(', ')}]`;
    }
    case 'ROW': {
      const fields = type.fields.map((field) => orNull(textOf(field.type, env, printing)));
      return (v) => `(${fields.map((field, i) => field((v as readonly Value[])[i] as Value)).join(', ')})`;
    }
    case 'MAP':
    case 'MULTISET': {
      const key = orNull(textOf(type.root === 'MAP' ? type.key : type.element, env, printing));
      const value = type.root === 'MAP' ? orNull(textOf(type.value, env, printing)) : (v: Value) => String(v);
      return (v) => {
        const map = v as MapValue;
        return `{${map.keys.map((k, i) => `${key(k)}=${value(map.values[i] as Value)}`).join(', ')}}`;
      };
    }
    case 'VARIANT':
      return (v) => variantText(v);
    case 'NULL':
      return () => 'NULL';
    default:
      return (v) => String(v);
  }
}

const orNull =
  (text: Text): Text =>
  (value) =>
    value === null || value === undefined ? 'NULL' : text(value);

/** A cell as the gateway's PLAIN_TEXT rows show it (Flink's cast to string with `printing`); null for NULL. */
export const castToString = (value: Value, type: LogicalType, env: ExprEnv): string | null =>
  value === null ? null : textOf(type, env, true)(value);

/** The same for a whole column: made once, asked for each row. */
export function columnToText(column: Column, type: LogicalType, env: ExprEnv): (i: number) => string | null {
  const nulls = column.nulls;
  if (column.kind === 'str') return (i) => (nulls?.[i] ? null : column.get(i));
  if (column.kind === 'ts') {
    const precision = 'precision' in type ? type.precision : 3;
    const zone = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? zoneOf(env.zone) : undefined;
    const { ms, nanos } = column;
    return (i) => {
      if (nulls?.[i]) return null;
      const at = ms[i] as number;
      return timestampText(zone ? at + zone.offsetAt(at) : at, nanos?.[i] ?? 0, precision);
    };
  }
  const text = textOf(type, env, true);
  return (i) => {
    const value = valueAt(column, i);
    return value === null ? null : text(value);
  };
}
