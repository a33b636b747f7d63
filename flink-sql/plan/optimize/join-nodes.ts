import { rewriteRex, shiftRefs } from '../../binder/expressions/rex-util.ts';
import { typesEqual } from '../../types/compare.ts';
import { type LogicalType, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { Join, Physical } from '../physical.ts';
import type { JoinRel, JoinType, Rel } from '../rel.ts';
import { and, conjuncts, isTrue, joinFields, uniqueNames, withoutTimeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import { draft, exchange, refs, tableError } from './physical-nodes.ts';

/** A join's condition as keys of both sides and the rest. */
export interface EquiKeys {
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly filterNulls: readonly boolean[];
  readonly leftExtra: readonly Rex[];
  readonly rightExtra: readonly Rex[];
  readonly rest: readonly Rex[];
}

/** Equalities between the sides; sides that are expressions become extra columns (JoinPushExpressionsRule). */
export function equiKeys(rel: JoinRel, width: number): EquiKeys {
  const total = width + rel.right.fields.length;
  const leftKeys: number[] = [];
  const rightKeys: number[] = [];
  const filterNulls: boolean[] = [];
  const leftExtra: Rex[] = [];
  const rightExtra: Rex[] = [];
  const rest: Rex[] = [];
  const sideOf = (rex: Rex): 'left' | 'right' | undefined => {
    const used = [...refsOf(rex)];
    if (used.length === 0) {
      return undefined;
    }
    if (used.every((index) => index < width)) {
      return 'left';
    }
    return used.every((index) => index >= width && index < total) ? 'right' : undefined;
  };
  const column = (rex: Rex, extra: Rex[], base: number): number =>
    rex.kind === 'InputRef' ? rex.index : base + extra.push(rex) - 1;
  for (const condition of conjuncts(rel.condition)) {
    const isEqual = condition.kind === 'Call' && (condition.fn === '=' || condition.fn === 'IS NOT DISTINCT FROM');
    const [a, b] = isEqual ? (condition.operands as [Rex, Rex]) : [];
    const sides = a && b ? [sideOf(a), sideOf(b)].join() : '';
    if (!a || !b || (sides !== 'left,right' && sides !== 'right,left')) {
      rest.push(condition);
      continue;
    }
    const [left, right] = sides === 'left,right' ? [a, b] : [b, a];
    checkKeyTypes(left.type, right.type);
    leftKeys.push(column(left, leftExtra, width));
    rightKeys.push(column(shiftRefs(right, -width), rightExtra, rel.right.fields.length));
    filterNulls.push(condition.kind === 'Call' && condition.fn === '=');
  }
  return { leftKeys, rightKeys, filterNulls, leftExtra, rightExtra, rest };
}

function checkKeyTypes(left: LogicalType, right: LogicalType): void {
  const family = (type: LogicalType): string => {
    if (type.root === 'CHAR' || type.root === 'VARCHAR') {
      return 'string';
    }
    return type.root === 'BINARY' || type.root === 'VARBINARY' ? 'bytes' : type.root;
  };
  const same = family(left) === family(right) || typesEqual(withNullability(left, true), withNullability(right, true));
  if (!same) {
    const show = (type: LogicalType) => {
      const text = asSummaryString(withNullability(withoutTimeAttribute(type), true));
      return text === 'INT' ? 'INTEGER' : text === 'STRING' ? 'VARCHAR(2147483647)' : text;
    };
    throw tableError(
      `implicit type conversion between ${show(left)} and ${show(right)} is not supported on join's condition now`,
      'join-key-types',
    );
  }
}

/** The side with computed keys as columns. */
export function withExtra(rel: Rel, extra: readonly Rex[]): Rel {
  if (extra.length === 0) {
    return rel;
  }
  const names = uniqueNames([
    ...rel.fields.map((field) => field.name),
    ...extra.map((_, i) => `$f${rel.fields.length + i}`),
  ]);
  const exprs = [...refs(rel.fields), ...extra];
  return {
    kind: 'Project',
    input: rel,
    exprs,
    fields: exprs.map((expr, i) => ({ name: names[i] as string, type: expr.type })),
  };
}

/** What is left of the condition beside the keys, over both sides with the columns that they got. */
export function restCondition(keys: EquiKeys, rel: JoinRel, left: Physical): Rex[] {
  const oldWidth = rel.left.fields.length;
  const added = left.fields.length - oldWidth;
  return keys.rest.map((condition) =>
    rewriteRex(condition, (node) =>
      node.kind === 'InputRef' && node.index >= oldWidth ? { ...node, index: node.index + added } : node,
    ),
  );
}

/** The join node over both sides, hash-distributed by the keys. */
export function makeJoin(left: Physical, right: Physical, joinType: JoinType, keys: EquiKeys, rel: JoinRel): Join {
  const condition = and(restCondition(keys, rel, left));
  return {
    ...draft,
    kind: 'Join',
    fields: joinFields(left.fields, right.fields, joinType).map((field) => ({
      ...field,
      type: withoutTimeAttribute(field.type),
    })),
    left: exchange(left, keys.leftKeys),
    right: exchange(right, keys.rightKeys),
    joinType,
    leftKeys: keys.leftKeys,
    rightKeys: keys.rightKeys,
    filterNulls: keys.filterNulls,
    condition: isTrue(condition) ? null : condition,
    leftUnique: { kind: 'NONE' },
    rightUnique: { kind: 'NONE' },
    hints: rel.hints,
  };
}
