import type { BatchBuilder } from '../../batch/builder.ts';
import type { ReadRows } from './compile-rows.ts';

const BACKSLASH = 92;
const CONTROL = 0x80808080 | 0;

/**
 * Reads the plain lines of chunks by a compiled loop. Line ends and control characters of a chunk are found first, four bytes at a
 * time; a line with an escape or a control character is left to the general reader.
 */
export class PlainLines {
  private readonly read: ReadRows;
  private chunk: Uint8Array | undefined;
  private ends = new Int32Array(4096);
  private lines = 0;
  private line = 0;
  /** Control characters of the chunk, ascending. */
  private controls: number[] = [];
  private control = 0;
  private backslash = -1;

  constructor(read: ReadRows) {
    this.read = read;
  }

  /** Appends rows from `from` on and gives where the first line begins that is not plain, or that has no end yet. */
  rows(bytes: Uint8Array, from: number, out: BatchBuilder): number {
    if (bytes !== this.chunk) this.scan(bytes, from);
    const { ends, lines, controls } = this;
    if (lines === 0) return from;
    let line = this.line;
    while (line < lines && (ends[line] as number) < from) line++;
    while (this.control < controls.length && (controls[this.control] as number) < from) this.control++;
    if (this.backslash < from) {
      // A Buffer searches several times faster than a Uint8Array.
      const next = Buffer.prototype.indexOf.call(bytes, BACKSLASH, from);
      this.backslash = next < 0 ? bytes.length : next;
    }
    const bad = Math.min(this.backslash, controls[this.control] ?? bytes.length);
    const next = this.read(bytes, from, ends, line, lines, bad, out);
    this.line = next;
    return next === line ? from : (ends[next - 1] as number) + 1;
  }

  private scan(bytes: Uint8Array, from: number): void {
    this.chunk = bytes;
    this.lines = 0;
    this.line = 0;
    this.controls = [];
    this.control = 0;
    this.backslash = -1;
    const length = bytes.length;
    let at = from;
    while (at < length && ((bytes.byteOffset + at) & 3) !== 0) this.look(bytes, at++);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (length - at) >> 2);
    const blocks = words.length & ~7;
    let w = 0;
    for (; w < blocks; w += 8) {
      const a = words[w] as number;
      const b = words[w + 1] as number;
      const c = words[w + 2] as number;
      const d = words[w + 3] as number;
      const e = words[w + 4] as number;
      const f = words[w + 5] as number;
      const g = words[w + 6] as number;
      const h = words[w + 7] as number;
      // The highest bit of a byte is set when the byte is below 32; a borrow from such a byte may set more, which `look` sorts out.
      const low =
        ((a - 0x20202020) & ~a) |
        ((b - 0x20202020) & ~b) |
        ((c - 0x20202020) & ~c) |
        ((d - 0x20202020) & ~d) |
        ((e - 0x20202020) & ~e) |
        ((f - 0x20202020) & ~f) |
        ((g - 0x20202020) & ~g) |
        ((h - 0x20202020) & ~h);
      if ((low & CONTROL) === 0) continue;
      for (let k = w; k < w + 8; k++) {
        const word = words[k] as number;
        if (((word - 0x20202020) & ~word & CONTROL) === 0) continue;
        const first = at + k * 4;
        for (let i = first; i < first + 4; i++) this.look(bytes, i);
      }
    }
    for (let i = at + w * 4; i < length; i++) this.look(bytes, i);
  }

  private look(bytes: Uint8Array, at: number): void {
    const c = bytes[at] as number;
    if (c >= 32) return;
    if (c !== 10) {
      if (c !== 13 || bytes[at + 1] !== 10) this.controls.push(at);
      return;
    }
    if (this.lines === this.ends.length) {
      const ends = new Int32Array(this.lines * 2);
      ends.set(this.ends);
      this.ends = ends;
    }
    this.ends[this.lines++] = at;
  }
}
