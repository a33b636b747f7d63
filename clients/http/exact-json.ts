/** What a JSON number becomes: itself, a bigint, or its own text where a double cannot hold it. */
type ExactNumber = number | bigint | string;

/** Sixteen digits in a row, a point among them: the shortest text of a number that a double may not hold. */
const LONG_NUMBER = /\d[\d.]{15}/;

interface ReviverContext {
  readonly source?: string;
}

type SourceReviver = (this: unknown, key: string, value: unknown, context?: ReviverContext) => unknown;

/**
 * JSON.parse that loses no digits: an integer beyond 2^53 becomes a `bigint`, a decimal that a double cannot hold its
 * own text (Flink's BIGINT and DECIMAL are plain JSON numbers). Everything else is as JSON.parse gives it.
 * Throws SyntaxError on malformed text.
 */
export function parseExactJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const parse = JSON.parse as (text: string, reviver: SourceReviver) => unknown;
  return parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    return exactNumber(context.source, value);
  });
}

/** The number itself when a double holds `source` exactly enough to print it again, else a bigint or the text. */
export function exactNumber(source: string, value: number): ExactNumber {
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
  return digits(String(value)) === digits(source) ? value : source;
}

/** The significant digits and the place of the point, so that `1.10`, `1.1` and `11E-1` compare equal. */
function digits(text: string): string {
  const match = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const all = (whole + fraction).replace(/^0+/, '');
  const trimmed = all.replace(/0+$/, '');
  const scale = fraction.length - Number(exponent) - (all.length - trimmed.length);
  return trimmed === '' ? '0' : `${sign}${trimmed}e${-scale}`;
}
