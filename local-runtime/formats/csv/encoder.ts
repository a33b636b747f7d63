import type { TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import type { Batch } from '../../batch/batch.ts';
import { valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { Encoder } from '../format.ts';
import { decimalText, timestampText, timeText } from '../json/encoder.ts';
import { javaDouble, javaFloat } from '../numbers.ts';
import { epochToText } from '../time-text.ts';

export interface CsvEncodeOptions {
  readonly delimiter: string;
  readonly quote: string | undefined;
  readonly escape: string | undefined;
  readonly arrayDelimiter: string;
  readonly nullLiteral: string;
  readonly scientificDecimals: boolean;
}

type Write = (value: Exclude<Value, null>) => string;

const utf8 = new TextEncoder();
/** Jackson quotes longer texts without looking into them (CsvEncoder.DEFAULT_MAX_QUOTE_CHECK). */
const LOOK_INTO = 24;

/** Encodes rows as csv records without line end (RowDataToCsvConverters). */
export class CsvEncoder implements Encoder {
  private readonly writes: Write[];
  private readonly options: CsvEncodeOptions;
  private readonly quoteBelow: number;

  constructor(fields: readonly RowField[], options: CsvEncodeOptions) {
    this.options = options;
    this.quoteBelow =
      1 +
      Math.max(
        options.delimiter.charCodeAt(0),
        options.quote?.charCodeAt(0) ?? 0,
        options.escape?.charCodeAt(0) ?? 0,
        13,
      );
    this.writes = fields.map((f) => this.top(f.type));
  }

  row(batch: Batch, i: number): Uint8Array {
    return utf8.encode(this.text(batch, i));
  }

  /** Row `i` as a record without line end. */
  text(batch: Batch, i: number): string {
    const { writes, options } = this;
    let out = '';
    for (let c = 0; c < writes.length; c++) {
      const column = batch.columns[c];
      const value = column ? valueAt(column, i) : null;
      if (c > 0) out += options.delimiter;
      out += value === null ? options.nullLiteral : (writes[c] as Write)(value);
    }
    return out;
  }

  private top(type: LogicalType): Write {
    const write = this.plain(type);
    const numeric = /^(BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL)$/.test(type.root);
    return numeric ? write : (v) => this.quoted(write(v));
  }

  private quoted(text: string): string {
    const { quote, escape: escaping } = this.options;
    if (quote === undefined) return text;
    let needed = text.length > LOOK_INTO;
    for (let i = 0; !needed && i < text.length; i++) needed = text.charCodeAt(i) < this.quoteBelow;
    if (!needed) return text;
    const inner =
      escaping === undefined
        ? text.replaceAll(quote, quote + quote)
        : text.replaceAll(escaping, escaping + escaping).replaceAll(quote, escaping + quote);
    return quote + inner + quote;
  }

  private plain(type: LogicalType): Write {
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
        return (v) => javaFloat(v as number);
      case 'DOUBLE':
        return (v) => javaDouble(v as number);
      case 'DECIMAL':
        return (v) => decimalText(v as bigint, type.scale, !this.options.scientificDecimals);
      case 'CHAR':
      case 'VARCHAR':
        return (v) => v as string;
      case 'BINARY':
      case 'VARBINARY':
        return (v) => Buffer.from(v as Uint8Array).toString('base64');
      case 'DATE':
        return (v) => epochToText((v as number) * 86_400_000, 0, '').slice(0, 10);
      case 'TIME_WITHOUT_TIME_ZONE':
        return (v) => timeText(v as number);
      case 'TIMESTAMP_WITHOUT_TIME_ZONE':
        return (v) => timestampText(v as TimestampValue, ' ');
      case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
        return (v) => `${timestampText(v as TimestampValue, ' ')}Z`;
      case 'ARRAY': {
        const element = this.plain(type.element);
        return (v) =>
          (v as readonly Value[])
            .map((e) => (e === null ? this.options.nullLiteral : element(e)))
            .join(this.options.arrayDelimiter);
      }
      case 'ROW': {
        const writes = type.fields.map((f) => this.plain(f.type));
        return (v) =>
          (v as readonly Value[])
            .map((e, i) => (e === null ? this.options.nullLiteral : (writes[i] as Write)(e)))
            .join(this.options.arrayDelimiter);
      }
      default:
        throw new FlinkFault('UnsupportedOperationException', `Unsupported type: ${asSummaryString(type)}`);
    }
  }
}
