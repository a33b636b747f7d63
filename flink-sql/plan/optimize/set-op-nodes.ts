import type { Physical } from '../physical.ts';
import type { Rel, SetOpRel } from '../rel.ts';
import { distinct, draft, exchange } from './physical-nodes.ts';
import type { Planner } from './planner.ts';

/** UNION is a union and a distinct; INTERSECT and EXCEPT are semi and anti joins on all columns, then a distinct. */
export function makeSetOp(planner: Planner, rel: SetOpRel): Physical {
  if (rel.op === 'UNION') {
    const inputs = rel.inputs.map((input) => planner.build(input));
    const union: Physical = { ...draft, kind: 'Union', fields: rel.fields, inputs };
    return rel.all ? union : distinct(union);
  }
  const [first, ...others] = rel.inputs as [Rel, ...Rel[]];
  let node = planner.build(first);
  for (const other of others) {
    const right = planner.build(other);
    const all = node.fields.map((_, i) => i);
    const joinType = rel.op === 'INTERSECT' ? 'SEMI' : 'ANTI';
    node = {
      ...draft,
      kind: 'Join',
      fields: node.fields,
      left: exchange(node, all),
      right: exchange(right, all),
      joinType,
      leftKeys: all,
      rightKeys: all,
      filterNulls: all.map(() => false),
      condition: null,
      leftUnique: { kind: 'NONE' },
      rightUnique: { kind: 'NONE' },
      hints: [],
    };
  }
  return distinct({ ...node, fields: rel.fields });
}
