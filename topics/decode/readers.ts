import { isList, isObject, JsonError, type JsonValue, parseJson } from '../json.ts';
import type { MessageFormat, UsedSchema } from '../types.ts';

/** What was read: a structured value, or a text. */
export interface Found {
  readonly value?: JsonValue;
  readonly text?: string;
  readonly schema?: UsedSchema;
}

/** What was read, or why nothing could be. */
export type Attempt = Found | string;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Characters that are in no text people write; a tab, a line feed and a carriage return are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;

const INTEGERS = { int8: 1, int16: 2, int32: 4, int64: 8 } as const;

interface Binary {
  readonly msgpack: (bytes: Uint8Array) => JsonValue;
  readonly cbor: (bytes: Uint8Array) => JsonValue;
}

/** Readers of formats that need no schema. With `isAuto` only what is not read so by chance counts. */
export async function readers(
  withLibrary: boolean,
): Promise<(format: MessageFormat, bytes: Uint8Array, isAuto: boolean) => Attempt> {
  let binary: Binary | undefined;
  if (withLibrary) {
    const { readCbor, readMsgpack } = await import('../formats/binary-json.ts');
    binary = { msgpack: readMsgpack, cbor: readCbor };
  }
  return (format, bytes, isAuto) => {
    switch (format) {
      case 'json':
        return json(bytes, isAuto);
      case 'string':
        return string(bytes, isAuto);
      case 'msgpack':
      case 'cbor':
        return packed(binary?.[format], bytes, isAuto);
      case 'int8':
      case 'int16':
      case 'int32':
      case 'int64':
        return integer(format, bytes);
      case 'hex':
        return { text: Buffer.from(bytes).toString('hex') };
      default:
        return 'it needs a schema';
    }
  };
}

function json(bytes: Uint8Array, isAuto: boolean): Attempt {
  const first = bytes.find((byte) => byte !== 32 && byte !== 9 && byte !== 10 && byte !== 13);
  if (first === undefined) return 'there is nothing but white space';
  if (isAuto && first !== 0x7b && first !== 0x5b) return 'it begins with neither { nor [';
  try {
    return { value: parseJson(utf8.decode(bytes)) };
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    return 'it is no UTF-8';
  }
}

function string(bytes: Uint8Array, isAuto: boolean): Attempt {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return 'it is no UTF-8';
  }
  const found = isAuto ? UNPRINTABLE.exec(text) : null;
  if (found)
    return `it has the control character U+${text.charCodeAt(found.index).toString(16).padStart(4, '0').toUpperCase()}`;
  return { text };
}

function packed(read: ((bytes: Uint8Array) => JsonValue) | undefined, bytes: Uint8Array, isAuto: boolean): Attempt {
  if (bytes.length === 0) return 'there are no bytes';
  if (!read) return 'it begins with neither a map nor a list';
  let value: JsonValue;
  try {
    value = read(bytes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (isAuto && !isObject(value) && !isList(value))
    return 'it would be one value alone, which many bytes are by chance';
  return { value };
}

function integer(format: keyof typeof INTEGERS, bytes: Uint8Array): Attempt {
  const size = INTEGERS[format];
  if (bytes.length !== size)
    return `${size === 1 ? 'one byte' : `${size} bytes`} are wanted, there are ${bytes.length}`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (size) {
    case 1:
      return { text: String(view.getInt8(0)) };
    case 2:
      return { text: String(view.getInt16(0)) };
    case 4:
      return { text: String(view.getInt32(0)) };
    case 8:
      return { text: String(view.getBigInt64(0)) };
  }
}

/** Bytes of a header as people read them: a text where it is one, hex otherwise. */
export function shownBytes(bytes: Uint8Array): string {
  const text = string(bytes, true);
  return typeof text === 'string' ? `0x${Buffer.from(bytes).toString('hex')}` : (text.text ?? '');
}
