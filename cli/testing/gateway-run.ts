import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type GatewayClient, GatewayError, type Session as RemoteSession } from '../../clients/sql-gateway/index.ts';
import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { serializableName } from '../../flink-sql/catalog/store.ts';
import { SessionManager } from '../../local-runtime/session/manager.ts';
import { shownZone } from '../../local-runtime/session/options.ts';
import type { Session } from '../../local-runtime/session/session.ts';
import type { GivenRow } from '../../testing/compare.ts';
import type { Place, SqlTest } from '../../testing/model.ts';
import { filled } from './fill.ts';
import { fileOfRows } from './gateway-rows.ts';
import { GivenError } from './given-rows.ts';
import { CannotRun, type RunContext, type RunResult, TestFailure } from './local-run.ts';
import type { RunTest } from './run-file.ts';
import { asTable, nameParts, standIn } from './test-tables.ts';

/** A job has to be started for each test. */
const LIMIT_MS = 120_000;

/** One subtask and a watermark after every row, as the tests' tables have it here. */
const OPTIONS = {
  'table.local-time-zone': 'UTC',
  'parallelism.default': '1',
  'pipeline.auto-watermark-interval': '0 ms',
};

/** What Flink says of a join by processing time with a table that is no lookup source, as files are none. */
const NO_LOOKUP = 'Processing-time temporal join is not supported';

/** The connector of tables that a test does not give: there is none such, so that Flink refuses to read them, by this name. */
const notGiven = (name: string): string => `no rows of ${name}`;
const NOT_GIVEN = /Could not find any factory for identifier 'no rows of (.*?)' that implements/;

const OPS = ['+I', '-U', '+U', '-D'] as const;

/**
 * Runs tests on a cluster: the tables that a test gives are replaced by temporary tables over files in `folder`, which the cluster must
 * see under the same path. Where the tables' types are needed, the definitions are run here, too.
 */
export function runOnGateway(client: GatewayClient, folder = tmpdir()): RunTest {
  return async (test, context) => {
    const { when } = test;
    if (when?.kind !== 'query') throw new TestFailure('The test has no query.', test.place);
    const work = mkdtempSync(join(folder, 'millrace-test-'));
    const sessions = new SessionManager({
      workingDirectory: context.folder,
      print: () => undefined,
      notice: () => undefined,
      now: () => Date.now(),
    });
    const signal = AbortSignal.timeout(LIMIT_MS);
    const remote = await client.openSession({ name: 'millrace test', properties: { ...OPTIONS, ...context.options } });
    try {
      const local = sessions.open({ 'table.local-time-zone': 'UTC', ...context.options });
      const run = new GatewayRun(test, context, local, remote, signal);
      await run.define();
      await run.replaceTables(work);
      return await run.query(when.sql);
    } catch (error) {
      if (signal.aborted) throw new TestFailure('The query did not end in time.', when.sql);
      throw error;
    } finally {
      await remote.close();
      await sessions.closeAll();
      rmSync(work, { recursive: true, force: true });
    }
  };
}

class GatewayRun {
  readonly #test: SqlTest;
  readonly #context: RunContext;
  readonly #local: Session;
  readonly #remote: RemoteSession;
  readonly #signal: AbortSignal;

  constructor(test: SqlTest, context: RunContext, local: Session, remote: RemoteSession, signal: AbortSignal) {
    this.#test = test;
    this.#context = context;
    this.#local = local;
    this.#remote = remote;
    this.#signal = signal;
  }

  async define(): Promise<void> {
    const { scripts, setup, text } = this.#context;
    for (const { definitions } of scripts) for (const sql of definitions) await this.#both(this.#fill(sql), undefined);
    for (const place of setup) await this.#both(this.#fill(text.slice(place.start, place.end)), place);
  }

