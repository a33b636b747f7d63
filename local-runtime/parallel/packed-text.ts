import type { StringColumn } from '../batch/string-column.ts';
import type { Piece } from './batch-transfer.ts';

type Texts = readonly Piece<StringColumn>[];

/** Bytes that `copyTexts` needs at most: texts are copied in words of four bytes, with the bytes that stand in them beside. */
export function roomForTexts(pieces: Texts): number {
  let words = 0;
  for (const { column, rows, length } of pieces) {
    const { starts, ends } = column.views();
    const { nulls } = column;
    let lastStart = -1;
    let lastEnd = -1;
    for (let k = 0; k < length; k++) {
      const row = rows === undefined ? k : (rows[k] as number);
      if (nulls !== undefined && nulls[row] === 1) continue;
      const start = starts[row] as number;
      const end = ends[row] as number;
      if (start === lastStart && end === lastEnd) continue;
      lastStart = start;
      lastEnd = end;
      words += (end - start + 6) >>> 2;
    }
  }
  return words * 4;
}

/**
 * Copies the texts behind byte `at` of a buffer, a multiple of 4, and writes where each begins and ends in it from byte `places` on. A text
 * that stands in row after row, as a date does, is copied once. NULL is nowhere.
 */
export function copyTexts(pieces: Texts, buffer: ArrayBuffer, at: number, places: number, rowCount: number): void {
  const begins = new Int32Array(buffer, places, rowCount);
  const ends = new Int32Array(buffer, places + rowCount * 4, rowCount);
  const bytes = new Uint8Array(buffer);
  const words = new Int32Array(buffer);
  let to = at >>> 2;
  let out = 0;
  for (const { column, rows, length } of pieces) {
    const views = column.views();
    const { nulls } = column;
    const source = views.bytes;
    const offset = source.byteOffset;
    const sourceWords = new Int32Array(source.buffer, 0, source.buffer.byteLength >>> 2);
    const most = sourceWords.length;
    let lastStart = -1;
    let lastEnd = -1;
    let begin = 0;
    for (let k = 0; k < length; k++, out++) {
      const row = rows === undefined ? k : (rows[k] as number);
      if (nulls !== undefined && nulls[row] === 1) continue;
      const start = views.starts[row] as number;
      const end = views.ends[row] as number;
      if (start !== lastStart || end !== lastEnd) {
        lastStart = start;
        lastEnd = end;
        const first = offset + start;
        const until = (offset + end + 3) >>> 2;
        begin = (to << 2) + (first & 3);
        if (end === start) {
          begin = to << 2;
        } else if (until <= most) {
          for (let w = first >>> 2; w < until; w++) words[to++] = sourceWords[w] as number;
        } else {
          // The last bytes of the source's memory may fill no word.
          for (let i = start, o = begin; i < end; i++) bytes[o++] = source[i] as number;
          to = (begin + end - start + 3) >>> 2;
        }
      }
      begins[out] = begin;
      ends[out] = begin + end - start;
    }
  }
}
