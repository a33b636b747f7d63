import { isExternal } from '../../flink-sql/catalog/external.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { asFault } from '../errors.ts';
import { faultError } from './errors.ts';

/** How long what a server has is taken as known; a table made meanwhile is seen after that. */
const FRESH_MS = 2000;

const fetched = new WeakMap<object, number>();

/** Connects to the server of a new catalog of type `jdbc`; gives the names of its databases. Throws SessionError. */
export async function connectCatalog(name: string, options: Readonly<Record<string, string>>): Promise<string[]> {
  const { JdbcCatalog } = await import('../connectors/jdbc/catalog.ts');
  try {
    return await new JdbcCatalog(name, options).databases();
  } catch (error) {
    throw faultError(asFault(error));
  }
}

/**
 * Binding asks no server: what a statement may need of catalogs of servers is fetched before it is bound. Of those that it names, or
 * that are in use, the databases, and the tables of those databases that it names or that are in use.
 */
export async function refreshCatalogs(store: CatalogStore, source: string): Promise<void> {
  for (const name of store.catalogNames()) {
    const catalog = store.catalog(name);
    if (!catalog || !isExternal(catalog)) continue;
    const inUse = store.currentCatalog === name;
    if (!inUse && !source.includes(name)) continue;
    const { JdbcCatalog } = await import('../connectors/jdbc/catalog.ts');
    try {
      const server = new JdbcCatalog(name, catalog.options);
      const wanted = [...catalog.databases.values()].filter(
        ({ name: database, objects }) =>
          Date.now() - (fetched.get(objects) ?? 0) > FRESH_MS &&
          (source.includes(database) || database === (inUse ? store.currentDatabase : catalog.defaultDatabase)),
      );
      if (wanted.length === 0) continue;
      const databases = new Map((await server.databases()).map((database) => [database, undefined] as const));
      const tables = new Map<string, Awaited<ReturnType<typeof server.tables>>>();
      for (const { name: database } of wanted) {
        if (!databases.has(database)) continue;
        const objects = await server.tables(database);
        fetched.set(objects, Date.now());
        tables.set(database, objects);
      }
      store.setDatabases(name, new Map([...databases.keys()].map((database) => [database, tables.get(database)])));
    } catch (error) {
      throw faultError(asFault(error));
    }
  }
}
