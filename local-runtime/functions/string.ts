import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { textLength, truncateText } from './cast/cast.ts';
import { parseDouble } from './cast/from-string.ts';
import { textOf } from './cast/to-string.ts';
import { bound, type CallSite, type FunctionImpl, type FunctionTable, nullAware, plain } from './impl.ts';
import { fromBase64 } from './java/base64.ts';
import { decodeText, encodeText } from './java/charset.ts';
import { formatText } from './java/formatter.ts';
import { stringOrder } from './java/hash-order.ts';
import { likeMatcher, similarMatcher } from './like.ts';

const points = (text: string): string[] => Array.from(text);
const hasSurrogates = /[\ud800-\udfff]/;

/** Index in UTF-16 units of code point `n` from 0, or the text's length. */
function unitIndex(text: string, n: number): number {
  if (!hasSurrogates.test(text)) return Math.min(n, text.length);
  return truncateText(text, n).length;
}

const pointSlice = (text: string, from: number, to: number): string =>
  from >= to ? '' : text.slice(unitIndex(text, from), unitIndex(text, to));

/** Code points before UTF-16 index `at`. */
const pointsBefore = (text: string, at: number): number => (at <= 0 ? at : textLength(text.slice(0, at)));

/** SUBSTRING with SQL positions: from 1, negative from the end; 0 counts as 1 (BinaryStringDataUtil.substringSQL). */
function substring(text: string, start: number, length?: number): string | null {
  if (length !== undefined && length < 0) return null;
  const n = textLength(text);
  let from: number;
  if (start > 0) {
    from = start - 1;
    if (from >= n) return '';
  } else if (start < 0) {
    from = n + start;
    if (from < 0) return '';
  } else from = 0;
  const to = length === undefined || n - from < length ? n : from + length;
  return pointSlice(text, from, to);
}

/** OVERLAY counts UTF-16 units (SqlFunctionUtils.overlay). */
function overlay(text: string, replacement: string, start: number, length: number): string {
  if (start <= 0 || start > text.length) return text;
  let result = text.slice(0, start - 1) + replacement;
  // A length of 0 or past the end leaves nothing behind the replacement.
  if (start + length <= text.length && length > 0) result += text.slice(start - 1 + length);
  return wellFormed(result);
}

/** Lone surrogates become `?`, as Java encodes them. */
const wellFormed = (text: string): string =>
  hasSurrogates.test(text)
    ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?')
    : text;

/** Position from 1 in code points, searching from position `start`; 0 if absent. */
function position(part: string, text: string, start = 1): number {
  if (part === '') return 1;
  const at = text.indexOf(part, unitIndex(text, Math.max(0, start - 1)));
  if (at < 0) return 0;
  return pointsBefore(text, at) + 1;
}

/** SqlFunctionUtils.instr: `occurrence` counts overlapping parts; a negative start searches backwards from the end. */
function instr(text: string, part: string, start = 1, occurrence = 1): number {
  if (occurrence <= 0) throw new FlinkFault('IllegalArgumentException', 'nthAppearance must be positive!');
  if (start === 0) return 0;
  if (start < 0) {
    const found = instr(reversed(text), reversed(part), -start, occurrence);
    return found === 0 ? 0 : textLength(text) + 2 - found - textLength(part);
  }
  let found = 0;
  for (let n = 0; n < occurrence; n++) {
    found = position(part, text, found === 0 ? start : found + 1);
    if (found === 0) return 0;
  }
  return found;
}

const reversed = (text: string): string =>
  (hasSurrogates.test(text) ? points(text) : text.split('')).reverse().join('');

function pad(text: string, length: number, filler: string, left: boolean): string | null {
  if (length < 0 || filler === '') return null;
  // Lengths are those of char arrays: UTF-16 units.
  if (text.length >= length) return wellFormed(text.slice(0, length));
  const missing = length - text.length;
  const padding = filler.repeat(Math.ceil(missing / filler.length)).slice(0, missing);
  return wellFormed(left ? padding + text : text + padding);
}

/** Removes leading and/or trailing characters of a set. */
function trimSet(text: string, set: string, leading: boolean, trailing: boolean): string {
  if (set === '') return text;
  if (set === ' ') {
    let from = 0;
    let to = text.length;
    if (leading) while (from < to && text.charCodeAt(from) === 32) from++;
    if (trailing) while (to > from && text.charCodeAt(to - 1) === 32) to--;
    return text.slice(from, to);
  }
  const members = new Set(points(set));
  const chars = points(text);
  let from = 0;
  let to = chars.length;
  if (leading) while (from < to && members.has(chars[from] as string)) from++;
  if (trailing) while (to > from && members.has(chars[to - 1] as string)) to--;
  return chars.slice(from, to).join('');
}

