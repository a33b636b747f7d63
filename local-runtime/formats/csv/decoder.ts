import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import type { Batch } from '../../batch/batch.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import {
  epochDay,
  parseBase64,
  parseDecimal,
  parseDouble,
  parseInteger,
  parseLong,
  parseTimeOfDay,
  parseTimestamp,
  truncateTimestamp,
} from '../convert.ts';
import type { BadRecords, Decoder, StreamDecoder } from '../format.ts';
import { PlainRows } from './plain-rows.ts';
import { type CsvDialect, RecordCutter, splitRecord } from './scanner.ts';

export interface CsvOptions extends CsvDialect {
  readonly ignoreParseErrors: boolean;
  readonly arrayDelimiter: string;
  readonly nullLiteral: string | undefined;
}

type Read = (text: string) => Value;

const utf8 = new TextDecoder();

/** Decodes csv records by position (CsvToRowDataConverters over the whole physical row, then the projection). */
export class CsvDecoder implements Decoder {
  private readonly reads: Read[];
  private readonly positions: readonly number[];
  /** Which of them are arrays. */
  private readonly arrays: readonly boolean[];
  private readonly width: number;
  private readonly options: CsvOptions;
  /** Reads most records of a file. */
  readonly plain: PlainRows | undefined;

  /** `physical` are all columns of the file in order, `projected` the positions to produce. */
  constructor(physical: readonly RowField[], projected: readonly number[], options: CsvOptions) {
    this.options = options;
    this.width = physical.length;
    this.positions = projected;
    this.reads = projected.map((p) => readOf((physical[p] as RowField).type, options));
    this.arrays = projected.map((p) => physical[p]?.type.root === 'ARRAY');
    this.plain = PlainRows.of(physical, projected, options);
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (bytes) this.recordText(utf8.decode(bytes), out);
  }

  /** Appends one record, its line end cut off. */
  recordText(text: string, out: BatchBuilder): void {
    if (this.options.allowComments && text.startsWith('#')) return;
    try {
      const row = this.convert(text);
      if (row) out.values(row);
    } catch (error) {
      if (!(error instanceof FlinkFault)) throw error;
      if (this.options.ignoreParseErrors) return;
      throw new FlinkFault('IOException', `Failed to deserialize CSV row '${text}'.`, asFault(error));
    }
  }

  private convert(text: string): Value[] | undefined {
    const fields = splitRecord(text, this.options);
    if (fields.length > this.width) {
      const extra = fields[this.width]?.text ?? '';
      throw new FlinkFault(
        'CsvReadException',
        `Too many entries: expected at most ${this.width} (value #${this.width} (${extra.length} chars) "${extra}")`,
      );
    }
    return this.positions.map((p, i) => {
      const field = fields[p];
      if (!field) return null;
      // Jackson sees an array in an array's column, whose elements alone may be the literal.
      const isNull = this.options.nullLiteral !== undefined && field.text === this.options.nullLiteral;
      if (isNull && !this.arrays[i]) return null;
      try {
        return (this.reads[i] as Read)(field.text);
      } catch (error) {
        if (this.options.ignoreParseErrors && error instanceof FlinkFault) return null;
        throw error;
      }
    });
  }
}

/** Bytes of a record that are not looked at twice. */
const LONG = 1 << 16;

/** Csv records of a file, quotes may span lines. */
export class CsvStreamDecoder implements StreamDecoder {
  private readonly decoder: CsvDecoder;
  private readonly out: BatchBuilder;
  private readonly cutter: RecordCutter;
  private readonly comments: boolean;
  skipped = 0;
  private readonly bad: BadRecords | undefined;
  private readonly plain: PlainRows | undefined;
  private carry: Uint8Array = new Uint8Array(0);
  /** Bytes before the ones at hand. */
  private before = 0;

  constructor(decoder: CsvDecoder, fields: readonly RowField[], dialect: CsvDialect, bad?: BadRecords) {
    this.decoder = decoder;
    this.bad = bad;
    this.out = new BatchBuilder(fields.map((f) => f.type));
    this.cutter = new RecordCutter(dialect);
    this.plain = decoder.plain;
    this.comments = dialect.allowComments;
  }

  push(chunk: Uint8Array): Batch | undefined {
    let start = 0;
    let from = 0;
    let bytes = chunk;
    if (this.carry.length) {
      from = this.carry.length;
      bytes = new Uint8Array(from + chunk.length);
      bytes.set(this.carry);
      bytes.set(chunk, from);
    }
    if (this.plain && from < LONG) {
      // The record that the last chunk began is looked at from its beginning.
      this.cutter.reset();
      from = 0;
      for (const column of this.out.columns) column.raw(0, bytes);
    }
    for (;;) {
      if (this.plain && from === start) {
        start = this.plain.rows(bytes, start, this.out);
        from = start;
      }
      const end = this.cutter.next(bytes, from);
      if (end < 0) break;
      this.line(bytes, start, end);
      start = end + 1;
      from = start;
    }
    this.before += start;
    this.carry = bytes.subarray(start);
    return this.out.length ? this.out.take() : undefined;
  }

