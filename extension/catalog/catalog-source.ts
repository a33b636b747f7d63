import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import type { Page } from '../../clients/sql-gateway/types.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { quoteName } from './names.ts';

/** A session as the catalog is read from it; the gateway client's Session fits. */
export interface CatalogSession {
  execute(
    statement: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{
    results(options: { format: 'JSON'; signal?: AbortSignal }): AsyncIterable<Page>;
    close(): Promise<void>;
  }>;
}

export const OBJECT_KINDS = ['table', 'view', 'materialized table', 'function', 'model'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** A column as DESCRIBE tells it. */
export interface CatalogColumn {
  readonly name: string;
  /** As Flink prints it, with `*ROWTIME*` and `*PROCTIME*`. */
  readonly type: string;
  readonly nullable: boolean;
  /** E.g. `PRI(id, day)`. */
  readonly key: string | undefined;
  /** E.g. `AS price * 2`, `METADATA FROM 'topic' VIRTUAL`. */
  readonly extras: string | undefined;
  /** The watermark's expression, on its column. */
  readonly watermark: string | undefined;
  readonly comment: string | undefined;
}

export interface CatalogTable {
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized table';
  /** Undefined where they could not be read or were not asked for. */
  readonly columns: readonly CatalogColumn[] | undefined;
}

export interface CatalogDatabase {
  readonly name: string;
  readonly tables: readonly CatalogTable[];
  readonly functions: readonly string[];
  readonly models: readonly string[];
}

/** What a session knows, as plain data. */
export interface CatalogSnapshot {
  readonly current: { readonly catalog: string; readonly database: string };
  readonly catalogs: readonly { readonly name: string; readonly databases: readonly CatalogDatabase[] }[];
}

/** Names by kind in one database. */
export type DatabaseObjects = { readonly [kind in ObjectKind]: readonly string[] };

type Path = readonly string[];

/** Reads what a session knows through the statements that every SQL Gateway answers. */
export class CatalogSource {
  readonly #session: (signal?: AbortSignal) => Promise<CatalogSession>;

  constructor(session: (signal?: AbortSignal) => Promise<CatalogSession>) {
    this.#session = session;
  }

  async current(signal?: AbortSignal): Promise<{ catalog: string; database: string }> {
    const [catalog = ''] = await this.#names('SHOW CURRENT CATALOG', signal);
    const [database = ''] = await this.#names('SHOW CURRENT DATABASE', signal);
    return { catalog, database };
  }

  catalogs(signal?: AbortSignal): Promise<string[]> {
    return this.#names('SHOW CATALOGS', signal);
  }

  /** Before Flink 1.20 only those of the current catalog can be asked for. */
  async databases(catalog: string, signal?: AbortSignal): Promise<string[]> {
    try {
      return await this.#names(`SHOW DATABASES FROM ${quoteName([catalog])}`, signal);
    } catch (error) {
      if (!isSyntax(error) || catalog !== (await this.current(signal)).catalog) throw error;
      return this.#names('SHOW DATABASES', signal);
    }
  }

  /** The objects of a database. A kind that the server's version does not know has none. */
  async objects(path: Path, signal?: AbortSignal): Promise<DatabaseObjects> {
    const from = ` FROM ${quoteName(path)}`;
    const tables = await this.#names(`SHOW TABLES${from}`, signal);
    const views = new Set(await this.#views(path, signal));
    const materialized = new Set(await this.#known(`SHOW MATERIALIZED TABLES${from}`, signal));
    return {
      table: tables.filter((name) => !views.has(name) && !materialized.has(name)),
      view: [...views],
      'materialized table': [...materialized],
      function: await this.#known(`SHOW USER FUNCTIONS${from}`, signal),
      model: await this.#known(`SHOW MODELS${from}`, signal),
    };
  }

  /** Columns of a table or view. */
  async columns(path: Path, signal?: AbortSignal): Promise<CatalogColumn[]> {
    const { names, rows } = await this.#rows(`DESCRIBE ${quoteName(path)}`, signal);
    const at = (row: readonly unknown[], name: string): string | undefined => {
      const value = row[names.indexOf(name)];
      return value === null || value === undefined || value === '' ? undefined : String(value);
    };
    return rows.map((row) => ({
      name: at(row, 'name') ?? '',
      type: at(row, 'type') ?? '',
      nullable: row[names.indexOf('null')] !== false,
      key: at(row, 'key'),
      extras: at(row, 'extras'),
      watermark: at(row, 'watermark'),
      comment: at(row, 'comment'),
    }));
  }

  /** Input and output of a model. */
  async modelColumns(path: Path, signal?: AbortSignal): Promise<(CatalogColumn & { readonly input: boolean })[]> {
    const { names, rows } = await this.#rows(`DESCRIBE MODEL ${quoteName(path)}`, signal);
    return rows.map((row) => ({
      name: String(row[names.indexOf('name')]),
      type: String(row[names.indexOf('type')]),
      nullable: row[names.indexOf('null')] !== false,
      key: undefined,
      extras: undefined,
      watermark: undefined,
      comment: undefined,
      input: row[names.indexOf('is input')] === true,
    }));
  }

  /** The values of partitions, as `day=2024-01-01/hour=3`; empty where the connector does not tell them. */
  partitions(path: Path, signal?: AbortSignal): Promise<string[]> {
    return this.#names(`SHOW PARTITIONS ${quoteName(path)}`, signal);
  }

  /** The statement that makes an object, with its secrets as they are: mask it before it is shown. */
  async showCreate(kind: ObjectKind, path: Path, signal?: AbortSignal): Promise<string> {
    const [text = ''] = await this.#names(`SHOW CREATE ${kind.toUpperCase()} ${quoteName(path)}`, signal);
    return text;
  }

  /** Runs a statement to its end. */
  async run(statement: string, signal?: AbortSignal): Promise<void> {
    await this.#rows(statement, signal);
  }

  /** Before Flink 2.0 only those of the current database can be asked for; of another, views are taken for tables. */
  async #views(path: Path, signal: AbortSignal | undefined): Promise<string[]> {
    try {
      return await this.#names(`SHOW VIEWS FROM ${quoteName(path)}`, signal);
    } catch (error) {
      if (!isSyntax(error)) throw error;
      const { catalog, database } = await this.current(signal);
      return path[0] === catalog && path[1] === database ? this.#names('SHOW VIEWS', signal) : [];
    }
  }

  async #known(statement: string, signal: AbortSignal | undefined): Promise<string[]> {
    try {
      return await this.#names(statement, signal);
    } catch (error) {
      if (isSyntax(error) || isUnsupported(error)) return [];
      throw error;
    }
  }

  async #names(statement: string, signal: AbortSignal | undefined): Promise<string[]> {
    return (await this.#rows(statement, signal)).rows.map((row) => String(row[0]));
  }

  async #rows(statement: string, signal?: AbortSignal): Promise<{ names: string[]; rows: (readonly unknown[])[] }> {
    const session = await this.#session(signal);
    const operation = await session.execute(statement, signal && { signal });
    let names: string[] = [];
    const rows: (readonly unknown[])[] = [];
    try {
      for await (const page of operation.results({ format: 'JSON', ...(signal && { signal }) })) {
        if (page.format === 'ARROW') throw new TypeError(t('a page that was asked for as JSON is not'));
        names = page.columns.map(({ name }) => name);
        rows.push(...page.rows);
      }
    } finally {
      await operation.close();
    }
    return { names, rows };
  }
}

export interface DescribeOptions {
  readonly signal?: AbortSignal;
  /** Most tables whose columns are read, those of the current database first. Default 400. */
  readonly mostTables?: number;
}

/** All that a session knows: names of everything, columns of tables. A database that cannot be read has nothing in it. */
export async function describeCatalog(
  session: CatalogSession,
  { signal, mostTables = 400 }: DescribeOptions = {},
): Promise<CatalogSnapshot> {
  const source = new CatalogSource(async () => session);
  const current = await source.current(signal);
  const first = <T>(list: readonly T[], isFirst: (item: T) => boolean): T[] => [
    ...list.filter(isFirst),
    ...list.filter((item) => !isFirst(item)),
  ];
  let left = mostTables;
  const catalogs: { name: string; databases: CatalogDatabase[] }[] = [];
  for (const name of first(await source.catalogs(signal), (one) => one === current.catalog)) {
    const isCurrent = (database: string): boolean => name === current.catalog && database === current.database;
    const databases: CatalogDatabase[] = [];
    for (const database of first(await orNothing(() => source.databases(name, signal), []), isCurrent)) {
      const objects = await orNothing(() => source.objects([name, database], signal), undefined);
      const tables: CatalogTable[] = [];
      for (const kind of ['table', 'view', 'materialized table'] as const) {
        for (const table of objects?.[kind] ?? []) {
          const path = [name, database, table];
          const columns = left-- > 0 ? await orNothing(() => source.columns(path, signal), undefined) : undefined;
          tables.push({ name: table, kind, columns });
        }
      }
      databases.push({ name: database, tables, functions: objects?.function ?? [], models: objects?.model ?? [] });
    }
    catalogs.push({ name, databases });
  }
  return { current, catalogs };
}

/** What the server refuses of one object (a table whose format is missing there) must not hide the others. */
async function orNothing<T, N>(read: () => Promise<T>, nothing: N): Promise<T | N> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'sql') return nothing;
    throw error;
  }
}

function isSyntax(error: unknown): boolean {
  return error instanceof GatewayError && error.causes.some(({ className }) => /Parse(r)?Exception$/.test(className));
}

function isUnsupported(error: unknown): boolean {
  const names = /^(UnsupportedOperationException|OperationNotSupportedException)$/;
  return (
    error instanceof GatewayError &&
    error.causes.some(({ className, message }) => names.test(className) || message.startsWith('Unsupported query: '))
  );
}
