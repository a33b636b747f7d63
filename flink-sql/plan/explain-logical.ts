import { operandsOf } from '../binder/expressions/rex-util.ts';
import { relInputs } from '../binder/query/rel-walk.ts';
import { summaryName } from '../catalog/store.ts';
import { calciteDigest } from '../types/calcite-digest.ts';
import type { RowField } from '../types/logical-type.ts';
import { drawTree } from './draw-tree.ts';
import { logicalMatchText } from './match-text.ts';
import type { Plannable } from './optimize/plan-job.ts';
import type { JoinRel, Rel, TableFunctionRel } from './rel.ts';
import { conjuncts } from './rel-builder.ts';
import type { Rex } from './rex.ts';
import { type RexHooks, rexText, valueText } from './rex-text.ts';

/** A node of the drawn tree: its line and what is below it. */
interface Drawn {
  readonly line: string;
  readonly inputs: readonly Drawn[];
}

/** Rows that correlated references look at, by correlation id. */
type Outer = ReadonlyMap<number, readonly RowField[]>;

/** The abstract syntax tree as Calcite explains it. */
class LogicalPrinter {
  /** `CAST($1):INTEGER NOT NULL` and `$1` as Calcite prints row expressions in the abstract syntax tree. */
  #text(rex: Rex, outer: Outer, row: readonly RowField[] = []): string {
    const hooks: RexHooks = {
      correlation: (id, index) => `$cor${id}.${outer.get(id)?.[index]?.name ?? `f${index}`}`,
      subquery: (node, operands) => {
        const inner = new Map(outer);
        for (const id of correlationsIn(node.rel)) {
          if (!inner.has(id)) inner.set(id, row);
        }
        // What EXISTS selects does not matter.
        const rel = node.op === 'EXISTS' && node.rel.kind === 'Project' ? node.rel.input : node.rel;
        const lines = indented(this.draw(rel, inner), 0).join('\n');
        const args = [...operands, `{\n${lines}\n}`].join(', ');
        const name = node.op === 'SCALAR' ? '$SCALAR_QUERY' : node.op;
        return node.op === 'SOME' ? `${node.comparison ?? '='} SOME(${args})` : `${name}(${args})`;
      },
    };
    return rexText(rex, [], 'ast', hooks);
  }

  draw(rel: Rel, outer: Outer): Drawn {
    const below = (...inputs: readonly Rel[]) => inputs.map((input) => this.draw(input, outer));
    const row = relInputs(rel)[0]?.fields ?? [];
    const text = (rex: Rex) => this.#text(rex, outer, row);
    const named = (exprs: readonly Rex[]) => exprs.map((expr, i) => `${rel.fields[i]?.name}=[${text(expr)}]`);
    const node = (line: string): Drawn => ({ line, inputs: below(...relInputs(rel)) });
    switch (rel.kind) {
      case 'Scan': {
        const { catalog, database, name } = rel.table.identifier;
        return node(`LogicalTableScan(table=[[${catalog}, ${database}, ${name}]])`);
      }
      case 'Values': {
        const rows = rel.rows.map(
          (values) => `{ ${values.map((value, i) => valueText(value, rel.fields[i]?.type)).join(', ')} }`,
        );
        return node(`LogicalValues(tuples=[[${rows.join(', ')}]])`);
      }
      case 'Project':
        if (rel.input.kind === 'TableFunction' && isRenamedAsIs(rel)) {
          return this.draw(rel.input, outer);
        }
        return node(`LogicalProject(${[...named(rel.exprs), ...variables(rel.exprs, outer)].join(', ')})`);
      case 'Filter':
        return node(
          `LogicalFilter(${[`condition=[${text(rel.condition)}]`, ...variables([rel.condition], outer)].join(', ')})`,
        );
      case 'Watermark':
        return node(
          `LogicalWatermarkAssigner(rowtime=[${rel.fields[rel.timeIndex]?.name}], watermark=[${text(rel.expr)}])`,
        );
      case 'Aggregate':
        return node(aggregateLine(rel, text));
      case 'Join':
        return rel.right.kind === 'Snapshot' ? this.#temporal(rel, outer) : node(joinLine(rel, text));
      case 'Correlate': {
        const inner = new Map(outer).set(rel.id, rel.left.fields);
        const used = [...correlatedFields(rel.right, rel.id)].sort((a, b) => a - b);
        return {
          line: `LogicalCorrelate(correlation=[$cor${rel.id}], joinType=[${rel.joinType.toLowerCase()}], requiredColumns=[{${used.join(', ')}}])`,
          inputs: [this.draw(rel.left, outer), this.draw(rel.right, inner)],
        };
      }
      case 'SetOp': {
        const name = { UNION: 'Union', INTERSECT: 'Intersect', EXCEPT: 'Minus' }[rel.op];
        return node(`Logical${name}(all=[${rel.all}])`);
      }
      case 'Sort': {
        const keys = rel.keys.map((key, i) => `sort${i}=[${text(key.expr)}]`);
        const ways = rel.keys.map((key, i) => `dir${i}=[${key.descending ? 'DESC-nulls-last' : 'ASC-nulls-first'}]`);
        const offset = rel.offset > 0 ? [`offset=[${rel.offset}]`] : [];
        const fetch = rel.fetch === undefined ? [] : [`fetch=[${rel.fetch}]`];
        return node(`LogicalSort(${[...keys, ...ways, ...offset, ...fetch].join(', ')})`);
      }
      case 'WindowTableFunction': {
        // TABLE t is SELECT * FROM t.
        const { input } = rel;
        const all = input.fields.map((field, i) => `${field.name}=[$${i}]`).join(', ');
        const inner = this.draw(input, outer);
        const from = input.kind === 'Project' ? inner : { line: `LogicalProject(${all})`, inputs: [inner] };
        return { line: windowLine(rel), inputs: [from] };
      }
      case 'TableFunction':
        return isUnnest(rel)
          ? unnest(rel, (rex) => this.#text(rex, outer), outer)
          : node(`LogicalTableFunctionScan(invocation=[${rel.udf?.name ?? rel.fn}(${rel.args.map(text).join(', ')})])`);
      case 'Snapshot':
        return node(`LogicalSnapshot(period=[${this.#text(rel.period, outer)}])`);
      case 'Match':
        return node(
          logicalMatchText(
            rel.spec,
            rel.fields.map((field) => field.name),
            rel.input.fields.map((field) => field.name),
          ),
        );
      case 'Over':
      case 'Rank':
      case 'Expand':
        return node(`Logical${rel.kind}()`);
    }
  }

  /** FOR SYSTEM_TIME AS OF is a correlation to Calcite: the join's condition filters the snapshot. */
  #temporal(rel: JoinRel, outer: Outer): Drawn {
    const width = rel.left.fields.length;
    const snapshot = rel.right as Extract<Rel, { kind: 'Snapshot' }>;
    const periods = correlationsIn(snapshot);
    const id = [...periods][0] ?? 0;
    const inner = new Map(outer).set(id, rel.left.fields);
    const used = new Set(correlatedFields(snapshot, id));
    const shift = (rex: Rex): Rex => {
      if (rex.kind !== 'InputRef') {
        return rex.kind === 'Call' ? { ...rex, operands: rex.operands.map(shift) } : rex;
      }
      if (rex.index >= width) {
        return { ...rex, index: rex.index - width };
      }
      used.add(rex.index);
      return { kind: 'Correlation', id, index: rex.index, type: rex.type };
    };
    const own = conjuncts(rel.condition).filter((part) => !(part.kind === 'Call' && /^__/.test(part.fn)));
    const filters = own.map(shift).map((rex) => this.#text(rex, inner));
    const condition = filters.length > 1 ? `AND(${filters.join(', ')})` : filters[0];
    const below = this.draw(snapshot, inner);
    const right: Drawn =
      condition === undefined ? below : { line: `LogicalFilter(condition=[${condition}])`, inputs: [below] };
    const columns = [...used].sort((a, b) => a - b).join(', ');
    return {
      line: `LogicalCorrelate(correlation=[$cor${id}], joinType=[${rel.joinType.toLowerCase()}], requiredColumns=[{${columns}}])`,
      inputs: [this.draw(rel.left, outer), right],
    };
  }
}

