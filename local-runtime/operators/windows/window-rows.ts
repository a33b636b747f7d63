import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { PackedRows } from '../../state/packed-rows.ts';
import type { WindowContents } from './accumulators.ts';

/** The rows of windows in the order they came, for functions that emit rows and not aggregates. */
export class WindowRows implements WindowContents {
  readonly store: PackedRows;
  /** When each stored row came: merged windows give their rows in that order. */
  private arrivals: number[] = [];
  private arrived = 0;
  private lists: number[][] = [];
  private free: number[] = [];

  constructor(types: readonly LogicalType[]) {
    this.store = new PackedRows(types);
  }

  bind(columns: readonly Column[]): void {
    this.store.sweep();
    this.store.bind(columns);
  }

  create(): number {
    const id = this.free.pop() ?? this.lists.length;
    this.lists[id] = [];
    return id;
  }

  /** Ids in the store. */
  of(id: number): readonly number[] {
    return this.lists[id] as number[];
  }

  add(id: number, row: number): void {
    const stored = this.store.add(row);
    this.arrivals[stored] = this.arrived++;
    (this.lists[id] as number[]).push(stored);
  }

  merge(into: number, from: number): void {
    const rows = [...(this.lists[into] as number[]), ...(this.lists[from] as number[])];
    this.lists[into] = rows.sort((a, b) => (this.arrivals[a] as number) - (this.arrivals[b] as number));
    this.lists[from] = [];
  }

  release(id: number): void {
    for (const row of this.lists[id] as number[]) this.store.remove(row);
    this.lists[id] = [];
    this.free.push(id);
  }

  get byteLength(): number {
    return this.store.byteLength;
  }

  snapshot() {
    return {
      lists: this.lists,
      free: this.free,
      arrivals: this.arrivals,
      arrived: this.arrived,
      store: this.store.snapshot(),
    };
  }

  restore(state: ReturnType<WindowRows['snapshot']>): void {
    this.lists = state.lists;
    this.free = state.free;
    this.arrivals = state.arrivals;
    this.arrived = state.arrived;
    this.store.restore(state.store);
  }
}
