import { compressionsAlgorithms, crc32c } from '@platformatic/kafka';
import type { OutgoingRecord, ProducerOptions } from './kafka-client.ts';

const HEAD = 61;
const BITS = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
const TRANSACTIONAL = 0x10;
const utf8 = new TextEncoder();

/** Who writes a batch: lets the broker tell a repeated batch from a new one. */
export interface BatchOwner {
  readonly producerId: bigint;
  readonly epoch: number;
  /** Number of the first record in its partition; -1 without a producer id. */
  readonly sequence: number;
  readonly isTransactional: boolean;
}

/** Lays records out as one record batch of message format 2 (DefaultRecordBatch); used again after `finish`. */
export class RecordBatchWriter {
  private bytes = Buffer.allocUnsafe(1 << 16);
  private at = HEAD;
  private firstTimestamp: number | bigint = 0;
  private maxTimestamp: number | bigint = 0;
  count = 0;

  /** Bytes so far, not compressed. */
  get size(): number {
    return this.at;
  }

  /** Can a record of this time be in the batch? One whose difference is not exact cannot. */
  takes(timestamp: number | bigint | undefined): boolean {
    return (
      this.count === 0 ||
      typeof timestamp !== 'bigint' ||
      Math.abs(difference(timestamp, this.firstTimestamp)) < MOST_DIFFERENCE
    );
  }

  append({ key, value, headers, timestamp }: OutgoingRecord, now: number): void {
    const time = timestamp ?? now;
    if (this.count === 0) {
      this.firstTimestamp = time;
      this.maxTimestamp = time;
    } else if (time > this.maxTimestamp) this.maxTimestamp = time;
    const delta = difference(time, this.firstTimestamp);
    const pairs = headers?.map(([k, v]) => [utf8.encode(k), v] as const) ?? [];
    let length = 1 + sizeOf(delta) + sizeOf(this.count) + sizeOfBytes(key) + sizeOfBytes(value) + sizeOf(pairs.length);
    for (const [k, v] of pairs) length += sizeOfBytes(k) + sizeOfBytes(v);
    this.reserve(length + 5);
    this.varInt(length);
    this.bytes[this.at++] = 0;
    this.varInt(delta);
    this.varInt(this.count++);
    this.block(key);
    this.block(value);
    this.varInt(pairs.length);
    for (const [k, v] of pairs) {
      this.block(k);
      this.block(v);
    }
  }

  /** The batch, in a buffer of its own; the writer is empty then. */
  finish(compression: NonNullable<ProducerOptions['compression']>, owner: BatchOwner): Buffer {
    const records = this.bytes.subarray(HEAD, this.at);
    const body = compression === 'none' ? records : compressionsAlgorithms[compression].compressSync(records);
    const out = Buffer.allocUnsafe(HEAD + body.length);
    out.set(body, HEAD);
    out.writeBigInt64BE(0n, 0);
    out.writeInt32BE(out.length - 12, 8);
    out.writeInt32BE(-1, 12);
    out.writeInt8(2, 16);
    out.writeInt16BE(BITS[compression] | (owner.isTransactional ? TRANSACTIONAL : 0), 21);
    out.writeInt32BE(this.count - 1, 23);
    out.writeBigInt64BE(BigInt(this.firstTimestamp), 27);
    out.writeBigInt64BE(BigInt(this.maxTimestamp), 35);
    out.writeBigInt64BE(owner.producerId, 43);
    out.writeInt16BE(owner.epoch, 51);
    out.writeInt32BE(owner.sequence, 53);
    out.writeInt32BE(this.count, 57);
    out.writeUInt32BE(crc32c(out.subarray(21)) >>> 0, 17);
    this.at = HEAD;
    this.count = 0;
    return out;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + more));
    wider.set(this.bytes.subarray(0, this.at));
    this.bytes = wider;
  }

  private block(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.varInt(-1);
      return;
    }
    this.varInt(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A zigzag variable-length integer; exact up to 2^52. */
  private varInt(value: number): void {
    let left = zigzag(value);
    while (left >= 128) {
      this.bytes[this.at++] = (left % 128) | 0x80;
      left = Math.floor(left / 128);
    }
    this.bytes[this.at++] = left;
  }
}

/** What `varInt` writes exactly. */
const MOST_DIFFERENCE = 2 ** 52;

const difference = (time: number | bigint, first: number | bigint): number =>
  typeof time === 'number' && typeof first === 'number' ? time - first : Number(BigInt(time) - BigInt(first));

const zigzag = (value: number) => (value >= 0 ? value * 2 : -value * 2 - 1);

function sizeOf(value: number): number {
  let size = 1;
  for (let left = zigzag(value); left >= 128; left = Math.floor(left / 128)) size++;
  return size;
}

const sizeOfBytes = (bytes: Uint8Array | null) => (bytes === null ? 1 : sizeOf(bytes.length) + bytes.length);
