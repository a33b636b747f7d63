import type { Rex } from '../../plan/rex.ts';
import type { Between, Binary, Expression, InList, IsPredicate, Like, Unary } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { sameBaseType } from '../../types/compare.ts';
import { isCharacter, isNumeric } from '../../types/families.ts';
import { type LogicalType, MAX_LENGTH, types } from '../../types/logical-type.ts';
import { bindArithmetic, bindNegation } from './arithmetic.ts';
import {
  anyNullable,
  type Binder,
  bindTyped,
  booleanOf,
  call,
  castTo,
  illegalNull,
  isNullLiteral,
  nullOf,
  placeOf,
} from './binder.ts';
import { areComparable, compare } from './comparison.ts';
import { invalid, type Place, refused } from './errors.ts';

/** Types in angle brackets as `Cannot apply` messages show them. */
export const shown = (type: LogicalType): string => `<${calciteDigest(type).toUpperCase()}>`;

export const cannotApply = (place: Place, name: string, usage: string, forms: string) =>
  invalid(
    place,
    'bad-arguments',
    `Cannot apply '${name}' to arguments of type '${usage}'. Supported form(s): ${forms}`,
  );

export function bindBinary(node: Binary, binder: Binder): Rex {
  const place = placeOf(node);
  switch (node.op) {
    case 'AND':
    case 'OR':
      return bindLogical(node, binder);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(node, place, binder);
    case '||':
      return concatenate(bindTyped(node.left, binder), bindTyped(node.right, binder), place);
    case '!=':
    case '<>':
      return compare('<>', binder.bind(node.left), binder.bind(node.right), place);
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'IS DISTINCT FROM':
    case 'IS NOT DISTINCT FROM':
      return compare(node.op, binder.bind(node.left), binder.bind(node.right), place, binder.scope.clause === 'ON');
    case 'OVERLAPS':
      return overlaps(node, binder);
    default:
      // Without a word the operators of multisets are those with ALL.
      throw unsupported(place, /^MULTISET (UNION|INTERSECT|EXCEPT)$/.test(node.op) ? `${node.op} ALL` : node.op);
  }
}

/** A bare NULL beside a type that the operator refuses is shown with that type; beside others it is itself refused. */
function arithmetic(node: Binary, place: Place, binder: Binder): Rex {
  const op = node.op as '+' | '-' | '*' | '/' | '%';
  const [left, right] = [binder.bind(node.left), binder.bind(node.right)];
  if (!isNullLiteral(left) && !isNumeric(left.type) && isNullLiteral(right)) bindArithmetic(op, left, left, place);
  return bindArithmetic(op, bindTyped(node.left, binder), bindTyped(node.right, binder), place);
}

/** Operators that Flink parses and then does not know. */
export const unsupported = (place: Place, name: string) =>
  invalid(place, 'unsupported-operator', `No match found for function signature ${name}`);

function bindLogical(node: Binary, binder: Binder): Rex {
  const op = node.op as 'AND' | 'OR';
  const operands: Rex[] = [];
  // Chains of one operator become one call, without recursion: generated conditions can be long.
  const sides: Expression[] = [];
  let current: Expression = node;
  while (current.kind === 'Binary' && current.op === op) {
    sides.push(current.right);
    current = current.left;
  }
  sides.push(current);
  for (const side of sides.reverse()) {
    const rex = binder.bind(side);
    if (rex.type.root !== 'BOOLEAN' && !isNullLiteral(rex)) {
      const [left, right] = operands[0]
        ? [operands[0].type, rex.type]
        : [rex.type, binder.bind(sides[1] as Expression).type];
      throw cannotApply(
        placeOf(node),
        op,
        `${shownBoolean(left)} ${op} ${shownBoolean(right)}`,
        `'<BOOLEAN> ${op} <BOOLEAN>'`,
      );
    }
    operands.push(rex);
  }
  const bare = operands.find(isNullLiteral);
  if (bare) throw illegalNull(binder.context.origins.get(bare) ?? placeOf(node));
  return call(op, operands, booleanOf(operands));
}

/** A bare NULL among conditions counts as BOOLEAN. */
const shownBoolean = (type: LogicalType): string => (type.root === 'NULL' ? '<BOOLEAN>' : shown(type));

export function bindUnary(node: Unary, binder: Binder): Rex {
  const operand = bindTyped(node.operand, binder);
  switch (node.op) {
    case 'NOT':
      return negate(operand, placeOf(node));
    case '-':
    case '+':
      return bindNegation(node.op, operand, placeOf(node));
    default:
      throw unsupported(node, node.op);
  }
}

/** NOT(x) with Flink's check. */
export function negate(operand: Rex, place: Place): Rex {
  if (operand.type.root !== 'BOOLEAN' && !isNullLiteral(operand)) {
    throw cannotApply(place, 'NOT', `NOT${shown(operand.type)}`, "'NOT<BOOLEAN>'");
  }
  const value = castTo(operand, types.boolean());
  return call('NOT', [value], booleanOf([value]));
}

