import { FlinkFault } from '../../errors.ts';

/** What separates and quotes in a csv text (CsvFormatOptions). */
export interface CsvDialect {
  readonly delimiter: string;
  /** undefined when quoting is disabled. */
  readonly quote: string | undefined;
  readonly escape: string | undefined;
  readonly allowComments: boolean;
}

/** One field: its text, and whether it stood in quotes. */
export interface CsvField {
  readonly text: string;
  readonly quoted: boolean;
}

/** Splits a record (without its line end) into fields, as Jackson's CsvDecoder does. */
export function splitRecord(record: string, dialect: CsvDialect): CsvField[] {
  const { delimiter, quote, escape: escaping } = dialect;
  const fields: CsvField[] = [];
  let i = 0;
  for (;;) {
    let text = '';
    let quoted = false;
    if (quote !== undefined && record[i] === quote) {
      quoted = true;
      i++;
      for (;;) {
        if (i >= record.length) throw new FlinkFault('JsonEOFException', 'Missing closing quote for value');
        const c = record[i] as string;
        if (escaping !== undefined && c === escaping && i + 1 < record.length) {
          text += record[i + 1];
          i += 2;
        } else if (c === quote) {
          if (record[i + 1] !== quote) break;
          text += quote;
          i += 2;
        } else {
          text += c;
          i++;
        }
      }
      i++;
      while (record[i] === ' ') i++;
      if (i < record.length && record[i] !== delimiter) {
        throw new FlinkFault(
          'JsonParseException',
          `Unexpected character ('${record[i]}' (code ${record.charCodeAt(i)})): Expected column separator character ('${delimiter}' (code ${delimiter.charCodeAt(0)})) or end-of-line`,
        );
      }
    } else {
      while (i < record.length && record[i] !== delimiter) {
        if (escaping !== undefined && record[i] === escaping && i + 1 < record.length) i++;
        text += record[i++];
      }
    }
    fields.push({ text, quoted });
    if (i >= record.length) return fields;
    i++;
    // A delimiter at the very end opens one more, empty, field.
    if (i === record.length) {
      fields.push({ text: '', quoted: false });
      return fields;
    }
  }
}

/** Finds record ends in a byte stream: line ends outside quotes. Keeps its state between chunks. */
export class RecordCutter {
  private readonly quote: number;
  private readonly delimiter: number;
  private readonly escape: number;
  private inQuotes = false;
  private fieldStart = true;

  constructor(dialect: CsvDialect) {
    this.quote = dialect.quote === undefined ? -1 : dialect.quote.charCodeAt(0);
    this.delimiter = dialect.delimiter.charCodeAt(0);
    this.escape = dialect.escape === undefined ? -1 : dialect.escape.charCodeAt(0);
  }

  /** Begins anew, with a record. */
  reset(): void {
    this.inQuotes = false;
    this.fieldStart = true;
  }

  /** Index of the newline that ends the record which goes on at `from`, or -1 when the bytes end first. */
  next(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const c = bytes[i] as number;
      if (this.inQuotes) {
        if (c === this.escape) i++;
        else if (c === this.quote) this.inQuotes = false;
        continue;
      }
      if (c === 10) {
        this.fieldStart = true;
        return i;
      }
      // A doubled quote leaves and enters again at once.
      if (c === this.quote && (this.fieldStart || bytes[i - 1] === this.quote)) this.inQuotes = true;
      this.fieldStart = c === this.delimiter;
    }
    return -1;
  }
}
