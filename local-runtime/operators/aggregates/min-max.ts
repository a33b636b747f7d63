import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { columnKind, type Float64Column, type Int32Column, type Int64Column, valueAt } from '../../batch/column.ts';
import { compareText, compareValues } from '../../state/canonical.ts';
import type { ColumnWriter, DoubleWriter, IntWriter, LongWriter } from '../../state/column-writer.ts';
import { type Aggregate, CellAggregate, UnaryAggregate } from './aggregate.ts';
import type { Cell, Cells } from './cells.ts';
import { ExtremeWithRetract } from './min-max-retract.ts';
import type { AggregateCode } from './update-loop.ts';

/**
 * MIN and MAX of append-only input (MinAggFunction, MaxAggFunction) over numbers: the extreme itself, replaced only by a smaller
 * (greater) one.
 */
abstract class ExtremeNumber extends CellAggregate {
  protected readonly max: boolean;
  /** Whether there is a value, 0 or 1. */
  protected readonly present: Cell<Int32Array>;

  constructor(arg: number, max: boolean, cells: Cells) {
    super(arg);
    this.max = max;
    this.present = cells.int();
  }
  protected abstract take(group: number, row: number, first: boolean): void;
  protected abstract mergeValue(into: number, from: number, first: boolean): void;
  protected abstract writeValue(group: number, out: ColumnWriter): void;

  private has(group: number): boolean {
    return this.present.values[group * this.present.step] === 1;
  }
  private mark(group: number, present: 0 | 1): void {
    this.present.values[group * this.present.step] = present;
  }
  reset(group: number): void {
    this.mark(group, 0);
  }
  accumulate(group: number, row: number): void {
    const nulls = this.column.nulls;
    if (nulls !== undefined && nulls[row] === 1) return;
    this.take(group, row, !this.has(group));
    this.mark(group, 1);
  }
  retract(): void {
    throw noRetraction();
  }
  protected arrays(extremes: unknown): readonly unknown[] {
    return [extremes, this.present.values, (this.column as { values: unknown }).values];
  }
  merge(into: number, from: number): void {
    if (!this.has(from)) return;
    this.mergeValue(into, from, !this.has(into));
    this.mark(into, 1);
  }
  write(group: number, out: ColumnWriter): void {
    if (this.has(group)) this.writeValue(group, out);
    else out.appendNull();
  }
}

const noRetraction = () => new Error('MIN and MAX without retraction got a retraction');

/** A NaN, as in Java's primitive comparison, neither replaces nor is replaced. */
function extremeCode(kind: 'i32' | 'i64' | 'f64', max: boolean): AggregateCode {
  const [own, other] = kind === 'i32' ? ['extremes[g + g]', 'extremes[f + f]'] : ['extremes[g]', 'extremes[f]'];
  const [present, there] = ['present[g + g]', 'present[f + f] === 1'];
  const better = max ? '>' : '<';
  return {
    arrays: ['extremes', 'present', 'values'],
    kind,
    cells: true,
    reset: `${present} = 0;`,
    add: `if (${present} === 0 || values[i] ${better} ${own}) { ${own} = values[i]; ${present} = 1; }`,
    subtract: '',
    merge: `if (${there} && (${present} === 0 || ${other} ${better} ${own})) { ${own} = ${other}; ${present} = 1; }`,
    isNull: `${present} === 0`,
    value: own,
  };
}

class ExtremeInt extends ExtremeNumber {
  private readonly extremes: Cell<Int32Array>;
  readonly code = extremeCode('i32', this.max);

  constructor(arg: number, max: boolean, cells: Cells) {
    super(arg, max, cells);
    this.extremes = cells.int();
  }
  codeArrays(): readonly unknown[] {
    return this.arrays(this.extremes.values);
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, (this.column as Int32Column).values[row] as number, first);
  }
  private offer(group: number, value: number, first: boolean): void {
    const { values, step } = this.extremes;
    const old = values[group * step] as number;
    if (first || (this.max ? value > old : value < old)) values[group * step] = value;
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.extremes.values[from * this.extremes.step] as number, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    (out as IntWriter).appendInt(this.extremes.values[group * this.extremes.step] as number);
  }
}

class ExtremeLong extends ExtremeNumber {
  private readonly extremes: Cell<BigInt64Array>;
  readonly code = extremeCode('i64', this.max);

