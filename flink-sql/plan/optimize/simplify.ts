import { mapOperands, rexEquals } from '../../binder/expressions/rex-util.ts';
import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import { types } from '../../types/logical-type.ts';
import type { Rel } from '../rel.ts';
import type { Rex } from '../rex.ts';
import { isDeterministic } from '../rex-refs.ts';

const REFLEXIVE = new Set(['=', '<=', '>=', 'IS NOT DISTINCT FROM']);
const IRREFLEXIVE = new Set(['<>', '<', '>', 'IS DISTINCT FROM']);

/**
 * An expression compared with itself: in a condition Flink takes it for true or false whatever it is (FlinkRexUtil.simplify), in a
 * SELECT list Calcite leaves it unknown for NULL (RexSimplify).
 */
export function simplifySelfComparisons(rel: Rel): Rel {
  switch (rel.kind) {
    case 'Project':
      return {
        ...rel,
        input: simplifySelfComparisons(rel.input),
        exprs: rel.exprs.map((expr) => simplify(expr, false)),
      };
    case 'Filter':
      return { ...rel, input: simplifySelfComparisons(rel.input), condition: simplify(rel.condition, true) };
    default:
      return mapRelInputs(rel, simplifySelfComparisons);
  }
}

function simplify(rex: Rex, inCondition: boolean): Rex {
  if (rex.kind !== 'Call') {
    return rex;
  }
  const holds = REFLEXIVE.has(rex.fn);
  const [left, right] = rex.operands;
  if ((holds || IRREFLEXIVE.has(rex.fn)) && left && right && rexEquals(left, right) && isDeterministic(left)) {
    const isDistinct = rex.fn.includes('DISTINCT');
    if (inCondition || isDistinct || !left.type.nullable) {
      return { kind: 'Literal', value: holds, type: types.boolean(false) };
    }
    const unknown: Rex = { kind: 'Literal', value: null, type: types.boolean() };
    const test: Rex = {
      kind: 'Call',
      fn: holds ? 'IS NOT NULL' : 'IS NULL',
      operands: [left],
      type: types.boolean(false),
    };
    return { kind: 'Call', fn: holds ? 'OR' : 'AND', operands: [unknown, test], type: types.boolean() };
  }
  return mapOperands(rex, (operand) => simplify(operand, inCondition && (rex.fn === 'AND' || rex.fn === 'OR')));
}
