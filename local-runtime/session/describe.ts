import type { ResolvedColumn, ResolvedTable, ResolvedView } from '../../flink-sql/catalog/model.ts';
import { type CatalogStore, quoteName, summaryName } from '../../flink-sql/catalog/store.ts';
import { findBuiltIn, listedFunctionNames } from '../../flink-sql/functions/catalogue.ts';
import { describedFunctions } from '../../flink-sql/functions/described.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { Describe } from '../../flink-sql/syntax/ast.ts';
import { type LogicalType, types, withNullability } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { placeText, SessionError } from './errors.ts';
import { type ResultColumn, type StatementResult, stringColumns, tableResult } from './results.ts';

const invalid = (message: string): SessionError => new SessionError([{ exception: 'ValidationException', message }]);

const BASE_COLUMNS: readonly ResultColumn[] = [
  ...stringColumns('name', 'type'),
  { name: 'null', type: types.boolean() },
  ...stringColumns('key', 'extras', 'watermark'),
];

/** DESCRIBE of a table, view, catalog, function or model. */
export function describe(statement: Describe, source: string, catalog: CatalogStore): StatementResult {
  const name = statement.name.parts.map((part) => part.name);
  switch (statement.what) {
    case 'TABLE':
      return columnsResult(name, catalog, () => true);
    case 'CATALOG':
      return describeCatalog(name.join('.'), statement.extended, catalog);
    case 'MODEL':
      return describeModel(name, catalog);
    case 'FUNCTION':
      return describeFunction(name, statement.extended, catalog);
    case 'DATABASE': {
      // Calcite reads this as an EXPLAIN of the name, and so does Flink.
      const message = `Column '${name[0]}' not found in any table`;
      const placed = `${placeText(source, statement.name)}: ${message}`;
      throw new SessionError([
        { exception: 'ValidationException', message: `SQL validation failed. ${placed}` },
        { exception: 'CalciteContextException', message: placed },
        { exception: 'SqlValidatorException', message },
      ]);
    }
  }
}

/** The columns of a table or view whose names are kept (DESCRIBE, SHOW COLUMNS). */
export function columnsResult(
  name: readonly string[],
  catalog: CatalogStore,
  keep: (column: string) => boolean,
): StatementResult {
  const id = catalog.qualify(name);
  const object = catalog.object(id);
  if (!object) throw invalid(`Tables or views with the identifier '${summaryName(id)}' doesn't exist.`);
  const rows = describedColumns(object);
  const commented = rows.some((row) => row.comment !== undefined);
  const columns = commented ? [...BASE_COLUMNS, ...stringColumns('comment')] : BASE_COLUMNS;
  const kept = rows.filter((row) => keep(row.name));
  return tableResult(
    columns,
    kept.map((row): Value[] => {
      const type = asSummaryString(withNullability(row.type, true));
      const cells = [row.name, type, row.type.nullable, row.key, row.extras, row.watermark];
      return commented ? [...cells, row.comment ?? null] : cells;
    }),
  );
}

interface DescribedColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly key: string | null;
  readonly extras: string | null;
  readonly watermark: string | null;
  readonly comment: string | undefined;
}

function describedColumns(object: ResolvedTable | ResolvedView): DescribedColumn[] {
  if (object.kind === 'view') {
    return object.columns.map(({ name, type, comment }) => ({
      name,
      type,
      key: null,
      extras: null,
      watermark: null,
      comment: comment || undefined,
    }));
  }
  const { primaryKey, watermark } = object;
  return object.columns.map((column, i) => {
    const isRowtime = watermark?.column === i;
    return {
      name: column.name,
      type: isRowtime ? rowtime(column.type) : column.type,
      key: primaryKey?.columns.includes(column.name) ? `PRI(${primaryKey.columns.join(', ')})` : null,
      extras: extras(column),
      watermark: isRowtime ? watermark.text : null,
      comment: column.comment || undefined,
    };
  });
}

