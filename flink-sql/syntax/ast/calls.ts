import type { Identifier, Invalid, NodeBase, QualifiedName } from './common.ts';
import type { Expression, OrderItem, WindowSpec } from './expressions.ts';
import type { TimeUnit } from './literals.ts';
import type { Query } from './queries.ts';

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

/** `expr.method(…)`: Calcite parses it, no type of Flink has methods. */
export interface MethodCall extends NodeBase {
  readonly kind: 'MethodCall';
  readonly operand: Expression;
  readonly call: FunctionCall;
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
