import { booleanOption, durationOption, type Options } from '../connectors/options.ts';
import { asFault } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';
import { isNamedZone, machineZone } from '../time/machine-zone.ts';
import { SessionError, type Throwable } from './errors.ts';

type Check = (value: string) => readonly Throwable[] | undefined;

const fail = (exception: string, message: string): Throwable => ({ exception, message });

const unparsable = (key: string, value: string, cause: Throwable): Throwable[] => [
  fail('IllegalArgumentException', `Could not parse value '${value}' for key '${key}'.`),
  cause,
];

const integer =
  (key: string): Check =>
  (value) => {
    const text = value.trim();
    const ok = /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 2 ** 31;
    return ok ? undefined : unparsable(key, value, fail('NumberFormatException', `For input string: "${value}"`));
  };

const boolean =
  (key: string): Check =>
  (value) => {
    if (/^(true|false)$/i.test(value)) return undefined;
    const message = `Unrecognized option for boolean: ${value}. Expected either true or false(case insensitive)`;
    return unparsable(key, value, fail('IllegalArgumentException', message));
  };

const duration =
  (key: string): Check =>
  (value) => {
    try {
      durationMillis(value);
      return undefined;
    } catch (error) {
      const { exception, message } = asFault(error);
      return unparsable(key, value, fail(exception, message));
    }
  };

const atLeast =
  (key: string, least: number, message: string): Check =>
  (value) => {
    const wrong = duration(key)(value);
    if (wrong || durationMillis(value) >= least) return wrong;
    return [fail('IllegalArgumentException', message)];
  };

/** Checkpoints that are at most 10 ms apart are refused; 0 is none at all. */
const interval: Check = (value) => {
  const key = 'execution.checkpointing.interval';
  const wrong = duration(key)(value);
  if (wrong || durationMillis(value) === 0) return wrong;
  return atLeast(key, 10, 'Checkpoint interval must be larger than or equal to 10 ms')(value);
};

const oneOf =
  (key: string, type: string, values: readonly string[]): Check =>
  (value) => {
    if (values.includes(value.toUpperCase().replace(/-/g, '_'))) return undefined;
    const message = `Could not parse value for enum class ${type}. Expected one of: [[${values.join(', ')}]]`;
    return unparsable(key, value, fail('IllegalArgumentException', message));
  };

function concurrentCheckpoints(value: string): readonly Throwable[] | undefined {
  const wrong = integer('execution.checkpointing.max-concurrent-checkpoints')(value);
  if (wrong || Number(value) >= 1) return wrong;
  return [fail('IllegalArgumentException', 'The maximum number of concurrent attempts must be at least one.')];
}

function parallelism(value: string): readonly Throwable[] | undefined {
  const wrong = integer('parallelism.default')(value);
  if (wrong || Number(value) >= 1) return wrong;
  const message = 'Parallelism must be at least one, or ExecutionConfig.PARALLELISM_DEFAULT (use system default).';
  return [fail('IllegalArgumentException', message)];
}

function runtimeMode(value: string): readonly Throwable[] | undefined {
  const mode = value.toUpperCase();
  if (mode === 'STREAMING' || mode === 'BATCH') return undefined;
  if (mode === 'AUTOMATIC') {
    const message =
      "Unsupported mode 'AUTOMATIC' for 'execution.runtime-mode'. Only an explicit BATCH or STREAMING mode is supported in Table API.";
    return [fail('TableException', message)];
  }
  const message =
    'Could not parse value for enum class org.apache.flink.api.common.RuntimeExecutionMode. Expected one of: [[STREAMING, BATCH, AUTOMATIC]]';
  return unparsable('execution.runtime-mode', value, fail('IllegalArgumentException', message));
}

function dialect(value: string): readonly Throwable[] | undefined {
  const name = value.toUpperCase();
  if (name === 'DEFAULT') return undefined;
  if (name !== 'HIVE') {
    return [fail('IllegalArgumentException', `No enum constant org.apache.flink.table.api.SqlDialect.${name}`)];
  }
  const message =
    "Could not find any factories that implement 'org.apache.flink.table.delegation.ParserFactory' in the classpath.";
  return [fail('ValidationException', message)];
}