const isRenamedAsIs = (rel: Extract<Rel, { kind: 'Project' }>): boolean =>
  rel.exprs.length === rel.input.fields.length &&
  rel.exprs.every((expr, i) => expr.kind === 'InputRef' && expr.index === i) &&
  rel.fields.every((field, i) => field.name === rel.input.fields[i]?.name);

function aggregateLine(rel: Extract<Rel, { kind: 'Aggregate' }>, text: (rex: Rex) => string): string {
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

function joinLine(rel: JoinRel, text: (rex: Rex) => string): string {
  const parts = conjuncts(rel.condition).map(text);
  const condition = parts.length > 1 ? `AND(${parts.join(', ')})` : (parts[0] ?? 'true');
  const hints = rel.hints.length > 0 ? `, joinHints=[${rel.hints.map(hintText).join(', ')}]` : '';
  return `LogicalJoin(condition=[${condition}], joinType=[${rel.joinType.toLowerCase()}]${hints})`;
}

const hintText = (hint: JoinRel['hints'][number]): string => {
  const options = Object.entries(hint.options).map(([key, value]) => `${key}=${value}`);
  return `[${hint.name}${options.length > 0 ? ` options:{${options.join(', ')}}` : ` options:[${hint.args.join(', ')}]`}]`;
};

const UNIT_NAMES: readonly (readonly [number, string])[] = [
  [86_400_000, 'DAY'],
  [3_600_000, 'HOUR'],
  [60_000, 'MINUTE'],
  [1000, 'SECOND'],
];

function windowLine(rel: Extract<Rel, { kind: 'WindowTableFunction' }>): string {
  const { window, input } = rel;
  const units = window.units ?? [];
  const sizes = [...(window.step === undefined ? [] : [window.step]), window.size];
  if (window.offset !== 0) {
    sizes.push(window.offset);
  }
  const shown = sizes.map((ms, i) => {
    const guessed = UNIT_NAMES.find(([size]) => ms % size === 0)?.[1] ?? 'SECOND';
    return `${ms}:INTERVAL ${units[i] ?? guessed}`;
  });
  const time = input.fields[window.timeIndex]?.name;
  const partition =
    window.partition.length > 0 ? ` PARTITION BY(${window.partition.map((index) => `$${index}`).join(', ')})` : '';
  const row = rel.fields.map((field) => `${calciteDigest(field.type)} ${field.name}`).join(', ');
  return `LogicalTableFunctionScan(invocation=[${window.type}(TABLE(#0)${partition}, DESCRIPTOR(_UTF-16LE'${time}'), ${shown.join(', ')})], rowType=[RecordType(${row})])`;
}

const isUnnest = (rel: TableFunctionRel): boolean => rel.fn.startsWith('$UNNEST_ROWS');

/** UNNEST as SqlToRelConverter makes it, before Flink's rule turns it into a table function. */
function unnest(rel: TableFunctionRel, text: (rex: Rex) => string, outer: Outer): Drawn {
  const ordinality = rel.fn.startsWith('$UNNEST_ROWS_WITH_ORDINALITY') ? '(withOrdinality=[true])' : '';
  const args = rel.args.map((arg) => {
    const name = arg.kind === 'Correlation' ? outer.get(arg.id)?.[arg.index]?.name : undefined;
    return `${name ?? 'EXPR$0'}=[${text(arg)}]`;
  });
  const values: Drawn = { line: 'LogicalValues(tuples=[[{ 0 }]])', inputs: [] };
  return {
    line: `Uncollect${ordinality}`,
    inputs: [{ line: `LogicalProject(${args.join(', ')})`, inputs: [values] }],
  };
}

/** `variablesSet=[[$cor0]]` where a subquery of the expressions looks at the row of this node. */
function variables(exprs: readonly Rex[], outer: Outer): string[] {
  const ids = new Set<number>();
  const walk = (rex: Rex): void => {
    if (rex.kind === 'Subquery') {
      for (const id of correlationsIn(rex.rel)) {
        if (!outer.has(id)) ids.add(id);
      }
    }
    operandsOf(rex).forEach(walk);
  };
  exprs.forEach(walk);
  return ids.size > 0 ? [`variablesSet=[[${[...ids].map((id) => `$cor${id}`).join(', ')}]]`] : [];
}

function rexesOf(rel: Rel): readonly Rex[] {
  switch (rel.kind) {
    case 'Project':
      return rel.exprs;
    case 'Filter':
    case 'Join':
      return [rel.condition];
    case 'TableFunction':
      return rel.args;
    case 'Snapshot':
      return [rel.period];
    default:
      return [];
  }
}

function eachCorrelation(rel: Rel, visit: (id: number, index: number) => void): void {
  const walk = (rex: Rex): void => {
    if (rex.kind === 'Correlation') visit(rex.id, rex.index);
    if (rex.kind === 'Subquery') eachCorrelation(rex.rel, visit);
    operandsOf(rex).forEach(walk);
  };
  rexesOf(rel).forEach(walk);
  for (const input of relInputs(rel)) eachCorrelation(input, visit);
}

/** Ids of rows around `rel` that it looks at. */
function correlationsIn(rel: Rel): Set<number> {
  const found = new Set<number>();
  const own = new Set<number>();
  const collect = (node: Rel): void => {
    if (node.kind === 'Correlate') own.add(node.id);
    relInputs(node).forEach(collect);
  };
  collect(rel);
  eachCorrelation(rel, (id) => {
    if (!own.has(id)) found.add(id);
  });
  return found;
}

function correlatedFields(rel: Rel, wanted: number): Set<number> {
  const found = new Set<number>();
  eachCorrelation(rel, (id, index) => {
    if (id === wanted) found.add(index);
  });
  return found;
}

/** A tree inside an expression: two blanks a level and no lines. */
function indented(node: Drawn, depth: number): string[] {
  return [`${'  '.repeat(depth)}${node.line}`, ...node.inputs.flatMap((input) => indented(input, depth + 1))];
}

const tree = (rel: Rel): string =>
  drawTree(
    new LogicalPrinter().draw(rel, new Map()),
    (node) => node.line,
    (node) => node.inputs,
  );

/** The plan as the binder made it. */
export function logicalTree(what: Plannable): string {
  if (what.kind === 'query') {
    return tree(what.query.logical);
  }
  return what.inserts
    .map(({ table, source, hints }) => {
      const names = source.fields.map((column) => column.name).join(', ');
      const shown = hints.length > 0 ? `, hints=[${hints.map(hintText).join(', ')}]` : '';
      const sink = `LogicalSink(table=[${summaryName(table.identifier)}], fields=[${names}]${shown})`;
      const below = tree(source).split('\n');
      return [sink, ...below.map((row, i) => (i === 0 ? `+- ${row}` : `   ${row}`))].join('\n');
    })
    .join('\n\n');
}
