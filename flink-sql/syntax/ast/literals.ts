import type { NodeBase } from './common.ts';

/** A number as written; `approximate` when it has an exponent (`1e0` is DOUBLE, `1.0` is DECIMAL). */
export interface NumberLiteral extends NodeBase {
  readonly kind: 'NumberLiteral';
  readonly text: string;
  readonly approximate: boolean;
}

/** `x'0aff'`; `hex` holds the digits joined over continued parts. */
export interface BinaryLiteral extends NodeBase {
  readonly kind: 'BinaryLiteral';
  readonly hex: string;
}

/** TRUE, FALSE, or UNKNOWN (`value` null). */
export interface BooleanLiteral extends NodeBase {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean | null;
}

export interface NullLiteral extends NodeBase {
  readonly kind: 'NullLiteral';
}

/** `DATE '2020-01-01'`, `{d '…'}` and relatives; the text is not checked here. */
export interface DateTimeLiteral extends NodeBase {
  readonly kind: 'DateTimeLiteral';
  readonly type: 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP WITH LOCAL TIME ZONE' | 'DATETIME';
  readonly value: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Canonical (singular) names of the units that an interval or a unit argument can have. */
export type TimeUnit =
  | 'YEAR'
  | 'QUARTER'
  | 'MONTH'
  | 'WEEK'
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'MILLISECOND'
  | 'MICROSECOND'
  | 'NANOSECOND'
  | 'DOW'
  | 'DOY'
  | 'ISODOW'
  | 'ISOYEAR'
  | 'EPOCH'
  | 'DECADE'
  | 'CENTURY'
  | 'MILLENNIUM';

/** `DAY(3) TO SECOND(6)`. */
export interface IntervalQualifier extends NodeBase {
  readonly kind: 'IntervalQualifier';
  readonly from: TimeUnit;
  readonly to?: TimeUnit;
  readonly precision?: number;
  readonly fractionalPrecision?: number;
}

/** `INTERVAL -'5' DAY`; `value` is the text between the quotes. */
export interface IntervalLiteral extends NodeBase {
  readonly kind: 'IntervalLiteral';
  readonly sign: 1 | -1;
  readonly value: string;
  readonly qualifier: IntervalQualifier;
}
