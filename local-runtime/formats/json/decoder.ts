import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import type { BatchBuilder, ColumnBuilder, StringBuilder } from '../../batch/builder.ts';
import { columnKind } from '../../batch/column.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import type { Decoder } from '../format.ts';
import { JsonReader, type Token } from './reader.ts';
import { timestampMs } from './timestamp-text.ts';
import { type JsonOptions, nullable, readerOf } from './values.ts';

const text = new TextDecoder();

/** Appends the value between the marks of a field to its column. */
type Append = (reader: JsonReader, token: Token, start: number, stop: number, escaped: boolean) => void;

/**
 * Decodes JSON objects into columns (JsonParserRowDataDeserializationSchema). A row is read twice: first the places of the wanted
 * fields are found, so that a broken text leaves nothing behind; then each is converted straight from the bytes.
 */
export class JsonDecoder implements Decoder {
  private readonly reader = new JsonReader();
  private readonly names: Uint8Array[];
  private readonly byName: Map<string, number>;
  private readonly appends: Append[] = [];
  private readonly options: JsonOptions;
  /** Where each field's value is in the row being read; `froms` is -1 for a missing one. */
  private readonly tokens: Token[];
  private readonly froms: Int32Array;
  private readonly stops: Int32Array;
  private readonly escapes: Uint8Array;
  private columns: readonly ColumnBuilder[] = [];
  private whole: Uint8Array = new Uint8Array(0);

  constructor(fields: readonly RowField[], options: JsonOptions) {
    this.options = options;
    const encoder = new TextEncoder();
    this.names = fields.map((f) => encoder.encode(f.name));
    this.byName = new Map(fields.map((f, i) => [f.name, i]));
    this.tokens = new Array<Token>(fields.length).fill('null');
    this.froms = new Int32Array(fields.length);
    this.stops = new Int32Array(fields.length);
    this.escapes = new Uint8Array(fields.length);
    this.appends = fields.map((f, i) => this.appender(f.type, i));
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (!bytes) return;
    // Messages of one fetch lie in one buffer: views into all of it let their strings share a column.
    if (this.whole.buffer !== bytes.buffer) this.whole = new Uint8Array(bytes.buffer);
    this.record(this.whole, bytes.byteOffset, bytes.byteOffset + bytes.length, out);
  }

  /** Appends the object in `bytes[from..to)` as one row; blank text gives none. */
  record(bytes: Uint8Array, from: number, to: number, out: BatchBuilder): void {
    const { reader } = this;
    reader.reset(bytes, from, to);
    try {
      if (reader.atEnd()) return;
      this.locate();
    } catch (error) {
      if (this.options.ignoreParseErrors) return;
      throw this.failed(bytes, from, to, error);
    }
    this.columns = out.columns;
    const { froms, stops, tokens, escapes, appends } = this;
    for (let i = 0; i < appends.length; i++) {
      const token = tokens[i] as Token;
      if ((froms[i] as number) < 0 || token === 'null') {
        (out.columns[i] as ColumnBuilder).appendNull();
        continue;
      }
      reader.pos = froms[i] as number;
      try {
        (appends[i] as Append)(reader, token, froms[i] as number, stops[i] as number, escapes[i] === 1);
      } catch (error) {
        if (!(error instanceof FlinkFault)) throw error;
        if (!this.options.ignoreParseErrors) throw this.failed(bytes, from, to, error);
        (out.columns[i] as ColumnBuilder).appendNull();
      }
    }
    out.row();
  }

  /** Finds the values of the wanted fields; the last one of a repeated key wins. */
  private locate(): void {
    const { reader, froms, stops, tokens, escapes } = this;
    froms.fill(-1);
    if (reader.value() !== 'object') throw new FlinkFault('IllegalStateException', 'Illegal Json Data...');
    let next = 0;
    let missing = froms.length;
    if (!reader.take(125)) {
      do {
        reader.key();
        const at = this.fieldOf(next);
        reader.skipSpace();
        const from = reader.pos;
        const token = reader.value();
        if (at >= 0) {
          next = at + 1;
          if ((froms[at] as number) < 0) missing--;
          tokens[at] = token;
          froms[at] = from;
          escapes[at] = token === 'string' && reader.escaped ? 1 : 0;
        }
        reader.skip(token);
        if (at >= 0) stops[at] = reader.pos;
      } while (reader.take(44));
      if (!reader.take(125)) throw reader.wanted('comma to separate Object entries');
    }
    if (missing > 0 && this.options.failOnMissingField)
      throw new FlinkFault('JsonParseException', 'Some field is missing in the JSON data.');
  }

