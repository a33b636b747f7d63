import { FlinkFault } from '../../errors.ts';

const decoder = new TextDecoder();

const QUOTE = 34;
const BACKSLASH = 92;

/** What a value starts as. */
export type Token = 'object' | 'array' | 'string' | 'int' | 'float' | 'true' | 'false' | 'null';

/**
 * Reads one JSON text in place, byte by byte, without building a tree. After `value()` the token's text lies at [start, end);
 * for a string without its quotes. Errors are Jackson's.
 */
export class JsonReader {
  bytes: Uint8Array = new Uint8Array(0);
  pos = 0;
  end = 0;
  start = 0;
  stop = 0;
  escaped = false;

  reset(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.pos = from;
    this.end = to;
  }

  skipSpace(): void {
    const { bytes, end } = this;
    let p = this.pos;
    while (p < end) {
      const c = bytes[p] as number;
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break;
      p++;
    }
    this.pos = p;
  }

  /** Is the next non-blank byte this one? Then it is consumed. */
  take(byte: number): boolean {
    if (this.pos < this.end && this.bytes[this.pos] === byte) {
      this.pos++;
      return true;
    }
    this.skipSpace();
    if (this.pos < this.end && this.bytes[this.pos] === byte) {
      this.pos++;
      return true;
    }
    return false;
  }

  atEnd(): boolean {
    this.skipSpace();
    return this.pos >= this.end;
  }

  /** Starts a value: consumes scalars whole (text at [start, stop)), for objects and arrays only the opening bracket. */
  value(): Token {
    this.skipSpace();
    if (this.pos >= this.end) throw this.unexpectedEnd();
    const c = this.bytes[this.pos] as number;
    switch (c) {
      case 123:
        this.pos++;
        return 'object';
      case 91:
        this.pos++;
        return 'array';
      case QUOTE:
        this.string();
        return 'string';
      case 116:
        return this.word('true', 'true');
      case 102:
        return this.word('false', 'false');
      case 110:
        return this.word('null', 'null');
      default:
        if (c === 45 || (c >= 48 && c <= 57)) return this.number();
        if (c === 43 || c === 46 || c === 93 || c === 125 || c === 44 || c === 58) {
          throw this.unexpected(
            c,
            "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
          );
        }
        throw this.unrecognized();
    }
  }

  private word(text: string, token: Token): Token {
    const { bytes } = this;
    for (let i = 1; i < text.length; i++) if (bytes[this.pos + i] !== text.charCodeAt(i)) throw this.unrecognized();
    const after = this.pos + text.length;
    if (after < this.end && isWordByte(bytes[after] as number)) throw this.unrecognized();
    this.start = this.pos;
    this.pos = after;
    this.stop = after;
    return token;
  }

  private string(): void {
    const { bytes, end } = this;
    let p = this.pos + 1;
    this.start = p;
    this.escaped = false;
    for (;;) {
      if (p >= end) {
        this.pos = end;
        throw new FlinkFault('JsonEOFException', 'Unexpected end-of-input in VALUE_STRING');
      }
      const c = bytes[p] as number;
      if (c === QUOTE) break;
      if (c === BACKSLASH) {
        this.escaped = true;
        p++;
      } else if (c < 32) {
        throw new FlinkFault(
          'JsonParseException',
          `Illegal unquoted character ((CTRL-CHAR, code ${c})): has to be escaped using backslash to be included in string value`,
        );
      }
      p++;
    }
    this.stop = p;
    this.pos = p + 1;
  }

  private number(): Token {
    const { bytes, end } = this;
    let p = this.pos;
    this.start = p;
    let float = false;
    if (bytes[p] === 45) p++;
    const first = p;
    while (p < end && isDigit(bytes[p] as number)) p++;
    if (p === first)
      throw this.unexpectedAt(
        p,
        'in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value',
      );
    if (p - first > 1 && bytes[first] === 48) {
      throw new FlinkFault('JsonParseException', 'Invalid numeric value: Leading zeroes not allowed');
    }
    if (bytes[p] === 46 && p < end) {
      float = true;
      const fraction = ++p;
      while (p < end && isDigit(bytes[p] as number)) p++;
      if (p === fraction) throw this.unexpectedAt(p, 'in numeric value: Decimal point not followed by a digit');
    }
    if (p < end && ((bytes[p] as number) | 32) === 101) {
      float = true;
      p++;
      if (bytes[p] === 43 || bytes[p] === 45) p++;
      const exponent = p;
      while (p < end && isDigit(bytes[p] as number)) p++;
      if (p === exponent) throw this.unexpectedAt(p, 'in numeric value: Exponent indicator not followed by a digit');
    }
    if (p < end && isWordByte(bytes[p] as number)) {
      this.pos = p;
      throw this.unexpected(bytes[p] as number, 'Expected space separating root-level values');
    }
    this.pos = p;
    this.stop = p;
    return float ? 'float' : 'int';
  }

