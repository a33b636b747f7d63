import type { TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { unscaledBytes } from '../avro/encoder.ts';
import { AvroOutput } from '../avro/output.ts';
import { machineZone } from './convert.ts';
import type { ParquetNode, ParquetWriteOptions } from './schema.ts';
import { i32, struct, thriftBytes, varint } from './thrift.ts';

const PAGE_BYTES = 1 << 20;
const EPOCH_JULIAN = 2440588;
const DAY = 86_400_000;

/** Writes a value that is there, in the PLAIN encoding. */
type Put = (out: PlainOutput, value: Exclude<Value, null>) => void;

/** Collects one leaf's values and levels and cuts them into pages (ColumnWriteStore with PLAIN pages of version 1). */
export class LeafWriter {
  readonly path: readonly string[];
  readonly node: ParquetNode;
  /** Pages of the row group, packed. */
  private pages: Uint8Array[] = [];
  private packedBytes = 0;
  private plainBytes = 0;
  private total = 0;
  private readonly maxDefinition: number;
  private readonly maxRepetition: number;
  private readonly definitions = new Levels();
  private readonly repetitions = new Levels();
  private readonly values: PlainOutput;
  private readonly put: Put;
  private readonly pack: (page: Uint8Array) => Uint8Array;
  private entries = 0;

  constructor(
    path: readonly string[],
    node: ParquetNode,
    type: LogicalType,
    maxDefinition: number,
    maxRepetition: number,
    options: ParquetWriteOptions,
    pack: (page: Uint8Array) => Uint8Array,
  ) {
    this.path = path;
    this.node = node;
    this.maxDefinition = maxDefinition;
    this.maxRepetition = maxRepetition;
    this.values = new PlainOutput();
    this.put = putterOf(node, type, options);
    this.pack = pack;
  }

  /** Adds an entry; a value is there when `definition` is the highest. */
  add(value: Value, repetition: number, definition: number): void {
    if (this.maxRepetition) this.repetitions.add(repetition);
    if (this.maxDefinition) this.definitions.add(definition);
    if (value !== null) this.put(this.values, value);
    this.entries++;
  }

  /** About how many bytes wait for the end of the row group. */
  get bytes(): number {
    return this.packedBytes + this.values.length;
  }

  /** Cuts a page when there is enough for one; to be called between rows. */
  cut(): void {
    if (this.values.length >= PAGE_BYTES || this.entries >= 1 << 20) this.page();
  }

  private page(): void {
    if (!this.entries) return;
    const body = new AvroOutput();
    if (this.maxRepetition) this.repetitions.write(body, this.maxRepetition);
    if (this.maxDefinition) this.definitions.write(body, this.maxDefinition);
    body.raw(this.values.take());
    const plain = body.take();
    const packed = this.pack(plain);
    const header = thriftBytes(
      struct(
        [1, i32(0)],
        [2, i32(plain.length)],
        [3, i32(packed.length)],
        [5, struct([1, i32(this.entries)], [2, i32(0)], [3, i32(3)], [4, i32(3)])],
      ),
    );
    this.pages.push(header, packed);
    this.packedBytes += header.length + packed.length;
    this.plainBytes += header.length + plain.length;
    this.total += this.entries;
    this.entries = 0;
  }

  /** The column chunk: its bytes and what its metadata says; the writer begins anew. */
  chunk(): { readonly bytes: Uint8Array; readonly plainBytes: number; readonly entries: number } {
    this.page();
    const out = { bytes: Buffer.concat(this.pages), plainBytes: this.plainBytes, entries: this.total };
    this.pages = [];
    this.packedBytes = 0;
    this.plainBytes = 0;
    this.total = 0;
    return out;
  }
}

/** Levels as runs of equal ones, which mostly they are. */
class Levels {
  private readonly runs = new AvroOutput();
  private level = -1;
  private count = 0;

  add(level: number): void {
    if (level === this.level) {
      this.count++;
      return;
    }
    this.end();
    this.level = level;
    this.count = 1;
  }

  private end(): void {
    if (!this.count) return;
    varint(this.runs, this.count * 2);
    // No table nests so deep that a level needs two bytes.
    this.runs.raw(Uint8Array.of(this.level));
    this.count = 0;
    this.level = -1;
  }

  write(out: AvroOutput, _max: number): void {
    this.end();
    const bytes = this.runs.take();
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length, true);
    out.raw(length);
    out.raw(bytes);
  }
}

