import type { Value } from '../../../flink-sql/plan/rex.ts';
import { valueAt } from '../../batch/column.ts';
import { canonical } from '../../state/canonical.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { UnaryAggregate } from './aggregate.ts';

/** FIRST_VALUE and LAST_VALUE of append-only input: NULLs are passed over (FirstValueAggFunction, LastValueAggFunction). */
export class FirstLastValue extends UnaryAggregate {
  private readonly last: boolean;
  private values: Value[] = [];

  constructor(arg: number, last: boolean) {
    super(arg);
    this.last = last;
  }
  protected resize(n: number): void {
    for (let i = this.values.length; i < n; i++) this.values.push(null);
  }
  reset(group: number): void {
    this.values[group] = null;
  }
  accumulate(group: number, row: number): void {
    const column = this.column;
    if (column.nulls !== undefined && column.nulls[row] === 1) return;
    if (this.last || this.values[group] === null) this.values[group] = valueAt(column, row);
  }
  retract(): void {
    throw new Error('FIRST_VALUE and LAST_VALUE without retraction got a retraction');
  }
  merge(into: number, from: number): void {
    const other = this.values[from] as Value;
    if (other !== null && (this.last || this.values[into] === null)) this.values[into] = other;
  }
  write(group: number, out: ColumnWriter): void {
    out.append(this.values[group] as Value);
  }
  get byteLength(): number {
    return this.values.length * 64;
  }

  snapshot() {
    return { capacity: this.capacity, values: this.values };
  }

  restore(state: ReturnType<FirstLastValue['snapshot']>): void {
    this.capacity = state.capacity;
    this.values = state.values;
  }
}

interface Entry {
  readonly value: Value;
  readonly key: string;
  removed: boolean;
}

interface Queue {
  entries: Entry[];
  removed: number;
  /** Entries of a value that are still there, oldest first. */
  readonly byKey: Map<string, Entry[]>;
}

/**
 * FIRST_VALUE and LAST_VALUE of updating input (FirstValueWithRetractAggFunction, LastValueWithRetractAggFunction): the values in
 * the order they came; a retraction takes away the oldest equal one.
 */
export class FirstLastValueWithRetract extends UnaryAggregate {
  private readonly last: boolean;
  private queues: (Queue | undefined)[] = [];

  constructor(arg: number, last: boolean) {
    super(arg);
    this.last = last;
  }
  protected resize(n: number): void {
    for (let i = this.queues.length; i < n; i++) this.queues.push(undefined);
  }
  reset(group: number): void {
    this.queues[group] = undefined;
  }
  accumulate(group: number, row: number): void {
    const value = valueAt(this.column, row);
    if (value !== null) this.push(group, value, canonical(value));
  }
  private push(group: number, value: Value, key: string): void {
    let queue = this.queues[group];
    if (!queue) {
      queue = { entries: [], removed: 0, byKey: new Map() };
      this.queues[group] = queue;
    }
    const entry: Entry = { value, key, removed: false };
    queue.entries.push(entry);
    const same = queue.byKey.get(key);
    if (same) same.push(entry);
    else queue.byKey.set(key, [entry]);
  }
  retract(group: number, row: number): void {
    const queue = this.queues[group];
    const value = valueAt(this.column, row);
    if (value === null || !queue) return;
    const key = canonical(value);
    const same = queue.byKey.get(key);
    const entry = same?.shift();
    if (!entry) return;
    if (same?.length === 0) queue.byKey.delete(key);
    entry.removed = true;
    if (++queue.removed * 2 > queue.entries.length && queue.removed > 16) {
      queue.entries = queue.entries.filter((e) => !e.removed);
      queue.removed = 0;
    }
  }
  merge(into: number, from: number): void {
    for (const { value, key, removed } of this.queues[from]?.entries ?? []) if (!removed) this.push(into, value, key);
  }
  write(group: number, out: ColumnWriter): void {
    const entries = this.queues[group]?.entries ?? [];
    const found = this.last ? entries.findLast((e) => !e.removed) : entries.find((e) => !e.removed);
    out.append(found ? found.value : null);
  }
  get byteLength(): number {
    let n = 0;
    for (const queue of this.queues) n += (queue?.entries.length ?? 0) * 128;
    return n;
  }

  snapshot() {
    return { capacity: this.capacity, queues: this.queues };
  }

  restore(state: ReturnType<FirstLastValueWithRetract['snapshot']>): void {
    this.capacity = state.capacity;
    this.queues = state.queues;
  }
}
