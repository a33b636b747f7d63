import { FlinkFault, validation } from '../../errors.ts';
import { durationOption, type Options } from '../options.ts';

/** When a part file is closed and a new one begun, beside every checkpoint (TableRollingPolicy). */
export interface RollingPolicy {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the file was begun, and since its newest row. */
  readonly interval: number;
  readonly inactivity: number;
  /** How often the times are looked at, ms. */
  readonly check: number;
}

const HALF_AN_HOUR = 1_800_000;
const FILE_SIZE = 'sink.rolling-policy.file-size';
const COMPACTION_SIZE = 'compaction.file-size';

/** Reads `sink.rolling-policy.*`. */
export function rollingPolicy(options: Options): RollingPolicy {
  const policy = {
    size: fileSize(options),
    interval: durationOption(options, 'sink.rolling-policy.rollover-interval') ?? HALF_AN_HOUR,
    inactivity: durationOption(options, 'sink.rolling-policy.inactivity-interval') ?? HALF_AN_HOUR,
    check: durationOption(options, 'sink.rolling-policy.check-interval') ?? 60_000,
  };
  // Preconditions of TableRollingPolicy, which have no words.
  if (policy.size <= 0 || policy.interval <= 0 || policy.inactivity <= 0) {
    throw new FlinkFault('IllegalArgumentException', 'The options sink.rolling-policy.* must be greater than 0.');
  }
  return policy;
}

function fileSize(options: Options): number {
  const size = options[FILE_SIZE];
  return size === undefined ? 128 << 20 : memorySize(FILE_SIZE, size);
}

/** Bytes that a compacted file may have: `compaction.file-size`, else that of a file before it is rolled. */
export function compactionSize(options: Options): number {
  const size = options[COMPACTION_SIZE];
  return size === undefined ? fileSize(options) : memorySize(COMPACTION_SIZE, size);
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
