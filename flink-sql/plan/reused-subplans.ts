import { operandsOf } from '../binder/expressions/rex-util.ts';
import { drawTree } from './draw-tree.ts';
import type { Physical } from './physical.ts';
import type { Rex } from './rex.ts';
import { isDeterministic } from './rex-refs.ts';
import { type ShownNode, shownLine, shownPlan } from './shown-plan.ts';

/** A node of the execution plan in which equal sub-plans are one. */
interface Shared {
  readonly line: string;
  readonly inputs: readonly Shared[];
  readonly digest: string;
}

/**
 * The execution plan as Flink draws it: equal deterministic sub-plans are one node (SubplanReuser), which is drawn where it comes
 * first, with a `reuse_id`, and named afterwards.
 */
export function drawReused(roots: readonly Physical[], options: Readonly<Record<string, string>>): string[] {
  const isOn = options['table.optimizer.reuse-sub-plan-enabled']?.toLowerCase() !== 'false';
  const known = new Map<string, Shared>();
  let unlike = 0;
  const share = (shown: ShownNode): Shared => {
    const inputs = shown.inputs.map(share);
    const line = shownLine(shown);
    const own = isOn && canShare(shown.node) ? '' : `#${unlike++}`;
    const digest = `${line}${own}${JSON.stringify([shown.node.fields, inputs.map((input) => input.digest)])}`;
    const found = known.get(digest);
    const shared = found ?? { line, inputs, digest };
    known.set(digest, shared);
    return shared;
  };
  const tops = roots.map((root) => share(shownPlan(root, 'infix', options)));
  const parents = new Map<Shared, number>();
  const seen = new Set<Shared>();
  const count = (node: Shared): void => {
    parents.set(node, (parents.get(node) ?? 0) + 1);
    if (!seen.has(node)) {
      seen.add(node);
      node.inputs.forEach(count);
    }
  };
  tops.forEach(count);
  const ids = new Map<Shared, number>();
  const drawn = new Set<Shared>();
  const reference = (id: number): Shared => ({ line: `Reused(reference_id=[${id}])`, inputs: [], digest: '' });
  return tops.map((top) => {
    const line = (node: Shared) => {
      const id = ids.get(node);
      return id === undefined ? node.line : `${node.line}(reuse_id=[${id}])`;
    };
    const inputs = (node: Shared): Shared[] => node.inputs.map(visit);
    const visit = (node: Shared): Shared => {
      if ((parents.get(node) ?? 0) < 2) {
        return node;
      }
      if (drawn.has(node)) {
        return reference(ids.get(node) as number);
      }
      drawn.add(node);
      ids.set(node, ids.size + 1);
      return node;
    };
    return drawTree(visit(top), line, inputs);
  });
}

function canShare(node: Physical): boolean {
  if (node.kind === 'Sink') {
    return false;
  }
  const rexes: readonly Rex[] =
    node.kind === 'Calc' ? [...node.exprs, ...(node.condition ? [node.condition] : [])] : [];
  return rexes.every(isRepeatable);
}

/** Same answer each time it is asked, PROCTIME() and the like left out. */
function isRepeatable(rex: Rex): boolean {
  return isDeterministic(rex) && !(rex.kind === 'Call' && rex.fn === 'PROCTIME') && operandsOf(rex).every(isRepeatable);
}
