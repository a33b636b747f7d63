import { builtInFunctions, findBuiltIn } from '../../functions/catalogue.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Binary, Expression } from '../../syntax/ast.ts';
import { types } from '../../types/logical-type.ts';
import { bindJsonAggregate } from './aggregates.ts';
import { type Binder, illegalNull, isNullLiteral, literal, placeOf, unparenthesized } from './binder.ts';
import { bindFunctionCall } from './calls.ts';
import { bindColumn } from './columns.ts';
import { error, invalid, refused } from './errors.ts';
import { bindJdbcCall } from './jdbc.ts';
import { bindJsonArray, bindJsonExists, bindJsonObject, bindJsonQuery, bindJsonValue } from './json.ts';
import { bindBinary as bindBinaryLiteral, bindDateTime, bindInterval, bindNumber } from './literals.ts';
import { bindBetween, bindBinary, bindInList, bindIs, bindLike, bindUnary, unsupported } from './operators.ts';
import type { ExpressionContext, Scope } from './scope.ts';
import {
  bindArray,
  bindCase,
  bindCast,
  bindField,
  bindIntervalDifference,
  bindIntervalExpression,
  bindItem,
  bindMap,
  bindRow,
  bindTrim,
} from './special.ts';
import { bindExists, bindInQuery, bindQuantified, bindQueryConstructor, bindScalar } from './subqueries.ts';

export { AggregateCollector } from './aggregate-collector.ts';
export { bindSortKey } from './aggregates.ts';
export { castTo } from './binder.ts';

export interface BindOptions {
  /** A bare NULL is legal (VALUES rows, INSERT); else `Illegal use of 'NULL'`. */
  readonly allowNull?: boolean;
}

/**
 * Operand conventions of calls beyond plan/rex.ts (symbols are literals of type SYMBOL):
 * EXTRACT[unit, x]; FLOOR, CEIL[x, unit]; TIMESTAMPDIFF[unit, from, to]; TRIM[BOTH|LEADING|TRAILING, chars, x];
 * `+`, `-`[date-time, interval]; `-`[date-time, date-time] of an interval type; `*`[interval, number];
 * JSON_VALUE[doc, path, on-empty, its default, on-error, its default]; JSON_QUERY[doc, path, wrapper, on-empty, on-error];
 * JSON_EXISTS[doc, path, on-error]; JSON_OBJECT[NULL|ABSENT, k, v, …]; JSON_ARRAY[NULL|ABSENT, item, …]; `IS JSON VALUE|OBJECT|ARRAY|SCALAR`[x];
 * TIMESTAMPADD, NULLIF, BETWEEN, OVERLAPS, TYPEOF, YEAR(…) and their kin are gone: they became other calls.
 *
 * Binds an expression against a scope: names resolved, functions chosen, implicit casts inserted, types as Flink gives them.
 * Throws SqlError with Flink's words and place.
 */
export function bindExpression(
  node: Expression,
  scope: Scope,
  context: ExpressionContext,
  options: BindOptions = {},
): Rex {
  const rex = expressionBinder(scope, context).bind(node);
  if (!options.allowNull) refuseNull(node, rex);
  return rex;
}

/** A reusable binder over one scope. */
export function expressionBinder(scope: Scope, context: ExpressionContext, insideJson = false): Binder {
  return new ScopeBinder(scope, context, insideJson);
}

class ScopeBinder implements Binder {
  readonly scope: Scope;
  readonly context: ExpressionContext;
  readonly insideJson: boolean;
  // Checks look at operands more than once: without memory, nested calls would be bound exponentially often. Most
  // binders bind one node, which is kept without a map.
  private first: Expression | undefined;
  private firstRex: Rex | undefined;
  private others: Map<Expression, Rex> | undefined;

  constructor(scope: Scope, context: ExpressionContext, insideJson: boolean) {
    this.scope = scope;
    this.context = context;
    this.insideJson = insideJson;
  }

  inJson(): Binder {
    return new ScopeBinder(this.scope, this.context, true);
  }

  within(change: Partial<Scope>): Binder {
    return new ScopeBinder({ ...this.scope, ...change }, this.context, false);
  }

  isBound(node: Expression): boolean {
    return this.known(node) !== undefined;
  }

  bind(node: Expression): Rex {
    const known = this.known(node);
    if (known) return known;
    const rex = bindNode(node, this);
    if (this.first === undefined) {
      this.first = node;
      this.firstRex = rex;
    } else {
      this.others ??= new Map();
      this.others.set(node, rex);
    }
    const { origins } = this.context;
    if (!origins.has(rex)) origins.set(rex, placeOf(node));
    return rex;
  }

  private known(node: Expression): Rex | undefined {
    return node === this.first ? this.firstRex : this.others?.get(node);
  }
}

/** NULL has no type of its own: neither alone nor inside a row may it leave the expression. */
function refuseNull(node: Expression, rex: Rex): void {
  const inner = unparenthesized(node);
  if (isNullLiteral(rex)) throw illegalNull(inner);
  if (inner.kind === 'Row' && rex.kind === 'Call' && rex.fn === 'ROW') {
    inner.items.forEach((item, i) => {
      refuseNull(item, rex.operands[i] as Rex);
    });
  }
}

