import type { Identifier, Invalid, NodeBase, QualifiedName, StringLiteral } from './common.ts';
import type { Query } from './queries.ts';
import type { TypeNode } from './types.ts';

/** A number as written; `approximate` when it has an exponent (`1e0` is DOUBLE, `1.0` is DECIMAL). */
export interface NumberLiteral extends NodeBase {
  readonly kind: 'NumberLiteral';
  readonly text: string;
  readonly approximate: boolean;
}

/** `x'0aff'`; `hex` holds the digits joined over continued parts. */
export interface BinaryLiteral extends NodeBase {
  readonly kind: 'BinaryLiteral';
  readonly hex: string;
}

/** TRUE, FALSE, or UNKNOWN (`value` null). */
export interface BooleanLiteral extends NodeBase {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean | null;
}

export interface NullLiteral extends NodeBase {
  readonly kind: 'NullLiteral';
}

/** `DATE '2020-01-01'`, `{d '…'}` and relatives; the text is not checked here. */
export interface DateTimeLiteral extends NodeBase {
  readonly kind: 'DateTimeLiteral';
  readonly type: 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP WITH LOCAL TIME ZONE' | 'DATETIME';
  readonly value: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Canonical (singular) names of the units that an interval or a unit argument can have. */
export type TimeUnit =
  | 'YEAR'
  | 'QUARTER'
  | 'MONTH'
  | 'WEEK'
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'MILLISECOND'
  | 'MICROSECOND'
  | 'NANOSECOND'
  | 'DOW'
  | 'DOY'
  | 'ISODOW'
  | 'ISOYEAR'
  | 'EPOCH'
  | 'DECADE'
  | 'CENTURY'
  | 'MILLENNIUM';

/** `DAY(3) TO SECOND(6)`. */
export interface IntervalQualifier extends NodeBase {
  readonly kind: 'IntervalQualifier';
  readonly from: TimeUnit;
  readonly to?: TimeUnit;
  readonly precision?: number;
  readonly fractionalPrecision?: number;
}

/** `INTERVAL -'5' DAY`; `value` is the text between the quotes. */
export interface IntervalLiteral extends NodeBase {
  readonly kind: 'IntervalLiteral';
  readonly sign: 1 | -1;
  readonly value: string;
  readonly qualifier: IntervalQualifier;
}

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
}

/**
 * Every call by name. Special forms give the arguments in the order of Calcite's operands:
 * `EXTRACT(DAY FROM x)` is EXTRACT[unit, x], `POSITION(a IN b FROM i)` is POSITION[a, b, i],
 * `OVERLAY(a PLACING b FROM i FOR n)`, `SUBSTRING(a FROM i FOR n)`, `CEIL(x TO DAY)` is CEIL[x, unit],
 * `CONVERT(x USING name)`, `TRANSLATE(x USING name)`; `form` tells which way it was written.
 */
export interface FunctionCall extends NodeBase {
  readonly kind: 'FunctionCall';
  /** One part for built-in functions; several for `catalog.database.function`. */
  readonly name: QualifiedName;
  /** `call`: f(a, b). `special`: keywords between arguments. `niladic`: CURRENT_DATE. `jdbc`: {fn f(a)}. */
  readonly form: 'call' | 'special' | 'niladic' | 'jdbc';
  readonly quantifier?: 'DISTINCT' | 'ALL';
  readonly args: readonly Expression[];
  /** `f(a ORDER BY b)`, as in ARRAY_AGG. */
  readonly argsOrderBy?: readonly OrderItem[];
  readonly separator?: Expression;
  readonly nullTreatment?: 'IGNORE NULLS' | 'RESPECT NULLS';
  readonly withinGroup?: readonly OrderItem[];
  readonly withinDistinct?: readonly Expression[];
  readonly filter?: Expression;
  /** An inline window or the name of one in the WINDOW clause. */
  readonly over?: WindowSpec | Identifier;
  /** RUNNING or FINAL before a call inside MATCH_RECOGNIZE. */
  readonly semantics?: 'RUNNING' | 'FINAL';
}

/** `name => expr` as an argument. */
export interface NamedArgument extends NodeBase {
  readonly kind: 'NamedArgument';
  readonly name: Identifier;
  readonly value: Expression;
}