  /** Text of the scalar just read, escapes resolved. */
  text(): string {
    if (!this.escaped || this.bytes[this.start - 1] !== QUOTE)
      return decoder.decode(this.bytes.subarray(this.start, this.stop));
    return this.unescape();
  }

  private unescape(): string {
    const raw = decoder.decode(this.bytes.subarray(this.start - 1, this.stop + 1));
    try {
      return JSON.parse(raw) as string;
    } catch {
      const bad = /\\([^"\\/bfnrtu])/.exec(raw);
      throw new FlinkFault(
        'JsonParseException',
        bad
          ? `Unrecognized character escape '${bad[1]}' (code ${(bad[1] as string).charCodeAt(0)})`
          : 'Unexpected character in character escape sequence',
      );
    }
  }

  /** The int just read when it has at most 15 digits, else undefined: the fast way for INT and BIGINT. */
  smallInt(): number | undefined {
    const { bytes, stop } = this;
    let p = this.start;
    if (stop - p > 16) return undefined;
    const negative = bytes[p] === 45;
    if (negative) p++;
    if (stop - p > 15) return undefined;
    let n = 0;
    for (; p < stop; p++) n = n * 10 + ((bytes[p] as number) - 48);
    return negative ? -n : n;
  }

  /** Skips the rest of the value that `value()` started. */
  skip(token: Token): void {
    if (token === 'object') {
      if (this.take(125)) return;
      do {
        this.key();
        this.skip(this.value());
      } while (this.take(44));
      if (!this.take(125)) throw this.wanted('comma to separate Object entries');
    } else if (token === 'array') {
      if (this.take(93)) return;
      do this.skip(this.value());
      while (this.take(44));
      if (!this.take(93)) throw this.wanted('comma to separate Array entries');
    }
  }

  /** Reads a key and its colon; the key's text lies at [start, stop). */
  key(): void {
    this.skipSpace();
    if (this.pos >= this.end) throw this.unexpectedEnd();
    if (this.bytes[this.pos] !== QUOTE)
      throw this.unexpectedAt(this.pos, 'was expecting double-quote to start field name');
    this.string();
    const { start, stop, escaped } = this;
    if (!this.take(58)) throw this.wanted('a colon to separate field name and value');
    this.start = start;
    this.stop = stop;
    this.escaped = escaped;
  }

  /** The value that `value()` started at `from`, as Jackson's tree prints it: no blanks, numbers as they are. */
  compact(token: Token, from: number): string {
    this.skip(token);
    return compactJson(decoder.decode(this.bytes.subarray(from, this.pos)));
  }

  unexpectedEnd(): FlinkFault {
    return new FlinkFault('JsonEOFException', 'Unexpected end-of-input');
  }

  wanted(what: string): FlinkFault {
    this.skipSpace();
    return this.pos >= this.end ? this.unexpectedEnd() : this.unexpectedAt(this.pos, `was expecting ${what}`);
  }

  private unexpectedAt(p: number, what: string): FlinkFault {
    if (p >= this.end) return this.unexpectedEnd();
    this.pos = p;
    return this.unexpected(this.bytes[p] as number, what);
  }

  private unexpected(c: number, what: string): FlinkFault {
    return new FlinkFault(
      'JsonParseException',
      `Unexpected character ('${String.fromCharCode(c)}' (code ${c})): ${what}`,
    );
  }

  private unrecognized(): FlinkFault {
    let p = this.pos;
    while (p < this.end && isWordByte(this.bytes[p] as number)) p++;
    const word = decoder.decode(this.bytes.subarray(this.pos, Math.max(p, this.pos + 1)));
    return new FlinkFault(
      'JsonParseException',
      `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
    );
  }
}

const isDigit = (c: number) => c >= 48 && c <= 57;
const isWordByte = (c: number) =>
  (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c > 127;

/** Drops blanks outside strings. */
function compactJson(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '');
}