function bindNode(node: Expression, binder: Binder): Rex {
  switch (node.kind) {
    case 'NumberLiteral':
      return bindNumber(node, 1);
    case 'StringLiteral':
      return literal(node.value, types.char(node.value.length, false));
    case 'BinaryLiteral':
      return literal(bindBinaryLiteral(node.hex), types.binary(node.hex.length >> 1, false));
    case 'BooleanLiteral':
      return literal(node.value, types.boolean(node.value === null));
    case 'NullLiteral':
      return literal(null, types.null());
    case 'DateTimeLiteral':
      return bindDateTime(node);
    case 'IntervalLiteral':
      return bindInterval(node);
    case 'IntervalExpression':
      return bindIntervalExpression(node, binder);
    case 'IntervalDifference':
      return bindIntervalDifference(node, binder);
    case 'ColumnRef': {
      const niladic = niladicCall(node.parts);
      if (!niladic) return bindColumn(node, binder);
      try {
        return bindColumn(node, binder);
      } catch {
        // Not a column: Calcite then takes the word as a call without parentheses.
        return bindFunctionCall(
          {
            kind: 'FunctionCall',
            name: { kind: 'QualifiedName', parts: node.parts, start: node.start, end: node.end },
            form: 'niladic',
            args: [],
            start: node.start,
            end: node.end,
          },
          binder,
        );
      }
    }
    case 'Paren':
      return binder.bind(node.expr);
    case 'Unary':
      if (node.op === '-' && node.operand.kind === 'NumberLiteral') return bindNumber(node.operand, -1, node);
      return bindUnary(node, binder);
    case 'Binary':
      bindLeftSpine(node, binder);
      return bindBinary(node, binder);
    case 'Between':
      return bindBetween(node, binder);
    case 'InList':
      return bindInList(node, binder);
    case 'InQuery':
      return bindInQuery(node, binder);
    case 'Like':
      return bindLike(node, binder);
    case 'IsPredicate':
      return bindIs(node, binder);
    case 'FormatJson':
      binder.bind(node.operand);
      throw invalid(node, 'no-match', 'No match found for function signature FORMAT JSON');
    case 'Exists':
      return bindExists(node, binder);
    case 'Quantified':
      return bindQuantified(node, binder);
    case 'Case':
      return bindCase(node, binder);
    case 'Cast':
      return bindCast(node, binder);
    case 'FunctionCall':
      return node.form === 'jdbc' ? bindJdbcCall(node, binder) : bindFunctionCall(node, binder);
    case 'MethodCall':
      binder.bind(node.operand);
      throw invalid(node.operand, 'method-call', 'Incompatible types');
    case 'Trim':
      return bindTrim(node, binder);
    case 'Row':
      return bindRow(node, binder);
    case 'ArrayConstructor':
    case 'MultisetConstructor':
      return bindArray(node, binder);
    case 'MapConstructor':
      return bindMap(node, binder);
    case 'QueryConstructor':
      return bindQueryConstructor(node, binder);
    case 'ItemAccess':
      return bindItem(node, binder);
    case 'FieldAccess':
      return bindField(node, binder);
    case 'Subquery':
      return bindScalar(node, binder);
    case 'JsonValue':
      return bindJsonValue(node, binder);
    case 'JsonQuery':
      return bindJsonQuery(node, binder);
    case 'JsonExists':
      return bindJsonExists(node, binder);
    case 'JsonObject':
      return node.aggregate ? bindJsonAggregate(node, binder) : bindJsonObject(node, binder);
    case 'JsonArray':
      return node.aggregate ? bindJsonAggregate(node, binder) : bindJsonArray(node, binder);
    case 'Star':
      throw invalid(node, 'star-here', "Unknown identifier '*'");
    case 'Parameter':
      // Behind an operator it gets as far as the code generator; alone it is refused at once.
      throw refused(
        node,
        'parameter',
        "Unknown expression type 'class org.apache.calcite.rex.RexDynamicParam': ?0",
        'IllegalArgumentException',
      );
    case 'Descriptor':
      if (binder.scope.descriptors) return literal('', types.descriptor(false));
      throw unsupported(node, node.kind);
    case 'Invalid':
      throw error(node, 'syntax', 'ParseException', 'Expression expected', true);
    default:
      throw unsupported(node, node.kind);
  }
}

/** Longer chains would overflow the stack of what walks the plan later. */
const MAX_CHAIN = 1500;

/** `a + b + c + …` is as deep as it is long: its left sides are bound from the innermost out, without recursion. */
function bindLeftSpine(node: Binary, binder: Binder): void {
  if (node.op === 'AND' || node.op === 'OR') return;
  const spine: Binary[] = [];
  let left = unparenthesized(node.left);
  while (left.kind === 'Binary' && left.op !== 'AND' && left.op !== 'OR' && left.op !== 'OVERLAPS') {
    if (binder.isBound(left)) break;
    spine.push(left);
    left = unparenthesized(left.left);
  }
  if (spine.length > MAX_CHAIN) {
    throw refused(node, 'too-deep', `The expression is a chain of more than ${MAX_CHAIN} operators.`);
  }
  for (const part of spine.reverse()) binder.bind(part);
}

/** Functions that may be called without parentheses where no column has the name. */
function niladicCall(parts: readonly { name: string }[]): boolean {
  const name = parts.length === 1 ? (parts[0] as { name: string }).name : '';
  return niladicLengths.has(name.length) && (findBuiltIn(name)?.niladic ?? false);
}

/** Nearly every name is a column's: their lengths rule most of them out. */
const niladicLengths: ReadonlySet<number> = new Set(
  builtInFunctions.filter(({ niladic }) => niladic).flatMap(({ names }) => names.map((name) => name.length)),
);
