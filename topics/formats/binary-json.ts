import { isList, isObject, JsonNumber, type JsonValue } from '../json.ts';
import { decimalText, double } from './avro-read.ts';
import { addExtension, CborDecoder, CborEncoder, CborTag, decodeMsgpack, ExtData, encodeMsgpack } from './library.ts';
import { FormatProblem } from './problem.ts';
import { millisText } from './times.ts';

/** A decimal of CBOR (tag 4), which a double would round. */
class CborDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

addExtension({
  Class: CborDecimal,
  tag: 4,
  encode: () => {
    throw new Error('not written');
  },
  decode: (pair: unknown) => {
    const [exponent, mantissa] = pair as readonly (number | bigint)[];
    if (exponent === undefined || mantissa === undefined) throw new Error('a decimal fraction is broken');
    return new CborDecimal(decimalText(BigInt(mantissa), -Number(exponent)));
  },
});

const cbor = new CborDecoder({ mapsAsObjects: false, useRecords: false });

/** Reads MessagePack that fills `bytes`; throws an Error where it does not. */
export function readMsgpack(bytes: Uint8Array): JsonValue {
  return jsonOf(decodeMsgpack(bytes, { useBigInt64: true }), 0);
}

/** Reads CBOR that fills `bytes`; throws an Error where it does not. */
export function readCbor(bytes: Uint8Array): JsonValue {
  if (bytes[0] === 0xff) throw new Error('an end mark stands alone');
  return jsonOf(cbor.decode(bytes), 0);
}

const DEEPEST = 500;

function jsonOf(value: unknown, depth: number): JsonValue {
  if (depth > DEEPEST) throw new Error(`the data is nested deeper than ${DEEPEST}`);
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) && !Object.is(value, -0)
        ? new JsonNumber(BigInt(value).toString())
        : double(value);
    case 'bigint':
      return new JsonNumber(String(value));
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    default:
  }
  if (value === null) return null;
  if (value instanceof CborDecimal) return new JsonNumber(value.text);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : millisText(BigInt(value.getTime()), 'Z');
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return Buffer.from(bytes).toString('base64');
  }
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => jsonOf(item, depth + 1));
  // A tag or an extension that nothing is known of: what it holds.
  if (value instanceof CborTag) return jsonOf((value as { value?: unknown }).value, depth + 1);
  if (value instanceof ExtData) return Buffer.from(value.data as Uint8Array).toString('base64');
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  return new Map(entries.map(([key, item]) => [keyText(key), jsonOf(item, depth + 1)]));
}

const keyText = (key: unknown): string => (typeof key === 'string' ? key : String(key));

/** Writes what `readMsgpack` shows; texts stay texts. */
export const writeMsgpack = (value: JsonValue): Uint8Array =>
  encodeMsgpack(exact(value), { useBigInt64: true, ignoreUndefined: true });

const cborOut = new CborEncoder({ useRecords: false, mapsAsObjects: true });

/** Writes what `readCbor` shows; texts stay texts. */
export const writeCbor = (value: JsonValue): Uint8Array => new Uint8Array(cborOut.encode(exact(value)));

/** Whole numbers that a double does not hold as big integers; what 64 bits do not hold is refused. */
function exact(value: JsonValue): unknown {
  if (value instanceof JsonNumber) {
    if (!/^-?\d+$/.test(value.digits)) return Number(value.digits);
    const n = BigInt(value.digits);
    if (BigInt.asIntN(64, n) !== n && BigInt.asUintN(64, n) !== n)
      throw new FormatProblem('', `${value.digits} does not fit into 64 bits`);
    return Number.isSafeInteger(Number(n)) ? Number(n) : n;
  }
  if (isList(value)) return value.map(exact);
  if (isObject(value)) return Object.fromEntries([...value].map(([key, item]) => [key, exact(item)]));
  return value;
}
