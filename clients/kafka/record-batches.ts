import { type BatchHead, headsOf, plainRecords, type RawRecords } from './batch-heads.ts';
import type { FetchedRecord, RecordCursor } from './kafka-client.ts';
import { VarIntReader } from './var-int.ts';

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
 * Finds the batches that are to be read (`headsOf`). Compressed batches are laid out in one buffer, so that all values of a fetch share
 * one.
 */
export function openRecords(raw: readonly RawRecords[]): { records: RecordCursor; nextOffset: bigint }[] {
  const plans = raw.map((one) => headsOf(one));
  const parts: Buffer[] = [];
  const plainAt = new Map<BatchHead, number>();
  let length = 0;
  for (const { found } of plans) {
    for (const batch of found) {
      if (batch.compression === 0) continue;
      const plain = plainRecords(batch);
      plainAt.set(batch, length);
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
      section(b, plainAt.get(b) ?? b.at),
    ]);
    return { records: new Cursor(sections, Number((raw[i] as RawRecords).from)), nextOffset };
  });
}

const section = (head: BatchHead, at: number): Section => ({
  baseOffset: Number(head.baseOffset),
  firstTimestamp: Number(head.firstTimestamp),
  maxTimestamp: Number(head.maxTimestamp),
  isAppendTime: head.isAppendTime,
  leaderEpoch: head.leaderEpoch,
  count: head.count,
  at,
});

/** Not a Buffer: what reads it elsewhere sees one kind of array only. */
const plainView = (bytes: Buffer) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);

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
