import { expect, test } from 'vitest';
import { bytes, duration, percent, shortNumber } from '../../../webviews/job/format.ts';

test.each([
  [0, '0'],
  [7, '7'],
  [0.066, '0.07'],
  [39.166, '39.2'],
  [999, '999'],
  [999.6, '1 k'],
  [1234, '1.23 k'],
  [35_600_000, '35.6 M'],
  [-1500, '−1.5 k'],
])('%d is %s', (value, text) => expect(shortNumber(value)).toBe(text));

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1797, '1.8 KiB'],
  [1024 * 1024, '1 MiB'],
  [123.4 * 2 ** 30, '123 GiB'],
])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [59_960, '1 min'],
  [83_000, '1 min 23 s'],
  [3_600_000, '1 h'],
  [18_120_000, '5 h 2 min'],
  [273_600_000, '3 d 4 h'],
  [-250, '−250 ms'],
])('%d ms are %s', (value, text) => expect(duration(value)).toBe(text));

test('shares', () => expect(percent(0.345)).toBe('35 %'));
