import type {
  DefaultArgument,
  Descriptor,
  FunctionCall,
  MethodCall,
  ModelArgument,
  NamedArgument,
  TableArgument,
  TimeUnitArgument,
  Trim,
} from './calls.ts';
import type { Identifier, Invalid, NodeBase, QualifiedName, StringLiteral } from './common.ts';
import type { JsonArray, JsonExists, JsonObject, JsonQuery, JsonValue } from './json.ts';
import type {
  BinaryLiteral,
  BooleanLiteral,
  DateTimeLiteral,
  IntervalLiteral,
  IntervalQualifier,
  NullLiteral,
  NumberLiteral,
} from './literals.ts';
import type { Query } from './queries.ts';
import type { TypeNode } from './types.ts';

/** `INTERVAL (a + 1) DAY` or `INTERVAL 5 MINUTE`: a number of units computed at run time. */
export interface IntervalExpression extends NodeBase {
  readonly kind: 'IntervalExpression';
  readonly value: Expression;
  readonly qualifier: IntervalQualifier;
}

/** `(a - b) DAY TO SECOND`: the difference of two date-times as an interval. */
export interface IntervalDifference extends NodeBase {
  readonly kind: 'IntervalDifference';
  readonly operand: Expression;
  readonly qualifier: IntervalQualifier;
}

/** `a`, `t.a`, `cat.db.t.a.field`: what the parts mean is the binder's work. */
export interface ColumnRef extends NodeBase {
  readonly kind: 'ColumnRef';
  readonly parts: readonly Identifier[];
}

/** `*` or `t.*` in a SELECT list, or `*` in COUNT(*). `qualifier` is empty for a bare star. */
export interface Star extends NodeBase {
  readonly kind: 'Star';
  readonly qualifier: readonly Identifier[];
}

/** `?`; `index` counts from 0 within the statement. */
export interface Parameter extends NodeBase {
  readonly kind: 'Parameter';
  readonly index: number;
}

/** `(expr)`: keeps the range of the parentheses; means `expr`. */
export interface Paren extends NodeBase {
  readonly kind: 'Paren';
  readonly expr: Expression;
}

export interface Unary extends NodeBase {
  readonly kind: 'Unary';
  readonly op: '+' | '-' | 'NOT' | 'PRIOR' | 'NEXT';
  readonly operand: Expression;
}

export type BinaryOp =
  | 'OR'
  | 'AND'
  | '='
  | '<>'
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'
  | 'MEMBER OF'
  | 'NOT MEMBER OF'
  | 'SUBMULTISET OF'
  | 'NOT SUBMULTISET OF'
  | 'MULTISET UNION'
  | 'MULTISET UNION ALL'
  | 'MULTISET UNION DISTINCT'
  | 'MULTISET INTERSECT'
  | 'MULTISET INTERSECT ALL'
  | 'MULTISET INTERSECT DISTINCT'
  | 'MULTISET EXCEPT'
  | 'MULTISET EXCEPT ALL'
  | 'MULTISET EXCEPT DISTINCT'
  | 'CONTAINS'
  | 'OVERLAPS'
  | 'EQUALS'
  | 'PRECEDES'
  | 'SUCCEEDS'
  | 'IMMEDIATELY PRECEDES'
  | 'IMMEDIATELY SUCCEEDS'
  | '->';

/** A binary operator (period predicates included); `op` in upper case with single blanks. */
export interface Binary extends NodeBase {
  readonly kind: 'Binary';
  readonly op: BinaryOp;
  readonly left: Expression;
  readonly right: Expression;
  /** The range of the operator itself. */
  readonly opStart: number;
  readonly opEnd: number;
}

export interface Between extends NodeBase {
  readonly kind: 'Between';
  readonly operand: Expression;
  readonly negated: boolean;
  readonly symmetric: boolean;
  readonly low: Expression;
  readonly high: Expression;
}

export interface InList extends NodeBase {
  readonly kind: 'InList';
  readonly operand: Expression;
  readonly negated: boolean;
  readonly list: readonly Expression[];
}

export interface InQuery extends NodeBase {
  readonly kind: 'InQuery';
  readonly operand: Expression;
  readonly negated: boolean;
  readonly query: Query;
}

/** LIKE, ILIKE, RLIKE and SIMILAR TO with their negations. */
export interface Like extends NodeBase {
  readonly kind: 'Like';
  readonly op: 'LIKE' | 'ILIKE' | 'RLIKE' | 'SIMILAR TO';
  readonly operand: Expression;
  readonly negated: boolean;
  readonly pattern: Expression;
  readonly escape?: Expression;
}

/** `x IS [NOT] NULL`, … */
export interface IsPredicate extends NodeBase {
  readonly kind: 'IsPredicate';
  readonly operand: Expression;
  readonly negated: boolean;
  readonly test:
    | 'NULL'
    | 'TRUE'
    | 'FALSE'
    | 'UNKNOWN'
    | 'A SET'
    | 'EMPTY'
    | 'JSON'
    | 'JSON VALUE'
    | 'JSON OBJECT'
    | 'JSON ARRAY'
    | 'JSON SCALAR';
}

/** `x FORMAT JSON`. */
export interface FormatJson extends NodeBase {
  readonly kind: 'FormatJson';
  readonly operand: Expression;
}

export interface Exists extends NodeBase {
  readonly kind: 'Exists';
  readonly query: Query;
}

/** `UNIQUE (query)`. */
export interface UniquePredicate extends NodeBase {
  readonly kind: 'UniquePredicate';
  readonly query: Query;
}

