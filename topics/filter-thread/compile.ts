import { RECORD } from '../../clients/kafka/admin/records.ts';
import type { BindContext, BindResult } from '../../flink-sql/binder/index.ts';
import { applyCommand, bindStatement, planQuery } from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Calc, Physical } from '../../flink-sql/plan/physical.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../local-runtime/batch/batch.ts';
import { compileCalc, defaultEnv } from '../../local-runtime/codegen/index.ts';
import { quoteNames } from '../filter/names.ts';
import { MessageColumns } from './columns.ts';
import type { ThreadNeeds, ThreadPage, ThreadPart, ThreadSchema } from './protocol.ts';
import { Slots } from './slots.ts';

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

export interface CompiledMessageFilter {
  readonly needs: ThreadNeeds;
  /** Pages to come may have been written with these. */
  know(schemas: readonly ThreadSchema[]): void;
  /** Which records match, ascending. Fails as the condition fails. */
  test(page: ThreadPage): { readonly chosen: Int32Array; readonly unreadable: number };
}

/** The columns that a condition may name, in the table's order. */
export const MESSAGE_COLUMNS = [
  'key',
  'value',
  'headers',
  'partition',
  'offset',
  'timestamp',
  'key_text',
  'value_text',
] as const;

/**
 * Compiles a Flink SQL condition over messages, bound and evaluated as the runtime does it; only what it reads of a message is decoded.
 * Throws ConditionError.
 * @param zone the session's time zone.
 */
export function compileMessageFilter(
  condition: string,
  key: ThreadPart,
  value: ThreadPart,
  zone: string,
): CompiledMessageFilter {
  if (condition.trim() === '') throw new ConditionError('A condition is missing');
  const { context, types } = messages(key, value, zone);
  const { text: quoted, placeOf } = quoteNames(condition);
  const before = 'SELECT (\n';
  const text = `${before}${quoted}\n) AS kept FROM messages`;
  const place = (at: number): number => placeOf(Math.max(0, Math.min(quoted.length, at - before.length)));
  const query = bound(text, context, place);
  if (query.kind !== 'query') throw new ConditionError('This is not one condition');
  const [field, ...more] = query.query.fields;
  if (!field || more.length > 0) throw new ConditionError('This is not one condition');
  if (field.type.root !== 'BOOLEAN')
    throw new ConditionError('A condition is TRUE or FALSE: this is another value', 0, condition.length);
  const planned = resultOf(planQuery(query.query, context), place);
  const steps: Calc[] = [];
  let node: Physical | undefined = planned.sinks[0]?.input;
  while (node?.kind === 'Calc') {
    steps.unshift(node);
    node = node.input;
  }
  if (node?.kind !== 'TableSourceScan')
    throw new ConditionError('Only a condition over the columns of one message can be used');
  const slots = new Slots(node.projected, types);
  const rewritten = steps.map((step, i) => ({
    exprs: i === 0 ? step.exprs.map((expr) => slots.rewrite(expr)) : step.exprs,
    condition: i === 0 && step.condition ? slots.rewrite(step.condition) : step.condition,
  }));
  // The condition may be a column itself.
  if (steps.length === 0) rewritten.push({ exprs: [slots.column(0)], condition: null });
  let given: readonly LogicalType[] = slots.types;
  const env = defaultEnv(zone, context.options);
  const calcs = rewritten.map((step) => {
    const compiled = compileCalc(step.exprs, step.condition, given, env);
    given = step.exprs.map((expr) => expr.type);
    return compiled;
  });
  const columns = new MessageColumns(slots.list, {
    key: [key, types[0] as LogicalType],
    value: [value, types[1] as LogicalType],
  });
  return {
    needs: slots.needs,
    know: (schemas) => columns.know(schemas),
    test(page) {
      const read = columns.read(page);
      const batch: Batch = { length: page.count, kinds: undefined, columns: read.columns, marks: undefined };
      const kept = calcs.reduce((rows, calc) => calc.run(rows), batch).columns[0];
      if (kept?.kind !== 'bool') throw new TypeError('a condition has no truth');
      const chosen = new Int32Array(page.count);
      let n = 0;
      for (let i = 0; i < page.count; i++)
        if (kept.values[i] === 1 && !kept.nulls?.[i] && page.kinds[i] === RECORD) chosen[n++] = i;
      return { chosen: chosen.slice(0, n), unreadable: read.unreadable };
    },
  };
}

function messages(key: ThreadPart, value: ThreadPart, zone: string) {
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
  const declared = [
    key.type,
    value.type,
    'MAP<STRING, STRING>',
    'INT',
    'BIGINT',
    'TIMESTAMP_LTZ(3)',
    'STRING',
    'STRING',
  ];
  const columns = MESSAGE_COLUMNS.map((name, i) => `\`${name}\` ${declared[i]}`).join(', ');
  const nowhere = () => 0;
  const created = bound(
    `CREATE TEMPORARY TABLE messages (${columns}) WITH ('connector' = 'messages')`,
    context,
    nowhere,
  );
  if (created.kind !== 'catalog' || created.command.kind !== 'CreateTable') throw new TypeError('no table');
  resultOf(applyCommand(created.command, catalog), nowhere);
  return { context, types: created.command.table.columns.map((column) => column.type) };
}

function bound(text: string, context: BindContext, place: (at: number) => number) {
  const { statements, errors } = parse(text);
  const [statement] = statements;
  const [broken] = errors;
  if (broken) throw new ConditionError(broken.message, place(broken.start), place(broken.end));
  if (!statement?.node || statements.length !== 1) throw new ConditionError('This is not one condition');
  return resultOf(bindStatement(statement.node, text, context), place);
}

function resultOf<T>(result: BindResult<T>, place: (at: number) => number): T {
  if (result.value !== undefined) return result.value;
  const [first] = result.diagnostics;
  // Where Flink's words name a place, it is one in the text around the condition.
  const message = (first?.message ?? 'The condition cannot be bound').replace(
    /^From line \d+, column \d+ to line \d+, column \d+: /,
    '',
  );
  throw new ConditionError(message, place(first?.start ?? 0), place(first?.end ?? 0));
}
