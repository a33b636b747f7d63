import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column, Float64Column, Int32Column, Int64Column } from '../../batch/column.ts';
import type { ColumnWriter, DoubleWriter, IntWriter, LongWriter } from '../../state/column-writer.ts';
import { type Aggregate, CellAggregate, roomFor } from './aggregate.ts';
import type { Cell, Cells } from './cells.ts';
import type { AggregateCode } from './update-loop.ts';

/**
 * SUM (SumAggFunction, SumWithRetractAggFunction): NULL until a value comes; with retraction NULL again when as many values went
 * as came. Keeps the argument's type, so narrow integers wrap. `zero` makes it $SUM0, which starts at 0.
 */
abstract class Sum extends CellAggregate {
  protected readonly retracting: boolean;
  protected readonly zero: boolean;
  /** Whether the sum is not NULL (append-only) or how many values it holds (retracting). */
  protected readonly counts: Cell<Int32Array>;

  constructor(arg: number, retracting: boolean, zero: boolean, cells: Cells) {
    super(arg);
    this.retracting = retracting;
    this.zero = zero;
    this.counts = cells.int();
  }

  protected abstract add(group: number, row: number, sign: 1 | -1): void;
  protected abstract mergeSums(into: number, from: number): void;
  protected abstract writeSum(group: number, out: ColumnWriter): void;

  protected count(group: number): number {
    return this.counts.values[group * this.counts.step] as number;
  }

  private countOn(group: number, by: number): void {
    const { values, step } = this.counts;
    values[group * step] = (values[group * step] as number) + by;
  }

  reset(group: number): void {
    this.counts.values[group * this.counts.step] = 0;
    this.clear(group);
  }

  protected abstract clear(group: number): void;

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
    const count = this.count(from);
    if (count === 0 && !this.retracting) return;
    this.mergeSums(into, from);
    this.countOn(into, count);
  }

  write(group: number, out: ColumnWriter): void {
    if (this.count(group) === 0 && !this.zero) out.appendNull();
    else this.writeSum(group, out);
  }

  /** The arrays of `codeFor`. */
  protected arrays(sums: unknown): readonly unknown[] {
    return [sums, this.counts.values, (this.column as { values: unknown }).values];
  }

  /** The code of a sum: of what `place` of a group becomes for `+` or `-`. */
  protected codeFor(
    kind: AggregateCode['kind'],
    empty: string,
    place: (group: string) => string,
    sum: (sign: '+' | '-', value: string) => string,
  ): AggregateCode {
    const own = place('g');
    const [count, other] = ['counts[g + g]', 'counts[f + f]'];
    return {
      arrays: ['sums', 'counts', 'values'],
      kind,
      cells: true,
      reset: `${own} = ${empty}; ${count} = 0;`,
      add: `${own} = ${sum('+', 'values[i]')}; ${count}++;`,
      subtract: `${own} = ${sum('-', 'values[i]')}; ${count}--;`,
      merge: `if (${this.retracting || `${other} !== 0`}) { ${own} = ${sum('+', place('f'))}; ${count} += ${other}; }`,
      isNull: this.zero ? 'false' : `${count} === 0`,
      value: own,
    };
  }
}

const wide = (group: string) => `sums[${group}]`;
const narrow = (group: string) => `sums[${group} + ${group}]`;

class SumInt extends Sum {
  private readonly sums: Cell<Int32Array>;
  readonly code: AggregateCode;
  /** 32 less the type's bits. */
  private readonly shift: number;

  constructor(arg: number, retracting: boolean, zero: boolean, bits: number, cells: Cells) {
    super(arg, retracting, zero, cells);
    this.sums = cells.int();
    this.shift = 32 - bits;
    const { shift } = this;
    const sum = (sign: string, value: string) => `((${narrow('g')} ${sign} ${value}) << ${shift}) >> ${shift}`;
    this.code = this.codeFor('i32', '0', narrow, sum);
  }
  codeArrays(): readonly unknown[] {
    return this.arrays(this.sums.values);
  }
  protected clear(group: number): void {
    this.sums.values[group * this.sums.step] = 0;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    this.change(group, sign * ((this.column as Int32Column).values[row] as number));
  }
  private change(group: number, by: number): void {
    const { values, step } = this.sums;
    values[group * step] = (((values[group * step] as number) + by) << this.shift) >> this.shift;
  }
  protected mergeSums(into: number, from: number): void {
    this.change(into, this.sums.values[from * this.sums.step] as number);
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    (out as IntWriter).appendInt(this.sums.values[group * this.sums.step] as number);
  }
}

