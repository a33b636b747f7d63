import { Worker } from 'node:worker_threads';
import { Field, type Timestamp, TimeUnit, Type, Utf8 } from 'apache-arrow';
import { typeText } from '../../clients/sql-gateway/type-text.ts';
import type { FilterAnswer, FilterQuestion } from '../../local-runtime/row-filter/worker.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { Disposable } from '../disposables.ts';
import { type ResultSchema, readPage, writeRows } from './arrow-rows.ts';
import type { RowEncoder } from './export-formats.ts';

/** A thread that does not answer for so long is ended: a condition may take for ever. */
const PATIENCE_MS = 20_000;

/** What is wrong with a condition, in Flink's words, with its place in it. */
export class FilterProblem extends Error {
  override readonly name = 'FilterProblem';
  readonly start: number;
  readonly end: number;

  constructor(message: string, start = 0, end = 0) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export interface RowFilter {
  /** A byte a row, 1 where the condition is TRUE. */
  test(ipc: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: FilterAnswer) => void;
  readonly reject: (error: Error) => void;
}

type Asked = FilterQuestion extends infer Q
  ? Q extends { readonly request: number }
    ? Omit<Q, 'request'>
    : never
  : never;

/** Conditions of the local runtime over rows of results, tested in a thread of its own that the first one starts. */
export class RowFilters implements Disposable {
  readonly #script: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastFilter = 0;
  #lastRequest = 0;

  /** @param script the bundle `row-filter.cjs`. */
  constructor(script: string) {
    this.#script = script;
  }

  /** Rejects with FilterProblem when the condition is wrong. */
  async open(schema: ResultSchema, condition: string): Promise<RowFilter> {
    const filter = ++this.#lastFilter;
    const columns = columnsOf(schema);
    const worker = this.#started();
    await this.#ask(worker, { type: 'open', filter, columns, condition, zone: zoneOf(schema) });
    return {
      test: async (ipc) => (await this.#ask(worker, { type: 'test', filter, ipc })).bits ?? new Uint8Array(0),
      close: () => worker.postMessage({ type: 'close', filter } satisfies FilterQuestion),
    };
  }

  /** A Parquet file of the rows; a column `op` with their kinds in front where it is wanted. */
  async parquet(schema: ResultSchema, kinds: boolean): Promise<RowEncoder> {
    const filter = ++this.#lastFilter;
    const worker = this.#started();
    const op = { name: 'op', type: 'STRING', given: 'STRING' };
    const columns = [...(kinds ? [op] : []), ...columnsOf(schema)];
    await this.#ask(worker, { type: 'parquet', filter, columns, zone: zoneOf(schema) });
    const bytesOf = ({ bytes }: FilterAnswer): Uint8Array => bytes ?? new Uint8Array(0);
    return {
      chunk: async (ipc) =>
        bytesOf(await this.#ask(worker, { type: 'chunk', filter, ipc: kinds ? withKindTexts(ipc) : ipc })),
      end: async () => bytesOf(await this.#ask(worker, { type: 'end', filter, ipc: new Uint8Array(0) })),
    };
  }

  dispose(): void {
    void this.#worker?.terminate();
    this.#end(t('The editor is closing'));
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#script);
    worker.unref();
    worker.on('message', (answer: FilterAnswer) => {
      const waiting = this.#waiting.get(answer.request);
      this.#waiting.delete(answer.request);
      waiting?.resolve(answer);
    });
    worker.on('error', (error) => this.#end(error.message));
    worker.on('exit', () => this.#worker === worker && this.#end(t('The thread of filters has ended')));
    this.#worker = worker;
    return worker;
  }

  async #ask(worker: Worker, question: Asked): Promise<FilterAnswer> {
    if (worker !== this.#worker) throw new FilterProblem(t('The filter is gone: apply it again'));
    const request = ++this.#lastRequest;
    const answered = new Promise<FilterAnswer>((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
    worker.postMessage({ ...question, request });
    const timer = setTimeout(() => {
      void worker.terminate();
      this.#end(t('The filter took longer than {0} s', PATIENCE_MS / 1000));
    }, PATIENCE_MS);
    try {
      const answer = await answered;
      if (answer.problem) throw new FilterProblem(answer.problem.message, answer.problem.start, answer.problem.end);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  #end(why: string): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new FilterProblem(why));
    this.#waiting.clear();
  }
}

/** The zone in which the schema's instants are printed. */
function zoneOf({ clocks }: ResultSchema): string {
  return clocks.find((clock) => clock !== undefined)?.zone ?? 'UTC';
}

/** The row kinds once more, as texts, in a column of their own. */
function withKindTexts(ipc: Uint8Array): Uint8Array {
  const { schema, batches } = readPage(ipc);
  const [rows] = batches;
  if (!rows) return ipc;
  const kinds = ['+I', '-U', '+U', '-D'];
  return writeRows(
    {
      fields: [new Field('op', new Utf8(), false), ...schema.fields],
      types: [{ type: 'VARCHAR' }, ...schema.types],
      clocks: [undefined, ...schema.clocks],
    },
    rows.length,
    (i) => rows.kinds[i] ?? 0,
    (column, i) => (column === 0 ? (kinds[rows.kinds[i] ?? 0] ?? '') : rows.cell(column - 1, i)),
  );
}

/** What the thread is to know of a column: what has no Arrow type of its own comes as text. */
function columnsOf({ fields, types }: ResultSchema): { name: string; type: string; given: string }[] {
  return fields.map((field, i) => {
    const logical = types[i];
    const type = logical ? typeText({ ...logical, nullable: true }) : 'STRING';
    if (field.type.typeId === Type.Utf8)
      return { name: field.name, type: CAST_BACK.has(logical?.type ?? '') ? type : 'STRING', given: 'STRING' };
    if (field.type.typeId === Type.Binary) return { name: field.name, type: 'BYTES', given: 'BYTES' };
    const fine = field.type.typeId === Type.Timestamp && (field.type as Timestamp).unit === TimeUnit.NANOSECOND;
    if (fine) throw new FilterProblem(t('The column {0} cannot be filtered', field.name));
    return { name: field.name, type, given: type };
  });
}

/** Types whose text is cast back; of others (rows, arrays, maps) the text itself is what a condition sees. */
const CAST_BACK: ReadonlySet<string> = new Set([
  'DECIMAL',
  'TIMESTAMP_WITHOUT_TIME_ZONE',
  'TIMESTAMP_WITH_LOCAL_TIME_ZONE',
]);
