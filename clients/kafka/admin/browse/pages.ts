import {
  ABORT_MARKER,
  type BatchHead,
  COMMIT_MARKER,
  headsOf,
  plainRecords,
  type RawRecords,
} from '../../batch-heads.ts';
import { VarIntReader } from '../../var-int.ts';
import type { BatchInfo, RecordPage } from '../record-types.ts';
import { ABORT, COMMIT, OTHER_CONTROL, RECORD } from '../records.ts';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export interface PageSource extends RawRecords {
  readonly topic: string;
  readonly partition: number;
  /** First offset that is not wanted any more. */
  readonly stop: bigint;
  readonly withControlRecords: boolean;
}

/**
 * The records of one partition of a fetch as pages: mostly one; more where plain and compressed batches follow each other, since a page
 * has one buffer, and where numbers are too far apart to be exact as differences.
 */
export function openPages(source: PageSource): { pages: RecordPage[]; nextOffset: bigint; isPastStop: boolean } {
  const { found, nextOffset } = headsOf(source, source.withControlRecords);
  const heads = found.filter((h) => h.baseOffset < source.stop);
  const builder = new PageBuilder(source);
  for (const stretch of stretchesOf(heads)) {
    const isPlain = stretch[0]?.compression === 0;
    const parts = isPlain ? [] : stretch.map(plainRecords);
    const bytes = isPlain ? source.bytes : Buffer.concat(parts);
    builder.open(
      new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
      stretch.reduce((sum, h) => sum + h.count, 0),
    );
    let at = 0;
    for (const [i, head] of stretch.entries()) {
      builder.add(head, isPlain ? head.at : at);
      at += parts[i]?.length ?? 0;
    }
    builder.close();
  }
  return { pages: builder.pages, nextOffset, isPastStop: nextOffset >= source.stop };
}

/** Neighbours whose records lie in one buffer. */
function stretchesOf(heads: readonly BatchHead[]): BatchHead[][] {
  const out: BatchHead[][] = [];
  for (const head of heads) {
    const last = out.at(-1);
    if (last && (last[0]?.compression === 0) === (head.compression === 0)) last.push(head);
    else out.push([head]);
  }
  return out;
}

class PageBuilder {
  readonly pages: RecordPage[] = [];
  private readonly source: PageSource;
  private readonly reader = new VarIntReader(new Uint8Array(0), 0);
  private bytes: Uint8Array = new Uint8Array(0);
  private n = 0;
  private left = 0;
  private baseOffset = 0n;
  private baseTimestamp = 0n;
  private offsetDeltas = new Float64Array(0);
  private timestampDeltas = new Float64Array(0);
  private keys = new Int32Array(0);
  private values = new Int32Array(0);
  private headers = new Int32Array(0);
  private kinds = new Uint8Array(0);
  private batchOf = new Int32Array(0);
  private batches: BatchInfo[] = [];

  constructor(source: PageSource) {
    this.source = source;
  }

  /** A new buffer, with at most so many records to come. */
  open(bytes: Uint8Array, atMost: number): void {
    this.bytes = bytes;
    this.reader.bytes = bytes;
    this.left = atMost;
    this.n = 0;
    this.batches = [];
  }

  private begin(baseOffset: bigint, baseTimestamp: bigint, left = this.left): void {
    this.close();
    this.baseOffset = baseOffset;
    this.baseTimestamp = baseTimestamp;
    this.offsetDeltas = new Float64Array(left);
    this.timestampDeltas = new Float64Array(left);
    this.keys = new Int32Array(2 * left);
    this.values = new Int32Array(2 * left);
    this.headers = new Int32Array(left);
    this.kinds = new Uint8Array(left);
    this.batchOf = new Int32Array(left);
  }

  /** The records of a batch that are wanted; they begin at `at` of the buffer. */
  add(head: BatchHead, at: number): void {
    const time = head.isAppendTime ? head.maxTimestamp : head.firstTimestamp;
    const isNear =
      this.batches.length > 0 && isSafe(head.lastOffset - this.baseOffset) && isSafe(time - this.baseTimestamp);
    if (!isNear) this.begin(head.baseOffset, time);
    this.batches.push(batchInfo(head));
    const [before, left] = [this.n, this.left];
    if (this.take(head, at, Number(time - this.baseTimestamp))) return;
    // Times too far apart for differences: a page for each record, with its exact time as the base.
    this.n = before;
    this.left = left;
    this.batches.pop();
    this.takeApart(head, at);
  }

