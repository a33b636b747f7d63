import type { Rex, RexLiteral, Value } from '../../plan/rex.ts';
import type { Expression } from '../../syntax/ast.ts';
import { sameBaseType } from '../../types/compare.ts';
import { isNumeric } from '../../types/families.ts';
import { type LogicalType, types, withNullability } from '../../types/logical-type.ts';
import { invalid, type Place } from './errors.ts';
import type { ExpressionContext, Scope } from './scope.ts';

/** What the parts of the expression binder share: the scope, and a way to bind operands. */
export interface Binder {
  readonly scope: Scope;
  readonly context: ExpressionContext;
  /** Inside JSON_OBJECT or JSON_ARRAY, where JSON(…) is legal. */
  readonly insideJson: boolean;
  bind(node: Expression): Rex;
  /** Was this node bound already? */
  isBound(node: Expression): boolean;
  /** A binder for a value of JSON_OBJECT or JSON_ARRAY. */
  inJson(): Binder;
  /** A binder for the same expression with another scope, e.g. without aggregates inside an aggregate's arguments. */
  within(scope: Partial<Scope>): Binder;
}

export const literal = (value: Value, type: LogicalType): RexLiteral => ({ kind: 'Literal', value, type });

export const symbol = (value: string): RexLiteral => literal(value, types.symbol(false));

export const nullOf = (type: LogicalType): RexLiteral => literal(null, withNullability(type, true));

export const call = (fn: string, operands: readonly Rex[], type: LogicalType): Rex => ({
  kind: 'Call',
  fn,
  operands,
  type,
});

export const isNullLiteral = (rex: Rex): boolean => rex.kind === 'Literal' && rex.type.root === 'NULL';

/** `rex` as `type`, its own nullability kept; a NULL becomes a typed NULL. No call where nothing changes. */
export function castTo(rex: Rex, type: LogicalType): Rex {
  if (isNullLiteral(rex)) return nullOf(type);
  const target = withNullability(type, rex.type.nullable);
  return sameBaseType(rex.type, target) ? rex : call('CAST', [rex], target);
}

/** `castTo` for numbers that Flink promotes in its generated code: no cast to its planner. */
export function promoteTo(rex: Rex, type: LogicalType): Rex {
  const cast = castTo(rex, type);
  return cast !== rex && cast.kind === 'Call' && isNumeric(rex.type) && isNumeric(type)
    ? { ...cast, implicit: true }
    : cast;
}

/** Nullable as soon as one operand is. */
export const anyNullable = (operands: readonly Rex[]): boolean => operands.some((operand) => operand.type.nullable);

/** BOOLEAN, nullable if an operand is. */
export const booleanOf = (operands: readonly Rex[]): LogicalType => types.boolean(anyNullable(operands));

/** Binds an operand that may not be a bare NULL. */
export function bindTyped(node: Expression, binder: Binder): Rex {
  const rex = binder.bind(node);
  if (isNullLiteral(rex)) throw illegalNull(placeOf(node));
  return rex;
}

export const illegalNull = (place: Place) => invalid(place, 'illegal-null', "Illegal use of 'NULL'");

/** The expression inside its parentheses: Calcite's positions leave them out. */
export function unparenthesized(node: Expression): Expression {
  let inner = node;
  while (inner.kind === 'Paren') inner = inner.expr;
  return inner;
}

/** The start of a chain of operators, which can be long. */
function startOfChain(node: Expression): number {
  let first = unparenthesized(node);
  while (first.kind === 'Binary') first = unparenthesized(first.left);
  return placeOf(first).start;
}

/** Where Calcite places an expression: the outermost parentheses and those at both ends do not count. */
export function placeOf(node: Expression): Place {
  const inner = unparenthesized(node);
  switch (inner.kind) {
    case 'Binary':
      return { start: startOfChain(inner.left), end: placeOf(inner.right).end };
    case 'Between':
      return { start: placeOf(inner.operand).start, end: placeOf(inner.high).end };
    case 'Like':
      return { start: placeOf(inner.operand).start, end: placeOf(inner.escape ?? inner.pattern).end };
    case 'IsPredicate':
      return { start: placeOf(inner.operand).start, end: inner.end };
    case 'InList':
    case 'InQuery':
      return { start: placeOf(inner.operand).start, end: inner.end };
    // Calcite places an explicit ROW(…) at its parenthesis.
    case 'Row':
      return inner.explicit && inner.items[0] ? { start: inner.items[0].start - 1, end: inner.end } : inner;
    case 'Unary':
      return { start: inner.start, end: placeOf(inner.operand).end };
    default:
      return inner;
  }
}
