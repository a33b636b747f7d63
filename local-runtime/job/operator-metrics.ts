import { EXCHANGE } from '../planner/exchanges.ts';
import type { JobMetrics } from './job-api.ts';
import type { TaskFigures } from './task-metrics.ts';
import type { Vertex } from './vertex.ts';

type OperatorMetrics = JobMetrics['operators'][number];

/** The figures of each operator, those of its subtasks together; what only moves rows between subtasks is no operator. */
export function operatorMetrics(
  vertices: readonly Vertex[],
  measured: (vertex: Vertex) => { readonly stateBytes: number; readonly figures: TaskFigures },
): JobMetrics['operators'] {
  const found = new Map<string, OperatorMetrics>();
  for (const vertex of vertices) {
    if (vertex.name === EXCHANGE) continue;
    const key = `${vertex.id} ${vertex.name}`;
    const known = found.get(key);
    const { id, name, parallelism, recordsIn, recordsOut, watermark } = vertex;
    const { stateBytes, figures } = measured(vertex);
    found.set(key, {
      id,
      name,
      inputs: known?.inputs ?? inputsOf(vertex),
      parallelism,
      subtasks: [...(known?.subtasks ?? []), { recordsIn, recordsOut, watermark, stateBytes, figures }],
      recordsIn: recordsIn + (known?.recordsIn ?? 0),
      recordsOut: recordsOut + (known?.recordsOut ?? 0),
      // The least of the subtasks; unknown as long as one has none.
      watermark: known ? least(known.watermark, watermark) : watermark,
      stateBytes: stateBytes + (known?.stateBytes ?? 0),
      figures: known ? together(known.figures, figures) : figures,
    });
  }
  return [...found.values()];
}

/** The operators before this one, on the other side of exchanges. */
function inputsOf(vertex: Vertex): OperatorMetrics['inputs'] {
  const found = new Map<string, OperatorMetrics['inputs'][number]>();
  const visit = (from: Vertex): void => {
    for (const input of from.inputs) {
      const { id, name } = input;
      if (name === EXCHANGE) visit(input);
      else found.set(`${id} ${name}`, { id, name });
    }
  };
  visit(vertex);
  return [...found.values()];
}

function together(a: TaskFigures, b: TaskFigures): TaskFigures {
  return {
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    busy: a.busy + b.busy,
    inputWatermark: least(a.inputWatermark, b.inputWatermark),
    lateRecords: a.lateRecords + b.lateRecords,
    badRecords: a.badRecords + b.badRecords,
    ...((a.gauges || b.gauges) && { gauges: { ...a.gauges, ...b.gauges } }),
  };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}
