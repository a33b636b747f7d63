import { rexSome } from '../../binder/expressions/rex-util.ts';
import { catalogError } from '../../catalog/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { Calc, Deduplicate, Exchange, Physical, Rank, Traits } from '../physical.ts';
import { and, conjuncts, inputRef, isTrue, withoutTimeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { inline, isDeterministic } from '../rex-refs.ts';

/** `TableException`, the planner's own. */
export const tableError = (message: string, code: string) => catalogError('TableException', message, code);

/** Traits come last, from the whole tree (traits.ts). */
const NO_TRAITS: Traits = {
  changelogMode: { insert: true, updateBefore: false, updateAfter: false, delete: false },
  upsertKeys: [],
};

/** What every new node has before traits and ids are known. */
export const draft = { id: 0, traits: NO_TRAITS } as const;

/** Something that the physical plan has no node for yet. */
export function notYet(what: string): Error {
  return tableError(`${what} is not supported yet.`, 'unsupported');
}

/** References to all fields of a row. */
export function refs(fields: readonly RowField[]): Rex[] {
  return fields.map((_, i) => inputRef(fields, i));
}

/** A value without bigints, for comparing structures as text. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)));
}

/** Projection and filter over `input`, merged with a Calc below where that computes nothing twice at random. */
export function calc(
  input: Physical,
  exprs: readonly Rex[],
  conditions: readonly Rex[],
  fields: readonly RowField[],
): Physical {
  if (input.kind === 'Calc' && mayMerge(input, exprs, conditions)) {
    const below = input.condition ? conjuncts(input.condition) : [];
    return calc(
      input.input,
      exprs.map((expr) => inline(expr, input.exprs)),
      [...below, ...conditions.map((condition) => inline(condition, input.exprs))],
      fields,
    );
  }
  const condition = and(conditions);
  const identity =
    isTrue(condition) &&
    exprs.length === input.fields.length &&
    exprs.every((expr, i) => expr.kind === 'InputRef' && expr.index === i);
  if (identity) {
    return input;
  }
  const node: Calc = { ...draft, kind: 'Calc', fields, input, exprs, condition: isTrue(condition) ? null : condition };
  return node;
}

function mayMerge(below: Calc, exprs: readonly Rex[], conditions: readonly Rex[]): boolean {
  if (below.exprs.every(isDeterministic)) {
    return true;
  }
  const uses = new Map<number, number>();
  for (const rex of [...exprs, ...conditions]) {
    rexSome(rex, (node) => {
      if (node.kind === 'InputRef') {
        uses.set(node.index, (uses.get(node.index) ?? 0) + 1);
      }
      return false;
    });
  }
  return conditions.length === 0 && below.exprs.every((expr, i) => isDeterministic(expr) || (uses.get(i) ?? 0) <= 1);
}

/** Hash distribution by keys; without keys all rows go to one task. */
export function exchange(input: Physical, keys: readonly number[]): Physical {
  const node: Exchange = {
    ...draft,
    kind: 'Exchange',
    fields: input.fields,
    input,
    distribution: keys.length > 0 ? 'hash' : 'single',
    keys,
  };
  return node;
}

/** One row for each different row. */
export function distinct(input: Physical): Physical {
  const group = input.fields.map((_, i) => i);
  const fields = input.fields.map((field) => ({ ...field, type: withoutTimeAttribute(field.type) }));
  return {
    ...draft,
    kind: 'GroupAggregate',
    fields,
    input: exchange(input, group),
    group,
    calls: [],
    retracting: false,
    generateUpdateBefore: true,
  };
}

/** A deduplication as the Top-1 that it is: so Flink's physical plan shows it. */
export function rankOf({
  id,
  traits,
  fields,
  input,
  keys,
  timeIndex,
  keepLast,
  generateUpdateBefore,
}: Deduplicate): Rank {
  return {
    id,
    traits,
    kind: 'Rank',
    sortLimit: false,
    fields,
    input,
    strategy: 'AppendFast',
    partition: keys,
    order: [{ index: timeIndex, descending: keepLast, nullsFirst: !keepLast }],
    rankStart: 1,
    rankEnd: 1,
    outputRankNumber: false,
    generateUpdateBefore,
  };
}
