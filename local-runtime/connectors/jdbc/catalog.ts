import {
  type DatabaseClient,
  maskedJdbcUrl,
  openDatabase,
  parseJdbcUrl,
  postgresColumn,
} from '../../../clients/database/index.ts';
import { ExternalObjects } from '../../../flink-sql/catalog/external.ts';
import type { ResolvedColumn, ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { withNullability } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault, validation } from '../../errors.ts';
import type { Options } from '../options.ts';
import { postgresType } from './catalog-types.ts';
import { dialectOf } from './dialect.ts';
import { driverFault } from './fault.ts';
import { unknownUrl } from './options.ts';

const HIDDEN_SCHEMAS = "('pg_toast', 'pg_temp_1', 'pg_toast_temp_1', 'pg_catalog', 'information_schema')";
const COLUMNS = `SELECT n.nspname || '.' || c.relname, a.attname, t.typname, a.atttypid, a.atttypmod, a.attnotnull
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ${HIDDEN_SCHEMAS}
  ORDER BY n.nspname, c.relname, a.attnum`;
const KEYS = `SELECT n.nspname || '.' || c.relname, p.conname, a.attname
  FROM pg_constraint p JOIN pg_class c ON c.oid = p.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL unnest(p.conkey) WITH ORDINALITY AS k(attnum, place) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
  WHERE p.contype = 'p' ORDER BY n.nspname, c.relname, k.place`;

/** The server behind a catalog of type `jdbc` (PostgresCatalog). Failures are FlinkFaults in Flink's words. */
export class JdbcCatalog {
  private readonly name: string;
  private readonly options: Options;
  private readonly base: string;

  constructor(name: string, options: Options) {
    this.name = name;
    this.options = options;
    const url = (options['base-url'] ?? '').trim();
    if (!parseJdbcUrl(url)) throw validation(`Unable to create catalog '${name}'.`, unknownUrl(url));
    if (parseJdbcUrl(url)?.kind !== 'postgresql')
      throw validation(
        `Unable to create catalog '${name}'.`,
        new FlinkFault('UnsupportedOperationException', 'The local runtime has jdbc catalogs of Postgres only.'),
      );
    const database = parseJdbcUrl(url)?.database;
    if (database !== undefined && database !== options['default-database'])
      throw validation(
        `Unable to create catalog '${name}'.`,
        new FlinkFault(
          'IllegalArgumentException',
          `The base-url names the database '${database}', the option default-database another one.`,
        ),
      );
    const question = url.indexOf('?');
    this.base = url;
    if (database === undefined)
      this.base =
        question < 0 ? url.replace(/\/+$/, '') : url.slice(0, question).replace(/\/+$/, '') + url.slice(question);
  }

  /** The URL of one of its databases. */
  url(database: string): string {
    const question = this.base.indexOf('?');
    const [path, parameters] =
      question < 0 ? [this.base, ''] : [this.base.slice(0, question), this.base.slice(question)];
    const server = parseJdbcUrl(path)?.database === undefined ? path : path.slice(0, path.lastIndexOf('/'));
    return `${server}/${database}${parameters}`;
  }

  /** Names of all databases; also whether the server can be reached. */
  async databases(): Promise<string[]> {
    const database = this.options['default-database'] as string;
    const rows = await this.ask(
      database,
      `Failed connecting to ${maskedJdbcUrl(this.url(database))} via JDBC.`,
      async (client) => {
        const { rows } = await client.query('SELECT datname FROM pg_database');
        return rows;
      },
    );
    return rows.map(([name]) => name as string).filter((name) => name !== 'template0' && name !== 'template1');
  }

  /** The tables of a database, of all schemas but the server's own. */
  tables(database: string): Promise<ExternalObjects> {
    return this.ask(database, `Failed to list tables for database ${database}`, async (client) => {
      const columns = await client.query(COLUMNS);
      const keys = await client.query(KEYS);
      return this.objects(database, columns.rows as readonly string[][], keys.rows as readonly string[][]);
    });
  }

  private async ask<T>(database: string, failure: string, work: (client: DatabaseClient) => Promise<T>): Promise<T> {
    const address = parseJdbcUrl(this.url(database));
    if (!address) throw unknownUrl(this.url(database));
    const { username: user = '', password = '' } = this.options;
    let client: DatabaseClient | undefined;
    try {
      client = await openDatabase(address, { user, password });
      return await work(client);
    } catch (error) {
      const cause = driverFault(error, dialectOf(address.kind));
      if (!(cause instanceof FlinkFault)) throw cause;
      throw failure.startsWith('Failed connecting')
        ? validation(failure, cause)
        : new FlinkFault('CatalogException', failure, cause);
    } finally {
      await client?.close();
    }
  }

  private objects(database: string, columns: readonly string[][], keys: readonly string[][]): ExternalObjects {
    const tables = new Map<string, { columns: ResolvedColumn[]; key: string[]; keyName: string }>();
    const failures = new Map<string, string>();
    for (const [table = '', name = '', typeName, oid, modifier, notNull] of columns) {
      const made = tables.get(table) ?? { columns: [], key: [], keyName: '' };
      tables.set(table, made);
      const column = postgresColumn({ name, dataTypeID: Number(oid), dataTypeModifier: Number(modifier) });
      const type = postgresType(column);
      if (!type) failures.set(table, failures.get(table) ?? `Doesn't support Postgres type '${typeName}' yet`);
      else made.columns.push({ kind: 'physical', name, type: withNullability(type, notNull !== 't') });
    }
    for (const [table = '', keyName = '', column = ''] of keys) {
      const made = tables.get(table);
      made?.key.push(column);
      if (made) made.keyName = keyName;
    }
    const { username = '', password = '' } = this.options;
    const resolved = new Map<string, ResolvedTable>();
    for (const [table, { columns: of, key, keyName }] of tables) {
      resolved.set(table, {
        kind: 'table',
        identifier: { catalog: this.name, database, name: table },
        temporary: false,
        columns: of,
        ...(key.length > 0 ? { primaryKey: { name: keyName, columns: key } } : {}),
        partitionKeys: [],
        options: { connector: 'jdbc', url: this.url(database), username, password, 'table-name': table },
      });
    }
    return new ExternalObjects(database, resolved, failures, 'public');
  }
}
