import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column, Float64Column, Int32Column, Int64Column } from '../../batch/column.ts';
import type { ColumnWriter, DoubleWriter, IntWriter, LongWriter } from '../../state/column-writer.ts';
import { type Aggregate, grownDoubles, grownInts, grownLongs, UnaryAggregate } from './aggregate.ts';
import type { AggregateCode } from './update-loop.ts';

/**
 * SUM (SumAggFunction, SumWithRetractAggFunction): NULL until a value comes; with retraction NULL again when as many values went
 * as came. Keeps the argument's type, so narrow integers wrap. `zero` makes it $SUM0, which starts at 0.
 */
abstract class Sum extends UnaryAggregate {
  protected readonly retracting: boolean;
  protected readonly zero: boolean;
  /** Whether the sum is not NULL (append-only) or how many values it holds (retracting). */
  protected counts = new Int32Array(0);
  protected abstract sums: unknown;

  constructor(arg: number, retracting: boolean, zero: boolean) {
    super(arg);
    this.retracting = retracting;
    this.zero = zero;
  }

  protected resize(n: number): void {
    this.counts = grownInts(this.counts, n);
    this.resizeSums(n);
  }

  protected abstract resizeSums(n: number): void;
  protected abstract add(group: number, row: number, sign: 1 | -1): void;
  protected abstract mergeSums(into: number, from: number): void;
  protected abstract writeSum(group: number, out: ColumnWriter): void;

  reset(group: number): void {
    this.counts[group] = 0;
    this.clear(group);
  }

  protected abstract clear(group: number): void;

  accumulate(group: number, row: number): void {
    const nulls = this.column.nulls;
    if (nulls !== undefined && nulls[row] === 1) return;
    this.add(group, row, 1);
    this.counts[group] = (this.counts[group] as number) + 1;
  }

  retract(group: number, row: number): void {
    const nulls = this.column.nulls;
    if (nulls !== undefined && nulls[row] === 1) return;
    this.add(group, row, -1);
    this.counts[group] = (this.counts[group] as number) - 1;
  }

  merge(into: number, from: number): void {
    if (this.counts[from] === 0 && !this.retracting) return;
    this.mergeSums(into, from);
    this.counts[into] = (this.counts[into] as number) + (this.counts[from] as number);
  }

  write(group: number, out: ColumnWriter): void {
    if (this.counts[group] === 0 && !this.zero) out.appendNull();
    else this.writeSum(group, out);
  }

  codeArrays(): readonly unknown[] {
    return [this.sums, this.counts, (this.column as { values: unknown }).values];
  }

  /** The code of a sum: of what `sums[g]` becomes for `+` or `-`. */
  protected codeFor(
    kind: AggregateCode['kind'],
    empty: string,
    sum: (sign: '+' | '-', value: string) => string,
  ): AggregateCode {
    return {
      arrays: ['sums', 'counts', 'values'],
      kind,
      reset: `sums[g] = ${empty}; counts[g] = 0;`,
      add: `sums[g] = ${sum('+', 'values[i]')}; counts[g]++;`,
      subtract: `sums[g] = ${sum('-', 'values[i]')}; counts[g]--;`,
      merge: `if (${this.retracting || 'counts[f] !== 0'}) { sums[g] = ${sum('+', 'sums[f]')}; counts[g] += counts[f]; }`,
      isNull: this.zero ? 'false' : 'counts[g] === 0',
      value: 'sums[g]',
    };
  }

  snapshot() {
    return { capacity: this.capacity, counts: this.counts, sums: this.sums };
  }

  restore(state: ReturnType<Sum['snapshot']>): void {
    this.capacity = state.capacity;
    this.counts = state.counts;
    this.sums = state.sums;
  }
}

class SumInt extends Sum {
  protected sums = new Int32Array(0);
  readonly code: AggregateCode;
  /** 32 less the type's bits. */
  private readonly shift: number;

  constructor(arg: number, retracting: boolean, zero: boolean, bits: number) {
    super(arg, retracting, zero);
    this.shift = 32 - bits;
    const { shift } = this;
    this.code = this.codeFor('i32', '0', (sign, value) => `((sums[g] ${sign} ${value}) << ${shift}) >> ${shift}`);
  }
  protected resizeSums(n: number): void {
    this.sums = grownInts(this.sums, n);
  }
  protected clear(group: number): void {
    this.sums[group] = 0;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const value = (this.column as Int32Column).values[row] as number;
    this.sums[group] = (((this.sums[group] as number) + sign * value) << this.shift) >> this.shift;
  }
  protected mergeSums(into: number, from: number): void {
    this.sums[into] = (((this.sums[into] as number) + (this.sums[from] as number)) << this.shift) >> this.shift;
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    (out as IntWriter).appendInt(this.sums[group] as number);
  }
  get byteLength(): number {
    return this.sums.byteLength * 2;
  }
}

