import type { Rel } from '../rel.ts';
import { timeAttribute } from '../rel-builder.ts';
import { intervalBounds } from './interval-join.ts';
import { temporalTimes } from './temporal-join.ts';
import { windowJoin } from './window-properties.ts';

/**
 * Is field `index` still a time attribute where the plan runs? A regular join, an aggregate without window and the like
 * make ordinary timestamps of them (RelTimeIndicatorConverter), though the validator's types still say otherwise.
 */
export function keepsTimeAttribute(rel: Rel, index: number): boolean {
  const type = rel.fields[index]?.type;
  if (!type || timeAttribute(type) === undefined) {
    return false;
  }
  switch (rel.kind) {
    case 'Project': {
      const expr = rel.exprs[index];
      return expr?.kind !== 'InputRef' || keepsTimeAttribute(rel.input, expr.index);
    }
    case 'Watermark':
      return index === rel.timeIndex || keepsTimeAttribute(rel.input, index);
    case 'WindowTableFunction':
      return index >= rel.input.fields.length || keepsTimeAttribute(rel.input, index);
    case 'Filter':
    case 'Sort':
    case 'Rank':
    case 'Over':
      return keepsTimeAttribute(rel.input, index);
    case 'SetOp':
      return rel.inputs.every((input) => keepsTimeAttribute(input, index));
    case 'Join': {
      const width = rel.left.fields.length;
      if (rel.joinType === 'SEMI' || rel.joinType === 'ANTI') {
        return keepsTimeAttribute(rel.left, index);
      }
      if (temporalTimes(rel)) {
        return index < width && keepsTimeAttribute(rel.left, index);
      }
      // A regular join gives times up; interval and window joins keep them.
      if (!intervalBounds(rel) && !windowJoin(rel)) {
        return false;
      }
      return index < width ? keepsTimeAttribute(rel.left, index) : keepsTimeAttribute(rel.right, index - width);
    }
    default:
      return true;
  }
}
