import { catalogError, validationError } from './errors.ts';
import type { ObjectIdentifier, ResolvedFunction, ResolvedModel, ResolvedTable, ResolvedView } from './model.ts';

type Options = Readonly<Record<string, string>>;
type Partition = Options;

/** A database of an in-memory catalog (GenericInMemoryCatalog). */
export interface Database {
  readonly name: string;
  readonly comment?: string;
  readonly options: Options;
  readonly objects: ReadonlyMap<string, ResolvedTable | ResolvedView>;
  readonly functions: ReadonlyMap<string, ResolvedFunction>;
  readonly models: ReadonlyMap<string, ResolvedModel>;
  readonly partitions: ReadonlyMap<string, readonly Partition[]>;
}

/** A catalog with the options it was made with. */
export interface Catalog {
  readonly name: string;
  readonly comment?: string;
  readonly options: Options;
  readonly defaultDatabase: string;
  readonly databases: ReadonlyMap<string, Database>;
}

interface State {
  readonly catalogs: ReadonlyMap<string, Catalog>;
  readonly currentCatalog: string;
  readonly currentDatabase: string;
  /** By `identifierKey`. */
  readonly temporaryObjects: ReadonlyMap<string, ResolvedTable | ResolvedView>;
  readonly temporaryModels: ReadonlyMap<string, ResolvedModel>;
  readonly temporaryFunctions: ReadonlyMap<string, ResolvedFunction>;
  /** By lower-case name. */
  readonly systemFunctions: ReadonlyMap<string, ResolvedFunction>;
}

/** catalog.database.name without quotes (ObjectIdentifier.asSummaryString). */
export function summaryName(id: ObjectIdentifier): string {
  return `${id.catalog}.${id.database}.${id.name}`;
}

/** One name as Flink quotes it (EncodingUtils.escapeIdentifier). */
export function quoteName(name: string): string {
  return `\`${name.includes('`') ? name.replaceAll('`', '``') : name}\``;
}

/** `catalog`.`database`.`name` (ObjectIdentifier.asSerializableString). */
export function serializableName(id: ObjectIdentifier): string {
  return `${quoteName(id.catalog)}.${quoteName(id.database)}.${quoteName(id.name)}`;
}

function set<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

function emptyDatabase(name: string, options: Options = {}, comment?: string): Database {
  const database = {
    name,
    options,
    objects: new Map(),
    functions: new Map(),
    models: new Map(),
    partitions: new Map(),
  };
  return comment === undefined ? database : { ...database, comment };
}

/**
 * The session's catalogs, all in memory (CatalogManager over GenericInMemoryCatalog). Every map is replaced, never changed,
 * so `clone` costs nothing: the language server binds cell after cell on clones. Methods throw SqlError in Flink's words.
 */
export class CatalogStore {
  #state: State;

