import type { ResolvedTable } from '../../catalog/model.ts';
import { serializableName, summaryName } from '../../catalog/store.ts';
import { Connectors } from '../../plan/optimize/connectors.ts';
import { checkOverwrite } from '../../plan/optimize/sink-checks.ts';
import type { Rel } from '../../plan/rel.ts';
import { inputRef, project, withoutTimeAttribute } from '../../plan/rel-builder.ts';
import type { Rex, RexLiteral } from '../../plan/rex.ts';
import { inline, isDeterministic } from '../../plan/rex-refs.ts';
import type { Expression, Identifier, Insert, QualifiedName } from '../../syntax/ast.ts';
import { supportsImplicitCast } from '../../types/casts.ts';
import { type LogicalType, type RowField, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { BindContext } from '../api.ts';
import type { BoundInsert } from '../bound.ts';
import { castTo } from '../query/cast.ts';
import { unplacedError, validatorError } from '../query/context.ts';
import { nameParts } from '../query/names.ts';
import { bindRootQuery, queryContext } from '../query/query.ts';
import { planHint } from '../query/table-ref.ts';

/** Columns that a sink takes: physical ones and metadata ones that are not VIRTUAL, in declared order. */
export function persistedColumns(table: ResolvedTable): RowField[] {
  return table.columns
    .filter((column) => column.kind === 'physical' || (column.kind === 'metadata' && !column.virtual))
    .map(({ name, type }) => ({ name, type }));
}

/** INSERT INTO with Flink's checks, in its order: partition columns, target columns, the query, the types. */
export function bindInsert(insert: Insert, source: string, bind: BindContext): BoundInsert {
  const context = queryContext(bind, source);
  const parts = nameParts(insert.table);
  const id = bind.catalog.qualify(parts);
  const object = bind.catalog.object(id);
  const sinkColumns = object?.kind === 'table' ? persistedColumns(object) : [];
  const statics = staticPartitions(insert);
  if (object?.kind === 'table') {
    checkTargets(insert, sinkColumns);
  }
  const rel = insert.query.kind === 'Invalid' ? emptyQuery(insert) : bindRootQuery(insert.query, context);
  if (!object) {
    throw unplacedError(
      'ValidationException',
      insert.table,
      `Cannot find table '${serializableName(id)}' in any of the catalogs [${bind.catalog.catalogNames().join(', ')}], nor as a temporary table.`,
      'unknown-table',
    );
  }
  if (object.kind === 'view') {
    throw unplacedError('TableException', insert.table, `Sink '${summaryName(id)}' does not exists`, 'not-a-table');
  }
  return finishInsert(insert, object, sinkColumns, statics, rel, bind);
}

function emptyQuery(insert: Insert): never {
  throw validatorError(insert, 'The query of INSERT is missing', 'syntax');
}

/** The rest of INSERT once query and sink are known; CREATE TABLE AS comes here directly. */
export function finishInsert(
  insert: Pick<Insert, 'columns' | 'hints' | 'overwrite' | 'query' | 'table'> & { partition?: Insert['partition'] },
  table: ResolvedTable,
  sinkColumns: readonly RowField[],
  statics: ReadonlyMap<string, Expression>,
  rel: Rel,
  bind: BindContext,
): BoundInsert {
  const name = summaryName(table.identifier);
  for (const column of statics.keys()) {
    if (!table.partitionKeys.includes(column)) {
      throw unplacedError(
        'ValidationException',
        insert.partition ?? insert.table,
        `Static partition column '${column}' should be in the partition keys list [${table.partitionKeys.join(', ')}] for table '${name}'.`,
        'partition',
      );
    }
  }
  const hints = insert.hints.map(planHint);
  const dynamic: Record<string, string> = {};
  for (const hint of hints) {
    Object.assign(dynamic, hint.name === 'OPTIONS' ? hint.options : {});
  }
  const arranged = arrange(insert, sinkColumns, statics, rel);
  const options = { ...table.options, ...dynamic };
  // The sink is made before rows are compared with it: what it refuses comes first (DynamicSinkUtils.convertSinkToRel).
  const source = castToSink(arranged, sinkColumns, name, insert.query, () => {
    new Connectors(bind).sink(options, table);
    if (insert.overwrite) checkOverwrite(options, table, bind);
  });
  const staticValues: Record<string, string> = {};
  for (const [column, value] of statics) {
    staticValues[column] = partitionText(value);
  }
  return {
    table,
    options,
    hints,
    source,
    columns: sinkColumns,
    staticPartitions: staticValues,
    overwrite: insert.overwrite,
  };
}

function staticPartitions(insert: Insert): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  for (const item of insert.partition?.items ?? []) {
    if (item.value) {
      found.set(item.name.name, item.value);
    }
  }
  return found;
}

function partitionText(value: Expression): string {
  if (value.kind === 'StringLiteral') {
    return value.value;
  }
  if (value.kind === 'DateTimeLiteral') {
    return value.value;
  }
  return value.kind === 'NumberLiteral' ? value.text : '';
}

