import { bytes, clock, duration, percent, shortNumber } from '../job/format.ts';
import type { VertexState } from '../job/messages.ts';
import { t } from '../shared/l10n.ts';
import type { Plan, PlanEdge } from './plan-text.ts';

/** A vertex that is this busy, and the busiest, is where a job is held up. */
const HOT = 0.5;

/** The vertex that holds the job up: the busiest one that works most of the time. */
export function hotVertex(vertices: readonly VertexState[]): string | undefined {
  const busiest = vertices.reduce<VertexState | undefined>(
    (a, b) => ((b.busy ?? 0) > (a?.busy ?? 0) ? b : a),
    undefined,
  );
  return busiest && (busiest.busy ?? 0) >= HOT ? busiest.id : undefined;
}

/** What a vertex does, in words, one figure each. */
export function figuresOf(vertex: VertexState, now: number): string[] {
  const { inRate, outRate, watermark, lag, busy, backPressured, stateBytes, lateRecords } = vertex;
  return [
    ...(inRate === null ? [] : [t('{0} rows/s in', shortNumber(inRate))]),
    ...(outRate === null ? [] : [t('{0} rows/s out', shortNumber(outRate))]),
    ...(busy === null ? [] : [t('busy {0}', percent(busy))]),
    ...(backPressured === null || backPressured === 0 ? [] : [`back-pressured ${percent(backPressured)}`]),
    ...(watermark === null || watermark === 'end' ? [] : [t('watermark {0}', clock(watermark, now))]),
    ...(lag === null ? [] : [t('{0} behind', duration(lag))]),
    ...(stateBytes === null || stateBytes === 0 ? [] : [t('state {0}', bytes(stateBytes))]),
    ...(lateRecords === null || lateRecords === 0 ? [] : [t('{0} late', shortNumber(lateRecords))]),
  ];
}

/** The edges with the rows that go along them a second; within one vertex nobody counts. */
export function edgesWithRates(plan: Plan, vertices: ReadonlyMap<string, VertexState>): PlanEdge[] {
  return plan.edges.map((edge) => {
    const from = vertices.get(edge.from);
    const to = vertices.get(edge.to);
    if (!from || from === to || from.outRate === null) return edge;
    const rate = `${shortNumber(from.outRate)}/s`;
    return { ...edge, label: edge.label === undefined ? rate : `${edge.label} · ${rate}` };
  });
}
