import type { Value } from '../../../flink-sql/plan/rex.ts';
import { valueAt } from '../../batch/column.ts';
import { canonical, compareValues } from '../../state/canonical.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { UnaryAggregate } from './aggregate.ts';

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
export class ExtremeWithRetract extends UnaryAggregate {
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
