import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type ColumnBuilder, columnBuilder } from '../../batch/builder.ts';
import type { Column } from '../../batch/column.ts';
import { columnKind } from '../../batch/column.ts';
import type { ChunkPages, Page } from './chunk.ts';
import type { Convert, Raw } from './convert.ts';
import type { DecodedArray } from './library.ts';

/** Gives the values of a top-level column, some rows at a time. */
export interface ColumnReader {
  /** The next `n` rows; there are as many. */
  read(n: number): Column;
}

/** A column that the file does not have: NULL everywhere. */
export class MissingColumn implements ColumnReader {
  private readonly type: LogicalType;

  constructor(type: LogicalType) {
    this.type = type;
  }

  read(n: number): Column {
    const out = columnBuilder(this.type);
    for (let i = 0; i < n; i++) out.appendNull();
    return out.take(n);
  }
}

/** A column without nesting: values without nulls and without conversion are handed on as they lie in the page. */
export class FlatColumn implements ColumnReader {
  private readonly pages: ChunkPages;
  private readonly convert: Convert;
  private readonly out: ColumnBuilder;
  private readonly kind: ReturnType<typeof columnKind>;
  private page: Page | undefined;
  /** Entry of the page, and value among those that are there. */
  private entry = 0;
  private value = 0;
  private dictionary: readonly Value[] | undefined;

  constructor(pages: ChunkPages, type: LogicalType, convert: Convert) {
    this.pages = pages;
    this.convert = convert;
    this.out = columnBuilder(type);
    this.kind = columnKind(type);
  }

  private advance(): void {
    if (this.page && this.entry < this.page.entries) return;
    const before = this.page?.dictionary;
    this.page = this.pages.next();
    if (!this.page) throw new Error('a Parquet column ends before its row group');
    this.entry = 0;
    this.value = 0;
    const { dictionary } = this.page;
    if (dictionary && dictionary !== before) this.dictionary = convertAll(dictionary, this.convert);
  }

  read(n: number): Column {
    this.advance();
    const page = this.page as Page;
    if (!page.definitions.length && !page.dictionary && !this.convert && page.entries - this.entry >= n) {
      const whole = this.slice(page.values, n);
      if (whole) return whole;
    }
    for (let left = n; left > 0; ) {
      this.advance();
      const now = this.page as Page;
      const take = Math.min(left, now.entries - this.entry);
      this.append(now, take);
      left -= take;
    }
    return this.out.take(n);
  }

  /** A view of the page's values, where they lie as the column wants them. */
  private slice(values: DecodedArray, n: number): Column | undefined {
    const from = this.value;
    const { kind } = this;
    let column: Column | undefined;
    if (kind === 'i32' && values instanceof Int32Array)
      column = { kind, values: values.subarray(from, from + n), nulls: undefined };
    else if (kind === 'i64' && values instanceof BigInt64Array)
      column = { kind, values: values.subarray(from, from + n), nulls: undefined };
    else if (kind === 'f64' && values instanceof Float64Array)
      column = { kind, values: values.subarray(from, from + n), nulls: undefined };
    if (!column) return undefined;
    this.entry += n;
    this.value += n;
    return column;
  }

  private append(page: Page, n: number): void {
    const { out, convert } = this;
    const { definitions, values, dictionary } = page;
    const known = dictionary && this.dictionary;
    const end = this.entry + n;
    for (let e = this.entry; e < end; e++) {
      if (definitions.length && definitions[e] === 0) {
        out.appendNull();
        continue;
      }
      const raw = values[this.value++] as Raw;
      out.append(known ? (known[raw as number] as Value) : convert ? convert(raw) : (raw as Value));
    }
    this.entry = end;
  }
}

function convertAll(raw: DecodedArray, convert: Convert): Value[] {
  const out: Value[] = [];
  for (let i = 0; i < raw.length; i++) out.push(convert ? convert(raw[i] as Raw) : (raw[i] as Value));
  return out;
}

/** Walks the entries of a leaf below a repeated or optional group. */
export class LeafCursor {
  private readonly pages: ChunkPages;
  private readonly convert: Convert;
  private readonly highest: number;
  private page: Page | undefined;
  private entry = 0;
  private value = 0;
  private dictionary: readonly Value[] | undefined;

  /** `highest`: the definition level at which the value itself is there. */
  constructor(pages: ChunkPages, convert: Convert, highest: number) {
    this.pages = pages;
    this.convert = convert;
    this.highest = highest;
    this.load();
  }

  private load(): void {
    const before = this.page?.dictionary;
    this.page = this.pages.next();
    this.entry = 0;
    this.value = 0;
    const dictionary = this.page?.dictionary;
    if (dictionary && dictionary !== before) this.dictionary = convertAll(dictionary, this.convert);
  }

  /** Definition level of the entry ahead; -1 at the end. */
  definition(): number {
    const { page } = this;
    if (!page) return -1;
    return page.definitions.length ? (page.definitions[this.entry] as number) : this.highest;
  }

  /** Repetition level of the entry ahead; 0 at the end. */
  repetition(): number {
    return this.page?.repetitions[this.entry] ?? 0;
  }

  /** Takes the entry ahead: its value, or null when it is not there. */
  take(): Value {
    const { page } = this;
    if (!page) throw new Error('a Parquet column ends before its row group');
    let out: Value = null;
    if (this.definition() === this.highest) {
      const raw = page.values[this.value++] as Raw;
      const known = page.dictionary && this.dictionary;
      out = known ? (known[raw as number] as Value) : this.convert ? this.convert(raw) : (raw as Value);
    }
    if (++this.entry >= page.entries) this.load();
    return out;
  }
}
