import { keywords } from '../../flink-sql/syntax/index.ts';
import type { Session } from './session.ts';

const BEFORE_TABLE = /\b(?:FROM|JOIN|INTO|TABLE|DESCRIBE|DESC)\s+[\w$`.]*$/i;

/** Candidates at an offset: names of catalogs, databases and tables where a table belongs, else keywords, that begin as written. */
export function complete(session: Session, statement: string, position: number): string[] {
  const before = statement.slice(0, position);
  const prefix = (/[\w$`.]*$/.exec(before)?.[0] ?? '').toLowerCase();
  const found = BEFORE_TABLE.test(before) ? tableNames(session) : keywords;
  return found.filter((name) => name.toLowerCase().startsWith(prefix)).sort();
}

function tableNames({ catalog }: Session): string[] {
  const databases = catalog
    .catalogNames()
    .flatMap((name) => [name, ...catalog.databaseNames(name).map((database) => `${name}.${database}`)]);
  const objects = catalog.objects(catalog.currentCatalog, catalog.currentDatabase);
  return [...databases, ...objects.map((object) => object.identifier.name)];
}