/** Words of ASCII letters and digits; other letters end a word (SqlFunctions.initcap of Calcite). */
function initcap(text: string): string {
  let result = '';
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    const code = text.charCodeAt(i);
    if (inside) {
      const lower = code >= 97 && code <= 122;
      const upper = code >= 65 && code <= 90;
      const digit = code >= 48 && code <= 57;
      if (upper) result += c.toLowerCase();
      else result += c;
      if (!lower && !upper && !digit) inside = false;
    } else {
      const alphanumeric = /[A-Za-z0-9]/.test(c);
      result += code >= 97 && code <= 122 ? c.toUpperCase() : c;
      inside = alphanumeric;
    }
  }
  return result;
}

function translate(text: string, from: string, to: string): string {
  const targets = points(to);
  const map = new Map<string, string>();
  points(from).forEach((c, i) => {
    if (!map.has(c)) map.set(c, targets[i] ?? '');
  });
  let result = '';
  for (const c of text) result += map.get(c) ?? c;
  return result;
}

/** Part `index` of StringUtils.splitByWholeSeparatorPreserveAllTokens; without a separator it parts at blanks. */
function splitIndex(text: string, separator: string, index: number): string | null {
  if (text === '' || index < 0) return null;
  if (separator === '') return text.split(/\s/)[index] ?? null;
  let start = 0;
  for (let left = index; ; left--) {
    const end = text.indexOf(separator, start);
    if (left === 0) return text.slice(start, end < 0 ? text.length : end);
    if (end < 0) return null;
    start = end + separator.length;
  }
}

const isBinary = (type: LogicalType | undefined): boolean => type?.root === 'BINARY' || type?.root === 'VARBINARY';
const isText = (type: LogicalType | undefined): boolean => type?.root === 'CHAR' || type?.root === 'VARCHAR';

/** Text arguments as they are, others by their cast to STRING. */
function asText(site: CallSite, i: number): (value: Value) => string {
  const type = site.operandTypes[i] as LogicalType;
  return isText(type) ? (value) => value as string : textOf(type, site.env, false);
}

const bytesEqual = (a: Uint8Array, at: number, b: Uint8Array): boolean => {
  for (let k = 0; k < b.length; k++) if (a[at + k] !== b[k]) return false;
  return true;
};

const affix = (start: boolean): FunctionImpl =>
  bound((site) => {
    if (!isBinary(site.operandTypes[0])) {
      return start ? (a: string, b: string) => a.startsWith(b) : (a: string, b: string) => a.endsWith(b);
    }
    return (a: Uint8Array, b: Uint8Array) => b.length <= a.length && bytesEqual(a, start ? 0 : a.length - b.length, b);
  });

const test = (matches: (text: string) => boolean): FunctionImpl =>
  nullAware((site) => {
    const text = asText(site, 0);
    return (value: Value) => value !== null && matches(text(value));
  });

function isDecimalText(text: string): boolean {
  try {
    return Number.isFinite(parseDouble(text)) || /NaN|Infinity/.test(text);
  } catch (error) {
    if (error instanceof FlinkFault) return false;
    throw error;
  }
}

const trimOne = (leading: boolean, trailing: boolean): FunctionImpl =>
  plain((text: string, set = ' ') => trimSet(text, set, leading, trailing));

const base64 = bound((site) =>
  isBinary(site.operandTypes[0])
    ? (x: Uint8Array) => Buffer.from(x).toString('base64')
    : (x: string) => Buffer.from(x, 'utf8').toString('base64'),
);

function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  // Of an odd number of digits Flink's first byte is zero, whatever the first digit is.
  return new Uint8Array(Buffer.from(text.length % 2 === 1 ? `00${text.slice(1)}` : text, 'hex'));
}

function strToMap(text: string, pairs = ',', keyValue = '='): Value {
  const keys: string[] = [];
  const values: Value[] = [];
  if (text !== '') {
    for (const pair of javaSplit(text, pairs)) {
      const [key = '', value] = javaSplit(pair, keyValue, 2);
      keys.push(key);
      values.push(value ?? null);
    }
  }
  return stringOrder(keys, values);
}

/** String.split with a literal separator: trailing empty parts are dropped unless there is a limit. */
function javaSplit(text: string, separator: string, limit = 0): string[] {
  const parts: string[] = [];
  let from = 0;
  while (limit === 0 || parts.length < limit - 1) {
    const at = separator === '' ? -1 : text.indexOf(separator, from);
    if (at < 0) break;
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 1 && parts[parts.length - 1] === '') parts.pop();
  return parts;
}

const chr = (code: bigint | number): string => {
  const n = BigInt(code);
  if (n < 0n) return '';
  const low = Number(n & 0xffn);
  return String.fromCharCode(low);
};