  constructor(arg: number, max: boolean, cells: Cells) {
    super(arg, max, cells);
    this.extremes = cells.long();
  }
  codeArrays(): readonly unknown[] {
    return this.arrays(this.extremes.values);
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, (this.column as Int64Column).values, row, first);
  }
  private offer(group: number, from: BigInt64Array, at: number, first: boolean): void {
    const { values, step } = this.extremes;
    const own = group * step;
    const [value, old] = [from[at] as bigint, values[own] as bigint];
    if (first || (this.max ? value > old : value < old)) values[own] = value;
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.extremes.values, from * this.extremes.step, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    (out as LongWriter).appendAt(this.extremes.values, group * this.extremes.step);
  }
}

class ExtremeDouble extends ExtremeNumber {
  private readonly extremes: Cell<Float64Array>;
  readonly code = extremeCode('f64', this.max);

  constructor(arg: number, max: boolean, cells: Cells) {
    super(arg, max, cells);
    this.extremes = cells.double();
  }
  codeArrays(): readonly unknown[] {
    return this.arrays(this.extremes.values);
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, (this.column as Float64Column).values[row] as number, first);
  }
  private offer(group: number, value: number, first: boolean): void {
    const { values, step } = this.extremes;
    const old = values[group * step] as number;
    // Java's primitive comparison: a NaN neither replaces nor is replaced.
    if (first || (this.max ? value > old : value < old)) values[group * step] = value;
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.extremes.values[from * this.extremes.step] as number, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    (out as DoubleWriter).appendDouble(this.extremes.values[group * this.extremes.step] as number);
  }
}

/** Equal texts in a row are mostly one object, which compares fast. */
function textExtreme(max: boolean): AggregateCode {
  const better = max ? '>' : '<';
  return {
    arrays: ['extremes', 'column', 'compare'],
    kind: 'str',
    cells: false,
    reset: 'extremes[g] = null;',
    add: `const text = column.get(i); if (extremes[g] === null || (text !== extremes[g] && compare(text, extremes[g]) ${better} 0)) extremes[g] = text;`,
    subtract: '',
    merge: `if (extremes[f] !== null && (extremes[g] === null || compare(extremes[f], extremes[g]) ${better} 0)) extremes[g] = extremes[f];`,
    isNull: 'extremes[g] === null',
    value: 'extremes[g]',
  };
}

/** The same over texts and all else that is an object; null where there is no value. */
class ExtremeValue extends UnaryAggregate {
  private readonly max: boolean;
  private values: Value[] = [];
  readonly code: AggregateCode | undefined;

  constructor(arg: number, max: boolean, isText: boolean) {
    super(arg);
    this.max = max;
    this.code = isText ? textExtreme(max) : undefined;
  }
  codeArrays(): readonly unknown[] {
    return [this.values, this.column, compareText];
  }
  protected resize(n: number): void {
    for (let i = this.values.length; i < n; i++) this.values.push(null);
  }
  reset(group: number): void {
    this.values[group] = null;
  }
  accumulate(group: number, row: number): void {
    this.offer(group, valueAt(this.column, row));
  }
  retract(): void {
    throw noRetraction();
  }
  private offer(group: number, value: Value): void {
    if (value === null) return;
    const old = this.values[group] as Value;
    if (old !== null) {
      const order = compareValues(value, old);
      if (this.max ? order <= 0 : order >= 0) return;
    }
    this.values[group] = value;
  }
  merge(into: number, from: number): void {
    this.offer(into, this.values[from] as Value);
  }
  write(group: number, out: ColumnWriter): void {
    const value = this.values[group] as Value;
    if (value === null) out.appendNull();
    else out.append(value);
  }
  get byteLength(): number {
    return this.values.length * 64;
  }
  snapshot() {
    return { capacity: this.capacity, values: this.values };
  }
  restore(state: ReturnType<ExtremeValue['snapshot']>): void {
    this.capacity = state.capacity;
    this.values = state.values;
  }
}

/** MIN or MAX for an argument type. */
export function extremeOf(arg: number, type: LogicalType, max: boolean, retracting: boolean, cells: Cells): Aggregate {
  if (retracting) return new ExtremeWithRetract(arg, max);
  switch (columnKind(type)) {
    case 'i32':
      return new ExtremeInt(arg, max, cells);
    case 'i64':
      return new ExtremeLong(arg, max, cells);
    case 'f64':
      return new ExtremeDouble(arg, max, cells);
    default:
      return new ExtremeValue(arg, max, columnKind(type) === 'str');
  }
}
