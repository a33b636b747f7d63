import type { Batch } from '../batch/batch.ts';
import { MAX_WATERMARK } from '../batch/batch.ts';
import { sliceBatch } from '../batch/slice.ts';
import type { SourceEvent, SourceReader } from '../connectors/connector.ts';
import type { SourceTask } from './graph.ts';

/** Where a source stands in a snapshot. */
export interface SourceProgress {
  /** `SourceReader.position` before the rows that are still to come. */
  readonly position: unknown;
  /** Rows after that position that have been given already. */
  readonly skip: number;
  readonly done: boolean;
}

/** Asks one source for rows and knows, at any time between batches, which of them have gone through the job. */
export class SourceDriver {
  readonly task: SourceTask;
  done = true;
  /** The request under way. */
  outstanding: Promise<void> | undefined;
  private readonly now: () => number;
  private reader: SourceReader | undefined;
  private event: SourceEvent | undefined;
  private failure: unknown;
  private failed = false;
  private lastRows: number;
  /** Records that the reader could not read, as far as they are counted. */
  private bad = 0;
  /** Position before the batch under way. */
  private before: unknown;
  /** Position in the snapshot that is being taken. */
  private kept: unknown;
  /** Rows still to be left out because they were given before a restore. */
  private skip = 0;
  /** Rows of the batch at hand that have been given; undefined when none is at hand. */
  private given: number | undefined;

  constructor(task: SourceTask, now: () => number) {
    this.task = task;
    this.now = now;
    this.lastRows = now();
  }

  /** Begins to read, from where a restored job was; without a call the source stays done. */
  start(reader: SourceReader, kept: SourceProgress | undefined): void {
    this.reader = reader;
    if (reader.gauges) this.task.vertex.measures(() => reader.gauges?.() ?? {});
    this.skip = kept?.skip ?? 0;
    this.done = false;
    this.lastRows = this.now();
  }

  ask(maxRows: number, linger: number, signal: AbortSignal): void {
    if (this.done || this.outstanding !== undefined || !this.reader) return;
    this.before = this.reader.position();
    this.outstanding = this.reader.next(maxRows, linger, signal).then(
      (event) => {
        this.event = event;
      },
      (error: unknown) => {
        this.failure = error;
        this.failed = true;
      },
    );
  }

  /** What has come, once; throws when the source failed. */
  take(): SourceEvent | undefined {
    if (this.failed) throw this.failure;
    const { event } = this;
    if (event === undefined) return undefined;
    this.event = undefined;
    this.countBad();
    this.watchIdleness(event.kind);
    if (event.kind === 'batch') this.given = 0;
    else this.outstanding = undefined;
    if (event.kind === 'end') this.done = true;
    return event;
  }

  private countBad(): void {
    const known = this.bad;
    this.bad = this.reader?.badRecords ?? 0;
    if (this.bad > known) this.task.vertex.count('numRecordsInErrors', this.bad - known);
  }

  /**
   * Has this subtask of a parallel source found nothing to read at all? Then it ends before the others begin, so that it does not hold
   * their watermarks back.
   */
  takeUnused(): boolean {
    if (this.task.vertex.parallelism === 1 || this.event?.kind !== 'end' || this.task.vertex.recordsOut > 0)
      return false;
    this.take();
    return true;
  }

  /** Cuts a batch into pieces of at most `rows` rows; what a restored job has given already is left out. */
  *pieces(batch: Batch, rows: number): Generator<{ batch: Batch; last: boolean }> {
    let from = Math.min(this.skip, batch.length);
    this.skip -= from;
    if (from === 0 && batch.length <= rows) {
      this.given = undefined;
      this.outstanding = undefined;
      yield { batch, last: true };
      return;
    }
    const restored = from > 0;
    do {
      const to = Math.min(batch.length, from + rows);
      const piece = sliceBatch(batch, from, to, from === 0 && !restored);
      const last = to === batch.length;
      this.given = last ? undefined : to;
      if (last) this.outstanding = undefined;
      from = to;
      yield { batch: piece, last };
    } while (from < batch.length);
  }

  private watchIdleness(kind: SourceEvent['kind']): void {
    const { idleTimeout, vertex } = this.task;
    if (idleTimeout === 0) return;
    const now = this.now();
    if (kind === 'idle') {
      if (now - this.lastRows >= idleTimeout) vertex.setIdle(true);
      return;
    }
    this.lastRows = now;
    vertex.setIdle(false);
  }

  /** Ends a source that has more to give: the job is drained. */
  finishEarly(): void {
    if (this.done) return;
    this.done = true;
    this.finish();
  }

  /** Ends the source's part of the graph. */
  finish(): void {
    this.task.vertex.emitWatermark(MAX_WATERMARK);
    this.task.vertex.end(0);
  }

  progress(): SourceProgress {
    if (this.done || !this.reader) {
      this.kept = this.reader?.position();
      return { position: undefined, skip: 0, done: this.done };
    }
    // A request under way may have moved the reader on; its rows have not been given.
    const position = this.outstanding === undefined ? this.reader.position() : this.before;
    this.kept = position;
    return { position, skip: this.given ?? this.skip, done: false };
  }

  /** The checkpoint with the last `progress` is complete. */
  checkpointed(): void {
    const { kept } = this;
    this.kept = undefined;
    if (kept !== undefined) void this.reader?.checkpointed?.(kept);
  }

  async close(): Promise<void> {
    await this.reader?.close();
  }
}
