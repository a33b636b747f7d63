import { rewriteRex } from '../../binder/expressions/rex-util.ts';
import { catalogError } from '../../catalog/errors.ts';
import type { OverRel, ProjectRel, Rel } from '../rel.ts';
import { project } from '../rel-builder.ts';
import type { AggregateCall, Rex, RexOver } from '../rex.ts';
import { loweredSum, OverColumns, orderOf } from './over-columns.ts';

type Window = Pick<OverRel, 'partition' | 'order' | 'rows' | 'lower' | 'upper'>;

interface Group {
  readonly window: Window;
  readonly calls: AggregateCall[];
}

/** Those that count rows of the order, and so need one. */
const RANKS = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST']);
/** Place of the first call's result before the width of the input is known. */
const RESULTS = 0x2000_0000;

/** Batch mode: one Over node a window, one upon the other (FlinkLogicalOverAggregate and BatchPhysicalOverAggregateRule). */
export function batchOverProject(top: ProjectRel): Rel {
  const columns = new OverColumns(top.input);
  const groups = new Map<string, Group>();
  const placed: { readonly group: Group; readonly index: number }[] = [];
  const place = (over: RexOver): Rex => {
    const window = windowOf(over, columns);
    const id = JSON.stringify(window, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
    const group = groups.get(id) ?? { window, calls: [] };
    groups.set(id, group);
    const column = (rex: Rex): Rex =>
      rex.kind === 'Literal' ? rex : { kind: 'InputRef', index: columns.indexOf(rex), type: rex.type };
    const { call } = over;
    const index = group.calls.push({
      ...call,
      args: call.args.map(column),
      filter: call.filter && column(call.filter),
    });
    return { kind: 'InputRef', index: RESULTS + placed.push({ group, index: index - 1 }) - 1, type: over.type };
  };
  const exprs = top.exprs.map((expr) =>
    rewriteRex(expr, (node) => (node.kind === 'Over' ? loweredSum(node, place) : node)),
  );
  let rel = columns.rel;
  const offsets = new Map<Group, number>();
  for (const [n, group] of [...groups.values()].entries()) {
    offsets.set(group, rel.fields.length);
    const calls = group.calls.map((call, i) => ({ ...call, name: `w${n}$o${i}` }));
    const fields = [...rel.fields, ...calls.map(({ name, type }) => ({ name, type }))];
    rel = { kind: 'Over', input: rel, fields, calls, ...group.window };
  }
  const final = exprs.map((expr) =>
    rewriteRex(expr, (node) => {
      const call = node.kind === 'InputRef' ? placed[node.index - RESULTS] : undefined;
      return call ? { ...node, index: (offsets.get(call.group) as number) + call.index } : node;
    }),
  );
  const names = top.fields.map((field) => field.name);
  return project(rel, final as Rex[], names);
}

function windowOf(over: RexOver, columns: OverColumns): Window {
  const { call, rows, lower, upper } = over;
  if (call.distinct) {
    throw catalogError('ValidationException', 'Distinct not supported in Windowing function!', 'over-distinct');
  }
  const order = orderOf(over, columns);
  if (order.length === 0 && RANKS.has(call.fn)) {
    throw catalogError(
      'ValidationException',
      'Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.',
      'rank-order',
    );
  }
  return { partition: over.partitionBy.map((rex) => columns.indexOf(rex)), order, rows, lower, upper };
}