function checkTargets(insert: Insert, sinkColumns: readonly RowField[]): void {
  const known = (name: string) => sinkColumns.some((column) => column.name === name);
  const unknown = (place: Identifier | QualifiedName, name: string): never => {
    throw validatorError(place, `Unknown target column '${name}'`, 'unknown-column');
  };
  const seen = new Set<string>();
  for (const column of insert.columns ?? []) {
    const name = column.parts.map((part) => part.name).join('.');
    if (!known(column.parts[0]?.name ?? '')) {
      unknown(column, name);
    }
    if (seen.has(name)) {
      throw validatorError(column, `Target column '${name}' is assigned more than once`, 'duplicate-column');
    }
    seen.add(name);
  }
  for (const item of insert.partition?.items ?? []) {
    if (!known(item.name.name)) {
      unknown(item.name, item.name.name);
    }
  }
  if (insert.columns) {
    for (const column of sinkColumns) {
      const isStatic = insert.partition?.items.some((item) => item.name.name === column.name) ?? false;
      if (!column.type.nullable && !seen.has(column.name) && !isStatic) {
        throw unplacedError(
          'SqlValidatorException',
          { start: insert.start, end: insert.start },
          `Column '${column.name}' has no default value and does not allow NULLs`,
          'missing-column',
        );
      }
    }
  }
}

/** The query's columns in the sink's order: partial column lists fill up with NULL, static partitions with their value. */
function arrange(
  insert: Pick<Insert, 'columns' | 'query'>,
  sinkColumns: readonly RowField[],
  statics: ReadonlyMap<string, Expression>,
  rel: Rel,
): Rel {
  const targets = insert.columns?.map((column) => column.parts[0]?.name ?? '');
  if (targets && targets.length !== rel.fields.length) {
    const place = selectPlace(insert.query);
    throw validatorError(place, 'Number of columns must match number of query columns', 'column-count');
  }
  if (!targets && statics.size === 0) {
    return rel;
  }
  const rest = sinkColumns.filter((column) => !statics.has(column.name));
  if (!targets && rest.length !== rel.fields.length) {
    const refs = rel.fields.map((_, i) => inputRef(rel.fields, i));
    const values = [...statics].map(([name, value]) => {
      return staticValue(value, sinkColumns.find((column) => column.name === name)?.type ?? types.string());
    });
    return project(rel, [...refs, ...values], [...rel.fields.map((field) => field.name), ...statics.keys()]);
  }
  const exprs = sinkColumns.map((column): Rex => {
    const value = statics.get(column.name);
    if (value) {
      return staticValue(value, column.type);
    }
    const index = targets ? targets.indexOf(column.name) : rest.indexOf(column);
    return index < 0
      ? { kind: 'Literal', value: null, type: withNullability(column.type, true) }
      : inputRef(rel.fields, index);
  });
  const names = sinkColumns.map((column, i) => {
    const index = targets ? targets.indexOf(column.name) : rest.indexOf(column);
    return index < 0 ? `EXPR$${i}` : (rel.fields[index]?.name ?? column.name);
  });
  return projected(rel, exprs, names);
}

/** A projection, in one with a projection below (RelBuilder merges them). */
function projected(rel: Rel, exprs: readonly Rex[], names: readonly string[]): Rel {
  if (rel.kind !== 'Project' || !rel.exprs.every(isDeterministic)) {
    return project(rel, exprs, names);
  }
  return project(
    rel.input,
    exprs.map((expr) => inline(expr, rel.exprs)),
    names,
  );
}

function staticValue(value: Expression, type: LogicalType): Rex {
  const text = partitionText(value);
  if (value.kind === 'NumberLiteral' && /^-?\d+$/.test(text)) {
    const small = Math.abs(Number(text)) <= 2147483647;
    const literal: RexLiteral = small
      ? { kind: 'Literal', value: Number(text), type: types.int(false) }
      : { kind: 'Literal', value: BigInt(text), type: types.bigint(false) };
    return castTo(literal, type);
  }
  const literal: RexLiteral = { kind: 'Literal', value: text, type: types.char(Math.max(1, text.length), false) };
  return castTo(literal, type);
}

function selectPlace(query: Insert['query']): { start: number; end: number } {
  return query.kind === 'Query' ? { start: query.body.start, end: query.body.end } : query;
}

/** PreValidateReWriter and DynamicSinkUtils.validateSchemaAndApplyImplicitCast. */
function castToSink(
  rel: Rel,
  columns: readonly RowField[],
  name: string,
  place: Insert['query'],
  checkSink: () => void,
): Rel {
  const mismatch = (cause: string): Error => {
    checkSink();
    const show = (fields: readonly RowField[]) =>
      `[${fields.map((field) => `${field.name}: ${asSummaryString(field.type)}`).join(', ')}]`;
    return unplacedError(
      'ValidationException',
      place,
      `Column types of query result and sink for '${name}' do not match.\nCause: ${cause}\n\nQuery schema: ${show(rel.fields)}\nSink schema:  ${show(columns.map(({ name, type }) => ({ name, type: withoutTimeAttribute(withNullability(type, true)) })))}`,
      'sink-schema',
    );
  };
  if (rel.fields.length !== columns.length) {
    throw mismatch('Different number of columns.');
  }
  columns.forEach((column, i) => {
    const from = (rel.fields[i] as RowField).type;
    // NOT NULL is checked when rows arrive, not here.
    if (!supportsImplicitCast(withNullability(from, true), withNullability(column.type, true))) {
      throw mismatch(`Incompatible types for sink column '${column.name}' at position ${i}.`);
    }
  });
  const exprs = columns.map((column, i) => castTo(inputRef(rel.fields, i), column.type));
  if (exprs.every((expr) => expr.kind === 'InputRef')) {
    return rel;
  }
  return projected(
    rel,
    exprs,
    columns.map((column) => column.name),
  );
}