/** DEFAULT as an argument. */
export interface DefaultArgument extends NodeBase {
  readonly kind: 'DefaultArgument';
}

/** A unit as an argument: `TIMESTAMPADD(DAY, …)`, `EXTRACT(DAY FROM …)`, `FLOOR(x TO DAY)`. */
export interface TimeUnitArgument extends NodeBase {
  readonly kind: 'TimeUnitArgument';
  /** Left out when the word is no unit Flink knows; then `name` is the word. */
  readonly unit?: TimeUnit;
  readonly name?: Identifier;
  /** `WEEK(MONDAY)`. */
  readonly weekday?: string;
}

export interface Trim extends NodeBase {
  readonly kind: 'Trim';
  readonly spec: 'BOTH' | 'LEADING' | 'TRAILING';
  readonly chars?: Expression;
  readonly value: Expression;
}

/** `TABLE t PARTITION BY a ORDER BY b` or `(query) PARTITION BY …` as an argument of a table function. */
export interface TableArgument extends NodeBase {
  readonly kind: 'TableArgument';
  readonly source: QualifiedName | Query | FunctionCall | Invalid;
  /** The word TABLE is written. */
  readonly explicit: boolean;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
}

/** `MODEL m` as an argument of ML_PREDICT and the like. */
export interface ModelArgument extends NodeBase {
  readonly kind: 'ModelArgument';
  readonly name: QualifiedName;
}

/** `DESCRIPTOR(a, b)`. */
export interface Descriptor extends NodeBase {
  readonly kind: 'Descriptor';
  readonly columns: readonly QualifiedName[];
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

export interface JsonBehavior extends NodeBase {
  readonly kind: 'JsonBehavior';
  readonly behavior: 'ERROR' | 'NULL' | 'DEFAULT' | 'EMPTY ARRAY' | 'EMPTY OBJECT' | 'TRUE' | 'FALSE' | 'UNKNOWN';
  readonly default?: Expression;
}

export interface JsonValue extends NodeBase {
  readonly kind: 'JsonValue';
  readonly input: Expression;
  readonly path: Expression;
  readonly passing: readonly JsonPassing[];
  readonly returning?: TypeNode;
  readonly onEmpty?: JsonBehavior;
  readonly onError?: JsonBehavior;
}

export interface JsonQuery extends NodeBase {
  readonly kind: 'JsonQuery';
  readonly input: Expression;
  readonly path: Expression;
  readonly passing: readonly JsonPassing[];
  readonly returning?: TypeNode;
  readonly wrapper?: 'WITHOUT' | 'WITH CONDITIONAL' | 'WITH UNCONDITIONAL';
  readonly onEmpty?: JsonBehavior;
  readonly onError?: JsonBehavior;
}

export interface JsonExists extends NodeBase {
  readonly kind: 'JsonExists';
  readonly input: Expression;
  readonly path: Expression;
  readonly passing: readonly JsonPassing[];
  readonly onError?: JsonBehavior;
}

/** `PASSING expr AS name`. */
export interface JsonPassing extends NodeBase {
  readonly kind: 'JsonPassing';
  readonly value: Expression;
  readonly name: Identifier;
}

/** `KEY k VALUE v`, `k VALUE v`, `k : v` (and `k, v` as Calcite's parser lets it). */
export interface JsonEntry extends NodeBase {
  readonly kind: 'JsonEntry';
  readonly key: Expression;
  readonly value: Expression;
}

/** JSON_OBJECT(…) and JSON_OBJECTAGG(…) (exactly one entry). */
export interface JsonObject extends NodeBase {
  readonly kind: 'JsonObject';
  readonly aggregate: boolean;
  readonly entries: readonly JsonEntry[];
  readonly onNull?: 'NULL' | 'ABSENT';
}

/** JSON_ARRAY(…) and JSON_ARRAYAGG(…) (exactly one item). */
export interface JsonArray extends NodeBase {
  readonly kind: 'JsonArray';
  readonly aggregate: boolean;
  readonly items: readonly Expression[];
  readonly orderBy?: readonly OrderItem[];
  readonly onNull?: 'NULL' | 'ABSENT';
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
