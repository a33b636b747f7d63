import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../batch/builder.ts';
import type { SourceEvent, SourceReader, SourceRequest } from './connector.ts';

/** What makes the rows of a generated table. */
export interface GeneratedRows {
  /** One for each physical column; the argument is the time. */
  readonly next: readonly ((now: number) => Value)[];
  /** At 0 and below no row ever comes. */
  readonly rowsPerSecond: number;
  /** Rows until the end; infinite for none. */
  readonly total: number;
}

/** The physical columns of a table. */
export function physicalFields(table: ResolvedTable): RowField[] {
  return table.columns.filter((c) => c.kind === 'physical').map((c) => ({ name: c.name, type: c.type }));
}

/** Rows are handed out in slices of time, so that a slow rate still looks steady. */
const SLICE_MS = 20;

/** Makes rows of independent fields at a steady rate, up to a number of them. */
export class PacedSource implements SourceReader {
  private readonly request: SourceRequest;
  private readonly rows: GeneratedRows;
  private readonly wanted: number[];
  private produced = 0;
  private started: number | undefined;

  constructor(request: SourceRequest, rows: GeneratedRows) {
    this.request = request;
    this.rows = rows;
    const names = physicalFields(request.table).map((f) => f.name);
    this.wanted = request.projected.map((p) => names.indexOf(request.table.columns[p]?.name ?? ''));
    if (typeof request.position === 'number') {
      for (; this.produced < request.position; this.produced++) for (const next of rows.next) next(0);
    }
  }

  async next(maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    const deadline = Date.now() + lingerMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.produced >= this.rows.total) return { kind: 'end' };
      const now = Date.now();
      this.started ??= now - this.produced * (1000 / this.rows.rowsPerSecond);
      const due = Math.floor(((now - this.started) * this.rows.rowsPerSecond) / 1000) + 1;
      const n =
        this.rows.rowsPerSecond <= 0 ? 0 : Math.min(due - this.produced, maxRows, this.rows.total - this.produced);
      if (n > 0) return { kind: 'batch', batch: this.make(n) };
      if (now >= deadline) return { kind: 'idle' };
      const next = this.started + (this.produced * 1000) / Math.max(this.rows.rowsPerSecond, 0) - now;
      const wait = Math.max(1, Math.min(deadline - now, SLICE_MS, Number.isNaN(next) ? SLICE_MS : next));
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  private make(n: number) {
    const out = new BatchBuilder(this.request.fields.map((f) => f.type));
    const now = this.request.env.now();
    for (let i = 0; i < n; i++) {
      const row = this.rows.next.map((next) => next(now));
      out.values(this.wanted.map((w) => row[w] ?? null));
    }
    this.produced += n;
    return out.take();
  }

  position(): unknown {
    return this.produced;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
