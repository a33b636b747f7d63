import { calciteDigest } from '../types/calcite-digest.ts';
import type { LogicalType, RowField } from '../types/logical-type.ts';
import { asSummaryString } from '../types/print.ts';
import type { FrameBound, Rex, Value } from './rex.ts';

/** `ast`: Calcite's `CAST($1):INTEGER`; `prefix`: `CAST(a AS INTEGER)`, `=(a, 1)`; `infix`: Flink's execution plan, `(a = 1)`. */
export type RexStyle = 'ast' | 'prefix' | 'infix';

const INFIX = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
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
  'LIKE',
  'SIMILAR TO',
]);
const POSTFIX = new Set(['IS NULL', 'IS NOT NULL', 'IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS NOT FALSE']);
const PREFIX_NAMES: Readonly<Record<string, string>> = { NEGATE: '-' };

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
    return `:${calciteDigest(type)}`;
  }
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'FLOAT':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return `:${calciteDigest(type)}`;
    case 'VARCHAR':
      return `:${calciteDigest(type)} CHARACTER SET "UTF-16LE"`;
    case 'DECIMAL': {
      const digits = (typeof value === 'bigint' ? (value < 0n ? -value : value) : 0n).toString().length;
      return type.precision === Math.max(digits, type.scale) ? '' : `:${calciteDigest(type)}`;
    }
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

/** An expression over a row with these column names. */
export function rexText(rex: Rex, columns: readonly string[], style: RexStyle): string {
  const print = (node: Rex): string => rexText(node, columns, style);
  switch (rex.kind) {
    case 'InputRef':
      return columns[rex.index] ?? `$${rex.index}`;
    case 'Literal': {
      const text = rex.type.root === 'SYMBOL' ? `FLAG(${String(rex.value)})` : valueText(rex.value, rex.type);
      const suffix = literalSuffix(rex.value, rex.type);
      const isInterval = rex.type.root === 'INTERVAL_DAY_TIME' || rex.type.root === 'INTERVAL_YEAR_MONTH';
      return style === 'infix' && !isInterval && rex.value !== null ? text.replace(/^_UTF-16LE/, '') : text + suffix;
    }
    case 'Call':
      return callText(rex, print, style);
    case 'FieldAccess':
      return `${print(rex.operand)}.${rex.name}`;
    case 'Correlation':
      return `$cor${rex.id}.f${rex.index}`;
    case 'Subquery':
      return `${rex.op}(${rex.operands.map(print).join(', ')})`;
    case 'Over':
      return `${rex.call.fn}(${rex.call.args.map(print).join(', ')}) OVER (…)`;
  }
}

function callText(rex: Extract<Rex, { kind: 'Call' }>, print: (rex: Rex) => string, style: RexStyle): string {
  const { fn, type } = rex;
  const operands = COMPARISONS.has(fn) ? rex.operands.map(bareLiteral) : rex.operands;
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
  if (fn === 'ITEM' && style === 'infix') {
    return `${print(operands[0] as Rex)}[${print(operands[1] as Rex)}]`;
  }
  return `${PREFIX_NAMES[fn] ?? fn}(${operands.map(print).join(', ')})`;
}

function castType(type: LogicalType): string {
  const text = asSummaryString({ ...type, nullable: true } as LogicalType);
  return text === 'INT' ? 'INTEGER' : text === 'STRING' ? 'VARCHAR(2147483647)' : text;
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
