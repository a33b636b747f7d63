import type { Identifier, Invalid, NodeBase, Property, QualifiedName, StringLiteral } from './common.ts';
import type { Expression } from './expressions.ts';
import type { IntervalLiteral, NumberLiteral } from './literals.ts';
import type { Query } from './queries.ts';
import type { TypeNode } from './types.ts';

/** `name type [constraint] [COMMENT '…']`. */
export interface PhysicalColumn extends NodeBase {
  readonly kind: 'PhysicalColumn';
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly constraint?: ColumnConstraint;
  readonly comment?: StringLiteral;
  /** Only inside ALTER TABLE ADD / MODIFY. */
  readonly position?: ColumnPosition;
}

/** `name AS expr [COMMENT '…']`. */
export interface ComputedColumn extends NodeBase {
  readonly kind: 'ComputedColumn';
  readonly name: Identifier;
  readonly expr: Expression;
  readonly comment?: StringLiteral;
  readonly position?: ColumnPosition;
}

/** `name type METADATA [FROM 'key'] [VIRTUAL] [COMMENT '…']`. */
export interface MetadataColumn extends NodeBase {
  readonly kind: 'MetadataColumn';
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly key?: StringLiteral;
  readonly virtual: boolean;
  readonly comment?: StringLiteral;
  readonly position?: ColumnPosition;
}

/** A bare name in the column list of `CREATE TABLE t (a, b) AS SELECT`. */
export interface ColumnName extends NodeBase {
  readonly kind: 'ColumnName';
  readonly name: Identifier;
}

/** `FIRST` or `AFTER column`. */
export interface ColumnPosition extends NodeBase {
  readonly kind: 'ColumnPosition';
  readonly position: 'FIRST' | 'AFTER';
  readonly after?: QualifiedName;
}

export interface ColumnConstraint extends NodeBase {
  readonly kind: 'ColumnConstraint';
  readonly name?: Identifier;
  readonly type: 'PRIMARY KEY' | 'UNIQUE';
  readonly enforced?: 'ENFORCED' | 'NOT ENFORCED';
}

export interface TableConstraint extends NodeBase {
  readonly kind: 'TableConstraint';
  readonly name?: Identifier;
  readonly type: 'PRIMARY KEY' | 'UNIQUE';
  readonly columns: readonly Identifier[];
  readonly enforced?: 'ENFORCED' | 'NOT ENFORCED';
}

/** `WATERMARK FOR column AS expr`. */
export interface Watermark extends NodeBase {
  readonly kind: 'Watermark';
  readonly column: QualifiedName;
  readonly expr: Expression;
}

export type TableElement =
  | PhysicalColumn
  | ComputedColumn
  | MetadataColumn
  | ColumnName
  | TableConstraint
  | Watermark
  | Invalid;

/** `DISTRIBUTED BY HASH(a, b) INTO 4 BUCKETS`. */
export interface Distribution extends NodeBase {
  readonly kind: 'Distribution';
  readonly method?: 'HASH' | 'RANGE';
  readonly columns: readonly Identifier[];
  readonly buckets?: NumberLiteral;
}

/** `LIKE source [(INCLUDING ALL, …)]`. */
export interface TableLike extends NodeBase {
  readonly kind: 'TableLike';
  readonly source: QualifiedName;
  readonly options: readonly TableLikeOption[];
}

export interface TableLikeOption extends NodeBase {
  readonly kind: 'TableLikeOption';
  readonly strategy: 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING';
  readonly feature:
    | 'ALL'
    | 'CONSTRAINTS'
    | 'DISTRIBUTION'
    | 'GENERATED'
    | 'METADATA'
    | 'OPTIONS'
    | 'PARTITIONS'
    | 'WATERMARKS';
}

/** CREATE [OR REPLACE] [TEMPORARY] TABLE with LIKE, AS query, both or neither; REPLACE TABLE has `replace: 'REPLACE'`. */
export interface CreateTable extends NodeBase {
  readonly kind: 'CreateTable';
  readonly replace?: 'CREATE OR REPLACE' | 'REPLACE';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** Left out when there is no parenthesised list at all. */
  readonly elements?: readonly TableElement[];
  readonly comment?: StringLiteral;
  readonly distribution?: Distribution;
  readonly partitionedBy?: readonly Identifier[];
  readonly options: readonly Property[];
  readonly like?: TableLike;
  readonly asQuery?: Query;
}

