import { relInputs } from '../binder/query/rel-walk.ts';
import { summaryName } from '../catalog/store.ts';
import { drawTree } from './draw-tree.ts';
import { logicalMatchText } from './match-text.ts';
import type { Plannable } from './optimize/plan-job.ts';
import type { Rel } from './rel.ts';
import type { Rex } from './rex.ts';
import { rexText, valueText } from './rex-text.ts';

/** `CAST($1):INTEGER NOT NULL` and `$1` as Calcite prints row expressions in the abstract syntax tree. */
function text(rex: Rex): string {
  return rexText(rex, [], 'ast');
}

function line(rel: Rel): string {
  const named = (exprs: readonly Rex[]) => exprs.map((expr, i) => `${rel.fields[i]?.name}=[${text(expr)}]`).join(', ');
  switch (rel.kind) {
    case 'Scan': {
      const { catalog, database, name } = rel.table.identifier;
      return `LogicalTableScan(table=[[${catalog}, ${database}, ${name}]])`;
    }
    case 'Values': {
      const rows = rel.rows.map(
        (row) => `{ ${row.map((value, i) => valueText(value, rel.fields[i]?.type)).join(', ')} }`,
      );
      return `LogicalValues(tuples=[[${rows.join(', ')}]])`;
    }
    case 'Project':
      return `LogicalProject(${named(rel.exprs)})`;
    case 'Filter':
      return `LogicalFilter(condition=[${text(rel.condition)}])`;
    case 'Watermark':
      return `LogicalWatermarkAssigner(rowtime=[${rel.fields[rel.timeIndex]?.name}], watermark=[${text(rel.expr)}])`;
    case 'Aggregate': {
      const calls = rel.calls.map((call, i) => {
        const distinct = call.distinct ? 'DISTINCT ' : '';
        const filter = call.filter ? ` FILTER ${text(call.filter)}` : '';
        const name = rel.fields[rel.group.length + i]?.name ?? '';
        const shown = name.startsWith('$f') ? `agg#${i}` : name;
        return `${shown}=[${call.fn}(${distinct}${call.args.map(text).join(', ')})${filter}]`;
      });
      const sets =
        rel.groupingSets.length > 1
          ? [`groups=[[${rel.groupingSets.map((set) => `{${set.join(', ')}}`).join(', ')}]]`]
          : [];
      return `LogicalAggregate(${[`group=[{${rel.group.join(', ')}}]`, ...sets, ...calls].join(', ')})`;
    }
    case 'Join':
      return `LogicalJoin(condition=[${text(rel.condition)}], joinType=[${rel.joinType.toLowerCase()}])`;
    case 'Correlate':
      return `LogicalCorrelate(correlation=[$cor${rel.id}], joinType=[${rel.joinType.toLowerCase()}])`;
    case 'SetOp': {
      const name = { UNION: 'Union', INTERSECT: 'Intersect', EXCEPT: 'Minus' }[rel.op];
      return `Logical${name}(all=[${rel.all}])`;
    }
    case 'Sort': {
      const keys = rel.keys.map((key, i) => `sort${i}=[${text(key.expr)}]`);
      const ways = rel.keys.map((key, i) => `dir${i}=[${key.descending ? 'DESC-nulls-last' : 'ASC-nulls-first'}]`);
      const offset = rel.offset > 0 ? [`offset=[${rel.offset}]`] : [];
      const fetch = rel.fetch === undefined ? [] : [`fetch=[${rel.fetch}]`];
      return `LogicalSort(${[...keys, ...ways, ...offset, ...fetch].join(', ')})`;
    }
    case 'WindowTableFunction': {
      const { window } = rel;
      const time = rel.input.fields[window.timeIndex]?.name;
      const sizes = window.step === undefined ? [window.size] : [window.step, window.size];
      return `LogicalTableFunctionScan(invocation=[${window.type}(TABLE(#0), DESCRIPTOR(_UTF-16LE'${time}'), ${sizes.join(', ')})])`;
    }
    case 'TableFunction':
      return `LogicalTableFunctionScan(invocation=[${rel.fn}(${rel.args.map(text).join(', ')})])`;
    case 'Snapshot':
      return `LogicalSnapshot(period=[${text(rel.period)}])`;
    case 'Match':
      return logicalMatchText(
        rel.spec,
        rel.fields.map((field) => field.name),
        rel.input.fields.map((field) => field.name),
      );
    case 'Over':
    case 'Rank':
    case 'Expand':
      return `Logical${rel.kind}()`;
  }
}

/** The plan as the binder made it. */
export function logicalTree(what: Plannable): string {
  if (what.kind === 'query') {
    return drawTree(what.query.logical, line, relInputs);
  }
  return what.inserts
    .map(({ table, columns, source }) => {
      const names = columns.map((column) => column.name).join(', ');
      const sink = `LogicalSink(table=[${summaryName(table.identifier)}], fields=[${names}])`;
      const below = drawTree(source, line, relInputs).split('\n');
      return [sink, ...below.map((row, i) => (i === 0 ? `+- ${row}` : `   ${row}`))].join('\n');
    })
    .join('\n\n');
}
