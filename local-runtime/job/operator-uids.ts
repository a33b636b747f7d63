import { createHash } from 'node:crypto';
import type { Vertex } from './vertex.ts';

/**
 * Names each vertex by its place in the graph, so that a snapshot finds it again in another run of the same statement: a hash of what
 * kind of operator it is, which subtask, of its inputs' names, and of its number among equals (StreamGraphHasherV2 goes by the place, too).
 * Settings and table names are not part of it: an operator in the same place with other settings is found, and refused with the reason.
 */
export function operatorUids(vertices: readonly Vertex[]): Map<Vertex, string> {
  const uids = new Map<Vertex, string>();
  const seen = new Map<string, number>();
  for (const vertex of vertices) {
    const kind = vertex.name.replace(/:.*/s, '');
    const place = JSON.stringify([kind, vertex.subtask, vertex.inputs.map((input) => uids.get(input))]);
    const n = seen.get(place) ?? 0;
    seen.set(place, n + 1);
    uids.set(vertex, createHash('md5').update(`${place} ${n}`).digest('hex'));
  }
  return uids;
}
