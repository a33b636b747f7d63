import { localPath } from '../connectors/filesystem/files.ts';
import { validation } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';

/** What options say about checkpoints. */
export interface CheckpointSettings {
  /** Milliseconds from one to the next; undefined: only on request. */
  readonly interval: number | undefined;
  /** Folder for checkpoints; undefined: sinks commit by them, but they are not kept. */
  readonly directory: string | undefined;
  /** Folder for savepoints that name none. */
  readonly savepoints: string | undefined;
  /** How many completed checkpoints are kept. */
  readonly retained: number;
  readonly retention: 'NO_EXTERNALIZED_CHECKPOINTS' | 'DELETE_ON_CANCELLATION' | 'RETAIN_ON_CANCELLATION';
  /** Snapshot to start from. */
  readonly recovery: string | undefined;
}

const RETENTIONS = ['NO_EXTERNALIZED_CHECKPOINTS', 'DELETE_ON_CANCELLATION', 'RETAIN_ON_CANCELLATION'] as const;

/** Reads `execution.checkpointing.*` and `execution.state-recovery.path` with the names they had before. */
export function checkpointSettings(
  options: Readonly<Record<string, string>>,
  workingDirectory: string,
): CheckpointSettings {
  const path = (...keys: readonly string[]): string | undefined => {
    const key = keys.find((k) => options[k] !== undefined && options[k] !== '');
    return key === undefined ? undefined : localPath(options[key] as string, workingDirectory);
  };
  const intervalText = options['execution.checkpointing.interval'];
  const interval = intervalText === undefined ? 0 : durationMillis(intervalText);
  if (interval > 0 && interval < 10) {
    throw validation('Checkpoint interval must be larger than or equal to 10 ms');
  }
  const retentionText =
    options['execution.checkpointing.externalized-checkpoint-retention'] ?? 'NO_EXTERNALIZED_CHECKPOINTS';
  const retention = RETENTIONS.find((each) => each === retentionText.toUpperCase());
  if (!retention) {
    throw validation(
      `Could not parse value '${retentionText}' for key 'execution.checkpointing.externalized-checkpoint-retention'.`,
    );
  }
  const retained = Number(options['execution.checkpointing.num-retained'] ?? 1);
  return {
    interval: interval > 0 ? interval : undefined,
    directory: path('execution.checkpointing.dir', 'state.checkpoints.dir'),
    savepoints: path('execution.checkpointing.savepoint-dir', 'state.savepoints.dir'),
    retained: Number.isInteger(retained) && retained > 0 ? retained : 1,
    retention,
    recovery: path('execution.state-recovery.path', 'execution.savepoint.path'),
  };
}
