/**
 * The tree of Flink SQL. Every node is a plain object with a `kind`, and `start`/`end` as half-open UTF-16 offsets in the
 * source that was parsed. Nodes are read-only; what the text leaves open stays open here (resolution is the binder's work).
 * Where the text is broken, an `Invalid` node stands for the part that could not be understood.
 */
export type * from './ast/calls.ts';
export type * from './ast/common.ts';
export type * from './ast/ddl.ts';
export type * from './ast/expressions.ts';
export type * from './ast/json.ts';
export type * from './ast/literals.ts';
export type * from './ast/queries.ts';
export type * from './ast/statements.ts';
export type * from './ast/types.ts';

import type { Hint, HintOption, Identifier, Invalid, Property, QualifiedName } from './ast/common.ts';
import type {
  AddPartition,
  AlterCatalog,
  AlterMaterializedTable,
  AlterModel,
  AlterTableAction,
  AlterView,
  ColumnConstraint,
  ColumnPosition,
  Distribution,
  FunctionResource,
  PartitionItem,
  PartitionSpec,
  TableElement,
  TableLike,
  TableLikeOption,
} from './ast/ddl.ts';
import type { CaseBranch, Expression, FrameBound, OrderItem, WindowFrame, WindowSpec } from './ast/expressions.ts';
import type { JsonBehavior, JsonEntry, JsonPassing } from './ast/json.ts';
import type { IntervalQualifier } from './ast/literals.ts';
import type {
  AfterMatch,
  GroupBy,
  GroupByItem,
  MatchDefine,
  MatchMeasure,
  MatchSubset,
  NamedWindow,
  Pattern,
  Query,
  QueryBody,
  Relation,
  SelectItem,
  TableAlias,
  TableSample,
  UnpivotItem,
  WithClause,
  WithItem,
} from './ast/queries.ts';
import type { Assignment, ShowFilter, ShowScope, Statement } from './ast/statements.ts';
import type { RowTypeField, TypeNode } from './ast/types.ts';

/** Any node of the tree. */
export type SyntaxNode =
  | AddPartition
  | AfterMatch
  | AlterCatalog['action']
  | AlterMaterializedTable['action']
  | AlterModel['action']
  | AlterTableAction
  | AlterView['action']
  | Assignment
  | CaseBranch
  | ColumnConstraint
  | ColumnPosition
  | Distribution
  | Expression
  | FrameBound
  | FunctionResource
  | GroupBy
  | GroupByItem
  | Hint
  | HintOption
  | Identifier
  | IntervalQualifier
  | Invalid
  | JsonBehavior
  | JsonEntry
  | JsonPassing
  | MatchDefine
  | MatchMeasure
  | MatchSubset
  | NamedWindow
  | OrderItem
  | PartitionItem
  | PartitionSpec
  | Pattern
  | Property
  | QualifiedName
  | Query
  | QueryBody
  | Relation
  | RowTypeField
  | SelectItem
  | ShowFilter
  | ShowScope
  | Statement
  | TableAlias
  | TableElement
  | TableLike
  | TableLikeOption
  | TableSample
  | TypeNode
  | UnpivotItem
  | WindowFrame
  | WindowSpec
  | WithClause
  | WithItem;
