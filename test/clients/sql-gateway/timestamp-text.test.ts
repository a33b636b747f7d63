import { expect, test } from 'vitest';
import { timestampText } from '../../../clients/sql-gateway/timestamp-text.ts';

const at = (iso: string): bigint => BigInt(Date.parse(iso));

test.each([
  [0n, 1_000n, 3, undefined, '1970-01-01 00:00:00.000'],
  [-1n, 1_000n, 3, undefined, '1969-12-31 23:59:59.999'],
  [-1n, 1_000_000_000n, 9, undefined, '1969-12-31 23:59:59.999999999'],
  [1_700_000_000_123_456_789n, 1_000_000_000n, 6, undefined, '2023-11-14 22:13:20.123456'],
  [1_700_000_000n, 1n, 0, undefined, '2023-11-14 22:13:20'],
  [at('2024-03-31T00:59:59Z'), 1_000n, 0, 'Europe/Berlin', '2024-03-31 01:59:59'],
  [at('2024-03-31T01:00:00Z'), 1_000n, 0, 'Europe/Berlin', '2024-03-31 03:00:00'],
  [at('2024-01-01T00:00:00Z'), 1_000n, 3, 'Asia/Kathmandu', '2024-01-01 05:45:00.000'],
  [at('1800-01-01T00:00:00Z'), 1_000n, 0, 'Europe/Berlin', '1800-01-01 00:53:28'],
  [at('2024-01-01T00:00:00Z'), 1_000n, 0, 'GMT-08:00', '2023-12-31 16:00:00'],
  [at('2024-01-01T00:00:00Z'), 1_000n, 0, 'UTC', '2024-01-01 00:00:00'],
] as const)('%s per %s with %s digits in %s is %s', (value, units, precision, zone, text) => {
  expect(timestampText(value, units, precision, zone)).toBe(text);
});
test('an unknown zone throws', () => expect(() => timestampText(0n, 1n, 0, 'Mars/Base')).toThrow(RangeError));
