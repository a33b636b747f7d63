import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from '../../../clients/http/exact-json.ts';

describe('exact JSON', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1.1', 1.1],
    ['1.10000000000000000000', 1.1],
    ['1234567.1234567890', 1234567.123456789],
    ['12345678901234567.25', '12345678901234567.25'],
    ['0.00000000000000000', 0],
    ['"1234567890123456789012"', '1234567890123456789012'],
    ['1.7976931348623157E308', 1.7976931348623157e308],
  ])('%s', (text, value) => expect(parseExactJson(`[${text}]`)).toEqual([value]));

  test('every integer and every JSON value survives', () => {
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        expect(BigInt((parseExactJson(`{"a":${n}}`) as { a: number }).a)).toBe(n);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(parseExactJson(text), (_, v) => (typeof v === 'bigint' ? Number(v) : v))).toBe(
          JSON.stringify(JSON.parse(text)),
        );
      }),
    );
  });

  test('malformed text throws', () => expect(() => parseExactJson('{"a":')).toThrow(SyntaxError));
});