  constructor(state?: State) {
    this.#state = state ?? {
      catalogs: new Map([
        [
          'default_catalog',
          {
            name: 'default_catalog',
            options: { type: 'generic_in_memory' },
            defaultDatabase: 'default_database',
            databases: new Map([['default_database', emptyDatabase('default_database')]]),
          },
        ],
      ]),
      currentCatalog: 'default_catalog',
      currentDatabase: 'default_database',
      temporaryObjects: new Map(),
      temporaryModels: new Map(),
      temporaryFunctions: new Map(),
      systemFunctions: new Map(),
    };
  }

  /** An independent store with the same content. */
  clone(): CatalogStore {
    return new CatalogStore(this.#state);
  }

  /** Whether both hold the same state: one is a clone of the other, and neither was changed since. */
  sameAs(other: CatalogStore): boolean {
    return this.#state === other.#state;
  }

  get currentCatalog(): string {
    return this.#state.currentCatalog;
  }

  /** Empty when the catalog in use has no default database. */
  get currentDatabase(): string {
    return this.#state.currentDatabase;
  }

  // ---- names -------------------------------------------------------------------------------------------------------

  /** One to three parts to a full identifier (CatalogManager.qualifyIdentifier). */
  qualify(parts: readonly string[]): ObjectIdentifier {
    if (parts.length < 1 || parts.length > 3) {
      throw validationError('Object identifier must consist of 1 to 3 parts.', 'identifier');
    }
    const name = parts[parts.length - 1] as string;
    const database = parts.length > 1 ? (parts[parts.length - 2] as string) : this.currentDatabase;
    const catalog = parts.length > 2 ? (parts[0] as string) : this.currentCatalog;
    return { catalog, database, name };
  }

  /** Names of all catalogs, sorted. */
  catalogNames(): string[] {
    return [...this.#state.catalogs.keys()].sort();
  }

  catalog(name: string): Catalog | undefined {
    return this.#state.catalogs.get(name);
  }

  database(catalog: string, database: string): Database | undefined {
    return this.#state.catalogs.get(catalog)?.databases.get(database);
  }

  /** Names of a catalog's databases, sorted. */
  databaseNames(catalog: string): string[] {
    return [...(this.#state.catalogs.get(catalog)?.databases.keys() ?? [])].sort();
  }

  /** A table or view; a temporary one hides a permanent one of the same name. */
  object(id: ObjectIdentifier): ResolvedTable | ResolvedView | undefined {
    return this.temporaryObject(id) ?? this.permanentObject(id);
  }

  temporaryObject(id: ObjectIdentifier): ResolvedTable | ResolvedView | undefined {
    const { temporaryObjects } = this.#state;
    return temporaryObjects.size === 0 ? undefined : temporaryObjects.get(serializableName(id));
  }

  permanentObject(id: ObjectIdentifier): ResolvedTable | ResolvedView | undefined {
    return this.database(id.catalog, id.database)?.objects.get(id.name);
  }

  /** A table or view by the 1–3 parts of its name: as given, within the current database, then within the current catalog. */
  resolve(parts: readonly string[]): ResolvedTable | ResolvedView | undefined {
    return parts.length >= 1 && parts.length <= 3 ? this.object(this.qualify(parts)) : undefined;
  }

  /** Tables and views of a database with the temporary ones in front of what they hide, sorted by name. */
  objects(catalog: string, database: string): (ResolvedTable | ResolvedView)[] {
    const found = new Map(this.database(catalog, database)?.objects);
    for (const object of this.#state.temporaryObjects.values()) {
      const id = object.identifier;
      if (id.catalog === catalog && id.database === database) {
        found.set(id.name, object);
      }
    }
    return [...found.values()].sort((a, b) => (a.identifier.name < b.identifier.name ? -1 : 1));
  }

  /** A user's function by name: temporary system, temporary catalog, then catalog function (FunctionCatalog). */
  function(parts: readonly string[]): ResolvedFunction | undefined {
    if (parts.length === 1) {
      const system = this.#state.systemFunctions.get((parts[0] as string).toLowerCase());
      if (system) {
        return system;
      }
    }
    if (parts.length < 1 || parts.length > 3) {
      return undefined;
    }
    const id = this.qualify(parts);
    return this.temporaryFunction(id) ?? this.permanentFunction(id);
  }

  temporaryFunction(id: ObjectIdentifier): ResolvedFunction | undefined {
    return this.#state.temporaryFunctions.get(serializableName({ ...id, name: id.name.toLowerCase() }));
  }

  permanentFunction(id: ObjectIdentifier): ResolvedFunction | undefined {
    return this.database(id.catalog, id.database)?.functions.get(id.name.toLowerCase());
  }

  systemFunction(name: string): ResolvedFunction | undefined {
    return this.#state.systemFunctions.get(name.toLowerCase());
  }

  /** The user's functions that the current database shows (SHOW USER FUNCTIONS), by name, sorted. */
  userFunctions(catalog = this.currentCatalog, database = this.currentDatabase): string[] {
    const names = new Set(this.database(catalog, database)?.functions.keys());
    for (const fn of this.#state.temporaryFunctions.values()) {
      if (fn.identifier?.catalog === catalog && fn.identifier.database === database) {
        names.add(fn.name.toLowerCase());
      }
    }
    for (const name of this.#state.systemFunctions.keys()) {
      names.add(name);
    }
    return [...names].sort();
  }

  model(id: ObjectIdentifier): ResolvedModel | undefined {
    return this.temporaryModel(id) ?? this.permanentModel(id);
  }

  temporaryModel(id: ObjectIdentifier): ResolvedModel | undefined {
    return this.#state.temporaryModels.get(serializableName(id));
  }

  permanentModel(id: ObjectIdentifier): ResolvedModel | undefined {
    return this.database(id.catalog, id.database)?.models.get(id.name);
  }

  /** Models of a database, temporary ones in front, sorted by name. */
  models(catalog: string, database: string): ResolvedModel[] {
    const found = new Map(this.database(catalog, database)?.models);
    for (const model of this.#state.temporaryModels.values()) {
      if (model.identifier.catalog === catalog && model.identifier.database === database) {
        found.set(model.identifier.name, model);
      }
    }
    return [...found.values()].sort((a, b) => (a.identifier.name < b.identifier.name ? -1 : 1));
  }

  /** Partitions added by ALTER TABLE … ADD PARTITION, in order. */
  partitions(id: ObjectIdentifier): readonly Partition[] {
    return this.database(id.catalog, id.database)?.partitions.get(id.name) ?? [];
  }

  // ---- catalogs and databases --------------------------------------------------------------------------------------

  createCatalog(name: string, defaultDatabase: string, options: Options, comment?: string): void {
    const catalog: Catalog = {
      name,
      options,
      defaultDatabase,
      databases: new Map([[defaultDatabase, emptyDatabase(defaultDatabase)]]),
      ...(comment === undefined ? {} : { comment }),
    };
    this.#update({ catalogs: set(this.#state.catalogs, name, catalog) });
  }

  /** Takes the databases that a server has: names with their objects; those of which only the name is known have none. */
  setDatabases(catalog: string, databases: ReadonlyMap<string, Database['objects'] | undefined>): void {
    const found = this.catalog(catalog);
    if (!found) return;
    const next = new Map<string, Database>();
    for (const [name, objects] of databases) {
      const known = found.databases.get(name) ?? emptyDatabase(name);
      next.set(name, objects ? { ...known, objects } : known);
    }
    this.#update({ catalogs: set(this.#state.catalogs, catalog, { ...found, databases: next }) });
  }

  dropCatalog(name: string): void {
    this.#update({ catalogs: without(this.#state.catalogs, name) });
  }

  /** Options or comment of a catalog anew; its content stays. */
  putCatalog(catalog: Catalog): void {
    this.#update({ catalogs: set(this.#state.catalogs, catalog.name, catalog) });
  }

  useCatalog(name: string): void {
    const catalog = this.#state.catalogs.get(name);
    if (!catalog) {
      throw catalogError('CatalogException', `A catalog with name [${name}] does not exist.`, 'unknown-catalog');
    }
    if (name !== this.currentCatalog) {
      this.#update({ currentCatalog: name, currentDatabase: catalog.defaultDatabase });
    }
  }

  useDatabase(catalog: string, database: string): void {
    this.useCatalog(catalog);
    if (!this.database(catalog, database)) {
      throw catalogError(
        'CatalogException',
        `A database with name [${database}] does not exist in the catalog: [${catalog}].`,
        'unknown-database',
      );
    }
    this.#update({ currentDatabase: database });
  }

  createDatabase(catalog: string, name: string, options: Options, comment?: string): void {
    this.putDatabase(catalog, emptyDatabase(name, options, comment));
  }

  putDatabase(catalogName: string, database: Database): void {
    const catalog = this.#state.catalogs.get(catalogName);
    if (!catalog) {
      throw validationError(`Catalog ${catalogName} does not exist.`, 'unknown-catalog');
    }
    this.putCatalog({ ...catalog, databases: set(catalog.databases, database.name, database) });
  }

  dropDatabase(catalogName: string, name: string): void {
    const catalog = this.#state.catalogs.get(catalogName);
    if (catalog) {
      this.putCatalog({ ...catalog, databases: without(catalog.databases, name) });
    }
  }

  // ---- objects -----------------------------------------------------------------------------------------------------

  putObject(object: ResolvedTable | ResolvedView): void {
    const id = object.identifier;
    if (object.temporary) {
      this.#update({ temporaryObjects: set(this.#state.temporaryObjects, serializableName(id), object) });
    } else {
      const database = this.#existing(id);
      this.putDatabase(id.catalog, { ...database, objects: set(database.objects, id.name, object) });
    }
  }

  dropObject(id: ObjectIdentifier, temporary: boolean): void {
    if (temporary) {
      this.#update({ temporaryObjects: without(this.#state.temporaryObjects, serializableName(id)) });
    } else {
      const database = this.#existing(id);
      const partitions = without(database.partitions, id.name);
      this.putDatabase(id.catalog, { ...database, objects: without(database.objects, id.name), partitions });
    }
  }

  putFunction(fn: ResolvedFunction): void {
    const id = fn.identifier;
    if (!id) {
      this.#update({ systemFunctions: set(this.#state.systemFunctions, fn.name.toLowerCase(), fn) });
    } else if (fn.temporary) {
      const key = serializableName({ ...id, name: id.name.toLowerCase() });
      this.#update({ temporaryFunctions: set(this.#state.temporaryFunctions, key, fn) });
    } else {
      const database = this.#existing(id);
      this.putDatabase(id.catalog, { ...database, functions: set(database.functions, id.name.toLowerCase(), fn) });
    }
  }

  dropFunction(id: ObjectIdentifier, temporary: boolean): void {
    if (temporary) {
      const key = serializableName({ ...id, name: id.name.toLowerCase() });
      this.#update({ temporaryFunctions: without(this.#state.temporaryFunctions, key) });
    } else {
      const database = this.#existing(id);
      this.putDatabase(id.catalog, { ...database, functions: without(database.functions, id.name.toLowerCase()) });
    }
  }

  dropSystemFunction(name: string): void {
    this.#update({ systemFunctions: without(this.#state.systemFunctions, name.toLowerCase()) });
  }

  putModel(model: ResolvedModel): void {
    const id = model.identifier;
    if (model.temporary) {
      this.#update({ temporaryModels: set(this.#state.temporaryModels, serializableName(id), model) });
    } else {
      const database = this.#existing(id);
      this.putDatabase(id.catalog, { ...database, models: set(database.models, id.name, model) });
    }
  }

  dropModel(id: ObjectIdentifier, temporary: boolean): void {
    if (temporary) {
      this.#update({ temporaryModels: without(this.#state.temporaryModels, serializableName(id)) });
    } else {
      const database = this.#existing(id);
      this.putDatabase(id.catalog, { ...database, models: without(database.models, id.name) });
    }
  }

  putPartitions(id: ObjectIdentifier, partitions: readonly Partition[]): void {
    const database = this.#existing(id);
    this.putDatabase(id.catalog, { ...database, partitions: set(database.partitions, id.name, partitions) });
  }

  #existing(id: ObjectIdentifier): Database {
    const database = this.database(id.catalog, id.database);
    if (database) {
      return database;
    }
    if (!this.catalog(id.catalog)) {
      throw validationError(`Catalog ${id.catalog} does not exist.`, 'unknown-catalog');
    }
    throw catalogError(
      'DatabaseNotExistException',
      `Database ${id.database} does not exist in Catalog ${id.catalog}.`,
      'unknown-database',
    );
  }

  #update(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }
}