export interface CreateView extends NodeBase {
  readonly kind: 'CreateView';
  readonly replace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly columns?: readonly Identifier[];
  readonly comment?: StringLiteral;
  readonly options: readonly Property[];
  readonly query: Query | Invalid;
}

export interface CreateMaterializedTable extends NodeBase {
  readonly kind: 'CreateMaterializedTable';
  /** `CREATE OR ALTER`. */
  readonly orAlter: boolean;
  readonly name: QualifiedName;
  readonly elements?: readonly TableElement[];
  readonly comment?: StringLiteral;
  readonly distribution?: Distribution;
  readonly partitionedBy?: readonly Identifier[];
  readonly options: readonly Property[];
  readonly freshness?: Expression;
  readonly refreshMode?: 'FULL' | 'CONTINUOUS';
  readonly query: Query | Invalid;
}

export interface CreateModel extends NodeBase {
  readonly kind: 'CreateModel';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly input?: readonly TableElement[];
  readonly output?: readonly TableElement[];
  readonly comment?: StringLiteral;
  readonly options: readonly Property[];
  readonly asQuery?: Query;
}

export interface CreateDatabase extends NodeBase {
  readonly kind: 'CreateDatabase';
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly comment?: StringLiteral;
  readonly options: readonly Property[];
}

export interface CreateCatalog extends NodeBase {
  readonly kind: 'CreateCatalog';
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment?: StringLiteral;
  readonly options: readonly Property[];
}

export type FunctionLanguage = 'JAVA' | 'SCALA' | 'SQL' | 'PYTHON';

export interface CreateFunction extends NodeBase {
  readonly kind: 'CreateFunction';
  readonly temporary: boolean;
  readonly system: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly className?: StringLiteral;
  readonly language?: FunctionLanguage;
  readonly resources: readonly FunctionResource[];
  readonly options: readonly Property[];
}

/** `USING JAR '/path'`. */
export interface FunctionResource extends NodeBase {
  readonly kind: 'FunctionResource';
  readonly type: 'JAR' | 'FILE' | 'ARCHIVE';
  readonly path: StringLiteral;
}

/** DROP of a table-like object or model. */
export interface DropObject extends NodeBase {
  readonly kind: 'DropTable' | 'DropView' | 'DropMaterializedTable' | 'DropModel';
  readonly temporary: boolean;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
}

export interface DropFunction extends NodeBase {
  readonly kind: 'DropFunction';
  readonly temporary: boolean;
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
}

export interface DropDatabase extends NodeBase {
  readonly kind: 'DropDatabase';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly behavior?: 'RESTRICT' | 'CASCADE';
}

export interface DropCatalog extends NodeBase {
  readonly kind: 'DropCatalog';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
}

export interface AlterTable extends NodeBase {
  readonly kind: 'AlterTable';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly action: AlterTableAction;
}

export type AlterTableAction =
  | RenameAction
  | RenameColumnAction
  | SetOptionsAction
  | ResetOptionsAction
  | AddPartitionsAction
  | DropPartitionsAction
  | AddAction
  | ModifyAction
  | DropColumnsAction
  | DropPrimaryKeyAction
  | DropConstraintAction
  | DropWatermarkAction
  | AddDistributionAction
  | ModifyDistributionAction
  | DropDistributionAction
  | Invalid;

