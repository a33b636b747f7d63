import { FlinkFault } from '../../errors.ts';
import { durationOption, memorySizeOption, type Options } from '../options.ts';

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
  return memorySizeOption(options, FILE_SIZE) ?? 128 << 20;
}

/** Bytes that a compacted file may have: `compaction.file-size`, else that of a file before it is rolled. */
export function compactionSize(options: Options): number {
  return memorySizeOption(options, COMPACTION_SIZE) ?? fileSize(options);
}