function rowtime(type: LogicalType): LogicalType {
  if (type.root !== 'TIMESTAMP_WITHOUT_TIME_ZONE' && type.root !== 'TIMESTAMP_WITH_LOCAL_TIME_ZONE') return type;
  return { ...type, attribute: 'ROWTIME' };
}

function extras(column: ResolvedColumn): string | null {
  if (column.kind === 'computed') return `AS ${column.text}`;
  if (column.kind === 'physical') return null;
  const from = column.key === undefined ? '' : ` FROM '${column.key}'`;
  return `METADATA${from}${column.virtual ? ' VIRTUAL' : ''}`;
}

const INFO = stringColumns('info name', 'info value');

function describeCatalog(name: string, extended: boolean, catalog: CatalogStore): StatementResult {
  const found = catalog.catalog(name);
  if (!found || name === 'default_catalog') {
    throw invalid(`Cannot obtain metadata information from Catalog ${name}.`);
  }
  const { type, ...options } = found.options;
  const rows: Value[][] = [
    ['name', name],
    ['type', type ?? null],
    ['comment', found.comment ?? null],
  ];
  if (extended) {
    for (const key of Object.keys(options).sort()) rows.push([`option:${key}`, options[key] as string]);
  }
  return tableResult(INFO, rows);
}

function describeModel(name: readonly string[], catalog: CatalogStore): StatementResult {
  const id = catalog.qualify(name);
  const model = catalog.model(id);
  if (!model) throw invalid(`Model with the identifier '${summaryName(id)}' doesn't exist.`);
  const rows = [
    ...model.input.map((field) => ({ ...field, input: true })),
    ...model.output.map((field) => ({ ...field, input: false })),
  ];
  return tableResult(
    [
      ...stringColumns('name', 'type'),
      { name: 'null', type: types.boolean() },
      { name: 'is input', type: types.boolean() },
    ],
    rows.map((field): Value[] => [
      field.name,
      asSummaryString(withNullability(field.type, true)),
      field.type.nullable,
      field.input,
    ]),
  );
}

function describeFunction(name: readonly string[], extended: boolean, catalog: CatalogStore): StatementResult {
  const own = catalog.function(name);
  if (own) {
    const text = own.identifier ? summaryName(own.identifier) : own.name;
    throw new SessionError([
      { exception: 'ValidationException', message: `Cannot instantiate user-defined function '${text}'.` },
      { exception: 'ClassNotFoundException', message: own.className },
    ]);
  }
  const found = name.length === 1 ? systemFunction(name[0] as string) : undefined;
  if (found === undefined)
    throw invalid(`Function with the identifier '${name.map(quoteName).join('.')}' doesn't exist.`);
  const rows: Value[][] = [
    ['is system function', 'true'],
    ['is temporary', 'false'],
  ];
  return tableResult(INFO, extended ? [...rows, ...definitionRows(found, name[0] as string)] : rows);
}

/** The name of a built-in function as Flink spells it; window functions are none to Flink's catalog. */
function systemFunction(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const listed = listedFunctionNames.find((each) => each.toLowerCase() === wanted);
  if (listed !== undefined) return listed;
  const definition = findBuiltIn(name);
  return definition && definition.kind !== 'table' ? definition.names[0] : undefined;
}

/** What DESCRIBE FUNCTION EXTENDED adds; the signature repeats the name as it was asked for. */
function definitionRows(listed: string, asked: string): Value[][] {
  const found = describedFunctions[listed];
  if (!found) return [];
  return [
    ['kind', found.kind ?? 'SCALAR'],
    ['requirements', found.requirements ?? '[]'],
    ['is deterministic', String(found.deterministic ?? true)],
    ['supports constant folding', String(found.folds ?? true)],
    ['signature', found.forms.map((form) => `${asked}${form}`).join('\n')],
  ];
}
