import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { type Batch, watermarkBatch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { selectRows } from '../batch/gather.ts';
import { asFault } from '../errors.ts';
import type { Clock, Operator, OperatorContext, Output } from '../operators/operator.ts';
import { columnWriter } from '../state/column-writer.ts';
import type { Holder, MemoryBudget } from './memory-budget.ts';
import { type TaskFigures, TaskMetrics } from './task-metrics.ts';

/** What takes the output of a vertex: another vertex, or one that runs on another thread. */
export interface Receiver {
  receive(batch: Batch, input: number): void;
  /** The same for some rows of a batch, where they need not be a batch of their own. */
  receiveRows?(batch: Batch, rows: Int32Array): void;
  receiveIdle(input: number, idle: boolean): void;
  /** Input `input` has ended. */
  end(input: number): void;
}

/** Batches after which, and rows after which at the latest, the state of an operator is measured anew. */
const MEASURED_BATCHES = 64;
const MEASURED_ROWS = 32_768;

interface Edge {
  readonly target: Receiver;
  readonly input: number;
}

/** What vertices share with the job that runs them. */
export interface VertexHost {
  readonly zone: string;
  readonly options: Readonly<Record<string, string>>;
  readonly clock: Clock;
  registerTimer(time: number, vertex: Vertex): void;
  /** What the state of all may take together. */
  readonly memory?: MemoryBudget;
}

/** One operator of a running job with its edges and counters; also a source's place in the graph (no operator). */
export class Vertex implements Output, OperatorContext, Receiver, Holder {
  readonly id: number;
  readonly name: string;
  /** Which of the parallel instances of the operator this is, from 0, and how many there are. */
  subtask = 0;
  parallelism = 1;
  readonly output: Output = this;
  readonly zone: string;
  readonly options: Readonly<Record<string, string>>;
  readonly clock: Clock;
  operator: Operator | undefined;
  /** Types of the output columns, as text. */
  readonly columns: string;
  /** The settings of the operator that shape its state, as text; snapshots of another definition do not fit. */
  definition = '';
  recordsIn = 0;
  recordsOut = 0;
  watermark: number | undefined;
  private readonly tasks: TaskMetrics;
  private unmeasuredBatches = 0;
  private unmeasuredRows = 0;
  readonly counters = new Map<string, number>();
  private readonly host: VertexHost;
  private readonly edges: Edge[] = [];
  /** The vertices of this thread that feed this one. */
  readonly inputs: Vertex[] = [];
  private readonly emptyColumns: readonly Column[];
  private openInputs: number;
  private idle = false;
  /** All inputs have ended, the outputs not yet. */
  private ending = false;

  constructor(id: number, name: string, types: readonly LogicalType[], inputs: number, host: VertexHost) {
    this.id = id;
    this.name = name;
    this.host = host;
    this.zone = host.zone;
    this.options = host.options;
    this.clock = host.clock;
    this.openInputs = inputs;
    this.tasks = new TaskMetrics(inputs);
    this.columns = types.map(asSummaryString).join(', ');
    this.emptyColumns = types.map((type) => columnWriter(type).take());
  }

  connect(target: Receiver, input: number): void {
    this.edges.push({ target, input });
    if (target instanceof Vertex) target.inputs.push(this);
  }

  receive(batch: Batch, input: number): void {
    this.recordsIn += batch.length;
    this.tasks.received(batch, input);
    this.tasks.timed(() => this.operator?.process(batch, input));
    this.measure(batch.length);
  }

  /** Looks at the operator's state now and then, as that may take a while. */
  private measure(rows: number): void {
    this.unmeasuredRows += rows;
    if (++this.unmeasuredBatches < MEASURED_BATCHES && this.unmeasuredRows < MEASURED_ROWS) return;
    this.unmeasuredBatches = 0;
    this.unmeasuredRows = 0;
    if (this.operator?.stateBytes) this.host.memory?.check(this);
  }

  stateBytes(): number {
    return this.operator?.stateBytes?.() ?? 0;
  }

  /** A source has figures of its own. */
  measures(gauges: () => Readonly<Record<string, number>>): void {
    this.tasks.gauges = gauges;
  }

  get figures(): TaskFigures {
    return this.tasks.figures;
  }

  emit(batch: Batch): void {
    this.recordsOut += batch.length;
    this.tasks.emitted(batch);
    if (batch.marks) this.watermark = batch.marks.values[batch.marks.count - 1];
    for (const edge of this.edges) edge.target.receive(batch, edge.input);
  }

  /** Sends to one of the outputs only, in the order in which they were connected: how an exchange parts its rows. */
  emitTo(output: number, batch: Batch): void {
    const edge = this.edges[output] as Edge;
    edge.target.receive(batch, edge.input);
  }

  /** The same for some rows of a batch, ascending, which the receiver may keep. */
  emitRowsTo(output: number, batch: Batch, rows: Int32Array): void {
    const { target, input } = this.edges[output] as Edge;
    if (target.receiveRows) target.receiveRows(batch, rows);
    else target.receive(selectRows(batch, rows), input);
  }

  emitWatermark(value: number): void {
    this.emit(watermarkBatch(this.emptyColumns, value));
  }

  setIdle(idle: boolean): void {
    if (idle === this.idle) return;
    this.idle = idle;
    for (const edge of this.edges) edge.target.receiveIdle(edge.input, idle);
  }

  receiveIdle(input: number, idle: boolean): void {
    if (this.operator?.onIdle) this.operator.onIdle(input, idle);
    else this.setIdle(idle);
  }

  /** An input of this vertex (or the source itself) has ended. */
  end(input: number): void {
    this.operator?.end(input);
    if (--this.openInputs > 0) return;
    // What waits for something outside goes out before the end does.
    if (this.operator?.settle) this.ending = true;
    else this.endOutputs();
  }

  private endOutputs(): void {
    for (const edge of this.edges) edge.target.end(edge.input);
  }

  /** Lets an operator that waits for something outside deal with what came. */
  async settle(signal: AbortSignal): Promise<void> {
    await this.operator?.settle?.(signal);
    if (!this.ending || signal.aborted) return;
    this.ending = false;
    this.endOutputs();
  }

  registerProcessingTimer(time: number): void {
    this.host.registerTimer(time, this);
  }

  onProcessingTime(now: number): void {
    if (this.openInputs <= 0) return;
    this.tasks.timed(() => this.operator?.onProcessingTime?.(now));
  }

  count(metric: string, by: number): void {
    this.counters.set(metric, (this.counters.get(metric) ?? 0) + by);
    this.tasks.counted(metric, by);
  }

  /** What a snapshot keeps of the vertex itself. */
  progress() {
    const { openInputs, idle, watermark, recordsIn, recordsOut, counters } = this;
    return { openInputs, idle, watermark, recordsIn, recordsOut, counters };
  }

  /** Goes on from `progress`. */
  resume(kept: ReturnType<Vertex['progress']>): void {
    this.openInputs = kept.openInputs;
    this.idle = kept.idle;
    this.watermark = kept.watermark;
    this.recordsIn = kept.recordsIn;
    this.recordsOut = kept.recordsOut;
    for (const [name, n] of kept.counters) this.counters.set(name, n);
  }

  async close(): Promise<void> {
    try {
      await this.operator?.close?.();
    } catch (error) {
      // A failing close must not hide why the job ends.
      this.counters.set(`close failed: ${asFault(error).message}`, 1);
    }
  }
}
