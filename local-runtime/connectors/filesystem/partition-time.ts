import { FlinkFault } from '../../errors.ts';
import { epochDay } from '../../formats/convert.ts';
import { modernParse } from '../../functions/java/date-pattern.ts';
import type { Options } from '../options.ts';

/** The local time that a partition's values tell, in milliseconds as if it were UTC (PartitionTimeExtractor). */
export type PartitionTime = (values: readonly string[]) => number;

/** Reads `partition.time-extractor.*`. Java classes cannot be loaded, so `custom` is what it is in Flink for a class it does not find. */
export function partitionTime(options: Options, keys: readonly string[]): PartitionTime {
  const kind = options['partition.time-extractor.kind'] ?? 'default';
  if (kind === 'custom') {
    throw noSuchClass('Can not new instance for custom class from', options['partition.time-extractor.class']);
  }
  if (kind !== 'default') {
    throw new FlinkFault('UnsupportedOperationException', `Unsupported extractor kind: ${kind}`);
  }
  const pattern = options['partition.time-extractor.timestamp-pattern'];
  const formatter = options['partition.time-extractor.timestamp-formatter'];
  const parse = formatter === undefined ? parseLenient : formatted(formatter);
  return (values) => {
    let text = pattern ?? values[0] ?? '';
    // One key after the other, as Flink does: `$dt` is found in `$dtx`, too.
    if (pattern !== undefined)
      for (const [i, key] of keys.entries()) text = text.replaceAll(`$${key}`, () => values[i] ?? '');
    return parse(text);
  };
}

/** `yyyy-M-d` with or without ` H:m:s` and a fraction; fields that are too large carry over (ResolverStyle.LENIENT). */
function parseLenient(text: string): number {
  const m = /^(-?\d{1,10})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?$/.exec(text);
  if (!m) throw unparsable(text);
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const first = epochDay(year + Math.floor((month - 1) / 12), ((((month - 1) % 12) + 12) % 12) + 1, 1);
  const millis = Math.floor(Number((m[7] ?? '').padEnd(9, '0')) / 1e6);
  return (first + day - 1) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + millis;
}

function formatted(pattern: string): (text: string) => number {
  const parse = modernParse(pattern);
  return (text) => {
    const found = parse(text);
    if (!found) throw unparsable(text);
    return found.ms;
  };
}

const unparsable = (text: string) =>
  new FlinkFault('DateTimeParseException', `Text '${text}' could not be parsed at index 0`);

/** A Java class that an option names: there is none in this runtime. */
export function noSuchClass(words: string, name: string | undefined): FlinkFault {
  if (name === undefined) return new FlinkFault('NullPointerException', 'No class is named.');
  return new FlinkFault('RuntimeException', `${words} ${name}`, new FlinkFault('ClassNotFoundException', name));
}
