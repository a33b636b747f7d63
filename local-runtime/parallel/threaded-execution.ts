import { extname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import { asFault, FlinkFault } from '../errors.ts';
import type { Attempt } from '../job/execution.ts';
import type { JobMetrics, JobOptions } from '../job/job-api.ts';
import { operatorMetrics } from '../job/operator-metrics.ts';
import type { Vertex } from '../job/vertex.ts';
import { unpackBatch } from './batch-transfer.ts';
import {
  type Cause,
  type ChannelMessage,
  COLLECTOR,
  type Command,
  type Report,
  type SlotTask,
  type VertexCounters,
} from './messages.ts';
import { WORKER_THREADS } from './use-threads.ts';
import { vertexKeys } from './vertex-keys.ts';

/** How long threads have to close what they opened before they are ended, ms. */
const CLOSING = 5000;

interface Thread {
  readonly worker: Worker;
  readonly closed: Promise<void>;
  setClosed(): void;
  phase: 'opening' | 'running' | 'complete' | 'committed';
}

/**
 * One attempt to run a job on several threads: each carries some subtasks of every operator (a slot of a TaskManager) and talks to the
 * others directly; here the job starts them, takes the rows of a SELECT, and lets all sinks commit when all threads are done. The first
 * failure ends all.
 */
export class ThreadedExecution implements Attempt {
  private readonly plan: PlannedJob;
  private readonly options: JobOptions;
  private readonly slots: number;
  /** All vertices of the job with their last counters; their operators do not run here. */
  private readonly vertices: ReadonlyMap<string, Vertex>;
  private readonly stateBytes = new Map<Vertex, number>();
  private threads: readonly Thread[] = [];
  private readonly ended = Promise.withResolvers<void>();
  private failure: FlinkFault | undefined;
  private isCancelled = false;

  constructor(plan: PlannedJob, options: JobOptions, vertices: readonly Vertex[], slots: number) {
    this.plan = plan;
    this.options = options;
    this.slots = slots;
    this.vertices = new Map([...vertexKeys(vertices)].map(([vertex, key]) => [key, vertex]));
  }

  /** As the threads last told. */
  metrics(): JobMetrics['operators'] {
    return operatorMetrics([...this.vertices.values()], (vertex) => this.stateBytes.get(vertex) ?? 0);
  }

  get takesNoSnapshots(): string {
    return `The job runs on ${this.slots} threads, where the local runtime takes no snapshots yet. Start it with '${WORKER_THREADS}' = 'false'.`;
  }

  /** Runs to the end of all sources or until `cancel`. Rejects with what went wrong. */
  async run(): Promise<void> {
    if (this.isCancelled) return;
    this.threads = this.startThreads();
    await this.ended.promise;
    if (this.failure) throw this.failure;
  }

  cancel(): void {
    this.isCancelled = true;
    this.stop();
  }

  async close(): Promise<void> {
    for (const thread of this.threads) if (thread.phase !== 'committed') command(thread, { kind: 'cancel' });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSING);
    });
    await Promise.race([Promise.all(this.threads.map(({ closed }) => closed)), late]);
    clearTimeout(timer);
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private startThreads(): Thread[] {
    const { slots } = this;
    const ports = Array.from({ length: slots }, () => new Array<MessagePort | undefined>(slots).fill(undefined));
    for (let a = 0; a < slots; a++) {
      for (let b = a + 1; b < slots; b++) {
        const { port1, port2 } = new MessageChannel();
        (ports[a] as (MessagePort | undefined)[])[b] = port1;
        (ports[b] as (MessagePort | undefined)[])[a] = port2;
      }
    }
    return ports.map((own, slot) => this.startThread(slot, own));
  }

  private startThread(slot: number, ports: readonly (MessagePort | undefined)[]): Thread {
    const { name, options, workingDirectory } = this.options;
    const task: SlotTask = { plan: this.plan, name, options, workingDirectory, slot, slots: this.slots };
    const worker = new Worker(entry(), {
      workerData: { task, ports },
      transferList: ports.filter((port) => port !== undefined),
      name: `${name.slice(0, 40)} ${slot + 1}/${this.slots}`,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const thread: Thread = { worker, closed: promise, setClosed: resolve, phase: 'opening' };
    worker.on('message', (report: Report) => this.onReport(thread, report));
    worker.on('error', (error) => this.fail(asFault(error)));
    worker.on('exit', () => {
      thread.setClosed();
      if (thread.phase !== 'committed')
        this.fail(new FlinkFault('RuntimeException', `Thread ${slot + 1} of the job ended unexpectedly.`));
    });
    return thread;
  }

  private onReport(thread: Thread, report: Report): void {
    switch (report.kind) {
      case 'print':
        this.options.print(report.line);
        break;
      case 'notice':
        this.options.notice(report.text);
        break;
      case 'counters':
        for (const counters of report.vertices) this.count(counters);
        break;
      case 'open':
        this.advance(thread, 'running', { kind: 'start' });
        break;
      case 'complete':
        if (!this.isCancelled) this.advance(thread, 'complete', { kind: 'commit' });
        break;
      case 'committed':
        thread.phase = 'committed';
        if (this.threads.every(({ phase }) => phase === 'committed')) this.ended.resolve();
        break;
      case 'failed':
        this.fail(faultOf(report.causes));
        break;
      case 'closed':
        thread.setClosed();
        break;
      default:
        this.collect(thread, report);
    }
  }

  /** What all threads have come to, all go on from together. */
  private advance(thread: Thread, phase: Thread['phase'], next: Command): void {
    thread.phase = phase;
    if (this.threads.every((each) => each.phase === phase)) for (const each of this.threads) command(each, next);
  }

  private count({ key, recordsIn, recordsOut, watermark, stateBytes }: VertexCounters): void {
    const vertex = this.vertices.get(key);
    if (!vertex) return;
    vertex.recordsIn = recordsIn;
    vertex.recordsOut = recordsOut;
    vertex.watermark = watermark;
    this.stateBytes.set(vertex, stateBytes);
  }

  /** Rows of the SELECT; the thread gets its credit when they are taken. */
  private collect(thread: Thread, message: ChannelMessage): void {
    if (message.kind !== 'batch' || this.isCancelled || this.failure) return;
    const { exchange, from } = message;
    const credit: Command = { kind: 'credit', exchange, from, to: COLLECTOR };
    try {
      const batch = unpackBatch(message.batch);
      const slow = batch.length > 0 ? this.options.collect?.(batch) : undefined;
      if (slow) void slow.then(() => command(thread, credit));
      else command(thread, credit);
    } catch (error) {
      this.fail(asFault(error));
    }
  }

  private fail(failure: FlinkFault): void {
    if (this.failure || this.isCancelled) return;
    if (this.threads.length > 0 && this.threads.every(({ phase }) => phase === 'committed')) return;
    this.failure = failure;
    this.stop();
  }

  private stop(): void {
    for (const thread of this.threads) command(thread, { kind: 'cancel' });
    this.ended.resolve();
  }
}

function command({ worker }: Thread, message: Command): void {
  worker.postMessage(message);
}

function faultOf(causes: readonly Cause[]): FlinkFault {
  let fault: FlinkFault | undefined;
  for (const { exception, message } of [...causes].reverse()) fault = new FlinkFault(exception, message, fault);
  return fault ?? new FlinkFault('RuntimeException', 'A thread of the job failed.');
}

/** From the sources the module beside this one; from a bundle the bundle beside it. */
function entry(): URL {
  const here = import.meta.url;
  return extname(new URL(here).pathname) === '.ts' ? new URL('./worker.ts', here) : new URL('./job-thread.cjs', here);
}
