import { operandsOf } from '../../binder/expressions/rex-util.ts';
import { relExpressions, relInputs } from '../../binder/query/rel-walk.ts';
import { catalogError } from '../../catalog/errors.ts';
import { withoutTimeAttribute } from '../../types/compare.ts';
import { asSummaryString } from '../../types/print.ts';
import type { Rel } from '../rel.ts';
import type { Rex } from '../rex.ts';

const MESSAGE = [
  'There are not enough rules to produce a node with desired properties: convention=LOGICAL, FlinkRelDistributionTraitDef=any, MiniBatchIntervalTraitDef=None: 0, ModifyKindSetTraitDef=[NONE], UpdateKindTraitDef=[NONE], DuplicateChangesTraitDef=[NONE].',
  'Missing conversion is Collect[convention: NONE -> LOGICAL]',
].join('\n');

const COLLECTIONS = new Set(['ARRAY', 'MULTISET', 'MAP']);

/** The validator lets them take a precision; the code generator does not. */
const WITHOUT_PRECISION = new Set([
  'CURRENT_TIMESTAMP',
  'CURRENT_TIME',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'NOW',
  'CURRENT_ROW_TIMESTAMP',
]);

/** What GROUP BY TUMBLE(…) gives, where there is none. */
const OF_GROUP_WINDOWS = /^(?:TUMBLE|HOP|SESSION)_(?:START|END|ROWTIME|PROCTIME)$/;

/**
 * Calls that pass the validator and that nothing can run: `MULTISET[…]` and `ARRAY(SELECT …)`, which become Calcite's Collect, for which
 * Flink's planner has no rule, `CURRENT_TIMESTAMP(3)`, and TUMBLE_START without a window.
 */
export function refuseUnplannable(rel: Rel): void {
  for (const rex of relExpressions(rel)) refuseIn(rex);
  for (const input of relInputs(rel)) refuseUnplannable(input);
}

function refuseIn(rex: Rex): void {
  const collects =
    (rex.kind === 'Call' && rex.fn === 'MULTISET') || (rex.kind === 'Subquery' && COLLECTIONS.has(rex.op));
  if (collects) throw catalogError('RelOptPlanner$CannotPlanException', MESSAGE, 'collect');
  if (
    rex.kind === 'Call' &&
    rex.operands.length > 0 &&
    (WITHOUT_PRECISION.has(rex.fn) || OF_GROUP_WINDOWS.test(rex.fn))
  ) {
    const types = rex.operands.map(({ type }) => asSummaryString(withoutTimeAttribute(type))).join(', ');
    throw catalogError(
      'CodeGenException',
      `Unsupported call: ${rex.fn}(${types})\nIf you think this function should be supported, you can create an issue and start a discussion for it.`,
      'unsupported-call',
    );
  }
  if (rex.kind === 'Subquery') refuseUnplannable(rex.rel);
  for (const operand of operandsOf(rex)) refuseIn(operand);
}
