import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import { type LogicalType, types } from '../../types/logical-type.ts';
import type { CorrelateRel, Rel, SetOpRel } from '../rel.ts';
import { aggregate, and, call, correlate, filter, inputRef, project, setOp, uniqueNames } from '../rel-builder.ts';
import type { AggregateCall, Rex, Value } from '../rex.ts';

const BIGINT = types.bigint(false);
const INT = types.int(false);
const MARK = types.boolean();

const literal = (value: Value, type: LogicalType): Rex => ({ kind: 'Literal', value, type });

const counter = (fn: string, index: number, input: Rel, name: string): AggregateCall => ({
  fn,
  args: [inputRef(input.fields, index)],
  distinct: false,
  filter: null,
  withinGroup: [],
  ignoreNulls: false,
  type: BIGINT,
  name,
});

/** INTERSECT ALL and EXCEPT ALL count equal rows and repeat them (RewriteIntersectAllRule, RewriteMinusAllRule). */
export function lowerSetAll(rel: Rel): Rel {
  switch (rel.kind) {
    case 'SetOp': {
      const [first, ...others] = rel.inputs.map(lowerSetAll) as [Rel, ...Rel[]];
      if (rel.op === 'UNION' || !rel.all) {
        return { ...rel, inputs: [first, ...others] };
      }
      const lower = rel.op === 'INTERSECT' ? intersectAll : exceptAll;
      return others.reduce((left, right) => lower(left, right, rel), first);
    }
    default:
      return mapRelInputs(rel, lowerSetAll);
  }
}

/** The rows of `input` with more columns. */
function marked(input: Rel, marks: readonly Rex[], names: readonly string[]): Rel {
  const exprs = input.fields.map((_, i) => inputRef(input.fields, i));
  return project(input, [...exprs, ...marks], [...input.fields.map((field) => field.name), ...names]);
}

/** Both inputs, each with its marks, grouped by the row. */
function counted(left: Rel, right: Rel, rel: SetOpRel, fn: string, names: readonly string[]): Rel {
  const width = rel.fields.length;
  const fields = left.fields.map((field, i) =>
    i < width ? { ...field, type: rel.fields[i]?.type ?? field.type } : field,
  );
  const union = setOp('UNION', true, [left, right], fields);
  const group = rel.fields.map((_, i) => i);
  return aggregate(
    union,
    group,
    [group],
    names.map((name, i) => counter(fn, width + i, union, name)),
  );
}

/** Each row of `input` (the times first) as often as it says. */
function repeated(input: Rel, rel: SetOpRel): Rel {
  const args = input.fields.map((field, index): Rex => ({ kind: 'Correlation', id: ROW, index, type: field.type }));
  const fields = input.fields.slice(1);
  const right: CorrelateRel['right'] = { kind: 'TableFunction', fields, fn: '$REPLICATE_ROWS$1', args, inputs: [] };
  const all = correlate(input, right, 'INNER', ROW);
  return project(
    all,
    rel.fields.map((_, i) => inputRef(all.fields, input.fields.length + i)),
    rel.fields.map((field) => field.name),
  );
}

/** The correlation is between a Correlate and its own function only, so one name does for all. */
const ROW = -1;

/** The row with its number of times in front, of rows that pass. */
function times(grouped: Rel, condition: Rex, number: Rex, name: string, rel: SetOpRel): Rel {
  const row = rel.fields.map((field, i) => ({ ref: inputRef(grouped.fields, i), name: field.name }));
  const names = uniqueNames([name, ...row.map((column) => column.name)]);
  return project(filter(grouped, condition), [number, ...row.map((column) => column.ref)], names);
}

function exceptAll(left: Rel, right: Rel, rel: SetOpRel): Rel {
  const one = (value: bigint) => [literal(value, BIGINT)];
  const names = ['vcol_marker'];
  const grouped = counted(marked(left, one(1n), names), marked(right, one(-1n), names), rel, 'SUM', [
    'sum_vcol_marker',
  ]);
  const sum = inputRef(grouped.fields, rel.fields.length);
  const positive = call('>', [sum, literal(0, INT)], types.boolean(false));
  return repeated(times(grouped, positive, sum, 'sum_vcol_marker', rel), rel);
}

function intersectAll(left: Rel, right: Rel, rel: SetOpRel): Rel {
  const [yes, none] = [literal(true, MARK), literal(null, MARK)];
  const names = ['vcol_left_marker', 'vcol_right_marker'];
  const grouped = counted(marked(left, [yes, none], names), marked(right, [none, yes], names), rel, 'COUNT', [
    'vcol_left_cnt',
    'vcol_right_cnt',
  ]);
  const a = inputRef(grouped.fields, rel.fields.length);
  const b = inputRef(grouped.fields, rel.fields.length + 1);
  const atLeastOne = (count: Rex) => call('>=', [count, literal(1, INT)], types.boolean(false));
  const least = call('IF', [call('>', [a, b], types.boolean(false)), b, a], BIGINT);
  return repeated(times(grouped, and([atLeastOne(a), atLeastOne(b)]), least, '$f0', rel), rel);
}
