import type { Physical } from '../physical.ts';
import type { Rex } from '../rex.ts';

export type Keys = readonly (readonly number[])[];

const contains = (set: readonly number[], part: readonly number[]): boolean =>
  part.every((index) => set.includes(index));

/** Position of each input field among the expressions that pass it on unchanged. */
function passed(exprs: readonly Rex[]): Map<number, number> {
  const at = new Map<number, number>();
  exprs.forEach((expr, i) => {
    const base = expr.kind === 'Call' && expr.fn === 'CAST' && expr.operands[0]?.kind === 'InputRef' ? undefined : expr;
    if (base?.kind === 'InputRef' && !at.has(base.index)) {
      at.set(base.index, i);
    }
  });
  return at;
}

/** Sets of output fields that identify a row in the changelog (FlinkRelMdUpsertKeys). `inputs` are the keys of the inputs. */
export function upsertKeys(node: Physical, inputs: readonly Keys[]): Keys {
  const [first = [], second = []] = inputs;
  switch (node.kind) {
    case 'TableSourceScan':
      return primaryKey(node);
    case 'Values':
    case 'Union':
    case 'Expand':
    case 'Correlate':
    case 'IntervalJoin':
    case 'GroupWindowAggregate':
    case 'Match':
    case 'Sink':
      return [];
    case 'Calc': {
      const at = passed(node.exprs);
      return first
        .filter((key) => key.every((index) => at.has(index)))
        .map((key) => key.map((index) => at.get(index) as number));
    }
    case 'WatermarkAssigner':
    case 'MiniBatchAssigner':
    case 'DropUpdateBefore':
    case 'Limit':
    case 'WindowTableFunction':
    case 'OverAggregate':
    case 'TemporalSort':
    case 'Collapse':
      return node.kind === 'WindowTableFunction' && node.window.type !== 'TUMBLE' ? [] : first;
    case 'Exchange':
      return node.distribution === 'hash' ? first.filter((key) => contains(key, node.keys)) : first;
    case 'ChangelogNormalize':
      return [node.keys];
    case 'GroupAggregate':
      return [node.group.map((_, i) => i)];
    case 'WindowAggregate': {
      const keys = node.group.map((_, i) => i);
      const from = keys.length + node.calls.length;
      const windows = node.properties.flatMap((p, i) =>
        p.property === 'start' || p.property === 'end' ? [from + i] : [],
      );
      return windows.map((index) => [...keys, index]);
    }
    case 'Join':
      return joinKeys(node, first, second);
    case 'Rank': {
      if (!node.outputRankNumber) {
        return node.rankStart === node.rankEnd ? [node.partition, ...first] : first;
      }
      return [[...node.partition, node.fields.length - 1], ...first];
    }
    case 'Deduplicate':
      return [node.keys];
    case 'WindowRank': {
      const { start, end } = node.attached;
      const number = node.outputRankNumber ? [node.fields.length - 1] : [];
      const single = node.rankStart === node.rankEnd;
      const own = number.length > 0 || single ? [start, end].map((at) => [...node.partition, at, ...number]) : [];
      return [...own, ...first];
    }
    case 'WindowDeduplicate':
      return [node.attached.start, node.attached.end].map((at) => [...node.keys, at]);
    case 'WindowJoin':
      return joinKeys(node, first, second);
    case 'TemporalJoin':
    case 'LookupJoin':
      return first;
  }
}

function primaryKey(node: Extract<Physical, { kind: 'TableSourceScan' }>): Keys {
  const key = node.table.primaryKey;
  if (!key) {
    return [];
  }
  const indexes = key.columns.map((name) => node.fields.findIndex((field) => field.name === name));
  return indexes.every((index) => index >= 0) ? [indexes] : [];
}

function joinKeys(node: Extract<Physical, { kind: 'Join' | 'WindowJoin' }>, left: Keys, right: Keys): Keys {
  if (node.joinType === 'SEMI' || node.joinType === 'ANTI') {
    return left.filter((key) => contains(key, node.leftKeys));
  }
  const width = node.left.fields.length;
  const found: number[][] = [];
  const leftUnique = left.some((key) => contains(node.leftKeys, key));
  const rightUnique = right.some((key) => contains(node.rightKeys, key));
  for (const a of left) {
    for (const b of right) {
      if (a.length + b.length > 0) {
        found.push([...a, ...b.map((index) => index + width)]);
      }
    }
  }
  const nullsLeft = node.joinType === 'RIGHT' || node.joinType === 'FULL';
  const nullsRight = node.joinType === 'LEFT' || node.joinType === 'FULL';
  if (rightUnique && !nullsLeft) {
    found.push(...left.map((key) => [...key]));
  }
  if (leftUnique && !nullsRight) {
    found.push(...right.map((key) => key.map((index) => index + width)));
  }
  return found;
}
