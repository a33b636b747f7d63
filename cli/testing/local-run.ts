import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { serializableName } from '../../flink-sql/catalog/store.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { ROW_KIND_SHORT } from '../../local-runtime/batch/batch.ts';
import { TEST_ROWS, type TestTables } from '../../local-runtime/connectors/test-rows/index.ts';
import { Timeline, type TimelineItem } from '../../local-runtime/connectors/test-rows/timeline.ts';
import { cellsOf } from '../../local-runtime/gateway/cells.ts';
import { SessionError } from '../../local-runtime/session/errors.ts';
import { SessionManager } from '../../local-runtime/session/manager.ts';
import type { Operation } from '../../local-runtime/session/operation.ts';
import { shownZone } from '../../local-runtime/session/options.ts';
import type { RowSlice } from '../../local-runtime/session/results.ts';
import type { Session } from '../../local-runtime/session/session.ts';
import type { GivenRow, Outcome } from '../../testing/compare.ts';
import type { Place, SqlTest, When } from '../../testing/model.ts';
import { filled } from './fill.ts';
import { eventMillis, GivenError, timelineOf } from './given-rows.ts';
import type { UsedScript } from './scripts.ts';
import type { MeasureStatement } from './sql-coverage/coverage.ts';
import { asTable, nameParts, standIn } from './test-tables.ts';

/** A statement failed; `place` is in the test's file, where it is known. */
export class TestFailure extends Error {
  readonly place: Place | undefined;

  constructor(message: string, place?: Place) {
    super(message);
    this.place = place;
  }
}

/** The place where tests run cannot run this one: it is skipped, and told with the reason. */
export class CannotRun extends Error {}

/** What the tests of a file are run with. */
export interface RunContext {
  readonly text: string;
  readonly folder: string;
  readonly scripts: readonly UsedScript[];
  readonly setup: readonly Place[];
  readonly params: ReadonlyMap<string, string>;
  /** Options of each session. */
  readonly options: Readonly<Record<string, string>>;
  /** Variables of the environment filled in. */
  expand(text: string): string;
}

export interface RunResult {
  readonly outcome: Outcome;
  readonly lateRecords: number;
}

const OPTIONS = { 'table.local-time-zone': 'UTC', 'parallelism.default': '1' };
const NO_ROWS = new Timeline([]);
/** How long a page of results may keep the test waiting, ms: inputs that stop without an end are seen after it. */
const PAGE_WAIT = 5;

/** Runs a test on the local runtime, in this process. Throws TestFailure or GivenError. `at`: where the inputs stop. */
export async function runLocally(
  test: SqlTest,
  context: RunContext,
  at: string | undefined,
  limitMs: number,
): Promise<RunResult> {
  const run = new LocalRun(test, context);
  try {
    return await run.run(at, performance.now() + limitMs);
  } finally {
    await run.close();
  }
}

/** Counts what a test does; what it cannot run counts nothing. */
export async function measureLocally(
  test: SqlTest,
  context: RunContext,
  measureStatement: MeasureStatement,
  limitMs: number,
): Promise<void> {
  const run = new LocalRun(test, context);
  try {
    await run.measure(measureStatement, limitMs);
  } catch (error) {
    // The test itself has failed of it, and says so.
    if (!(error instanceof TestFailure || error instanceof GivenError)) throw error;
  } finally {
    await run.close();
  }
}

class LocalRun {
  readonly #test: SqlTest;
  readonly #context: RunContext;
  readonly #sessions: SessionManager;
  readonly #session: Session;
  readonly #written: GivenRow[] = [];
  #timeline = NO_ROWS;