  /** Index of the field named by the key just read; rows mostly repeat the order of the fields. */
  private fieldOf(guess: number): number {
    const { reader } = this;
    if (
      !reader.escaped &&
      guess < this.names.length &&
      sameBytes(reader.bytes, reader.start, reader.stop, this.names[guess] as Uint8Array)
    )
      return guess;
    if (!reader.escaped) {
      for (let i = 0; i < this.names.length; i++) {
        if (sameBytes(reader.bytes, reader.start, reader.stop, this.names[i] as Uint8Array)) return i;
      }
      return -1;
    }
    return this.byName.get(reader.text()) ?? -1;
  }

  private failed(bytes: Uint8Array, from: number, to: number, error: unknown): FlinkFault {
    const json = text.decode(bytes.subarray(from, to));
    const cause = asFault(error);
    return new FlinkFault('IOException', `Failed to deserialize JSON '${json.trim()}'.`, cause);
  }

  /** Fast ways for the commonest shapes, the general reader for all else. */
  private appender(type: LogicalType, index: number): Append {
    const read = nullable(readerOf(type, this.options), this.options);
    const slow: Append = (reader, _token, start) => {
      reader.pos = start;
      (this.columns[index] as ColumnBuilder).append(read(reader));
    };
    switch (columnKind(type)) {
      case 'i32':
        if (type.root !== 'INTEGER') return slow;
        return (reader, token, start, stop, escaped) => {
          const n = token === 'int' ? smallInt(reader.bytes, start, stop) : undefined;
          if (n === undefined || n > 2147483647 || n < -2147483648) slow(reader, token, start, stop, escaped);
          else (this.columns[index] as ColumnBuilder).append(n);
        };
      case 'i64':
        if (type.root !== 'BIGINT') return slow;
        return (reader, token, start, stop, escaped) => {
          const n = token === 'int' ? smallInt(reader.bytes, start, stop) : undefined;
          if (n === undefined) slow(reader, token, start, stop, escaped);
          else (this.columns[index] as ColumnBuilder).append(BigInt(n));
        };
      case 'str':
        return (reader, token, start, stop, escaped) => {
          if (token === 'string' && !escaped)
            (this.columns[index] as StringBuilder).appendUtf8(reader.bytes, start + 1, stop - 1);
          else slow(reader, token, start, stop, escaped);
        };
      case 'ts': {
        const separator = this.options.timestampFormat === 'SQL' ? 32 : 84;
        const zulu = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
        const precision = 'precision' in type ? type.precision : 3;
        if (precision < 3) return slow;
        const point = { ms: 0, nanos: 0 };
        return (reader, token, start, stop, escaped) => {
          const ms = token === 'string' ? timestampMs(reader.bytes, start + 1, stop - 1, separator, zulu) : Number.NaN;
          if (Number.isNaN(ms)) slow(reader, token, start, stop, escaped);
          else {
            point.ms = ms;
            (this.columns[index] as ColumnBuilder).append(point);
          }
        };
      }
      default:
        return slow;
    }
  }
}

function sameBytes(bytes: Uint8Array, start: number, stop: number, name: Uint8Array): boolean {
  if (stop - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}

/** An integer of at most 15 digits, else undefined. */
function smallInt(bytes: Uint8Array, start: number, stop: number): number | undefined {
  let p = start;
  const negative = bytes[p] === 45;
  if (negative) p++;
  if (stop - p > 15) return undefined;
  let n = 0;
  for (; p < stop; p++) n = n * 10 + ((bytes[p] as number) - 48);
  return negative ? -n : n;
}
