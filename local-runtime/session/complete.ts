import { expectedAt } from '../../flink-sql/syntax/index.ts';
import type { Session } from './session.ts';

/** Candidates at an offset: what the grammar takes next, and names of the session where one can stand, that begin as written. */
export function complete(session: Session, statement: string, position: number): string[] {
  const before = statement.slice(0, position);
  const prefix = /[\w$`.]*$/.exec(before)?.[0] ?? '';
  const expected = expectedAt(statement, before.length - prefix.length);
  const { roles } = expected;
  const { catalog } = session;
  const found = new Set(expected.keywords);
  const add = (names: readonly string[]): void => {
    for (const name of names) found.add(name);
  };
  if (roles.has('table') || roles.has('view') || roles.has('catalog')) add(catalog.catalogNames());
  if (roles.has('table') || roles.has('view') || roles.has('database')) {
    add(catalog.catalogNames().flatMap((name) => catalog.databaseNames(name).map((database) => `${name}.${database}`)));
  }
  if (roles.has('table') || roles.has('view')) {
    const objects = catalog.objects(catalog.currentCatalog, catalog.currentDatabase);
    add(objects.map((object) => object.identifier.name));
  }
  const wanted = prefix.toLowerCase();
  return [...found].filter((name) => name.toLowerCase().startsWith(wanted)).sort();
}
