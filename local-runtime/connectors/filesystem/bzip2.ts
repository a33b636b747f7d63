import { FlinkFault } from '../../errors.ts';

const corrupt = (what: string) => new FlinkFault('IOException', `Corrupt bzip2 data: ${what}`);

/** Bits from a buffer that grows at its end. */
class Bits {
  private bytes: Uint8Array = new Uint8Array(0);
  /** Place in bits. */
  private at = 0;

  push(chunk: Uint8Array): void {
    const from = this.at >> 3;
    const rest = this.bytes.subarray(from);
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    this.bytes = joined;
    this.at -= from * 8;
  }

  mark(): number {
    return this.at;
  }

  back(mark: number): void {
    this.at = mark;
  }

  get available(): number {
    return this.bytes.length * 8 - this.at;
  }

  align(): void {
    this.at = (this.at + 7) & ~7;
  }

  /** At most 24 bits. */
  take(count: number): number {
    if (this.available < count) throw NEED_MORE;
    let value = 0;
    for (let left = count; left > 0; ) {
      const offset = this.at & 7;
      const n = Math.min(8 - offset, left);
      value = (value << n) | (((this.bytes[this.at >> 3] as number) >> (8 - offset - n)) & ((1 << n) - 1));
      this.at += n;
      left -= n;
    }
    return value;
  }
}

/** Thrown when a block is not whole yet. */
const NEED_MORE = new Error('more bytes are needed');

/** Unpacks bzip2 block by block, several streams one behind the other, too. */
export class Bunzip2 {
  private readonly bits = new Bits();
  /** Bytes of a block at most; 0 before a stream's header. */
  private blockSize = 0;

  /** The blocks that are whole with this chunk. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.bits.push(chunk);
    const out: Uint8Array[] = [];
    for (;;) {
      const mark = this.bits.mark();
      try {
        const block = this.step();
        if (block) out.push(block);
      } catch (error) {
        if (error !== NEED_MORE) throw error;
        this.bits.back(mark);
        return out;
      }
    }
  }

  /** To be called when there are no more bytes. */
  end(): void {
    if (this.blockSize || this.bits.available >= 8) throw corrupt('it ends in the middle of a block');
  }

  private step(): Uint8Array | undefined {
    const { bits } = this;
    if (!this.blockSize) {
      if (bits.take(24) !== 0x425a68) throw corrupt('no header');
      const level = bits.take(8) - 48;
      if (level < 1 || level > 9) throw corrupt('no header');
      this.blockSize = level * 100_000;
      return undefined;
    }
    const magic = bits.take(24) * 2 ** 24 + bits.take(24);
    if (magic === 0x177245385090) {
      bits.take(16);
      bits.take(16);
      bits.align();
      this.blockSize = 0;
      return undefined;
    }
    if (magic !== 0x314159265359) throw corrupt('no block where one should be');
    return this.block();
  }

  private block(): Uint8Array {
    const { bits } = this;
    bits.take(16);
    bits.take(16);
    if (bits.take(1)) throw corrupt('randomised blocks are not supported');
    const origin = bits.take(24);
    const symbols = this.symbolMap();
    const groups = bits.take(3);
    const selectorCount = bits.take(15);
    if (groups < 2 || groups > 6 || !selectorCount) throw corrupt('bad tables');
    const order = Uint8Array.from({ length: groups }, (_, i) => i);
    const selectors = new Uint8Array(selectorCount);
    for (let i = 0; i < selectorCount; i++) {
      let j = 0;
      while (bits.take(1)) if (++j >= groups) throw corrupt('bad selector');
      const group = order[j] as number;
      order.copyWithin(1, 0, j);
      order[0] = group;
      selectors[i] = group;
    }
    const tables = Array.from({ length: groups }, () => this.table(symbols.length + 2));
    return inverse(this.moveToFront(symbols, selectors, tables), origin);
  }

  private symbolMap(): number[] {
    const { bits } = this;
    const used = bits.take(16);
    const out: number[] = [];
    for (let i = 0; i < 16; i++) {
      if (!(used & (0x8000 >> i))) continue;
      const row = bits.take(16);
      for (let j = 0; j < 16; j++) if (row & (0x8000 >> j)) out.push(i * 16 + j);
    }
    if (!out.length) throw corrupt('a block without symbols');
    return out;
  }

