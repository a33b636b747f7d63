import type { Run } from './target.ts';

/** What one query gave on the runtime and, where Flink ran beside it, on Flink. */
export interface QueryResult {
  readonly name: string;
  readonly about: string;
  /** Rows of its input. */
  readonly rows: number;
  readonly millrace: readonly Run[];
  readonly flink: readonly Run[];
  /** The first run in a new process of the runtime, nothing warmed up, and the most memory that this process held, in MB. */
  readonly cold: Run;
  readonly peakMegabytes: number;
  /** What the process of Flink's TaskManager holds after the runs, in MB; it goes on from query to query. */
  readonly flinkMegabytes?: number;
}

/** Thousands of rows per second: the median and both extremes of the runs. */
export interface Speed {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Undefined where nothing ran. */
export function speedOf(rows: number, runs: readonly Run[]): Speed | undefined {
  if (runs.length === 0) return undefined;
  const speeds = runs.map(({ seconds }) => rows / seconds / 1000);
  const typical = rows / median(runs.map(({ seconds }) => seconds)) / 1000;
  return { median: typical, least: Math.min(...speeds), most: Math.max(...speeds) };
}

/** How many times as fast as Flink, by the clock or by CPU time; undefined where Flink did not run or is not known. */
export function ratioOf({ millrace, flink }: QueryResult, of: keyof Run): number | undefined {
  if (flink.length === 0) return undefined;
  const ratio = median(flink.map((run) => run[of])) / median(millrace.map((run) => run[of]));
  return Number.isFinite(ratio) ? ratio : undefined;
}

export function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
}
