import type { LogicalType } from '../../flink-sql/types/logical-type.ts';

/** Representation of a number in generated code. */
export type NumericKind = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'decimal';

/** Kind of a numeric type, or undefined for others. */
export function numericKind(type: LogicalType): NumericKind | undefined {
  switch (type.root) {
    case 'TINYINT':
      return 'i8';
    case 'SMALLINT':
      return 'i16';
    case 'INTEGER':
      return 'i32';
    case 'BIGINT':
      return 'i64';
    case 'FLOAT':
      return 'f32';
    case 'DOUBLE':
      return 'f64';
    case 'DECIMAL':
      return 'decimal';
    default:
      return undefined;
  }
}

/** JavaScript that narrows a 32-bit integer to the kind, as a Java cast. */
export function narrow(js: string, kind: NumericKind): string {
  if (kind === 'i8') return `(${js} << 24 >> 24)`;
  if (kind === 'i16') return `(${js} << 16 >> 16)`;
  return js;
}

/** Names of helpers that converted code calls; bound by the caller. */
export interface Helpers {
  readonly doubleToInt: string;
  readonly doubleToLong: string;
  readonly decimalToDouble: string;
  readonly decimalToLong: string;
}

/** JavaScript of a Java-like conversion between numbers that never gives NULL (not to DECIMAL). `scale` is the operand's. */
export function convert(js: string, from: NumericKind, scale: number, to: NumericKind, helpers: Helpers): string {
  if (from === to) return js;
  switch (to) {
    case 'f64':
      if (from === 'i64') return `Number(${js})`;
      return from === 'decimal' ? `${helpers.decimalToDouble}(${js}, ${scale})` : js;
    case 'f32':
      if (from === 'i64') return `Math.fround(Number(${js}))`;
      return from === 'decimal' ? `Math.fround(${helpers.decimalToDouble}(${js}, ${scale}))` : `Math.fround(${js})`;
    case 'i64':
      if (from === 'f32' || from === 'f64') return `${helpers.doubleToLong}(${js})`;
      return from === 'decimal' ? `${helpers.decimalToLong}(${js}, ${scale})` : `BigInt(${js})`;
    default: {
      if (from === 'i64') return narrow(`Number(BigInt.asIntN(32, ${js}))`, to);
      if (from === 'f32' || from === 'f64') return narrow(`${helpers.doubleToInt}(${js})`, to);
      if (from === 'decimal') return narrow(`Number(BigInt.asIntN(32, ${helpers.decimalToLong}(${js}, ${scale})))`, to);
      const wider = from === 'i8' || (from === 'i16' && to === 'i32');
      return wider ? js : narrow(js, to);
    }
  }
}
