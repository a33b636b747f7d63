import type {
  BrowseProgress,
  BrowseQuery,
  KafkaAdmin,
  PageFilter,
  RecordPage,
} from '../../clients/kafka/admin/types.ts';
import { detached, messagesOf } from '../../topics/messages.ts';
import type { DecodedMessage, MessageDecoder, RawMessage } from '../../topics/types.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { ReadingState, ReadQuery } from '../../webviews/topics/messages.ts';
import { ResultStore } from '../results/result-store.ts';
import type { RowFilters } from '../results/row-filters.ts';
import { MessageRows } from './message-rows.ts';

/** A condition over messages, as pages are read. */
export interface OpenFilter {
  readonly filter: PageFilter;
  readonly types: { readonly key: string; readonly value: string };
  /** Keys and values so far that the condition reads and that did not fit their format: they count as NULL. */
  readonly unreadable: number;
  close(): void;
}

/** What is wrong with a condition, with its place in it. */
export interface ConditionProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ReadingParts {
  readonly id: string;
  readonly topic: string;
  readonly query: ReadQuery;
  readonly admin: KafkaAdmin;
  readonly decoder: MessageDecoder;
  readonly zone: string;
  readonly limit: number;
  readonly filters?: RowFilters;
  /** Opens the query's condition; throws what `problemOf` understands. */
  readonly openFilter: (signal: AbortSignal) => Promise<OpenFilter>;
  readonly problemOf: (error: unknown) => ConditionProblem | undefined;
  /** Sees every page that is read and what of it matches; undefined: all. */
  readonly counted?: (page: RecordPage, chosen: Int32Array | undefined) => void;
  readonly changed: (state: ReadingState) => void;
}

const PACE_MS = 100;

