import { rexSome } from '../../binder/expressions/rex-util.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { ProjectRel, Rel, SortRel } from '../rel.ts';
import { inputRef, project } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { refsOf, remap } from '../rex-refs.ts';

const NUMERIC = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL']);
const CHARACTER = new Set(['CHAR', 'VARCHAR']);

/** Does a cast keep the order of values (SqlCastFunction.getMonotonicity)? */
function keepsOrder(from: LogicalType, to: LogicalType): boolean {
  return [NUMERIC, CHARACTER].some((family) => family.has(from.root) && family.has(to.root)) || from.root === to.root;
}

/** The input field that an expression passes on in its order, or undefined. */
function ordered(rex: Rex): number | undefined {
  if (rex.kind === 'InputRef') {
    return rex.index;
  }
  const operand = rex.kind === 'Call' && rex.fn === 'CAST' ? rex.operands[0] : undefined;
  return operand?.kind === 'InputRef' && keepsOrder(operand.type, rex.type) ? operand.index : undefined;
}

/** Is there anything to compute for an expression, as the cost of a Calc counts it? */
function isComputed(rex: Rex): boolean {
  return rexSome(rex, ({ kind, ...node }) => kind === 'Call' && !('fn' in node && node.fn === 'CAST'));
}

/** A projection above a filter is one node with it and stays so, unless it computes something. */
function belongsBelow({ input, exprs }: ProjectRel): boolean {
  return input.kind === 'Filter' && !exprs.some(isComputed);
}

/** Over a filter: without the fields that neither reads. */
function narrowed(top: ProjectRel): ProjectRel {
  const { input } = top;
  if (input.kind !== 'Filter') {
    return top;
  }
  const used = new Set(refsOf(input.condition));
  for (const expr of top.exprs) {
    refsOf(expr, used);
  }
  if (used.size === input.fields.length) {
    return top;
  }
  const kept = [...used].sort((a, b) => a - b);
  const names = kept.map((index) => input.fields[index]?.name as string);
  const slim = project(
    input,
    kept.map((index) => inputRef(input.fields, index)),
    names,
  );
  const map = input.fields.map((_, i) => kept.indexOf(i));
  return { ...top, input: slim, exprs: top.exprs.map((expr) => remap(expr, map)) };
}

/**
 * Takes the projection below ORDER BY … LIMIT above it (SortProjectTransposeRule): it is computed for the rows that are left, and
 * the Top-N sees the keys of its input's rows, by which it can follow updates.
 */
export function projectAboveSort(sort: SortRel): Rel {
  if (sort.fetch === undefined || sort.input.kind !== 'Project' || belongsBelow(sort.input)) {
    return sort;
  }
  const below = narrowed(sort.input);
  const keys: SortRel['keys'][number][] = [];
  for (const key of sort.keys) {
    const expr = key.expr.kind === 'InputRef' ? below.exprs[key.expr.index] : undefined;
    const index = expr && ordered(expr);
    if (index === undefined) {
      return sort;
    }
    keys.push({ ...key, expr: inputRef(below.input.fields, index) });
  }
  const moved: SortRel = { ...sort, input: below.input, fields: below.input.fields, keys };
  return { ...below, input: below.input === sort.input.input ? projectAboveSort(moved) : moved, fields: sort.fields };
}
