import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { FlinkFault } from '../../errors.ts';
import type { Decoder } from '../format.ts';
import { type Emit, emitter } from './change-events.ts';
import { debeziumMetadata, type EventMetadata, MetadataReader } from './event-metadata.ts';
import { JsonReader } from './reader.ts';
import { type JsonOptions, rowReader } from './values.ts';

const text = new TextDecoder();

const REPLICA =
  'The "before" field of %s message is null, if you are using Debezium Postgres Connector, please check the Postgres table has been set REPLICA IDENTITY to FULL level.';

/** Decodes Debezium change events: c and r insert, u is -U then +U, d deletes (DebeziumJsonDeserializationSchema). */
export class DebeziumDecoder implements Decoder {
  private readonly reader = new JsonReader();
  private readonly read: ReturnType<typeof rowReader>;
  private readonly options: JsonOptions;
  private readonly schemaInclude: boolean;

  /** Of the payload, and of the message when that holds a payload. */
  private readonly inner: MetadataReader;
  private readonly outer: MetadataReader | undefined;
  /** Which of the two tells each of the keys asked for, in order. */
  private readonly outside: readonly boolean[];

  /** `keys`: of `debeziumMetadata`, whose values follow the fields in each row. */
  constructor(fields: readonly RowField[], options: JsonOptions, schemaInclude: boolean, keys: readonly string[] = []) {
    const image = types.row(fields);
    const known: RowField[] = [
      { name: 'before', type: image },
      { name: 'after', type: image },
      { name: 'op', type: types.string() },
    ];
    const wanted = (outside: boolean) =>
      keys.filter((key) => (key === 'schema') === outside).map((key) => debeziumMetadata[key] as EventMetadata);
    const lenient = { ...options, failOnMissingField: false };
    this.options = options;
    this.schemaInclude = schemaInclude;
    this.outside = keys.map((key) => key === 'schema');
    this.inner = new MetadataReader(schemaInclude ? wanted(false) : [...wanted(false), ...wanted(true)], known);
    const payload = [...known, ...this.inner.fields];
    const outer: RowField[] = [{ name: 'payload', type: types.row(payload) }];
    this.outer = schemaInclude ? new MetadataReader(wanted(true), outer) : undefined;
    const read = this.outer ? [...outer, ...this.outer.fields] : payload;
    this.read = rowReader(
      read.map((f) => f.name),
      read.map((f) => f.type),
      lenient,
    );
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (bytes) this.record(bytes, 0, bytes.length, out);
  }

  /** Appends the changes of the event in `bytes[from..to)`; blank text gives none. */
  record(bytes: Uint8Array, from: number, to: number, out: BatchBuilder): void {
    const { reader } = this;
    reader.reset(bytes, from, to);
    if (reader.atEnd()) return;
    try {
      this.event(out);
    } catch (error) {
      if (!(error instanceof FlinkFault)) throw error;
      if (this.options.ignoreParseErrors) return;
      if (error.exception === 'IOException') throw error;
      throw new FlinkFault(
        'IOException',
        `Corrupt Debezium JSON message '${text.decode(bytes.subarray(from, to))}'.`,
        error,
      );
    }
  }

  private event(out: BatchBuilder): void {
    const { reader } = this;
    const start = reader.pos;
    const message = this.read(reader, reader.value());
    let row = message;
    if (this.schemaInclude) {
      const payload = message[0];
      if (payload === null || payload === undefined)
        throw new FlinkFault('NullPointerException', 'Cannot read the payload of the message');
      row = payload as Value[];
    }
    const emit: Emit = emitter(out, this.outside.length ? this.metadata(row, message) : []);
    const [before, after, op] = row as [Value[] | null, Value[] | null, string | null];
    switch (op) {
      case 'c':
      case 'r':
        if (!after)
          throw new FlinkFault(
            'NullPointerException',
            'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "after" is null',
          );
        emit(after, INSERT);
        return;
      case 'u':
        if (!before) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'UPDATE'));
        if (!after)
          throw new FlinkFault(
            'NullPointerException',
            'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "after" is null',
          );
        emit(before, UPDATE_BEFORE);
        emit(after, UPDATE_AFTER);
        return;
      case 'd':
        if (!before) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'DELETE'));
        emit(before, DELETE);
        return;
      default: {
        if (this.options.ignoreParseErrors) return;
        throw new FlinkFault(
          'IOException',
          `Unknown "op" value "${op}". The Debezium JSON message is '${text.decode(reader.bytes.subarray(start, reader.end))}'`,
        );
      }
    }
  }
  private metadata(payload: readonly Value[], message: readonly Value[]): Value[] {
    const inner = this.inner.read(payload);
    const outer = this.outer?.read(message) ?? [];
    // Without a payload the schema is the last of the event's own.
    const beside = this.outer ? outer : inner.splice(inner.length - this.outside.filter(Boolean).length);
    return this.outside.map((outside) => (outside ? beside.shift() : inner.shift()) ?? null);
  }
}
