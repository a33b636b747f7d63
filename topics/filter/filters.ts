import { Worker } from 'node:worker_threads';
import type { RecordPage } from '../../clients/kafka/admin/types.ts';
import { type SchemaSource, Schemas } from '../decode/schemas.ts';
import type { ThreadAnswer, ThreadNeeds, ThreadPart, ThreadQuestion, ThreadSchema } from '../filter-thread/protocol.ts';
import type { FilterSpec, TypedPart } from '../types.ts';
import { sentPage } from './sent-page.ts';

/** A thread that does not answer for so long is ended: a condition may take for ever. */
const PATIENCE_MS = 60_000;

/** What is wrong with a condition, in Flink's words, with its place in it. */
export class MessageFilterProblem extends Error {
  override readonly name = 'MessageFilterProblem';
  readonly start: number;
  readonly end: number;

  constructor(message: string, start = 0, end = 0) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

/** A condition, ready to be tested. */
export interface MessageFilter {
  /** Which records of a page match, ascending; `BrowseQuery.filter` as it is. Rejects with MessageFilterProblem where the condition fails. */
  readonly test: (page: RecordPage) => Promise<Int32Array>;
  /** Keys and values so far that the condition reads and that did not fit their format: they count as NULL. */
  readonly unreadable: number;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: ThreadAnswer) => void;
  readonly reject: (error: Error) => void;
}

type Asked = ThreadQuestion extends infer Q
  ? Q extends { readonly request: number }
    ? Omit<Q, 'request'>
    : never
  : never;

/** Conditions in Flink SQL over messages, tested in a thread of its own that the first one starts. */
export class MessageFilters {
  private readonly script: string | URL;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private lastFilter = 0;
  private lastRequest = 0;

  /** @param script the bundle `message-filter.cjs`, or the source of the thread. */
  constructor(script: string | URL) {
    this.script = script;
  }

  /**
   * Rejects with MessageFilterProblem when the condition is wrong.
   * @param registry where schemas of messages are, for formats that have them.
   */
  async open({ condition, typing, zone }: FilterSpec, registry?: SchemaSource): Promise<MessageFilter> {
    const filter = ++this.lastFilter;
    const worker = this.started();
    const schemas = registry && new Schemas(registry);
    const [key, value] = await Promise.all([partOf(typing.key, schemas), partOf(typing.value, schemas)]);
    const { needs } = await this.ask(worker, {
      type: 'open',
      filter,
      condition,
      zone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      key,
      value,
    });
    if (!needs) throw new TypeError('the thread of filters gave no answer');
    return new OpenFilter({
      needs,
      ids: new SchemaIds([needs.key ? typing.key : undefined, needs.value ? typing.value : undefined], schemas),
      know: (known) => worker.postMessage({ type: 'schemas', filter, schemas: known } satisfies ThreadQuestion),
      ask: (page) => this.ask(worker, { type: 'page', filter, page }, [page.bytes.buffer as ArrayBuffer]),
      close: () => worker.postMessage({ type: 'close', filter } satisfies ThreadQuestion),
    });
  }

  /** Ends the thread at once; what is under way is rejected. */
  dispose(): void {
    void this.worker?.terminate();
    this.end('The filter was closed');
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.script);
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => {
      const waiting = this.waiting.get(answer.request);
      this.waiting.delete(answer.request);
      waiting?.resolve(answer);
    });
    worker.on('error', (error) => worker === this.worker && this.end(error.message));
    worker.on('exit', () => worker === this.worker && this.end('The thread of filters has ended'));
    this.worker = worker;
    return worker;
  }

  private async ask(worker: Worker, question: Asked, transfer: ArrayBuffer[] = []): Promise<ThreadAnswer> {
    if (worker !== this.worker) throw new MessageFilterProblem('The filter was closed');
    const request = ++this.lastRequest;
    const answered = new Promise<ThreadAnswer>((resolve, reject) => this.waiting.set(request, { resolve, reject }));
    worker.postMessage({ ...question, request }, transfer);
    const timer = setTimeout(() => {
      void worker.terminate();
      this.end(`The filter took longer than ${PATIENCE_MS / 1000} s`);
    }, PATIENCE_MS);
    try {
      const answer = await answered;
      if (answer.problem)
        throw new MessageFilterProblem(answer.problem.message, answer.problem.start, answer.problem.end);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  private end(why: string): void {
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(new MessageFilterProblem(why));
    this.waiting.clear();
  }
}

interface Thread {
  readonly needs: ThreadNeeds;
  readonly ids: SchemaIds;
  know(schemas: readonly ThreadSchema[]): void;
  ask(page: ReturnType<typeof sentPage>): Promise<ThreadAnswer>;
  close(): void;
}

class OpenFilter implements MessageFilter {
  private readonly thread: Thread;
  unreadable = 0;

  constructor(thread: Thread) {
    this.thread = thread;
  }

  readonly test = async (page: RecordPage): Promise<Int32Array> => {
    const { needs, ids } = this.thread;
    const known = await ids.newIn(page);
    if (known.length > 0) this.thread.know(known);
    const { chosen, unreadable = 0 } = await this.thread.ask(sentPage(page, needs));
    this.unreadable += unreadable;
    return chosen ?? new Int32Array(0);
  };

  close(): void {
    this.thread.close();
  }
}

/** Finds schemas that messages name for the first time. */
class SchemaIds {
  private readonly parts: readonly (TypedPart | undefined)[];
  private readonly schemas: Schemas | undefined;
  private readonly seen = new Set<number>();

  constructor(parts: readonly (TypedPart | undefined)[], schemas: Schemas | undefined) {
    this.parts = parts;
    this.schemas = schemas;
  }

  async newIn(page: RecordPage): Promise<ThreadSchema[]> {
    const { schemas, seen } = this;
    if (!schemas) return [];
    const found: number[] = [];
    for (const [p, places] of [page.keys, page.values].entries()) {
      const format = this.parts[p]?.format;
      if (format !== 'avro' && format !== 'protobuf') continue;
      const { bytes, count } = page;
      for (let i = 0; i < count; i++) {
        const at = places[2 * i] as number;
        if ((places[2 * i + 1] as number) - at < 5 || bytes[at] !== 0) continue;
        const id =
          ((bytes[at + 1] as number) << 24) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 8) |
          (bytes[at + 4] as number);
        if (seen.has(id)) continue;
        seen.add(id);
        found.push(id);
      }
    }
    if (found.length === 0) return [];
    await schemas.prepare(found);
    return found.flatMap((id) => threadSchema(schemas, id));
  }
}

function threadSchema(schemas: Schemas, id: number): ThreadSchema[] {
  const ready = schemas.of(id);
  return ready ? [{ id, type: ready.type, text: ready.text, references: ready.references }] : [];
}

async function partOf(part: TypedPart, schemas: Schemas | undefined): Promise<ThreadPart> {
  const { format, type, options, schemaId } = part;
  const base = { format, type, ...(options ? { options } : {}) };
  if (format !== 'avro' || schemaId === undefined || !schemas) return base;
  await schemas.prepare([schemaId]);
  const [reader] = threadSchema(schemas, schemaId);
  if (!reader) throw new MessageFilterProblem(schemas.whyMissing(schemaId));
  return { ...base, reader };
}
