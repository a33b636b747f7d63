import type { SessionBegin } from '../connections/session-keeper.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';

/** What the environment in use makes of a new session: its options, and the catalog and database that are current. */
export async function sessionBegin(active: ActiveEnvironment): Promise<SessionBegin> {
  const { environment } = await active.surroundings();
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  const { catalog, database, options: properties } = environment;
  const statements = [
    ...(catalog === undefined ? [] : [`USE CATALOG ${quoted(catalog)}`]),
    ...(database === undefined ? [] : [`USE ${quoted(database)}`]),
  ];
  return { properties, statements };
}
