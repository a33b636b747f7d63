import type { DecimalType, LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Float64Column, Int32Column, Int64Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { type Aggregate, CellAggregate, roomFor } from './aggregate.ts';
import type { Cell, Cells } from './cells.ts';
import { decimalAt } from './sum.ts';
import type { AggregateCode } from './update-loop.ts';

/**
 * AVG (AvgAggFunction): a sum (BIGINT for integers, DOUBLE, DECIMAL(38, s)) over a count, NULL when the count is 0; integers
 * divide as integers.
 */
abstract class Avg extends CellAggregate {
  protected readonly counts: Cell<Float64Array>;

  constructor(arg: number, cells: Cells) {
    super(arg);
    this.counts = cells.double();
  }

  protected abstract clear(group: number): void;
  protected abstract add(group: number, row: number, sign: 1 | -1): void;
  protected abstract mergeSums(into: number, from: number): void;
  protected abstract writeMean(group: number, count: number, out: ColumnWriter): void;

  private countOn(group: number, by: number): void {
    const { values, step } = this.counts;
    values[group * step] = (values[group * step] as number) + by;
  }

  reset(group: number): void {
    this.counts.values[group * this.counts.step] = 0;
    this.clear(group);
  }

  accumulate(group: number, row: number): void {
    const nulls = this.column.nulls;
    if (nulls !== undefined && nulls[row] === 1) return;
    this.add(group, row, 1);
    this.countOn(group, 1);
  }

  retract(group: number, row: number): void {
    const nulls = this.column.nulls;
    if (nulls !== undefined && nulls[row] === 1) return;
    this.add(group, row, -1);
    this.countOn(group, -1);
  }

  merge(into: number, from: number): void {
    this.mergeSums(into, from);
    this.countOn(into, this.counts.values[from * this.counts.step] as number);
  }

  write(group: number, out: ColumnWriter): void {
    const count = this.counts.values[group * this.counts.step] as number;
    if (count === 0) out.appendNull();
    else this.writeMean(group, count, out);
  }
}

class AvgInteger extends Avg {
  private readonly sums: Cell<BigInt64Array>;
  private readonly bits: number;
  readonly code: AggregateCode;

  constructor(arg: number, bits: number, cells: Cells) {
    super(arg, cells);
    this.sums = cells.long();
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
      cells: true,
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
    const { values } = this.sums;
    const parts = new Int32Array(values.buffer, values.byteOffset);
    return [values, parts, this.counts.values, (this.column as Int64Column).values];
  }
  protected clear(group: number): void {
    this.sums.values[group * this.sums.step] = 0n;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const column = this.column as Int32Column | Int64Column;
    const { values, step } = this.sums;
    const at = group * step;
    if (column.kind === 'i64') {
      if (sign === 1) values[at] = (values[at] as bigint) + (column.values[row] as bigint);
      else values[at] = (values[at] as bigint) - (column.values[row] as bigint);
    } else {
      values[at] = (values[at] as bigint) + BigInt(sign * (column.values[row] as number));
    }
  }
  protected mergeSums(into: number, from: number): void {
    const { values, step } = this.sums;
    values[into * step] = (values[into * step] as bigint) + (values[from * step] as bigint);
  }
  protected writeMean(group: number, count: number, out: ColumnWriter): void {
    const sum = this.sums.values[group * this.sums.step] as bigint;
    const mean = BigInt.asIntN(this.bits, sum / BigInt(count));
    out.append(this.bits === 64 ? mean : Number(mean));
  }
}

class AvgDouble extends Avg {
  private readonly sums: Cell<Float64Array>;
  private readonly float: boolean;
  readonly code: AggregateCode;

  constructor(arg: number, float: boolean, cells: Cells) {
    super(arg, cells);
    this.sums = cells.double();
    this.float = float;
    this.code = {
      arrays: ['sums', 'counts', 'values'],
      kind: 'f64',
      cells: true,
      reset: 'sums[g] = 0; counts[g] = 0;',
      add: 'sums[g] = sums[g] + values[i]; counts[g]++;',
      subtract: 'sums[g] = sums[g] - values[i]; counts[g]--;',
      merge: 'sums[g] = sums[g] + sums[f]; counts[g] += counts[f];',
      isNull: 'counts[g] === 0',
      value: float ? 'Math.fround(sums[g] / counts[g])' : 'sums[g] / counts[g]',
    };
  }
  codeArrays(): readonly unknown[] {
    return [this.sums.values, this.counts.values, (this.column as Float64Column).values];
  }
  protected clear(group: number): void {
    this.sums.values[group * this.sums.step] = 0;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    this.change(group, sign * ((this.column as Float64Column).values[row] as number));
  }
  private change(group: number, by: number): void {
    const { values, step } = this.sums;
    values[group * step] = (values[group * step] as number) + by;
  }
  protected mergeSums(into: number, from: number): void {
    this.change(into, this.sums.values[from * this.sums.step] as number);
  }
  protected writeMean(group: number, count: number, out: ColumnWriter): void {
    const mean = (this.sums.values[group * this.sums.step] as number) / count;
    out.append(this.float ? Math.fround(mean) : mean);
  }
}

class AvgDecimal extends Avg {
  private sums: bigint[] = [];
  private readonly scaleUp: bigint;
  private readonly limit: bigint;

  constructor(arg: number, from: DecimalType, to: DecimalType, cells: Cells) {
    super(arg, cells);
    this.scaleUp = 10n ** BigInt(to.scale - from.scale);
    this.limit = 10n ** BigInt(to.precision);
  }
  override grow(capacity: number): void {
    if (capacity <= this.sums.length) return;
    for (let i = this.sums.length, n = roomFor(i, capacity); i < n; i++) this.sums.push(0n);
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
  override get byteLength(): number {
    return this.sums.length * 40;
  }
  override snapshot() {
    return { sums: this.sums };
  }
  override restore(state: ReturnType<AvgDecimal['snapshot']>): void {
    this.sums = state.sums;
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
export function avgOf(arg: number, type: LogicalType, result: LogicalType, cells: Cells): Aggregate {
  switch (type.root) {
    case 'TINYINT':
      return new AvgInteger(arg, 8, cells);
    case 'SMALLINT':
      return new AvgInteger(arg, 16, cells);
    case 'INTEGER':
      return new AvgInteger(arg, 32, cells);
    case 'BIGINT':
      return new AvgInteger(arg, 64, cells);
    case 'FLOAT':
    case 'DOUBLE':
      return new AvgDouble(arg, result.root === 'FLOAT', cells);
    case 'DECIMAL':
      return new AvgDecimal(arg, type, result as DecimalType, cells);
    default:
      throw new Error(`AVG over ${type.root}`);
  }
}
