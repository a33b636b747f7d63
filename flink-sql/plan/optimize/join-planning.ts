import type { Physical } from '../physical.ts';
import type { JoinRel } from '../rel.ts';
import { and, inputRef } from '../rel-builder.ts';
import { intervalBounds, makeIntervalJoin } from './interval-join.ts';
import { equiKeys, makeJoin, withExtra } from './join-nodes.ts';
import { lookupKeys, lookupScan, makeLookupJoin } from './lookup-join.ts';
import { calc } from './physical-nodes.ts';
import type { Planner } from './planner.ts';
import { makeTemporalJoin, temporalTimes } from './temporal-join.ts';
import { makeWindowJoin, windowJoinOf } from './window-nodes.ts';
import { windowJoin } from './window-properties.ts';

/** The join that Flink makes of a condition: temporal, lookup, interval, window or regular. */
export function planJoin(planner: Planner, rel: JoinRel): Physical {
  const width = rel.left.fields.length;
  const times = temporalTimes(rel);
  // Equal times within equal windows are a window join still.
  const bounds = times || windowJoin(rel) ? undefined : intervalBounds(rel);
  const kept = times ?? bounds;
  const looksUp = times !== undefined && lookupScan(rel, times, planner.connectors) !== undefined;
  const allKeys = equiKeys(kept ? { ...rel, condition: and(kept.rest) } : rel, width);
  const keys = looksUp ? lookupKeys(allKeys, rel) : allKeys;
  const left = planner.build(withExtra(rel.left, keys.leftExtra));
  const right = planner.build(withExtra(rel.right, keys.rightExtra));
  const { joinType } = rel;
  const windowed = kept ? undefined : windowJoinOf(rel, keys);
  let node: Physical;
  if (times) {
    node = looksUp ? makeLookupJoin(rel, left, right, keys) : makeTemporalJoin(rel, left, right, keys, times);
  } else if (bounds) {
    node = makeIntervalJoin(rel, left, right, keys, bounds);
  } else {
    node = windowed ? makeWindowJoin(rel, left, right, windowed) : makeJoin(left, right, joinType, keys, rel);
  }
  const shown = joinType === 'SEMI' || joinType === 'ANTI' ? width : width + rel.right.fields.length;
  if (keys.leftExtra.length + keys.rightExtra.length === 0) {
    return node;
  }
  const newWidth = left.fields.length;
  const picked = Array.from({ length: shown }, (_, i) => (i < width ? i : newWidth + i - width));
  return calc(
    node,
    picked.map((index) => inputRef(node.fields, index)),
    [],
    rel.fields,
  );
}