export interface RenameAction extends NodeBase {
  readonly kind: 'Rename';
  readonly to: QualifiedName;
}
export interface RenameColumnAction extends NodeBase {
  readonly kind: 'RenameColumn';
  readonly from: QualifiedName;
  readonly to: QualifiedName;
}
export interface SetOptionsAction extends NodeBase {
  readonly kind: 'SetOptions';
  readonly options: readonly Property[];
}
export interface ResetOptionsAction extends NodeBase {
  readonly kind: 'ResetOptions';
  readonly keys: readonly StringLiteral[];
}
export interface PartitionSpec extends NodeBase {
  readonly kind: 'PartitionSpec';
  readonly items: readonly PartitionItem[];
}
/** `dt = '2024-01-01'`; or `dt` alone where Flink allows it. */
export interface PartitionItem extends NodeBase {
  readonly kind: 'PartitionItem';
  readonly name: Identifier;
  readonly value?: Expression;
}
export interface AddPartition extends NodeBase {
  readonly kind: 'AddPartition';
  readonly spec: PartitionSpec;
  readonly options: readonly Property[];
}
export interface AddPartitionsAction extends NodeBase {
  readonly kind: 'AddPartitions';
  readonly ifNotExists: boolean;
  readonly partitions: readonly AddPartition[];
}
export interface DropPartitionsAction extends NodeBase {
  readonly kind: 'DropPartitions';
  readonly ifExists: boolean;
  readonly partitions: readonly PartitionSpec[];
}
/** ADD column, constraint, watermark, or a parenthesised list of them. */
export interface AddAction extends NodeBase {
  readonly kind: 'Add';
  readonly elements: readonly TableElement[];
  /** A DISTRIBUTION among other elements of a list. */
  readonly distribution?: Distribution;
}
export interface ModifyAction extends NodeBase {
  readonly kind: 'Modify';
  readonly elements: readonly TableElement[];
  readonly distribution?: Distribution;
}
export interface DropColumnsAction extends NodeBase {
  readonly kind: 'DropColumns';
  readonly columns: readonly QualifiedName[];
}
export interface DropPrimaryKeyAction extends NodeBase {
  readonly kind: 'DropPrimaryKey';
}
export interface DropConstraintAction extends NodeBase {
  readonly kind: 'DropConstraint';
  readonly name: Identifier;
}
export interface DropWatermarkAction extends NodeBase {
  readonly kind: 'DropWatermark';
}
export interface AddDistributionAction extends NodeBase {
  readonly kind: 'AddDistribution';
  readonly distribution: Distribution;
}
export interface ModifyDistributionAction extends NodeBase {
  readonly kind: 'ModifyDistribution';
  readonly distribution: Distribution;
}
export interface DropDistributionAction extends NodeBase {
  readonly kind: 'DropDistribution';
}

export interface AlterView extends NodeBase {
  readonly kind: 'AlterView';
  readonly name: QualifiedName;
  readonly action: RenameAction | SetOptionsAction | AsQueryAction | Invalid;
}
export interface AsQueryAction extends NodeBase {
  readonly kind: 'AsQuery';
  readonly query: Query | Invalid;
}

export interface AlterMaterializedTable extends NodeBase {
  readonly kind: 'AlterMaterializedTable';
  readonly name: QualifiedName;
  readonly action:
    | SuspendAction
    | ResumeAction
    | RefreshAction
    | SetFreshnessAction
    | SetRefreshModeAction
    | SetOptionsAction
    | ResetOptionsAction
    | AsQueryAction
    | AddDistributionAction
    | ModifyDistributionAction
    | DropDistributionAction
    | AddAction
    | ModifyAction
    | DropColumnsAction
    | DropPrimaryKeyAction
    | DropConstraintAction
    | DropWatermarkAction
    | Invalid;
}
export interface SuspendAction extends NodeBase {
  readonly kind: 'Suspend';
}
export interface ResumeAction extends NodeBase {
  readonly kind: 'Resume';
  readonly options: readonly Property[];
}
export interface RefreshAction extends NodeBase {
  readonly kind: 'Refresh';
  readonly partition?: PartitionSpec;
}
export interface SetFreshnessAction extends NodeBase {
  readonly kind: 'SetFreshness';
  readonly freshness: IntervalLiteral | Expression;
}
export interface SetRefreshModeAction extends NodeBase {
  readonly kind: 'SetRefreshMode';
  readonly mode: 'FULL' | 'CONTINUOUS';
}

export interface AlterModel extends NodeBase {
  readonly kind: 'AlterModel';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly action: RenameAction | SetOptionsAction | ResetOptionsAction | Invalid;
}

export interface AlterDatabase extends NodeBase {
  readonly kind: 'AlterDatabase';
  readonly name: QualifiedName;
  readonly options: readonly Property[];
}

export interface AlterCatalog extends NodeBase {
  readonly kind: 'AlterCatalog';
  readonly name: QualifiedName;
  readonly action: SetOptionsAction | ResetOptionsAction | CommentAction | Invalid;
}
export interface CommentAction extends NodeBase {
  readonly kind: 'Comment';
  readonly comment: StringLiteral;
}

export interface AlterFunction extends NodeBase {
  readonly kind: 'AlterFunction';
  readonly temporary: boolean;
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly className?: StringLiteral;
  readonly language?: FunctionLanguage;
}

export type DdlStatement =
  | CreateTable
  | CreateView
  | CreateMaterializedTable
  | CreateModel
  | CreateDatabase
  | CreateCatalog
  | CreateFunction
  | DropObject
  | DropFunction
  | DropDatabase
  | DropCatalog
  | AlterTable
  | AlterView
  | AlterMaterializedTable
  | AlterModel
  | AlterDatabase
  | AlterCatalog
  | AlterFunction;
