import type { Rel } from '../rel.ts';
import { aggregate } from '../rel-builder.ts';

/** Each different row once. */
export function distinctRel(rel: Rel): Rel {
  const all = rel.fields.map((_, i) => i);
  return aggregate(rel, all, [all], []);
}
