import type { Job, SubtaskMetrics } from '../job/job-api.ts';
import { isTerminal, type JobRegistry } from '../session/jobs.ts';
import { json } from './http.ts';
import { findJob, findOperator } from './job-routes.ts';
import type { Request, Route } from './router.ts';

/** Watermark that tells that there is none yet (Long.MIN_VALUE), and the last one (Long.MAX_VALUE). */
const NO_WATERMARK = '-9223372036854775808';
const LAST_WATERMARK = '9223372036854775807';

/** Metrics of vertices as the JobManager serves them, and `stateBytes`, which is this runtime's own. */
export function metricRoutes(jobs: JobRegistry): Route[] {
  const vertex = '/jobs/:jobid/vertices/:vertexid';
  const rates = new Rates();
  const figures = (request: Request): ReadonlyMap<string, string>[] => {
    const { job } = findJob(jobs, request);
    const operator = findOperator(job, request);
    const seconds = ((job.endTime ?? Date.now()) - job.startTime) / 1000;
    return operator.subtasks.map((subtask, index) => {
      const rate = rates.of(`${job.id} ${operator.id} ${operator.name} ${index}`, subtask, seconds);
      return metricsOf(subtask, isTerminal(job.state) ? 0 : rate);
    });
  };
  return [
    {
      method: 'GET',
      path: '/jobs/:jobid/metrics',
      run: (request) => {
        const { job } = findJob(jobs, request);
        return json(chosen(jobMetrics(job), request));
      },
    },
    {
      method: 'GET',
      path: `${vertex}/backpressure`,
      run: (request) => json(backpressure(figures(request))),
    },
    {
      method: 'GET',
      path: `${vertex}/metrics`,
      run: (request) => {
        const all = figures(request).flatMap((subtask, index) =>
          [...subtask].map(([name, value]) => ({ id: `${index}.${name}`, value })),
        );
        return json(chosen(all, request));
      },
    },
    {
      method: 'GET',
      path: `${vertex}/subtasks/metrics`,
      run: (request) => json(aggregated(figures(request), request)),
    },
    {
      method: 'GET',
      path: `${vertex}/watermarks`,
      run: (request) => {
        const { subtasks } = findOperator(findJob(jobs, request).job, request);
        return json(
          subtasks.map((subtask, index) => ({
            id: `${index}.currentInputWatermark`,
            value: watermarkText(subtask.figures.inputWatermark),
          })),
        );
      },
    },
  ];
}

/** What the JobManager measures of a job as a whole. */
function jobMetrics(job: Job): { readonly id: string; readonly value: string }[] {
  const { completed, failed, latest } = job.checkpoints.statistics;
  const last = latest.completed;
  const restarts = job.failures.length - (job.failure ? 1 : 0);
  const values: Readonly<Record<string, number>> = {
    numRestarts: Math.max(0, restarts),
    numberOfCompletedCheckpoints: completed,
    numberOfFailedCheckpoints: failed,
    lastCheckpointDuration: last?.ended === undefined ? -1 : last.ended - last.triggered,
    lastCheckpointSize: last?.bytes ?? -1,
    lastCheckpointFullSize: last?.bytes ?? -1,
    lastCompletedCheckpointId: last?.id ?? -1,
    uptime: isTerminal(job.state) ? -1 : Date.now() - job.startTime,
  };
  return Object.entries(values).map(([id, value]) => ({ id, value: String(value) }));
}

/** JobVertexBackPressureHandler; a source here is pulled, so that nothing waits for what comes after it. */
function backpressure(subtasks: readonly ReadonlyMap<string, string>[]): object {
  return {
    status: 'ok',
    backpressureLevel: 'ok',
    'backpressure-level': 'ok',
    'end-timestamp': Date.now(),
    subtasks: subtasks.map((metrics, subtask) => {
      const busyRatio = Number(metrics.get('busyTimeMsPerSecond')) / 1000;
      return {
        subtask,
        backpressureLevel: 'ok',
        'backpressure-level': 'ok',
        ratio: 0,
        idleRatio: 1 - busyRatio,
        busyRatio,
      };
    }),
  };
}

/** Names only, or the values of those that `get` lists. */
function chosen(all: readonly { readonly id: string; readonly value: string }[], request: Request): object[] {
  const wanted = request.query.get('get')?.split(',');
  return wanted ? all.filter(({ id }) => wanted.includes(id)) : all.map(({ id }) => ({ id }));
}

