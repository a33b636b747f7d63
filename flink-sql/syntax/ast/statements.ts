import type { Hint, Identifier, Invalid, NodeBase, Property, QualifiedName, StringLiteral } from './common.ts';
import type { CreateTable, DdlStatement, PartitionSpec } from './ddl.ts';
import type { Expression } from './expressions.ts';
import type { Query } from './queries.ts';

/** A query as a statement. */
export interface QueryStatement extends NodeBase {
  readonly kind: 'QueryStatement';
  readonly query: Query;
}

export interface Insert extends NodeBase {
  readonly kind: 'Insert';
  readonly overwrite: boolean;
  /** INSERT or UPSERT. */
  readonly upsert: boolean;
  readonly table: QualifiedName;
  readonly hints: readonly Hint[];
  readonly partition?: PartitionSpec;
  /** A part may be nested: `(a, r.f)`. */
  readonly columns?: readonly QualifiedName[];
  readonly query: Query | Invalid;
}

export interface Update extends NodeBase {
  readonly kind: 'Update';
  readonly table: QualifiedName;
  readonly hints: readonly Hint[];
  readonly alias?: Identifier;
  readonly assignments: readonly Assignment[];
  readonly where?: Expression;
}

export interface Assignment extends NodeBase {
  readonly kind: 'Assignment';
  readonly column: Identifier;
  readonly value: Expression;
}

export interface Delete extends NodeBase {
  readonly kind: 'Delete';
  readonly table: QualifiedName;
  readonly hints: readonly Hint[];
  readonly alias?: Identifier;
  readonly where?: Expression;
}

/** Calcite's MERGE: the parser takes it, Flink's planner refuses it. */
export interface Merge extends NodeBase {
  readonly kind: 'Merge';
  readonly table: QualifiedName;
}

export interface TruncateTable extends NodeBase {
  readonly kind: 'TruncateTable';
  readonly table: QualifiedName;
}

/** `[EXECUTE] STATEMENT SET BEGIN INSERT …; INSERT …; END`. */
export interface StatementSet extends NodeBase {
  readonly kind: 'StatementSet';
  readonly inserts: readonly (Insert | Invalid)[];
}

/** `BEGIN STATEMENT SET`: opens a set that `END` closes statements later. */
export interface BeginStatementSet extends NodeBase {
  readonly kind: 'BeginStatementSet';
}

export interface EndStatementSet extends NodeBase {
  readonly kind: 'EndStatementSet';
}

/** `EXECUTE statement`. */
export interface ExecuteStatement extends NodeBase {
  readonly kind: 'ExecuteStatement';
  readonly statement: QueryStatement | Insert | StatementSet | Statement;
}

export interface ExecutePlan extends NodeBase {
  readonly kind: 'ExecutePlan';
  readonly path: StringLiteral;
}

export interface CompilePlan extends NodeBase {
  readonly kind: 'CompilePlan';
  readonly path: StringLiteral;
  readonly ifNotExists: boolean;
  readonly statement: Insert | StatementSet | Invalid;
}

/** `COMPILE AND EXECUTE PLAN '…' FOR …`. */
export interface CompileAndExecutePlan extends NodeBase {
  readonly kind: 'CompileAndExecutePlan';
  readonly path: StringLiteral;
  readonly statement: Insert | StatementSet | Invalid;
}

export type ExplainDetail = 'ESTIMATED_COST' | 'CHANGELOG_MODE' | 'JSON_EXECUTION_PLAN' | 'PLAN_ADVICE';

export interface Explain extends NodeBase {
  readonly kind: 'Explain';
  /** `EXPLAIN PLAN FOR …`. */
  readonly planFor: boolean;
  readonly details: readonly ExplainDetail[];
  readonly statement: QueryStatement | Insert | StatementSet | CreateTable | Statement;
}

/** `[NOT] LIKE | ILIKE 'pattern'` of the SHOW family. */
export interface ShowFilter extends NodeBase {
  readonly kind: 'ShowFilter';
  readonly op: 'LIKE' | 'ILIKE';
  readonly negated: boolean;
  readonly pattern: StringLiteral;
}

/** `FROM | IN name` of the SHOW family. */
export interface ShowScope extends NodeBase {
  readonly kind: 'ShowScope';
  readonly preposition: 'FROM' | 'IN';
  readonly name: QualifiedName;
}

/** SHOW TABLES, VIEWS, … `what` tells which. */
export interface ShowObjects extends NodeBase {
  readonly kind: 'ShowObjects';
  readonly what:
    | 'CATALOGS'
    | 'DATABASES'
    | 'TABLES'
    | 'VIEWS'
    | 'MATERIALIZED TABLES'
    | 'COLUMNS'
    | 'FUNCTIONS'
    | 'USER FUNCTIONS'
    | 'PROCEDURES'
    | 'MODELS'
    | 'MODULES'
    | 'FULL MODULES'
    | 'JARS'
    | 'JOBS';
  readonly scope?: ShowScope;
  readonly filter?: ShowFilter;
}

