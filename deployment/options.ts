/** How a job is to run; what is undefined is left to the text's own SETs and to the cluster. */
export interface JobOptions {
  /** Of the deployment and of the job. */
  readonly name: string;
  readonly parallelism?: number | undefined;
  /** As Flink writes durations, e.g. `30 s`; `0` for none. */
  readonly checkpointInterval?: string | undefined;
  readonly checkpointMode?: 'EXACTLY_ONCE' | 'AT_LEAST_ONCE' | undefined;
  readonly restart?: RestartOptions | undefined;
  /** Place of a savepoint or retained checkpoint to start from. */
  readonly startFrom?: string | undefined;
  /** Whether state that no operator takes may be left behind. */
  readonly allowNonRestoredState?: boolean | undefined;
  /** Any others. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface RestartOptions {
  readonly strategy: 'none' | 'fixed-delay' | 'exponential-delay' | 'failure-rate';
  /** Of `fixed-delay`. */
  readonly attempts?: number | undefined;
  readonly delay?: string | undefined;
}

export const RESTART_STRATEGIES = ['none', 'fixed-delay', 'exponential-delay', 'failure-rate'] as const;

const DURATION =
  /^\s*\d+\s*(?:ms|milli|millis|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hour|hours|d|day|days)?\s*$/i;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;

/** What is wrong with the options, one line each; empty when nothing is. */
export function optionProblems(options: JobOptions): string[] {
  const { name, parallelism, checkpointInterval, restart } = options;
  const problems: string[] = [];
  if (!NAME.test(name)) {
    problems.push(`'${name}' is no name for a deployment: letters, digits, blanks and . _ - (it names a file too)`);
  }
  if (parallelism !== undefined && (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > 32_768)) {
    problems.push(`The parallelism ${parallelism} is not a whole number from 1 to 32768`);
  }
  for (const [what, duration] of [
    ['checkpoint interval', checkpointInterval],
    ['restart delay', restart?.delay],
  ] as const) {
    if (duration !== undefined && !DURATION.test(duration)) {
      problems.push(`The ${what} '${duration}' is no duration, such as '30 s' or '5 min'`);
    }
  }
  if (restart?.attempts !== undefined && (!Number.isInteger(restart.attempts) || restart.attempts < 0)) {
    problems.push(`The restart attempts ${restart.attempts} are not a whole number`);
  }
  return problems;
}

/** The options as Flink's configuration. `flinkVersion`: before 1.20 some had other names. */
export function flinkConfig(options: JobOptions, flinkVersion = ''): Record<string, string> {
  const { name, parallelism, checkpointInterval, checkpointMode, restart, startFrom, allowNonRestoredState } = options;
  const before20 = /^1\.1\d(\.|$)/.test(flinkVersion);
  const recovery = before20 ? 'execution.savepoint' : 'execution.state-recovery';
  const config: Record<string, string> = { ...options.settings, 'pipeline.name': name };
  if (parallelism !== undefined) config['parallelism.default'] = String(parallelism);
  if (checkpointInterval !== undefined) config['execution.checkpointing.interval'] = checkpointInterval.trim();
  if (checkpointMode !== undefined) config['execution.checkpointing.mode'] = checkpointMode;
  if (restart) {
    config[before20 ? 'restart-strategy' : 'restart-strategy.type'] = restart.strategy;
    const prefix = `restart-strategy.${restart.strategy}`;
    if (restart.strategy === 'fixed-delay') {
      if (restart.attempts !== undefined) config[`${prefix}.attempts`] = String(restart.attempts);
      if (restart.delay !== undefined) config[`${prefix}.delay`] = restart.delay;
    }
  }
  if (startFrom !== undefined) config[`${recovery}.path`] = startFrom;
  if (startFrom !== undefined && allowNonRestoredState) config[`${recovery}.ignore-unclaimed-state`] = 'true';
  return config;
}
