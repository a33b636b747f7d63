import type { TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import { ZoneShift } from '../../time/zone-shift.ts';
import { decimalOf } from '../avro/values.ts';
import type { SchemaElement } from './library.ts';

/** A value as a page holds it. */
export type Raw = boolean | number | bigint | Uint8Array;
/** Undefined: pages hold what the runtime does, nothing needs doing. */
export type Convert = ((raw: Raw) => Value) | undefined;

const text = new TextDecoder();
const DAY = 86_400_000;
/** Julian day of 1970-01-01. */
const EPOCH_JULIAN = 2440588;

/** The zone of this machine, which Java's Timestamp uses when `utc-timezone` is not set. */
export function machineZone(): ZoneShift {
  return new ZoneShift(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** How a leaf's raw values become the runtime's (ParquetSplitReaderUtil.createColumnReader). */
export function converterFor(element: SchemaElement, type: LogicalType, utc: boolean): Convert {
  const physical = element.type;
  switch (type.root) {
    case 'BOOLEAN':
      if (physical === 'BOOLEAN') return undefined;
      break;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
      if (physical === 'INT32') return undefined;
      break;
    case 'TIME_WITHOUT_TIME_ZONE':
      if (physical === 'INT32') return undefined;
      if (physical === 'INT64') {
        const unit = timeUnit(element) === 'NANOS' ? 1_000_000n : 1000n;
        return (raw) => Number((raw as bigint) / unit);
      }
      break;
    case 'BIGINT':
      if (physical === 'INT64') return undefined;
      break;
    case 'FLOAT':
      if (physical === 'FLOAT') return undefined;
      break;
    case 'DOUBLE':
      if (physical === 'DOUBLE') return undefined;
      break;
    case 'CHAR':
    case 'VARCHAR':
      if (physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY') return (raw) => textOf(raw as Uint8Array);
      break;
    case 'BINARY':
    case 'VARBINARY':
      // Pages are views of a whole row group: a copy lets go of it.
      if (physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY') return (raw) => (raw as Uint8Array).slice();
      break;
    case 'DECIMAL': {
      const scale = element.scale ?? 0;
      const rescale = rescaler(scale, type.scale);
      if (physical === 'INT32' || physical === 'INT64') return (raw) => rescale(BigInt(raw as number | bigint));
      if (physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY')
        return (raw) => {
          const bytes = raw as Uint8Array;
          const value = decimalOf(bytes, 0, bytes.length, type);
          return value === null ? null : rescale(value);
        };
      break;
    }
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const shift = shifter(utc);
      if (physical === 'INT96') return (raw) => shift(ofInt96(raw as Uint8Array));
      if (physical === 'INT64') {
        const unit = timeUnit(element);
        const scale = unit === 'MILLIS' ? 1_000_000n : unit === 'MICROS' ? 1000n : 1n;
        return (raw) => shift(ofNanos((raw as bigint) * scale));
      }
      break;
    }
    default:
  }
  throw new FlinkFault(
    'UnsupportedOperationException',
    `The Parquet column '${element.name}' of type ${physical ?? 'group'}${element.converted_type ? ` (${element.converted_type})` : ''} cannot be read as ${asSummaryString(type)}.`,
  );
}

/** Short ASCII text is faster without the decoder's call. */
function textOf(bytes: Uint8Array): string {
  if (bytes.length > 24) return text.decode(bytes);
  let out = '';
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i] as number;
    if (b > 127) return text.decode(bytes);
    out += String.fromCharCode(b);
  }
  return out;
}

function timeUnit(element: SchemaElement): string {
  const logical = element.logical_type;
  if (logical && 'unit' in logical) return logical.unit;
  if (element.converted_type?.endsWith('_MICROS')) return 'MICROS';
  return 'MILLIS';
}

function rescaler(from: number, to: number): (value: bigint) => bigint {
  if (from === to) return (value) => value;
  const factor = 10n ** BigInt(Math.abs(from - to));
  if (to > from) return (value) => value * factor;
  return (value) => {
    const half = factor / 2n;
    return value < 0n ? -((-value + half) / factor) : (value + half) / factor;
  };
}

/** Nanoseconds of the day, negative ones too, and the Julian day; both are small enough for numbers. */
function ofInt96(raw: Uint8Array): TimestampValue {
  const view = new DataView(raw.buffer, raw.byteOffset, 12);
  const day = view.getInt32(8, true) - EPOCH_JULIAN;
  const nanos = Number(view.getBigInt64(0, true));
  const ms = Math.floor(nanos / 1e6);
  return { ms: day * DAY + ms, nanos: nanos - ms * 1e6 };
}

function ofNanos(nanos: bigint): TimestampValue {
  let ms = nanos / 1_000_000n;
  let rest = nanos % 1_000_000n;
  if (rest < 0n) {
    ms -= 1n;
    rest += 1_000_000n;
  }
  return { ms: Number(ms), nanos: Number(rest) };
}

/** From instants to what the runtime holds: without `utc`, the wall clock of this machine. */
function shifter(utc: boolean): (value: TimestampValue) => TimestampValue {
  if (utc) return (value) => value;
  const zone = machineZone();
  if (zone.isUtc) return (value) => value;
  return ({ ms, nanos }) => ({ ms: ms + zone.offset(ms), nanos });
}
