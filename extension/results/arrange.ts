import type { LogicalType } from '../../clients/sql-gateway/types.ts';
import type { Arrangement, SortKey } from '../../webviews/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { type ArrowCell, type ResultSchema, writeRows } from './arrow-rows.ts';
import type { RowFilter, RowFilters } from './row-filters.ts';

export interface ArrangedRow {
  readonly kind: number;
  readonly cell: (column: number) => ArrowCell;
}

/** The view that is arranged. */
export interface ArrangedSource {
  /** Its rows as they are now, a list of the caller's. */
  readonly snapshot: () => { readonly rows: ArrangedRow[]; readonly version: number };
  readonly version: () => number;
  /** Whether more may come: then it is arranged anew only so often. */
  readonly live: () => boolean;
  readonly schema: () => ResultSchema | undefined;
  readonly filters: RowFilters | undefined;
}

/** Least time between two arrangements of a view that changes, and how often what one costs it is left alone after it. */
const PAUSE_MS = 300;
const PAUSE_SHARE = 4;
/** Rows that are tested at a time. */
const CHUNK = 8192;

/** Whether rows are others, or in another order, than those of the view itself. */
export function isArranged({ sort, filter }: Arrangement): boolean {
  return (sort !== undefined && sort.length > 0) || (filter !== undefined && filter.trim() !== '');
}

interface Arranged {
  readonly key: string;
  readonly rows: readonly ArrangedRow[];
  readonly version: number;
  readonly at: number;
  readonly cost: number;
}

/**
 * A view's rows, filtered and sorted: computed from a snapshot, kept until the view has changed, and at most a part of the time spent on
 * it. One question is answered after the other.
 */
export class Arranger {
  readonly #source: ArrangedSource;
  #last: Arranged | undefined;
  #open: { readonly condition: string; readonly filter: Promise<RowFilter> } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: ArrangedSource) {
    this.#source = source;
  }

  /** Rejects with FilterProblem when the condition is wrong or fails for a row. */
  rows(arrange: Arrangement): Promise<{ readonly rows: readonly ArrangedRow[]; readonly version: number }> {
    const next = this.#turn.then(() => this.#rows(arrange));
    this.#turn = next.catch(() => undefined); // Told to the one who asked.
    return next;
  }

  async #rows({ sort = [], filter = '' }: Arrangement): Promise<Arranged> {
    const key = JSON.stringify([sort, filter]);
    const last = this.#last?.key === key ? this.#last : undefined;
    if (last && last.version === this.#source.version()) return last;
    if (last && this.#source.live()) {
      const due = last.at + Math.max(PAUSE_MS, PAUSE_SHARE * last.cost) - performance.now();
      if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    }
    const began = performance.now();
    const { rows, version } = this.#source.snapshot();
    const schema = this.#source.schema();
    const kept = filter.trim() === '' || !schema ? rows : await this.#filtered(rows, filter, schema);
    const sorted = schema ? sortRows(kept, sort, schema.types) : kept;
    const at = performance.now();
    this.#last = { key, rows: sorted, version, at, cost: at - began };
    return this.#last;
  }

  async #filtered(rows: readonly ArrangedRow[], condition: string, schema: ResultSchema): Promise<ArrangedRow[]> {
    const { filters } = this.#source;
    if (!filters) throw new Error(t('Rows cannot be filtered here'));
    if (this.#open?.condition !== condition) {
      this.#open?.filter.then((old) => old.close()).catch(() => undefined); // It was never opened.
      this.#open = { condition, filter: filters.open(schema, condition) };
    }
    const filter = await this.#open.filter;
    const kept: ArrangedRow[] = [];
    for (let from = 0; from < rows.length; from += CHUNK) {
      const chunk = rows.slice(from, from + CHUNK);
      const ipc = writeRows(
        schema,
        chunk.length,
        () => 0,
        (column, i) => chunk[i]?.cell(column) ?? null,
      );
      const bits = await filter.test(ipc);
      for (const [i, row] of chunk.entries()) if (bits[i] === 1) kept.push(row);
    }
    return kept;
  }
}

/** Rows in a new order; those that are equal stay in theirs. */
export function sortRows(
  rows: readonly ArrangedRow[],
  sort: readonly SortKey[],
  types: readonly LogicalType[],
): readonly ArrangedRow[] {
  if (sort.length === 0) return rows;
  const keys = sort.map(({ column, descending }) => {
    const decimal = types[column]?.type === 'DECIMAL';
    const values = rows.map((row) => (decimal ? unscaled(row.cell(column)) : row.cell(column)));
    return { values, sign: descending ? -1 : 1 };
  });
  const order = Uint32Array.from(rows, (_, i) => i);
  order.sort((a, b) => {
    for (const { values, sign } of keys) {
      const compared = compare(values[a] ?? null, values[b] ?? null);
      if (compared !== 0) return compared * sign;
    }
    return a - b;
  });
  return Array.from(order, (i) => rows[i] as ArrangedRow);
}

/** All values of a DECIMAL column have the same digits after the point. */
function unscaled(cell: ArrowCell): ArrowCell {
  return typeof cell === 'string' ? BigInt(cell.replace('.', '')) : cell;
}

/** NULL is less than everything; NaN is greater than all numbers, as in Java. */
function compare(a: ArrowCell, b: ArrowCell): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (Number.isNaN(a) || Number.isNaN(b)) return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
  return a < b ? -1 : a > b ? 1 : 0;
}
