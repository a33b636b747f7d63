import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { types } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../local-runtime/batch/batch.ts';
import type { SourceReader } from '../../local-runtime/connectors/connector.ts';
import { checkpointSettings } from '../../local-runtime/job/checkpoint-settings.ts';
import { Checkpoints } from '../../local-runtime/job/checkpoints.ts';
import { Execution } from '../../local-runtime/job/execution.ts';
import { MemoryBudget } from '../../local-runtime/job/memory-budget.ts';
import { Vertex, type VertexHost } from '../../local-runtime/job/vertex.ts';
import type { Operator, OperatorContext } from '../../local-runtime/operators/operator.ts';

/** The longest time in which no batch went through a job, ms: by the clock, and by the CPU time of its thread. */
export interface Longest {
  readonly clock: number;
  readonly cpu: number;
}

/** What a checkpoint did to a job. */
export interface Pause {
  /** Bytes written. */
  readonly bytes: number;
  /** While the checkpoint was taken. */
  readonly during: Longest;
  /** In as long a time without one. */
  readonly without: Longest;
  /** From its beginning to its end, seconds. */
  readonly took: number;
}

const BIGINT = types.bigint();

function now(): Longest {
  const { user, system } = process.threadCpuUsage();
  return { clock: performance.now(), cpu: (user + system) / 1000 };
}

/**
 * Runs a job of one operator: `fill` batches that make its state, then more of them for as long as two checkpoints take. Gives the pauses
 * of both; memory is made ready for the first.
 */
export async function checkpointPauses(
  operator: (context: OperatorContext) => Operator,
  batchAt: (n: number) => Batch,
  fill: number,
  folder: string,
): Promise<Pause[]> {
  mkdirSync(folder, { recursive: true });
  const options = { 'execution.checkpointing.dir': folder, 'execution.checkpointing.interval': '30 s' };
  const notice = (text: string): void => void process.stderr.write(`${text}\n`);
  const checkpoints = new Checkpoints('bench', checkpointSettings(options, folder, notice), () => 0, notice);
  const pauses: Pause[] = [];
  let given = 0;
  let isOver = false;
  let last = now();
  let longest: Longest = { clock: 0, cpu: 0 };
  const tick = (): void => {
    const { clock, cpu } = now();
    longest = { clock: Math.max(longest.clock, clock - last.clock), cpu: Math.max(longest.cpu, cpu - last.cpu) };
    last = { clock, cpu };
  };
  const reader: SourceReader = {
    next: async () => {
      if (isOver) return { kind: 'end' };
      if (given > fill) tick();
      else if (given === fill) begun.resolve();
      return { kind: 'batch', batch: batchAt(given++) };
    },
    position: () => given,
    close: () => Promise.resolve(),
  };
  const begun = Promise.withResolvers<void>();
  const host: VertexHost = { zone: 'UTC', options, clock: { now: () => 0 }, registerTimer: () => undefined };
  const source = new Vertex(0, 'Source', [BIGINT, BIGINT], 1, host);
  const vertex = new Vertex(1, 'Operator', [BIGINT, BIGINT, BIGINT], 1, host);
  vertex.operator = operator(vertex);
  source.connect(vertex, 0);
  const execution = new Execution({
    now: () => 0,
    checkpoints,
    testing: {},
    memoryLimit: Number.POSITIVE_INFINITY,
    build: () => ({
      vertices: [source, vertex],
      sources: [{ vertex: source, idleTimeout: 0, open: () => Promise.resolve(reader) }],
      sinks: [],
      memory: new MemoryBudget(Number.POSITIVE_INFINITY),
      pressure: [],
    }),
    onCut: () => undefined,
    onCheckpoint: () => undefined,
  });
  const measured = async (work: () => Promise<unknown>): Promise<Longest> => {
    last = now();
    longest = { clock: 0, cpu: 0 };
    await work();
    tick();
    return longest;
  };
  const running = execution.run();
  await begun.promise;
  for (let i = 0; i < 2; i++) {
    const before = performance.now();
    const during = await measured(() =>
      checkpoints.request({ kind: 'checkpoint', directory: undefined, stop: false, drain: false }),
    );
    const took = performance.now() - before;
    const without = await measured(() => new Promise((resolve) => setTimeout(resolve, took)));
    pauses.push({ bytes: checkpoints.tracker.latest.completed?.bytes ?? 0, during, without, took: took / 1000 });
  }
  isOver = true;
  // Nothing of interest comes any more.
  execution.cancel();
  await running;
  await execution.close();
  rmSync(join(folder), { recursive: true, force: true });
  return pauses;
}