/** Metrics over all subtasks (AggregatingSubtasksMetricsHandler): min, max, avg, sum and skew, or those that `agg` lists. */
function aggregated(subtasks: readonly ReadonlyMap<string, string>[], request: Request): object[] {
  const names = [...new Set(subtasks.flatMap((subtask) => [...subtask.keys()]))];
  const wanted = request.query.get('get')?.split(',');
  if (!wanted) return names.map((id) => ({ id }));
  const kinds = request.query.get('agg')?.toLowerCase().split(',') ?? ['min', 'max', 'avg', 'sum', 'skew'];
  return names
    .filter((name) => wanted.includes(name))
    .map((id) => {
      // What a subtask has not counts for nothing: each reads partitions of its own.
      const values = subtasks.flatMap((subtask) => (subtask.has(id) ? [Number(subtask.get(id))] : []));
      const sum = values.reduce((a, b) => a + b, 0);
      const avg = sum / values.length;
      const skew = avg === 0 ? 0 : (values.reduce((a, b) => a + Math.abs(b - avg), 0) / values.length / avg) * 100;
      const of: Readonly<Record<string, number>> = {
        min: Math.min(...values),
        max: Math.max(...values),
        avg,
        sum,
        skew,
      };
      return { id, ...Object.fromEntries(kinds.flatMap((kind) => (kind in of ? [[kind, of[kind]]] : []))) };
    });
}

interface Rate {
  readonly busy: number;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

interface Sample extends Rate {
  readonly seconds: number;
}

/** Seconds over which rates are taken, at least. */
const WINDOW = 1;
/** Subtasks whose rates are remembered. */
const REMEMBERED = 10_000;

/** Rates by the second since the metrics of a subtask were asked for before, or since its job began. */
class Rates {
  private readonly samples = new Map<string, { base: Sample; rate: Rate | 0 }>();

  of(key: string, { recordsIn, recordsOut, figures }: SubtaskMetrics, seconds: number): Rate {
    const { busy, bytesIn, bytesOut } = figures;
    const now: Sample = { seconds, busy, recordsIn, recordsOut, bytesIn, bytesOut };
    const known = this.samples.get(key);
    const base = known?.base ?? { seconds: 0, busy: 0, recordsIn: 0, recordsOut: 0, bytesIn: 0, bytesOut: 0 };
    const passed = seconds - base.seconds;
    if (known?.rate && passed < WINDOW) return known.rate;
    const by = (from: number, to: number): number => (passed > 0 ? Math.max(0, to - from) / passed : 0);
    const rate: Rate = {
      busy: by(base.busy, busy),
      recordsIn: by(base.recordsIn, recordsIn),
      recordsOut: by(base.recordsOut, recordsOut),
      bytesIn: by(base.bytesIn, bytesIn),
      bytesOut: by(base.bytesOut, bytesOut),
    };
    if (this.samples.size >= REMEMBERED) this.samples.clear();
    this.samples.set(key, { base: now, rate });
    return rate;
  }
}

function watermarkText(watermark: number | undefined): string {
  if (watermark === undefined || watermark === Number.NEGATIVE_INFINITY) return NO_WATERMARK;
  return watermark === Number.POSITIVE_INFINITY ? LAST_WATERMARK : String(watermark);
}

/** One subtask's metrics by name. */
function metricsOf(subtask: SubtaskMetrics, rate: Rate | 0): ReadonlyMap<string, string> {
  const { recordsIn, recordsOut, watermark, stateBytes, figures } = subtask;
  const busy = Math.min(1000, rate ? rate.busy : 0);
  const text = (value: number): string => String(Math.round(value));
  return new Map([
    ['numRecordsIn', text(recordsIn)],
    ['numRecordsOut', text(recordsOut)],
    ['numRecordsInErrors', text(figures.badRecords)],
    ['numLateRecordsDropped', text(figures.lateRecords)],
    ['numBytesIn', text(figures.bytesIn)],
    ['numBytesOut', text(figures.bytesOut)],
    ['numRecordsInPerSecond', String(rate ? rate.recordsIn : 0)],
    ['numRecordsOutPerSecond', String(rate ? rate.recordsOut : 0)],
    ['numBytesInPerSecond', String(rate ? rate.bytesIn : 0)],
    ['numBytesOutPerSecond', String(rate ? rate.bytesOut : 0)],
    ['currentInputWatermark', watermarkText(figures.inputWatermark)],
    ['currentOutputWatermark', watermarkText(watermark)],
    ['busyTimeMsPerSecond', text(busy)],
    ['idleTimeMsPerSecond', text(1000 - busy)],
    ['backPressuredTimeMsPerSecond', '0'],
    ['accumulateBusyTimeMs', text(figures.busy)],
    ['stateBytes', text(stateBytes)],
    ...Object.entries(figures.gauges ?? {}).map(([name, value]) => [name, String(value)] as const),
  ]);
}
