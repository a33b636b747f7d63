import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { ExprEnv } from '../../codegen/env.ts';
import { textOf } from '../cast/to-string.ts';
import { decimalText, decimalToDouble } from '../decimal.ts';
import { stringHash } from './hash-order.ts';

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([bBhHsScCdoxXeEfgGaA%n])/g;

/** java.util.Formatter over SQL values; null where Java would throw (PRINTF gives NULL then). */
export function formatText(
  format: string,
  args: readonly Value[],
  types: readonly LogicalType[],
  env: ExprEnv,
): string | null {
  let ordinary = 0;
  let last = -1;
  let failed = false;
  if (format.replace(SPECIFIER, '').includes('%')) return null;
  const text = format.replace(
    SPECIFIER,
    (_all, index?: string, flags = '', width?: string, precision?: string, kind = 's') => {
      if (kind === 'n') return '\n';
      if (kind === '%') return padded('%', flags, width);
      const at = index ? Number(index) - 1 : flags.includes('<') ? last : ordinary++;
      last = at;
      if (at < 0 || at >= args.length) {
        failed = true;
        return '';
      }
      const one = convert(args[at] as Value, types[at] as LogicalType, kind, flags, precision, width, env);
      if (one === null) {
        failed = true;
        return '';
      }
      return padded(kind === kind.toUpperCase() && kind !== 'd' ? one.toUpperCase() : one, flags, width);
    },
  );
  return failed ? null : text;
}

function padded(text: string, flags: string, width: string | undefined): string {
  if (width === undefined) return text;
  return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width));
}

function convert(
  value: Value,
  type: LogicalType,
  kind: string,
  flags: string,
  precision: string | undefined,
  width: string | undefined,
  env: ExprEnv,
): string | null {
  const cut = (text: string) => (precision === undefined ? text : text.slice(0, Number(precision)));
  switch (kind.toLowerCase()) {
    case 'b':
      return cut(value === null ? 'false' : typeof value === 'boolean' ? String(value) : 'true');
    case 's':
      return cut(value === null ? 'null' : javaText(value, type, env));
    case 'h':
      return cut(value === null ? 'null' : (stringHash(javaText(value, type, env)) >>> 0).toString(16));
    case 'c': {
      if (value === null) return 'null';
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return String.fromCodePoint(value);
      return null;
    }
    case 'd':
    case 'o':
    case 'x': {
      if (value === null) return 'null';
      const whole = integerOf(value, type);
      return whole === undefined || precision !== undefined ? null : integerText(whole, type, kind, flags, width);
    }
    default: {
      if (value === null) return 'null';
      const number = floatingOf(value, type);
      return number === undefined ? null : floatingText(number, kind.toLowerCase(), flags, precision, width);
    }
  }
}

/** toString of the Java object that a value is. */
function javaText(value: Value, type: LogicalType, env: ExprEnv): string {
  if (typeof value === 'boolean') return String(value);
  if (type.root === 'DECIMAL') return decimalText(value as bigint, type.scale);
  return textOf(type, env, false)(value);
}

function integerOf(value: Value, type: LogicalType): bigint | undefined {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return BigInt(value as number);
    case 'BIGINT':
      return value as bigint;
    default:
      return undefined;
  }
}

const floatingOf = (value: Value, type: LogicalType): number | undefined => {
  if (type.root === 'FLOAT' || type.root === 'DOUBLE') return value as number;
  return type.root === 'DECIMAL' ? decimalToDouble(value as bigint, type.scale) : undefined;
};

const BITS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 };

function integerText(value: bigint, type: LogicalType, kind: string, flags: string, width: string | undefined): string {
  if (kind !== 'd') {
    const digits = BigInt.asUintN(BITS[type.root] ?? 64, value).toString(kind === 'o' ? 8 : 16);
    const prefix = flags.includes('#') ? (kind === 'o' ? '0' : '0x') : '';
    return zeros(prefix, digits, flags, width);
  }
  const size = (value < 0n ? -value : value).toString();
  return signed(value < 0n, flags.includes(',') ? grouped(size) : size, flags, width);
}

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

function signed(negative: boolean, digits: string, flags: string, width: string | undefined): string {
  if (negative && flags.includes('(')) return `(${digits})`;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return zeros(sign, digits, flags, width);
}

const zeros = (prefix: string, digits: string, flags: string, width: string | undefined): string =>
  flags.includes('0') && width !== undefined
    ? prefix + digits.padStart(Number(width) - prefix.length, '0')
    : prefix + digits;

function floatingText(
  value: number,
  kind: string,
  flags: string,
  precision: string | undefined,
  width: string | undefined,
): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? (flags.includes('+') ? '+Infinity' : 'Infinity') : '-Infinity';
  const digits = precision === undefined ? 6 : Number(precision);
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  let text: string;
  if (kind === 'e') text = scientific(size, digits);
  else if (kind === 'f') text = fixed(size, digits);
  else if (kind === 'g') {
    const significant = digits === 0 ? 1 : digits;
    const rounded = Number(size.toPrecision(significant));
    text =
      rounded !== 0 && (rounded < 1e-4 || rounded >= 10 ** significant)
        ? scientific(size, significant - 1)
        : fixed(size, Math.max(0, significant - (rounded === 0 ? 1 : Math.floor(Math.log10(rounded)) + 1)));
  } else text = String(size);
  if (flags.includes(',')) {
    const [whole = '0', fraction] = text.split('.');
    text = fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
  }
  return signed(negative, text, flags, width);
}

/** Rounds the shortest decimal HALF_UP, as Java does. */
function fixed(value: number, digits: number): string {
  const [mantissa = '0', exponent] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent ?? 0);
  let unscaled = BigInt(whole + fraction);
  if (scale > digits) {
    const unit = 10n ** BigInt(scale - digits);
    const rest = unscaled % unit;
    unscaled = unscaled / unit + (rest * 2n >= unit ? 1n : 0n);
  } else unscaled *= 10n ** BigInt(digits - scale);
  return decimalText(unscaled, digits);
}

function scientific(value: number, digits: number): string {
  const [mantissa = '0', exponent = '+0'] = value.toExponential(digits).split('e');
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
