import type { OverRel, RankRel } from '../rel.ts';
import { remap } from '../rex-refs.ts';

/** A window or Top-N over what was below a projection of its input: `map[old]` is where a field of it is now. */
export interface OverWhole {
  readonly rel: OverRel | RankRel;
  readonly map: readonly number[];
}

/**
 * Takes a projection that only picks columns out from below a window: Flink merges it with the projection that had the OVER calls,
 * and the window reads all that is below. Undefined where there is none.
 */
export function withoutProjectBelow(rel: OverRel | RankRel): OverWhole | undefined {
  const below = rel.input;
  if (rel.splits || below.kind !== 'Project') return undefined;
  const picked = below.exprs.map((expr) => (expr.kind === 'InputRef' ? expr.index : -1));
  if (picked.includes(-1)) return undefined;
  const { input } = below;
  const at = (index: number) => picked[index] as number;
  const extra = rel.fields.slice(below.fields.length);
  const base = {
    input,
    fields: [...input.fields, ...extra],
    partition: rel.partition.map(at),
    order: rel.order.map((key) => ({ ...key, index: at(key.index) })),
  };
  const map = [...picked, ...extra.map((_, i) => input.fields.length + i)];
  if (rel.kind === 'Rank') return { rel: { ...rel, ...base }, map };
  const calls = rel.calls.map((call) => ({
    ...call,
    args: call.args.map((arg) => remap(arg, picked)),
    filter: call.filter && remap(call.filter, picked),
  }));
  return { rel: { ...rel, ...base, calls }, map };
}
