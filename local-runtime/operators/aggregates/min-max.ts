import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { columnKind, type Float64Column, type Int32Column, type Int64Column, valueAt } from '../../batch/column.ts';
import { canonical, compareText, compareValues } from '../../state/canonical.ts';
import type { ColumnWriter, DoubleWriter, IntWriter, LongWriter } from '../../state/column-writer.ts';
import { type Aggregate, grownDoubles, grownInts, grownLongs, UnaryAggregate } from './aggregate.ts';
import type { AggregateCode } from './update-loop.ts';

/** MIN and MAX of append-only input (MinAggFunction, MaxAggFunction): the extreme itself, replaced only by a smaller (greater) one. */
abstract class Extreme extends UnaryAggregate {
  protected readonly max: boolean;
  protected present = new Uint8Array(0);
  protected abstract values: unknown;

  constructor(arg: number, max: boolean) {
    super(arg);
    this.max = max;
  }
  protected resize(n: number): void {
    const present = new Uint8Array(n);
    present.set(this.present);
    this.present = present;
    this.resizeValues(n);
  }
  protected abstract resizeValues(n: number): void;
  protected abstract take(group: number, row: number, first: boolean): void;
  protected abstract mergeValue(into: number, from: number, first: boolean): void;
  protected abstract writeValue(group: number, out: ColumnWriter): void;

  reset(group: number): void {
    this.present[group] = 0;
  }
  accumulate(group: number, row: number): void {
    const nulls = this.column.nulls;
    if (nulls !== undefined && nulls[row] === 1) return;
    this.take(group, row, this.present[group] === 0);
    this.present[group] = 1;
  }
  retract(): void {
    throw new Error('MIN and MAX without retraction got a retraction');
  }
  codeArrays(): readonly unknown[] {
    return [this.values, this.present, (this.column as { values: unknown }).values];
  }
  merge(into: number, from: number): void {
    if (this.present[from] === 0) return;
    this.mergeValue(into, from, this.present[into] === 0);
    this.present[into] = 1;
  }
  write(group: number, out: ColumnWriter): void {
    if (this.present[group] === 0) out.appendNull();
    else this.writeValue(group, out);
  }

  snapshot() {
    return { capacity: this.capacity, present: this.present, values: this.values };
  }

  restore(state: ReturnType<Extreme['snapshot']>): void {
    this.capacity = state.capacity;
    this.present = state.present;
    this.values = state.values;
  }
}

/** A NaN, as in Java's primitive comparison, neither replaces nor is replaced. */
function extremeCode(kind: AggregateCode['kind'], max: boolean): AggregateCode {
  return {
    arrays: ['extremes', 'present', 'values'],
    kind,
    reset: 'present[g] = 0;',
    add: `if (present[g] === 0 || values[i] ${max ? '>' : '<'} extremes[g]) { extremes[g] = values[i]; present[g] = 1; }`,
    subtract: '',
    merge: `if (present[f] === 1 && (present[g] === 0 || extremes[f] ${max ? '>' : '<'} extremes[g])) { extremes[g] = extremes[f]; present[g] = 1; }`,
    isNull: 'present[g] === 0',
    value: 'extremes[g]',
  };
}

/** Equal texts in a row are mostly one object, which compares fast. */
function textExtreme(max: boolean): AggregateCode {
  return {
    arrays: ['extremes', 'present', 'column', 'compare'],
    kind: 'str',
    reset: 'present[g] = 0; extremes[g] = null;',
    add: `const text = column.get(i); if (present[g] === 0) { extremes[g] = text; present[g] = 1; } else if (text !== extremes[g] && compare(text, extremes[g]) ${max ? '>' : '<'} 0) extremes[g] = text;`,
    subtract: '',
    merge: `if (present[f] === 1 && (present[g] === 0 || compare(extremes[f], extremes[g]) ${max ? '>' : '<'} 0)) { extremes[g] = extremes[f]; present[g] = 1; }`,
    isNull: 'present[g] === 0',
    value: 'extremes[g]',
  };
}

class ExtremeInt extends Extreme {
  readonly code = extremeCode('i32', this.max);
  protected values = new Int32Array(0);

  protected resizeValues(n: number): void {
    this.values = grownInts(this.values, n);
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, (this.column as Int32Column).values[row] as number, first);
  }
  private offer(group: number, value: number, first: boolean): void {
    const old = this.values[group] as number;
    if (first || (this.max ? value > old : value < old)) this.values[group] = value;
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.values[from] as number, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    (out as IntWriter).appendInt(this.values[group] as number);
  }
  get byteLength(): number {
    return this.values.byteLength + this.present.byteLength;
  }
}

class ExtremeLong extends Extreme {
  readonly code = extremeCode('i64', this.max);
  protected values = new BigInt64Array(0);

  protected resizeValues(n: number): void {
    this.values = grownLongs(this.values, n);
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, (this.column as Int64Column).values, row, first);
  }
  private offer(group: number, from: BigInt64Array, at: number, first: boolean): void {
    const values = this.values;
    if (
      first ||
      (this.max ? (from[at] as bigint) > (values[group] as bigint) : (from[at] as bigint) < (values[group] as bigint))
    ) {
      values[group] = from[at] as bigint;
    }
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.values, from, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    (out as LongWriter).appendAt(this.values, group);
  }
  get byteLength(): number {
    return this.values.byteLength + this.present.byteLength;
  }
}

class ExtremeDouble extends Extreme {
  readonly code = extremeCode('f64', this.max);
  protected values = new Float64Array(0);

