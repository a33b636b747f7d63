import { FlinkFault } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';

/** Says when a failed job starts again (RestartBackoffTimeStrategy). */
export interface RestartStrategy {
  /** As Flink's message about a job that is not started again names it. */
  readonly name: string;
  /** Milliseconds to wait after a failure at `now`; undefined: the job fails for good. */
  next(now: number): number | undefined;
}

type Options = Readonly<Record<string, string>>;

/**
 * The strategy that `restart-strategy.type` names. Without the option a job with checkpoints starts again with growing delays, and one
 * without fails at once, as in Flink (RestartBackoffTimeStrategyFactoryLoader). Throws what Flink throws for values that are none.
 */
export function restartStrategy(options: Options, checkpointing: boolean): RestartStrategy {
  const named = options['restart-strategy.type'] ?? options['restart-strategy'];
  switch (named?.toLowerCase()) {
    case undefined:
      return checkpointing ? exponentialDelay(options) : NONE;
    case 'none':
    case 'off':
    case 'disable':
      return NONE;
    case 'fixed-delay':
    case 'fixeddelay':
      return fixedDelay(options);
    case 'failure-rate':
    case 'failurerate':
      return failureRate(options);
    case 'exponential-delay':
    case 'exponentialdelay':
      return exponentialDelay(options);
    default:
      throw new FlinkFault('IllegalArgumentException', `${named} is an unknown value of RestartStrategyType.`);
  }
}

const NONE: RestartStrategy = { name: 'NoRestartBackoffTimeStrategy', next: () => undefined };

function fixedDelay(options: Options): RestartStrategy {
  const key = 'restart-strategy.fixed-delay';
  const attempts = number(options, `${key}.attempts`, 1);
  const delay = millis(options, `${key}.delay`, 1000);
  let failures = 0;
  return {
    name: `FixedDelayRestartBackoffTimeStrategy(maxNumberRestartAttempts=${attempts}, backoffTimeMS=${delay})`,
    next: () => (failures++ < attempts ? delay : undefined),
  };
}

function failureRate(options: Options): RestartStrategy {
  const key = 'restart-strategy.failure-rate';
  const most = number(options, `${key}.max-failures-per-interval`, 1);
  const interval = millis(options, `${key}.failure-rate-interval`, 60_000);
  const delay = millis(options, `${key}.delay`, 1000);
  const times: number[] = [];
  return {
    name: `FailureRateRestartBackoffTimeStrategy(FailureRateRestartBackoffTimeStrategy(failuresIntervalMS=${interval},backoffTimeMS=${delay},maxFailuresPerInterval=${most})`,
    next(now) {
      times.push(now);
      if (times.length > most + 1) times.shift();
      const tooMany = times.length > most && now - (times[0] as number) <= interval;
      return tooMany ? undefined : delay;
    },
  };
}

function exponentialDelay(options: Options): RestartStrategy {
  const key = 'restart-strategy.exponential-delay';
  const initial = millis(options, `${key}.initial-backoff`, 1000);
  const longest = millis(options, `${key}.max-backoff`, 60_000);
  const multiplier = number(options, `${key}.backoff-multiplier`, 1.5);
  const reset = millis(options, `${key}.reset-backoff-threshold`, 3_600_000);
  const attempts = number(options, `${key}.attempts-before-reset-backoff`, Number.POSITIVE_INFINITY);
  let delay = initial;
  let failures = 0;
  let since = 0;
  return {
    name: 'ExponentialDelayRestartBackoffTimeStrategy',
    next(now) {
      // A job that ran well for long enough starts over.
      if (now - since >= reset + delay) {
        delay = initial;
        failures = 0;
      } else if (failures > 0) delay = Math.min(longest, delay * multiplier);
      since = now;
      return failures++ < attempts ? delay : undefined;
    },
  };
}

function number(options: Options, key: string, otherwise: number): number {
  const text = options[key];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw unparsable(key, text, new FlinkFault('NumberFormatException', `For input string: "${text}"`));
}

function millis(options: Options, key: string, otherwise: number): number {
  const text = options[key];
  if (text === undefined) return otherwise;
  try {
    return durationMillis(text);
  } catch (cause) {
    throw unparsable(key, text, cause instanceof FlinkFault ? cause : undefined);
  }
}

function unparsable(key: string, text: string, cause: FlinkFault | undefined): FlinkFault {
  return new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' for key '${key}'.`, cause);
}
