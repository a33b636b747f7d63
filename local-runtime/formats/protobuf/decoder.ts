import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { INSERT } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import type { Decoder } from '../format.ts';
import type { PbField, PbMessage, PbScalar, PbType } from './model.ts';
import { PbInput } from './wire.ts';

/** Reads the value behind a tag. */
type Read = (input: PbInput, wire: number) => Value;
/** Puts what is behind a tag into a row. */
type Take = (input: PbInput, wire: number, row: Value[]) => void;

export interface PbReadOptions {
  readonly ignoreParseErrors: boolean;
  /** Fields that are not set have their default instead of NULL. */
  readonly readDefaultValues: boolean;
}

/**
 * Which fields that are not set have their default: none that tells so, those of one value, or all. Flink asks the file of the
 * outermost message: of proto3, fields of one value always have theirs, also optional ones and those of a oneof (PbFormatContext).
 */
type Defaults = 'none' | 'values' | 'all';

const text = new TextDecoder();

/** Reads messages of one type into the columns of a table (PbRowDataDeserializationSchema with its generated ProtoToRowConverter). */
export class ProtobufDecoder implements Decoder {
  private readonly load: () => Promise<PbMessage>;
  private readonly fields: readonly RowField[];
  private readonly options: PbReadOptions;
  private read: MessageReader | undefined;
  private readonly input = new PbInput();

  constructor(load: () => Promise<PbMessage>, fields: readonly RowField[], options: PbReadOptions) {
    this.load = load;
    this.fields = fields;
    this.options = options;
  }

  async open(): Promise<void> {
    if (this.read) return;
    const message = await this.load();
    const defaults = this.options.readDefaultValues ? 'all' : message.proto3 ? 'values' : 'none';
    this.read = new MessageReader(message, this.fields, defaults);
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (!bytes) return;
    if (!this.read) throw new Error('the decoder was not opened before its first message');
    let row: Value[];
    try {
      this.input.reset(bytes, 0, bytes.length);
      row = this.read.row(this.input);
    } catch (error) {
      if (this.options.ignoreParseErrors && error instanceof FlinkFault) return;
      throw new FlinkFault('IOException', 'Failed to deserialize PB object.', asFault(error));
    }
    out.values(row, INSERT);
  }
}

/** Reads one message, up to the end of its bytes. */
export class MessageReader {
  private readonly takes: (Take | undefined)[] = [];
  /** The row of a message without any field. */
  private readonly blank: (() => Value)[];

  constructor(message: PbMessage, fields: readonly RowField[], defaults: Defaults) {
    this.blank = fields.map(({ name, type }, i) => {
      const field = message.fields.get(name) as PbField;
      this.takes[field.number] = taker(field, type, i, defaults);
      return missing(field, type, defaults);
    });
  }

  row(input: PbInput): Value[] {
    const row = this.blank.map((make) => make());
    this.into(input, row);
    return row;
  }

  /** Reads into a row that is there: a message may come in several pieces. */
  into(input: PbInput, row: Value[]): void {
    while (input.pos < input.end) {
      const tag = input.varint32() >>> 0;
      const take = this.takes[tag >>> 3];
      if (take) take(input, tag & 7, row);
      else input.skip(tag & 7, tag >>> 3);
    }
  }
}

/** What a field that is not set is read as. */
function missing(field: PbField, type: LogicalType, defaults: Defaults): () => Value {
  if (field.label !== 'single') {
    if (defaults !== 'all') return () => null;
    return field.label === 'map' ? () => ({ keys: [], values: [] }) : () => [];
  }
  if (field.type.kind === 'message') {
    if (defaults !== 'all') return () => null;
    const reader = new MessageReader(field.type, (type as { fields: readonly RowField[] }).fields, 'all');
    const empty = new PbInput();
    return () => reader.row(empty);
  }
  if (defaults === 'none' && field.presence) return () => null;
  const value = defaultOf(field.type, type, field.fallback);
  return () => value;
}

function defaultOf(type: Exclude<PbType, PbMessage>, column: LogicalType, fallback: unknown): Value {
  if (type.kind === 'enum') {
    const [first] = type.byNumber.keys();
    const number =
      typeof fallback === 'string' ? (type.byName.get(fallback) ?? 0) : ((fallback as number) ?? first ?? 0);
    return enumValue(type.byNumber.get(number) ?? '', number, column);
  }
  switch (type.name) {
    case 'string':
      return String(fallback ?? '');
    case 'bytes':
      return new Uint8Array(Buffer.from(String(fallback ?? ''), 'latin1'));
    case 'bool':
      return fallback === true;
    case 'double':
    case 'float':
      return Number(fallback ?? 0);
    default:
      return column.root === 'BIGINT' ? BigInt.asIntN(64, BigInt(String(fallback ?? 0))) : Number(fallback ?? 0) | 0;
  }
}

const enumValue = (name: string, number: number, column: LogicalType): Value =>
  column.root === 'CHAR' || column.root === 'VARCHAR' ? name : column.root === 'BIGINT' ? BigInt(number) : number;

