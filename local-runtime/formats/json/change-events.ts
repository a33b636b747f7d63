import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { FlinkFault } from '../../errors.ts';
import type { Decoder } from '../format.ts';
import { canalMetadata, type EventMetadata, MetadataReader, maxwellMetadata, oggMetadata } from './event-metadata.ts';
import { JsonReader } from './reader.ts';
import { type JsonOptions, rowReader } from './values.ts';

type Row = readonly Value[];

/** An event's fields as read, and its text for messages and for what a typed row cannot tell. */
interface Event {
  readonly values: Row;
  readonly text: () => string;
}

/** Takes a row that an event tells of, with its kind. */
export type Emit = (row: Row, kind: number) => void;

/** Appends rows with the metadata of their event behind their columns. */
export function emitter(out: BatchBuilder, metadata: readonly Value[]): Emit {
  return metadata.length
    ? (row, kind) => out.values([...row, ...metadata], kind)
    : (row, kind) => out.values(row, kind);
}

/** One dialect of change events in JSON. */
export interface EventDialect {
  /** As messages name it: `Canal`, `Maxwell`, `Ogg`. */
  readonly name: string;
  /** The fields of an event that are read, given the row type of the table. */
  readonly fields: (image: LogicalType) => readonly RowField[];
  readonly metadata: Readonly<Record<string, EventMetadata>>;
  /** Tells the changes; throws the fault that Flink throws. */
  readonly changes: (event: Event, names: readonly string[], emit: Emit) => void;
}

const text = new TextDecoder();

/** Decodes change events of a dialect (CanalJsonDeserializationSchema, MaxwellJson…, OggJson…). */
export class EventDecoder implements Decoder {
  private readonly reader = new JsonReader();
  private readonly dialect: EventDialect;
  private readonly names: readonly string[];
  private readonly read: ReturnType<typeof rowReader>;
  private readonly options: JsonOptions;
  private readonly metadata: MetadataReader;

  /** `keys`: of the dialect's metadata, whose values follow the fields in each row. */
  constructor(fields: readonly RowField[], dialect: EventDialect, options: JsonOptions, keys: readonly string[] = []) {
    const known = dialect.fields(types.row(fields));
    this.metadata = new MetadataReader(
      keys.map((key) => dialect.metadata[key] as EventMetadata),
      known,
    );
    const event = [...known, ...this.metadata.fields];
    this.dialect = dialect;
    this.names = fields.map((f) => f.name);
    this.options = options;
    this.read = rowReader(
      event.map((f) => f.name),
      event.map((f) => f.type),
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
    const shown = () => text.decode(bytes.subarray(from, to));
    try {
      const values = this.read(reader, reader.value());
      this.dialect.changes({ values, text: shown }, this.names, emitter(out, this.metadata.read(values)));
    } catch (error) {
      if (!(error instanceof FlinkFault)) throw error;
      if (this.options.ignoreParseErrors) return;
      if (error.exception === 'IOException') throw error;
      throw new FlinkFault('IOException', `Corrupt ${this.dialect.name} JSON message '${shown()}'.`, error);
    }
  }
}

function unknownKind(event: Event, dialect: string, field: string, kind: string | null): FlinkFault {
  return new FlinkFault(
    'IOException',
    `Unknown "${field}" value "${kind}". The ${dialect} JSON message is '${event.text()}'`,
  );
}

/** Is a key anywhere in the tree, as Jackson's findValue looks? */
function mentions(node: unknown, key: string): boolean {
  if (Array.isArray(node)) return node.some((n) => mentions(n, key));
  if (typeof node !== 'object' || node === null) return false;
  return key in node || Object.values(node).some((n) => mentions(n, key));
}

/** The row before an update: events hold only what changed, all else is as after it. */
function before(old: Row, after: Row, tree: unknown, names: readonly string[]): Value[] {
  return old.map((value, i) => (value === null && !mentions(tree, names[i] as string) ? (after[i] as Value) : value));
}

function update(emit: Emit, old: Row, after: Row): void {
  emit(old, UPDATE_BEFORE);
  emit(after, UPDATE_AFTER);
}

/** canal-json: several rows in an event; DDL is skipped; other databases and tables may be left out. */
export function canal(database: RegExp | undefined, table: RegExp | undefined): EventDialect {
  return {
    name: 'Canal',
    metadata: canalMetadata,
    fields: (image) => [
      { name: 'data', type: types.array(image) },
      { name: 'old', type: types.array(image) },
      { name: 'type', type: types.string() },
      { name: 'database', type: types.string() },
      { name: 'table', type: types.string() },
    ],
    changes(event, names, emit) {
      const [data, old, kind, fromDatabase, fromTable] = event.values as [
        Row[] | null,
        Row[] | null,
        string | null,
        string | null,
        string | null,
      ];
      if (database && !database.test(fromDatabase ?? '')) return;
      if (table && !table.test(fromTable ?? '')) return;
      switch (kind) {
        case 'INSERT':
          for (const row of data ?? []) emit(row, INSERT);
          return;
        case 'DELETE':
          for (const row of data ?? []) emit(row, DELETE);
          return;
        case 'UPDATE': {
          // Flink looks for a key in the whole list of old rows, not in the row's own: so do we.
          const tree = (JSON.parse(event.text()) as { old?: unknown }).old;
          for (const [i, after] of (data ?? []).entries())
            update(emit, before(old?.[i] ?? [], after, tree, names), after);
          return;
        }
        case 'CREATE':
          return;
        default:
          throw unknownKind(event, 'Canal', 'type', kind);
      }
    },
  };
}

/** maxwell-json: one row in an event. */
export const maxwell: EventDialect = {
  name: 'Maxwell',
  metadata: maxwellMetadata,
  fields: (image) => [
    { name: 'data', type: image },
    { name: 'old', type: image },
    { name: 'type', type: types.string() },
  ],
  changes(event, names, emit) {
    const [data, old, kind] = event.values as [Row | null, Row | null, string | null];
    if (kind !== 'insert' && kind !== 'update' && kind !== 'delete') throw unknownKind(event, 'Maxwell', 'type', kind);
    if (!data)
      throw new FlinkFault(
        'NullPointerException',
        'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "row" is null',
      );
    if (kind === 'insert') emit(data, INSERT);
    else if (kind === 'delete') emit(data, DELETE);
    else
      update(
        emit,
        before(old ?? names.map(() => null), data, (JSON.parse(event.text()) as { old?: unknown }).old, names),
        data,
      );
  },
};

const REPLICA =
  'The "before" field of %s message is null, if you are using Ogg Postgres Connector, please check the Postgres table has been set REPLICA IDENTITY to FULL level.';

/** ogg-json: whole images before and after. */
export const ogg: EventDialect = {
  name: 'Ogg',
  metadata: oggMetadata,
  fields: (image) => [
    { name: 'before', type: image },
    { name: 'after', type: image },
    { name: 'op_type', type: types.string() },
  ],
  changes(event, _names, emit) {
    const [old, after, kind] = event.values as [Row | null, Row | null, string | null];
    const given = (row: Row | null) => {
      if (row) return row;
      throw new FlinkFault(
        'NullPointerException',
        'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "after" is null',
      );
    };
    switch (kind) {
      case 'I':
        emit(given(after), INSERT);
        return;
      case 'U':
        if (!old) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'UPDATE'));
        update(emit, old, given(after));
        return;
      case 'D':
        if (!old) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'DELETE'));
        emit(old, DELETE);
        return;
      default:
        throw unknownKind(event, 'Ogg', 'op_type', kind);
    }
  },
};
