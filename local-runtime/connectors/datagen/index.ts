import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import type { Connector, SourceEvent, SourceReader, SourceRequest, Subtask } from '../connector.ts';
import { checkUnknown, integerOption, type Options } from '../options.ts';
import { FIELD_OPTION, type Generator, generatorOf, shareOf } from './generators.ts';

const SPEC = {
  required: [],
  optional: ['number-of-rows', 'rows-per-second', 'scan.parallelism'],
  patterns: [FIELD_OPTION],
};

const physical = (table: ResolvedTable): RowField[] =>
  table.columns.filter((c) => c.kind === 'physical').map((c) => ({ name: c.name, type: c.type }));

function generators(table: ResolvedTable, options: Options, subtask?: Subtask): Generator[] {
  return physical(table).map((f) => generatorOf(f, options, undefined, subtask));
}

/** `connector = 'datagen'`: random or sequential rows at a steady rate (DataGenTableSourceFactory). */
export const datagen: Connector = {
  identifier: 'datagen',
  sourceTraits(options, table) {
    integerOption(options, 'rows-per-second');
    const rows = integerOption(options, 'number-of-rows');
    generators(table, options);
    checkUnknown('datagen', options, SPEC);
    return {
      changelog: 'insert-only',
      bounded: rows !== undefined,
      watermarkPushDown: false,
      projectionPushDown: false,
      metadata: {},
      sourceClass: 'org.apache.flink.connector.datagen.table.DataGenTableSource',
    };
  },
  partsSource: () => true,
  async openSource(request) {
    return new DatagenSource(request);
  },
};

/** Rows are handed out in slices of time, so that a slow rate still looks steady. */
const SLICE_MS = 20;

class DatagenSource implements SourceReader {
  private readonly request: SourceRequest;
  private readonly all: Generator[];
  private readonly wanted: number[];
  private readonly rate: number;
  private readonly total: number;
  private produced = 0;
  private started: number | undefined;

  constructor(request: SourceRequest) {
    this.request = request;
    const names = physical(request.table).map((f) => f.name);
    const subtask = request.subtask ?? { index: 0, of: 1 };
    this.all = generators(request.table, request.options, subtask);
    this.wanted = request.projected.map((p) => names.indexOf(request.table.columns[p]?.name ?? ''));
    this.rate = (integerOption(request.options, 'rows-per-second') ?? 10_000) / subtask.of;
    const limits = this.all.map((g) => g.count).filter((c) => c !== undefined);
    const rows = integerOption(request.options, 'number-of-rows');
    this.total = Math.min(rows === undefined ? Number.POSITIVE_INFINITY : shareOf(rows, subtask), ...limits);
    if (typeof request.position === 'number') {
      for (; this.produced < request.position; this.produced++) for (const g of this.all) g.next(0);
    }
  }

  async next(maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    const deadline = Date.now() + lingerMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.produced >= this.total) return { kind: 'end' };
      const now = Date.now();
      this.started ??= now - this.produced * (1000 / this.rate);
      const due = Math.floor(((now - this.started) * this.rate) / 1000) + 1;
      const n = Math.min(due - this.produced, maxRows, this.total - this.produced);
      if (n > 0) return { kind: 'batch', batch: this.make(n) };
      if (now >= deadline) return { kind: 'idle' };
      const wait = Math.max(
        1,
        Math.min(deadline - now, SLICE_MS, this.started + (this.produced * 1000) / this.rate - now),
      );
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  private make(n: number) {
    const out = new BatchBuilder(this.request.fields.map((f) => f.type));
    const now = this.request.env.now();
    for (let i = 0; i < n; i++) {
      const row = this.all.map((g) => g.next(now));
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