/** Text functions; positions count code points unless said otherwise. */
export const stringFunctions: FunctionTable = {
  '||': plain((a: string, b: string) => a + b),
  CONCAT: bound((site) => {
    const texts = site.operandTypes.map((_, i) => asText(site, i));
    return (...args: Value[]) => {
      let result = '';
      for (let i = 0; i < args.length; i++) result += (texts[i] as (v: Value) => string)(args[i] as Value);
      return result;
    };
  }),
  CONCAT_WS: nullAware(
    () =>
      (separator: string | null, ...args: (string | null)[]) =>
        separator === null ? null : args.filter((arg) => arg !== null).join(separator),
  ),
  CHAR_LENGTH: plain((text: string) => textLength(text)),
  UPPER: plain((text: string) => text.toUpperCase()),
  LOWER: plain((text: string) => text.toLowerCase()),
  INITCAP: plain(initcap),
  TRIM: plain((where: string, set: string, text: string) =>
    trimSet(text, set, where !== 'TRAILING', where !== 'LEADING'),
  ),
  LTRIM: trimOne(true, false),
  RTRIM: trimOne(false, true),
  BTRIM: trimOne(true, true),
  SUBSTRING: plain(substring),
  LEFT: plain((text: string, n: number) => (n <= 0 ? '' : pointSlice(text, 0, n))),
  RIGHT: plain((text: string, n: number) => {
    const length = textLength(text);
    return n <= 0 ? '' : n >= length ? text : pointSlice(text, length - n, length);
  }),
  OVERLAY: plain((text: string, replacement: string, start: number, length = replacement.length) =>
    overlay(text, replacement, start, length),
  ),
  POSITION: plain(position),
  LOCATE: plain((part: string, text: string, start?: number) => position(part, text, start)),
  INSTR: plain(instr),
  LPAD: plain((text: string, length: number, filler: string) => pad(text, length, filler, true)),
  RPAD: plain((text: string, length: number, filler: string) => pad(text, length, filler, false)),
  REPEAT: plain((text: string, n: number) => (n <= 0 ? '' : text.repeat(n))),
  REVERSE: plain(reversed),
  REPLACE: plain((text: string, search: string, replacement: string) =>
    search === ''
      ? replacement +
        text
          .split('')
          .map((c) => c + replacement)
          .join('')
      : replacement.includes('$')
        ? text.replaceAll(search, () => replacement)
        : text.replaceAll(search, replacement),
  ),
  TRANSLATE: nullAware(
    () => (text: string | null, from: string | null, to: string | null) =>
      text === null || from === null || from === '' ? text : translate(text, from, to ?? ''),
  ),
  STARTSWITH: affix(true),
  ENDSWITH: affix(false),
  ELT: nullAware(
    () =>
      (index: number | null, ...items: Value[]) =>
        index === null || index < 1 || index > items.length ? null : (items[index - 1] as Value),
  ),
  SPLIT_INDEX: bound((site) =>
    isText(site.operandTypes[1])
      ? splitIndex
      : (text: string, code: number, index: number) =>
          code > 255 || code < 1 ? null : splitIndex(text, String.fromCharCode(code), index),
  ),
  SPLIT: plain((text: string, separator: string) => {
    if (text === '') return [];
    return separator === '' ? points(text) : text.split(separator);
  }),
  STR_TO_MAP: plain(strToMap),
  ASCII: plain((text: string) => {
    if (text === '') return 0;
    const byte = Buffer.from(text.slice(0, 2), 'utf8')[0] as number;
    return (byte << 24) >> 24;
  }),
  CHR: plain(chr),
  ENCODE: plain((text: string, charset: string) => encodeText(text, charset)),
  DECODE: plain((bytes: Uint8Array, charset: string) => decodeText(bytes, charset)),
  TO_BASE64: base64,
  FROM_BASE64: bound((site) =>
    isBinary(site.operandTypes[0])
      ? (bytes: Uint8Array) => fromBase64(Buffer.from(bytes).toString('latin1'))
      : (text: string) => fromBase64(text),
  ),
  UNHEX: plain(unhex),
  PRINTF: nullAware((site) => {
    const types = site.operandTypes.slice(1);
    return (format: string | null, ...args: Value[]) =>
      format === null ? null : formatText(format, args, types, site.env);
  }),
  IS_ALPHA: test((text) => text !== '' && /^\p{L}+$/u.test(text)),
  IS_DIGIT: test((text) => text !== '' && /^\p{Nd}+$/u.test(text)),
  IS_DECIMAL: test(isDecimalText),
  LIKE: bound((site) => likeMatcher(site)),
  'SIMILAR TO': bound((site) => similarMatcher(site)),
};
