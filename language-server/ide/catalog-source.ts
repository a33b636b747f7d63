/** What a connected catalog has, as plain data: the parameter of the notification `millrace/catalog`. */
export interface CatalogData {
  /** Name of the connection; an empty list of tables takes what it had away. */
  readonly connection: string;
  /** Flink's version, as the cluster tells it. */
  readonly flinkVersion?: string;
  readonly currentCatalog?: string;
  readonly currentDatabase?: string;
  readonly tables: readonly CatalogTable[];
  /** Names of topics of the brokers, and of the registry's subjects. */
  readonly topics?: readonly string[];
  readonly subjects?: readonly string[];
  /** Jobs that run, by the name of their INSERT's table or their pipeline's name. */
  readonly jobs?: readonly CatalogJob[];
}

export interface CatalogTable {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** Types as Flink writes them: `DECIMAL(10, 2) NOT NULL`. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment?: string }[];
  readonly primaryKey?: readonly string[];
  /** `ts` and `ts - INTERVAL '5' SECOND`. */
  readonly watermark?: { readonly column: string; readonly expression: string };
  readonly options?: Readonly<Record<string, string>>;
}

export interface CatalogJob {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/**
 * The tables of a connected catalog as the statements that would make them, so that they are known as those of a file are. Views are
 * tables here: what their query is does not matter to those who read them.
 */
export function catalogSource({ tables, currentCatalog, currentDatabase }: CatalogData): string {
  const lines: string[] = [];
  const made = new Set(['default_catalog']);
  const databases = new Set(['default_catalog.default_database']);
  for (const { catalog, database } of tables) {
    if (!made.has(catalog)) lines.push(`CREATE CATALOG ${quoted(catalog)} WITH ('type' = 'generic_in_memory');`);
    made.add(catalog);
    const key = `${catalog}.${database}`;
    if (!databases.has(key)) lines.push(`CREATE DATABASE IF NOT EXISTS ${quoted(catalog)}.${quoted(database)};`);
    databases.add(key);
  }
  const [catalogInUse, databaseInUse] = [currentCatalog ?? 'default_catalog', currentDatabase ?? 'default_database'];
  for (const table of tables) {
    const here = table.catalog === catalogInUse && table.database === databaseInUse;
    const name = here ? quoted(table.name) : [table.catalog, table.database, table.name].map(quoted).join('.');
    lines.push(createTable(table, name));
  }
  return lines.join('\n');
}

function createTable({ columns, primaryKey, watermark, options }: CatalogTable, name: string): string {
  const parts = columns.map((c) => `  ${quoted(c.name)} ${c.type}${c.comment ? ` COMMENT ${text(c.comment)}` : ''}`);
  if (watermark) parts.push(`  WATERMARK FOR ${quoted(watermark.column)} AS ${watermark.expression}`);
  if (primaryKey && primaryKey.length > 0)
    parts.push(`  PRIMARY KEY (${primaryKey.map(quoted).join(', ')}) NOT ENFORCED`);
  // Without its options it is of a connector that is not documented: nothing is told of what it can do.
  const entries = Object.entries(options?.connector ? options : { ...options, connector: 'catalog' });
  const set = entries.map(([key, value]) => `  ${text(key)} = ${text(value)}`);
  return `CREATE TABLE ${name} (\n${parts.join(',\n')}\n) WITH (\n${set.join(',\n')}\n);`;
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
