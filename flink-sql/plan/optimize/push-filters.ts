import { rexSome, shiftRefs } from '../../binder/expressions/rex-util.ts';
import type { JoinRel, JoinType, Rel } from '../rel.ts';
import { and, conjuncts, filter, isTemporalCondition, isTrue, join, project } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { inline, isDeterministic, refsOf } from '../rex-refs.ts';

/** Moves conditions towards the sources as Flink's FilterXxxTranspose and join rules do. */
export function pushFilters(rel: Rel): Rel {
  return push(rel, []);
}

function within(rex: Rex, from: number, to: number): boolean {
  for (const index of refsOf(rex)) {
    if (index < from || index >= to) {
      return false;
    }
  }
  return true;
}

/** The node with `conditions` (over its row) applied as low as they may be. */
function push(rel: Rel, conditions: readonly Rex[]): Rel {
  switch (rel.kind) {
    case 'Filter':
      return push(rel.input, [...conjuncts(rel.condition), ...conditions]);
    case 'Project': {
      const movable = (condition: Rex) =>
        [...refsOf(condition)].every((index) => {
          const expr = rel.exprs[index] as Rex;
          return isDeterministic(expr) && !rexSome(expr, (node) => node.kind === 'Over' || node.kind === 'Subquery');
        });
      const below = conditions.filter(movable);
      const input = push(
        rel.input,
        below.map((condition) => inline(condition, rel.exprs)),
      );
      const moved: Rel = project(
        input,
        rel.exprs,
        rel.fields.map((field) => field.name),
      );
      return above(
        moved,
        conditions.filter((condition) => !below.includes(condition)),
      );
    }
    case 'Join':
      return pushJoin(rel, conditions);
    case 'Aggregate': {
      const simple = rel.groupingSets.length === 1 && rel.window === undefined;
      const below = simple && rel.group.length > 0 ? conditions.filter((c) => within(c, 0, rel.group.length)) : [];
      const keys = rel.group.map(
        (index): Rex => ({ kind: 'InputRef', index, type: (rel.input.fields[index] as { type: Rex['type'] }).type }),
      );
      const input = push(
        rel.input,
        below.map((condition) => inline(condition, keys)),
      );
      return above(
        { ...rel, input },
        conditions.filter((condition) => !below.includes(condition)),
      );
    }
    case 'SetOp':
      return { ...rel, inputs: rel.inputs.map((input) => push(input, conditions)) };
    case 'Scan':
    case 'Values':
      return above(rel, conditions);
    case 'Correlate': {
      const width = rel.left.fields.length;
      const below = conditions.filter((condition) => isDeterministic(condition) && within(condition, 0, width));
      return above(
        { ...rel, left: push(rel.left, below), right: push(rel.right, []) },
        conditions.filter((condition) => !below.includes(condition)),
      );
    }
    case 'TableFunction':
      return above({ ...rel, inputs: rel.inputs.map((input) => push(input, [])) }, conditions);
    default:
      return above({ ...rel, input: push(rel.input, []) }, conditions);
  }
}

function above(rel: Rel, conditions: readonly Rex[]): Rel {
  const condition = and(conditions);
  return isTrue(condition) ? rel : filter(rel, condition);
}

const NULL_REJECTING = new Set(['=', '<>', '<', '<=', '>', '>=', 'IS NOT NULL', 'IS TRUE', 'LIKE']);

/** Is the condition never true when all fields in the range are null? */
function rejectsNulls(condition: Rex, from: number, to: number): boolean {
  if (condition.kind !== 'Call' || !NULL_REJECTING.has(condition.fn)) {
    return false;
  }
  return condition.operands.some((operand) => {
    const bare = operand.kind === 'Call' && operand.fn === 'CAST' ? (operand.operands[0] as Rex) : operand;
    return bare.kind === 'InputRef' && bare.index >= from && bare.index < to;
  });
}

function simplified(type: JoinType, conditions: readonly Rex[], width: number, total: number): JoinType {
  const left = conditions.some((condition) => rejectsNulls(condition, 0, width));
  const right = conditions.some((condition) => rejectsNulls(condition, width, total));
  if (type === 'LEFT' && right) {
    return 'INNER';
  }
  if (type === 'RIGHT' && left) {
    return 'INNER';
  }
  if (type === 'FULL') {
    if (left && right) {
      return 'INNER';
    }
    return left ? 'LEFT' : right ? 'RIGHT' : 'FULL';
  }
  return type;
}

function pushJoin(rel: JoinRel, conditions: readonly Rex[]): Rel {
  const width = rel.left.fields.length;
  const total = width + rel.right.fields.length;
  const type = simplified(rel.joinType, conditions, width, total);
  const toLeft: Rex[] = [];
  const toRight: Rex[] = [];
  const inJoin: Rex[] = [];
  const over: Rex[] = [];
  const keepsLeft = type === 'INNER' || type === 'LEFT' || type === 'SEMI' || type === 'ANTI';
  // Versions of a table must all be seen: a filter would bring older ones back.
  const isTemporal = conjuncts(rel.condition).some(isTemporalCondition);
  const keepsRight = !isTemporal && (type === 'INNER' || type === 'RIGHT');
  for (const condition of conditions) {
    if (!isDeterministic(condition)) {
      over.push(condition);
    } else if (keepsLeft && within(condition, 0, width)) {
      toLeft.push(condition);
    } else if (keepsRight && within(condition, width, total)) {
      toRight.push(condition);
    } else if (type === 'INNER') {
      inJoin.push(condition);
    } else {
      over.push(condition);
    }
  }
  const leftMayDrop = type === 'INNER' || type === 'RIGHT' || type === 'SEMI';
  const rightMayDrop = type === 'INNER' || type === 'LEFT' || type === 'SEMI' || type === 'ANTI';
  const parts = conjuncts(rel.condition);
  for (const condition of parts) {
    if (isTemporalCondition(condition)) {
      inJoin.push(condition);
      continue;
    }
    const refs = refsOf(condition).size;
    if (refs > 0 && leftMayDrop && within(condition, 0, width)) {
      toLeft.push(condition);
    } else if (refs > 0 && rightMayDrop && !isTemporal && within(condition, width, total)) {
      toRight.push(condition);
    } else {
      inJoin.push(condition);
    }
  }
  const left = push(rel.left, toLeft);
  const right = push(
    rel.right,
    toRight.map((condition) => shiftRefs(condition, -width)),
  );
  const joined = join(left, right, type, and(inJoin), rel.hints);
  return above(
    { ...joined, fields: rel.fields.map((field, i) => ({ ...field, type: (joined.fields[i] as typeof field).type })) },
    over,
  );
}
