import { validation } from '../../errors.ts';
import { durationOption, type Options } from '../options.ts';

/** When a part file is closed and a new one begun, beside every checkpoint (TableRollingPolicy). */
export interface RollingPolicy {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the file was begun, and since its newest row. */
  readonly interval: number;
  readonly inactivity: number;
}

const HALF_AN_HOUR = 1_800_000;
const FILE_SIZE = 'sink.rolling-policy.file-size';

/** Reads `sink.rolling-policy.*`. */
export function rollingPolicy(options: Options): RollingPolicy {
  const size = options[FILE_SIZE];
  return {
    size: size === undefined ? 128 << 20 : memorySize(FILE_SIZE, size),
    interval: durationOption(options, 'sink.rolling-policy.rollover-interval') ?? HALF_AN_HOUR,
    inactivity: durationOption(options, 'sink.rolling-policy.inactivity-interval') ?? HALF_AN_HOUR,
  };
}

const POWERS: Readonly<Record<string, number>> = {
  '': 0,
  b: 0,
  bytes: 0,
  k: 1,
  kb: 1,
  kibibytes: 1,
  m: 2,
  mb: 2,
  mebibytes: 2,
  g: 3,
  gb: 3,
  gibibytes: 3,
  t: 4,
  tb: 4,
  tebibytes: 4,
};

/** Bytes of a `MemorySize`. */
function memorySize(key: string, text: string): number {
  const match = /^(\d+)\s*([a-z]*)$/i.exec(text.trim());
  const power = match && POWERS[(match[2] as string).toLowerCase()];
  if (!match || power === undefined || power === null) {
    throw validation(`Invalid value for option '${key}'.\n\nCould not parse value '${text}' for key '${key}'.`);
  }
  return Number(match[1]) * 1024 ** power;
}
