import { rewriteRex, rexSome } from '../../binder/expressions/rex-util.ts';
import type { CorrelateRel, Rel, TableFunctionRel } from '../rel.ts';
import { and, conjuncts, correlate, filter, inputRef, isTrue, project } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { inline } from '../rex-refs.ts';
import { tableError } from './physical-nodes.ts';

/** A table function with the projections and filters above it, over its row. */
interface FunctionSource {
  readonly call: TableFunctionRel;
  readonly exprs: readonly Rex[];
  readonly conditions: readonly Rex[];
}

function functionSource(rel: Rel): FunctionSource | undefined {
  switch (rel.kind) {
    case 'TableFunction':
      return { call: rel, exprs: rel.fields.map((_, i) => inputRef(rel.fields, i)), conditions: [] };
    case 'Project': {
      const below = functionSource(rel.input);
      return below && { ...below, exprs: rel.exprs.map((expr) => inline(expr, below.exprs)) };
    }
    case 'Filter': {
      const below = functionSource(rel.input);
      const own = below ? conjuncts(rel.condition).map((condition) => inline(condition, below.exprs)) : [];
      return below && { ...below, conditions: [...below.conditions, ...own] };
    }
    default:
      return undefined;
  }
}

const hasCorrelation = (rex: Rex): boolean => rexSome(rex, (node) => node.kind === 'Correlation');

/**
 * Rows joined with a table function over them: the function alone (or with a filter on its row) stays at the right of the
 * Correlate, what else was there goes above. Undefined where the right side is something else.
 */
export function correlateFunction(rel: CorrelateRel, left: Rel): Rel | undefined {
  const source = functionSource(rel.right);
  if (!source || (rel.joinType !== 'INNER' && rel.joinType !== 'LEFT')) {
    return undefined;
  }
  const { call, exprs, conditions } = source;
  const outer = rel.joinType === 'LEFT';
  const unsafe = outer && (conditions.some(hasCorrelation) || exprs.some((expr) => expr.kind !== 'InputRef'));
  if (unsafe) {
    throw tableError(`unexpected correlate variable $cor${rel.id} in the plan`, 'correlate');
  }
  const width = left.fields.length;
  const within = outer ? and(conditions) : and([]);
  const joined = correlate(left, isTrue(within) ? call : filter(call, within), rel.joinType, rel.id);
  const above = (rex: Rex): Rex =>
    rewriteRex(rex, (node) => {
      if (node.kind === 'InputRef') {
        return inputRef(joined.fields, node.index + width);
      }
      return node.kind === 'Correlation' && node.id === rel.id ? inputRef(left.fields, node.index) : node;
    });
  const filtered = outer || conditions.length === 0 ? joined : filter(joined, and(conditions.map(above)));
  return project(
    filtered,
    [...left.fields.map((_, i) => inputRef(joined.fields, i)), ...exprs.map(above)],
    rel.fields.map((field) => field.name),
  );
}