/** `x = ANY (query)`, `x > ALL (1, 2)`. */
export interface Quantified extends NodeBase {
  readonly kind: 'Quantified';
  readonly operand: Expression;
  readonly op: '=' | '<>' | '!=' | '<' | '<=' | '>' | '>=';
  readonly quantifier: 'SOME' | 'ANY' | 'ALL';
  readonly target: Query | readonly Expression[];
}

/** `CASE [operand] WHEN a, b THEN r … [ELSE e] END`. */
export interface Case extends NodeBase {
  readonly kind: 'Case';
  readonly operand?: Expression;
  readonly branches: readonly CaseBranch[];
  readonly otherwise?: Expression;
}

export interface CaseBranch extends NodeBase {
  readonly kind: 'CaseBranch';
  /** More than one only in a CASE with operand. */
  readonly when: readonly Expression[];
  readonly result: Expression;
}

/** CAST, TRY_CAST or SAFE_CAST. */
export interface Cast extends NodeBase {
  readonly kind: 'Cast';
  readonly op: 'CAST' | 'TRY_CAST' | 'SAFE_CAST';
  readonly operand: Expression;
  readonly type: TypeNode;
  readonly format?: StringLiteral;
  /** The type's word in `{fn CONVERT(x, SQL_INTEGER)}`. */
  readonly jdbcType?: string;
}

/** `ROW(a, b)` (`explicit`) or `(a, b)`. */
export interface Row extends NodeBase {
  readonly kind: 'Row';
  readonly explicit: boolean;
  readonly items: readonly Expression[];
}

/** `ARRAY[a, b]`. */
export interface ArrayConstructor extends NodeBase {
  readonly kind: 'ArrayConstructor';
  readonly items: readonly Expression[];
  /** Written with parentheses, which the parser takes and the validator refuses. */
  readonly form?: 'call';
}

/** `MULTISET[a, b]`. */
export interface MultisetConstructor extends NodeBase {
  readonly kind: 'MultisetConstructor';
  readonly items: readonly Expression[];
}

/** `MAP[k1, v1, …]`; as written, so an odd count is possible. */
export interface MapConstructor extends NodeBase {
  readonly kind: 'MapConstructor';
  readonly items: readonly Expression[];
  /** Written with parentheses, which the parser takes and the validator refuses. */
  readonly form?: 'call';
}

/** `ARRAY(query)`, `MULTISET(query)`, `MAP(query)`, `CURSOR(query)`. */
export interface QueryConstructor extends NodeBase {
  readonly kind: 'QueryConstructor';
  readonly op: 'ARRAY' | 'MULTISET' | 'MAP' | 'CURSOR';
  readonly query: Query;
}

/** `a[i]`. */
export interface ItemAccess extends NodeBase {
  readonly kind: 'ItemAccess';
  readonly operand: Expression;
  readonly index: Expression;
}

/** `.field` on anything that is not a plain name. */
export interface FieldAccess extends NodeBase {
  readonly kind: 'FieldAccess';
  readonly operand: Expression;
  readonly field: Identifier;
}

/** `(SELECT …)` as a value. */
export interface Subquery extends NodeBase {
  readonly kind: 'Subquery';
  readonly query: Query;
}

/** `PERIOD (start, end)`. */
export interface Period extends NodeBase {
  readonly kind: 'Period';
  readonly from: Expression;
  readonly to: Expression;
}

/** `NEXT VALUE FOR seq`. */
export interface SequenceValue extends NodeBase {
  readonly kind: 'SequenceValue';
  readonly op: 'NEXT VALUE' | 'CURRENT VALUE';
  readonly sequence: QualifiedName;
}

/** `NEW t(…)`: a user-defined type's constructor. */
export interface NewObject extends NodeBase {
  readonly kind: 'NewObject';
  readonly call: FunctionCall | Invalid;
}

/** `expr [ASC | DESC] [NULLS FIRST | NULLS LAST]`. */
export interface OrderItem extends NodeBase {
  readonly kind: 'OrderItem';
  readonly expr: Expression;
  readonly direction?: 'ASC' | 'DESC';
  readonly nulls?: 'FIRST' | 'LAST';
}

export interface FrameBound extends NodeBase {
  readonly kind: 'FrameBound';
  readonly type: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  readonly value?: Expression;
}

export interface WindowFrame extends NodeBase {
  readonly kind: 'WindowFrame';
  readonly unit: 'ROWS' | 'RANGE';
  readonly lower: FrameBound;
  /** Only with BETWEEN. */
  readonly upper?: FrameBound;
}

/** `( [name] [PARTITION BY …] [ORDER BY …] [frame] [ALLOW PARTIAL | DISALLOW PARTIAL] )`. */
export interface WindowSpec extends NodeBase {
  readonly kind: 'WindowSpec';
  readonly ref?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: WindowFrame;
  readonly partial?: 'ALLOW' | 'DISALLOW';
}

export type Expression =
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | BooleanLiteral
  | NullLiteral
  | DateTimeLiteral
  | IntervalLiteral
  | IntervalExpression
  | IntervalDifference
  | ColumnRef
  | Star
  | Parameter
  | Paren
  | Unary
  | Binary
  | Between
  | InList
  | InQuery
  | Like
  | IsPredicate
  | FormatJson
  | Exists
  | UniquePredicate
  | Quantified
  | Case
  | Cast
  | FunctionCall
  | NamedArgument
  | DefaultArgument
  | TimeUnitArgument
  | Trim
  | TableArgument
  | ModelArgument
  | Descriptor
  | Row
  | ArrayConstructor
  | MultisetConstructor
  | MapConstructor
  | MethodCall
  | QueryConstructor
  | ItemAccess
  | FieldAccess
  | Subquery
  | Period
  | SequenceValue
  | NewObject
  | JsonValue
  | JsonQuery
  | JsonExists
  | JsonObject
  | JsonArray
  | Invalid;
