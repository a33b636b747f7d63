import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import type { SourceEvent, SourceReader } from '../../../local-runtime/connectors/connector.ts';
import type { FlinkFault } from '../../../local-runtime/errors.ts';
import { Checkpoints } from '../../../local-runtime/job/checkpoints.ts';
import { Execution } from '../../../local-runtime/job/execution.ts';
import type { Job } from '../../../local-runtime/job/job-api.ts';
import { MemoryBudget } from '../../../local-runtime/job/memory-budget.ts';
import { Staging } from '../../../local-runtime/job/staging.ts';
import { StreamJob } from '../../../local-runtime/job/stream-job.ts';
import { Vertex, type VertexHost } from '../../../local-runtime/job/vertex.ts';

const MB = 2 ** 20;
/** More rows than go through an operator before its state is looked at. */
const ROWS = 1 << 20;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-memory-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

interface Holding {
  readonly job: Job;
  /** Has rows come, with which the state becomes so many megabytes; resolves when the job asks for more. */
  grow(megabytes: number): Promise<void>;
  /** The source ends. */
  end(): void;
}

/** A job with one operator, whose state is as large as the test says. */
function holding(limit: number, options: Readonly<Record<string, string>> = {}): Holding {
  const steps: { readonly megabytes: number; readonly done: () => void }[] = [];
  let state = new Uint8Array(0);
  let under: (() => void) | undefined;
  let isOver = false;
  const batch = {
    length: ROWS,
    kinds: undefined,
    marks: undefined,
    columns: [{ kind: 'i32', values: new Int32Array(ROWS), nulls: undefined }],
  } as const;
  const reader: SourceReader = {
    async next(_rows, _linger, signal): Promise<SourceEvent> {
      under?.();
      under = undefined;
      const step = steps.shift();
      if (step) {
        state = new Uint8Array(step.megabytes * MB);
        under = step.done;
        return { kind: 'batch', batch };
      }
      if (isOver) return { kind: 'end' };
      await sleep(2, undefined, { signal });
      return { kind: 'idle' };
    },
    position: () => undefined,
    close: () => Promise.resolve(),
  };
  const all = { 'millrace.memory.limit': `${limit} mb`, 'restart-strategy.type': 'none', ...options };
  const job = new StreamJob(
    { name: 'holding', options: all, workingDirectory: '/', print: () => undefined, notice: () => undefined },
    Date.now,
    (_options, registerTimer) => {
      const memory = new MemoryBudget(limit * MB);
      const host: VertexHost = { zone: 'UTC', options: all, clock: Date, registerTimer, memory };
      const source = new Vertex(1, 'Source', [types.int()], 1, host);
      const holder = new Vertex(2, 'Holder', [types.int()], 1, host);
      holder.operator = {
        process: () => undefined,
        end: () => undefined,
        stateBytes: () => state.length,
        snapshot: () => ({ state }),
      };
      source.connect(holder, 0);
      return {
        vertices: [source, holder],
        sources: [{ vertex: source, idleTimeout: 0, open: () => Promise.resolve(reader) }],
        sinks: [],
        memory,
        pressure: [],
      };
    },
  );
  return {
    job,
    grow: (megabytes) => new Promise((done) => steps.push({ megabytes, done })),
    end: () => {
      isOver = true;
    },
  };
}

describe('the memory of checkpoints', () => {
  it('is none where a copy does not fit and a folder is there: they are written while the job stands still', async () => {
    const copied = vi.spyOn(Staging.prototype, 'copy');
    const directory = { 'execution.checkpointing.dir': join(folder, 'checkpoints') };
    const small = holding(14, directory);
    await small.grow(4);
    expect((await small.job.checkpoint()).id).toBe(1);
    expect(copied).not.toHaveBeenCalled();
    await small.job.cancel();
    const large = holding(24, directory);
    await large.grow(4);
    expect((await large.job.checkpoint()).id).toBe(1);
    expect(copied).toHaveBeenCalledTimes(1);
    await large.job.cancel();
  });

  it('is refused in the words of Flink where the state is too large to be kept in memory, too', async () => {
    const { job, grow } = holding(10);
    await grow(6);
    const failure = (await job.checkpoint().catch((error: unknown) => error)) as FlinkFault;
    expect(failure.message).toBe('Failure to finalize checkpoint.');
    const [, cause] = failure.chain();
    expect(cause?.exception).toBe('IOException');
    expect(cause?.message).toMatch(
      /^Size of the state is larger than the maximum permitted memory-backed state\. Size=629\d{4}, maxSize=4194304\. Consider using a different checkpoint storage, like the FileSystemCheckpointStorage\.$/,
    );
    // One is one too many unless the options tolerate some.
    expect(await job.done).toBe('FAILED');
    expect(job.failure?.causes.map(({ message }) => message).join('\n')).toContain('tolerable failure threshold');
  });

  it('that is refused harms nothing where the options tolerate it', async () => {
    const { job, grow, end } = holding(10, { 'execution.checkpointing.tolerable-failed-checkpoints': '1' });
    await grow(6);
    await expect(job.checkpoint()).rejects.toThrow('Failure to finalize checkpoint.');
    await grow(4);
    expect((await job.checkpoint()).id).toBe(2);
    end();
    expect(await job.done).toBe('FINISHED');
  });

  it('is that of the newest alone', async () => {
    // Three times four: the state, the newest, and the one that is being taken.
    const { job, grow, end } = holding(13);
    await grow(4);
    for (const id of [1, 2, 3, 4]) expect((await job.checkpoint()).id).toBe(id);
    end();
    expect(await job.done).toBe('FINISHED');
  });

  it('counts beside the state: rows wait for a checkpoint that is being written', async () => {
    const written = Promise.withResolvers<void>();
    const { begin } = Checkpoints.prototype;
    vi.spyOn(Checkpoints.prototype, 'begin').mockImplementationOnce(async function (this: Checkpoints, request, room) {
      const pending = await begin.call(this, request, room);
      return {
        ...pending,
        write: (cut, signal) =>
          pending.write(async (writer) => {
            await written.promise;
            return cut(writer);
          }, signal),
      };
    });
    const waits = vi.spyOn(Execution.prototype as unknown as { makeRoom(): Promise<void> }, 'makeRoom');
    const { job, grow, end } = holding(24, { 'execution.checkpointing.dir': join(folder, 'checkpoints') });
    await grow(2);
    const checkpoint = job.checkpoint();
    await grow(4);
    expect(waits).not.toHaveBeenCalled();
    let hasGoneOn = false;
    const grown = grow(12).then(() => {
      hasGoneOn = true;
    });
    await vi.waitUntil(() => waits.mock.calls.length > 0, { timeout: 60_000 });
    for (let i = 0; i < 200; i++) await nextTurn();
    expect(hasGoneOn).toBe(false);
    written.resolve();
    await grown;
    expect((await checkpoint).id).toBe(1);
    end();
    expect(await job.done).toBe('FINISHED');
    expect(waits).toHaveBeenCalledTimes(1);
  });

  it('is told of when the last one, kept in memory, leaves the state too little', async () => {
    const { job, grow } = holding(10);
    await grow(3);
    expect((await job.checkpoint()).id).toBe(1);
    void grow(8);
    expect(await job.done).toBe('FAILED');
    expect(job.failure?.causes[0]?.message).toBe(
      "The state of the job takes 8 MiB, and its last checkpoint, which is kept in memory, 3.0 MiB, together more than the limit of 10 MiB. Name a directory for checkpoints with 'execution.checkpointing.dir', let the state expire with 'table.exec.state.ttl', or raise 'millrace.memory.limit'.",
    );
  });
});
