import type { DecimalType, LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Float64Column, Int32Column, Int64Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { type Aggregate, grownDoubles, grownLongs, UnaryAggregate } from './aggregate.ts';
import { decimalAt } from './sum.ts';
import type { AggregateCode } from './update-loop.ts';

/**
 * AVG (AvgAggFunction): a sum (BIGINT for integers, DOUBLE, DECIMAL(38, s)) over a count, NULL when the count is 0; integers
 * divide as integers.
 */
abstract class Avg extends UnaryAggregate {
  protected counts = new Float64Array(0);
  protected abstract sums: unknown;

  protected resize(n: number): void {
    this.counts = grownDoubles(this.counts, n);
    this.resizeSums(n);
  }

  protected abstract resizeSums(n: number): void;
  protected abstract clear(group: number): void;
  protected abstract add(group: number, row: number, sign: 1 | -1): void;
  protected abstract mergeSums(into: number, from: number): void;
  protected abstract writeMean(group: number, count: number, out: ColumnWriter): void;

  reset(group: number): void {
    this.counts[group] = 0;
    this.clear(group);
  }

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
    this.mergeSums(into, from);
    this.counts[into] = (this.counts[into] as number) + (this.counts[from] as number);
  }

  write(group: number, out: ColumnWriter): void {
    const count = this.counts[group] as number;
    if (count === 0) out.appendNull();
    else this.writeMean(group, count, out);
  }

  snapshot() {
    return { capacity: this.capacity, counts: this.counts, sums: this.sums };
  }

  restore(state: ReturnType<Avg['snapshot']>): void {
    this.capacity = state.capacity;
    this.counts = state.counts;
    this.sums = state.sums;
  }
}

class AvgInteger extends Avg {
  protected sums = new BigInt64Array(0);
  private readonly bits: number;
  readonly code: AggregateCode;

  constructor(arg: number, bits: number) {
    super(arg);
    this.bits = bits;
    const value = bits === 64 ? 'values[i]' : 'BigInt(values[i])';
    const mean = `BigInt.asIntN(${bits}, sums[g] / BigInt(counts[g]))`;
    // Sums below 2^53 divide as doubles: their quotient never rounds up to the next integer.
    const whole = `(parts[2 * g + 1] * 4294967296 + (parts[2 * g] >>> 0)) / counts[g]`;
    const narrow = { 8: 'q << 24 >> 24', 16: 'q << 16 >> 16', 32: 'q' }[bits] ?? '';
    const put =
      bits === 64 ? 'words[2 * p] = q; words[2 * p + 1] = Math.floor(q / 4294967296);' : `out[p] = ${narrow};`;
    this.code = {
      arrays: ['sums', 'parts', 'counts', 'values'],
      kind: bits === 64 ? 'i64' : 'i32',
      reset: 'sums[g] = 0n; counts[g] = 0;',
      add: `sums[g] = BigInt.asIntN(64, sums[g] + ${value}); counts[g]++;`,
      subtract: `sums[g] = BigInt.asIntN(64, sums[g] - ${value}); counts[g]--;`,
      merge: 'sums[g] = BigInt.asIntN(64, sums[g] + sums[f]); counts[g] += counts[f];',
      isNull: 'counts[g] === 0',
      value: bits === 64 ? mean : `Number(${mean})`,
      store: `const high = parts[2 * g + 1]; if (high >= -0x200000 && high < 0x200000) { const q = Math.trunc(${whole}); ${put} } else out[p] = ${bits === 64 ? mean : `Number(${mean})`};`,
    };
  }
  codeArrays(): readonly unknown[] {
    const { sums, counts, column } = this;
    return [sums, new Int32Array(sums.buffer), counts, (column as Int64Column).values];
  }
  protected resizeSums(n: number): void {
    this.sums = grownLongs(this.sums, n);
  }
  protected clear(group: number): void {
    this.sums[group] = 0n;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const column = this.column as Int32Column | Int64Column;
    const sums = this.sums;
    if (column.kind === 'i64') {
      if (sign === 1) sums[group] = (sums[group] as bigint) + (column.values[row] as bigint);
      else sums[group] = (sums[group] as bigint) - (column.values[row] as bigint);
    } else {
      sums[group] = (sums[group] as bigint) + BigInt(sign * (column.values[row] as number));
    }
  }
  protected mergeSums(into: number, from: number): void {
    this.sums[into] = (this.sums[into] as bigint) + (this.sums[from] as bigint);
  }
  protected writeMean(group: number, count: number, out: ColumnWriter): void {
    const mean = BigInt.asIntN(this.bits, (this.sums[group] as bigint) / BigInt(count));
    out.append(this.bits === 64 ? mean : Number(mean));
  }
  get byteLength(): number {
    return this.sums.byteLength * 2;
  }
}

