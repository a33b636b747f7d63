import { localPath } from '../connectors/filesystem/files.ts';
import { FlinkFault } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';

/** What options say about checkpoints (CheckpointConfig, SavepointRestoreSettings). Times are milliseconds. */
export interface CheckpointSettings {
  /** From one to the next; undefined: only on request. */
  readonly interval: number | undefined;
  /** From the end of one to the next. */
  readonly minPause: number;
  readonly timeout: number;
  readonly mode: 'EXACTLY_ONCE' | 'AT_LEAST_ONCE';
  /** Failed checkpoints in a row that a job bears. */
  readonly tolerableFailures: number;
  /** Folder for checkpoints; undefined: they are kept in memory, for restarts of the job. */
  readonly directory: string | undefined;
  /** Folder for savepoints that name none. */
  readonly savepoints: string | undefined;
  /** How many completed checkpoints are kept. */
  readonly retained: number;
  readonly retention: (typeof RETENTIONS)[number];
  readonly recovery: RecoverySettings | undefined;
}

/** The snapshot to start from. */
export interface RecoverySettings {
  readonly path: string;
  /** State that no operator takes is let go. */
  readonly ignoreUnclaimed: boolean;
  /** CLAIM: the job owns the snapshot and deletes it when a checkpoint of its own stands for it. */
  readonly claim: (typeof CLAIMS)[number];
}

type Options = Readonly<Record<string, string>>;

const RETENTIONS = ['DELETE_ON_CANCELLATION', 'RETAIN_ON_CANCELLATION', 'NO_EXTERNALIZED_CHECKPOINTS'] as const;
const MODES = ['EXACTLY_ONCE', 'AT_LEAST_ONCE'] as const;
const CLAIMS = ['CLAIM', 'NO_CLAIM', 'LEGACY'] as const;

/**
 * Reads `execution.checkpointing.*` and `execution.state-recovery.*`, also by the names they had before. A folder that only a cluster
 * reaches is left out with a notice, so that SQL written for one runs. Throws what Flink throws for values that are none.
 */
export function checkpointSettings(
  options: Options,
  workingDirectory: string,
  notice: (text: string) => void,
): CheckpointSettings {
  // As Flink in batch mode: neither possible nor needed.
  const batch = options['execution.runtime-mode']?.toUpperCase() === 'BATCH';
  const interval = batch ? 0 : (duration(options, 'execution.checkpointing.interval') ?? 0);
  if (interval > 0 && interval < 10) {
    throw new FlinkFault('IllegalArgumentException', 'Checkpoint interval must be larger than or equal to 10 ms');
  }
  const timeout = duration(options, 'execution.checkpointing.timeout') ?? 600_000;
  if (timeout < 10) {
    throw new FlinkFault('IllegalArgumentException', 'Checkpoint timeout must be larger than or equal to 10 ms');
  }
  const reachable = (...keys: readonly string[]): string | undefined => {
    const key = keys.find((k) => options[k] !== undefined && options[k] !== '');
    if (key === undefined) return undefined;
    const text = options[key] as string;
    if (isLocal(text)) return localPath(text, workingDirectory);
    if (interval > 0)
      notice(`'${key}' = '${text}' is not on this machine: the local runtime keeps checkpoints in memory.`);
    return undefined;
  };
  return {
    interval: interval > 0 ? interval : undefined,
    minPause: duration(options, 'execution.checkpointing.min-pause') ?? 0,
    timeout,
    mode: oneOf(options, 'execution.checkpointing.mode', MODES, 'CheckpointingMode') ?? 'EXACTLY_ONCE',
    tolerableFailures: integer(options, 'execution.checkpointing.tolerable-failed-checkpoints') ?? 0,
    directory: reachable('execution.checkpointing.dir', 'state.checkpoints.dir'),
    savepoints: reachable(...SAVEPOINT_DIRECTORY),
    retained: Math.max(
      1,
      integer(options, 'execution.checkpointing.num-retained', 'state.checkpoints.num-retained') ?? 1,
    ),
    retention:
      oneOf(
        options,
        'execution.checkpointing.externalized-checkpoint-retention',
        RETENTIONS,
        'ExternalizedCheckpointRetention',
      ) ?? 'NO_EXTERNALIZED_CHECKPOINTS',
    recovery: recovery(options, workingDirectory),
  };
}

/** The options that name the folder of savepoints, the newer first. */
export const SAVEPOINT_DIRECTORY = ['execution.checkpointing.savepoint-dir', 'state.savepoints.dir'] as const;

function recovery(options: Options, workingDirectory: string): RecoverySettings | undefined {
  const text = options['execution.state-recovery.path'] ?? options['execution.savepoint.path'];
  const claimKey = options['execution.state-recovery.claim-mode'] === undefined ? OLD_CLAIM : CLAIM;
  const claim = oneOf(options, claimKey, CLAIMS, 'RecoveryClaimMode') ?? 'NO_CLAIM';
  if (text === undefined || text === '') return undefined;
  const ignore =
    options['execution.state-recovery.ignore-unclaimed-state'] ?? options['execution.savepoint.ignore-unclaimed-state'];
  return { path: localPath(text, workingDirectory), ignoreUnclaimed: ignore?.toLowerCase() === 'true', claim };
}

const CLAIM = 'execution.state-recovery.claim-mode';
const OLD_CLAIM = 'execution.savepoint-restore-mode';

const isLocal = (path: string): boolean => path.startsWith('file:') || !/^[a-z][a-z0-9+.-]+:\/\//i.test(path);

function duration(options: Options, key: string): number | undefined {
  const text = options[key];
  return text === undefined ? undefined : durationMillis(text);
}

function integer(options: Options, ...keys: readonly string[]): number | undefined {
  const key = keys.find((k) => options[k] !== undefined);
  if (key === undefined) return undefined;
  const text = options[key] as string;
  if (/^[+-]?\d+$/.test(text.trim())) return Number(text);
  throw unparsable(key, text, new FlinkFault('NumberFormatException', `For input string: "${text}"`));
}

function oneOf<T extends string>(options: Options, key: string, values: readonly T[], name: string): T | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text.toUpperCase().replace(/-/g, '_'));
  if (found) return found;
  const type = name === 'ExternalizedCheckpointRetention' ? 'configuration' : 'core.execution';
  throw unparsable(
    key,
    text,
    new FlinkFault(
      'IllegalArgumentException',
      `Could not parse value for enum class org.apache.flink.${type}.${name}. Expected one of: [[${values.join(', ')}]]`,
    ),
  );
}

function unparsable(key: string, text: string, cause: FlinkFault): FlinkFault {
  return new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' for key '${key}'.`, cause);
}
