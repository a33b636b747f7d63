import type {
  CheckpointConfig,
  Checkpoints,
  JobDetail,
  JobException,
  VertexFigures,
} from '../../clients/job-manager/index.ts';
import type { CheckpointsState, ExceptionState, VertexState } from '../../webviews/job/messages.ts';

const orNull = <T>(value: T | undefined): T | null => value ?? null;

/** The vertices of a job with their figures, as the view shows them. */
export function vertexStates(
  { plan, vertices, now }: JobDetail,
  figures: ReadonlyMap<string, VertexFigures>,
): VertexState[] {
  const nodes = new Map(plan.map((node) => [node.id, node]));
  const feeds = new Set(plan.flatMap(({ inputs }) => inputs.map(({ id }) => id)));
  return vertices.map((vertex) => {
    const node = nodes.get(vertex.id);
    const known = figures.get(vertex.id);
    const isSource = (node?.inputs.length ?? 0) === 0;
    const isSink = !feeds.has(vertex.id);
    // Flink counts only what goes between vertices: what comes in from outside, and goes out, its sources and sinks know.
    const recordsIn = isSource ? known?.sourceRecords : (known?.recordsIn ?? vertex.recordsIn);
    const recordsOut = (isSink ? known?.sinkRecords : undefined) ?? known?.recordsOut ?? vertex.recordsOut;
    const inRate = isSource ? known?.sourceRecordsPerSecond : known?.recordsInPerSecond;
    const outRate = (isSink ? known?.sinkRecordsPerSecond : undefined) ?? known?.recordsOutPerSecond;
    const watermark = known?.watermark;
    const isEnd = watermark === Number.POSITIVE_INFINITY;
    return {
      id: vertex.id,
      name: shortName(vertex.name),
      description: node?.description ?? vertex.name,
      parallelism: vertex.parallelism,
      status: vertex.status,
      inputs: node?.inputs ?? [],
      recordsIn: orNull(recordsIn),
      recordsOut: orNull(recordsOut),
      inRate: orNull(inRate),
      outRate: orNull(outRate),
      busy: orNull(known?.busy),
      backPressured: orNull(known?.backPressured),
      watermark: isEnd ? 'end' : orNull(watermark),
      lag: watermark === undefined || isEnd ? null : now - watermark,
      lateRecords: orNull(known?.lateRecords),
      stateBytes: orNull(known?.stateBytes),
    };
  });
}

/** `Source: orders[1] -> Calc[2]` without the numbers, which tell a person nothing. */
export function shortName(name: string): string {
  return name.replace(/\[\d+\](?=:| |$)/g, '').replace(/ -> /g, ' → ');
}

/** Records a second that all sources read and all sinks take, and the largest lag. */
export function totals(vertices: readonly VertexState[]): {
  read: number | null;
  written: number | null;
  lag: number | null;
} {
  const feeds = new Set(vertices.flatMap(({ inputs }) => inputs.map(({ id }) => id)));
  const sum = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  };
  const lags = vertices.map(({ lag }) => lag).filter((lag) => lag !== null);
  return {
    read: sum(vertices.filter(({ inputs }) => inputs.length === 0).map(({ inRate, outRate }) => inRate ?? outRate)),
    written: sum(
      vertices
        .filter(({ id }) => !feeds.has(id))
        .map(({ inputs, inRate, outRate }) => sinkRate(inputs.length, inRate, outRate)),
    ),
    lag: lags.length === 0 ? null : Math.max(...lags),
  };
}

/** What a sink takes: what goes out of it, where that is counted, else what comes in. */
function sinkRate(inputs: number, inRate: number | null, outRate: number | null): number | null {
  if (outRate !== null && outRate > 0) return outRate;
  return inputs > 0 ? inRate : outRate;
}

export function checkpointsState(taken: Checkpoints, config: CheckpointConfig | undefined): CheckpointsState {
  const { counts, latest, history } = taken;
  return {
    interval: orNull(config?.interval),
    mode: config?.mode ?? '',
    storage: config?.storage ?? '',
    completed: counts.completed,
    failed: counts.failed,
    inProgress: counts.inProgress,
    restoredFrom: latest.restored?.path || null,
    history: history.map((one) => ({
      id: one.id,
      status: one.status,
      kind: one.type || (one.isSavepoint ? 'SAVEPOINT' : 'CHECKPOINT'),
      triggered: one.triggered,
      duration: orNull(one.duration),
      size: one.stateSize,
      path: one.discarded ? null : orNull(one.path),
      failure: orNull(one.failure),
    })),
  };
}

export function exceptionStates(exceptions: readonly JobException[]): ExceptionState[] {
  return exceptions.map(({ time, message, causes, trace, task }) => ({
    time,
    message,
    causes: causes.map(({ className, message: words }) => ({ className, message: words })),
    trace,
    task: orNull(task),
  }));
}