/** Options that Flink reads as soon as they are set (ExecutionConfig and CheckpointConfig); all others are read when they are used. */
const CHECKED: Readonly<Record<string, Check>> = {
  'execution.checkpointing.externalized-checkpoint-retention': oneOf(
    'execution.checkpointing.externalized-checkpoint-retention',
    'org.apache.flink.configuration.ExternalizedCheckpointRetention',
    ['DELETE_ON_CANCELLATION', 'RETAIN_ON_CANCELLATION', 'NO_EXTERNALIZED_CHECKPOINTS'],
  ),
  'execution.checkpointing.interval': interval,
  'execution.checkpointing.max-concurrent-checkpoints': concurrentCheckpoints,
  'execution.checkpointing.min-pause': duration('execution.checkpointing.min-pause'),
  'execution.checkpointing.mode': oneOf(
    'execution.checkpointing.mode',
    'org.apache.flink.core.execution.CheckpointingMode',
    ['EXACTLY_ONCE', 'AT_LEAST_ONCE'],
  ),
  'execution.checkpointing.timeout': atLeast(
    'execution.checkpointing.timeout',
    10,
    'Checkpoint timeout must be larger than or equal to 10 ms',
  ),
  'execution.checkpointing.tolerable-failed-checkpoints': integer(
    'execution.checkpointing.tolerable-failed-checkpoints',
  ),
  'execution.runtime-mode': runtimeMode,
  'parallelism.default': parallelism,
  'pipeline.auto-watermark-interval': duration('pipeline.auto-watermark-interval'),
  'pipeline.max-parallelism': integer('pipeline.max-parallelism'),
  'pipeline.object-reuse': boolean('pipeline.object-reuse'),
  'table.sql-dialect': dialect,
};

/** SET 'key' = 'value' as SessionContext.set checks it; throws what Flink throws. */
export function checkSetOption(key: string, value: string): void {
  const causes = CHECKED[key]?.(value);
  if (!causes) return;
  throw new SessionError([fail('SqlExecutionException', `Failed to set key ${key} with value ${value}.`), ...causes]);
}

const ZONE_MESSAGE =
  "Invalid time zone. The value should be a Time Zone Database (TZDB) ID such as 'America/Los_Angeles' to include daylight saving time. Fixed offsets are supported using 'GMT-03:00' or 'GMT+03:00'. Or use 'UTC' without time zone and daylight saving time.";

/** The session's time zone; throws what TableConfigUtils.validateTimeZone throws for one that is none. */
export function sessionZone(options: Options): string {
  const zone = options['table.local-time-zone'] ?? 'default';
  if (zone === 'default') return machineZone();
  if (zone === 'UTC' || /^GMT[+-]\d{2}:\d{2}$/.test(zone) || isNamedZone(zone)) return zone;
  throw new SessionError([fail('ValidationException', ZONE_MESSAGE)]);
}

/** The time zone that results are shown in; UTC where the session's is none, so that SHOW, SET and DDL still answer. */
export function shownZone(options: Options): string {
  try {
    return sessionZone(options);
  } catch {
    return 'UTC'; // A query with this zone fails before it has rows.
  }
}

/** `table.dml-sync`: INSERT answers when its job has ended. */
export function isDmlSync(options: Options): boolean {
  return checked(() => booleanOption(options, 'table.dml-sync', false));
}

/** Batch mode, as set by `execution.runtime-mode`. */
export function isBatchMode(options: Options): boolean {
  return options['execution.runtime-mode']?.toUpperCase() === 'BATCH';
}

const DEFAULT_IDLE_MS = 600_000;

/** `sql-gateway.session.idle-timeout` in milliseconds, 10 minutes by default; 0 means never. */
export function idleTimeout(options: Options): number {
  return checked(() => durationOption(options, 'sql-gateway.session.idle-timeout')) ?? DEFAULT_IDLE_MS;
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SessionError(asFault(error, 'IllegalArgumentException').chain());
  }
}
