import { calciteDigest } from '../types/calcite-digest.ts';
import type { LogicalType, RowField } from '../types/logical-type.ts';
import { asSummaryString } from '../types/print.ts';
import type { FrameBound, Rex, RexOver, RexSubquery, Value } from './rex.ts';

/** `ast`: Calcite's `CAST($1):INTEGER`; `prefix`: `CAST(a AS INTEGER)`, `=(a, 1)`; `infix`: Flink's execution plan, `(a = 1)`. */
export type RexStyle = 'ast' | 'prefix' | 'infix';

const INFIX = new Set([
  '+',
  '-',
  '*',
  '/',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  '||',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'SIMILAR TO',
]);
const POSTFIX = new Set(['IS NULL', 'IS NOT NULL', 'IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT FALSE']);
const PREFIX_NAMES: Readonly<Record<string, string>> = { NEGATE: '-', '%': 'MOD', REINTERPRET: 'Reinterpret' };

/** Time of day and the like as Calcite's literals print. */
export function valueText(value: Value, type: LogicalType | undefined): string {
  if (value === null || type === undefined) {
    return 'null';
  }
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return `_UTF-16LE'${String(value).replaceAll("'", "''")}'`;
    case 'BOOLEAN':
      return value === true ? 'true' : 'false';
    case 'DECIMAL':
      return decimalText(value as bigint, type.scale);
    case 'FLOAT':
    case 'DOUBLE':
      return doubleText(Number(value));
    case 'DATE':
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case 'TIME_WITHOUT_TIME_ZONE':
      return new Date(Number(value)).toISOString().slice(11, 19);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const { ms } = value as { ms: number };
      const text = new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
      return text.replace(/\.?0+$/, '');
    }
    case 'BINARY':
    case 'VARBINARY':
      return `X'${[...(value as Uint8Array)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
    default:
      return String(value);
  }
}

function decimalText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function doubleText(value: number): string {
  if (value === 0) {
    return '0E0';
  }
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return `${mantissa}E${Number(exponent)}`;
}

/** Types that a literal shows beside its value: those that the value alone does not tell. */
function literalSuffix(value: Value, type: LogicalType): string {
  if (value === null) {
    return `:${calciteDigest(type)}${charset(type)}`;
  }
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'BIGINT':
    case 'DECIMAL':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'FLOAT':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return `:${calciteDigest(type)}`;
    case 'VARCHAR':
      return `:${calciteDigest(type)} CHARACTER SET "UTF-16LE"`;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return type.precision > 0 ? `:TIMESTAMP(${type.precision})` : '';
    default:
      return '';
  }
}

function charset(type: LogicalType): string {
  return type.root === 'CHAR' || type.root === 'VARCHAR' ? ' CHARACTER SET "UTF-16LE"' : '';
}

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Flink compares numbers of different types without showing a cast of the literal. */
function bareLiteral(rex: Rex): Rex {
  const inner = rex.kind === 'Call' && rex.fn === 'CAST' ? rex.operands[0] : undefined;
  return inner?.kind === 'Literal' && inner.type.root === 'INTEGER' ? inner : rex;
}

/** What the abstract syntax tree shows otherwise: rows around a subquery and the subquery itself. */
export interface RexHooks {
  correlation?(id: number, index: number): string;
  subquery?(rex: RexSubquery, operands: readonly string[]): string;
}

/** An expression over a row with these column names. */
export function rexText(rex: Rex, columns: readonly string[], style: RexStyle, hooks: RexHooks = {}): string {
  const print = (node: Rex): string => rexText(node, columns, style, hooks);
  if (rex.kind === 'Literal' && rex.written) {
    return print(rex.written);
  }
  if (rex.kind === 'Call' && rex.implicit) {
    return print(rex.operands[0] as Rex);
  }
  switch (rex.kind) {
    case 'InputRef':
      return columns[rex.index] ?? `$${rex.index}`;
    case 'Literal': {
      const text =
        rex.type.root === 'SYMBOL'
          ? style === 'infix'
            ? String(rex.value)
            : `FLAG(${String(rex.value)})`
          : valueText(rex.value, rex.type);
      const suffix = literalSuffix(rex.value, rex.type);
      const isInterval = rex.type.root === 'INTERVAL_DAY_TIME' || rex.type.root === 'INTERVAL_YEAR_MONTH';
      return style === 'infix' && !isInterval && rex.value !== null ? text.replace(/^_UTF-16LE/, '') : text + suffix;
    }
    case 'Call':
      return callText(rex, print, style);
    case 'FieldAccess':
      return `${print(rex.operand)}.${rex.name}`;
    case 'Correlation':
      return hooks.correlation?.(rex.id, rex.index) ?? `$cor${rex.id}.f${rex.index}`;
    case 'Subquery': {
      const operands = rex.operands.map(print);
      return hooks.subquery?.(rex, operands) ?? `${rex.op}(${operands.join(', ')})`;
    }
    case 'Over':
      return overText(rex, print);
  }
}

function callText(rex: Extract<Rex, { kind: 'Call' }>, print: (rex: Rex) => string, style: RexStyle): string {
  const { fn, type } = rex;
  const operands = COMPARISONS.has(fn) ? rex.operands.map(bareLiteral) : rex.operands;
  if (style === 'ast' && (fn === 'AND' || fn === 'OR')) {
    return `${fn}(${flat(rex, fn).map(print).join(', ')})`;
  }
  if (fn === 'IN' && style === 'ast') {
    const [value, ...items] = operands.map(print);
    const parts = items.map((item) => `=(${value}, ${item})`);
    return parts.length === 1 ? (parts[0] as string) : `OR(${parts.join(', ')})`;
  }
  if (fn.startsWith('JSON_')) {
    return `${fn}(${jsonOperands(rex, print).join(', ')})`;
  }
  if (style === 'ast' && operands.length === 0 && NILADIC.has(fn)) {
    return fn;
  }
  if (fn === 'IS DISTINCT FROM' || fn === 'IS NOT DISTINCT FROM') {
    const shown = distinctText(rex, print, style);
    if (shown !== undefined) return shown;
  }
  const constant = fn === 'CAST' && style === 'ast' ? castLiteral(operands[0] as Rex, type) : undefined;
  if (constant) {
    return print(constant);
  }
  if (fn === 'TRY_CAST' && style === 'ast') {
    return `${fn}(${print(operands[0] as Rex)})`;
  }
  if (fn === 'CAST' || fn === 'TRY_CAST') {
    const notNull = type.nullable || style === 'infix' ? '' : ' NOT NULL';
    if (style === 'ast') {
      const full = `${calciteDigest(type)}${charset(type)}${type.nullable ? '' : ' NOT NULL'}`;
      return `${fn}(${print(operands[0] as Rex)}):${full}`;
    }
    const name = style === 'prefix' ? `${calciteDigest(type)}${charset(type)}${notNull}` : castType(type);
    return `${fn}(${print(operands[0] as Rex)} AS ${name})`;
  }
  if (style === 'infix' && INFIX.has(fn) && operands.length >= 2) {
    return `(${operands.map(print).join(` ${fn} `)})`;
  }
  if (style === 'infix' && POSTFIX.has(fn)) {
    return `${print(operands[0] as Rex)} ${fn}`;
  }
  return `${PREFIX_NAMES[fn] ?? fn}(${operands.map(print).join(', ')})`;
}

/** Functions that Calcite writes without parentheses. */
const NILADIC = new Set(['CURRENT_TIMESTAMP', 'LOCALTIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME', 'LOCALTIME']);

/** RexBuilder.makeCast makes a literal of a cast literal where the value stays. */
function castLiteral(rex: Rex, type: LogicalType): Rex | undefined {
  if (rex.kind !== 'Literal' || rex.value === null) {
    return undefined;
  }
  const isInteger = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
  if (isInteger.includes(rex.type.root) && isInteger.includes(type.root)) {
    return { ...rex, type };
  }
  return rex.type.root === 'CHAR' && type.root === 'VARCHAR' ? { ...rex, type } : undefined;
}

/** The operands of a JSON function: symbols by Calcite's names, behaviours that are the default left out. */
function jsonOperands(rex: Extract<Rex, { kind: 'Call' }>, print: (rex: Rex) => string): string[] {
  const symbol = (node: Rex | undefined) => (node?.kind === 'Literal' ? String(node.value) : '');
  const [first, second, ...rest] = rex.operands as [Rex, Rex, ...Rex[]];
  switch (rex.fn) {
    case 'JSON_OBJECT':
    case 'JSON_ARRAY':
      return [`FLAG(${symbol(first)}_ON_NULL)`, ...rex.operands.slice(1).map(print)];
    case 'JSON_VALUE': {
      const isDefault = symbol(rest[0]) === 'NULL' && symbol(rest[2]) === 'NULL';
      const flag = (node: Rex | undefined) => `FLAG(SqlJsonValueEmptyOrErrorBehavior[${symbol(node)}])`;
      const empty = [flag(rest[0]), print(rest[1] as Rex)];
      const error = [flag(rest[2]), print(rest[3] as Rex)];
      return [print(first), print(second), ...(isDefault ? [] : [...empty, ...error])];
    }
    case 'JSON_QUERY': {
      const flag = (node: Rex | undefined) =>
        `FLAG(SqlJsonQueryEmptyOrErrorBehavior[${symbol(node).replaceAll(' ', '_')}])`;
      const wrapper = symbol(rest[0]) === 'WITHOUT' ? 'WITHOUT_ARRAY' : `${symbol(rest[0]).replaceAll(' ', '_')}_ARRAY`;
      return [print(first), print(second), `FLAG(${wrapper})`, flag(rest[1]), flag(rest[2])];
    }
    case 'JSON_EXISTS':
      return [print(first), print(second), ...(symbol(rest[0]) === 'FALSE' ? [] : rest.map(print))];
    default:
      return rex.operands.map(print);
  }
}

const flat = (rex: Rex, fn: string): readonly Rex[] =>
  rex.kind === 'Call' && rex.fn === fn ? rex.operands.flatMap((operand) => flat(operand, fn)) : [rex];

/** Where one side cannot be NULL, Calcite's convertlet makes IS [NOT] TRUE of an equality. */
function distinctText(
  rex: Extract<Rex, { kind: 'Call' }>,
  print: (rex: Rex) => string,
  style: RexStyle,
): string | undefined {
  const [left, right] = rex.operands as [Rex, Rex];
  if (left.type.nullable && right.type.nullable) {
    return undefined;
  }
  const equal = style === 'infix' ? `(${print(left)} = ${print(right)})` : `=(${print(left)}, ${print(right)})`;
  const not = rex.fn === 'IS DISTINCT FROM' ? 'IS NOT TRUE' : 'IS TRUE';
  return style === 'infix' ? `${equal} ${not}` : `${not}(${equal})`;
}

/** `SUM` is a COUNT and a $SUM0 to Calcite, AVG its quotient (SqlToRelConverter.HistogramShuttle, RexBuilder.makeOver). */
function overText(rex: RexOver, print: (rex: Rex) => string): string {
  const { call } = rex;
  const args = call.args.map(print).join(', ');
  const partition = rex.partitionBy.length > 0 ? [`PARTITION BY ${rex.partitionBy.map(print).join(', ')}`] : [];
  const keys = rex.orderBy.map(
    ({ expr, descending, nullsFirst }) =>
      `${print(expr)}${descending ? ' DESC' : ''}${nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'}`,
  );
  const order = keys.length > 0 ? [`ORDER BY ${keys.join(', ')}`] : [];
  const isDefault = !rex.rows && rex.lower.kind === 'UnboundedPreceding' && rex.upper.kind === 'CurrentRow';
  const bound = (b: FrameBound) => ('offset' in b ? `${print(b.offset)} ${b.kind.toUpperCase()}` : boundText(b));
  const isLower = rex.upper.kind === 'CurrentRow';
  const span = isLower ? bound(rex.lower) : `BETWEEN ${bound(rex.lower)} AND ${bound(rex.upper)}`;
  const unframed = /^(ROW_NUMBER|RANK|DENSE_RANK|PERCENT_RANK|CUME_DIST|NTILE|LAG|LEAD)$/.test(call.fn);
  const frame = isDefault || unframed ? [] : [`${rex.rows ? 'ROWS' : 'RANGE'} ${span}`];
  const over = `OVER (${[...partition, ...order, ...frame].join(' ')})`;
  const one = (fn: string) => `${fn}(${call.distinct ? 'DISTINCT ' : ''}${args}) ${over}`;
  if (call.fn !== 'SUM') {
    return one(call.fn);
  }
  const none = { kind: 'Literal', value: null, type: { ...rex.type, nullable: true } } as const;
  return `CASE(>(${one('COUNT')}, 0), ${one('$SUM0')}, ${print(none)})`;
}

