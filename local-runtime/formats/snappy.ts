import { FlinkFault } from '../errors.ts';

const corrupt = () => new FlinkFault('IOException', 'Corrupt snappy data');

/** Snappy's raw format: a varint of the length, then literals and copies. */
export function snappyUncompress(input: Uint8Array): Uint8Array {
  let p = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const b = input[p++];
    if (b === undefined || shift > 28) throw corrupt();
    length += (b & 127) * 2 ** shift;
    if (b < 128) break;
  }
  const out = new Uint8Array(length);
  let at = 0;
  while (p < input.length) {
    const tag = input[p++] as number;
    if ((tag & 3) === 0) {
      let n = tag >> 2;
      if (n >= 60) {
        const width = n - 59;
        n = 0;
        for (let i = 0; i < width; i++) n += (input[p++] ?? 0) * 2 ** (8 * i);
      }
      n++;
      if (p + n > input.length || at + n > length) throw corrupt();
      // Short ones byte by byte: a view costs more.
      if (n > 32) out.set(input.subarray(p, p + n), at);
      else for (let i = 0; i < n; i++) out[at + i] = input[p + i] as number;
      p += n;
      at += n;
      continue;
    }
    let n: number;
    let offset: number;
    if ((tag & 3) === 1) {
      n = ((tag >> 2) & 7) + 4;
      offset = ((tag >> 5) << 8) | (input[p++] ?? 0);
    } else {
      n = (tag >> 2) + 1;
      offset = (input[p] ?? 0) | ((input[p + 1] ?? 0) << 8);
      p += 2;
      if ((tag & 3) === 3) {
        offset += ((input[p] ?? 0) | ((input[p + 1] ?? 0) << 8)) * 65536;
        p += 2;
      }
    }
    if (offset === 0 || offset > at || at + n > length) throw corrupt();
    const from = at - offset;
    // Byte by byte where a copy overlaps what it makes.
    if (n > 24 && offset >= n) out.copyWithin(at, from, from + n);
    else for (let i = 0; i < n; i++) out[at + i] = out[from + i] as number;
    at += n;
  }
  if (at !== length) throw corrupt();
  return out;
}

const HASH_BITS = 14;
const BLOCK = 65536;

/** Compresses in Snappy's raw format: greedy, matches found by a hash of four bytes within blocks of 64 KiB. */
export function snappyCompress(input: Uint8Array): Uint8Array {
  const out = new Uint8Array(32 + input.length + Math.floor(input.length / 6));
  let o = 0;
  let n = input.length;
  while (n > 127) {
    out[o++] = (n & 127) | 128;
    n >>>= 7;
  }
  out[o++] = n;
  const table = new Int32Array(1 << HASH_BITS);
  for (let from = 0; from < input.length; from += BLOCK) {
    table.fill(-1);
    o = compressBlock(input, from, Math.min(input.length, from + BLOCK), out, o, table);
  }
  return out.slice(0, o);
}

function compressBlock(
  input: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  start: number,
  table: Int32Array,
): number {
  let o = start;
  let literal = from;
  let p = from;
  const word = (i: number) =>
    (input[i] as number) |
    ((input[i + 1] as number) << 8) |
    ((input[i + 2] as number) << 16) |
    ((input[i + 3] as number) << 24);
  while (p + 4 <= to) {
    const w = word(p);
    const h = Math.imul(w, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = table[h] as number;
    table[h] = p;
    if (candidate < 0 || word(candidate) !== w) {
      p++;
      continue;
    }
    o = putLiteral(input, literal, p, out, o);
    let end = p + 4;
    while (end < to && input[end] === input[candidate + end - p]) end++;
    const offset = p - candidate;
    for (let left = end - p; left > 0; ) {
      // Two bytes of offset serve every match within a block; at most 64 bytes a copy.
      const n = Math.min(64, left);
      out[o++] = ((n - 1) << 2) | 2;
      out[o++] = offset & 255;
      out[o++] = offset >> 8;
      left -= n;
    }
    p = end;
    literal = end;
  }
  return putLiteral(input, literal, to, out, o);
}

function putLiteral(input: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  let o = at;
  const n = to - from;
  if (n <= 0) return o;
  if (n <= 60) out[o++] = (n - 1) << 2;
  else if (n <= 256) {
    out[o++] = 60 << 2;
    out[o++] = n - 1;
  } else {
    out[o++] = 61 << 2;
    out[o++] = (n - 1) & 255;
    out[o++] = (n - 1) >> 8;
  }
  out.set(input.subarray(from, to), o);
  return o + n;
}
