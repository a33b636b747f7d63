import type { Hint, Identifier, Invalid, NodeBase, QualifiedName } from './common.ts';
import type { Expression, OrderItem, WindowSpec } from './expressions.ts';

/** `[WITH …] body [ORDER BY …] [LIMIT …] [OFFSET …] [FETCH …]`. */
export interface Query extends NodeBase {
  readonly kind: 'Query';
  readonly with?: WithClause;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset?: Expression;
  /** LIMIT n or FETCH FIRST n ROWS ONLY; left out for LIMIT ALL. */
  readonly fetch?: Expression;
}

export interface WithClause extends NodeBase {
  readonly kind: 'WithClause';
  readonly recursive: boolean;
  readonly items: readonly WithItem[];
}

export interface WithItem extends NodeBase {
  readonly kind: 'WithItem';
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
  readonly query: Query | Invalid;
}

export type QueryBody = Select | SetOperation | Values | TableQuery | ParenQuery | Invalid;

/** `(query)` where it is not already part of another node: an operand of UNION, a whole statement. */
export interface ParenQuery extends NodeBase {
  readonly kind: 'ParenQuery';
  readonly query: Query;
}

export interface SetOperation extends NodeBase {
  readonly kind: 'SetOperation';
  readonly op: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
  readonly opStart: number;
  readonly opEnd: number;
}

/** `VALUES (1, 'a'), (2, 'b')`; a row may be a bare expression. */
export interface Values extends NodeBase {
  readonly kind: 'Values';
  readonly rows: readonly Expression[];
}

/** `TABLE t` as a query. */
export interface TableQuery extends NodeBase {
  readonly kind: 'TableQuery';
  readonly name: QualifiedName;
}

export interface Select extends NodeBase {
  readonly kind: 'Select';
  readonly hints: readonly Hint[];
  readonly stream: boolean;
  readonly quantifier?: 'DISTINCT' | 'ALL';
  readonly items: readonly SelectItem[];
  readonly from?: Relation;
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly windows: readonly NamedWindow[];
  readonly qualify?: Expression;
}

export interface SelectItem extends NodeBase {
  readonly kind: 'SelectItem';
  readonly expr: Expression;
  readonly alias?: Identifier;
}

export interface NamedWindow extends NodeBase {
  readonly kind: 'NamedWindow';
  readonly name: Identifier;
  readonly spec: WindowSpec | Invalid;
}

export interface GroupBy extends NodeBase {
  readonly kind: 'GroupBy';
  readonly quantifier?: 'DISTINCT' | 'ALL';
  readonly items: readonly GroupByItem[];
}

/** A grouping expression, a tuple, or a construct of several grouping sets. */
export type GroupByItem = GroupByExpression | GroupByTuple | GroupByRollup | GroupByCube | GroupingSets;

export interface GroupByExpression extends NodeBase {
  readonly kind: 'GroupByExpression';
  readonly expr: Expression;
}

/** `(a, b)` or `()` as one grouping element. */
export interface GroupByTuple extends NodeBase {
  readonly kind: 'GroupByTuple';
  readonly exprs: readonly Expression[];
}

export interface GroupByRollup extends NodeBase {
  readonly kind: 'GroupByRollup';
  readonly items: readonly (GroupByExpression | GroupByTuple)[];
}

export interface GroupByCube extends NodeBase {
  readonly kind: 'GroupByCube';
  readonly items: readonly (GroupByExpression | GroupByTuple)[];
}

export interface GroupingSets extends NodeBase {
  readonly kind: 'GroupingSets';
  readonly items: readonly GroupByItem[];
}

/** `AS name (a, b)` after a relation. */
export interface TableAlias extends NodeBase {
  readonly kind: 'TableAlias';
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
}

/** `TABLESAMPLE BERNOULLI (10) REPEATABLE (1)` or `TABLESAMPLE SUBSTITUTE ('x')`. */
export interface TableSample extends NodeBase {
  readonly kind: 'TableSample';
  readonly method: 'BERNOULLI' | 'SYSTEM' | 'SUBSTITUTE';
  readonly value?: Expression;
  readonly seed?: Expression;
}

interface RelationBase extends NodeBase {
  readonly alias?: TableAlias;
  readonly sample?: TableSample;
  /** `FOR SYSTEM_TIME AS OF expr`. */
  readonly systemTime?: Expression;
}

/** A table or view by name. */
export interface TableRef extends RelationBase {
  readonly kind: 'TableRef';
  readonly name: QualifiedName;
  readonly hints: readonly Hint[];
  /** `EXTEND (a INT)` columns are parsed and kept by name only. */
  readonly extend?: readonly Identifier[];
}

/** `(query)`, with `lateral` when LATERAL is written before it. */
export interface DerivedTable extends RelationBase {
  readonly kind: 'DerivedTable';
  readonly lateral: boolean;
  readonly query: Query;
}

/** `TABLE(f(…))`, `LATERAL TABLE(f(…))`, or a bare `f(…)` (`wrapped` false). */
export interface TableFunction extends RelationBase {
  readonly kind: 'TableFunction';
  readonly lateral: boolean;
  readonly wrapped: boolean;
  readonly call: Expression;
}

