import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, watermarkBatch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { asFault } from '../errors.ts';
import type { Clock, Operator, OperatorContext, Output } from '../operators/operator.ts';
import { columnWriter } from '../state/column-writer.ts';

interface Edge {
  readonly target: Vertex;
  readonly input: number;
}

/** What vertices share with the job that runs them. */
export interface VertexHost {
  readonly zone: string;
  readonly options: Readonly<Record<string, string>>;
  readonly clock: Clock;
  registerTimer(time: number, vertex: Vertex): void;
}

/** One operator of a running job with its edges and counters; also a source's place in the graph (no operator). */
export class Vertex implements Output, OperatorContext {
  readonly id: number;
  readonly name: string;
  readonly output: Output = this;
  readonly zone: string;
  readonly options: Readonly<Record<string, string>>;
  readonly clock: Clock;
  operator: Operator | undefined;
  recordsIn = 0;
  recordsOut = 0;
  watermark: number | undefined;
  readonly counters = new Map<string, number>();
  private readonly host: VertexHost;
  private readonly edges: Edge[] = [];
  private readonly emptyColumns: readonly Column[];
  private openInputs: number;
  private idle = false;

  constructor(id: number, name: string, types: readonly LogicalType[], inputs: number, host: VertexHost) {
    this.id = id;
    this.name = name;
    this.host = host;
    this.zone = host.zone;
    this.options = host.options;
    this.clock = host.clock;
    this.openInputs = inputs;
    this.emptyColumns = types.map((type) => columnWriter(type).take());
  }

  connect(target: Vertex, input: number): void {
    this.edges.push({ target, input });
  }

  receive(batch: Batch, input: number): void {
    this.recordsIn += batch.length;
    this.operator?.process(batch, input);
  }

  emit(batch: Batch): void {
    this.recordsOut += batch.length;
    if (batch.marks) this.watermark = batch.marks.values[batch.marks.count - 1];
    for (const edge of this.edges) edge.target.receive(batch, edge.input);
  }

  emitWatermark(value: number): void {
    this.emit(watermarkBatch(this.emptyColumns, value));
  }

  setIdle(idle: boolean): void {
    if (idle === this.idle) return;
    this.idle = idle;
    for (const edge of this.edges) edge.target.receiveIdle(edge.input, idle);
  }

  private receiveIdle(input: number, idle: boolean): void {
    if (this.operator?.onIdle) this.operator.onIdle(input, idle);
    else this.setIdle(idle);
  }

  /** An input of this vertex (or the source itself) has ended. */
  end(input: number): void {
    this.operator?.end(input);
    if (--this.openInputs > 0) return;
    for (const edge of this.edges) edge.target.end(edge.input);
  }

  registerProcessingTimer(time: number): void {
    this.host.registerTimer(time, this);
  }

  onProcessingTime(now: number): void {
    if (this.openInputs <= 0) return;
    this.operator?.onProcessingTime?.(now);
  }

  count(metric: string, by: number): void {
    this.counters.set(metric, (this.counters.get(metric) ?? 0) + by);
  }

  close(): void {
    try {
      this.operator?.close?.();
    } catch (error) {
      // A failing close must not hide why the job ends.
      this.counters.set(`close failed: ${asFault(error).message}`, 1);
    }
  }
}
