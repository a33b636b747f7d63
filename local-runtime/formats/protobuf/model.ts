import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { validation } from '../../errors.ts';

export type PbScalar =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

export interface PbEnum {
  readonly kind: 'enum';
  readonly byNumber: ReadonlyMap<number, string>;
  readonly byName: ReadonlyMap<string, number>;
}

export interface PbMessage {
  readonly kind: 'message';
  readonly fullName: string;
  /** Of a file of proto3, whose fields have no presence but where they say so. */
  readonly proto3: boolean;
  /** Set once all messages are known: they may contain each other. */
  fields: ReadonlyMap<string, PbField>;
}

export type PbType = { readonly kind: 'scalar'; readonly name: PbScalar } | PbEnum | PbMessage;

export interface PbField {
  readonly name: string;
  readonly number: number;
  readonly type: PbType;
  readonly label: 'single' | 'repeated' | 'map';
  /** Type of a map's keys. */
  readonly key?: PbScalar;
  /** Can one tell a field that was not set from one with its default? */
  readonly presence: boolean;
  /** Repeated numbers are written one behind the other. */
  readonly packed: boolean;
  /** The default as the schema has it: a number, text, boolean; undefined for the type's. */
  readonly fallback: unknown;
}

/** Java's type of a scalar, as Flink's messages name it, and the column types it goes with (PbSchemaValidationUtils). */
const JAVA: Readonly<Record<PbScalar, readonly [name: string, roots: readonly string[]]>> = (() => {
  const int = ['INT', ['INTEGER']] as const;
  const long = ['LONG', ['BIGINT']] as const;
  return {
    double: ['DOUBLE', ['DOUBLE']],
    float: ['FLOAT', ['FLOAT']],
    int32: int,
    uint32: int,
    sint32: int,
    fixed32: int,
    sfixed32: int,
    int64: long,
    uint64: long,
    sint64: long,
    fixed64: long,
    sfixed64: long,
    bool: ['BOOLEAN', ['BOOLEAN']],
    string: ['STRING', ['VARCHAR', 'CHAR']],
    bytes: ['BYTE_STRING', ['BINARY', 'VARBINARY']],
  };
})();
const ENUM_ROOTS = ['VARCHAR', 'CHAR', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];

/** Checks that a message has the columns of a table, in Flink's words. */
export function checkColumns(message: PbMessage, fields: readonly RowField[]): void {
  for (const { name, type } of fields) {
    const field = message.fields.get(name);
    if (!field) throw validation(`Column ${name} does not exist in definition of proto class.`);
    checkField(field, type);
  }
}

function checkField(field: PbField, type: LogicalType): void {
  if (field.label === 'map') {
    if (type.root !== 'MAP') throw unexpected(type, 'MapType');
    checkScalar({ kind: 'scalar', name: field.key ?? 'string' }, type.key);
    checkType(field.type, type.value);
  } else if (field.label === 'repeated') {
    if (type.root !== 'ARRAY') throw unexpected(type, 'ArrayType');
    checkType(field.type, type.element);
  } else checkType(field.type, type);
}

function checkType(type: PbType, column: LogicalType): void {
  if (type.kind !== 'message') {
    checkScalar(type, column);
    return;
  }
  if (column.root !== 'ROW') throw unexpected(column, 'RowType');
  checkColumns(type, column.fields);
}

function checkScalar(type: Exclude<PbType, PbMessage>, column: LogicalType): void {
  const [java, roots] = type.kind === 'enum' ? (['ENUM', ENUM_ROOTS] as const) : JAVA[type.name];
  if (!roots.includes(column.root))
    throw validation(
      `Protobuf field type does not match column type, ${java}(protobuf) is not compatible with ${column.root}`,
    );
}

const unexpected = (type: LogicalType, wanted: string) =>
  validation(`Unexpected LogicalType: ${asSummaryString(type)}. It should be ${wanted}`);
