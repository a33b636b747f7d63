import type { Nulls } from './column.ts';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

/**
 * CHAR and VARCHAR. Held as UTF-8 views into a byte buffer (as sources decode), as JavaScript strings (as functions make them),
 * or both: each form is derived from the other when first asked for, and kept.
 */
export class StringColumn {
  readonly kind = 'str';
  readonly nulls: Nulls;
  private strings: (string | undefined)[] | undefined;
  private utf8: Utf8Views | undefined;
  private readonly length: number;

  private constructor(
    length: number,
    nulls: Nulls,
    strings: (string | undefined)[] | undefined,
    utf8: Utf8Views | undefined,
  ) {
    this.length = length;
    this.nulls = nulls;
    this.strings = strings;
    this.utf8 = utf8;
  }

  /** From JavaScript strings; entries under a null mark may be undefined. */
  static ofStrings(strings: (string | undefined)[], nulls: Nulls): StringColumn {
    return new StringColumn(strings.length, nulls, strings, undefined);
  }

  /** From views `bytes[starts[i]..ends[i])`; the buffer must not change as long as the column lives. */
  static ofUtf8(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, length: number, nulls: Nulls): StringColumn {
    return new StringColumn(length, nulls, undefined, { bytes, starts, ends });
  }

  /** The string at `i`; undefined content (under a null mark) gives ''. */
  get(i: number): string {
    if (!this.strings) this.strings = new Array<string | undefined>(this.length);
    const known = this.strings[i];
    if (known !== undefined) return known;
    const views = this.utf8;
    if (!views || this.nulls?.[i]) return '';
    const made = decodeUtf8(views.bytes, views.starts[i] as number, views.ends[i] as number);
    this.strings[i] = made;
    return made;
  }

  /** Is the value at `i` this text? Compares bytes where no string was made yet; `utf8` is the text's encoding. */
  matches(i: number, text: string, utf8: Uint8Array): boolean {
    const known = this.strings?.[i];
    if (known !== undefined) return known === text;
    const views = this.utf8;
    if (!views) return text === '';
    const start = views.starts[i] as number;
    if ((views.ends[i] as number) - start !== utf8.length) return false;
    for (let k = 0; k < utf8.length; k++) if (views.bytes[start + k] !== utf8[k]) return false;
    return true;
  }

  /** Are there views already, so that reading bytes costs nothing? */
  get hasViews(): boolean {
    return this.utf8 !== undefined;
  }

  /** The values at `rows[0..count)`, sharing the bytes. */
  select(rows: Int32Array, count: number, nulls: Nulls): StringColumn {
    let strings: (string | undefined)[] | undefined;
    if (this.strings) {
      strings = new Array<string | undefined>(count);
      for (let k = 0; k < count; k++) strings[k] = this.strings[rows[k] as number];
    }
    if (!this.utf8) return new StringColumn(count, nulls, strings, undefined);
    const starts = new Int32Array(count);
    const ends = new Int32Array(count);
    for (let k = 0; k < count; k++) {
      starts[k] = this.utf8.starts[rows[k] as number] as number;
      ends[k] = this.utf8.ends[rows[k] as number] as number;
    }
    return new StringColumn(count, nulls, strings, { bytes: this.utf8.bytes, starts, ends });
  }

  /** UTF-8 views of all values, for hashing, comparing and writing without making strings. */
  views(): Utf8Views {
    if (this.utf8) return this.utf8;
    const strings = this.strings as (string | undefined)[];
    const starts = new Int32Array(this.length);
    const ends = new Int32Array(this.length);
    let bound = 0;
    for (let i = 0; i < this.length; i++) bound += (strings[i]?.length ?? 0) * 3;
    const bytes = bound ? new Uint8Array(bound) : EMPTY;
    let at = 0;
    let last: string | undefined;
    for (let i = 0; i < this.length; i++) {
      const s = strings[i];
      if (s !== undefined && s === last) {
        // The same text again, as of a date in row after row.
        starts[i] = starts[i - 1] as number;
        ends[i] = at;
        continue;
      }
      last = s;
      starts[i] = at;
      if (s) at += encoder.encodeInto(s, bytes.subarray(at)).written;
      ends[i] = at;
    }
    this.utf8 = { bytes, starts, ends };
    return this.utf8;
  }
}

export interface Utf8Views {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Buffer's own way is twice as fast as a TextDecoder, which wants a view made for each text. */
const { utf8Slice } = Buffer.prototype as unknown as {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
};

/** The text of `bytes[start..end)`. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  // A byte or two are faster without a call.
  if (end - start <= 2) {
    const first = start < end ? (bytes[start] as number) : 0;
    const second = end - start === 2 ? (bytes[start + 1] as number) : 0;
    if (first < 128 && second < 128)
      return start === end ? '' : end - start === 1 ? String.fromCharCode(first) : String.fromCharCode(first, second);
  }
  return utf8Slice.call(bytes, start, end);
}