export interface Unnest extends RelationBase {
  readonly kind: 'Unnest';
  readonly lateral: boolean;
  readonly args: readonly Expression[];
  readonly ordinality: boolean;
}

/** `(a JOIN b ON …)`. */
export interface ParenRelation extends RelationBase {
  readonly kind: 'ParenRelation';
  readonly relation: Relation;
}

export interface Join extends NodeBase {
  readonly kind: 'Join';
  readonly type:
    | 'COMMA'
    | 'CROSS'
    | 'INNER'
    | 'LEFT'
    | 'RIGHT'
    | 'FULL'
    | 'LEFT SEMI'
    | 'LEFT ANTI'
    | 'LEFT ASOF'
    | 'ASOF'
    | 'CROSS APPLY'
    | 'OUTER APPLY';
  readonly natural: boolean;
  readonly left: Relation;
  readonly right: Relation;
  readonly on?: Expression;
  readonly using?: readonly Identifier[];
  /** The range of the join's words (`LEFT JOIN`, `,`); `joinStart` is the word JOIN, which Flink's errors name. */
  readonly opStart: number;
  readonly opEnd: number;
  readonly joinStart: number;
}

/** One of the patterns of MATCH_RECOGNIZE's PATTERN. */
export type Pattern =
  | PatternVariable
  | PatternConcat
  | PatternAlternation
  | PatternQuantified
  | PatternPermute
  | PatternExclusion
  | PatternGroup
  | Invalid;

export interface PatternVariable extends NodeBase {
  readonly kind: 'PatternVariable';
  readonly name: Identifier;
}

export interface PatternConcat extends NodeBase {
  readonly kind: 'PatternConcat';
  readonly items: readonly Pattern[];
}

export interface PatternAlternation extends NodeBase {
  readonly kind: 'PatternAlternation';
  readonly items: readonly Pattern[];
}

/** `A*`, `A+?`, `A{2,5}`; `max` left out when unbounded, `min` left out in `{,m}`. */
export interface PatternQuantified extends NodeBase {
  readonly kind: 'PatternQuantified';
  readonly pattern: Pattern;
  readonly form: '*' | '+' | '?' | '{n}' | '{n,}' | '{n,m}' | '{,m}';
  readonly min?: number;
  readonly max?: number;
  readonly reluctant: boolean;
}

export interface PatternPermute extends NodeBase {
  readonly kind: 'PatternPermute';
  readonly items: readonly Pattern[];
}

export interface PatternExclusion extends NodeBase {
  readonly kind: 'PatternExclusion';
  readonly pattern: Pattern;
}

export interface PatternGroup extends NodeBase {
  readonly kind: 'PatternGroup';
  readonly pattern: Pattern;
}

export interface MatchRecognize extends RelationBase {
  readonly kind: 'MatchRecognize';
  readonly input: Relation;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly measures: readonly MatchMeasure[];
  readonly rowsPerMatch?: 'ONE ROW PER MATCH' | 'ALL ROWS PER MATCH';
  readonly after?: AfterMatch;
  readonly strictStart: boolean;
  readonly strictEnd: boolean;
  readonly pattern: Pattern;
  readonly within?: Expression;
  readonly subsets: readonly MatchSubset[];
  readonly defines: readonly MatchDefine[];
}

export interface MatchMeasure extends NodeBase {
  readonly kind: 'MatchMeasure';
  readonly expr: Expression;
  readonly alias: Identifier;
}

export interface AfterMatch extends NodeBase {
  readonly kind: 'AfterMatch';
  readonly skip: 'TO NEXT ROW' | 'PAST LAST ROW' | 'TO FIRST' | 'TO LAST' | 'TO';
  readonly variable?: Identifier;
}

export interface MatchSubset extends NodeBase {
  readonly kind: 'MatchSubset';
  readonly name: Identifier;
  readonly variables: readonly Identifier[];
}

export interface MatchDefine extends NodeBase {
  readonly kind: 'MatchDefine';
  readonly name: Identifier;
  readonly condition: Expression;
}

/** `PIVOT (agg AS a FOR (c) IN ((v) AS x))`. */
export interface Pivot extends RelationBase {
  readonly kind: 'Pivot';
  readonly input: Relation;
  readonly aggregates: readonly SelectItem[];
  readonly axis: readonly Identifier[];
  readonly values: readonly SelectItem[];
}

/** `UNPIVOT [INCLUDE | EXCLUDE NULLS] (m FOR a IN (c AS v))`. */
export interface Unpivot extends RelationBase {
  readonly kind: 'Unpivot';
  readonly input: Relation;
  readonly includeNulls?: boolean;
  readonly measures: readonly Identifier[];
  readonly axis: readonly Identifier[];
  readonly items: readonly UnpivotItem[];
}

export interface UnpivotItem extends NodeBase {
  readonly kind: 'UnpivotItem';
  readonly columns: readonly Identifier[];
  readonly values?: readonly Expression[];
}

export type Relation =
  | TableRef
  | DerivedTable
  | TableFunction
  | Unnest
  | ParenRelation
  | Join
  | MatchRecognize
  | Pivot
  | Unpivot
  | Invalid;
