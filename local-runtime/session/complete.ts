import { expectedAt } from '../../flink-sql/syntax/index.ts';
import type { Session } from './session.ts';

/** Candidates at an offset: what the grammar takes next, and names of the session's catalogs and tables that begin as written. */
export function complete(session: Session, statement: string, position: number): string[] {
  const before = statement.slice(0, position);
  const prefix = /[\w$`.]*$/.exec(before)?.[0] ?? '';
  const start = before.length - prefix.length;
  const expected = expectedAt(statement, start);
  const { catalog } = session;
  const found: string[] = [];
  if (expected.roles.includes('table')) {
    const { currentCatalog, currentDatabase } = catalog;
    for (const name of catalog.catalogNames()) {
      found.push(name, ...catalog.databaseNames(name).map((database) => `${name}.${database}`));
    }
    found.push(...catalog.objects(currentCatalog, currentDatabase).map((object) => object.identifier.name));
  }
  found.push(...expected.keywords);
  const wanted = prefix.toLowerCase();
  return found.filter((name) => name.toLowerCase().startsWith(wanted)).sort();
}