function castType(type: LogicalType): string {
  const text = asSummaryString({ ...type, nullable: true } as LogicalType);
  if (text === 'INT') return 'INTEGER';
  return text === 'STRING' ? 'VARCHAR(2147483647)' : text.replace(/^TIMESTAMP_LTZ/, 'TIMESTAMP_WITH_LOCAL_TIME_ZONE');
}

/** `qty DESC, ts ASC`. */
export function orderText(
  order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[],
  fields: readonly RowField[],
): string {
  return order.map(({ index, descending }) => `${fields[index]?.name} ${descending ? 'DESC' : 'ASC'}`).join(', ');
}

function boundText(bound: FrameBound): string {
  switch (bound.kind) {
    case 'UnboundedPreceding':
      return 'UNBOUNDED PRECEDING';
    case 'UnboundedFollowing':
      return 'UNBOUNDED FOLLOWING';
    case 'CurrentRow':
      return 'CURRENT ROW';
    case 'Preceding':
    case 'Following': {
      const value = bound.offset.kind === 'Literal' ? String(bound.offset.value) : '?';
      return `${value} ${bound.kind.toUpperCase()}`;
    }
  }
}

/** ` ROWS BETWEEN 1 PRECEDING AND CURRENT ROW`, with Flink's leading blank. */
export function frameText(rows: boolean, lower: FrameBound, upper: FrameBound): string {
  return ` ${rows ? 'ROWS' : 'RANG'} BETWEEN ${boundText(lower)} AND ${boundText(upper)}`;
}
