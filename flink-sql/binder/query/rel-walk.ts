import type { Rel } from '../../plan/rel.ts';
import type { Rex } from '../../plan/rex.ts';
import { operandsOf } from '../expressions/rex-util.ts';

/** Inputs of a node, in order. */
export function relInputs(rel: Rel): readonly Rel[] {
  switch (rel.kind) {
    case 'Scan':
    case 'Values':
      return [];
    case 'Join':
    case 'Correlate':
      return [rel.left, rel.right];
    case 'SetOp':
    case 'TableFunction':
      return rel.inputs;
    default:
      return [rel.input];
  }
}

/** The node over changed inputs; the same node where no input changes. */
export function mapRelInputs<R extends Rel>(rel: R, change: (input: Rel) => Rel): R {
  const before = relInputs(rel);
  const after = before.map(change);
  if (after.every((input, i) => input === before[i])) return rel;
  const [first, second] = after;
  const over = 'left' in rel ? { left: first, right: second } : 'inputs' in rel ? { inputs: after } : { input: first };
  return { ...rel, ...over };
}

/** Expressions of a node (not of its inputs). */
export function relExpressions(rel: Rel): readonly Rex[] {
  switch (rel.kind) {
    case 'Project':
      return rel.exprs;
    case 'Filter':
    case 'Join':
      return [rel.condition];
    case 'Sort':
      return rel.keys.map((key) => key.expr);
    case 'TableFunction':
      return rel.args;
    case 'Snapshot':
      return [rel.period];
    case 'Watermark':
      return [rel.expr];
    default:
      return [];
  }
}

function rexUsesCorrelation(rex: Rex, id: number): boolean {
  if (rex.kind === 'Correlation') {
    return rex.id === id;
  }
  if (rex.kind === 'Subquery' && relUsesCorrelation(rex.rel, id)) {
    return true;
  }
  return operandsOf(rex).some((operand) => rexUsesCorrelation(operand, id));
}

/** Does anything in the plan refer to the row of the Correlate with this id? */
export function relUsesCorrelation(rel: Rel, id: number): boolean {
  return (
    relExpressions(rel).some((rex) => rexUsesCorrelation(rex, id)) ||
    relInputs(rel).some((input) => relUsesCorrelation(input, id))
  );
}
