import type { OptionDoc } from './model.ts';

export type Options = Readonly<Record<string, string>>;

/** Why a table's options are refused; `name` is Flink's exception class. `key` is the option at fault where it is a single one. */
export class OptionFault extends Error {
  readonly key: string | undefined;

  constructor(message: string, key?: string, name = 'ValidationException') {
    super(message);
    this.name = name;
    this.key = key;
  }
}

/** Formats' enumerations that Flink reads as texts and checks itself (JsonFormatOptionsUtil). */
const OWN_WORDS = /(^|\.)(timestamp-format\.standard|map-null-key\.mode)$/;
/** Texts with usual values, which Flink does not hold against a list when it plans. */
const FREE_WORDS = /(^|\.)(codec|compression|compress|timestamp\.time\.unit)$/;

/** Throws what reading the option's value throws in Flink (ConfigurationUtils.convertValue). */
export function checkValue(doc: OptionDoc, key: string, text: string): void {
  switch (doc.type) {
    case 'INT':
    case 'LONG':
      if (!/^[+-]?\d+$/.test(text.trim()))
        throw new OptionFault(`For input string: "${text}"`, key, 'NumberFormatException');
      if (/^(scan|sink)\.parallelism$/.test(key) && Number(text) <= 0)
        throw new OptionFault(`Invalid configured parallelism ${text.trim()}.`, key, 'TableException');
      return;
    case 'DOUBLE':
      if (text.trim() === '' || Number.isNaN(Number(text)))
        throw new OptionFault(`For input string: "${text}"`, key, 'NumberFormatException');
      return;
    case 'BOOLEAN':
      if (!/^(true|false)$/i.test(text))
        throw new OptionFault(
          `Unrecognized option for boolean: ${text}. Expected either true or false(case insensitive)`,
          key,
          'IllegalArgumentException',
        );
      return;
    case 'DURATION':
      if (!isDuration(text))
        throw new OptionFault(
          `text does not start with a number, and is not a valid ISO-8601 duration format: ${text}`,
          key,
          'NumberFormatException',
        );
      return;
    case 'MEMORY':
      if (!/^\s*\d/.test(text))
        throw new OptionFault('text does not start with a number', key, 'NumberFormatException');
      return;
    case 'ENUM':
      checkWord(doc, key, text);
      return;
    default:
  }
}

function checkWord({ values }: OptionDoc, key: string, text: string): void {
  if (!values || FREE_WORDS.test(key)) return;
  if (OWN_WORDS.test(key)) {
    if (!values.includes(text))
      throw new OptionFault(
        `Unsupported value '${text}' for ${OWN_WORDS.exec(key)?.[2]}. Supported values are [${values.join(', ')}].`,
        key,
      );
  } else if (!values.some((v) => v.toLowerCase() === text.toLowerCase()))
    throw new OptionFault(
      `Could not parse value for enum. Expected one of: [[${values.join(', ')}]]`,
      key,
      'IllegalArgumentException',
    );
}

const UNIT =
  /^(ms|milli|millis|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|ns|nanos?|nanoseconds?|[uµ]s|micros?|microseconds?)?$/i;

/** Whether a text is a duration as Flink reads it: `200 ms`, `1 min`, `PT5S`, a number of milliseconds (TimeUtils.parseDuration). */
export function isDuration(text: string): boolean {
  const trimmed = text.trim();
  const m = /^\d+\s*([a-zµ]*)$/i.exec(trimmed);
  if (m) return UNIT.test(m[1] ?? '');
  return trimmed.length > 1 && /^P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/i.test(trimmed);
}
