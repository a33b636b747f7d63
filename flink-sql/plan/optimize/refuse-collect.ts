import { operandsOf } from '../../binder/expressions/rex-util.ts';
import { relExpressions, relInputs } from '../../binder/query/rel-walk.ts';
import { catalogError } from '../../catalog/errors.ts';
import type { Rel } from '../rel.ts';
import type { Rex } from '../rex.ts';

const MESSAGE = [
  'There are not enough rules to produce a node with desired properties: convention=LOGICAL, FlinkRelDistributionTraitDef=any, MiniBatchIntervalTraitDef=None: 0, ModifyKindSetTraitDef=[NONE], UpdateKindTraitDef=[NONE], DuplicateChangesTraitDef=[NONE].',
  'Missing conversion is Collect[convention: NONE -> LOGICAL]',
].join('\n');

const COLLECTIONS = new Set(['ARRAY', 'MULTISET', 'MAP']);

/** `MULTISET[…]` and `ARRAY(SELECT …)` become Calcite's Collect, for which Flink's planner has no rule. */
export function refuseCollect(rel: Rel): void {
  for (const rex of relExpressions(rel)) refuseIn(rex);
  for (const input of relInputs(rel)) refuseCollect(input);
}

function refuseIn(rex: Rex): void {
  const collects =
    (rex.kind === 'Call' && rex.fn === 'MULTISET') || (rex.kind === 'Subquery' && COLLECTIONS.has(rex.op));
  if (collects) throw catalogError('RelOptPlanner$CannotPlanException', MESSAGE, 'collect');
  if (rex.kind === 'Subquery') refuseCollect(rex.rel);
  for (const operand of operandsOf(rex)) refuseIn(operand);
}