  private table(size: number): Table {
    const { bits } = this;
    const lengths = new Uint8Array(size);
    let length = bits.take(5);
    for (let i = 0; i < size; i++) {
      while (bits.take(1)) length += bits.take(1) ? -1 : 1;
      if (length < 1 || length > 20) throw corrupt('bad code length');
      lengths[i] = length;
    }
    return tableOf(lengths);
  }

  /** Undoes Huffman's code, runs of zeros and move-to-front. */
  private moveToFront(symbols: readonly number[], selectors: Uint8Array, tables: readonly Table[]): Uint8Array {
    const front = Uint8Array.from(symbols);
    const out = new Uint8Array(this.blockSize);
    const end = symbols.length + 1;
    let n = 0;
    let run = 0;
    let weight = 1;
    for (let i = 0; ; i++) {
      const table = tables[selectors[Math.floor(i / 50)] as number];
      if (!table) throw corrupt('too few selectors');
      const symbol = this.symbol(table);
      if (symbol < 2) {
        run += weight << symbol;
        weight <<= 1;
        if (run > this.blockSize) throw corrupt('a run is too long');
        continue;
      }
      if (run) {
        if (n + run > out.length) throw corrupt('a block is too long');
        out.fill(front[0] as number, n, n + run);
        n += run;
        run = 0;
        weight = 1;
      }
      if (symbol === end) return out.subarray(0, n);
      if (n === out.length) throw corrupt('a block is too long');
      const place = symbol - 1;
      const byte = front[place] as number;
      front.copyWithin(1, 0, place);
      front[0] = byte;
      out[n++] = byte;
    }
  }

  private symbol(table: Table): number {
    let code = 0;
    for (let length = 1; length <= 20; length++) {
      code = (code << 1) | this.bits.take(1);
      const first = table.first[length] as number;
      const count = table.count[length] as number;
      if (code - first < count && code >= first)
        return table.symbols[(table.from[length] as number) + code - first] as number;
    }
    throw corrupt('bad code');
  }
}

/** A canonical Huffman code: by length the first code, how many there are, and where their symbols begin. */
interface Table {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly from: Int32Array;
  readonly symbols: Uint16Array;
}

function tableOf(lengths: Uint8Array): Table {
  const count = new Int32Array(21);
  for (const length of lengths) (count[length] as number)++;
  const first = new Int32Array(21);
  const from = new Int32Array(21);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let n = 0;
  for (let length = 1; length <= 20; length++) {
    first[length] = code;
    from[length] = n;
    for (let s = 0; s < lengths.length; s++) if (lengths[s] === length) symbols[n++] = s;
    code = (code + (count[length] as number)) << 1;
  }
  return { first, count, from, symbols };
}

/** Undoes the Burrows–Wheeler transform, then the runs of four equal bytes with a count behind them. */
function inverse(last: Uint8Array, origin: number): Uint8Array {
  const n = last.length;
  if (origin >= n) throw corrupt('bad origin');
  const starts = new Int32Array(257);
  for (let i = 0; i < n; i++) (starts[(last[i] as number) + 1] as number)++;
  for (let i = 1; i < 257; i++) (starts[i] as number) += starts[i - 1] as number;
  const next = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const byte = last[i] as number;
    next[starts[byte] as number] = i;
    (starts[byte] as number)++;
  }
  let out = new Uint8Array(n + (n >> 2) + 64);
  let length = 0;
  let same = 0;
  let before = -1;
  let at = next[origin] as number;
  for (let i = 0; i < n; i++) {
    const byte = last[at] as number;
    at = next[at] as number;
    const repeat = same === 4 ? byte : 1;
    if (length + repeat > out.length) {
      const wider = new Uint8Array(out.length * 2 + 256);
      wider.set(out);
      out = wider;
    }
    if (same === 4) {
      out.fill(before, length, length + repeat);
      length += repeat;
      same = 0;
      before = -1;
      continue;
    }
    out[length++] = byte;
    same = byte === before ? same + 1 : 1;
    before = byte;
  }
  return out.subarray(0, length);
}