/** Reads messages of a topic into a result: until it is done, stopped, or, live, until then. */
export class Reading {
  readonly store: ResultStore;
  readonly #parts: ReadingParts;
  readonly #abort = new AbortController();
  #phase: ReadingState['phase'] = 'reading';
  #progress: BrowseProgress | undefined;
  #filterProblem: ConditionProblem | null = null;
  #problem: string | null = null;
  #types: ReadingState['types'] = null;
  readonly #notes = new Set<string>();
  #filter: OpenFilter | undefined;
  #goOn: (() => void) | undefined;
  #told = 0;
  #rows: MessageRows | undefined;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
    this.store = new ResultStore({
      id: parts.id,
      title: `Messages FROM ${parts.topic}`,
      limit: parts.limit,
      ...(parts.filters && { filters: parts.filters }),
    });
  }

  get state(): ReadingState {
    const progress = this.#progress;
    return {
      result: this.store.state(),
      phase: this.#phase,
      scanned: progress?.scanned ?? 0,
      kept: progress?.kept ?? 0,
      bytes: progress?.bytes ?? 0,
      done: this.#phase === 'done' ? 1 : (progress?.done ?? 0),
      query: this.#parts.query,
      filterProblem: this.#filterProblem,
      problem: this.#problem,
      notes: [...this.#notes, ...unreadableNote(this.#filter)],
      types: this.#types,
    };
  }

  /** Reads; resolves at the end, never fails: the state tells. */
  async run(): Promise<void> {
    const { signal } = this.#abort;
    let filter: OpenFilter | undefined;
    this.#tell(true);
    try {
      if (this.#parts.query.filter.trim() !== '') {
        filter = await this.#parts.openFilter(signal);
        this.#types = filter.types;
        this.#filter = filter;
      }
      await this.#read(signal, filter);
      this.#end('done');
    } catch (error) {
      if (signal.aborted) this.#end('stopped');
      else {
        this.#filterProblem = this.#parts.problemOf(error) ?? null;
        if (!this.#filterProblem) this.#problem = error instanceof Error ? error.message : String(error);
        this.#end('failed');
      }
    } finally {
      filter?.close();
    }
  }

  stop(): void {
    this.#abort.abort(new Error('stopped'));
    this.#goOn?.();
  }

  /** Asks the brokers for no more, or goes on. */
  pause(paused: boolean): void {
    if (this.#phase !== 'following' && this.#phase !== 'paused' && this.#phase !== 'reading') return;
    if (!paused) {
      this.#goOn?.();
      this.#goOn = undefined;
    }
    this.#phase = paused ? 'paused' : this.#parts.query.from === 'live' ? 'following' : 'reading';
    this.store.pause(paused);
    this.#tell(true);
  }

  async #read(signal: AbortSignal, filter: OpenFilter | undefined): Promise<void> {
    const { admin, query, topic, counted } = this.#parts;
    const isNewest = query.from === 'newest';
    const found: DecodedMessage[] = [];
    if (query.from === 'live') this.#phase = 'following';
    const see: PageFilter | undefined =
      filter || counted
        ? async (page) => {
            const chosen = await filter?.filter(page);
            counted?.(page, chosen);
            return chosen;
          }
        : undefined;
    for await (const { pages, progress } of admin.browse(browseQuery(topic, query, see), signal)) {
      // What was asked for before the pause began is shown after it.
      await this.#paused(signal);
      this.#progress = progress;
      for (const { partition, lost } of progress.partitions)
        if (lost) this.#notes.add(`Partition ${partition}: offsets ${lost.from} to ${lost.to} were deleted meanwhile`);
      const messages = await this.#decoded(pages, signal);
      // Backwards they come step by step: the newest shall be at the top, over all partitions.
      if (isNewest) found.push(...messages);
      else this.#show(messages.toSorted(ascending));
      this.#tell(false);
      // Nor is more asked for while it lasts.
      await this.#paused(signal);
    }
    signal.throwIfAborted();
    if (isNewest) this.#show(found.toSorted((a, b) => ascending(b, a)));
  }

  async #decoded(pages: readonly RecordPage[], signal: AbortSignal): Promise<DecodedMessage[]> {
    const { decoder, query } = this.#parts;
    const raw: RawMessage[] = pages.flatMap(messagesOf);
    if (raw.length === 0) return [];
    const kept = raw.map(detached);
    return decoder.decode(kept, { key: query.key, value: query.value }, signal);
  }

  #show(messages: readonly DecodedMessage[]): void {
    const isFirst = this.#rows === undefined;
    if (messages.length === 0 && !isFirst) return;
    this.#rows ??= new MessageRows(this.#parts.zone, this.#parts.query.fields ? messages : undefined);
    this.store.add(this.#rows.page(messages));
  }

  async #paused(signal: AbortSignal): Promise<void> {
    while (this.#phase === 'paused') {
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
      });
      signal.throwIfAborted();
    }
  }

  #end(phase: 'done' | 'stopped' | 'failed'): void {
    this.#phase = phase;
    // Without messages there are still columns.
    if (!this.#rows && phase !== 'failed') this.#show([]);
    this.store.end(phase === 'done' ? 'finished' : phase === 'failed' ? 'failed' : 'stopped');
    this.#tell(true);
  }

  #tell(isNow: boolean): void {
    const now = performance.now();
    if (!isNow && now - this.#told < PACE_MS) return;
    this.#told = now;
    this.#parts.changed(this.state);
  }
}

function unreadableNote(filter: OpenFilter | undefined): string[] {
  const n = filter?.unreadable ?? 0;
  return n === 0 ? [] : [t('{0} keys or values did not fit the format and counted as NULL', n)];
}

/** What a person chose, as a question to the brokers. */
export function browseQuery(topic: string, query: ReadQuery, filter?: PageFilter): BrowseQuery {
  const { from, offset, time, toTime, partitions } = query;
  const hasEnd = toTime !== null && (from === 'timestamp' || from === 'oldest');
  return {
    topic,
    from:
      from === 'live'
        ? { at: 'end' }
        : from === 'offset'
          ? { at: 'offset', offset: BigInt(offset.trim()) }
          : from === 'timestamp' && time !== null
            ? { at: 'timestamp', timestamp: time }
            : from === 'newest'
              ? { at: 'newest' }
              : { at: 'oldest' },
    ...(hasEnd ? { to: { at: 'timestamp', timestamp: toTime } } : {}),
    ...(partitions.length > 0 ? { partitions } : {}),
    ...(from === 'live' ? { isFollowing: true } : { limit: query.limit }),
    ...(query.committed ? { isolation: 'read_committed' } : {}),
    ...(query.control ? { withControlRecords: true } : {}),
    ...(filter ? { filter } : {}),
  };
}

function ascending(a: DecodedMessage, b: DecodedMessage): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.partition !== b.partition) return a.partition - b.partition;
  return a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0;
}
