const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of a Base64 text, or what java.util.Base64's basic decoder says of it. */
export function decodeBase64(text: string): Uint8Array | string {
  if (text.length === 1 && text.charCodeAt(0) < 0x80)
    return 'Input byte[] should at least have 2 bytes for base64 bytes';
  const bytes: number[] = [];
  let bits = 0;
  /** Where the next six bits go; 18 at the start of a unit of four characters. */
  let shift = 18;
  let at = 0;
  while (at < text.length) {
    const char = text[at++] as string;
    if (char === '=') {
      // One sign of padding after three characters, two after two, none at the start of a unit.
      const second = shift !== 6 || text[at++] === '=';
      if (!second || shift === 18) return 'Input byte array has wrong 4-byte ending unit';
      break;
    }
    const value = ALPHABET.indexOf(char);
    if (value < 0) return `Illegal base64 character ${firstByte(text, at - 1)}`;
    bits |= value << shift;
    shift -= 6;
    if (shift < 0) {
      bytes.push((bits >> 16) & 0xff, (bits >> 8) & 0xff, bits & 0xff);
      bits = 0;
      shift = 18;
    }
  }
  if (shift === 12) return 'Last unit does not have enough valid bits';
  if (shift === 6) bytes.push((bits >> 16) & 0xff);
  else if (shift === 0) bytes.push((bits >> 16) & 0xff, (bits >> 8) & 0xff);
  return at < text.length ? `Input byte array has incorrect ending byte at ${at}` : Uint8Array.from(bytes);
}

/** The first UTF-8 byte of the character at `at`, signed and in hexadecimal, as Java prints it. */
function firstByte(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  if (code < 0x80) return code.toString(16);
  const byte = code < 0x800 ? 0xc0 | (code >> 6) : code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18);
  return (byte - 0x100).toString(16);
}
