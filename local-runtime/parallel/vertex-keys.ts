import type { Vertex } from '../job/vertex.ts';
import type { VertexCounters } from './messages.ts';

/** Names for vertices that every thread of a job gives alike: each thread makes its vertices in the order of the whole graph. */
export function vertexKeys(vertices: readonly Vertex[]): Map<Vertex, string> {
  const keys = new Map<Vertex, string>();
  const seen = new Map<string, number>();
  for (const vertex of vertices) {
    const name = `${vertex.id}/${vertex.name}/${vertex.subtask}/${vertex.parallelism}`;
    const n = seen.get(name) ?? 0;
    seen.set(name, n + 1);
    keys.set(vertex, `${name}/${n}`);
  }
  return keys;
}

export function vertexCounters(vertices: readonly Vertex[]): VertexCounters[] {
  return [...vertexKeys(vertices)].map(([vertex, key]) => ({
    key,
    recordsIn: vertex.recordsIn,
    recordsOut: vertex.recordsOut,
    watermark: vertex.watermark,
    stateBytes: vertex.stateBytes(),
    figures: vertex.figures,
  }));
}
