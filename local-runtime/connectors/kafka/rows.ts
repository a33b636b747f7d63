import type { FetchedRecord, RecordCursor } from '../../../clients/kafka/index.ts';
import type { MapValue } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, UPDATE_AFTER } from '../../batch/batch.ts';
import { BatchBuilder, type ColumnBuilder, columnBuilder } from '../../batch/builder.ts';
import type { Column } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { Decoder } from '../../formats/format.ts';
import type { RegisteredFormat } from '../../formats/registry.ts';
import type { SourceRequest } from '../connector.ts';
import { type DeadLetters, strictly, unreadable } from '../dead-letters.ts';
import { type MetadataCast, metadataCasts } from '../metadata-casts.ts';
import { booleanOption } from '../options.ts';
import type { ChosenFormat, KafkaTableOptions } from './options.ts';

/** Metadata a Kafka table can read, with Flink's types (KafkaDynamicSource.ReadableMetadata). */
export const READABLE: Readonly<Record<string, LogicalType>> = {
  topic: types.string(false),
  partition: types.int(false),
  headers: types.map(types.string(), types.bytes(), false),
  'leader-epoch': types.int(),
  offset: types.bigint(false),
  timestamp: types.timestampLtz(3, false),
  'timestamp-type': types.string(false),
};

/** Metadata a Kafka table can write (KafkaDynamicSink.WritableMetadata). */
export const WRITABLE: Readonly<Record<string, LogicalType>> = {
  headers: types.map(types.string(), types.bytes(), true),
  timestamp: types.timestampLtz(3),
};

/** Before the keys of the value format's metadata (KafkaDynamicSource.VALUE_METADATA_PREFIX). */
const VALUE_METADATA = 'value.';

/** What a Kafka table with this value format can read beside its columns, in Flink's order. */
export function readableMetadata(value: RegisteredFormat): Record<string, LogicalType> {
  const told = Object.entries(value.metadata ?? {}).map(([key, type]) => [`${VALUE_METADATA}${key}`, type]);
  return { ...Object.fromEntries(told), ...READABLE };
}

const utf8 = new TextDecoder();

type Append = (builder: ColumnBuilder, record: FetchedRecord, topic: string, partition: number) => void;

const METADATA: Readonly<Record<string, Append>> = {
  topic: (b, _r, topic) => b.append(topic),
  partition: (b, _r, _t, partition) => b.append(partition),
  headers: (b, r) => b.append(headerMap(r)),
  'leader-epoch': (b, r) => b.append(r.leaderEpoch < 0 ? null : r.leaderEpoch),
  offset: (b, r) => b.append(r.offset),
  timestamp: (b, r) => b.append({ ms: r.timestamp, nanos: 0 }),
  'timestamp-type': (b, r) => b.append(r.timestampType),
};

/** Headers by name; of a repeated one the last wins, as in Flink's map. */
function headerMap(record: FetchedRecord): MapValue {
  const entries = new Map<string, Uint8Array>();
  for (const [key, value] of record.headers) entries.set(key ? utf8.decode(key) : '', value ?? new Uint8Array(0));
  return { keys: [...entries.keys()], values: [...entries.values()] };
}

interface Part {
  readonly decoder: Decoder;
  readonly out: BatchBuilder;
  readonly types: readonly LogicalType[];
  /** Does the format pass over what it cannot read? */
  readonly ignores: boolean;
}

type Slot =
  | { readonly from: 'key' | 'value'; readonly index: number; readonly type: LogicalType }
  | { readonly from: 'metadata'; readonly append: Append; readonly type: LogicalType };

/** Rows of one split, up to a row of the batch. */
export interface SplitRun {
  readonly split: number;
  until: number;
}

/** Hands the bytes to the format: as a stretch of the fetched buffer where it can read that. */
function read({ decoder }: Part, out: BatchBuilder, record: FetchedRecord | RecordCursor, isKey: boolean): void {
  if (!decoder.record || !('bytes' in record)) {
    decoder.message(isKey ? record.key : record.value, out);
    return;
  }
  const end = isKey ? record.keyEnd : record.valueEnd;
  if (end < 0) decoder.message(null, out);
  else decoder.record(record.bytes, isKey ? record.keyStart : record.valueStart, end, out);
}

/** Turns records into batches of the columns asked for (DynamicKafkaDeserializationSchema). */
export class RecordDecoder {
  private readonly table: KafkaTableOptions;
  private readonly key: Part | undefined;
  private readonly value: Part;
  private readonly slots: Slot[];
  private metadata: ColumnBuilder[];
  private topic = '';
  private partition = 0;
  /** Stretches of rows of one split, for watermarks by partition. */
  private runs: SplitRun[] = [];
  /** Key row of each row; a message may give several rows or none. */
  private keyRows: number[] = [];
  private kinds: number[] = [];
  rows = 0;
  /** From the types of metadata to those that the table declares. */
  private readonly cast: (columns: Column[], length: number) => Column[];

