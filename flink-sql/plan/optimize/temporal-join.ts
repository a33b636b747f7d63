import { validationError } from '../../catalog/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { drawTree } from '../draw-tree.ts';
import { nodeLine } from '../explain-physical.ts';
import type { Physical, TemporalJoin } from '../physical.ts';
import type { JoinRel, JoinType } from '../rel.ts';
import {
  and,
  conjuncts,
  isTemporalCondition,
  isTrue,
  joinFields,
  timeAttribute,
  withoutTimeAttribute,
} from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { physicalInputs } from '../traits.ts';
import { type EquiKeys, restCondition } from './join-nodes.ts';
import { type Keys, upsertKeys } from './keys.ts';
import { draft, exchange, tableError } from './physical-nodes.ts';
import { keepsTimeAttribute } from './time-attributes.ts';

/** The time of the left row that a temporal join looks up versions by, and that of the versions; what remains beside them. */
export interface TemporalTimes {
  readonly leftTimeIndex: number;
  /** Over the right row; absent where it has no rowtime. */
  readonly rightTimeIndex?: number;
  readonly rest: readonly Rex[];
}

/** The times of a join with FOR SYSTEM_TIME AS OF; undefined for other joins. */
export function temporalTimes(rel: JoinRel): TemporalTimes | undefined {
  const parts = conjuncts(rel.condition);
  const marker = parts.find(isTemporalCondition);
  if (marker?.kind !== 'Call') {
    return undefined;
  }
  const [left, right] = marker.operands.map((operand) => (operand.kind === 'InputRef' ? operand.index : -1));
  const rest = parts.filter((part) => part !== marker);
  const times = { leftTimeIndex: left as number, rest };
  return right === undefined ? times : { ...times, rightTimeIndex: right - rel.left.fields.length };
}

function keysOf(node: Physical): Keys {
  return upsertKeys(node, physicalInputs(node).map(keysOf));
}

/** The join with the versions of the right side (LogicalCorrelateToJoinFromTemporalTableRule, TemporalJoinRewriteWithUniqueKeyRule). */
export function makeTemporalJoin(
  rel: JoinRel,
  left: Physical,
  right: Physical,
  keys: EquiKeys,
  times: TemporalTimes,
): TemporalJoin {
  const leftType = (rel.left.fields[times.leftTimeIndex] as RowField).type;
  const kept = keepsTimeAttribute(rel.left, times.leftTimeIndex);
  const byRowtime = kept && timeAttribute(leftType) === 'ROWTIME';
  const rightIndex = times.rightTimeIndex;
  const hasRowtime = rightIndex !== undefined && keepsTimeAttribute(rel.right, rightIndex);
  if (!kept) {
    throw validationError(
      "Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left table's time attribute field",
      'temporal-join',
    );
  }
  if (keys.leftKeys.length === 0) {
    throw validationError('Currently the join key in Temporal Table Join can not be empty.', 'temporal-join');
  }
  if (byRowtime && !hasRowtime) {
    throw validationError(
      'Event-Time Temporal Table Join requires both primary key and row time attribute in versioned table, but no row time attribute can be found.',
      'temporal-join',
    );
  }
  if (byRowtime && rightIndex !== undefined) {
    const rightType = (rel.right.fields[rightIndex] as RowField).type;
    if (rightType.root !== leftType.root) {
      const show = (type: typeof leftType) =>
        `${asSummaryString({ ...withoutTimeAttribute(type), nullable: true })} *ROWTIME*`;
      throw validationError(
        `Event-Time Temporal Table Join requires same rowtime type in left table and versioned table, but the rowtime types are ${show(leftType)} and ${show(rightType)}.`,
        'temporal-join',
      );
    }
  }
  const node: TemporalJoin = {
    ...draft,
    kind: 'TemporalJoin',
    fields: temporalFields(left.fields, right.fields, rel.joinType),
    left: exchange(left, keys.leftKeys),
    right: exchange(right, keys.rightKeys),
    joinType: rel.joinType as TemporalJoin['joinType'],
    leftKeys: keys.leftKeys,
    rightKeys: keys.rightKeys,
    filterNulls: keys.filterNulls,
    condition: remaining(keys, rel, left),
    leftTimeIndex: times.leftTimeIndex,
    rightTimeIndex: rightIndex ?? -1,
  };
  checkPrimaryKey(node, right, keys);
  if (!byRowtime) {
    throw tableError('Processing-time temporal join is not supported yet.', 'temporal-join');
  }
  return node;
}

function checkPrimaryKey(node: TemporalJoin, right: Physical, keys: EquiKeys): void {
  const unique = keysOf(right);
  if (unique.length === 0) {
    const plan = drawTree<Physical>(node, (part) => nodeLine(part, 'prefix'), physicalInputs);
    throw validationError(
      `Temporal Table Join requires primary key in versioned table, but no primary key can be found. The physical plan is:\n${plan}`,
      'temporal-join',
    );
  }
  if (unique.some((key) => key.every((index) => keys.rightKeys.includes(index)))) {
    return;
  }
  const all = joinFields(node.left.fields, right.fields, 'INNER').map((field) => field.name);
  const width = node.left.fields.length;
  const shown = (unique[0] as readonly number[]).map((index) => all[width + index]).join(',');
  const pairs = keys.leftKeys.map((key, i) => `${all[key]}=${all[width + (keys.rightKeys[i] as number)]}`).join(',');
  throw validationError(
    `Temporal table's primary key [${shown}] must be included in the equivalence condition of temporal join, but current temporal join condition is [${pairs}].`,
    'temporal-join',
  );
}

/** Left fields as they are, right ones without time attributes (RelTimeIndicatorConverter). */
function temporalFields(left: readonly RowField[], right: readonly RowField[], joinType: JoinType): RowField[] {
  return joinFields(left, right, joinType).map((field, i) =>
    i < left.length ? field : { ...field, type: withoutTimeAttribute(field.type) },
  );
}

function remaining(keys: EquiKeys, rel: JoinRel, left: Physical): Rex | null {
  const condition = and(restCondition(keys, rel, left));
  return isTrue(condition) ? null : condition;
}
