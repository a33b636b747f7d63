import type { ResolvedFunction } from '../../catalog/model.ts';
import type { Rel } from '../../plan/rel.ts';
import type { AggregateCall, Rex } from '../../plan/rex.ts';
import type { FunctionCall, Identifier, Query, WindowSpec } from '../../syntax/ast.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { BindContext } from '../api.ts';

/** Where an expression stands; decides which constructs are legal and what Flink says about the others. */
export type Clause =
  | 'SELECT'
  | 'WHERE'
  | 'GROUP BY'
  | 'HAVING'
  | 'ORDER BY'
  | 'ON'
  | 'QUALIFY'
  | 'VALUES'
  | 'FILTER'
  | 'DEFINE'
  | 'MEASURES'
  | 'COLUMN';

/** One item of FROM as names see it. `fields` start at `offset` in the input row. */
export interface ScopeRelation {
  /** Alias, or the table's last name; absent for a derived table without alias. */
  readonly name?: string;
  /** Full path of a table without alias, so that `db.t.col` resolves too. */
  readonly path?: readonly string[];
  readonly fields: readonly RowField[];
  readonly offset: number;
}

/** The row around a subquery or LATERAL item: references to it become RexCorrelation with `id`. */
export interface OuterScope {
  readonly scope: Scope;
  readonly id: number;
}

/**
 * Takes the aggregate calls found in an expression. The Rex it returns stands for the call's result until the query binder
 * knows the Aggregate's output (see AggregateCollector).
 */
export interface AggregateSink {
  /** There is a GROUP BY with keys: no group is empty, so SUM of a NOT NULL column is NOT NULL. */
  readonly grouped: boolean;
  add(call: AggregateCall): Rex;
}

/** What the names in an expression mean. */
export interface Scope {
  readonly clause: Clause;
  readonly relations: readonly ScopeRelation[];
  /** Columns of USING by their bare names, which would be ambiguous otherwise. Queries inside do not see them. */
  readonly merged?: ReadonlyMap<string, Rex>;
  readonly outer?: OuterScope;
  /** Absent where aggregate functions are illegal. */
  readonly aggregates?: AggregateSink | undefined;
  /** The aggregate call whose arguments are being bound. */
  readonly insideAggregate?: { readonly start: number; readonly end: number };
  /** Are OVER calls legal here? */
  readonly over: boolean;
  /** DESCRIPTOR(…) is an operand here: inside the arguments of a table function. */
  readonly descriptors?: true;
  /** Windows of the WINDOW clause by name. */
  readonly windows?: ReadonlyMap<string, WindowSpec>;
  /** Names looked up before columns: select aliases in ORDER BY. */
  readonly aliases?: ReadonlyMap<string, Rex>;
  /** First chance at a column reference (pattern variables of MATCH_RECOGNIZE). */
  resolveColumn?(parts: readonly Identifier[]): Rex | undefined;
  /** First chance at a call (TUMBLE_START, GROUPING, FIRST/LAST in MATCH_RECOGNIZE). */
  resolveCall?(call: FunctionCall): Rex | undefined;
}

/** What expression binding needs from its surroundings. */
export interface ExpressionContext {
  readonly bind: BindContext;
  /** The text that AST offsets refer to; used where Flink prints an expression as written. */
  readonly source: string;
  /** Binds a subquery; `outer` gives it access to the rows around it. */
  bindQuery?(query: Query, outer: OuterScope): { readonly rel: Rel };
  /** A fresh id for RexCorrelation. */
  newCorrelationId?(): number;
  /** A user-defined function by the parts of its name. */
  findFunction?(parts: readonly string[]): ResolvedFunction | undefined;
  /** Filled while binding: where in the source each Rex came from. */
  readonly origins: Map<Rex, { readonly start: number; readonly end: number }>;
}

export function expressionContext(
  bind: BindContext,
  source: string,
  callbacks: Pick<ExpressionContext, 'bindQuery' | 'newCorrelationId' | 'findFunction'> = {},
): ExpressionContext {
  return { bind, source, ...callbacks, origins: new Map() };
}

/** A scope without columns: VALUES, SELECT without FROM, options. */
export const emptyScope = (clause: Clause): Scope => ({ clause, relations: [], over: false });

/** Inside the arguments of a table function no column has a name. */
export const argumentScope: Scope = { ...emptyScope('SELECT'), descriptors: true };

/** A scope over one row, as computed columns, watermarks and CHECK-like expressions see their table. */
export const rowScope = (clause: Clause, fields: readonly RowField[], name?: string): Scope => ({
  clause,
  relations: [name === undefined ? { fields, offset: 0 } : { name, fields, offset: 0 }],
  over: false,
});