class AvgDouble extends Avg {
  protected sums = new Float64Array(0);
  private readonly float: boolean;
  readonly code: AggregateCode;

  constructor(arg: number, float: boolean) {
    super(arg);
    this.float = float;
    this.code = {
      arrays: ['sums', 'counts', 'values'],
      kind: 'f64',
      reset: 'sums[g] = 0; counts[g] = 0;',
      add: 'sums[g] = sums[g] + values[i]; counts[g]++;',
      subtract: 'sums[g] = sums[g] - values[i]; counts[g]--;',
      merge: 'sums[g] = sums[g] + sums[f]; counts[g] += counts[f];',
      isNull: 'counts[g] === 0',
      value: float ? 'Math.fround(sums[g] / counts[g])' : 'sums[g] / counts[g]',
    };
  }
  codeArrays(): readonly unknown[] {
    return [this.sums, this.counts, (this.column as Float64Column).values];
  }
  protected resizeSums(n: number): void {
    this.sums = grownDoubles(this.sums, n);
  }
  protected clear(group: number): void {
    this.sums[group] = 0;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const value = (this.column as Float64Column).values[row] as number;
    this.sums[group] = (this.sums[group] as number) + sign * value;
  }
  protected mergeSums(into: number, from: number): void {
    this.sums[into] = (this.sums[into] as number) + (this.sums[from] as number);
  }
  protected writeMean(group: number, count: number, out: ColumnWriter): void {
    const mean = (this.sums[group] as number) / count;
    out.append(this.float ? Math.fround(mean) : mean);
  }
  get byteLength(): number {
    return this.sums.byteLength * 2;
  }
}

class AvgDecimal extends Avg {
  protected sums: bigint[] = [];
  private readonly scaleUp: bigint;
  private readonly limit: bigint;

  constructor(arg: number, from: DecimalType, to: DecimalType) {
    super(arg);
    this.scaleUp = 10n ** BigInt(to.scale - from.scale);
    this.limit = 10n ** BigInt(to.precision);
  }
  protected resizeSums(n: number): void {
    for (let i = this.sums.length; i < n; i++) this.sums.push(0n);
  }
  protected clear(group: number): void {
    this.sums[group] = 0n;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const value = decimalAt(this.column, row);
    this.sums[group] = (this.sums[group] as bigint) + (sign === 1 ? value : -value);
  }
  protected mergeSums(into: number, from: number): void {
    this.sums[into] = (this.sums[into] as bigint) + (this.sums[from] as bigint);
  }
  protected writeMean(group: number, count: number, out: ColumnWriter): void {
    const mean = divideHalfUp((this.sums[group] as bigint) * this.scaleUp, BigInt(count));
    out.append(mean >= this.limit || mean <= -this.limit ? null : mean);
  }
  get byteLength(): number {
    return this.sums.length * 40;
  }
}

/** Quotient rounded to the nearest, halves away from zero (RoundingMode.HALF_UP). */
export function divideHalfUp(a: bigint, b: bigint): bigint {
  const negative = a < 0n !== b < 0n;
  const x = a < 0n ? -a : a;
  const y = b < 0n ? -b : b;
  const rounded = (x * 2n + y) / (y * 2n);
  return negative ? -rounded : rounded;
}

/** AVG for argument and result types. */
export function avgOf(arg: number, type: LogicalType, result: LogicalType): Aggregate {
  switch (type.root) {
    case 'TINYINT':
      return new AvgInteger(arg, 8);
    case 'SMALLINT':
      return new AvgInteger(arg, 16);
    case 'INTEGER':
      return new AvgInteger(arg, 32);
    case 'BIGINT':
      return new AvgInteger(arg, 64);
    case 'FLOAT':
    case 'DOUBLE':
      return new AvgDouble(arg, result.root === 'FLOAT');
    case 'DECIMAL':
      return new AvgDecimal(arg, type, result as DecimalType);
    default:
      throw new Error(`AVG over ${type.root}`);
  }
}
