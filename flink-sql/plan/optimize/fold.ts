import type { ConstantFolder } from '../../binder/api.ts';
import { mapOperands, operandsOf, rexSome } from '../../binder/expressions/rex-util.ts';
import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import type { Rel } from '../rel.ts';
import type { Rex } from '../rex.ts';
import { isDeterministic } from '../rex-refs.ts';

/** Evaluates constant expressions while planning, as Flink's ExpressionReducer does; without a folder nothing changes. */
export function foldConstants(rel: Rel, folder: ConstantFolder | undefined): Rel {
  if (!folder) {
    return rel;
  }
  const fold = (rex: Rex): Rex => foldRex(rex, folder);
  const walk = (node: Rel): Rel => {
    switch (node.kind) {
      case 'Project':
        return { ...node, input: walk(node.input), exprs: node.exprs.map(fold) };
      case 'Filter':
        return { ...node, input: walk(node.input), condition: fold(node.condition) };
      case 'Join':
        return { ...node, left: walk(node.left), right: walk(node.right), condition: fold(node.condition) };
      default:
        return mapRelInputs(node, walk);
    }
  };
  return walk(rel);
}

function isConstant(rex: Rex): boolean {
  return !rexSome(rex, (node) => node.kind !== 'Literal' && node.kind !== 'Call') && isDeterministic(rex);
}

function foldRex(rex: Rex, folder: ConstantFolder): Rex {
  if (rex.kind === 'Call' && isConstant(rex)) {
    const folded = folder.fold(rex);
    if (folded) {
      const literal = { kind: 'Literal', value: folded.value, type: rex.type } as const;
      const [of] = rex.operands;
      return rex.implicit && of?.kind === 'Literal' ? { ...literal, written: of } : literal;
    }
  }
  return operandsOf(rex).length > 0 ? mapOperands(rex, (operand) => foldRex(operand, folder)) : rex;
}
