import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { FlinkFault, validation } from '../../errors.ts';
import { type Zone, zoneOf } from '../../functions/java/time-zone.ts';
import { durationOption, type Options } from '../options.ts';
import { noSuchClass, type PartitionTime, partitionTime } from './partition-time.ts';

const KIND = 'sink.partition-commit.policy.kind';
const ZONE = 'sink.partition-commit.watermark-time-zone';

/** A partition that has files and is not committed: its folders below the table's, values, and since when (epoch ms) it is known. */
interface Waiting {
  readonly path: string;
  readonly values: readonly string[];
  readonly since: number | undefined;
}

/** What a checkpoint keeps of partitions that are not committed. */
export interface PreparedPartitions {
  readonly waiting: readonly Waiting[];
  /** Epoch ms; `null`: none came. */
  readonly watermark: number | null;
  readonly ended: boolean;
}

/**
 * Tells others that a partition is complete (PartitionCommitter): `success-file` puts an empty file into its folder. With
 * `sink.partition-commit.trigger` = `process-time` a partition is complete when the delay is over since its first commit of files,
 * with `partition-time` when the watermark has passed the time that its values tell and the delay; at the end of the input all are.
 * What is complete is found after a checkpoint, by the watermark of that checkpoint.
 */
export class PartitionCommitter {
  private readonly root: string;
  private readonly files: readonly string[];
  private readonly delay: number;
  /** Only with the trigger `partition-time`. */
  private readonly time: PartitionTime | undefined;
  private readonly zone: Zone;
  private readonly now: () => number;
  private waiting = new Map<string, Waiting>();
  /** Those that got files since the last checkpoint: what an earlier checkpoint commits does not count for them. */
  private fresh = new Map<string, Waiting>();
  private watermark: number | null = null;
  private ended = false;

  /** Undefined where nothing is to be told. In batch mode a table without partitions is one, and all is complete at the end. */
  static of(options: Options, keys: readonly string[], root: string, batch: boolean, now: () => number) {
    const kind = options[KIND];
    if (kind === undefined || (keys.length === 0 && !batch)) return undefined;
    return new PartitionCommitter(options, kind, keys, root, batch, now);
  }

  private constructor(
    options: Options,
    kind: string,
    keys: readonly string[],
    root: string,
    batch: boolean,
    now: () => number,
  ) {
    this.root = root;
    this.now = now;
    this.delay = durationOption(options, 'sink.partition-commit.delay') ?? 0;
    this.zone = zoneOf(options[ZONE] ?? 'UTC');
    const byTime = options['sink.partition-commit.trigger']?.toLowerCase() === 'partition-time';
    this.time = byTime && !batch ? partitionTime(options, keys) : undefined;
    this.files = successFiles(kind, options);
  }

  /** A folder of the table got a file. */
  add(path: string, values: readonly string[]): void {
    if (!this.fresh.has(path)) this.fresh.set(path, { path, values, since: undefined });
  }

  /** Infinity: no more rows come. */
  advance(watermark: number): void {
    if (watermark === Number.POSITIVE_INFINITY) this.ended = true;
    else this.watermark = Math.max(this.watermark ?? watermark, watermark);
  }

  prepared(): PreparedPartitions {
    for (const [path, partition] of this.fresh) if (!this.waiting.has(path)) this.waiting.set(path, partition);
    this.fresh.clear();
    return { waiting: [...this.waiting.values()], watermark: this.watermark, ended: this.ended };
  }

  restore({ waiting }: PreparedPartitions): void {
    this.waiting = new Map(waiting.map((partition) => [partition.path, partition]));
  }

  /** Call when the files of `prepared` are visible. To do it twice does no harm. */
  async commit(prepared: PreparedPartitions): Promise<void> {
    const now = this.now();
    for (const partition of prepared.waiting) {
      const since = partition.since ?? now;
      if (!prepared.ended && !this.isComplete(partition, since, now, prepared.watermark)) {
        if (this.waiting.has(partition.path)) this.waiting.set(partition.path, { ...partition, since });
        continue;
      }
      for (const file of this.files) await (await open(join(this.root, partition.path, file), 'w')).close();
      this.waiting.delete(partition.path);
    }
  }

  private isComplete({ values }: Waiting, since: number, now: number, watermark: number | null): boolean {
    if (!this.time) return this.delay === 0 || now > since + this.delay;
    const local = this.time(values);
    return watermark !== null && watermark > this.zone.toUtc(local) + this.delay;
  }
}

/** The files that tell of a partition; words of the policies that are none (PartitionCommitPolicyFactory.createPolicyChain). */
function successFiles(kinds: string, options: Options): string[] {
  const out: string[] = [];
  for (const kind of kinds.split(',')) {
    switch (kind.toLowerCase()) {
      case 'success-file':
        out.push(options['sink.partition-commit.success-file.name'] ?? '_SUCCESS');
        break;
      case 'metastore':
        // Only in batch mode, where Flink's store of a table of files does nothing.
        break;
      case 'custom':
        throw noSuchClass(
          'Can not create new instance for custom class from',
          options['sink.partition-commit.policy.class'],
        );
      default:
        throw new FlinkFault('UnsupportedOperationException', `Unsupported policy: ${kind}`);
    }
  }
  return out;
}

/** What Flink refuses while it builds a streaming job (PartitionCommitPolicy.validatePolicyChain). */
export function checkPolicies(options: Options, keys: readonly string[]): void {
  const kind = options[KIND];
  if (kind === undefined || keys.length === 0) return;
  if (kind.split(',').some((name) => name.toLowerCase() === 'metastore')) {
    throw validation(
      "Can not configure a 'metastore' partition commit policy for a file system table. You can only configure 'metastore' partition commit policy for a hive table.",
    );
  }
}

/** The zone must be one to java.util.TimeZone and to java.time.ZoneId alike (FileSystemTableFactory.validateTimeZone). */
export function checkZone(options: Options): void {
  const zone = options[ZONE] ?? 'UTC';
  if (/^[A-Za-z]/.test(zone)) {
    try {
      zoneOf(zone);
      return;
    } catch (error) {
      if (!(error instanceof FlinkFault)) throw error;
    }
  }
  throw validation(
    `Invalid time zone for '${ZONE}'. The value should be a Time Zone Database (TZDB) ID such as 'America/Los_Angeles' to include daylight saving time. Fixed offsets are supported using 'GMT-03:00' or 'GMT+03:00'. Or use 'UTC' without time zone and daylight saving time.`,
  );
}