  end(): Batch | undefined {
    if (this.carry.length) this.line(this.carry, 0, this.carry.length);
    this.carry = new Uint8Array(0);
    return this.out.length ? this.out.take() : undefined;
  }

  get pendingBytes(): number {
    return this.carry.length;
  }

  private line(bytes: Uint8Array, from: number, to: number): void {
    const stop = to > from && bytes[to - 1] === 13 ? to - 1 : to;
    const record = bytes.subarray(from, stop);
    const { length } = this.out;
    try {
      this.decoder.recordText(utf8.decode(record), this.out);
      if (this.out.length === length && !(this.comments && record[0] === 35)) this.skipped++;
    } catch (error) {
      if (!this.bad || !(error instanceof FlinkFault)) throw error;
      this.bad.record(record, error, this.before + from);
    }
  }
}

function readOf(type: LogicalType, options: CsvOptions): Read {
  switch (type.root) {
    case 'BOOLEAN':
      return (t) => t.trim().toLowerCase() === 'true';
    case 'TINYINT':
      return (t) => parseInteger(t, -128, 127, 'Byte');
    case 'SMALLINT':
      return (t) => parseInteger(t, -32768, 32767, 'Short');
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return (t) => parseInteger(t, -2147483648, 2147483647, 'Int');
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return parseLong;
    case 'FLOAT':
      return (t) => Math.fround(parseDouble(t));
    case 'DOUBLE':
      return parseDouble;
    case 'DECIMAL':
      return (t) => parseDecimal(t, type);
    case 'CHAR':
    case 'VARCHAR':
      return (t) => t;
    case 'BINARY':
    case 'VARBINARY':
      return parseBase64;
    case 'DATE':
      return sqlDate;
    case 'TIME_WITHOUT_TIME_ZONE': {
      if (type.precision > 3) {
        throw new FlinkFault(
          'IllegalArgumentException',
          `Csv does not support TIME type with precision: ${type.precision}, it only supports precision 0 ~ 3.`,
        );
      }
      const unit = 10 ** (3 - type.precision);
      return (t) => Math.floor(parseTimeOfDay(/^\d{2}:\d{2}$/.test(t) ? `${t}:00` : t) / unit) * unit;
    }
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (t) => truncateTimestamp(sqlTimestamp(t), type.precision);
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return (t) => truncateTimestamp(parseTimestamp(t.trim(), ' ', true), type.precision);
    case 'ARRAY': {
      const element = readOf(type.element, options);
      return (t) =>
        t === '' ? [] : t.split(options.arrayDelimiter).map((e) => (e === options.nullLiteral ? null : element(e)));
    }
    case 'ROW': {
      const reads = type.fields.map((f) => readOf(f.type, options));
      return (t) => {
        const parts = t.split(options.arrayDelimiter);
        // As in Flink, what is too much goes unseen.
        if (parts.length < reads.length && !options.ignoreParseErrors) {
          throw new FlinkFault(
            'RuntimeException',
            `Row length mismatch. ${reads.length} fields expected but was ${parts.length}.`,
          );
        }
        return reads.map((read, i) =>
          parts[i] === undefined || parts[i] === options.nullLiteral ? null : read(parts[i] as string),
        );
      };
    }
    default:
      throw new FlinkFault('UnsupportedOperationException', `Unsupported type: ${asSummaryString(type)}`);
  }
}

/** java.sql.Date.valueOf. */
function sqlDate(text: string): number {
  const m = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const month = Number(m?.[2]);
  const day = Number(m?.[3]);
  if (!m || month < 1 || month > 12 || day < 1 || day > 31) throw new FlinkFault('IllegalArgumentException', '');
  return epochDay(Number(m[1]), month, day);
}

/** java.sql.Timestamp.valueOf. */
function sqlTimestamp(text: string): { ms: number; nanos: number } {
  const m = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (!m) throw new FlinkFault('IllegalArgumentException', 'Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]');
  const nanos = Number((m[7] ?? '').padEnd(9, '0'));
  const seconds = Number(m[4]) * 3600 + Number(m[5]) * 60 + Number(m[6]);
  return {
    ms: epochDay(Number(m[1]), Number(m[2]), Number(m[3])) * 86_400_000 + seconds * 1000 + Math.floor(nanos / 1e6),
    nanos: nanos % 1e6,
  };
}
