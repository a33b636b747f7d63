import type { BindContext, BindResult } from '../../flink-sql/binder/index.ts';
import { applyCommand, bindStatement, planQuery } from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Calc, Physical } from '../../flink-sql/plan/physical.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import { compileCalc, defaultEnv } from '../codegen/index.ts';

/** A column of the rows that are filtered. */
export interface FilterColumn {
  readonly name: string;
  /** Its type, as DDL has it. */
  readonly type: string;
  /** The type its values have in the batches: STRING where they come as the text that Flink prints, which is cast back. */
  readonly given: string;
}

export interface RowFilter {
  /** Types of the batches' columns. */
  readonly types: readonly LogicalType[];
  /** A byte a row: 1 where the condition is TRUE. Fails as the condition fails. */
  test(batch: Batch): Uint8Array;
}

/** A condition that cannot be taken, in Flink's words, with its place in the condition. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly start: number;
  readonly end: number;

  constructor(message: string, start = 0, end = 0) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** The rows as a table, and the columns as their types have them. */
interface Given {
  readonly context: BindContext;
  /** `CAST(c0 AS DECIMAL(10, 2)) AS `price``, a column each; names that occur again are numbered. */
  readonly named: readonly string[];
}

function given(columns: readonly FilterColumn[], zone: string): Given {
  const catalog = new CatalogStore();
  const traits = {
    changelog: 'insert-only',
    bounded: true,
    watermarkPushDown: false,
    projectionPushDown: false,
    metadata: {},
  } as const;
  const connectors = { source: () => traits, sink: () => undefined };
  const context: BindContext = { catalog, options: { 'table.local-time-zone': zone }, connectors };
  const table = columns.map((column, i) => `c${i} ${column.given}`).join(', ');
  const created = bound(`CREATE TEMPORARY TABLE given_rows (${table}) WITH ('connector' = 'rows')`, context);
  if (created.kind !== 'catalog') throw new TypeError('no table');
  resultOf(applyCommand(created.command, catalog), 0, 0);
  const known = new Set<string>();
  const named = columns.map((column, i) => {
    let { name } = column;
    for (let n = 1; known.has(name); n++) name = `${column.name}_${n}`;
    known.add(name);
    const plain = column.type.replace(/ NOT NULL$/, '');
    return `${plain === column.given ? `c${i}` : `CAST(c${i} AS ${plain})`} AS ${quoted(name)}`;
  });
  return { context, named };
}

/** What a query over the rows does with a batch, which has a column each; only rows one by one can be looked at. */
interface RowQuery {
  readonly fields: readonly RowField[];
  readonly types: readonly LogicalType[];
  run(batch: Batch): Batch;
}

function compileQuery(text: string, { context }: Given, zone: string, offset: number, length: number): RowQuery {
  const query = bound(text, context, offset, length);
  if (query.kind !== 'query') throw new ConditionError('This is not one condition');
  const { fields } = query.query;
  const planned = resultOf(planQuery(query.query, context), offset, length);
  const steps: Calc[] = [];
  let node: Physical | undefined = planned.sinks[0]?.input;
  while (node?.kind === 'Calc') {
    steps.unshift(node);
    node = node.input;
  }
  if (node?.kind !== 'TableSourceScan')
    throw new ConditionError('Only a condition over the columns of one row can be used');
  const { projected } = node;
  const all = node.table.columns.map((column) => column.type);
  let types = projected.map((c) => all[c] as LogicalType);
  const calcs = steps.map((step) => {
    const compiled = compileCalc(step.exprs, step.condition, types, defaultEnv(zone, context.options));
    types = step.exprs.map((expr) => expr.type);
    return compiled;
  });
  return {
    fields,
    types: all,
    run(batch) {
      const input = { ...batch, columns: projected.map((c) => batch.columns[c] as Batch['columns'][number]) };
      return calcs.reduce<Batch>((rows, calc) => calc.run(rows), input);
    },
  };
}

/**
 * Compiles a Flink SQL condition over the columns of a result, bound and evaluated as the runtime does it. Of columns of the same name
 * the first is meant; the others are `name_1` and so on. Throws ConditionError.
 * @param zone the session's time zone, in which instants are printed.
 */
export function compileRowFilter(columns: readonly FilterColumn[], condition: string, zone = 'UTC'): RowFilter {
  if (condition.trim() === '') throw new ConditionError('A condition is missing');
  const rows = given(columns, zone);
  const before = 'SELECT (\n';
  const text = `${before}${condition}\n) AS kept FROM (SELECT ${rows.named.join(', ')} FROM given_rows)`;
  const query = compileQuery(text, rows, zone, before.length, condition.length);
  if (query.fields.length !== 1) throw new ConditionError('This is not one condition');
  if (query.fields[0]?.type.root !== 'BOOLEAN')
    throw new ConditionError('A condition is TRUE or FALSE: this is another value');
  return {
    types: query.types,
    test(batch) {
      const kept = query.run(batch).columns[0];
      const bits = new Uint8Array(batch.length);
      if (kept?.kind !== 'bool') throw new TypeError('a condition has no truth');
      for (let i = 0; i < batch.length; i++) bits[i] = kept.nulls?.[i] ? 0 : (kept.values[i] as number);
      return bits;
    },
  };
}

/** Rows whose texts are cast back to the columns' types. */
export function compileCasts(columns: readonly FilterColumn[], zone = 'UTC'): RowQuery {
  const rows = given(columns, zone);
  return compileQuery(`SELECT ${rows.named.join(', ')} FROM given_rows`, rows, zone, 0, 0);
}

function bound(text: string, context: BindContext, offset = 0, length = 0) {
  const { statements, errors } = parse(text);
  const [statement] = statements;
  const broken = errors[0];
  if (broken) throw placed(broken.message, broken.start, broken.end, offset, length);
  if (!statement?.node || statements.length !== 1) throw new ConditionError('This is not one condition');
  const { node } = statement;
  return resultOf(bindStatement(node, text, context), offset, length);
}

function resultOf<T>(result: BindResult<T>, offset: number, length: number): T {
  if (result.value !== undefined) return result.value;
  const first = result.diagnostics[0];
  throw placed(first?.message ?? 'The condition cannot be bound', first?.start ?? 0, first?.end ?? 0, offset, length);
}

function placed(message: string, start: number, end: number, offset: number, length: number): ConditionError {
  const within = (at: number): number => Math.max(0, Math.min(length, at - offset));
  // Where Flink's words name a place, it is one in the text around the condition.
  return new ConditionError(
    message.replace(/^From line \d+, column \d+ to line \d+, column \d+: /, ''),
    within(start),
    within(end),
  );
}
