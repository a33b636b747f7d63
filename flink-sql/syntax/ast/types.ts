import type { Identifier, Invalid, NodeBase, QualifiedName, StringLiteral } from './common.ts';
import type { IntervalQualifier } from './literals.ts';

/** `NULL` or `NOT NULL` after a type; left out when the text says neither. */
export type Nullability = 'NULL' | 'NOT NULL';

interface TypeBase extends NodeBase {
  readonly nullability?: Nullability;
}

/** Names of the types that Flink's parser knows as keywords, after joining synonyms of several words. */
export type BuiltinTypeName =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INTEGER'
  | 'BIGINT'
  | 'DECIMAL'
  | 'REAL'
  | 'DOUBLE'
  | 'FLOAT'
  | 'CHAR'
  | 'VARCHAR'
  | 'STRING'
  | 'BINARY'
  | 'VARBINARY'
  | 'BYTES'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'TIMESTAMP_LTZ'
  | 'VARIANT'
  | 'ANY'
  | 'GEOMETRY';

/** `INT`, `DECIMAL(10, 2)`, `TIMESTAMP(3) WITH LOCAL TIME ZONE`, … Canonical name plus the numbers as written. */
export interface BuiltinType extends TypeBase {
  readonly kind: 'BuiltinType';
  readonly name: BuiltinTypeName;
  /** Length or precision, and scale, as written. */
  readonly args: readonly number[];
  /** Of TIME and TIMESTAMP as written in words; `TIMESTAMP WITH LOCAL TIME ZONE` has the name TIMESTAMP_LTZ. */
  readonly timeZone?: 'WITH TIME ZONE' | 'WITH LOCAL TIME ZONE' | 'WITHOUT TIME ZONE';
  readonly charset?: string;
}

/** `ARRAY<t>` or `t ARRAY`. */
export interface ArrayType extends TypeBase {
  readonly kind: 'ArrayType';
  readonly element: TypeNode;
  readonly postfix: boolean;
}

/** `MULTISET<t>` or `t MULTISET`. */
export interface MultisetType extends TypeBase {
  readonly kind: 'MultisetType';
  readonly element: TypeNode;
  readonly postfix: boolean;
}

export interface MapType extends TypeBase {
  readonly kind: 'MapType';
  readonly key: TypeNode;
  readonly value: TypeNode;
}

/** `ROW<a INT, b STRING 'note'>` or `ROW(a INT)`; `fields` may be empty (`ROW<>`). */
export interface RowType extends TypeBase {
  readonly kind: 'RowType';
  readonly fields: readonly RowTypeField[];
  readonly parenthesized: boolean;
}

export interface RowTypeField extends NodeBase {
  readonly kind: 'RowTypeField';
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly comment?: StringLiteral;
}

/** `STRUCTURED<'com.acme.User', name STRING, age INT>` (since 2.1). */
export interface StructuredType extends TypeBase {
  readonly kind: 'StructuredType';
  readonly className: StringLiteral;
  readonly fields: readonly RowTypeField[];
}

/** `RAW('class', 'serializer snapshot')`. */
export interface RawType extends TypeBase {
  readonly kind: 'RawType';
  readonly className: StringLiteral;
  readonly serializer: StringLiteral;
}

/** `INTERVAL DAY TO SECOND` as a type (in CAST). */
export interface IntervalType extends TypeBase {
  readonly kind: 'IntervalType';
  readonly qualifier: IntervalQualifier;
}

/** A name that the parser does not know: `CAST(x AS my.type)`. */
export interface UserType extends TypeBase {
  readonly kind: 'UserType';
  readonly name: QualifiedName;
}

/** A type as written (before resolution against Flink's type system). */
export type TypeNode =
  | BuiltinType
  | ArrayType
  | MultisetType
  | MapType
  | RowType
  | StructuredType
  | RawType
  | IntervalType
  | UserType
  | Invalid;