  /** False when a time is not exact as a difference. */
  private take(head: BatchHead, at: number, time: number): boolean {
    const { reader, bytes, offsetDeltas, timestampDeltas, keys, values, headers, kinds, batchOf } = this;
    const { isAppendTime, isControl } = head;
    const offset = Number(head.baseOffset - this.baseOffset);
    const least = Number(this.source.from - this.baseOffset);
    const limit = Number(this.source.stop - this.baseOffset);
    const batch = this.batches.length - 1;
    let { n } = this;
    reader.at = at;
    for (let i = head.count; i > 0; i--) {
      const length = reader.int();
      const end = reader.at + length;
      reader.at++;
      const timeDelta = reader.long();
      const position = offset + reader.int();
      if (position >= least && position < limit) {
        const delta = isAppendTime ? time : time + timeDelta;
        if (!Number.isSafeInteger(delta)) return false;
        offsetDeltas[n] = position;
        timestampDeltas[n] = delta;
        const keyLength = reader.int();
        if (keyLength >= 0) {
          keys[2 * n] = reader.at;
          reader.at += keyLength;
          keys[2 * n + 1] = reader.at;
        }
        const valueLength = reader.int();
        if (valueLength >= 0) {
          values[2 * n] = reader.at;
          reader.at += valueLength;
          values[2 * n + 1] = reader.at;
        }
        headers[n] = reader.at;
        kinds[n] = isControl ? controlKind(bytes, keys[2 * n] as number, keyLength) : RECORD;
        batchOf[n] = batch;
        n++;
      }
      reader.at = end;
    }
    this.n = n;
    this.left -= head.count;
    return true;
  }

  private takeApart(head: BatchHead, at: number): void {
    const reader = new VarIntReader(this.bytes, at);
    for (let i = head.count; i > 0; i--) {
      const start = reader.at;
      const length = reader.int();
      const end = reader.at + length;
      const timestamp = head.firstTimestamp + exactLong(this.bytes, reader.at + 1);
      this.begin(head.baseOffset, timestamp, 1);
      this.batches.push(batchInfo(head));
      // By itself, as if it had the time of the base.
      this.take({ ...head, count: 1, isAppendTime: true }, start, 0);
      reader.at = end;
    }
    this.close();
  }

  close(): void {
    const { n, batches } = this;
    if (n > 0) {
      this.pages.push({
        topic: this.source.topic,
        partition: this.source.partition,
        count: n,
        baseOffset: this.baseOffset,
        offsetDeltas: this.offsetDeltas.subarray(0, n),
        baseTimestamp: this.baseTimestamp,
        timestampDeltas: this.timestampDeltas.subarray(0, n),
        bytes: this.bytes,
        keys: this.keys.subarray(0, 2 * n),
        values: this.values.subarray(0, 2 * n),
        headers: this.headers.subarray(0, n),
        kinds: this.kinds.subarray(0, n),
        batchOf: this.batchOf.subarray(0, n),
        batches,
      });
    }
    this.n = 0;
    this.batches = [];
  }
}

const isSafe = (difference: bigint) => difference <= SAFE && difference >= -SAFE;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The exact value of a zigzag variable-length integer. */
function exactLong(bytes: Uint8Array, from: number): bigint {
  let raw = 0n;
  for (let at = from, shift = 0n; ; at++, shift += 7n) {
    const byte = bytes[at] as number;
    raw |= BigInt(byte & 0x7f) << shift;
    if (byte < 128) return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n));
  }
}

function controlKind(bytes: Uint8Array, keyAt: number, keyLength: number): number {
  if (keyLength < 4) return OTHER_CONTROL;
  const type = ((bytes[keyAt + 2] as number) << 8) | (bytes[keyAt + 3] as number);
  return type === COMMIT_MARKER ? COMMIT : type === ABORT_MARKER ? ABORT : OTHER_CONTROL;
}

const batchInfo = (head: BatchHead): BatchInfo => ({
  baseOffset: head.baseOffset,
  lastOffset: head.lastOffset,
  count: head.count,
  bytes: head.end - head.start,
  compression: CODECS[head.compression] ?? 'none',
  timestampType: head.isAppendTime ? 'LogAppendTime' : 'CreateTime',
  isTransactional: head.isTransactional,
  isControl: head.isControl,
  producerId: head.producerId,
  producerEpoch: head.producerEpoch,
  leaderEpoch: head.leaderEpoch,
});
