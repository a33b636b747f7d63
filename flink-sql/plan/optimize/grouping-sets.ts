import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import { types, withNullability } from '../../types/logical-type.ts';
import type { AggregateRel, ExpandRel, Rel } from '../rel.ts';
import { aggregate, inputRef, project } from '../rel-builder.ts';
import type { AggregateCall, Rex } from '../rex.ts';

/**
 * GROUPING SETS as an Expand below a plain aggregate (DecomposeGroupingSetsRule): each row once a set with the missing keys
 * NULL and the set's id in `$e`; GROUPING and its kin are read off `$e` above.
 */
export function lowerGroupingSets(rel: Rel): Rel {
  switch (rel.kind) {
    case 'Aggregate': {
      const lowered = { ...rel, input: lowerGroupingSets(rel.input) };
      return isPlain(rel) ? lowered : lower(lowered);
    }
    default:
      return mapRelInputs(rel, lowerGroupingSets);
  }
}

const GROUPING = new Set(['GROUPING', 'GROUPING_ID', 'GROUP_ID']);

function isPlain(rel: AggregateRel): boolean {
  return rel.groupingSets.length === 1 && !rel.calls.some((call) => GROUPING.has(call.fn));
}

/** Bit i (from the left) is set when key i is missing in the set, as Calcite numbers grouping ids. */
function groupingId(set: readonly number[], keys: readonly number[]): number {
  return keys.reduce((id, key) => id * 2 + (set.includes(key) ? 0 : 1), 0);
}

function lower(rel: AggregateRel): Rel {
  const { group, groupingSets: sets, calls } = rel;
  const input = rel.input;
  const big = (value: number): Rex => ({ kind: 'Literal', value: BigInt(value), type: types.bigint(false) });
  // Keys that also are arguments keep a full copy beside the nulled one.
  const width = input.fields.length;
  const args = new Set(
    calls
      .filter((call) => !GROUPING.has(call.fn))
      .flatMap((call) => call.args.flatMap((arg) => (arg.kind === 'InputRef' ? [arg.index] : []))),
  );
  const copies = group.filter((key) => args.has(key));
  const projects = sets.map((set, n) => {
    const row: Rex[] = input.fields.map((field, i) => {
      if (!group.includes(i) || set.includes(i)) {
        return inputRef(input.fields, i);
      }
      return { kind: 'Literal', value: null, type: withNullability(field.type, true) };
    });
    // Two equal sets still are two: the id is the position then.
    const id = sets.findIndex((other, m) => m < n && groupingId(other, group) === groupingId(set, group)) >= 0;
    return [
      ...row,
      big(groupingId(set, group) + (id ? 2 ** group.length * n : 0)),
      ...copies.map((key) => inputRef(input.fields, key)),
    ];
  });
  const fields = [
    ...input.fields.map((field, i) =>
      group.includes(i) && sets.some((set) => !set.includes(i))
        ? { ...field, type: withNullability(field.type, true) }
        : field,
    ),
    { name: '$e', type: types.bigint(false) },
    ...copies.map((key) => ({
      name: `${input.fields[key]?.name}_0`,
      type: (input.fields[key] as { type: Rex['type'] }).type,
    })),
  ];
  const expand: ExpandRel = { kind: 'Expand', fields, input, projects };
  const moved = (call: AggregateCall): AggregateCall => ({
    ...call,
    args: call.args.map((arg) => {
      const at = arg.kind === 'InputRef' ? copies.indexOf(arg.index) : -1;
      return at < 0 ? arg : inputRef(fields, width + 1 + at);
    }),
  });
  const kept = calls.filter((call) => !GROUPING.has(call.fn)).map(moved);
  const keys = [...group, width];
  const grouped: AggregateRel = {
    ...aggregate(expand, keys, [keys], kept),
    ...(rel.hints ? { hints: rel.hints } : {}),
  };
  const e = inputRef(grouped.fields, group.length);
  const exprs = [
    ...group.map((_, i) => inputRef(grouped.fields, i)),
    ...calls.map((call): Rex => {
      if (!GROUPING.has(call.fn)) {
        const index = calls.filter((other) => !GROUPING.has(other.fn)).indexOf(call);
        return inputRef(grouped.fields, keys.length + index);
      }
      return groupingValue(call, rel, e);
    }),
  ];
  return project(
    grouped,
    exprs,
    rel.fields.map((field) => field.name),
  );
}

/** CASE $e WHEN id THEN value … END. */
function groupingValue(call: AggregateCall, { group, groupingSets }: AggregateRel, e: Rex): Rex {
  const big = (value: number): Rex => ({ kind: 'Literal', value: BigInt(value), type: types.bigint(false) });
  const bitsOf = (set: readonly number[]): number =>
    call.fn === 'GROUP_ID'
      ? 0
      : call.args.reduce((value, arg) => value * 2 + (arg.kind === 'InputRef' && set.includes(arg.index) ? 0 : 1), 0);
  const ids = new Map<number, number>();
  groupingSets.forEach((set, n) => {
    const id = groupingId(set, group);
    const again = groupingSets.slice(0, n).filter((other) => groupingId(other, group) === id).length;
    ids.set(again > 0 ? id + 2 ** group.length * n : id, call.fn === 'GROUP_ID' ? again : bitsOf(set));
  });
  const entries = [...ids];
  const [, last = 0] = entries.at(-1) ?? [];
  const operands = entries
    .slice(0, -1)
    .flatMap(([id, value]): Rex[] => [
      { kind: 'Call', fn: '=', operands: [e, big(id)], type: types.boolean(false) },
      big(value),
    ]);
  return operands.length === 0
    ? big(last)
    : { kind: 'Call', fn: 'CASE', operands: [...operands, big(last)], type: types.bigint(false) };
}
