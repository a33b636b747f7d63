import { SqlError } from '../../diagnostics.ts';
import { trimResult } from '../../functions/scalar-string.ts';
import type { Rex } from '../../plan/rex.ts';
import type {
  ArrayConstructor,
  Case,
  Cast,
  FieldAccess,
  IntervalDifference,
  IntervalExpression,
  IntervalQualifier,
  ItemAccess,
  MapConstructor,
  MultisetConstructor,
  Row,
  Trim,
} from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { castSupport } from '../../types/casts.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { withoutTimeAttribute } from '../../types/compare.ts';
import { isCharacter, isDateTime, isInteger, isNumeric } from '../../types/families.ts';
import { intervalType, typeFromSyntax } from '../../types/from-syntax.ts';
import { type LogicalType, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { bindArithmetic } from './arithmetic.ts';
import {
  anyNullable,
  type Binder,
  bindTyped,
  call,
  castTo,
  isNullLiteral,
  literal,
  nullOf,
  placeOf,
  symbol,
  unparenthesized,
} from './binder.ts';
import { accessFields } from './columns.ts';
import { areComparable, compare } from './comparison.ts';
import { error, invalid, refused } from './errors.ts';
import { cannotApply, shown } from './operators.ts';
import { noMatch } from './signatures.ts';

export function bindCast(node: Cast, binder: Binder): Rex {
  const operand = binder.bind(node.operand);
  const target = typeFromSyntax(node.type);
  const tries = node.op !== 'CAST';
  const from = operand.type;
  if (containsNull(from)) throw refused(node, 'illegal-null', 'Illegal type: NULL', 'IllegalArgumentException');
  const support = castSupport(from, target, (type) => asSummaryString(withNullability(type, from.nullable)));
  if (support.kind === 'unsupported') {
    const message = `Cast function cannot convert value of type ${calciteDigest(from)} to type ${calciteDigest(target)}`;
    throw invalid(node, 'unsupported-cast', message);
  }
  if (support.kind === 'refused') throw error(node, 'unsupported-cast', support.exception, support.message, false);
  if (node.op === 'SAFE_CAST') {
    // Flink's parser knows Calcite's SAFE_CAST, its type inference does not.
    throw refused(node, 'unsupported-function', 'This should never be called', 'UnsupportedOperationException');
  }
  const interval = literalAsInterval(operand, node, target);
  if (interval && !tries) return interval;
  if (!tries) return isNullLiteral(operand) ? nullOf(target) : castTo(operand, target);
  return call('TRY_CAST', [isNullLiteral(operand) ? nullOf(target) : operand], withNullability(target, true));
}

/** CAST(5 AS INTERVAL DAY): a literal counts units, while a value computed at run time counts months or milliseconds. */
function literalAsInterval(operand: Rex, node: Cast, target: LogicalType): Rex | undefined {
  if (operand.kind !== 'Literal' || node.type.kind !== 'IntervalType' || !isInteger(operand.type)) return undefined;
  const type = withNullability(target, false);
  const { value } = operand;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const unit = unitValue(node.type.qualifier, type);
  return literal(typeof unit === 'number' ? unit * Number(value) : unit * BigInt(value), type);
}

/** A NULL inside a row or collection, which has no type to cast from. */
function containsNull(type: LogicalType): boolean {
  return type.root === 'ROW' && type.fields.some((field) => field.type.root === 'NULL' || containsNull(field.type));
}

export function bindCase(node: Case, binder: Binder): Rex {
  const operand = node.operand && binder.bind(node.operand);
  const conditions: Rex[] = [];
  const results: Rex[] = [];
  let conversion: unknown;
  for (const branch of node.branches) {
    const result = binder.bind(branch.result);
    const tests = branch.when.map((when) => {
      const value = binder.bind(when);
      if (operand) {
        try {
          return compare('=', operand, value, node);
        } catch (error) {
          // The validator lets this pass: it is the code generator that refuses it, after the branches were looked at.
          if (!(error instanceof SqlError) || error.diagnostic.code !== 'no-implicit-conversion') throw error;
          conversion ??= error;
          return literal(null, types.boolean());
        }
      }
      if (value.type.root !== 'BOOLEAN' && !isNullLiteral(value)) {
        throw invalid(node, 'not-boolean', 'Expected a boolean type');
      }
      return castTo(value, types.boolean());
    });
    conditions.push(tests.length === 1 ? (tests[0] as Rex) : call('OR', tests, types.boolean(anyNullable(tests))));
    results.push(result);
  }
  const otherwise = node.otherwise ? binder.bind(node.otherwise) : literal(null, types.null());
  const branches = [...results, otherwise];
  if (branches.every(isNullLiteral)) {
    throw invalid(node, 'all-null', 'ELSE clause or at least one THEN clause must be non-NULL');
  }
  const common = leastRestrictive(branches.map((branch) => branch.type));
  if (!common) {
    throw invalid(node, 'incompatible-types', 'Illegal mixing of types in CASE or COALESCE statement');
  }
  if (conversion !== undefined) throw conversion;
  const type = withoutTimeAttribute(common);
  const operands = results.flatMap((result, i) => [conditions[i] as Rex, castTo(result, type)]);
  const made = { kind: 'Call', fn: 'CASE', operands: [...operands, castTo(otherwise, type)], type } as const;
  const { bind, source: text } = binder.context;
  return bind.origins ? { ...made, origin: { text, start: node.start, end: node.end } } : made;
}

export function bindTrim(node: Trim, binder: Binder): Rex {
  const value = bindTyped(node.value, binder);
  const chars = node.chars ? bindTyped(node.chars, binder) : literal(' ', types.char(1, false));
  if (!isCharacter(value.type) || !isCharacter(chars.type)) {
    const usage = `TRIM([BOTH|LEADING|TRAILING] <SYMBOL> FROM ${shown(node.chars ? chars.type : types.char(1))})`;
    throw cannotApply(node, 'TRIM', usage, "'TRIM([BOTH|LEADING|TRAILING] <ANY> FROM <STRING>)'");
  }
  const type = trimResult({ types: [chars.type, value.type], literal: () => undefined }) ?? value.type;
  return call('TRIM', [symbol(node.spec), chars, value], type);
}

/** ROW(…): fields are named EXPR$n. */
export function bindRow(node: Row, binder: Binder): Rex {
  const operands = node.items.map((item) => binder.bind(item));
  const fields = operands.map((operand, i) => ({ name: `EXPR$${i}`, type: withoutTimeAttribute(operand.type) }));
  return call('ROW', operands, types.row(fields, false));
}

const needsArgument = (node: { start: number; end: number }) =>
  invalid(node, 'no-arguments', 'Require at least 1 argument');

const mixed = (node: { start: number; end: number }) =>
  invalid(node, 'incompatible-types', 'Parameters must be of the same type');

/** ARRAY(1, 2): a constructor that only square brackets make. */
function noConstructor(node: ArrayConstructor | MapConstructor, name: string, operands: readonly Rex[]) {
  const form = `'${name}(<EQUIVALENT_TYPE>, <EQUIVALENT_TYPE>, <...>)'`;
  return noMatch(node, name, operands, `.\nSupported signatures are:\n${form}`);
}

export function bindArray(node: ArrayConstructor | MultisetConstructor, binder: Binder): Rex {
  const operands = node.items.map((item) => binder.bind(item));
  if (operands.length === 0) throw needsArgument(node);
  if (node.kind === 'ArrayConstructor' && node.form) throw noConstructor(node, 'ARRAY', operands);
  const element = leastRestrictive(operands.map((operand) => operand.type));
  if (!element || element.root === 'NULL') throw mixed(node);
  const clean = withoutTimeAttribute(element);
  const casts = operands.map((operand) => castTo(operand, clean));
  return node.kind === 'ArrayConstructor'
    ? call('ARRAY', casts, types.array(clean, false))
    : call('MULTISET', casts, types.multiset(clean, false));
}

export function bindMap(node: MapConstructor, binder: Binder): Rex {
  const operands = node.items.map((item) => binder.bind(item));
  if (operands.length === 0) throw invalid(node, 'no-arguments', 'Map requires at least 2 arguments');
  if (node.form) throw noConstructor(node, 'MAP', operands);
  if (operands.length % 2 === 1) throw invalid(node, 'odd-arguments', 'Map requires an even number of arguments');
  const side = (offset: number): LogicalType => {
    const some = operands.filter((_, i) => i % 2 === offset);
    const type = leastRestrictive(some.map((operand) => operand.type));
    // A bare NULL beside values is refused here, unlike in ARRAY.
    if (!type || some.some(isNullLiteral)) throw mixed(node);
    return withoutTimeAttribute(type);
  };
  const [key, value] = [side(0), side(1)];
  const casts = operands.map((operand, i) => castTo(operand, i % 2 === 0 ? key : value));
  return call('MAP', casts, types.map(key, value, false));
}

export function bindItem(node: ItemAccess, binder: Binder): Rex {
  const operand = binder.bind(node.operand);
  const index = binder.bind(node.index);
  const place = { start: placeOf(node.operand).start, end: node.end };
  const { type } = operand;
  const refuse = () =>
    cannotApply(
      place,
      'ITEM',
      `ITEM(${shown(type)}, ${shown(index.type)})`,
      '<ARRAY>[<INTEGER>]\n<MAP>[<ANY>]\n<ROW>[<CHARACTER>|<INTEGER>]',
    );
  if (type.root === 'ARRAY') {
    if (!isInteger(index.type) && !isNullLiteral(index)) throw refuse();
    if (index.type.root === 'BIGINT')
      throw refused(place, 'bad-index', 'Integer expression type expected.', 'CodeGenException');
    if (index.kind === 'Literal' && typeof index.value === 'number' && index.value < 1) {
      throw refused(place, 'bad-index', `Array element access needs an index starting at 1 but was ${index.value}.`);
    }
    return call('ITEM', [operand, castTo(index, types.int())], withNullability(type.element, true));
  }
  if (type.root === 'MAP') {
    const sameKind = isNumeric(type.key) ? isNumeric(index.type) : areComparable(type.key, index.type);
    if (!sameKind || isCharacter(type.key) !== isCharacter(index.type)) throw refuse();
    return call(
      'ITEM',
      [operand, castTo(index, isCharacter(type.key) ? index.type : type.key)],
      withNullability(type.value, true),
    );
  }
  if (type.root === 'ROW' && index.kind === 'Literal') {
    const at =
      typeof index.value === 'number' ? index.value - 1 : type.fields.findIndex((field) => field.name === index.value);
    const field = type.fields[at];
    if (!field) throw refuse();
    const fieldType = withNullability(field.type, field.type.nullable || type.nullable);
    return { kind: 'FieldAccess', operand, index: at, name: field.name, type: fieldType };
  }
  throw refuse();
}

export function bindField(node: FieldAccess, binder: Binder): Rex {
  const operand = binder.bind(node.operand);
  const field = accessFields(operand, [node.field], true);
  if (field) return field;
  if (operand.type.root !== 'ROW') {
    throw invalid(placeOf(node.operand), 'not-a-row', 'Incompatible types');
  }
  throw invalid(node.field, 'unknown-field', `Unknown field '${node.field.name}'`);
}

/** `(a - b) DAY TO SECOND`: the difference of two dates or times as an interval. */
export function bindIntervalDifference(node: IntervalDifference, binder: Binder): Rex {
  const inner = unparenthesized(node.operand);
  const type = intervalType(node.qualifier);
  if (inner.kind !== 'Binary' || inner.op !== '-') throw mixed(node);
  const [left, right] = [bindTyped(inner.left, binder), bindTyped(inner.right, binder)];
  const common = leastRestrictive([left.type, right.type]);
  if (!common || !isDateTime(left.type)) throw mixed(node);
  const operands = [castTo(left, common), castTo(right, common)];
  return call('-', operands, withNullability(type, anyNullable(operands)));
}

/** `INTERVAL 5 MINUTE`, `INTERVAL (n) HOUR`: a number times a unit. */
export function bindIntervalExpression(node: IntervalExpression, binder: Binder): Rex {
  const type = intervalType(node.qualifier);
  const amount = bindTyped(node.value, binder);
  const unit = literal(unitValue(node.qualifier, type), withNullability(type, false));
  return bindArithmetic('*', unit, amount, placeOf(node));
}

function unitValue({ from }: IntervalQualifier, type: LogicalType): number | bigint {
  if (type.root === 'INTERVAL_YEAR_MONTH') return from === 'YEAR' ? 12 : from === 'QUARTER' ? 3 : 1;
  const ms = { WEEK: 604_800_000, DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 } as const;
  return BigInt(ms[from as keyof typeof ms] ?? 1);
}
