import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import { type FetchedRecord, KafkaError, type RecordCursor } from './kafka-client.ts';

const HEAD = 61;
const COMPRESSION = 0x07;
const LOG_APPEND = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Key of the control record that ends an aborted transaction; a committed one has 1. */
const ABORT = 0;

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

/** One batch whose records are to be read. */
interface Section {
  readonly baseOffset: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly isAppendTime: boolean;
  readonly leaderEpoch: number;
  readonly count: number;
  readonly at: number;
}

/**
 * Finds the batches that are to be read: no control records, nothing of aborted transactions (as the Java consumer's CompletedFetch),
 * nothing before the offset asked for. Compressed batches are laid out in one buffer, so that all values of a fetch share one.
 */
export function openRecords(raw: readonly RawRecords[]): { records: RecordCursor; nextOffset: bigint }[] {
  const plans = raw.map(plan);
  const parts: Buffer[] = [];
  let length = 0;
  for (const { found } of plans) {
    for (const batch of found) {
      if (batch.compression === 0) continue;
      const algorithm = compressionsAlgorithmsByBitmask[batch.compression];
      if (!algorithm)
        throw new KafkaError('FAILED', `a record batch is compressed in an unknown way (${batch.compression})`);
      const plain = algorithm.decompressSync(batch.bytes.subarray(batch.at, batch.end));
      batch.plainAt = length;
      parts.push(plain);
      length += plain.length;
    }
  }
  const arena = parts.length ? plainView(Buffer.concat(parts, length)) : undefined;
  const views = new Map<Buffer, Uint8Array>();
  for (const { bytes } of raw) if (!views.has(bytes)) views.set(bytes, plainView(bytes));
  return plans.map(({ found, nextOffset }, i) => {
    // Within a partition compressed and plain batches may follow each other: each stretch has its buffer.
    const sections = found.map((b): [Uint8Array, Section] => [
      (b.compression === 0 ? views.get(b.bytes) : arena) as Uint8Array,
      { ...b.section, at: b.compression === 0 ? b.at : b.plainAt },
    ]);
    return { records: new Cursor(sections, Number((raw[i] as RawRecords).from)), nextOffset };
  });
}

/** Not a Buffer: what reads it elsewhere sees one kind of array only. */
const plainView = (bytes: Buffer) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);

interface FoundBatch {
  readonly bytes: Buffer;
  readonly compression: number;
  readonly at: number;
  readonly end: number;
  readonly section: Omit<Section, 'at'>;
  plainAt: number;
}

function plan({ bytes, start, end: stop, aborted, from }: RawRecords): { found: FoundBatch[]; nextOffset: bigint } {
  const found: FoundBatch[] = [];
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
    while (waiting.length && (waiting[0] as AbortedTransaction).firstOffset <= lastOffset) {
      ignored.add((waiting.shift() as AbortedTransaction).producerId);
    }
    if (lastOffset >= nextOffset) nextOffset = lastOffset + 1n;
    if (attributes & CONTROL) {
      if (controlType(bytes, p + HEAD) === ABORT) ignored.delete(producerId);
    } else if (lastOffset >= from && !(attributes & TRANSACTIONAL && ignored.has(producerId))) {
      found.push({
        bytes,
        compression: attributes & COMPRESSION,
        at: p + HEAD,
        end,
        plainAt: 0,
        section: {
          baseOffset: Number(baseOffset),
          firstTimestamp: Number(bytes.readBigInt64BE(p + 27)),
          maxTimestamp: Number(bytes.readBigInt64BE(p + 35)),
          isAppendTime: (attributes & LOG_APPEND) !== 0,
          leaderEpoch: bytes.readInt32BE(p + 12),
          count: bytes.readInt32BE(p + 57),
        },
      });
    }
    p = end;
  }
  return { found, nextOffset };
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