class SumLong extends Sum {
  private readonly sums: Cell<BigInt64Array>;
  readonly code = this.codeFor('i64', '0n', wide, (sign, value) => `BigInt.asIntN(64, ${wide('g')} ${sign} ${value})`);

  constructor(arg: number, retracting: boolean, zero: boolean, cells: Cells) {
    super(arg, retracting, zero, cells);
    this.sums = cells.long();
  }
  codeArrays(): readonly unknown[] {
    return this.arrays(this.sums.values);
  }
  protected clear(group: number): void {
    this.sums.values[group * this.sums.step] = 0n;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const from = (this.column as Int64Column).values;
    const { values, step } = this.sums;
    const at = group * step;
    if (sign === 1) values[at] = (values[at] as bigint) + (from[row] as bigint);
    else values[at] = (values[at] as bigint) - (from[row] as bigint);
  }
  protected mergeSums(into: number, from: number): void {
    const { values, step } = this.sums;
    values[into * step] = (values[into * step] as bigint) + (values[from * step] as bigint);
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    (out as LongWriter).appendAt(this.sums.values, group * this.sums.step);
  }
}

class SumDouble extends Sum {
  private readonly sums: Cell<Float64Array>;
  private readonly float: boolean;
  readonly code: AggregateCode;

  constructor(arg: number, retracting: boolean, zero: boolean, float: boolean, cells: Cells) {
    super(arg, retracting, zero, cells);
    this.sums = cells.double();
    this.float = float;
    // The first value is taken as it is, which keeps -0.0.
    const first = retracting || zero ? '' : 'counts[g + g] === 0 ? values[i] : ';
    this.code = this.codeFor('f64', '0', wide, (sign, value) => {
      const sum = `${wide('g')} ${sign} ${value}`;
      return `${value === 'values[i]' ? first : ''}${float ? `Math.fround(${sum})` : sum}`;
    });
  }
  codeArrays(): readonly unknown[] {
    return this.arrays(this.sums.values);
  }
  protected clear(group: number): void {
    this.sums.values[group * this.sums.step] = 0;
  }
  protected add(group: number, row: number, sign: 1 | -1): void {
    const value = (this.column as Float64Column).values[row] as number;
    if (this.count(group) === 0 && !this.retracting && !this.zero) {
      // The first value is taken as it is, which keeps -0.0.
      this.sums.values[group * this.sums.step] = value;
      return;
    }
    this.change(group, sign * value);
  }
  private change(group: number, by: number): void {
    const { values, step } = this.sums;
    const sum = (values[group * step] as number) + by;
    values[group * step] = this.float ? Math.fround(sum) : sum;
  }
  protected mergeSums(into: number, from: number): void {
    this.change(into, this.sums.values[from * this.sums.step] as number);
  }
  protected writeSum(group: number, out: ColumnWriter): void {
    (out as DoubleWriter).appendDouble(this.sums.values[group * this.sums.step] as number);
  }
}

const LIMIT_38 = 10n ** 38n;

/**
 * SUM over DECIMAL(p, s) is DECIMAL(38, s). A sum that does not fit becomes NULL, and the next value starts a new sum, because
 * Flink keeps no other mark of it.
 */
class SumDecimal extends Sum {
  private sums: (bigint | null)[] = [];

  override grow(capacity: number): void {
    if (capacity <= this.sums.length) return;
    for (let i = this.sums.length, n = roomFor(i, capacity); i < n; i++) this.sums.push(null);
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
  override get byteLength(): number {
    return this.sums.length * 32;
  }
  override snapshot() {
    return { sums: this.sums };
  }
  override restore(state: ReturnType<SumDecimal['snapshot']>): void {
    this.sums = state.sums;
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
export function sumOf(arg: number, type: LogicalType, retracting: boolean, zero: boolean, cells: Cells): Aggregate {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return new SumInt(arg, retracting, zero, BITS[type.root] ?? 32, cells);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return new SumLong(arg, retracting, zero, cells);
    case 'FLOAT':
    case 'DOUBLE':
      return new SumDouble(arg, retracting, zero, type.root === 'FLOAT', cells);
    case 'DECIMAL':
      return new SumDecimal(arg, retracting, zero, cells);
    default:
      throw new Error(`SUM over ${type.root}`);
  }
}
