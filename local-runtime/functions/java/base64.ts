import { FlinkFault } from '../../errors.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const EQUALS = 61;

const fail = (message: string): FlinkFault => new FlinkFault('IllegalArgumentException', message);

/** Checks a text as Base64.getDecoder() reads its bytes, with Java's complaints in Java's order. */
function check(bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  if (bytes.length < 2) throw fail('Input byte[] should at least have 2 bytes for base64 bytes');
  let at = 0;
  /** Digits of the unit at hand. */
  let digits = 0;
  while (at < bytes.length) {
    const byte = bytes[at++] as number;
    if (byte === EQUALS) {
      const isWrong = digits === 0 || (digits === 2 && (at === bytes.length || bytes[at++] !== EQUALS));
      if (isWrong) throw fail('Input byte array has wrong 4-byte ending unit');
      break;
    }
    if (!DIGITS.includes(String.fromCharCode(byte))) {
      throw fail(`Illegal base64 character ${((byte << 24) >> 24).toString(16)}`);
    }
    digits = (digits + 1) % 4;
  }
  if (digits === 1) throw fail('Last unit does not have enough valid bits');
  if (at < bytes.length) throw fail(`Input byte array has incorrect ending byte at ${at}`);
}

/** Base64.getDecoder().decode of a text's UTF-8 bytes, read as UTF-8. */
export function fromBase64(text: string): string {
  check(Buffer.from(text, 'utf8'));
  return Buffer.from(text, 'base64').toString('utf8');
}