  private readonly dead: DeadLetters | undefined;
  private readonly notice: (text: string) => void;
  /** Records that the format passed over because it ignores parse errors. */
  private skipped = 0;
  /** Records so far that could not be read. */
  badRecords = 0;

  /** `dead` keeps the records that cannot be read; without it they fail the job. */
  constructor(request: SourceRequest, table: KafkaTableOptions, dead?: DeadLetters) {
    this.table = table;
    this.dead = dead;
    this.notice = request.env.notice;
    const declared = (position: number) => {
      const column = request.table.columns[position];
      return column?.kind === 'metadata' ? (column.key ?? column.name) : undefined;
    };
    const told = [...new Set(request.projected.map(declared))]
      .filter((key) => key?.startsWith(VALUE_METADATA))
      .map((key) => (key as string).slice(VALUE_METADATA.length));
    const open = (chosen: ChosenFormat, metadata: readonly string[]) => {
      if (!chosen.format.decoder)
        throw new FlinkFault('ValidationException', `Format '${chosen.format.identifier}' cannot read messages.`);
      const decoder = chosen.format.decoder({
        fields: chosen.fields,
        ...(metadata.length ? { metadata } : {}),
        options: dead ? strictly(chosen.options) : chosen.options,
        zone: request.env.zone,
      });
      const types = [
        ...chosen.fields.map((f: RowField) => f.type),
        ...metadata.map((key) => chosen.format.metadata?.[key] as LogicalType),
      ];
      return {
        decoder,
        out: new BatchBuilder(types),
        ignores: booleanOption(chosen.options, 'ignore-parse-errors', false),
        types,
      };
    };
    this.key = table.key ? open(table.key, []) : undefined;
    this.value = open(table.value, told);
    const casts: MetadataCast[] = [];
    const physicalNames = table.physical.map((f) => f.name);
    this.slots = request.projected.map((position, slot): Slot => {
      const column = request.table.columns[position];
      if (!column) throw new Error(`no column ${position} in ${request.table.identifier.name}`);
      if (column.kind === 'metadata') {
        const key = column.key ?? column.name;
        const inFormat = told.indexOf(key.slice(VALUE_METADATA.length));
        const type = key.startsWith(VALUE_METADATA)
          ? this.value.types[table.value.fields.length + inFormat]
          : READABLE[key];
        const append = METADATA[key];
        if (!type || (!append && inFormat < 0))
          throw new FlinkFault('ValidationException', `Unsupported metadata key '${key}'.`);
        casts.push({ column: slot, from: type, to: column.type });
        if (append) return { from: 'metadata', append, type };
        return { from: 'value', index: table.value.fields.length + inFormat, type };
      }
      const at = physicalNames.indexOf(column.name);
      // A key field is read from the key when the value does not hold it, and always for an upsert table, whose tombstones have only keys.
      const inKey = table.key?.positions.indexOf(at) ?? -1;
      const inValue = table.value.positions.indexOf(at);
      if (inKey >= 0 && (table.upsert || inValue < 0)) return { from: 'key', index: inKey, type: column.type };
      return { from: 'value', index: inValue, type: column.type };
    });
    this.cast = metadataCasts(casts, request.env);
    this.metadata = this.newMetadata();
  }

  private newMetadata(): ColumnBuilder[] {
    return this.slots.filter((s) => s.from === 'metadata').map((s) => columnBuilder(s.type));
  }

  /** To be awaited before the first record. */
  async open(): Promise<void> {
    await this.key?.decoder.open?.();
    await this.value.decoder.open?.();
  }

  /** To be awaited before `add` when it gives a promise: formats fetch the schemas of these records. */
  prepare(records: RecordCursor): Promise<unknown> | undefined {
    const [key, value] = [this.key?.decoder, this.value.decoder];
    if (!key?.prepare && !value.prepare) return undefined;
    const keys: (Uint8Array | null)[] = [];
    const values: (Uint8Array | null)[] = [];
    while (records.advance()) {
      keys.push(records.key);
      values.push(records.value);
    }
    records.rewind();
    const missing = [key?.prepare?.(keys), value.prepare?.(values)];
    return missing.some(Boolean) ? Promise.all(missing) : undefined;
  }

  /** The records to come are of this partition, the reader's split of that number. */
  begin(topic: string, partition: number, split: number): void {
    this.topic = topic;
    this.partition = partition;
    if (this.runs.at(-1)?.split !== split) this.runs.push({ split, until: this.rows });
  }

  /** Appends the rows of one record. */
  add(record: FetchedRecord | RecordCursor): void {
    const { value, key } = this;
    const before = value.out.length;
    const keyRow = key ? this.keyOf(key, record) : 0;
    if (keyRow < 0) return;
    const tombstone = 'valueEnd' in record ? record.valueEnd < 0 : record.value === null;
    if (tombstone && this.table.upsert) {
      for (const column of value.out.columns) column.appendNull();
      value.out.row(DELETE);
    } else {
      // What no value is, the format says: `raw` makes a NULL of it, others nothing.
      if (!this.decode(value, record, false)) return;
      if (!tombstone && value.ignores && value.out.length === before) {
        this.skipped++;
        this.badRecords++;
      }
    }
    for (let i = before; i < value.out.length; i++) {
      if (key) this.keyRows.push(keyRow);
      if (this.table.upsert) this.kinds.push(tombstone ? DELETE : UPDATE_AFTER);
      if (this.metadata.length) this.describe(record);
      this.rows++;
    }
    const run = this.runs.at(-1);
    if (run) run.until = this.rows;
  }

