import type { DatabaseAddress, DatabaseClient, DatabaseLogin } from './database-client.ts';

export * from './database-client.ts';
export { maskedJdbcUrl, parseJdbcUrl } from './jdbc-url.ts';

/** Connects; the library of the database is loaded only now. Rejects with a DatabaseError. */
export async function openDatabase(address: DatabaseAddress, login: DatabaseLogin): Promise<DatabaseClient> {
  if (address.kind === 'postgresql') return (await import('./postgres-client.ts')).connectPostgres(address, login);
  return (await import('./mysql-client.ts')).connectMySql(address, login);
}
export { postgresColumn } from './postgres-types.ts';
