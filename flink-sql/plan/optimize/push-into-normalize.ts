import type { Calc, ChangelogNormalize, Physical } from '../physical.ts';
import { and, conjuncts, inputRef, isTrue } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { isDeterministic, refsOf, remap } from '../rex-refs.ts';
import { physicalInputs, withInputs } from '../traits.ts';
import { calc, exchange } from './physical-nodes.ts';

/**
 * Moves filters and projections over a ChangelogNormalize into and below it, as Flink's PushCalcPastChangelogNormalizeRule does:
 * conditions on the key go below, as whole keys come or do not come; other ones into the node, which takes a row back when its key's
 * next row does not pass; columns that nobody reads are dropped below. `known` keeps shared nodes shared over several roots.
 */
export function pushIntoNormalize(root: Physical, known: Map<Physical, Physical> = new Map()): Physical {
  const found = known.get(root);
  if (found) return found;
  const before = physicalInputs(root);
  const inputs = before.map((input) => pushIntoNormalize(input, known));
  const node = inputs.every((input, i) => input === before[i]) ? root : withInputs(root, inputs);
  const pushed = node.kind === 'Calc' && node.input.kind === 'ChangelogNormalize' ? push(node, node.input) : node;
  known.set(root, pushed);
  return pushed;
}

function push(top: Calc, normalize: ChangelogNormalize): Physical {
  const { keys, fields, input } = normalize;
  if (normalize.condition || input.kind !== 'Exchange') return top;
  const conditions = top.condition ? conjuncts(top.condition) : [];
  const staying = conditions.filter((rex) => !isDeterministic(rex));
  const moving = conditions.filter(isDeterministic);
  const onKey = (rex: Rex): boolean => [...refsOf(rex)].every((index) => keys.includes(index));
  const below = moving.filter(onKey);
  const inside = moving.filter((rex) => !onKey(rex));
  const read = new Set(keys);
  for (const rex of [...top.exprs, ...inside, ...staying]) refsOf(rex, read);
  const used = [...read].sort((a, b) => a - b);
  const at = fields.map((_, index) => used.indexOf(index));
  const moved = (rex: Rex): Rex => remap(rex, at);
  const kept = used.map((index) => fields[index] as (typeof fields)[number]);
  const source = calc(
    input.input,
    used.map((index) => inputRef(fields, index)),
    below,
    kept,
  );
  const newKeys = keys.map((index) => at[index] as number);
  const condition = and(inside.map(moved));
  const inner: ChangelogNormalize = {
    ...normalize,
    fields: kept,
    keys: newKeys,
    input: exchange(source, newKeys),
    ...(isTrue(condition) ? {} : { condition }),
  };
  return calc(inner, top.exprs.map(moved), staying.map(moved), top.fields);
}
