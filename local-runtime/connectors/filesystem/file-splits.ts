import type { Subtask } from '../connector.ts';
import type { DataFile } from './files.ts';

/** A part of a file that one reader reads: the records that begin in it. */
export interface FileSplit {
  readonly file: DataFile;
  /** Names the split in snapshots: the file's path, with the first byte where that is not 0. */
  readonly key: string;
  readonly start: number;
  /** First byte that is not in the split; undefined: to the end of the file. */
  readonly end: number | undefined;
}

/** The first split of a file, so long that most files have no other, and the following ones. Bytes. */
const FIRST = 8 << 20;
const NEXT = 4 << 20;

const COMPRESSED = /\.(gz|gzip|deflate|bz2|xz|zst|zstd|zip)$/i;

/**
 * The splits of a file that a reader has. Readers find them without asking each other, and the same ones whenever they look: the
 * splits of a file go round the readers, from one that the file's name tells. `divisible`: records are lines, so that a reader can
 * begin anywhere. (FileSplitAssigner; Flink's enumerator cuts by the file system's blocks.)
 */
export function splitsOf(file: DataFile, divisible: boolean, { index, of }: Subtask): FileSplit[] {
  const { path, size } = file;
  const first = hash(path) % of;
  const whole = of === 1 || !divisible || size <= FIRST || COMPRESSED.test(path);
  if (whole) return first === index ? [{ file, key: path, start: 0, end: undefined }] : [];
  const splits: FileSplit[] = [];
  for (let n = 0, start = 0; start < size; n++) {
    const end = start + (n === 0 ? FIRST : NEXT);
    if ((first + n) % of === index) {
      splits.push({
        file,
        key: n === 0 ? path : `${path}:${start}`,
        start,
        end: end < size ? end : undefined,
      });
    }
    start = end;
  }
  return splits;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}
