import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import { KafkaError } from './kafka-client.ts';
import { VarIntReader } from './var-int.ts';

/** Bytes of a record batch before its records (DefaultRecordBatch of message format 2). */
const HEAD = 61;
const COMPRESSION = 0x07;
const LOG_APPEND = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Types of control records: the ends of transactions. */
export const ABORT_MARKER = 0;
export const COMMIT_MARKER = 1;

/** A producer whose records from an offset on are to be left out, up to the marker that ends its transaction. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** The records of a partition in a fetch, as the broker sent them. */
export interface RawRecords {
  /** The whole response, so that all its values lie in one buffer. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly aborted: readonly AbortedTransaction[];
  /** The offset that was asked for: a batch may begin before it. */
  readonly from: bigint;
}

/** A record batch of a fetch. */
export interface BatchHead {
  /** Where it begins in `bytes`, where its records do, and where it ends. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly at: number;
  readonly end: number;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** Records in it; fewer than its offsets where it was compacted. */
  readonly count: number;
  /** Epoch ms. */
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly isAppendTime: boolean;
  /** 0: none. */
  readonly compression: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  /** -1: none. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly leaderEpoch: number;
}

/**
 * The batches of a fetch that are to be read: nothing of aborted transactions (as the Java consumer's CompletedFetch), nothing before
 * the offset asked for, and no control records unless they are asked for. `nextOffset`: where to go on, beyond all of these.
 */
export function headsOf(
  { bytes, start, end: stop, aborted, from }: RawRecords,
  withControlRecords = false,
): { found: BatchHead[]; nextOffset: bigint } {
  const found: BatchHead[] = [];
  const waiting = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const ignored = new Set<bigint>();
  let nextOffset = from;
  for (let p = start; p + HEAD <= stop; ) {
    const baseOffset = bytes.readBigInt64BE(p);
    const end = p + 12 + bytes.readInt32BE(p + 8);
    // The broker cuts the last batch off when it does not fit.
    if (end > stop) break;
    const magic = bytes.readInt8(p + 16);
    if (magic !== 2) throw new KafkaError('FAILED', `message format ${magic} (of before Kafka 0.11) cannot be read`);
    const attributes = bytes.readInt16BE(p + 21);
    const lastOffset = baseOffset + BigInt(bytes.readInt32BE(p + 23));
    const producerId = bytes.readBigInt64BE(p + 43);
    const isControl = (attributes & CONTROL) !== 0;
    const isTransactional = (attributes & TRANSACTIONAL) !== 0;
    while (waiting.length && (waiting[0] as AbortedTransaction).firstOffset <= lastOffset) {
      ignored.add((waiting.shift() as AbortedTransaction).producerId);
    }
    if (lastOffset >= nextOffset) nextOffset = lastOffset + 1n;
    if (isControl && controlType(bytes, p + HEAD) === ABORT_MARKER) ignored.delete(producerId);
    const isHidden = isControl ? !withControlRecords : isTransactional && ignored.has(producerId);
    if (lastOffset >= from && !isHidden) {
      found.push({
        bytes,
        start: p,
        at: p + HEAD,
        end,
        baseOffset,
        lastOffset,
        count: bytes.readInt32BE(p + 57),
        firstTimestamp: bytes.readBigInt64BE(p + 27),
        maxTimestamp: bytes.readBigInt64BE(p + 35),
        isAppendTime: (attributes & LOG_APPEND) !== 0,
        compression: attributes & COMPRESSION,
        isTransactional,
        isControl,
        producerId,
        producerEpoch: bytes.readInt16BE(p + 51),
        leaderEpoch: bytes.readInt32BE(p + 12),
      });
    }
    p = end;
  }
  return { found, nextOffset };
}

/** The records of a batch, out of its compression. */
export function plainRecords({ bytes, at, end, compression }: BatchHead): Buffer {
  const records = bytes.subarray(at, end);
  if (compression === 0) return records;
  const algorithm = compressionsAlgorithmsByBitmask[compression];
  if (!algorithm) throw new KafkaError('FAILED', `a record batch is compressed in an unknown way (${compression})`);
  return algorithm.decompressSync(records);
}

/** Type in the key of a control batch's one record: version and type, 16 bits each. */
function controlType(bytes: Buffer, at: number): number {
  const reader = new VarIntReader(bytes, at);
  reader.int();
  reader.at++;
  reader.long();
  reader.int();
  reader.int();
  return bytes.readInt16BE(reader.at + 2);
}