  /** Appends a record's key; gives its row, -1 when the record was put among the dead letters. */
  private keyOf(key: Part, record: FetchedRecord | RecordCursor): number {
    const row = key.out.length;
    if (!this.decode(key, record, true)) return -1;
    if (key.out.length === row) {
      // A message without key has no key fields.
      for (const column of key.out.columns) column.appendNull();
      key.out.row();
    }
    return row;
  }

  /** Appends the rows of the next records, at most `limit` and before offset `stop`; false when there were none. */
  addRun(records: RecordCursor, limit: number, stop: number): boolean {
    const count = records.run(limit, stop);
    const { decoder, out } = this.value;
    const quick = this.dead ? undefined : decoder.records?.bind(decoder);
    for (let i = 0; i < count; ) {
      const next = quick ? quick(records.bytes, records.places, i, count, out) : i;
      if (next > i) this.counted(records, i, next);
      i = next;
      if (i === count) break;
      records.goTo(i++);
      this.add(records);
    }
    if (count > 0) records.goTo(count - 1);
    return count > 0;
  }

  /** Counts rows that the quick way made of records `from` to `to` of a run, which have values. */
  private counted(records: RecordCursor, from: number, to: number): void {
    const { key, metadata } = this;
    this.rows += to - from;
    for (let i = from; i < to && (key || metadata.length > 0); i++) {
      records.goTo(i);
      if (key) this.keyRows.push(this.keyOf(key, records));
      if (metadata.length > 0) this.describe(records);
    }
    if (this.table.upsert) for (let i = from; i < to; i++) this.kinds.push(UPDATE_AFTER);
    const run = this.runs.at(-1);
    if (run) run.until = this.rows;
  }

  private describe(record: FetchedRecord): void {
    let m = 0;
    for (const slot of this.slots)
      if (slot.from === 'metadata')
        slot.append(this.metadata[m++] as ColumnBuilder, record, this.topic, this.partition);
  }

  /** Reads a key or a value; false when the record was put among the dead letters. */
  private decode(part: Part, record: FetchedRecord | RecordCursor, isKey: boolean): boolean {
    if (!this.dead) {
      try {
        read(part, part.out, record, isKey);
      } catch (error) {
        if (!(error instanceof FlinkFault)) throw error;
        const where = `topic '${this.topic}', partition ${this.partition}, offset ${record.offset}`;
        throw unreadable(error, where, isKey ? record.key : record.value);
      }
      return true;
    }
    // Aside first: a decoder may fail in the middle of a row.
    const aside = new BatchBuilder(part.types);
    try {
      read(part, aside, record, isKey);
    } catch (error) {
      if (!(error instanceof FlinkFault)) throw error;
      const { key, headers, timestamp, offset } = record;
      this.badRecords++;
      this.dead.add({
        error,
        key,
        value: record.value ?? new Uint8Array(0),
        headers,
        origin: { topic: this.topic, partition: this.partition, offset: String(offset), timestamp },
      });
      return false;
    }
    const rows = aside.take();
    for (let i = 0; i < rows.length; i++) part.out.rowFrom(rows.columns, i, rows.kinds?.[i]);
    return true;
  }

  /** Tells how many records the format passed over since the last time. */
  report(topics: string): void {
    if (!this.skipped) return;
    this.notice(`${this.skipped} records of ${topics} could not be read and were skipped ('ignore-parse-errors').`);
    this.skipped = 0;
  }

  /** The rows so far as a batch, and which split they are of; undefined when there are none. */
  take(): { batch: Batch; runs: readonly SplitRun[] } | undefined {
    const n = this.rows;
    const values = this.value.out.take();
    const keys = this.key?.out.take();
    const metadata = this.metadata.map((b) => b.take(n));
    const kinds = this.table.upsert ? Uint8Array.from(this.kinds) : values.kinds;
    let m = 0;
    const columns = this.slots.map((slot): Column => {
      if (slot.from === 'metadata') return metadata[m++] as Column;
      if (slot.from === 'value') return values.columns[slot.index] as Column;
      return gather(keys?.columns[slot.index] as Column, this.keyRows, slot.type);
    });
    this.metadata = this.newMetadata();
    const { runs } = this;
    this.runs = [];
    this.keyRows = [];
    this.kinds = [];
    this.rows = 0;
    return n ? { batch: { length: n, kinds, columns: this.cast(columns, n), marks: undefined }, runs } : undefined;
  }
}

function gather(column: Column, rows: readonly number[], type: LogicalType): Column {
  if (rows.every((r, i) => r === i)) return column;
  const out = columnBuilder(type);
  for (const r of rows) out.appendFrom(column, r);
  return out.take(rows.length);
}
