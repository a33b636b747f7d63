import { describe, expect, it } from 'vitest';
import { memorySize } from '../../../local-runtime/connectors/memory-size.ts';
import { durationMillis } from '../../../local-runtime/time/duration.ts';

/** What a real Flink 2.2.1 answers for options with these values. */
const UNITS =
  'DAYS: (d | day | days), HOURS: (h | hour | hours), MINUTES: (min | m | minute | minutes), SECONDS: (s | sec | secs | second | seconds), MILLISECONDS: (ms | milli | millis | millisecond | milliseconds), MICROSECONDS: (µs | micro | micros | microsecond | microseconds), NANOSECONDS: (ns | nano | nanos | nanosecond | nanoseconds)';
const DURATIONS: readonly (readonly [text: string, answer: number | string])[] = [
  ['200 ms', 200],
  ['3 SECS', 3000],
  ['1d', 86_400_000],
  ['7', 7],
  ['PT5M3.5S', 303_500],
  ['P1DT2H', 93_600_000],
  ['500 µs', 0.5],
  [
    '5 mins',
    `IllegalArgumentException: Time interval unit label 'mins' does not match any of the recognized units: ${UNITS}`,
  ],
  [
    '5 us',
    `IllegalArgumentException: Time interval unit label 'us' does not match any of the recognized units: ${UNITS}`,
  ],
  [
    '1 Week',
    `IllegalArgumentException: Time interval unit label 'week' does not match any of the recognized units: ${UNITS}`,
  ],
  [
    '5.5 s',
    `IllegalArgumentException: Time interval unit label '.5 s' does not match any of the recognized units: ${UNITS}`,
  ],
  ['x', 'NumberFormatException: text does not start with a number, and is not a valid ISO-8601 duration format: x'],
  ['P', 'NumberFormatException: text does not start with a number, and is not a valid ISO-8601 duration format: P'],
  [
    '-5 s',
    'NumberFormatException: text does not start with a number, and is not a valid ISO-8601 duration format: -5 s',
  ],
  ['PT-5S', 'NumberFormatException: negative duration is not supported'],
  ['', 'IllegalArgumentException: argument is an empty- or whitespace-only string'],
  ['99999999999999999999 s', 'ArithmeticException: BigInteger out of long range'],
];

const SIZE_UNITS =
  '(b | bytes) / (k | kb | kibibytes) / (m | mb | mebibytes) / (g | gb | gibibytes) / (t | tb | tebibytes)';
const SIZES: readonly (readonly [text: string, answer: number | string])[] = [
  ['128 MB', 128 << 20],
  ['5 kibibytes', 5120],
  ['12', 12],
  ['5 xb', `IllegalArgumentException: Memory size unit 'xb' does not match any of the recognized units: ${SIZE_UNITS}`],
  [
    '5.5 mb',
    `IllegalArgumentException: Memory size unit '.5 mb' does not match any of the recognized units: ${SIZE_UNITS}`,
  ],
  ['x', 'NumberFormatException: text does not start with a number'],
  ['', 'IllegalArgumentException: argument is an empty- or whitespace-only string'],
  [
    '99999999999999999999',
    "IllegalArgumentException: The value '99999999999999999999' cannot be re represented as 64bit number (numeric overflow).",
  ],
  [
    '99999999999 t',
    "IllegalArgumentException: The value '99999999999 t' cannot be re represented as 64bit number of bytes (numeric overflow).",
  ],
];

function answer(parse: (text: string) => number, text: string): number | string {
  try {
    return parse(text);
  } catch (error) {
    return String(error);
  }
}

describe('options are read as Flink reads them', () => {
  it.each(DURATIONS)('the duration %j', (text, expected) => expect(answer(durationMillis, text)).toBe(expected));
  it.each(SIZES)('the memory size %j', (text, expected) => expect(answer(memorySize, text)).toBe(expected));
});