  protected resizeValues(n: number): void {
    this.values = grownDoubles(this.values, n);
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, (this.column as Float64Column).values[row] as number, first);
  }
  private offer(group: number, value: number, first: boolean): void {
    const old = this.values[group] as number;
    // Java's primitive comparison: a NaN neither replaces nor is replaced.
    if (first || (this.max ? value > old : value < old)) this.values[group] = value;
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.values[from] as number, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    (out as DoubleWriter).appendDouble(this.values[group] as number);
  }
  get byteLength(): number {
    return this.values.byteLength + this.present.byteLength;
  }
}

class ExtremeValue extends Extreme {
  protected values: Value[] = [];
  readonly code: AggregateCode | undefined;

  constructor(arg: number, max: boolean, isText: boolean) {
    super(arg, max);
    this.code = isText ? textExtreme(max) : undefined;
  }
  override codeArrays(): readonly unknown[] {
    return [this.values, this.present, this.column, compareText];
  }

  protected resizeValues(n: number): void {
    for (let i = this.values.length; i < n; i++) this.values.push(null);
  }
  override reset(group: number): void {
    super.reset(group);
    this.values[group] = null;
  }
  protected take(group: number, row: number, first: boolean): void {
    this.offer(group, valueAt(this.column, row), first);
  }
  private offer(group: number, value: Value, first: boolean): void {
    if (!first) {
      const order = compareValues(value, this.values[group] as Value);
      if (this.max ? order <= 0 : order >= 0) return;
    }
    this.values[group] = value;
  }
  protected mergeValue(into: number, from: number, first: boolean): void {
    this.offer(into, this.values[from] as Value, first);
  }
  protected writeValue(group: number, out: ColumnWriter): void {
    out.append(this.values[group] as Value);
  }
  get byteLength(): number {
    return this.values.length * 64;
  }
}

interface Bag {
  /** How often each value is there, in the order of first arrival; a negative count is a debt from an early retraction. */
  readonly entries: Map<string, { readonly value: Value; count: number }>;
  extreme: Value;
  stale: boolean;
}

/**
 * MIN and MAX of updating input (MinWithRetractAggFunction, MaxWithRetractAggFunction): counts of all values; when the extreme
 * itself goes, the next one is looked for.
 */
class ExtremeWithRetract extends UnaryAggregate {
  private readonly max: boolean;
  private bags: (Bag | undefined)[] = [];

  constructor(arg: number, max: boolean) {
    super(arg);
    this.max = max;
  }
  protected resize(n: number): void {
    for (let i = this.bags.length; i < n; i++) this.bags.push(undefined);
  }
  reset(group: number): void {
    this.bags[group] = undefined;
  }
  private bag(group: number): Bag {
    let bag = this.bags[group];
    if (bag === undefined) {
      bag = { entries: new Map(), extreme: null, stale: false };
      this.bags[group] = bag;
    }
    return bag;
  }
  accumulate(group: number, row: number): void {
    const value = valueAt(this.column, row);
    if (value !== null) this.change(group, value, 1);
  }
  retract(group: number, row: number): void {
    const value = valueAt(this.column, row);
    if (value !== null) this.change(group, value, -1);
  }
  private change(group: number, value: Value, by: number): void {
    const bag = this.bag(group);
    const key = canonical(value);
    const entry = bag.entries.get(key);
    const count = (entry?.count ?? 0) + by;
    if (count === 0) bag.entries.delete(key);
    else if (entry) entry.count = count;
    else bag.entries.set(key, { value, count });
    if (bag.stale) return;
    if (by > 0 && count > 0) {
      if (bag.extreme === null || this.better(value, bag.extreme)) bag.extreme = value;
    } else if (count <= 0 && bag.extreme !== null && canonical(bag.extreme) === key) {
      bag.stale = true;
    }
  }
  private better(value: Value, than: Value): boolean {
    const order = compareValues(value, than);
    return this.max ? order > 0 : order < 0;
  }
  merge(into: number, from: number): void {
    const other = this.bags[from];
    if (!other) return;
    for (const { value, count } of other.entries.values()) {
      this.change(into, value, count);
      if (count < 0) this.bag(into).stale = true;
    }
  }
  write(group: number, out: ColumnWriter): void {
    const bag = this.bags[group];
    if (!bag) {
      out.appendNull();
      return;
    }
    if (bag.stale) {
      bag.extreme = null;
      for (const { value, count } of bag.entries.values()) {
        if (count > 0 && (bag.extreme === null || this.better(value, bag.extreme))) bag.extreme = value;
      }
      bag.stale = false;
    }
    out.append(bag.extreme);
  }
  get byteLength(): number {
    let n = 0;
    for (const bag of this.bags) n += (bag?.entries.size ?? 0) * 128;
    return n;
  }

  snapshot() {
    return { capacity: this.capacity, bags: this.bags };
  }

  restore(state: ReturnType<ExtremeWithRetract['snapshot']>): void {
    this.capacity = state.capacity;
    this.bags = state.bags;
  }
}

/** MIN or MAX for an argument type. */
export function extremeOf(arg: number, type: LogicalType, max: boolean, retracting: boolean): Aggregate {
  if (retracting) return new ExtremeWithRetract(arg, max);
  switch (columnKind(type)) {
    case 'i32':
      return new ExtremeInt(arg, max);
    case 'i64':
      return new ExtremeLong(arg, max);
    case 'f64':
      return new ExtremeDouble(arg, max);
    default:
      return new ExtremeValue(arg, max, columnKind(type) === 'str');
  }
}