  async replaceTables(work: string): Promise<void> {
    const zone = shownZone(this.#local.properties());
    for (const [i, { name, place }] of this.#test.tables.entries()) {
      if (this.#test.tables.findIndex((other) => other.name === name) < i) continue;
      const table = this.#table(name);
      if (!table) throw new GivenError(`There is no table '${name}'.`, place);
      const { format, lines } = fileOfRows(name, this.#test.given, {
        folder: this.#context.folder,
        zone,
        table: (other) => this.#table(other),
        fill: (cell) => this.#fill(cell),
      });
      const file = join(work, `${i}.json`);
      writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
      await this.#replace(table, { connector: 'filesystem', path: pathToFileURL(file).href, format }, place);
    }
    await this.#hideOthers();
  }

  /** A test reads nothing from outside: tables that it does not give cannot be read. */
  async #hideOthers(): Promise<void> {
    const { catalog: store } = this.#local;
    const given = new Set(this.#test.tables.map(({ name }) => serializableName(store.qualify(nameParts(name)))));
    for (const catalog of store.catalogNames()) {
      for (const database of store.databaseNames(catalog)) {
        for (const found of store.objects(catalog, database)) {
          if (found.kind !== 'table' || given.has(serializableName(found.identifier))) continue;
          await this.#replace(found, { connector: notGiven(found.identifier.name) }, undefined);
        }
      }
    }
  }

  async #replace(
    table: ResolvedTable,
    options: Readonly<Record<string, string>>,
    place: Place | undefined,
  ): Promise<void> {
    const found = this.#local.catalog.object(table.identifier);
    if (found?.temporary) {
      await this.#execute(`DROP TEMPORARY ${found.kind} ${serializableName(table.identifier)}`, place);
    }
    await this.#execute(standIn(table, options), place);
  }

  async query(place: Place): Promise<RunResult> {
    const sql = this.#fill(this.#context.text.slice(place.start, place.end));
    return this.#orFailure(place, async () => {
      const operation = await this.#remote.execute(sql, { signal: this.#signal });
      try {
        const rows: GivenRow[] = [];
        let columns: RunResult['outcome']['columns'] = [];
        for await (const page of operation.results({ format: 'PLAIN_TEXT', signal: this.#signal })) {
          if (page.format === 'ARROW') throw new Error('an Arrow page where text was asked for');
          columns = page.columns.map(({ name, logicalType }) => ({ name, root: logicalType.type }));
          page.rows.forEach((row, i) => {
            const rowKind = OPS[page.rowKinds?.[i] ?? 0] ?? '+I';
            rows.push({ rowKind, cells: row.map((cell) => (cell === null ? null : String(cell))) });
          });
        }
        return { outcome: { columns, rows }, lateRecords: 0 };
      } finally {
        await operation.close();
      }
    });
  }

  /** Runs a definition on the cluster, and here for the types. */
  async #both(sql: string, place: Place | undefined): Promise<void> {
    await this.#execute(sql, place);
    await this.#local.submit(sql).outcome();
  }

  async #execute(sql: string, place: Place | undefined): Promise<void> {
    await this.#orFailure(place, async () => {
      const operation = await this.#remote.execute(sql, { signal: this.#signal });
      try {
        for await (const _ of operation.results({ format: 'PLAIN_TEXT', signal: this.#signal }));
      } finally {
        await operation.close();
      }
    });
  }

  async #orFailure<T>(place: Place | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (error.message.includes(NO_LOOKUP))
        throw new CannotRun('a cluster cannot look rows up in the tables of a test');
      const ungiven = NOT_GIVEN.exec(error.message)?.[1];
      if (ungiven === undefined) throw new TestFailure(error.message, place);
      const message = `The test uses table '${ungiven}' without giving it: add -- @given ${ungiven}`;
      throw new TestFailure(`ValidationException: ${message}`, place);
    }
  }

  #table(name: string): ResolvedTable | undefined {
    const found = this.#local.catalog.resolve(nameParts(name));
    return found?.kind === 'view' ? asTable(found) : found;
  }

  #fill(text: string): string {
    return filled(text, this.#test, this.#context);
  }
}
