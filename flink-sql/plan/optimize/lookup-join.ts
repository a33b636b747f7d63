import { shiftRefs } from '../../binder/expressions/rex-util.ts';
import { type RowField, types } from '../../types/logical-type.ts';
import type { LookupHint, LookupJoin, Physical } from '../physical.ts';
import type { JoinRel, PlanHint, Rel, ScanRel } from '../rel.ts';
import { and, call, inputRef, isTrue, joinFields, timeAttribute, withoutTimeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import type { Connectors } from './connectors.ts';
import { type EquiKeys, restCondition } from './join-nodes.ts';
import { draft, tableError } from './physical-nodes.ts';
import type { TemporalTimes } from './temporal-join.ts';

/**
 * The table that a join by processing time asks by key: a source that can be looked up, below projections at most
 * (LogicalCorrelateToJoinFromLookupTableRule). Undefined for other temporal joins.
 */
export function lookupScan(rel: JoinRel, times: TemporalTimes, connectors: Connectors): ScanRel | undefined {
  const type = (rel.left.fields[times.leftTimeIndex] as RowField).type;
  if (timeAttribute(type) !== 'PROCTIME') return undefined;
  let right: Rel = rel.right;
  while (right.kind === 'Project') right = right.input;
  if (right.kind !== 'Scan') return undefined;
  return connectors.source(right.options, right.table)?.lookup === true ? right : undefined;
}

/** The keys of a lookup: fields of the table. What equates more than a field is left for the condition. */
export function lookupKeys(keys: EquiKeys, rel: JoinRel): EquiKeys {
  const width = rel.left.fields.length;
  const rightWidth = rel.right.fields.length;
  const rest = [...keys.rest];
  const leftKeys: number[] = [];
  const rightKeys: number[] = [];
  const filterNulls: boolean[] = [];
  const leftExtra: Rex[] = [];
  for (const [i, rightKey] of keys.rightKeys.entries()) {
    const leftKey = keys.leftKeys[i] as number;
    const isField = rightKey < rightWidth && isColumn(rel.right, rightKey);
    const left = leftKey < width ? inputRef(rel.left.fields, leftKey) : (keys.leftExtra[leftKey - width] as Rex);
    if (isField) {
      leftKeys.push(leftKey < width ? leftKey : width + leftExtra.push(left) - 1);
      rightKeys.push(rightKey);
      filterNulls.push(keys.filterNulls[i] as boolean);
      continue;
    }
    const right =
      rightKey < rightWidth
        ? shiftRefs(inputRef(rel.right.fields, rightKey), width)
        : shiftRefs(keys.rightExtra[rightKey - rightWidth] as Rex, width);
    const fn = keys.filterNulls[i] ? '=' : 'IS NOT DISTINCT FROM';
    rest.push(call(fn, [left, right], types.boolean(left.type.nullable || right.type.nullable)));
  }
  return { leftKeys, rightKeys, filterNulls, leftExtra, rightExtra: [], rest };
}

/** Is the field of the row a column of the table itself? */
function isColumn(rel: Rel, index: number): boolean {
  if (rel.kind !== 'Project') return true;
  const expr = rel.exprs[index];
  return expr?.kind === 'InputRef' && isColumn(rel.input, expr.index);
}

/** The join that asks the right side's connector (StreamPhysicalLookupJoin). `right` is the scan or a projection of it. */
export function makeLookupJoin(rel: JoinRel, left: Physical, right: Physical, keys: EquiKeys): LookupJoin {
  const scan = right.kind === 'Calc' ? right.input : right;
  if (scan.kind !== 'TableSourceScan') throw new Error('a lookup join needs a table');
  const exprs = right.kind === 'Calc' ? right.exprs : undefined;
  if (keys.leftKeys.length === 0) {
    const { catalog, database, name } = scan.table.identifier;
    throw tableError(
      `Temporal table join requires an equality condition on fields of table [${catalog}.${database}.${name}].`,
      'lookup-join',
    );
  }
  const column = (key: number): number => {
    const expr = exprs?.[key];
    return expr?.kind === 'InputRef' ? expr.index : key;
  };
  const pairs = keys.leftKeys.map((input, i) => ({ input, table: column(keys.rightKeys[i] as number) }));
  pairs.sort((a, b) => a.table - b.table);
  const condition = and(restCondition(keys, rel, left));
  const hint = rel.hints.find(({ name }) => name === 'LOOKUP');
  return {
    ...draft,
    kind: 'LookupJoin',
    fields: joinFields(left.fields, right.fields, rel.joinType).map((field, i) =>
      i < left.fields.length ? field : { ...field, type: withoutTimeAttribute(field.type) },
    ),
    input: left,
    joinType: rel.joinType as LookupJoin['joinType'],
    table: scan.table,
    options: scan.options,
    projected: scan.projected,
    columns: scan.fields,
    ...(exprs ? { exprs } : {}),
    inputKeys: pairs.map(({ input }) => input),
    tableKeys: pairs.map(({ table }) => table),
    condition: isTrue(condition) ? null : condition,
    ...(hint ? { hint: lookupHint(hint) } : {}),
  };
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(d|days?)$/, 86_400_000],
  [/^(h|hours?)$/, 3_600_000],
  [/^(m|min|minutes?)$/, 60_000],
  [/^(s|sec|secs|seconds?)$/, 1000],
];

/** Milliseconds of a Flink duration (TimeUtils.parseDuration); the hint has been checked. */
function millis(text: string): number {
  const [, number, unit] = /^\s*(\d+)\s*(\S*)\s*$/.exec(text) ?? [];
  return Number(number ?? 0) * (UNITS.find(([pattern]) => pattern.test((unit ?? '').toLowerCase()))?.[1] ?? 1);
}

function lookupHint({ options }: PlanHint): LookupHint {
  const attempts = options['max-attempts'];
  return {
    retriesMisses: options['retry-predicate']?.toLowerCase() === 'lookup_miss',
    ...(options['fixed-delay'] === undefined ? {} : { delay: millis(options['fixed-delay']) }),
    ...(attempts === undefined ? {} : { maxAttempts: Number(attempts) }),
    ...(options.async === undefined ? {} : { async: options.async.toLowerCase() === 'true' }),
  };
}
