import { ALL_VARIABLES, NAVIGATION } from '../../plan/match.ts';
import { call, inputRef, isTimestamp, timeAttribute, withoutTimeAttribute } from '../../plan/rel-builder.ts';
import type { AggregateCall, Rex } from '../../plan/rex.ts';
import type { Expression, FunctionCall, Identifier } from '../../syntax/ast.ts';
import { type LogicalType, type RowField, types, withNullability } from '../../types/logical-type.ts';
import { orNullWhenEmpty } from '../expressions/aggregates.ts';
import { bindArithmetic } from '../expressions/arithmetic.ts';
import { castTo, literal, symbol } from '../expressions/binder.ts';
import { accessFields } from '../expressions/columns.ts';
import { bindExpression } from '../expressions/index.ts';
import { mapOperands } from '../expressions/rex-util.ts';
import type { ExpressionContext, Scope } from '../expressions/scope.ts';
import { validatorError } from './context.ts';

type Clause = 'DEFINE' | 'MEASURES';

/** Binds expressions of MEASURES and DEFINE (Calcite's MatchRecognizeScope, NavigationExpander and NavigationReplacer). */
export class MatchExpressions {
  readonly #fields: readonly RowField[];
  readonly #names: ReadonlySet<string>;
  readonly #context: ExpressionContext;

  /** `names` may stand before a column: pattern variables, subsets, and the table itself. */
  constructor(fields: readonly RowField[], names: ReadonlySet<string>, context: ExpressionContext) {
    this.#fields = fields;
    this.#names = names;
    this.#context = context;
  }