function concatenate(left: Rex, right: Rex, place: Place): Rex {
  const [a, b] = [left.type, right.type];
  const fixed = a.root === 'CHAR' && b.root === 'CHAR';
  const binary = (type: LogicalType) => type.root === 'BINARY' || type.root === 'VARBINARY';
  if (binary(a) && binary(b)) {
    // The validator takes bytes, the code generator does not.
    throw refused(place, 'unsupported-operator', 'String expression type expected.', 'CodeGenException');
  }
  if (!isCharacter(a) || !isCharacter(b))
    throw cannotApply(
      place,
      '||',
      `${shown(a)} || ${shown(b)}`,
      "'<STRING> || <STRING>'\n'<EQUIVALENT_TYPE> || <EQUIVALENT_TYPE>'",
    );
  const length = Math.min(MAX_LENGTH, a.length + b.length);
  const operands = [left, right];
  const isNullable = anyNullable(operands);
  return call('||', operands, fixed ? types.char(length, isNullable) : types.varchar(length, isNullable));
}

export function bindBetween(node: Between, binder: Binder): Rex {
  const [operand, low, high] = [binder.bind(node.operand), binder.bind(node.low), binder.bind(node.high)];
  const place = placeOf(node);
  if (!areComparable(operand.type, low.type) || !areComparable(operand.type, high.type)) {
    const name = `BETWEEN ${node.symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'}`;
    const full = node.negated ? `NOT ${name}` : name;
    throw cannotApply(
      place,
      full,
      `${shown(operand.type)} ${full} ${shown(low.type)} AND ${shown(high.type)}`,
      `'<COMPARABLE_TYPE> ${node.negated ? 'NOT ' : ''}BETWEEN <COMPARABLE_TYPE> AND <COMPARABLE_TYPE>'`,
    );
  }
  const range = (from: Rex, to: Rex): Rex => {
    const operands = [compare('>=', operand, from, place), compare('<=', operand, to, place)];
    return call('AND', operands, booleanOf(operands));
  };
  const forward = range(low, high);
  const inside = node.symmetric
    ? call('OR', [forward, range(high, low)], booleanOf([forward, range(high, low)]))
    : forward;
  return node.negated ? negate(inside, place) : inside;
}

export function bindInList(node: InList, binder: Binder): Rex {
  const operand = binder.bind(node.operand);
  const list = node.list.map((item) => binder.bind(item));
  const place = placeOf(node);
  const listPlace = { start: (node.list[0] ?? node).start, end: (node.list.at(-1) ?? node).end };
  if (!leastRestrictive(list.map((item) => item.type))) {
    throw invalid(
      around(binder, listPlace),
      'incompatible-types',
      'Values in expression list must have compatible types',
    );
  }
  if (list.some((item) => !areComparable(operand.type, item.type))) {
    throw invalid(place, 'incompatible-types', 'Values passed to IN operator must have compatible types');
  }
  // Flink brings each value to the type of the left side.
  const values = list.map((item) => (sameKind(operand.type, item.type) ? item : castTo(item, operand.type)));
  const inside =
    values.length > 1 && values.every((item) => item.kind === 'Literal' && isSearchable(operand, item))
      ? call('IN', [operand, ...values.map((item) => retype(item, operand.type))], booleanOf([operand, ...values]))
      : disjunction(values.map((item) => compare('=', operand, item, place)));
  return node.negated ? negate(inside, place) : inside;
}

/** `ensureType` of Calcite leaves values of the same kind alone. */
const sameKind = (a: LogicalType, b: LogicalType): boolean => a.root === b.root && a.root !== 'ROW';

const isSearchable = (operand: Rex, item: Rex): boolean =>
  sameBaseType(operand.type, item.type) || (isCharacter(operand.type) && isCharacter(item.type)) || isNullLiteral(item);

const retype = (item: Rex, type: LogicalType): Rex =>
  item.kind === 'Literal' && item.value === null ? nullOf(type) : item;

function disjunction(operands: readonly Rex[]): Rex {
  return operands.length === 1 ? (operands[0] as Rex) : call('OR', operands, booleanOf(operands));
}

/** The range with the parentheses around a list. */
function around(binder: Binder, place: Place): Place {
  const { source } = binder.context;
  let { start, end } = place;
  while (start > 0 && source[start] !== '(') start--;
  while (end < source.length && source[end] !== ')') end++;
  return { start, end: end + 1 };
}

