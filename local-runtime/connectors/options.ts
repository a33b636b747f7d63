import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { asFault, FlinkFault, validation } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';
import { memorySize } from './memory-size.ts';

export type Options = Readonly<Record<string, string>>;

/** Table options of a factory: which it needs and which it knows (Factory.requiredOptions, optionalOptions). */
export interface OptionSpec {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Keys with these prefixes are taken whatever follows (`properties.`). */
  readonly prefixes?: readonly string[];
  /** Patterns of further keys (`fields.#.kind`). */
  readonly patterns?: readonly RegExp[];
}

/** Missing options first, then unknown ones, in Flink's words (FactoryUtil.validateFactoryOptions, validateUnconsumedKeys). */
export function checkOptions(identifier: string, options: Options, spec: OptionSpec): void {
  checkRequired(options, spec.required);
  checkUnknown(identifier, options, spec);
}

export function checkRequired(options: Options, required: readonly string[]): void {
  const missing = required.filter((key) => options[key] === undefined).sort();
  if (missing.length) {
    throw validation(
      `One or more required options are missing.\n\nMissing required options are:\n\n${missing.join('\n')}`,
    );
  }
}

/** Options that Flink lists for every table, sinks as well. */
const WATERMARK = [
  'scan.watermark.alignment.group',
  'scan.watermark.alignment.max-drift',
  'scan.watermark.alignment.update-interval',
  'scan.watermark.emit.strategy',
  'scan.watermark.idle-timeout',
];

export function checkUnknown(identifier: string, options: Options, spec: OptionSpec): void {
  const known = ['connector', 'property-version', ...WATERMARK, ...spec.required, ...spec.optional];
  const taken = (key: string) =>
    spec.prefixes?.some((p) => key.startsWith(p)) || spec.patterns?.some((p) => p.test(key)) || false;
  checkListed(identifier, options, known, taken);
}

/** Refuses options that are not in a list and not `taken`, which the message lists too (FactoryUtil.validateUnconsumedKeys). */
export function checkListed(
  identifier: string,
  options: Options,
  list: readonly string[],
  taken: (key: string) => boolean = () => false,
): void {
  const keys = Object.keys(options);
  const known = new Set([...list, ...keys.filter(taken)]);
  const unknown = keys.filter((key) => !known.has(key));
  if (unknown.length) {
    throw validation(
      `Unsupported options found for '${identifier}'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}\n\nSupported options:\n\n${[...known].sort().join('\n')}`,
    );
  }
}

/** The value of a BOOLEAN option. */
export function booleanOption(options: Options, key: string, fallback: boolean): boolean {
  const text = options[key];
  if (text === undefined) return fallback;
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw badValue(
    key,
    text,
    new FlinkFault(
      'IllegalArgumentException',
      `Unrecognized option for boolean: ${text}. Expected either true or false(case insensitive)`,
    ),
  );
}

/** The value of an INT or LONG option. */
export function integerOption(options: Options, key: string): number | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text.trim())) {
    throw badValue(
      key,
      text,
      new FlinkFault(
        'IllegalArgumentException',
        `Could not parse value '${text}' for key '${key}'.`,
        new FlinkFault('NumberFormatException', `For input string: "${text}"`),
      ),
    );
  }
  return Number(text.trim());
}

/** One of a fixed set of words (an ENUM option). */
export function enumOption<T extends string>(
  options: Options,
  key: string,
  values: readonly T[],
  fallback: T,
  className?: string,
): T {
  const text = options[key];
  if (text === undefined) return fallback;
  const found = values.find((v) => v.toLowerCase() === text.toLowerCase());
  if (found) return found;
  throw badValue(
    key,
    text,
    new FlinkFault(
      'IllegalArgumentException',
      `Could not parse value for enum${className ? ` class ${className}` : ''}. Expected one of: [[${values.join(', ')}]]`,
    ),
  );
}

/** A Duration as Flink spells it (see durationMillis), in milliseconds. */
export function durationOption(options: Options, key: string): number | undefined {
  return parsedOption(options, key, durationMillis);
}

/** A MemorySize (`128 mb`), in bytes. */
export function memorySizeOption(options: Options, key: string): number | undefined {
  return parsedOption(options, key, memorySize);
}

function parsedOption(options: Options, key: string, parse: (text: string) => number): number | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    throw badValue(key, text, asFault(error));
  }
}

/** `scan.parallelism` or `sink.parallelism`: a number, and more than none. */
export function checkParallelism(options: Options, key: string, table: ResolvedTable): void {
  const parallelism = integerOption(options, key);
  if (parallelism !== undefined && parallelism <= 0) {
    const { catalog, database, name } = table.identifier;
    throw new FlinkFault(
      'TableException',
      `Invalid configured parallelism ${parallelism} for table '${catalog}.${database}.${name}'.`,
    );
  }
}

function badValue(key: string, text: string, cause: FlinkFault): FlinkFault {
  return validation(
    `Invalid value for option '${key}'.`,
    new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' for key '${key}'.`, cause),
  );
}

/** The options whose keys start with `prefix`, without it. */
export function withPrefix(options: Options, prefix: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) if (key.startsWith(prefix)) out[key.slice(prefix.length)] = value;
  return out;
}