function taker(field: PbField, type: LogicalType, at: number, defaults: Defaults): Take {
  if (field.label === 'map') return mapTaker(field, type as Extract<LogicalType, { root: 'MAP' }>, at, defaults);
  if (field.label === 'repeated') {
    const { element } = type as { element: LogicalType };
    const read = reader(field.type, element, defaults);
    const width = wireType(field.type);
    return (input, wire, row) => {
      const items = (row[at] ?? []) as Value[];
      row[at] = items;
      if (wire !== 2 || width === 2) {
        items.push(read(input, wire));
        return;
      }
      const end = input.begin();
      while (input.pos < input.end) items.push(read(input, width));
      input.finish(end);
    };
  }
  if (field.type.kind === 'message') {
    const nested = new MessageReader(field.type, (type as { fields: readonly RowField[] }).fields, defaults);
    return (input, wire, row) => {
      if (wire !== 2) throw wrongWire();
      const end = input.begin();
      const before = row[at];
      if (before) nested.into(input, before as Value[]);
      else row[at] = nested.row(input);
      input.finish(end);
    };
  }
  const read = reader(field.type, type, defaults);
  return (input, wire, row) => {
    row[at] = read(input, wire);
  };
}

function mapTaker(field: PbField, type: Extract<LogicalType, { root: 'MAP' }>, at: number, defaults: Defaults): Take {
  const keyType: PbType = { kind: 'scalar', name: field.key ?? 'string' };
  const readKey = reader(keyType, type.key, defaults);
  const readValue = reader(field.type, type.value, defaults);
  const noKey = () => defaultOf({ kind: 'scalar', name: field.key ?? 'string' }, type.key, undefined);
  const single: PbField = { ...field, label: 'single', presence: false, fallback: undefined };
  const noValue = missing(single, type.value, 'all');
  return (input, wire, row) => {
    if (wire !== 2) throw wrongWire();
    const map = (row[at] ?? { keys: [], values: [] }) as { keys: Value[]; values: Value[] };
    row[at] = map;
    const end = input.begin();
    let key: Value = noKey();
    let value: Value = noValue();
    while (input.pos < input.end) {
      const tag = input.varint32() >>> 0;
      if (tag >>> 3 === 1) key = readKey(input, tag & 7);
      else if (tag >>> 3 === 2) value = readValue(input, tag & 7);
      else input.skip(tag & 7, tag >>> 3);
    }
    input.finish(end);
    // Of a repeated key the last value counts.
    const known = map.keys.indexOf(key);
    if (known >= 0) map.values[known] = value;
    else {
      map.keys.push(key);
      map.values.push(value);
    }
  };
}

const wrongWire = () => new FlinkFault('InvalidProtocolBufferException', 'Protocol message tag had invalid wire type.');

/** Wire type of a single value. */
export function wireType(type: PbType): number {
  if (type.kind === 'message') return 2;
  if (type.kind === 'enum') return 0;
  const name: PbScalar = type.name;
  if (name === 'string' || name === 'bytes') return 2;
  if (name === 'double' || name.endsWith('fixed64')) return 1;
  return name === 'float' || name.endsWith('fixed32') ? 5 : 0;
}

function reader(type: PbType, column: LogicalType, defaults: Defaults): Read {
  const expected = wireType(type);
  const read = plainReader(type, column, defaults);
  return (input, wire) => {
    if (wire !== expected) throw wrongWire();
    return read(input);
  };
}

function plainReader(type: PbType, column: LogicalType, defaults: Defaults): (input: PbInput) => Value {
  if (type.kind === 'message') {
    const nested = new MessageReader(type, (column as { fields: readonly RowField[] }).fields, defaults);
    return (input) => {
      const end = input.begin();
      const row = nested.row(input);
      input.finish(end);
      return row;
    };
  }
  if (type.kind === 'enum') {
    return (input) => {
      const number = input.varint32();
      return enumValue(type.byNumber.get(number) ?? 'UNRECOGNIZED', number, column);
    };
  }
  switch (type.name) {
    case 'double':
      return (input) => input.double();
    case 'float':
      return (input) => input.float();
    case 'int32':
    case 'uint32':
      return (input) => input.varint32();
    case 'sint32':
      return (input) => {
        const n = input.varint32();
        return (n >>> 1) ^ -(n & 1);
      };
    case 'fixed32':
    case 'sfixed32':
      return (input) => input.fixed32();
    case 'int64':
    case 'uint64':
      return (input) => input.varint64();
    case 'sint64':
      return (input) => {
        const n = BigInt.asUintN(64, input.varint64());
        return BigInt.asIntN(64, (n >> 1n) ^ -(n & 1n));
      };
    case 'fixed64':
    case 'sfixed64':
      return (input) => input.fixed64();
    case 'bool':
      return (input) => input.varint64() !== 0n;
    case 'string':
      return (input) => text.decode(input.blob());
    case 'bytes':
      return (input) => input.blob().slice();
  }
}
