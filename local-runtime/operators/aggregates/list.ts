import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { murmurOrder } from '../../functions/java/hash-order.ts';
import { canonical } from '../../state/canonical.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';

/** Base of aggregates that keep one JavaScript object a group. */
export abstract class ObjectAggregate<T> implements Aggregate {
  protected columns: readonly Column[] = [];
  protected readonly args: readonly number[];
  private groups: (T | undefined)[] = [];

  constructor(args: readonly number[]) {
    this.args = args;
  }

  protected abstract create(): T;
  protected abstract add(acc: T, row: number): void;
  protected abstract remove(acc: T, row: number): void;
  protected abstract mergeInto(into: T, from: T): void;
  protected abstract value(acc: T): Value;
  protected abstract size(acc: T): number;

  protected arg(n: number, row: number): Value {
    return valueAt(this.columns[this.args[n] as number] as Column, row);
  }

  protected get(group: number): T {
    let acc = this.groups[group];
    if (acc === undefined) {
      acc = this.create();
      this.groups[group] = acc;
    }
    return acc;
  }

  bind(columns: readonly Column[]): void {
    this.columns = columns;
  }
  grow(): void {
    // Objects are made when a group is first used.
  }
  reset(group: number): void {
    this.groups[group] = undefined;
  }
  accumulate(group: number, row: number): void {
    this.add(this.get(group), row);
  }
  retract(group: number, row: number): void {
    this.remove(this.get(group), row);
  }
  merge(into: number, from: number): void {
    const other = this.groups[from];
    if (other !== undefined) this.mergeInto(this.get(into), other);
  }
  write(group: number, out: ColumnWriter): void {
    out.append(this.value(this.get(group)));
  }
  get byteLength(): number {
    let n = 0;
    for (const acc of this.groups) if (acc !== undefined) n += this.size(acc) * 64;
    return n;
  }

  snapshot() {
    return { groups: this.groups };
  }

  restore(state: ReturnType<ObjectAggregate<T>['snapshot']>): void {
    this.groups = state.groups;
  }
}

function removeFirst(list: Value[], value: Value): void {
  const key = canonical(value);
  const at = list.findIndex((v) => canonical(v) === key);
  if (at >= 0) list.splice(at, 1);
}

interface TextList {
  items: Value[];
  separator: string;
}

/** LISTAGG (ListAggFunction, ListAggWithRetractAggFunction): texts joined in the order they came, NULLs passed over; NULL when none is there. */
export class ListAgg extends ObjectAggregate<TextList> {
  protected create(): TextList {
    return { items: [], separator: ',' };
  }
  protected add(acc: TextList, row: number): void {
    const value = this.arg(0, row);
    if (value === null) return;
    if (this.args.length > 1) acc.separator = this.arg(1, row) as string;
    acc.items.push(value);
  }
  protected remove(acc: TextList, row: number): void {
    const value = this.arg(0, row);
    if (value === null) return;
    if (this.args.length > 1) acc.separator = this.arg(1, row) as string;
    removeFirst(acc.items, value);
  }
  protected mergeInto(into: TextList, from: TextList): void {
    if (from.items.length) into.separator = from.separator;
    into.items.push(...from.items);
  }
  protected value(acc: TextList): Value {
    return acc.items.length ? acc.items.join(acc.separator) : null;
  }
  protected size(acc: TextList): number {
    return acc.items.length;
  }
}

/** ARRAY_AGG (ArrayAggFunction): values in the order they came, NULLs kept unless IGNORE NULLS; NULL when none is there. */
export class ArrayAgg extends ObjectAggregate<Value[]> {
  private readonly ignoreNulls: boolean;

  constructor(args: readonly number[], ignoreNulls: boolean) {
    super(args);
    this.ignoreNulls = ignoreNulls;
  }
  protected create(): Value[] {
    return [];
  }
  protected add(acc: Value[], row: number): void {
    const value = this.arg(0, row);
    if (value !== null || !this.ignoreNulls) acc.push(value);
  }
  protected remove(acc: Value[], row: number): void {
    const value = this.arg(0, row);
    if (value !== null || !this.ignoreNulls) removeFirst(acc, value);
  }
  protected mergeInto(into: Value[], from: Value[]): void {
    into.push(...from);
  }
  protected value(acc: Value[]): Value {
    return acc.length ? [...acc] : null;
  }
  protected size(acc: Value[]): number {
    return acc.length;
  }
}

type Counts = Map<string, { readonly value: Value; count: number }>;

function count(acc: Counts, value: Value, by: number): void {
  const key = canonical(value);
  const entry = acc.get(key);
  const n = (entry?.count ?? 0) + by;
  if (n === 0) acc.delete(key);
  else if (entry) entry.count = n;
  else acc.set(key, { value, count: n });
}

/** COLLECT (CollectAggFunction): a multiset in the order of a Java HashMap, NULLs passed over. */
export class Collect extends ObjectAggregate<Counts> {
  private readonly element: LogicalType;

  constructor(args: readonly number[], element: LogicalType) {
    super(args);
    this.element = element;
  }
  protected create(): Counts {
    return new Map();
  }
  protected add(acc: Counts, row: number): void {
    const value = this.arg(0, row);
    if (value !== null) count(acc, value, 1);
  }
  protected remove(acc: Counts, row: number): void {
    const value = this.arg(0, row);
    if (value !== null) count(acc, value, -1);
  }
  protected mergeInto(into: Counts, from: Counts): void {
    for (const { value, count: n } of from.values()) count(into, value, n);
  }
  protected value(acc: Counts): Value {
    const entries = [...acc.values()];
    const counts = entries.map((e) => e.count);
    return murmurOrder(
      entries.map((e) => e.value),
      counts,
      this.element,
    );
  }
  protected size(acc: Counts): number {
    return acc.size * 2;
  }
}
