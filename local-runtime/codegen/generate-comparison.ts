import type { Rex, RexCall, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { FlinkFault } from '../errors.ts';
import { comparable, equality } from '../functions/compare.ts';
import { pow10 } from '../functions/decimal.ts';
import { converted } from './generate-arithmetic.ts';
import { lowerEqualsText } from './generate-text.ts';
import { anyNull, type Code, type Generator, isTimestampType, zero } from './generator.ts';
import { type NumericKind, numericKind } from './numeric.ts';

const utf8 = new TextEncoder();

/** `= <> < <= > >=` (ScalarOperatorGens.generateEquals and generateComparison). */
export function generateComparison(g: Generator, rex: RexCall): Code {
  const quick = columnEqualsText(g, rex);
  if (quick) return quick;
  const [left, right] = g.operands(rex.operands) as [Code, Code];
  return compared(g, rex.fn, left, right, rex.type);
}

function compared(g: Generator, fn: string, left: Code, right: Code, type: LogicalType): Code {
  const nul = anyNull([left, right]);
  if (nul === 'true') return { nul, val: 'false', nanos: '0', type };
  const lk = numericKind(left.type);
  const rk = numericKind(right.type);
  const js = { '=': '===', '<>': '!==' }[fn] ?? fn;
  const plain = (val: string): Code => ({ nul, val, nanos: '0', type });
  if (lk && rk) {
    const [a, b] = numbers(g, left, right, lk, rk);
    return plain(`(${a} ${js} ${b})`);
  }
  if (isTimestampType(left.type) && isTimestampType(right.type)) return plain(timestamps(g, fn, left, right));
  const [l, r] = [left.type.root, right.type.root];
  if (isText(l) && isText(r)) {
    // BinaryStringData compares the UTF-16 units of Java strings, as JavaScript does.
    return plain(`(${left.val} ${js} ${right.val})`);
  }
  if (l === r && (SCALAR.has(l) || l === 'BOOLEAN')) return plain(`(${left.val} ${js} ${right.val})`);
  if (fn === '=' || fn === '<>') {
    const same = equality(left.type, right.type);
    // IS DISTINCT FROM looks at the nulls afterwards.
    const equals = g.bind((x: Value, y: Value) => x !== null && y !== null && same(x, y), 'f');
    const result = g.strictCall([left, right], type, (args) => `${equals}(${args.join(', ')})`);
    return fn === '=' ? result : { ...result, val: `!${result.val}` };
  }
  const compare = comparable(left.type, right.type);
  if (!compare) {
    throw new FlinkFault('CodeGenException', `Comparable type expected, but was '${asSummaryString(left.type)}'.`);
  }
  return plain(`(${g.bind(compare, 'h')}(${g.boxed(left)}, ${g.boxed(right)}) ${fn} 0)`);
}

const SCALAR = new Set(['DATE', 'TIME_WITHOUT_TIME_ZONE', 'INTERVAL_YEAR_MONTH', 'INTERVAL_DAY_TIME']);
const isText = (root: string): boolean => root === 'CHAR' || root === 'VARCHAR' || root === 'SYMBOL';

/** Both sides in one representation, as Java promotes them; decimals at one scale. */
function numbers(g: Generator, left: Code, right: Code, lk: NumericKind, rk: NumericKind): [string, string] {
  const floating = (kind: NumericKind) => kind === 'f32' || kind === 'f64';
  if (floating(lk) || floating(rk)) return [converted(g, left, 'f64'), converted(g, right, 'f64')];
  if (lk === 'decimal' || rk === 'decimal') {
    const scaleOf = (code: Code) => (code.type.root === 'DECIMAL' ? code.type.scale : 0);
    const scale = Math.max(scaleOf(left), scaleOf(right));
    const exact = (code: Code, kind: NumericKind): string => {
      const value = kind === 'decimal' || kind === 'i64' ? code.val : `BigInt(${code.val})`;
      return scaleOf(code) === scale ? value : `(${value} * ${pow10(scale - scaleOf(code))}n)`;
    };
    return [exact(left, lk), exact(right, rk)];
  }
  if (lk === 'i64' || rk === 'i64') return [converted(g, left, 'i64'), converted(g, right, 'i64')];
  return [left.val, right.val];
}

function timestamps(g: Generator, fn: string, left: Code, right: Code): string {
  if (left.nanos === '0' && right.nanos === '0') {
    return `(${left.val} ${{ '=': '===', '<>': '!==' }[fn] ?? fn} ${right.val})`;
  }
  if (fn === '=') return `(${left.val} === ${right.val} && ${left.nanos} === ${right.nanos})`;
  if (fn === '<>') return `(${left.val} !== ${right.val} || ${left.nanos} !== ${right.nanos})`;
  const [a, b] = [named(g, left), named(g, right)];
  return `(${a.val} === ${b.val} ? ${a.nanos} ${fn} ${b.nanos} : ${a.val} ${fn} ${b.val})`;
}

const named = (g: Generator, code: Code): Code => (code.nul === 'false' ? g.settle(code) : code);

/** `column = 'text'` compares bytes and makes no string. */
function columnEqualsText(g: Generator, rex: RexCall): Code | undefined {
  if (rex.fn !== '=' && rex.fn !== '<>') return undefined;
  const [a, b] = rex.operands as readonly [Rex, Rex];
  const lower = lowerEqualsText(g, a, b) ?? lowerEqualsText(g, b, a);
  if (lower) return { nul: lower.nul, val: rex.fn === '=' ? lower.val : `!${lower.val}`, nanos: '0', type: rex.type };
  const [field, text] = a.kind === 'InputRef' ? [a, b] : [b, a];
  if (field.kind !== 'InputRef' || text.kind !== 'Literal' || typeof text.value !== 'string') return undefined;
  if (!isText(field.type.root) || !isText(text.type.root)) return undefined;
  const code = g.generate(field);
  const get = /^(\w+)\.get\((\w+)\)$/.exec(code.val);
  if (!get) return undefined;
  const js = `${get[1]}.matches(${get[2]}, ${g.bind(text.value)}, ${g.bind(utf8.encode(text.value))})`;
  return { nul: code.nul, val: rex.fn === '=' ? js : `!${js}`, nanos: '0', type: rex.type };
}

/** IS [NOT] DISTINCT FROM: never NULL. */
export function generateDistinct(g: Generator, rex: RexCall, distinct: boolean): Code {
  const left = g.settle(g.generate(rex.operands[0] as Rex));
  const right = g.settle(g.generate(rex.operands[1] as Rex));
  const equal = compared(g, '=', { ...left, nul: 'false' }, { ...right, nul: 'false' }, rex.type);
  const value = equal.nul === 'false' ? equal.val : `(${equal.val} === true)`;
  let same: string;
  if (left.nul === 'false' && right.nul === 'false') same = value;
  else if (left.nul === 'true') same = right.nul;
  else if (right.nul === 'true') same = left.nul;
  else same = `(${left.nul} || ${right.nul} ? ${left.nul} === ${right.nul} : ${value})`;
  return { nul: 'false', val: distinct ? `!(${same})` : `(${same})`, nanos: '0', type: rex.type };
}

/** IN over literals: a set where equality is that of JavaScript, else one comparison after the other. */
export function generateIn(g: Generator, rex: RexCall): Code {
  const [needle, ...list] = rex.operands as readonly [Rex, ...Rex[]];
  const { type } = rex;
  const lower = lowerInTexts(g, needle, list);
  if (lower) return { ...lower, nanos: '0', type };
  const left = g.settle(g.generate(needle));
  const literals = list.every((item) => item.kind === 'Literal' && sameRepresentation(item.type, needle.type));
  const root = needle.type.root;
  if (literals && list.length > 3 && (isText(root) || root === 'INTEGER' || root === 'BIGINT' || root === 'DATE')) {
    const values = list.map((item) => (item as { value: Value }).value);
    const set = g.bind(new Set(values.filter((value) => value !== null)));
    const hit = `${set}.has(${left.val})`;
    if (left.nul === 'true') return { nul: 'true', val: zero(type), nanos: '0', type };
    if (!values.includes(null)) return { nul: left.nul, val: hit, nanos: '0', type };
    const found = g.temp();
    g.emit(`const ${found} = ${left.nul === 'false' ? '' : `!${left.nul} && `}${hit};`);
    return { nul: left.nul === 'false' ? `!${found}` : `(${left.nul} || !${found})`, val: found, nanos: '0', type };
  }
  const found = g.temp();
  const unknown = g.temp();
  g.emit(`let ${found} = false, ${unknown} = false;`);
  let depth = 0;
  for (const item of list) {
    const equal = compared(g, '=', left, g.generate(item), type);
    if (equal.nul === 'true') {
      g.emit(`${unknown} = true;`);
      continue;
    }
    if (equal.nul === 'false') g.emit(`if (${equal.val}) ${found} = true; else {`);
    else g.emit(`if (${equal.nul}) ${unknown} = true; else if (${equal.val}) ${found} = true; if (!${found}) {`);
    depth++;
  }
  g.emit('}'.repeat(depth));
  return { nul: `(!${found} && ${unknown})`, val: found, nanos: '0', type };
}

/** Texts that are compared one after the other rather than looked up in a set. */
const FEW_TEXTS = 8;

/** `LOWER(column) IN ('a', 'b')` without making strings. */
function lowerInTexts(g: Generator, needle: Rex, list: readonly Rex[]): { nul: string; val: string } | undefined {
  if (list.length > FEW_TEXTS) return undefined;
  const parts = list.map((text) => lowerEqualsText(g, needle, text));
  const nul = parts[0]?.nul;
  if (nul === undefined || !parts.every((each) => each !== undefined)) return undefined;
  return { nul, val: `(${parts.map((each) => each.val).join(' || ')})` };
}

/** Do values of both types look the same in JavaScript? */
function sameRepresentation(a: LogicalType, b: LogicalType): boolean {
  return isText(a.root) && isText(b.root) ? true : a.root === b.root;
}