const utf8 = new TextEncoder();

/** The PLAIN encoding: little-endian numbers, lengths before bytes, eight booleans a byte. */
class PlainOutput {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  length = 0;
  private bits = 0;

  /** Place for `n` bytes; to be asked for before `view` is used, which it may change. */
  private room(n: number): number {
    if (this.length + n > this.bytes.length) {
      const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + n));
      wider.set(this.bytes.subarray(0, this.length));
      this.bytes = wider;
      this.view = new DataView(wider.buffer);
    }
    const at = this.length;
    this.length += n;
    return at;
  }

  boolean(value: boolean): void {
    if (this.bits === 0) this.bytes[this.room(1)] = 0;
    if (value) (this.bytes[this.length - 1] as number) |= 1 << this.bits;
    this.bits = (this.bits + 1) & 7;
  }

  int(value: number): void {
    const at = this.room(4);
    this.view.setInt32(at, value, true);
  }

  long(value: bigint): void {
    const at = this.room(8);
    this.view.setBigInt64(at, value, true);
  }

  float(value: number): void {
    const at = this.room(4);
    this.view.setFloat32(at, value, true);
  }

  double(value: number): void {
    const at = this.room(8);
    this.view.setFloat64(at, value, true);
  }

  raw(value: Uint8Array): void {
    const at = this.room(value.length);
    this.bytes.set(value, at);
  }

  text(value: string): void {
    const at = this.room(4 + value.length * 3);
    const { written } = utf8.encodeInto(value, this.bytes.subarray(at + 4));
    this.view.setUint32(at, written, true);
    this.length = at + 4 + written;
  }

  take(): Uint8Array {
    const out = this.bytes.slice(0, this.length);
    this.length = 0;
    this.bits = 0;
    return out;
  }
}

function putterOf(node: ParquetNode, type: LogicalType, options: ParquetWriteOptions): Put {
  switch (node.physical) {
    case 'BOOLEAN':
      return (out, v) => out.boolean(v as boolean);
    case 'INT32':
      return (out, v) => out.int(v as number);
    case 'FLOAT':
      return (out, v) => out.float(v as number);
    case 'DOUBLE':
      return (out, v) => out.double(v as number);
    case 'FIXED': {
      const size = node.length ?? 0;
      return (out, v) => {
        const bytes = unscaledBytes(v as bigint);
        const whole = new Uint8Array(size).fill((bytes[0] as number) & 128 ? 255 : 0);
        whole.set(bytes, size - bytes.length);
        out.raw(whole);
      };
    }
    case 'INT64':
      if (type.root === 'BIGINT') return (out, v) => out.long(v as bigint);
      return int64Timestamps(options);
    case 'INT96': {
      const epoch = toEpoch(options.utc);
      return (out, v) => {
        const { ms, nanos } = v as TimestampValue;
        const at = epoch(ms);
        const day = Math.floor(at / DAY);
        out.long(BigInt(at - day * DAY) * 1_000_000n + BigInt(nanos));
        out.int(day + EPOCH_JULIAN);
      };
    }
    default:
      if (type.root === 'CHAR' || type.root === 'VARCHAR') return (out, v) => out.text(v as string);
      return (out, v) => {
        out.int((v as Uint8Array).length);
        out.raw(v as Uint8Array);
      };
  }
}

function int64Timestamps({ unit, utc }: ParquetWriteOptions): Put {
  const epoch = toEpoch(utc);
  return (out, v) => {
    const { ms, nanos } = v as TimestampValue;
    const at = BigInt(epoch(ms));
    if (unit === 'millis') out.long(at);
    else if (unit === 'micros') out.long(at * 1000n + BigInt(Math.floor(nanos / 1000)));
    else out.long(at * 1_000_000n + BigInt(nanos));
  };
}

/** From what the runtime holds to an instant: without `utc`, the wall clock of this machine is meant. */
function toEpoch(utc: boolean): (ms: number) => number {
  const zone = machineZone();
  if (utc || zone.isUtc) return (ms) => ms;
  return (ms) => ms - zone.offset(ms - zone.offset(ms));
}
