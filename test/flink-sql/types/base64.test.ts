import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../../flink-sql/types/base64.ts';

const END = 'Input byte array has wrong 4-byte ending unit';
const BITS = 'Last unit does not have enough valid bits';

describe('Base64 as Java decodes it', () => {
  it.each([
    ['', []],
    ['ab', [0x69]],
    ['abc', [0x69, 0xb7]],
    ['abcd', [0x69, 0xb7, 0x1d]],
    ['ab==', [0x69]],
    ['abc=', [0x69, 0xb7]],
    ['/+8A', [0xff, 0xef, 0x00]],
  ])('%s', (text, bytes) => {
    expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes));
  });

  it.each([
    ['a', 'Input byte[] should at least have 2 bytes for base64 bytes'],
    ['=', 'Input byte[] should at least have 2 bytes for base64 bytes'],
    ['a b', 'Illegal base64 character 20'],
    ['é', 'Illegal base64 character -3d'],
    ['YWJj\n', 'Illegal base64 character a'],
    ['ab-_', 'Illegal base64 character 2d'],
    ['a===', BITS],
    ['abcde', BITS],
    ['ab=', END],
    ['====', END],
    ['abcd=', END],
    ['ab=c', END],
    ['abc==', 'Input byte array has incorrect ending byte at 4'],
  ])('%j is refused', (text, message) => {
    expect(decodeBase64(text)).toBe(message);
  });
});