export interface ShowCurrent extends NodeBase {
  readonly kind: 'ShowCurrent';
  readonly what: 'CATALOG' | 'DATABASE';
}

export interface ShowCreate extends NodeBase {
  readonly kind: 'ShowCreate';
  readonly what: 'TABLE' | 'VIEW' | 'MATERIALIZED TABLE' | 'MODEL' | 'CATALOG';
  readonly name: QualifiedName;
}

export interface ShowPartitions extends NodeBase {
  readonly kind: 'ShowPartitions';
  readonly table: QualifiedName;
  readonly partition?: PartitionSpec;
}

export interface Describe extends NodeBase {
  readonly kind: 'Describe';
  readonly what: 'TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'MODEL';
  readonly extended: boolean;
  readonly name: QualifiedName;
}

/** `DESCRIBE SELECT …`: Calcite's parser takes it, Flink's planner refuses it. */
export interface DescribeStatement extends NodeBase {
  readonly kind: 'DescribeStatement';
  readonly statement: QueryStatement | Insert | Delete | Update;
}

export interface DescribeJob extends NodeBase {
  readonly kind: 'DescribeJob';
  readonly id: StringLiteral;
}

/**
 * SET, `SET 'k' = 'v'`, and `SET k = v` as the SQL Gateway's own parser takes it (unquoted or double-quoted).
 * `key` and `value` are left out in a bare SET.
 */
export interface SetStatement extends NodeBase {
  readonly kind: 'Set';
  readonly key?: StringLiteral;
  readonly value?: StringLiteral;
}

export interface ResetStatement extends NodeBase {
  readonly kind: 'Reset';
  readonly key?: StringLiteral;
}

export interface UseStatement extends NodeBase {
  readonly kind: 'Use';
  readonly what: 'CATALOG' | 'DATABASE';
  readonly name: QualifiedName;
}

export interface UseModules extends NodeBase {
  readonly kind: 'UseModules';
  readonly modules: readonly Identifier[];
}

export interface LoadModule extends NodeBase {
  readonly kind: 'LoadModule';
  readonly name: Identifier;
  readonly options: readonly Property[];
}

export interface UnloadModule extends NodeBase {
  readonly kind: 'UnloadModule';
  readonly name: Identifier;
}

export interface AddJar extends NodeBase {
  readonly kind: 'AddJar';
  readonly path: StringLiteral;
}

export interface RemoveJar extends NodeBase {
  readonly kind: 'RemoveJar';
  readonly path: StringLiteral;
}

export interface StopJob extends NodeBase {
  readonly kind: 'StopJob';
  readonly id: StringLiteral;
  readonly withSavepoint: boolean;
  readonly withDrain: boolean;
}

export interface Call extends NodeBase {
  readonly kind: 'Call';
  readonly name: QualifiedName;
  readonly args: readonly Expression[];
}

export interface AnalyzeTable extends NodeBase {
  readonly kind: 'AnalyzeTable';
  readonly table: QualifiedName;
  readonly partition?: PartitionSpec;
  /** Left out without FOR COLUMNS; `'ALL'` for FOR ALL COLUMNS. */
  readonly columns?: readonly Identifier[] | 'ALL';
}

/** Commands of the SQL client that its parser knows: QUIT, EXIT, CLEAR, HELP. */
export interface ClientCommand extends NodeBase {
  readonly kind: 'ClientCommand';
  readonly command: 'QUIT' | 'EXIT' | 'CLEAR' | 'HELP';
}

/** `ALTER SYSTEM | SESSION SET name = literal` and the like, which Calcite's parser takes and Flink refuses. */
export interface SetOption extends NodeBase {
  readonly kind: 'SetOption';
  readonly scope: 'SYSTEM' | 'SESSION';
  readonly name: QualifiedName;
  readonly value?: Expression;
}

export type Statement =
  | DdlStatement
  | QueryStatement
  | Insert
  | Update
  | Delete
  | Merge
  | TruncateTable
  | StatementSet
  | BeginStatementSet
  | EndStatementSet
  | ExecuteStatement
  | ExecutePlan
  | CompilePlan
  | CompileAndExecutePlan
  | Explain
  | ShowObjects
  | ShowCurrent
  | ShowCreate
  | ShowPartitions
  | Describe
  | DescribeJob
  | DescribeStatement
  | SetStatement
  | ResetStatement
  | UseStatement
  | UseModules
  | LoadModule
  | UnloadModule
  | AddJar
  | RemoveJar
  | StopJob
  | Call
  | AnalyzeTable
  | ClientCommand
  | SetOption;
