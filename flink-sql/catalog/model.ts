import type { Rex } from '../plan/rex.ts';
import type { LogicalType } from '../types/logical-type.ts';

/** catalog.database.object, unquoted. */
export interface ObjectIdentifier {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
}

/** A column of a resolved schema (Column.PhysicalColumn, ComputedColumn, MetadataColumn). */
export type ResolvedColumn =
  | { readonly kind: 'physical'; readonly name: string; readonly type: LogicalType; readonly comment?: string }
  | {
      readonly kind: 'computed';
      readonly name: string;
      readonly type: LogicalType;
      /** Over all columns declared in `columns`, by position. */
      readonly expr: Rex;
      /** As Flink prints it in SHOW CREATE TABLE. */
      readonly text: string;
      readonly comment?: string;
    }
  | {
      readonly kind: 'metadata';
      readonly name: string;
      readonly type: LogicalType;
      /** Metadata key, when it differs from the name. */
      readonly key?: string;
      readonly virtual: boolean;
      readonly comment?: string;
    };

export interface WatermarkSpec {
  /** Index in `columns`. */
  readonly column: number;
  readonly expr: Rex;
  readonly text: string;
}

export interface PrimaryKey {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ResolvedTable {
  readonly kind: 'table';
  readonly identifier: ObjectIdentifier;
  readonly temporary: boolean;
  readonly columns: readonly ResolvedColumn[];
  readonly watermark?: WatermarkSpec;
  readonly primaryKey?: PrimaryKey;
  readonly partitionKeys: readonly string[];
  readonly distribution?: {
    readonly kind?: 'HASH' | 'RANGE';
    readonly buckets?: number;
    readonly keys: readonly string[];
  };
  readonly options: Readonly<Record<string, string>>;
  readonly comment?: string;
}

export interface ResolvedView {
  readonly kind: 'view';
  readonly identifier: ObjectIdentifier;
  readonly temporary: boolean;
  readonly columns: readonly { readonly name: string; readonly type: LogicalType; readonly comment?: string }[];
  /** As the user wrote it: bound again with the view's own catalog and database when used. */
  readonly originalQuery: string;
  /** As Flink prints it, names qualified. */
  readonly expandedQuery: string;
  /** Current catalog and database when it was made. */
  readonly scope: { readonly catalog: string; readonly database: string };
  readonly comment?: string;
}

export interface ResolvedFunction {
  readonly name: string;
  readonly identifier?: ObjectIdentifier;
  readonly temporary: boolean;
  readonly className: string;
  readonly language: 'JAVA' | 'SCALA' | 'PYTHON';
  readonly jars: readonly string[];
}

export interface ResolvedModel {
  readonly identifier: ObjectIdentifier;
  readonly temporary: boolean;
  readonly input: readonly { readonly name: string; readonly type: LogicalType }[];
  readonly output: readonly { readonly name: string; readonly type: LogicalType }[];
  readonly options: Readonly<Record<string, string>>;
  readonly comment?: string;
}

/** Values of a partition's columns by name, as text; null is the default partition. */
export type PartitionSpec = Readonly<Record<string, string | null>>;
