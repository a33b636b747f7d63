import type { DecimalType, LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import { divideHalfUp } from './avg.ts';
import { decimalAt } from './sum.ts';

export interface VarianceKind {
  /** STDDEV_x is the square root of VAR_x. */
  readonly root: boolean;
  /** x_SAMP divides by one less than the count. */
  readonly sample: boolean;
}

interface Sums {
  count: number;
  integers: bigint;
  integerSquares: bigint;
  doubles: number;
  doubleSquares: number;
}

/** Products and quotients of DECIMAL(38, s) with s of at least 6 have scale 6. */
const SCALE = 6;

function rescaled(value: bigint, from: number, to: number): bigint {
  return to >= from ? value * 10n ** BigInt(to - from) : divideHalfUp(value, 10n ** BigInt(from - to));
}

const BITS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 };

/**
 * STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP as Flink's AggregateReduceFunctionsRule spells them out:
 * (SUM(x*x) - SUM(x)*SUM(x)/COUNT(x)) / COUNT(x) (or one less), computed in the argument's type: integers wrap and divide as integers.
 */
export class Variance implements Aggregate {
  private readonly arg: number;
  private readonly kind: VarianceKind;
  private readonly type: LogicalType;
  private readonly result: LogicalType;
  private groups: (Sums | undefined)[] = [];
  private column!: Column;

  constructor(arg: number, kind: VarianceKind, type: LogicalType, result: LogicalType) {
    this.arg = arg;
    this.kind = kind;
    this.type = type;
    this.result = result;
  }

  bind(columns: readonly Column[]): void {
    this.column = columns[this.arg] as Column;
  }
  grow(): void {
    // Sums are made when a group is first used.
  }
  reset(group: number): void {
    this.groups[group] = undefined;
  }
  private sums(group: number): Sums {
    let sums = this.groups[group];
    if (!sums) {
      sums = { count: 0, integers: 0n, integerSquares: 0n, doubles: 0, doubleSquares: 0 };
      this.groups[group] = sums;
    }
    return sums;
  }

  private add(group: number, row: number, sign: 1 | -1): void {
    const { column } = this;
    if (column.nulls !== undefined && column.nulls[row] === 1) return;
    const sums = this.sums(group);
    sums.count += sign;
    if (column.kind === 'f64') {
      const value = column.values[row] as number;
      sums.doubles += sign * value;
      sums.doubleSquares += sign * (value * value);
      return;
    }
    const value =
      this.type.root === 'DECIMAL' ? decimalAt(column, row) : BigInt(valueAt(column, row) as number | bigint);
    const signed = BigInt(sign);
    sums.integers += signed * value;
    sums.integerSquares += signed * this.square(value);
  }

  /** x*x as DECIMAL(38, 6), or an integer that wraps. */
  private square(value: bigint): bigint {
    return this.type.root === 'DECIMAL'
      ? rescaled(value * value, 2 * this.type.scale, SCALE)
      : this.wrapped(value * value);
  }

  /** Integer results wrap to the argument's width at every step. */
  private wrapped(value: bigint): bigint {
    const bits = BITS[this.type.root];
    return bits === undefined ? value : BigInt.asIntN(bits, value);
  }

  accumulate(group: number, row: number): void {
    this.add(group, row, 1);
  }
  retract(group: number, row: number): void {
    this.add(group, row, -1);
  }
  merge(into: number, from: number): void {
    const other = this.groups[from];
    if (!other) return;
    const sums = this.sums(into);
    sums.count += other.count;
    sums.integers += other.integers;
    sums.integerSquares += other.integerSquares;
    sums.doubles += other.doubles;
    sums.doubleSquares += other.doubleSquares;
  }

  write(group: number, out: ColumnWriter): void {
    const sums = this.groups[group];
    const count = sums?.count ?? 0;
    const divisor = this.kind.sample ? count - 1 : count;
    if (!sums || count === 0 || divisor === 0) {
      out.appendNull();
      return;
    }
    if (this.type.root === 'FLOAT' || this.type.root === 'DOUBLE') {
      const value = (sums.doubleSquares - (sums.doubles * sums.doubles) / count) / divisor;
      const result = this.kind.root ? Math.sqrt(value) : value;
      out.append(this.result.root === 'FLOAT' ? Math.fround(result) : result);
    } else if (this.type.root === 'DECIMAL') {
      out.append(this.decimal(sums, count, divisor, this.type));
    } else {
      out.append(this.integer(sums, BigInt(count), BigInt(divisor)));
    }
  }

  private integer(sums: Sums, count: bigint, divisor: bigint): number | bigint {
    const bits = BITS[this.result.root] ?? 64;
    const sum = this.wrapped(sums.integers);
    const variance = (this.wrapped(sums.integerSquares) - this.wrapped(sum * sum) / count) / divisor;
    const value = this.kind.root ? BigInt(Math.trunc(Math.sqrt(Number(variance))) || 0) : variance;
    const cut = BigInt.asIntN(bits, value);
    return bits === 64 ? cut : Number(cut);
  }

  private decimal(sums: Sums, count: number, divisor: number, type: DecimalType): bigint {
    const { scale } = this.result as DecimalType;
    const squared = rescaled(sums.integers * sums.integers, 2 * type.scale, SCALE);
    const variance = divideHalfUp(sums.integerSquares - divideHalfUp(squared, BigInt(count)), BigInt(divisor));
    if (!this.kind.root) return rescaled(variance, SCALE, scale);
    const root = Math.sqrt(Number(variance) / 10 ** SCALE);
    return BigInt(Math.round(root * 10 ** scale));
  }

  /** How many values there are: the sums that Flink computes below change with it, though the variance may not. */
  hidden(group: number): number {
    return this.groups[group]?.count ?? 0;
  }

  get byteLength(): number {
    return this.groups.length * 96;
  }

  snapshot() {
    return { groups: this.groups };
  }

  restore(state: ReturnType<Variance['snapshot']>): void {
    this.groups = state.groups;
  }
}
