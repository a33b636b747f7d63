import { describeCauses, parseTrace } from '../sql-gateway/errors.ts';
import { type Fields, listOf } from './read.ts';
import type {
  Backpressure,
  Checkpoint,
  CheckpointConfig,
  Checkpoints,
  JobDetail,
  JobException,
  JobState,
  JobSummary,
  PlanNode,
  TaskManager,
  VertexSummary,
} from './types.ts';

/** An interval that is longer than this is Long.MAX_VALUE: none. */
const NO_INTERVAL = 2 ** 62;

export function jobSummary(job: Fields): JobSummary {
  return {
    id: job.text('jid'),
    name: job.text('name'),
    state: job.text('state') as JobState,
    startTime: job.number('start-time'),
    endTime: job.time('end-time'),
    duration: job.number('duration'),
    lastModification: job.number('last-modification'),
    tasks: job.numbers('tasks'),
  };
}

export function jobDetail(job: Fields): JobDetail {
  const { id, name, state, startTime, endTime, duration } = jobSummary(job);
  const timestamps = Object.entries(job.numbers('timestamps')).filter(([, time]) => time > 0);
  return {
    id,
    name,
    state,
    startTime,
    endTime,
    duration,
    now: job.optional('now') ?? Date.now(),
    timestamps: Object.fromEntries(timestamps.map(([key, time]) => [key.toUpperCase(), time])),
    vertices: job.list('vertices', vertex),
    plan: planNodes(job.fields('plan')),
  };
}

function vertex(fields: Fields): VertexSummary {
  const metrics = fields.fields('metrics');
  return {
    id: fields.text('id'),
    name: fields.text('name'),
    parallelism: fields.number('parallelism'),
    status: fields.text('status'),
    startTime: fields.time('start-time'),
    endTime: fields.time('end-time'),
    duration: fields.number('duration'),
    tasks: fields.numbers('tasks'),
    recordsIn: metrics.number('read-records'),
    recordsOut: metrics.number('write-records'),
    bytesIn: metrics.number('read-bytes'),
    bytesOut: metrics.number('write-bytes'),
  };
}

/** The nodes of `plan` (JsonPlanGenerator), whose descriptions are HTML. */
export function planNodes(plan: Fields): PlanNode[] {
  return plan.list('nodes', (node) => ({
    id: node.text('id'),
    parallelism: node.number('parallelism'),
    description: plainText(node.text('description')),
    inputs: node.list('inputs', (input) => ({ id: input.text('id'), strategy: input.text('ship_strategy') })),
  }));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", nbsp: ' ' };

function plainText(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .trimEnd();
}

export function backpressure(answer: Fields): Backpressure {
  const isSampled = answer.text('status') !== 'deprecated';
  return {
    level: isSampled
      ? (answer.optionalText('backpressureLevel') ?? answer.optionalText('backpressure-level'))
      : undefined,
    subtasks: answer.list('subtasks', (subtask) => ({
      subtask: subtask.number('subtask'),
      level: subtask.optionalText('backpressureLevel') ?? subtask.text('backpressure-level'),
      backPressured: subtask.optional('ratio'),
      idle: subtask.optional('idleRatio'),
      busy: subtask.optional('busyRatio'),
    })),
  };
}

export function checkpoint(fields: Fields): Checkpoint {
  const status = fields.text('status') as Checkpoint['status'];
  return {
    id: fields.number('id'),
    status,
    type: fields.text('checkpoint_type'),
    isSavepoint: fields.flag('is_savepoint'),
    triggered: fields.number('trigger_timestamp'),
    duration: status === 'IN_PROGRESS' ? undefined : fields.optional('end_to_end_duration'),
    stateSize: fields.number('state_size'),
    checkpointedSize: fields.number('checkpointed_size'),
    acknowledged: fields.number('num_acknowledged_subtasks'),
    subtasks: fields.number('num_subtasks'),
    path: addressable(fields.optionalText('external_path')),
    discarded: fields.flag('discarded'),
    failure: fields.optionalText('failure_message'),
    vertices: fields.entries('tasks').map(([id, task]) => ({
      id,
      stateSize: task.number('state_size'),
      duration: task.number('end_to_end_duration'),
    })),
  };
}

/** Flink writes `<checkpoint-not-externally-addressable>` for those that are kept in memory. */
function addressable(path: string | undefined): string | undefined {
  return path?.startsWith('<') ? undefined : path;
}

export function checkpoints(answer: Fields): Checkpoints {
  const counts = answer.fields('counts');
  const latest = answer.fields('latest');
  const one = (name: string) => (latest.has(name) ? checkpoint(latest.fields(name)) : undefined);
  const restored = latest.fields('restored');
  return {
    counts: {
      restored: counts.number('restored'),
      total: counts.number('total'),
      inProgress: counts.number('in_progress'),
      completed: counts.number('completed'),
      failed: counts.number('failed'),
    },
    latest: {
      completed: one('completed'),
      savepoint: one('savepoint'),
      failed: one('failed'),
      restored: latest.has('restored')
        ? {
            id: restored.number('id'),
            time: restored.number('restore_timestamp'),
            path: restored.text('external_path'),
          }
        : undefined,
    },
    history: answer.list('history', checkpoint).sort((a, b) => b.id - a.id),
  };
}

export function checkpointConfig(answer: Fields): CheckpointConfig {
  const interval = answer.optional('interval');
  return {
    mode: answer.text('mode'),
    interval: interval === undefined || interval <= 0 || interval > NO_INTERVAL ? undefined : interval,
    timeout: answer.number('timeout'),
    minPause: answer.number('min_pause'),
    maxConcurrent: answer.number('max_concurrent'),
    retained: answer.fields('externalization').flag('enabled'),
    stateBackend: answer.text('state_backend'),
    storage: answer.text('checkpoint_storage'),
    unaligned: answer.flag('unaligned_checkpoints'),
    tolerableFailures: answer.number('tolerable_failed_checkpoints'),
  };
}

/** Newest first. */
export function exceptions(answer: Fields): JobException[] {
  return answer
    .fields('exceptionHistory')
    .list('entries', (entry) => {
      const trace = entry.text('stacktrace');
      const causes = parseTrace(trace);
      return {
        time: entry.number('timestamp'),
        message: describeCauses(causes) ?? (trace.split('\n', 1)[0] || entry.text('exceptionName')),
        causes,
        trace,
        task: entry.optionalText('taskName'),
        taskManager: entry.optionalText('taskManagerId') ?? entry.optionalText('endpoint'),
      };
    })
    .sort((a, b) => b.time - a.time);
}

export function taskManager(fields: Fields): TaskManager {
  const memory = fields.fields('memoryConfiguration');
  const metrics = fields.fields('metrics');
  return {
    id: fields.text('id'),
    address: fields.text('path'),
    slots: fields.number('slotsNumber'),
    freeSlots: fields.number('freeSlots'),
    lastHeartbeat: fields.time('timeSinceLastHeartbeat'),
    cpuCores: fields.fields('hardware').number('cpuCores'),
    processMemory: memory.number('totalProcessMemory'),
    managedMemory: memory.number('managedMemory'),
    heapUsed: metrics.optional('heapUsed'),
    heapMax: metrics.optional('heapMax'),
  };
}

export const logFiles = (answer: Fields) =>
  answer.list('logs', (log) => ({ name: log.text('name'), size: log.number('size'), modified: log.time('mtime') }));

export const settingsOf = (answer: unknown): Record<string, string> =>
  Object.fromEntries(listOf(answer, (entry) => [entry.text('key'), entry.text('value')]));
