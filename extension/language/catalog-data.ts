import type { CatalogColumn, CatalogSnapshot, CatalogTable } from '../catalog/catalog-source.ts';

/** A table as the language server's notification `millrace/catalog` takes it. */
interface TableData {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment?: string }[];
  readonly primaryKey?: readonly string[];
  readonly watermark?: { readonly column: string; readonly expression: string };
}

/** The parameter of the notification `millrace/catalog`: what the language server may know of a connection. */
export interface CatalogData {
  readonly connection: string;
  readonly flinkVersion?: string;
  readonly currentCatalog?: string;
  readonly currentDatabase?: string;
  readonly tables: readonly TableData[];
  readonly topics?: readonly string[];
  readonly subjects?: readonly string[];
  readonly jobs?: readonly { readonly id: string; readonly name: string; readonly state: string }[];
}

/** A session's tables as plain data; those whose columns are not known are left out. */
export function catalogData(connection: string, snapshot: CatalogSnapshot): CatalogData {
  const tables = snapshot.catalogs.flatMap(({ name: catalog, databases }) =>
    databases.flatMap(({ name: database, tables: list }) =>
      list.flatMap((table) => (table.columns ? [tableData(catalog, database, table, table.columns)] : [])),
    ),
  );
  const { catalog, database } = snapshot.current;
  return { connection, currentCatalog: catalog, currentDatabase: database, tables };
}

function tableData(
  catalog: string,
  database: string,
  { name, kind }: CatalogTable,
  columns: readonly CatalogColumn[],
): TableData {
  const key = columns.map((c) => /^PRI\((.*)\)$/.exec(c.key ?? '')?.[1]).find((k) => k !== undefined);
  const timed = columns.find((c) => c.watermark !== undefined);
  return {
    catalog,
    database,
    name,
    kind: kind === 'view' ? 'view' : 'table',
    columns: columns.map((c) => ({
      name: c.name,
      type: typeOf(c),
      ...(c.comment === undefined ? {} : { comment: c.comment }),
    })),
    ...(key === undefined ? {} : { primaryKey: key.split(',').map((part) => part.trim()) }),
    ...(timed?.watermark === undefined ? {} : { watermark: { column: timed.name, expression: timed.watermark } }),
  };
}

/** The type without what DESCRIBE says about its time attribute, and with its nullability. */
function typeOf({ type, nullable }: CatalogColumn): string {
  const plain = type.replace(/\s*\*(ROWTIME|PROCTIME)\*/g, '').replace(/\s+NOT NULL$/, '');
  return nullable ? plain : `${plain} NOT NULL`;
}