  constructor(test: SqlTest, context: RunContext) {
    this.#test = test;
    this.#context = context;
    const timelineNow = () => this.#timeline;
    const tests: TestTables = {
      get timeline() {
        return timelineNow();
      },
      written: (_, batch) => {
        this.#written.push(...this.#rows({ batch, from: 0, to: batch.length }, this.#sinkFields()));
      },
    };
    this.#sessions = new SessionManager({
      workingDirectory: context.folder,
      print: () => undefined,
      notice: () => undefined,
      now: () => this.#timeline.clock?.now() ?? Date.now(),
      tests,
    });
    this.#session = this.#sessions.open({ ...OPTIONS, ...context.options });
  }

  async run(at: string | undefined, deadline: number): Promise<RunResult> {
    const { when, items, zone } = await this.#prepare();
    this.#timeline = new Timeline(items, at === undefined ? undefined : this.#stopTime(at, zone));
    return when.kind === 'query'
      ? await this.#query(when.sql, deadline)
      : await this.#insert(when.table, when.place, deadline);
  }

  /** What the rows of the test do in the statement that it runs. */
  async measure(measureStatement: MeasureStatement, limitMs: number): Promise<void> {
    const { when, items } = await this.#prepare();
    const sql =
      when.kind === 'query'
        ? this.#context.text.slice(when.sql.start, when.sql.end)
        : this.#insertInto(when.table, when.place);
    await measureStatement(this.#fill(sql), (text) => this.#fill(text), {
      session: this.#session,
      limitMs,
      restart: () => {
        this.#timeline = new Timeline(items);
      },
      rows: (slice, fields) => this.#rows(slice, fields),
    });
  }

  async #prepare(): Promise<{ when: When; items: readonly TimelineItem[]; zone: string }> {
    const { scripts, setup, text } = this.#context;
    for (const { definitions } of scripts) for (const sql of definitions) await this.#define(sql, undefined);
    for (const place of setup) await this.#define(text.slice(place.start, place.end), place);
    const { when } = this.#test;
    if (!when) throw new TestFailure('The test has no statement.', this.#test.place);
    for (const { name, place } of this.#test.tables) await this.#replace(name, place);
    if (when.kind === 'insert') await this.#replace(when.table, when.place);
    const zone = shownZone(this.#session.properties());
    const items = timelineOf(this.#test.given, {
      folder: this.#context.folder,
      zone,
      table: (name) => this.#table(name),
      fill: (cell) => this.#fill(cell),
    });
    return { when, items, zone };
  }

  async close(): Promise<void> {
    await this.#sessions.closeAll();
  }

  #fill(text: string): string {
    return filled(text, this.#test, this.#context);
  }

  async #define(sql: string, place: Place | undefined): Promise<void> {
    await this.#submit(this.#fill(sql), place);
  }

  async #submit(sql: string, place: Place | undefined): Promise<Operation> {
    const operation = this.#session.submit(sql);
    try {
      await operation.outcome();
      return operation;
    } catch (error) {
      throw failure(error, place);
    }
  }

  #table(name: string): ResolvedTable | undefined {
    const found = this.#session.catalog.resolve(nameParts(name));
    return found?.kind === 'table' ? found : undefined;
  }

  /** Puts a table of the test's own in the place of a table; a view is replaced by a table with its columns. */
  async #replace(name: string, place: Place): Promise<void> {
    const found = this.#session.catalog.resolve(nameParts(name));
    if (!found) throw new GivenError(`There is no table '${name}'.`, place);
    if (found.kind === 'table' && found.options.connector === TEST_ROWS) return;
    const table = found.kind === 'table' ? found : asTable(found);
    const changes = this.#test.given.some(
      (item) => item.kind === 'row' && item.table === name && item.row.rowKind !== '+I',
    );
    if (found.temporary)
      await this.#submit(`DROP TEMPORARY ${found.kind} ${serializableName(table.identifier)}`, place);
    await this.#submit(
      standIn(table, { connector: TEST_ROWS, table: name, ...(changes ? { changes: 'true' } : {}) }),
      place,
    );
  }

  /** The time where inputs stop, by the clock of the tables' time attributes. */
  #stopTime(at: string, zone: string): number {
    for (const { name } of this.#test.tables) {
      const table = this.#table(name);
      const column = table?.watermark && table.columns[table.watermark.column];
      if (column) return eventMillis(at, column.type, zone);
    }
    return eventMillis(at, { root: 'TIMESTAMP_WITHOUT_TIME_ZONE', nullable: true, precision: 3 }, zone);
  }

  async #query(place: Place, deadline: number): Promise<RunResult> {
    const operation = await this.#submit(this.#fill(this.#context.text.slice(place.start, place.end)), place);
    const result = await operation.outcome();
    const { columns } = result.rows;
    const rows: GivenRow[] = [];
    try {
      for (let token = 0, isOver = false; ; ) {
        if (performance.now() > deadline) throw new TestFailure('The query did not end in time.', place);
        const wasSettled = this.#timeline.isSettled;
        const page = await operation.fetch(token, wasSettled ? 1 : PAGE_WAIT);
        if (!('kind' in page)) {
          if (page.fetched.kind === 'EOS') break;
          token = page.fetched.next;
          for (const slice of page.fetched.slices) rows.push(...this.#rows(slice, columns));
          isOver = wasSettled && page.fetched.slices.length === 0;
        } else isOver = wasSettled;
        if (isOver) break;
      }
    } catch (error) {
      throw failure(error, place);
    }
    const lateRecords = this.#late(result.jobId);
    await this.#session.closeOperation(operation.handle);
    return { outcome: { columns: columns.map(({ name, type }) => ({ name, root: type.root })), rows }, lateRecords };
  }

  async #insert(name: string, place: Place, deadline: number): Promise<RunResult> {
    const operation = await this.#submit(this.#fill(this.#insertInto(name, place)), place);
    const { jobId } = await operation.outcome();
    const job = jobId === undefined ? undefined : this.#sessions.jobs.get(jobId)?.job;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), Math.max(1, deadline - performance.now()));
    });
    const end = await Promise.race([job?.done, this.#timeline.settled, late]);
    clearTimeout(timer);
    if (end === 'late') throw new TestFailure('The INSERT did not end in time.', place);
    const [cause] = job?.failure?.causes ?? [];
    if (cause) throw new TestFailure(`${cause.exception}: ${cause.message}`, place);
    const columns = this.#sinkFields().map(({ name: column, type }) => ({ name: column, root: type.root }));
    return { outcome: { columns, rows: this.#written }, lateRecords: this.#late(jobId) };
  }

  #insertInto(name: string, place: Place): string {
    const insert = this.#context.scripts.map(({ inserts }) => inserts.get(name)).find((sql) => sql !== undefined);
    if (insert === undefined) throw new TestFailure(`No used script has an INSERT INTO ${name}.`, place);
    return insert;
  }

  /** Columns of the table that is written, but those that are computed. */
  #sinkFields(): { name: string; type: LogicalType }[] {
    const { when } = this.#test;
    const table = when?.kind === 'insert' ? this.#table(when.table) : undefined;
    return (table?.columns ?? []).filter(({ kind }) => kind !== 'computed');
  }

  /** Rows as Flink casts them to text. */
  #rows({ batch, from, to }: RowSlice, columns: readonly { readonly type: LogicalType }[]): GivenRow[] {
    const { textOf } = cellsOf(this.#session.properties());
    const cells = columns.map(({ type }, c) => textOf(batch.columns[c] as (typeof batch.columns)[number], type));
    return Array.from({ length: to - from }, (_, n) => ({
      rowKind: ROW_KIND_SHORT[batch.kinds?.[from + n] ?? 0] ?? '+I',
      cells: cells.map((cell) => cell(from + n)),
    }));
  }

  #late(jobId: string | undefined): number {
    const operators = jobId === undefined ? [] : (this.#sessions.jobs.get(jobId)?.job.metrics().operators ?? []);
    return operators.reduce((sum, { figures }) => sum + figures.lateRecords, 0);
  }
}

function failure(error: unknown, place: Place | undefined): unknown {
  if (!(error instanceof SessionError)) return error;
  const cause = error.chain[error.chain.length - 1];
  const name = cause?.exception.replace(/^(?:[a-z]\w*\.)+/, '') ?? 'RuntimeException';
  const { diagnostic } = error;
  const at = place && diagnostic ? { start: place.start + diagnostic.start, end: place.start + diagnostic.end } : place;
  return new TestFailure(cause?.message ? `${name}: ${cause.message}` : name, at);
}
