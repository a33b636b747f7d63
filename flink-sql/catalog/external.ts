import type { CatalogCommand } from './commands.ts';
import { catalogError } from './errors.ts';
import type { ObjectIdentifier, ResolvedTable, ResolvedView } from './model.ts';
import { type Catalog, type CatalogStore, serializableName } from './store.ts';

/** A catalog whose tables are those of a database server: they are read, never made (AbstractJdbcCatalog). */
export const isExternal = (catalog: Pick<Catalog, 'options'> | undefined): boolean => catalog?.options.type === 'jdbc';

/**
 * The tables of a database of such a catalog by `schema.table`; those of the default schema are found without it, too. A table with a
 * column that Flink has no type for is listed, and fails when it is asked for.
 */
export class ExternalObjects extends Map<string, ResolvedTable | ResolvedView> {
  readonly #database: string;
  readonly #failures: ReadonlyMap<string, string>;
  readonly #defaultSchema: string;

  constructor(
    database: string,
    tables: ReadonlyMap<string, ResolvedTable>,
    failures: ReadonlyMap<string, string>,
    defaultSchema: string,
  ) {
    super(tables);
    this.#database = database;
    this.#failures = failures;
    this.#defaultSchema = defaultSchema;
  }

  override get(name: string): ResolvedTable | ResolvedView | undefined {
    const full = this.#full(name);
    const failure = this.#failures.get(full);
    if (failure !== undefined) {
      const message = `Failed getting table ${this.#database}.${name}`;
      throw catalogError('UnsupportedOperationException', failure, 'unsupported-type', [message, failure]);
    }
    const found = super.get(full);
    // A table is called as it was asked for.
    return found && name !== full ? { ...found, identifier: { ...found.identifier, name } } : found;
  }

  override has(name: string): boolean {
    return super.has(this.#full(name));
  }

  #full(name: string): string {
    return name.includes('.') ? name : `${this.#defaultSchema}.${name}`;
  }
}

/** Throws what Flink says of a change that a read-only catalog refuses. */
export function refuseChange(command: CatalogCommand, store: CatalogStore): void {
  const at = (id: ObjectIdentifier | undefined): boolean => id !== undefined && isExternal(store.catalog(id.catalog));
  const refuse = (what: string): never => {
    throw catalogError('TableException', `Could not execute ${what}`, 'read-only');
  };
  const path = (what: string, id: ObjectIdentifier): never => refuse(`${what} in path ${serializableName(id)}`);
  switch (command.kind) {
    case 'CreateTable':
      if (!command.table.temporary && at(command.table.identifier)) path('CreateTable', command.table.identifier);
      return;
    case 'CreateView':
      if (!command.view.temporary && at(command.view.identifier)) path('CreateTable', command.view.identifier);
      return;
    case 'DropObject':
      if (!command.temporary && at(command.identifier) && store.object(command.identifier))
        path('DropTable', command.identifier);
      return;
    case 'AlterTable':
      if (!command.table.temporary && at(command.table.identifier)) path('AlterTable', command.table.identifier);
      return;
    case 'RenameTable':
      if (at(command.identifier)) path('AlterTable', command.identifier);
      return;
    case 'CreateDatabase':
      if (isExternal(store.catalog(command.catalog)))
        refuse(
          `CREATE DATABASE: (catalogDatabase: [{}], catalogName: [${command.catalog}], databaseName: [${command.database}], ignoreIfExists: [${command.ignoreIfExists}])`,
        );
      return;
    case 'DropDatabase': {
      const inUse = command.catalog === store.currentCatalog && command.database === store.currentDatabase;
      if (isExternal(store.catalog(command.catalog)) && store.database(command.catalog, command.database) && !inUse)
        refuse(`DROP DATABASE ${command.catalog}.${command.database} ${command.cascade ? 'CASCADE' : 'RESTRICT'}`);
      return;
    }
    case 'CreateFunction':
      if (!command.fn.temporary && command.fn.identifier && at(command.fn.identifier))
        refuse(
          `CREATE CATALOG FUNCTION: (catalogFunction: [Optional[This is a user-defined function]], identifier: [${serializableName(command.fn.identifier)}], ignoreIfExists: [${command.ignoreIfExists}], isTemporary: [false])`,
        );
      return;
    case 'DropFunction':
      if (!command.temporary && command.identifier && at(command.identifier))
        refuse(
          `DROP CATALOG FUNCTION: (identifier: [${serializableName(command.identifier)}], ifExists: [${command.ifExists}], isTemporary: [false])`,
        );
      return;
    default:
  }
}
