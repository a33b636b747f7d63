import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';
import { decodeUtf8 } from '../batch/string-column.ts';
import { textLength } from '../functions/cast/cast.ts';
import type { Code, Generator } from './generator.ts';

/** JavaScript of a text's bytes where it is not NULL: `bytes[start..end)`. `bytes` is a name that holds for the whole loop. */
export interface TextView {
  readonly bytes: string;
  readonly start: string;
  readonly end: string;
}

/** Which part of which text was found last, and where it ends: a later one is looked for from there. */
interface Found {
  from: number;
  to: number;
  index: number;
  end: number;
}

/**
 * Where part `index` of `bytes[from..to)` begins, split at each `separator`; -1 when there are fewer. An empty text has none
 * (StringUtils.splitByWholeSeparatorPreserveAllTokens).
 */
function part(bytes: Uint8Array, from: number, to: number, separator: number, index: number, found: Found): number {
  if (from === to) return -1;
  let start = from;
  let left = index;
  if (found.from === from && found.to === to && found.index < index) {
    if (found.end === to) return -1;
    start = found.end + 1;
    left -= found.index + 1;
  }
  for (let i = start; i < to; i++) {
    if (bytes[i] !== separator) continue;
    if (left === 0) return partAt(found, from, to, index, start, i);
    left--;
    start = i + 1;
  }
  return left === 0 ? partAt(found, from, to, index, start, to) : -1;
}

function partAt(found: Found, from: number, to: number, index: number, start: number, end: number): number {
  found.from = from;
  found.to = to;
  found.index = index;
  found.end = end;
  return start;
}

/** Memory read in words of four bytes. */
interface Words {
  of: ArrayBufferLike | undefined;
  words: Int32Array;
}

/** Shorter texts are read faster byte by byte. */
const WORTH_WORDS = 16;
/** Words whose bytes can be counted in a byte each. */
const COUNTED = 255;

function wordsOf({ buffer }: Uint8Array, cache: Words): Int32Array {
  if (cache.of !== buffer) {
    cache.of = buffer;
    cache.words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  }
  return cache.words;
}

/** Characters of a text but `left` ones, which is a character below 128, or -1. */
function lengthWithout(bytes: Uint8Array, from: number, to: number, left: number, cache: Words): number {
  let n = 0;
  let seen = 0;
  let i = from;
  if (to - from >= WORTH_WORDS) {
    const words = wordsOf(bytes, cache);
    const base = bytes.byteOffset;
    for (; ((base + i) & 3) !== 0; i++) {
      const byte = bytes[i] as number;
      seen |= byte;
      if (byte !== left) n++;
    }
    const same = left < 0 ? 0x7f7f7f7f : left * 0x01010101;
    const last = (base + to) >>> 2;
    let w = (base + i) >>> 2;
    while (w < last) {
      // Of bytes below 128 those that are not `left` have a bit in which they differ, which is carried into the eighth.
      let others = 0;
      for (const end = Math.min(last, w + COUNTED); w < end; w++) {
        const word = words[w] as number;
        seen |= word;
        others += (((word ^ same) + 0x7f7f7f7f) >>> 7) & 0x01010101;
      }
      n += (others & 0xff) + ((others >>> 8) & 0xff) + ((others >>> 16) & 0xff) + (others >>> 24);
    }
    i = (last << 2) - base;
  }
  for (; i < to; i++) {
    const byte = bytes[i] as number;
    seen |= byte;
    if (byte !== left) n++;
  }
  if ((seen & 0x80808080) === 0) return left < 0 ? to - from : n;
  const text = decodeUtf8(bytes, from, to);
  return textLength(left < 0 ? text : text.replaceAll(String.fromCharCode(left), ''));
}

/** Is the text, its capital letters made small, these bytes, which are below 128? */
function isLower(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array, text: string): boolean {
  let same = to - from === wanted.length;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    // Other letters may become these: the Kelvin sign is a k then.
    if (byte > 127) return decodeUtf8(bytes, from, to).toLowerCase() === text;
    if (same && (byte >= 65 && byte <= 90 ? byte | 32 : byte) !== wanted[i - from]) same = false;
  }
  return same;
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** The text of a column that can be read in bytes. */
function textField(g: Generator, rex: Rex | undefined): { code: Code; view: TextView } | undefined {
  if (rex?.kind !== 'InputRef') return undefined;
  const code = g.generate(rex);
  const view = g.views.get(code);
  return view && { code, view };
}

