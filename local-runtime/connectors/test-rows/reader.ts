import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '../../batch/batch.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import type { Column } from '../../batch/column.ts';
import { compileScalar } from '../../codegen/index.ts';
import { formatFor } from '../../formats/registry.ts';
import type { SourceEvent, SourceReader, SourceRequest } from '../connector.ts';
import type { Timeline, TimelineItem, TimelineReader } from './timeline.ts';

const NOTHING_YET = Number.NEGATIVE_INFINITY;

/** Gives the rows of one table of a test when it is their turn, with a watermark after each row that moves it. */
export class TestRowsReader implements SourceReader, TimelineReader {
  readonly #out: BatchBuilder;
  readonly #timeline: Timeline;
  readonly #table: string;
  readonly #decode: (json: string) => Batch;
  /** The watermark that a row of a batch of one asks for. */
  readonly #watermarkOf: ((row: Batch) => number) | undefined;
  #at = -1;
  #watermark = NOTHING_YET;

  constructor(request: SourceRequest, timeline: Timeline, table: string) {
    this.#timeline = timeline;
    this.#table = table;
    const types = request.fields.map((field) => field.type);
    this.#out = new BatchBuilder(types);
    this.#decode = rowDecoder(request);
    const isByHand = timeline.items.some((item) => item.kind === 'watermark' && item.table === table);
    this.#watermarkOf = isByHand ? undefined : watermarkOf(request);
    this.#skip();
    timeline.join(this);
  }

  get at(): number {
    return this.#at;
  }

  async next(_maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    signal.throwIfAborted();
    const turn = this.#timeline.turn(this);
    if (turn.kind === 'items') {
      this.#give(turn.until);
      return { kind: 'batch', batch: this.#out.take() };
    }
    const { stopsAt } = this.#timeline;
    if (turn.kind === 'wait') return { kind: 'idle' };
    if (stopsAt === undefined) return { kind: 'end' };
    if (stopsAt > this.#watermark) {
      this.#mark(stopsAt);
      return { kind: 'batch', batch: this.#out.take() };
    }
    // The test takes what has come and ends the job.
    if (this.#timeline.isSettled) await sleep(lingerMs, undefined, { signal });
    return { kind: 'idle' };
  }

  #give(until: number): void {
    for (; this.#at < until; this.#skip()) {
      const item = this.#timeline.items[this.#at];
      if (item?.kind === 'watermark') this.#mark(item.time);
      if (item?.kind !== 'row') continue;
      const row = this.#decode(item.json);
      this.#out.rowFrom(row.columns as readonly Column[], 0, item.rowKind);
      this.#mark(this.#watermarkOf?.(row) ?? NOTHING_YET);
    }
  }

  /** Watermarks go no further than where the inputs stop. */
  #mark(wanted: number): void {
    const time = Math.min(wanted, this.#timeline.stopsAt ?? Number.POSITIVE_INFINITY);
    if (time <= this.#watermark) return;
    this.#watermark = time;
    this.#out.mark(time);
  }

  #skip(): void {
    const { items } = this.#timeline;
    do this.#at++;
    while (this.#at < items.length && !isOf(items[this.#at], this.#table));
  }

  /** Tests take no checkpoints. */
  position(): unknown {
    return this.#at;
  }

  async close(): Promise<void> {
    this.#timeline.leave(this);
  }
}

const isOf = (item: TimelineItem | undefined, table: string): boolean =>
  item !== undefined && item.kind !== 'now' && item.table === table;

/** Makes a batch of one of a row of the timeline. JSON has a place for every type. */
export function rowDecoder({ fields, env }: Pick<SourceRequest, 'fields' | 'env'>): (json: string) => Batch {
  const decoder = formatFor('json').decoder?.({ fields, options: {}, zone: env.zone });
  if (!decoder) throw new Error('the json format reads no messages');
  const types = fields.map((field) => field.type);
  const utf8 = new TextEncoder();
  return (json) => {
    const out = new BatchBuilder(types);
    decoder.message(utf8.encode(json), out);
    return out.take();
  };
}

function watermarkOf({ fields, env, watermark }: SourceRequest): ((row: Batch) => number) | undefined {
  if (!watermark) return undefined;
  const expressionEnv = { zone: env.zone, clock: { now: env.now }, options: env.options };
  const program = compileScalar(
    watermark.expr,
    fields.map((field) => field.type),
    expressionEnv,
  );
  return (row) => {
    const column = program.evalColumn(row);
    if (column.kind !== 'ts') throw new Error(`a watermark expression of kind ${column.kind}`);
    return column.nulls?.[0] ? NOTHING_YET : (column.ms[0] as number);
  };
}