/** Reads Kafka's zigzag variable-length integers. */
class VarIntReader {
  bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  int(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let raw = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = bytes[this.at++] as number;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** Exact up to 2^53. */
  long(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let raw = byte & 0x7f;
    for (let factor = 128; byte & 0x80; factor *= 128) {
      byte = bytes[this.at++] as number;
      raw += (byte & 0x7f) * factor;
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }
}

/** Walks the records of one partition's batches; no objects are made but those that are asked for. */
class Cursor implements RecordCursor, FetchedRecord {
  private readonly sections: readonly (readonly [Uint8Array, Section])[];
  private readonly from: number;
  private readonly reader = new VarIntReader(new Uint8Array(0), 0);
  private section: Section | undefined;
  private nextSection = 0;
  private left = 0;
  private headersAt = 0;
  places: Int32Array = new Int32Array(0);
  /** How to come to each record of a run: the next section, the records left of the one before, and where the record begins. */
  private ways: Int32Array = new Int32Array(0);
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  timestamp = 0;
  keyStart = 0;
  keyEnd = -1;
  valueStart = 0;
  valueEnd = -1;

  constructor(sections: readonly (readonly [Uint8Array, Section])[], from: number) {
    this.sections = sections;
    this.from = from;
  }

  advance(): boolean {
    const { reader } = this;
    for (;;) {
      while (this.left === 0) {
        const next = this.sections[this.nextSection];
        if (!next) return false;
        this.nextSection++;
        this.section = next[1];
        this.left = next[1].count;
        this.bytes = next[0];
        reader.bytes = next[0];
        reader.at = next[1].at;
      }
      this.left--;
      const section = this.section as Section;
      const length = reader.int();
      const end = reader.at + length;
      reader.at++;
      const delta = reader.long();
      this.position = section.baseOffset + reader.int();
      const keyLength = reader.int();
      this.keyStart = reader.at;
      this.keyEnd = keyLength < 0 ? -1 : reader.at + keyLength;
      if (keyLength > 0) reader.at += keyLength;
      const valueLength = reader.int();
      this.valueStart = reader.at;
      this.valueEnd = valueLength < 0 ? -1 : reader.at + valueLength;
      if (valueLength > 0) reader.at += valueLength;
      this.headersAt = reader.at;
      reader.at = end;
      if (this.position < this.from) continue;
      this.timestamp = section.isAppendTime ? section.maxTimestamp : section.firstTimestamp + delta;
      return true;
    }
  }

  rewind(): void {
    this.nextSection = 0;
    this.left = 0;
  }

  run(limit: number, stop: number): number {
    if (this.places.length < 2 * limit) {
      this.places = new Int32Array(2 * limit);
      this.ways = new Int32Array(3 * limit);
    }
    const { reader, places, ways } = this;
    let n = 0;
    while (n < limit) {
      if (this.left === 0) {
        // Views of one run are of one buffer.
        const next = this.sections[this.nextSection];
        if (!next || (n > 0 && next[0] !== this.bytes)) break;
      }
      const [section, left, at] = [this.nextSection, this.left, reader.at];
      if (!this.advance() || this.position >= stop) break;
      ways[3 * n] = section;
      ways[3 * n + 1] = left;
      ways[3 * n + 2] = at;
      places[2 * n] = this.valueEnd < 0 ? 0 : this.valueStart;
      places[2 * n + 1] = Math.max(this.valueEnd, 0);
      n++;
    }
    return n;
  }

  goTo(i: number): void {
    const { reader, ways } = this;
    this.nextSection = ways[3 * i] as number;
    this.left = ways[3 * i + 1] as number;
    if (this.left > 0) {
      const [bytes, section] = this.sections[this.nextSection - 1] as readonly [Uint8Array, Section];
      this.section = section;
      this.bytes = bytes;
      reader.bytes = bytes;
      reader.at = ways[3 * i + 2] as number;
    }
    this.advance();
  }

  get offset(): bigint {
    return BigInt(this.position);
  }

  get timestampType(): 'CreateTime' | 'LogAppendTime' {
    return this.section?.isAppendTime ? 'LogAppendTime' : 'CreateTime';
  }

  get leaderEpoch(): number {
    return this.section?.leaderEpoch ?? -1;
  }

  get key(): Uint8Array | null {
    return this.keyEnd < 0 ? null : this.bytes.subarray(this.keyStart, this.keyEnd);
  }

  get value(): Uint8Array | null {
    return this.valueEnd < 0 ? null : this.bytes.subarray(this.valueStart, this.valueEnd);
  }

  get headers(): (readonly [Uint8Array | null, Uint8Array | null])[] {
    const reader = new VarIntReader(this.bytes, this.headersAt);
    const take = () => {
      const length = reader.int();
      if (length < 0) return null;
      const start = reader.at;
      reader.at += length;
      return this.bytes.subarray(start, reader.at);
    };
    const out: (readonly [Uint8Array | null, Uint8Array | null])[] = [];
    for (let n = reader.int(); n > 0; n--) out.push([take(), take()]);
    return out;
  }
}