  /** `variable` is the one that a DEFINE condition is for. */
  bind(node: Expression, clause: Clause, variable: string | undefined): Rex {
    const rex = bindExpression(node, this.#scope(clause), this.#context);
    if (clause === 'MEASURES') return rex;
    // A bare column is the row at hand of the variable that is being defined, and the last row of any other.
    return navigated(rex, (ref, name) => navigation(name === variable ? 'PREV' : 'LAST', ref, 0));
  }

  /** A part of the statement as written. */
  text({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.#context.source.slice(start, end);
  }

  #scope(clause: Clause): Scope {
    const named = [...this.#names].map((name) => ({ name, fields: this.#fields, offset: 0 }));
    const scope: Scope = {
      clause,
      relations: named,
      over: false,
      aggregates: { grouped: false, add: (aggregate) => this.#aggregate(aggregate) },
      resolveColumn: (parts) => this.#column(parts),
      resolveCall: (node) => this.#call(node, scope),
    };
    return scope;
  }

  #column(parts: readonly Identifier[]): Rex | undefined {
    const [first, second] = parts as [Identifier, Identifier?];
    if (second && this.#names.has(first.name)) {
      const index = this.#fields.findIndex((field) => field.name === second.name);
      // The default way says what is missing.
      return index < 0 ? undefined : accessFields(this.#ref(first.name, index), parts.slice(2));
    }
    const index = this.#fields.findIndex((field) => field.name === first.name);
    const found = index < 0 ? undefined : accessFields(this.#ref(ALL_VARIABLES, index), parts.slice(1));
    if (found || !second) {
      if (!found) throw validatorError(first, `Column '${first.name}' not found in any table`, 'unknown-column');
      return found;
    }
    throw validatorError(first, `Table '${first.name}' not found`, 'unknown-table');
  }

  #ref(variable: string, index: number): Rex {
    const ref = inputRef(this.#fields, index);
    const pattern = call('PATTERN_REF', [symbol(variable), ref], ref.type);
    return timeAttribute(ref.type) === undefined ? pattern : call('CAST', [pattern], withoutTimeAttribute(ref.type));
  }

  #call(node: FunctionCall, scope: Scope): Rex | undefined {
    if (node.name.parts.length !== 1) return undefined;
    const name = (node.name.parts[0]?.name ?? '').toUpperCase();
    if (node.semantics) {
      const { semantics, ...bare } = node;
      const inner = bindExpression(bare, scope, this.#context);
      return semantics === 'FINAL' ? inner : call('RUNNING', [inner], inner.type);
    }
    if (NAVIGATION.has(name) && node.args[0]) {
      const inner = bindExpression(node.args[0], scope, this.#context);
      const steps = node.args[1] ? bindExpression(node.args[1], scope, this.#context) : undefined;
      const byDefault = name === 'PREV' || name === 'NEXT' ? 1 : 0;
      const offset = steps?.kind === 'Literal' ? Number(steps.value) : byDefault;
      return navigated(inner, (part) => navigation(name, part, offset), true);
    }
    switch (name) {
      case 'CLASSIFIER':
        return call('CLASSIFIER', [], types.varchar(2_147_483_647, false));
      case 'MATCH_ROWTIME': {
        const argument = node.args[0] && bindExpression(node.args[0], scope, this.#context);
        return call('MATCH_ROWTIME', [], matchRowtimeType(argument?.type));
      }
      case 'MATCH_PROCTIME':
        return call('MATCH_PROCTIME', [], types.timestampLtz(3, false, 'PROCTIME'));
      case 'MATCH_NUMBER':
        throw validatorError(node, `No match found for function signature ${name}().`, 'unknown-function');
      default: {
        const star = node.args.find((argument) => argument.kind === 'Star' && argument.qualifier.length > 0);
        if (star) throw validatorError({ start: star.end - 1, end: star.end }, "Unknown field '*'", 'star-argument');
        return undefined;
      }
    }
  }

  #aggregate(aggregate: AggregateCall): Rex {
    const args = aggregate.args.map(withoutNavigation);
    if (aggregate.fn === 'AVG' && args[0]) {
      // Calcite's SqlAvgAggFunction rewrite: the quotient of the two sums, as the type of AVG.
      const sum = patternAggregate('SUM', args, withNullability(sumType(args[0].type), true));
      const count = patternAggregate('COUNT', args, types.bigint(false));
      return castTo(bindArithmetic('/', sum, count, { start: 0, end: 0 }), orNullWhenEmpty(aggregate));
    }
    const rex = patternAggregate(aggregate.fn, args, orNullWhenEmpty(aggregate));
    return aggregate.filter ? call('FILTER', [rex, withoutNavigation(aggregate.filter)], rex.type) : rex;
  }
}

/** SUM keeps integers and floats as they are; DECIMAL takes all the digits there are. */
const sumType = (type: LogicalType): LogicalType => (type.root === 'DECIMAL' ? types.decimal(38, type.scale) : type);

const patternAggregate = (fn: string, args: readonly Rex[], type: LogicalType): Rex =>
  call('PATTERN_AGG', [symbol(fn), ...args], type);

const navigation = (fn: string, operand: Rex, offset: number): Rex =>
  call(fn, [operand, literal(offset, types.int(false))], operand.type);

/** Wraps each reference that no navigation holds; with `outer`, those that one holds too (PREV(LAST(x))). */
function navigated(rex: Rex, wrap: (part: Rex, variable: string) => Rex, outer = false): Rex {
  if (rex.kind === 'Call') {
    if (rex.fn === 'PATTERN_AGG') return rex;
    if (NAVIGATION.has(rex.fn)) return outer ? wrap(rex, '') : rex;
    if (rex.fn === 'PATTERN_REF' || isCastReference(rex)) {
      const ref = rex.fn === 'PATTERN_REF' ? rex : (rex.operands[0] as typeof rex);
      const [name] = ref.operands;
      return wrap(rex, name?.kind === 'Literal' ? String(name.value) : '');
    }
  }
  return mapOperands(rex, (operand) => navigated(operand, wrap, outer));
}

/** A time attribute made a timestamp stays inside the navigation. */
function isCastReference(rex: Extract<Rex, { kind: 'Call' }>): boolean {
  const [operand] = rex.operands;
  return (
    rex.fn === 'CAST' &&
    operand?.kind === 'Call' &&
    operand.fn === 'PATTERN_REF' &&
    timeAttribute(operand.type) !== undefined
  );
}

/** Aggregates look at every row: where in the match FIRST and LAST point makes no difference inside them. */
function withoutNavigation(rex: Rex): Rex {
  if (rex.kind === 'Call' && NAVIGATION.has(rex.fn)) return withoutNavigation(rex.operands[0] as Rex);
  return mapOperands(rex, withoutNavigation);
}

/** MATCH_ROWTIME(x): a time attribute of the kind of x; without an argument a TIMESTAMP(3) that is never null. */
function matchRowtimeType(argument: LogicalType | undefined): LogicalType {
  if (argument === undefined) return types.timestamp(3, false, 'ROWTIME');
  const ltz = isTimestamp(argument) && argument.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
  return ltz ? types.timestampLtz(3, true, 'ROWTIME') : types.timestamp(3, true, 'ROWTIME');
}
