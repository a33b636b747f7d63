import { createAPI, type Reader, Writer } from '@platformatic/kafka';
import type { AbortedTransaction } from './batch-heads.ts';

/*
 * Requests that carry records, in versions that all brokers from 2.3 to 4.x know. They leave record batches as they are: the library's
 * own ones make an object of every record.
 */

export interface FetchTarget {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: bigint }[];
}

export interface FetchAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  readonly start: number;
  readonly end: number;
}

export interface FetchResponse {
  readonly errorCode: number;
  readonly bytes: Buffer;
  readonly partitions: readonly FetchAnswer[];
}

interface FetchArguments {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
  readonly isCommittedOnly: boolean;
  readonly targets: readonly FetchTarget[];
}

/** Fetch, version 11, without a session. */
export const fetchRecords = createAPI<[FetchArguments], FetchResponse>(
  1,
  11,
  ({ maxWaitMs, maxBytes, maxPartitionBytes, isCommittedOnly, targets }: FetchArguments) =>
    Writer.create()
      .appendInt32(-1)
      .appendInt32(maxWaitMs)
      .appendInt32(1)
      .appendInt32(maxBytes)
      .appendInt8(isCommittedOnly ? 1 : 0)
      .appendInt32(0)
      .appendInt32(-1)
      .appendArray(
        [...targets],
        (w, target) => {
          w.appendString(target.topic, false).appendArray(
            [...target.partitions],
            (inner, { partition, offset }) => {
              inner
                .appendInt32(partition)
                .appendInt32(-1)
                .appendInt64(offset)
                .appendInt64(-1n)
                .appendInt32(maxPartitionBytes);
            },
            false,
            false,
          );
        },
        false,
        false,
      )
      .appendArray([], () => undefined, false, false)
      .appendString('', false),
  (_id, _key, _version, reader) => fetchResponse(reader),
  false,
  false,
);

function fetchResponse(reader: Reader): FetchResponse {
  const partitions: FetchAnswer[] = [];
  reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt32();
  const bytes = reader.buffer.slice(0, reader.length);
  for (let topics = reader.readInt32(); topics > 0; topics--) {
    const topic = reader.readString(false);
    for (let n = reader.readInt32(); n > 0; n--) {
      const head = {
        topic,
        partition: reader.readInt32(),
        errorCode: reader.readInt16(),
        highWatermark: reader.readInt64(),
        lastStableOffset: reader.readInt64(),
        logStartOffset: reader.readInt64(),
      };
      const aborted: AbortedTransaction[] = [];
      for (let a = reader.readInt32(); a > 0; a--) {
        aborted.push({ producerId: reader.readInt64(), firstOffset: reader.readInt64() });
      }
      reader.readInt32();
      const length = Math.max(0, reader.readInt32());
      partitions.push({ ...head, aborted, start: reader.position, end: reader.position + length });
      reader.skip(length);
    }
  }
  return { errorCode, bytes, partitions };
}

export interface ProduceTarget {
  readonly topic: string;
  readonly partition: number;
  /** One record batch. */
  readonly batch: Buffer;
}

interface ProduceArguments {
  readonly transactionalId: string | null;
  readonly acks: number;
  readonly timeoutMs: number;
  readonly targets: readonly ProduceTarget[];
}

export interface ProduceAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Offset of the batch's first record; -1 where the broker does not tell. */
  readonly baseOffset: bigint;
}

/** Produce, version 7. With acks of 0 there is no answer. */
export const produceRecords = createAPI<[ProduceArguments], readonly ProduceAnswer[]>(
  0,
  7,
  ({ transactionalId, acks, timeoutMs, targets }: ProduceArguments) => {
    const writer = Writer.create()
      .appendString(transactionalId, false)
      .appendInt16(acks)
      .appendInt32(timeoutMs)
      .appendArray(
        [...Map.groupBy(targets, (t) => t.topic)],
        (w, [topic, ofTopic]) => {
          w.appendString(topic, false).appendArray(
            ofTopic,
            (inner, { partition, batch }) => {
              inner.appendInt32(partition).appendBytes(batch, false);
            },
            false,
            false,
          );
        },
        false,
        false,
      );
    if (acks === 0) writer.context.noResponse = true;
    return writer;
  },
  (_id, _key, _version, reader) => {
    const answers: ProduceAnswer[] = [];
    for (let topics = reader.readInt32(); topics > 0; topics--) {
      const topic = reader.readString(false);
      for (let n = reader.readInt32(); n > 0; n--) {
        answers.push({
          topic,
          partition: reader.readInt32(),
          errorCode: reader.readInt16(),
          baseOffset: reader.readInt64(),
        });
        reader.skip(16);
      }
    }
    return answers;
  },
  false,
  false,
);
