import type { SnapshotStatistics } from '../job/checkpoint-statistics.ts';
import type { JobCheckpoints } from '../job/job-api.ts';

/** `/jobs/:jobid/checkpoints`: counts, summary, latest and history, as CheckpointingStatistics. */
export function checkpointsJson({ statistics }: JobCheckpoints, subtasks: number): object {
  const { completed, failed, restored, latest, history } = statistics;
  const inProgress = history.filter(({ status }) => status === 'IN_PROGRESS').length;
  const sizes = summary(statistics.sizes);
  const nothing = summary(statistics.sizes.map(() => 0));
  return {
    counts: { restored, total: completed + failed + inProgress, in_progress: inProgress, completed, failed },
    summary: {
      checkpointed_size: sizes,
      state_size: sizes,
      end_to_end_duration: summary(statistics.durations),
      alignment_buffered: { min: 0, max: 0, avg: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0 },
      processed_data: nothing,
      persisted_data: nothing,
    },
    latest: {
      completed: latest.completed ? checkpointJson(latest.completed, subtasks) : null,
      savepoint: latest.savepoint ? checkpointJson(latest.savepoint, subtasks) : null,
      failed: latest.failed ? checkpointJson(latest.failed, subtasks) : null,
      restored: latest.restored
        ? {
            id: latest.restored.id,
            restore_timestamp: latest.restored.time,
            is_savepoint: latest.restored.isSavepoint,
            external_path: external(latest.restored.path),
          }
        : null,
    },
    history: history.map((entry) => checkpointJson(entry, subtasks)),
  };
}

/** One checkpoint; with `details` what each operator wrote. */
export function checkpointJson(entry: SnapshotStatistics, subtasks: number, details = false): object {
  const duration = (entry.ended ?? Date.now()) - entry.triggered;
  const isDone = entry.status === 'COMPLETED';
  const part = (bytes: number, tasks: number) => ({
    latest_ack_timestamp: isDone ? entry.ended : -1,
    checkpointed_size: bytes,
    state_size: bytes,
    end_to_end_duration: duration,
    alignment_buffered: 0,
    processed_data: 0,
    persisted_data: 0,
    num_subtasks: tasks,
    num_acknowledged_subtasks: isDone ? tasks : 0,
  });
  const tasks = entry.operators.map(
    ({ uid, bytes }) => [uid, { id: entry.id, status: entry.status, ...part(bytes, 1) }] as const,
  );
  return {
    className: entry.status.toLowerCase(),
    id: entry.id,
    status: entry.status,
    is_savepoint: entry.kind !== 'CHECKPOINT',
    savepointFormat: entry.kind === 'CHECKPOINT' ? null : 'CANONICAL',
    trigger_timestamp: entry.triggered,
    ...part(entry.bytes, subtasks),
    checkpoint_type: entry.kind,
    tasks: details ? Object.fromEntries(tasks) : {},
    ...(isDone && { external_path: external(entry.path), discarded: entry.discarded }),
    ...(entry.status === 'FAILED' && { failure_timestamp: entry.ended, failure_message: entry.failure }),
  };
}

/** What Flink shows of checkpoints that are kept in memory. */
const external = (path: string): string =>
  path.startsWith('/') ? `file:${path}` : '<checkpoint-not-externally-addressable>';

/** `/jobs/:jobid/checkpoints/config`. */
export function checkpointConfigJson({ settings }: JobCheckpoints): object {
  const { interval, retention } = settings;
  return {
    mode: interval === undefined ? 'at_least_once' : settings.mode.toLowerCase(),
    // Long.MAX_VALUE, as JSON readers round it.
    interval: interval ?? 2 ** 63,
    timeout: settings.timeout,
    min_pause: settings.minPause,
    max_concurrent: 1,
    externalization: {
      enabled: retention !== 'NO_EXTERNALIZED_CHECKPOINTS',
      delete_on_cancellation: retention !== 'RETAIN_ON_CANCELLATION',
    },
    state_backend: 'HashMapStateBackend',
    checkpoint_storage:
      settings.directory === undefined ? 'JobManagerCheckpointStorage' : 'FileSystemCheckpointStorage',
    unaligned_checkpoints: false,
    tolerable_failed_checkpoints: settings.tolerableFailures,
    aligned_checkpoint_timeout: 0,
    checkpoints_after_tasks_finish: true,
    state_changelog_enabled: false,
    changelog_periodic_materialization_interval: 600_000,
    changelog_storage: 'memory',
  };
}

/** Least, most, mean and percentiles (StatsSummarySnapshot, Apache Commons' estimate). */
function summary(values: readonly number[]): object {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number): number | string => {
    if (sorted.length === 0) return 'NaN';
    const place = p * (sorted.length + 1);
    const below = Math.floor(place);
    if (below < 1) return sorted[0] as number;
    if (below >= sorted.length) return sorted[sorted.length - 1] as number;
    const [low, high] = [sorted[below - 1] as number, sorted[below] as number];
    return low + (place - below) * (high - low);
  };
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return {
    min: sorted[0] ?? 0,
    max: sorted[sorted.length - 1] ?? 0,
    avg: sorted.length === 0 ? 0 : Math.floor(total / sorted.length),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
  };
}
