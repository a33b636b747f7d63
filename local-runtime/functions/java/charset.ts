import { FlinkFault } from '../../errors.ts';

const unsupported = (name: string): FlinkFault => new FlinkFault('UnsupportedEncodingException', name);

type Charset = 'utf-8' | 'utf-16' | 'utf-16be' | 'utf-16le' | 'latin1' | 'ascii';

function charsetOf(name: string): Charset {
  switch (name.toUpperCase().replaceAll('_', '-')) {
    case 'UTF-8':
    case 'UTF8':
      return 'utf-8';
    case 'UTF-16':
    case 'UTF16':
      return 'utf-16';
    case 'UTF-16BE':
      return 'utf-16be';
    case 'UTF-16LE':
      return 'utf-16le';
    case 'ISO-8859-1':
    case 'ISO8859-1':
    case 'LATIN1':
      return 'latin1';
    case 'US-ASCII':
    case 'ASCII':
      return 'ascii';
    default:
      throw unsupported(name);
  }
}

/** String.getBytes(charset): what the charset cannot hold becomes `?`. */
export function encodeText(text: string, name: string): Uint8Array {
  const charset = charsetOf(name);
  switch (charset) {
    case 'utf-8':
      return new TextEncoder().encode(text);
    case 'latin1':
    case 'ascii': {
      const limit = charset === 'ascii' ? 127 : 255;
      return Uint8Array.from(Array.from(text), (c) => {
        const code = c.codePointAt(0) as number;
        return code > limit ? 63 : code;
      });
    }
    default: {
      const mark = charset === 'utf-16' && text !== '' ? '\ufeff' : '';
      const bytes = new Uint8Array(Buffer.from(mark + text, 'utf16le'));
      return charset === 'utf-16le' ? bytes : swapped(bytes);
    }
  }
}

function swapped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    out[i] = bytes[i + 1] as number;
    out[i + 1] = bytes[i] as number;
  }
  return out;
}

/** new String(bytes, charset). */
export function decodeText(bytes: Uint8Array, name: string): string {
  const charset = charsetOf(name);
  switch (charset) {
    case 'utf-8':
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    case 'latin1':
      return Buffer.from(bytes).toString('latin1');
    case 'ascii':
      return Array.from(bytes, (byte) => (byte > 127 ? '\ufffd' : String.fromCharCode(byte))).join('');
    case 'utf-16': {
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes.subarray(2));
      const marked = bytes[0] === 0xfe && bytes[1] === 0xff;
      return utf16(swapped(marked ? bytes.subarray(2) : bytes));
    }
    case 'utf-16be':
      return utf16(swapped(bytes));
    case 'utf-16le':
      return utf16(bytes);
  }
}

const utf16 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf16le');