export function bindLike(node: Like, binder: Binder): Rex {
  const operands = [node.operand, node.pattern, ...(node.escape ? [node.escape] : [])].map((item) => binder.bind(item));
  const place = placeOf(node);
  const name = node.op;
  if (name === 'ILIKE' || name === 'RLIKE') throw unsupported(place, name);
  const bad = operands.some((operand, i) => !isCharacter(operand.type) && !(i > 0 && isNullLiteral(operand)));
  if (bad) {
    const types = operands.map((operand, i) => (i > 0 && isNullLiteral(operand) ? operands[0] : operand)?.type);
    const usage = `${name}(${types.map((type) => (type ? shown(type) : '')).join(', ')})`;
    throw cannotApply(place, name, usage, `'${name}(<STRING>, <STRING>, <STRING>)'`);
  }
  const bare = operands.findIndex(isNullLiteral);
  if (bare >= 0) throw illegalNull(placeOf([node.operand, node.pattern, node.escape][bare] ?? node));
  const [, pattern, escapeWith] = operands;
  if (escapeWith?.kind === 'Literal' && typeof escapeWith.value === 'string') {
    if (escapeWith.value.length !== 1) {
      throw refused(place, 'bad-escape', `Invalid escape character '${escapeWith.value}'`);
    }
    if (pattern?.kind === 'Literal' && typeof pattern.value === 'string')
      checkEscapes(pattern.value, escapeWith.value, place);
  }
  const typed = operands.map((operand) =>
    castTo(operand, operand.type.root === 'NULL' ? types.string() : operand.type),
  );
  const matches = call(name, typed, booleanOf(typed));
  return node.negated ? negate(matches, place) : matches;
}

function checkEscapes(pattern: string, character: string, place: Place): void {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== character) continue;
    const next = pattern[i + 1];
    if (next === undefined || (next !== '_' && next !== '%' && next !== character)) {
      throw refused(place, 'bad-escape', `Invalid escape sequence '${pattern}', ${i}`);
    }
    i++;
  }
}

export function bindIs(node: IsPredicate, binder: Binder): Rex {
  const operand = binder.bind(node.operand);
  const not = node.negated ? 'IS NOT ' : 'IS ';
  const place = placeOf(node);
  switch (node.test) {
    case 'NULL':
      return call(`${not}NULL`, [operand], types.boolean(false));
    case 'TRUE':
    case 'FALSE':
    case 'UNKNOWN': {
      if (isNullLiteral(operand)) throw illegalNull(placeOf(node.operand));
      if (operand.type.root !== 'BOOLEAN') {
        const name = `${not}${node.test}`;
        throw cannotApply(place, name, `${shown(operand.type)} ${name}`, `'<BOOLEAN> ${name}'`);
      }
      const name = node.test === 'UNKNOWN' ? 'NULL' : node.test;
      return call(not + name, [operand], types.boolean(false));
    }
    case 'JSON':
    case 'JSON VALUE':
    case 'JSON OBJECT':
    case 'JSON ARRAY':
    case 'JSON SCALAR': {
      const test = node.test === 'JSON' ? 'JSON VALUE' : node.test;
      if (!isCharacter(operand.type)) {
        const name = not + test;
        throw cannotApply(place, name, `${shown(operand.type)} ${name}`, `'<CHARACTER> ${name}'`);
      }
      const is = call(`IS ${test}`, [operand], types.boolean(false));
      return node.negated ? call('NOT', [is], types.boolean(false)) : is;
    }
    default:
      throw unsupported(place, `${not}${node.test}`);
  }
}

/** `(a, b) OVERLAPS (c, d)`: b and d may be lengths; bounds count as overlap. */
function overlaps(node: Binary, binder: Binder): Rex {
  const place = placeOf(node);
  const period = (side: Expression): [Rex, Rex] => {
    const inner = side.kind === 'Paren' ? side.expr : side;
    const items = inner.kind === 'Row' ? inner.items : inner.kind === 'Period' ? [inner.from, inner.to] : [];
    if (items.length !== 2) throw unsupported(place, node.op);
    const from = binder.bind(items[0] as Expression);
    const second = binder.bind(items[1] as Expression);
    const interval = second.type.root === 'INTERVAL_DAY_TIME' || second.type.root === 'INTERVAL_YEAR_MONTH';
    return [from, interval ? bindArithmetic('+', from, second, place) : second];
  };
  const [a, b] = period(node.left);
  const [c, d] = period(node.right);
  const common = leastRestrictive([a.type, b.type, c.type, d.type]);
  if (!common) throw unsupported(place, node.op);
  const order = (x: Rex, y: Rex): [Rex, Rex] => {
    // A NULL bound makes the pair count as swapped, as Calcite's CASE does.
    const ordered = compare('<=', x, y, place);
    const type = leastRestrictive([x.type, y.type]) ?? common;
    return [call('CASE', [ordered, x, y], type), call('CASE', [ordered, y, x], type)];
  };
  const [from1, to1] = order(a, b);
  const [from2, to2] = order(c, d);
  const operands = [compare('>=', to1, from2, place), compare('>=', to2, from1, place)];
  return call('AND', operands, booleanOf(operands));
}
