import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Column, columnKind, valueAt } from '../../batch/column.ts';
import { StringColumn } from '../../batch/string-column.ts';

type Numbers = Uint8Array | Int32Array | Float64Array | BigInt64Array;

/** Storage of one field: the arrays that its column reads. */
interface Store {
  readonly type: LogicalType;
  nulls: Uint8Array;
  numbers: Numbers | undefined;
  nanos: Int32Array | undefined;
  strings: (string | undefined)[];
  objects: Value[];
}

function numbersOf(type: LogicalType, n: number): Numbers | undefined {
  switch (columnKind(type)) {
    case 'bool':
      return new Uint8Array(n);
    case 'i32':
      return new Int32Array(n);
    case 'i64':
      return new BigInt64Array(n);
    case 'f64':
    case 'ts':
      return new Float64Array(n);
    default:
      return undefined;
  }
}

function columnOf(store: Store): Column {
  const { nulls } = store;
  const kind = columnKind(store.type);
  switch (kind) {
    case 'str':
      return StringColumn.ofStrings(store.strings, nulls);
    case 'obj':
      return { kind, values: store.objects, nulls };
    case 'ts':
      return { kind, ms: store.numbers as Float64Array, nanos: store.nanos, nulls };
    default:
      return { kind, values: store.numbers, nulls } as Column;
  }
}

/**
 * Rows of one layout in columns that grow and whose places are used again, counted by reference, so that generated code reads a row
 * anywhere in a match by its number. Row 0 is what a row that is not there reads as: NULL, or the default of Flink's generated code
 * (-1, FALSE, '') where the type knows no NULL.
 */
export class RowArena {
  columns: Column[] = [];
  private stores: Store[];
  private refs = new Int32Array(64);
  private free: number[] = [];
  private count = 1;

  constructor(types: readonly LogicalType[]) {
    this.stores = types.map((type) => ({
      type,
      nulls: new Uint8Array(64),
      numbers: numbersOf(type, 64),
      nanos: columnKind(type) === 'ts' ? new Int32Array(64) : undefined,
      strings: [''],
      objects: [null],
    }));
    for (const store of this.stores) {
      if (store.type.nullable) store.nulls[0] = 1;
      else if (store.numbers instanceof BigInt64Array) store.numbers[0] = -1n;
      else if (store.numbers && !(store.numbers instanceof Uint8Array)) store.numbers[0] = -1;
    }
    this.columns = this.stores.map(columnOf);
  }

  /** Copies row `i` of columns in this layout; the caller holds one reference. */
  add(columns: readonly Column[], i: number): number {
    const row = this.free.pop() ?? this.count++;
    if (row >= this.refs.length) this.grow();
    this.refs[row] = 1;
    for (let f = 0; f < this.stores.length; f++) this.put(this.stores[f] as Store, row, columns[f] as Column, i);
    return row;
  }

  private put(store: Store, row: number, column: Column, i: number): void {
    const isNull = column.nulls?.[i] === 1;
    store.nulls[row] = isNull ? 1 : 0;
    if (isNull) return;
    switch (column.kind) {
      case 'str':
        store.strings[row] = column.get(i);
        break;
      case 'obj':
        store.objects[row] = valueAt(column, i);
        break;
      case 'ts':
        (store.numbers as Float64Array)[row] = column.ms[i] as number;
        (store.nanos as Int32Array)[row] = column.nanos?.[i] ?? 0;
        break;
      default:
        (store.numbers as Int32Array)[row] = (column.values as Int32Array)[i] as number;
    }
  }

  private grow(): void {
    const n = this.refs.length * 2;
    const refs = new Int32Array(n);
    refs.set(this.refs);
    this.refs = refs;
    for (const store of this.stores) {
      const nulls = new Uint8Array(n);
      nulls.set(store.nulls);
      store.nulls = nulls;
      if (store.numbers) {
        const numbers = numbersOf(store.type, n) as Int32Array;
        numbers.set(store.numbers as Int32Array);
        store.numbers = numbers;
      }
      if (store.nanos) {
        const nanos = new Int32Array(n);
        nanos.set(store.nanos);
        store.nanos = nanos;
      }
    }
    this.columns = this.stores.map(columnOf);
  }

  retain(row: number): void {
    this.refs[row] = (this.refs[row] as number) + 1;
  }

  release(row: number): void {
    const left = (this.refs[row] as number) - 1;
    this.refs[row] = left;
    if (left > 0) return;
    for (const store of this.stores) {
      if (store.strings[row] !== undefined) store.strings[row] = undefined;
      if (store.objects[row] !== undefined) store.objects[row] = null;
    }
    this.free.push(row);
  }

  get byteLength(): number {
    let bytes = this.refs.byteLength;
    for (const store of this.stores) {
      bytes += store.nulls.byteLength + (store.numbers?.byteLength ?? 0) + (store.nanos?.byteLength ?? 0);
      bytes += store.strings.length * 32 + store.objects.length * 32;
    }
    return bytes;
  }

  snapshot() {
    return { stores: this.stores, refs: this.refs, free: this.free, count: this.count };
  }

  restore(state: ReturnType<RowArena['snapshot']>): void {
    this.stores = state.stores;
    this.refs = state.refs;
    this.free = state.free;
    this.count = state.count;
    this.columns = this.stores.map(columnOf);
  }
}
