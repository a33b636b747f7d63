import { rexEquals, valuesEqual } from '../binder/expressions/rex-util.ts';
import { calciteDigest } from '../types/calcite-digest.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { Rex, RexLiteral, Value } from './rex.ts';
import { type RexStyle, valueText } from './rex-text.ts';

/**
 * Comparisons of one expression with constants as Calcite's simplification leaves them in the conditions of a plan: several that
 * bound the same expression become one `SEARCH(x, Sarg[…])` (RexSimplify.simplifyUsingPredicates, SargCollector). This is how a
 * condition is shown; generated code goes on with the comparisons.
 */
interface Bound {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** An interval; a missing bound is infinite. */
interface Range {
  readonly lower?: Bound;
  readonly upper?: Bound;
}

/** Values of `ref` for which a condition holds: ranges apart from each other, ascending. */
interface Sarg {
  readonly ref: Rex;
  readonly type: LogicalType;
  readonly ranges: readonly Range[];
  /** How many comparisons it was made of. */
  readonly terms: number;
}

const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '<>': '<>' };

const COMPARABLE = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'CHAR', 'VARCHAR', 'DATE']);

const plainLiteral = (rex: Rex): RexLiteral | undefined => {
  if (rex.kind !== 'Literal' || rex.value === null) return undefined;
  return rex.written ?? rex;
};

const withoutPromotion = (rex: Rex): Rex =>
  rex.kind === 'Call' && rex.implicit ? withoutPromotion(rex.operands[0] as Rex) : rex;

/** `ref op literal`, whichever side the literal stands on. */
function comparison(rex: Rex): { ref: Rex; op: string; literal: RexLiteral } | undefined {
  if (rex.kind !== 'Call' || FLIPPED[rex.fn] === undefined) return undefined;
  const [left, right] = rex.operands.map(withoutPromotion) as [Rex, Rex];
  const [a, b] = [plainLiteral(left), plainLiteral(right)];
  const literal = b ?? a;
  if ((a && b) || !literal || !COMPARABLE.has(literal.type.root)) return undefined;
  const ref = b ? left : right;
  if (ref.kind !== 'InputRef') return undefined;
  return { ref, op: b ? rex.fn : (FLIPPED[rex.fn] as string), literal };
}

const at = (value: Value): Range => ({ lower: { value, inclusive: true }, upper: { value, inclusive: true } });

function rangesOf(op: string, value: Value): Range[] {
  switch (op) {
    case '=':
      return [at(value)];
    case '<>':
      return [{ upper: { value, inclusive: false } }, { lower: { value, inclusive: false } }];
    case '<':
    case '<=':
      return [{ upper: { value, inclusive: op === '<=' } }];
    default:
      return [{ lower: { value, inclusive: op === '>=' } }];
  }
}

const order = (a: Value, b: Value): number => {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [Number(a), Number(b)];
  return x - y;
};

/** What both range sets hold. */
function intersect(a: readonly Range[], b: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const x of a) {
    for (const y of b) {
      const lower = higher(x.lower, y.lower);
      const upper = lesser(x.upper, y.upper);
      if (!isEmpty(lower, upper)) {
        found.push({ ...(lower ? { lower } : {}), ...(upper ? { upper } : {}) });
      }
    }
  }
  return sorted(found);
}

function higher(a: Bound | undefined, b: Bound | undefined): Bound | undefined {
  if (!a || !b) return a ?? b;
  const way = order(a.value, b.value);
  return way === 0 ? (a.inclusive ? b : a) : way > 0 ? a : b;
}

function lesser(a: Bound | undefined, b: Bound | undefined): Bound | undefined {
  if (!a || !b) return a ?? b;
  const way = order(a.value, b.value);
  return way === 0 ? (a.inclusive ? b : a) : way < 0 ? a : b;
}

function isEmpty(lower: Bound | undefined, upper: Bound | undefined): boolean {
  if (!lower || !upper) return false;
  const way = order(lower.value, upper.value);
  return way > 0 || (way === 0 && !(lower.inclusive && upper.inclusive));
}