class SumLong extends Sum {
  protected sums = new BigInt64Array(0);
  readonly code = this.codeFor('i64', '0n', (sign, value) => `BigInt.asIntN(64, sums[g] ${sign} ${value})`);

  protected resizeSums(n: number): void {
    this.sums = grownLongs(this.sums, n);
  }
  protected clear(group: number): void {
    this.sums[group] = 0n;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const values = (this.column as Int64Column).values;
    const sums = this.sums;
    if (sign === 1) sums[group] = (sums[group] as bigint) + (values[row] as bigint);
    else sums[group] = (sums[group] as bigint) - (values[row] as bigint);
  }
  protected mergeSums(into: number, from: number): void {
    this.sums[into] = (this.sums[into] as bigint) + (this.sums[from] as bigint);
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    (out as LongWriter).appendAt(this.sums, group);
  }
  get byteLength(): number {
    return this.sums.byteLength + this.counts.byteLength;
  }
}

class SumDouble extends Sum {
  protected sums = new Float64Array(0);
  private readonly float: boolean;
  readonly code: AggregateCode;

  constructor(arg: number, retracting: boolean, zero: boolean, float: boolean) {
    super(arg, retracting, zero);
    this.float = float;
    // The first value is taken as it is, which keeps -0.0.
    const first = retracting || zero ? '' : 'counts[g] === 0 ? values[i] : ';
    this.code = this.codeFor('f64', '0', (sign, value) => {
      const sum = `sums[g] ${sign} ${value}`;
      return `${value === 'values[i]' ? first : ''}${float ? `Math.fround(${sum})` : sum}`;
    });
  }
  protected resizeSums(n: number): void {
    this.sums = grownDoubles(this.sums, n);
  }
  protected clear(group: number): void {
    this.sums[group] = 0;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const value = (this.column as Float64Column).values[row] as number;
    if (this.counts[group] === 0 && !this.retracting && !this.zero) {
      // The first value is taken as it is, which keeps -0.0.
      this.sums[group] = value;
      return;
    }
    const sum = (this.sums[group] as number) + sign * value;
    this.sums[group] = this.float ? Math.fround(sum) : sum;
  }
  protected mergeSums(into: number, from: number): void {
    const sum = (this.sums[into] as number) + (this.sums[from] as number);
    this.sums[into] = this.float ? Math.fround(sum) : sum;
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    (out as DoubleWriter).appendDouble(this.sums[group] as number);
  }
  get byteLength(): number {
    return this.sums.byteLength + this.counts.byteLength;
  }
}

const LIMIT_38 = 10n ** 38n;

/**
 * SUM over DECIMAL(p, s) is DECIMAL(38, s). A sum that does not fit becomes NULL, and the next value starts a new sum, because
 * Flink keeps no other mark of it.
 */
class SumDecimal extends Sum {
  protected sums: (bigint | null)[] = [];

  protected resizeSums(n: number): void {
    for (let i = this.sums.length; i < n; i++) this.sums.push(null);
  }
  protected clear(group: number): void {
    this.sums[group] = null;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const value = decimalAt(this.column, row);
    this.sums[group] = bounded((this.sums[group] ?? 0n) + (sign === 1 ? value : -value));
  }
  protected mergeSums(into: number, from: number): void {
    const other = this.sums[from] as bigint | null;
    if (other !== null) this.sums[into] = bounded((this.sums[into] ?? 0n) + other);
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    out.append(this.sums[group] ?? (this.zero ? 0n : null));
  }
  get byteLength(): number {
    return this.sums.length * 32;
  }
}

function bounded(sum: bigint): bigint | null {
  return sum >= LIMIT_38 || sum <= -LIMIT_38 ? null : sum;
}

/** An unscaled decimal, however wide. */
export function decimalAt(column: Column, row: number): bigint {
  return (
    column.kind === 'i64' ? column.values[row] : (column as { values: readonly unknown[] }).values[row]
  ) as bigint;
}

const BITS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32 };

/** SUM and $SUM0 for an argument type. */
export function sumOf(arg: number, type: LogicalType, retracting: boolean, zero: boolean): Aggregate {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return new SumInt(arg, retracting, zero, BITS[type.root] ?? 32);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return new SumLong(arg, retracting, zero);
    case 'FLOAT':
    case 'DOUBLE':
      return new SumDouble(arg, retracting, zero, type.root === 'FLOAT');
    case 'DECIMAL':
      return new SumDecimal(arg, retracting, zero);
    default:
      throw new Error(`SUM over ${type.root}`);
  }
}