/** Calls that can be made on the bytes of a text, without a string; undefined for all others. */
export function generateText(g: Generator, rex: RexCall): Code | undefined {
  switch (rex.fn) {
    case 'SPLIT_INDEX':
      return splitIndex(g, rex);
    case 'CHAR_LENGTH':
      return charLength(g, rex);
    default:
      return undefined;
  }
}

function splitIndex(g: Generator, rex: RexCall): Code | undefined {
  const [text, separator, index] = rex.operands;
  if (separator?.kind !== 'Literal' || index?.kind !== 'Literal') return undefined;
  const mark = separator.value;
  const at = index.value;
  // In UTF-8 a byte below 128 is a character of its own.
  if (typeof mark !== 'string' || mark.length !== 1 || !isAscii(mark)) return undefined;
  if (typeof at !== 'number' || at < 0) return undefined;
  const field = textField(g, text);
  if (field === undefined) return undefined;
  const { code, view } = field;
  const [split, range] = [g.bind(part, 'p'), lastFound(g, view, mark)];
  const [start, end] = [g.temp(), g.temp()];
  const call = `${split}(${view.bytes}, ${view.start}, ${view.end}, ${mark.charCodeAt(0)}, ${at}, ${range})`;
  g.emit(`const ${start} = ${code.nul === 'false' ? call : `${code.nul} ? -1 : ${call}`}, ${end} = ${range}.end;`);
  return g.viewed({ bytes: view.bytes, start, end }, `${start} < 0`, rex.type, decodeUtf8);
}

/** The name of what was found last in a column, for all calls with the same separator, where the loop forgets it as it begins. */
function lastFound(g: Generator, { start }: TextView, separator: string): string {
  const key = `SPLIT_INDEX ${start} ${separator}`;
  const known = g.kept.get(key);
  if (known !== undefined) return known;
  const found: Found = { from: -1, to: -1, index: -1, end: 0 };
  const name = g.bind(found, 'r');
  if (g.opening) {
    g.opening.push(`${name}.from = -1;`);
    g.kept.set(key, name);
  }
  return name;
}

/** CHAR_LENGTH of a column, also with one character taken out, which is how SQL counts how often that is there. */
function charLength(g: Generator, rex: RexCall): Code | undefined {
  let text = rex.operands[0];
  let left = -1;
  if (text?.kind === 'Call' && text.fn === 'REPLACE') {
    const [inner, search, replacement] = text.operands;
    if (search?.kind !== 'Literal' || replacement?.kind !== 'Literal' || replacement.value !== '') return undefined;
    const { value } = search;
    if (typeof value !== 'string' || value.length !== 1 || !isAscii(value)) return undefined;
    left = value.charCodeAt(0);
    text = inner;
  }
  const field = textField(g, text);
  if (field === undefined) return undefined;
  const { code, view } = field;
  const cache: Words = { of: undefined, words: new Int32Array(0) };
  const val = `${g.bind(lengthWithout, 'p')}(${view.bytes}, ${view.start}, ${view.end}, ${left}, ${g.bind(cache, 'r')})`;
  return { nul: code.nul, val, nanos: '0', type: rex.type };
}

/** `LOWER(column) = 'text'` without making strings; undefined for all other operands. */
export function lowerEqualsText(g: Generator, lower: Rex, text: Rex): { nul: string; val: string } | undefined {
  if (lower.kind !== 'Call' || lower.fn !== 'LOWER') return undefined;
  if (text.kind !== 'Literal' || typeof text.value !== 'string' || !isAscii(text.value)) return undefined;
  const field = textField(g, lower.operands[0]);
  if (field === undefined) return undefined;
  const { code, view } = field;
  const wanted = g.bind(new TextEncoder().encode(text.value));
  const args = `${view.bytes}, ${view.start}, ${view.end}, ${wanted}, ${g.bind(text.value)}`;
  return { nul: code.nul, val: `${g.bind(isLower, 'p')}(${args})` };
}