const sorted = (ranges: readonly Range[]): Range[] =>
  [...ranges].sort((a, b) => {
    if (!a.lower || !b.lower) return a.lower ? 1 : b.lower ? -1 : 0;
    const way = order(a.lower.value, b.lower.value);
    return way === 0 ? Number(b.lower.inclusive) - Number(a.lower.inclusive) : way;
  });

/** What either range set holds; ranges that touch become one. */
function union(a: readonly Range[], b: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const next of sorted([...a, ...b])) {
    const last = found.at(-1);
    if (last && touches(last, next)) {
      const upper = !last.upper || !next.upper ? undefined : farther(last.upper, next.upper);
      found[found.length - 1] = { ...(last.lower ? { lower: last.lower } : {}), ...(upper ? { upper } : {}) };
    } else {
      found.push(next);
    }
  }
  return found;
}

function farther(a: Bound, b: Bound): Bound {
  const way = order(a.value, b.value);
  return way === 0 ? (a.inclusive ? a : b) : way > 0 ? a : b;
}

function touches(a: Range, b: Range): boolean {
  if (!a.upper || !b.lower) return true;
  const way = order(a.upper.value, b.lower.value);
  return way > 0 || (way === 0 && (a.upper.inclusive || b.lower.inclusive));
}

/** The search argument of a condition on one column, or undefined. */
function sargOf(rex: Rex): Sarg | undefined {
  const single = comparison(rex);
  if (single) {
    const { ref, op, literal } = single;
    return { ref, type: literal.type, ranges: rangesOf(op, literal.value), terms: op === '<>' ? 1 : 1 };
  }
  if (rex.kind !== 'Call') return undefined;
  if (rex.fn === 'IN') {
    const [ref, ...items] = rex.operands.map(withoutPromotion) as [Rex, ...Rex[]];
    const literals = items.map(plainLiteral);
    if (ref.kind !== 'InputRef' || !literals.every((item) => item && COMPARABLE.has(item.type.root))) return undefined;
    const all = literals as RexLiteral[];
    const ranges = all.reduce<Range[]>((found, item) => union(found, [at(item.value)]), []);
    return { ref, type: longest(all), ranges, terms: all.length };
  }
  if (rex.fn === 'NOT') {
    const inner = sargOf(rex.operands[0] as Rex);
    return inner && { ...inner, ranges: complement(inner.ranges) };
  }
  if (rex.fn !== 'AND' && rex.fn !== 'OR') return undefined;
  const parts = rex.operands.map(sargOf);
  const [first] = parts;
  if (!first || !parts.every((part) => part && rexEquals(part.ref, first.ref))) return undefined;
  return (parts as Sarg[]).slice(1).reduce((all, part) => merge(all, part, rex.fn as 'AND' | 'OR'), first);
}

const merge = (a: Sarg, b: Sarg, fn: 'AND' | 'OR'): Sarg => ({
  ref: a.ref,
  type: longestOf(a.type, b.type),
  ranges: fn === 'AND' ? intersect(a.ranges, b.ranges) : union(a.ranges, b.ranges),
  terms: a.terms + b.terms,
});

const longest = (items: readonly RexLiteral[]): LogicalType =>
  items.map((item) => item.type).reduce((a, b) => longestOf(a, b));

const longestOf = (a: LogicalType, b: LogicalType): LogicalType =>
  'length' in a && 'length' in b && b.length > a.length ? b : a;

function complement(ranges: readonly Range[]): Range[] {
  return ranges.reduce<Range[]>(
    (left, { lower, upper }) => {
      const outside: Range[] = [];
      if (lower) outside.push({ upper: { value: lower.value, inclusive: !lower.inclusive } });
      if (upper) outside.push({ lower: { value: upper.value, inclusive: !upper.inclusive } });
      return intersect(left, outside);
    },
    [{}],
  );
}

