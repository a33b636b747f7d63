import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { FlinkFault } from '../../errors.ts';
import type { Decoder } from '../format.ts';
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

  constructor(fields: readonly RowField[], options: JsonOptions, schemaInclude: boolean) {
    const image = types.row(fields);
    const payload = types.row([
      { name: 'before', type: image },
      { name: 'after', type: image },
      { name: 'op', type: types.string() },
    ]);
    this.options = options;
    this.schemaInclude = schemaInclude;
    this.read = schemaInclude
      ? rowReader(['payload'], [payload], { ...options, failOnMissingField: false })
      : rowReader(
          payload.fields.map((f) => f.name),
          payload.fields.map((f) => f.type),
          { ...options, failOnMissingField: false },
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
    let row = this.read(reader, reader.value());
    if (this.schemaInclude) {
      const payload = row[0];
      if (payload === null || payload === undefined)
        throw new FlinkFault('NullPointerException', 'Cannot read the payload of the message');
      row = payload as Value[];
    }
    const [before, after, op] = row as [Value[] | null, Value[] | null, string | null];
    switch (op) {
      case 'c':
      case 'r':
        if (!after)
          throw new FlinkFault(
            'NullPointerException',
            'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "after" is null',
          );
        out.values(after, INSERT);
        return;
      case 'u':
        if (!before) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'UPDATE'));
        if (!after)
          throw new FlinkFault(
            'NullPointerException',
            'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "after" is null',
          );
        out.values(before, UPDATE_BEFORE);
        out.values(after, UPDATE_AFTER);
        return;
      case 'd':
        if (!before) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'DELETE'));
        out.values(before, DELETE);
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
}
