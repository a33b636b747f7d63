import type { Batch } from '../batch/batch.ts';
import type { Operator } from '../operators/operator.ts';
import { keyHashes } from './key-hash.ts';

/** How rows are dealt out to the subtasks behind an exchange. */
export type Route =
  /** Rows of one key go to one subtask (KeyGroupStreamPartitioner). */
  | { readonly kind: 'hash'; readonly keys: readonly number[] }
  /** Batches in turn (RebalancePartitioner). */
  | { readonly kind: 'rebalance' }
  /** All rows to one subtask, so that changes of a row keep their order. */
  | { readonly kind: 'pinned'; readonly to: number };

/** Sends to one of the channels. */
export interface Channels {
  emitTo(channel: number, batch: Batch): void;
  /** The same for some rows, ascending, with the batch's watermarks in their places; `rows` is kept. */
  emitRowsTo(channel: number, batch: Batch, rows: Int32Array): void;
}

/**
 * The sending side of an exchange. Keeps nothing; each row goes to one channel with its kind, in order within the channel; watermarks
 * go to all channels, each in its place among the rows. Follows RecordWriter with its ChannelSelector.
 */
export class ExchangeOperator implements Operator {
  private readonly route: Route;
  private readonly count: number;
  private readonly channels: Channels;
  private hashes = new Int32Array(0);
  private next = 0;

  constructor(route: Route, count: number, channels: Channels) {
    this.route = route;
    this.count = count;
    this.channels = channels;
  }

  process(batch: Batch): void {
    if (this.route.kind === 'hash' && batch.length > 0) {
      this.byKey(batch, this.route.keys);
      return;
    }
    const chosen = this.route.kind === 'pinned' ? this.route.to : this.next;
    if (batch.length > 0) this.next = (this.next + 1) % this.count;
    this.toOne(batch, chosen);
  }

  /** The batch to one channel, its watermarks to all. */
  private toOne(batch: Batch, chosen: number): void {
    const { marks } = batch;
    for (let channel = 0; channel < this.count; channel++) {
      if (channel === chosen) this.channels.emitTo(channel, batch);
      else if (marks) this.channels.emitTo(channel, { ...batch, length: 0, kinds: undefined, marks: atStart(marks) });
    }
  }

  private byKey(batch: Batch, keys: readonly number[]): void {
    const { length } = batch;
    if (this.hashes.length < length) this.hashes = new Int32Array(length * 2);
    const { hashes, count } = this;
    keyHashes(batch, keys, hashes);
    const totals = new Int32Array(count);
    for (let i = 0; i < length; i++) {
      const channel = ((hashes[i] as number) >>> 0) % count;
      hashes[i] = channel;
      totals[channel] = (totals[channel] as number) + 1;
    }
    const only = totals.indexOf(length);
    if (only >= 0) {
      this.toOne(batch, only);
      return;
    }
    const rows = Array.from(totals, (total) => new Int32Array(total));
    totals.fill(0);
    for (let i = 0; i < length; i++) {
      const channel = hashes[i] as number;
      const at = totals[channel] as number;
      (rows[channel] as Int32Array)[at] = i;
      totals[channel] = at + 1;
    }
    for (let channel = 0; channel < count; channel++) {
      const own = rows[channel] as Int32Array;
      if (own.length > 0 || batch.marks) this.channels.emitRowsTo(channel, batch, own);
    }
  }

  end(): void {
    // Nothing kept.
  }
}

function atStart(marks: NonNullable<Batch['marks']>): NonNullable<Batch['marks']> {
  return { count: marks.count, rows: new Int32Array(marks.count), values: marks.values };
}