/** Calcite keeps a comparison where the argument is one range with one end, a point, or everything but a point. */
function asComparison({ ranges }: Sarg): { op: string; value: Value } | undefined {
  const [a, b] = ranges;
  if (ranges.length === 1 && a) {
    if (a.lower && a.upper) {
      return valuesEqual(a.lower.value, a.upper.value) ? { op: '=', value: a.lower.value } : undefined;
    }
    if (a.lower) return { op: a.lower.inclusive ? '>=' : '>', value: a.lower.value };
    return a.upper && { op: a.upper.inclusive ? '<=' : '<', value: a.upper.value };
  }
  const isHole = ranges.length === 2 && a?.upper && b?.lower && !a.lower && !b.upper;
  return isHole && valuesEqual(a.upper?.value ?? null, b.lower?.value ?? null)
    ? { op: '<>', value: a.upper?.value ?? null }
    : undefined;
}

/** A comparison of a column with texts takes the column's type for the text. */
function shownType({ ref, type }: Sarg): LogicalType {
  const isText = type.root === 'CHAR' && ref.type.root === 'VARCHAR';
  return isText ? { ...ref.type, nullable: false } : type;
}

function sargText(sarg: Sarg, style: RexStyle): string {
  const type = shownType(sarg);
  const isText = type.root === 'CHAR' || type.root === 'VARCHAR';
  const isBare = type.root === 'INTEGER' || (type.root === 'CHAR' && sarg.ref.type.root === 'CHAR');
  const suffix = isBare ? '' : `:${calciteDigest(type)}${isText ? ' CHARACTER SET "UTF-16LE"' : ''}`;
  const value = (bound: Bound) => {
    const text = valueText(bound.value, type);
    const shown = type.root === 'BIGINT' ? `${text}L` : text;
    return `${shown}${suffix}`;
  };
  const texts = sarg.ranges.map(({ lower, upper }) => {
    if (lower && upper && valuesEqual(lower.value, upper.value)) return value(lower);
    const from = lower ? `${lower.inclusive ? '[' : '('}${value(lower)}` : '(-∞';
    const to = upper ? `${value(upper)}${upper.inclusive ? ']' : ')'}` : '+∞)';
    return `${from}..${to}`;
  });
  const set = `Sarg[${texts.join(', ')}]${suffix}`;
  return style === 'infix' && isText ? set : set;
}

/** A condition with its search arguments found: `text` says how an ordinary expression prints. */
export function conditionText(rex: Rex, style: RexStyle, text: (rex: Rex) => string): string {
  const sarg = sargOf(rex);
  if (sarg && sarg.ranges.length > 0) {
    return oneText(sarg, style, text);
  }
  if (rex.kind !== 'Call' || (rex.fn !== 'AND' && rex.fn !== 'OR')) {
    if (rex.kind === 'Call' && rex.fn === 'NOT' && rex.operands[0]?.kind === 'Call' && rex.operands[0].fn !== 'LIKE') {
      return `NOT(${conditionText(rex.operands[0], style, text)})`;
    }
    return text(rex);
  }
  // Arguments of the same column meet where the first of them stands.
  const fn = rex.fn;
  const parts: (Sarg | string)[] = [];
  for (const operand of flat(rex, fn)) {
    const next = sargOf(operand);
    const known = next ? parts.findIndex((part) => typeof part !== 'string' && rexEquals(part.ref, next.ref)) : -1;
    if (next && known >= 0) {
      parts[known] = merge(parts[known] as Sarg, next, fn);
    } else {
      parts.push(next ?? conditionText(operand, style, text));
    }
  }
  const shown = parts.map((part) => (typeof part === 'string' ? part : oneText(part, style, text)));
  if (shown.length === 1) return shown[0] as string;
  return style === 'infix' ? `(${shown.join(` ${fn} `)})` : `${fn}(${shown.join(', ')})`;
}

const flat = (rex: Rex, fn: string): readonly Rex[] =>
  rex.kind === 'Call' && rex.fn === fn ? rex.operands.flatMap((operand) => flat(operand, fn)) : [rex];

function oneText(sarg: Sarg, style: RexStyle, text: (rex: Rex) => string): string {
  const one = asComparison(sarg);
  if (one) {
    const literal: Rex = { kind: 'Literal', value: one.value, type: shownType(sarg) };
    return text({ kind: 'Call', fn: one.op, operands: [sarg.ref, literal], type: { root: 'BOOLEAN', nullable: true } });
  }
  return `SEARCH(${text(sarg.ref)}, ${sargText(sarg, style)})`;
}
