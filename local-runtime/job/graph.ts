import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { SinkWriter, SourceReader } from '../connectors/connector.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { Vertex } from './vertex.ts';

/** A source of the running job; `open` makes its reader. */
export interface SourceTask {
  readonly vertex: Vertex;
  /** Without rows for so long (ms) a source that makes its own watermarks is idle; 0 is never. */
  readonly idleTimeout: number;
  /** Makes the reader, which goes on from `position` if there is one. */
  open(position: unknown): Promise<SourceReader>;
}

/** A table sink; rows come by `take`, which the graph calls synchronously. */
export interface SinkTask {
  readonly vertex: Vertex;
  readonly table: ResolvedTable;
  readonly fields: readonly RowField[];
  /** Makes the writer; `restored` is what `SinkWriter.prepare` gave to the snapshot that the job starts from. */
  open(restored: unknown): Promise<SinkWriter>;
  /** Batches not yet given to the writer. */
  readonly pending: Batch[];
}

/** The operator graph of a job (StreamGraph). */
export interface Graph {
  readonly vertices: readonly Vertex[];
  readonly sources: readonly SourceTask[];
  readonly sinks: readonly SinkTask[];
  /** What the vertices may keep, all together. */
  readonly memory: MemoryBudget;
  /** Promises of the collect sink not yet awaited. */
  readonly pressure: Promise<void>[];
}
