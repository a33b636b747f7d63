import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, watermarkBatch } from '../../../local-runtime/batch/batch.ts';
import type { SourceEvent, SourceReader } from '../../../local-runtime/connectors/connector.ts';
import { MemoryBudget } from '../../../local-runtime/job/memory-budget.ts';
import { StreamJob } from '../../../local-runtime/job/stream-job.ts';
import { Vertex, type VertexHost } from '../../../local-runtime/job/vertex.ts';
import { UnionOperator } from '../../../local-runtime/operators/union.ts';

/** A source that gives one watermark and then nothing, until it is closed. */
function quiet(watermark: number): SourceReader {
  let given = false;
  return {
    async next(_rows, _linger, signal): Promise<SourceEvent> {
      if (!given) {
        given = true;
        return {
          kind: 'batch',
          batch: watermarkBatch([{ kind: 'i32', values: new Int32Array(0), nulls: undefined }], watermark),
        };
      }
      await sleep(5, undefined, { signal });
      return { kind: 'idle' };
    },
    position: () => undefined,
    close: () => Promise.resolve(),
  };
}

describe('idle sources', () => {
  it('do not hold the watermark back once their time is out', async () => {
    const seen: number[] = [];
    const job = new StreamJob(
      { name: 'idle', options: {}, workingDirectory: '/', print: () => undefined, notice: () => undefined },
      Date.now,
      (_options, register) => {
        const host: VertexHost = { zone: 'UTC', options: {}, clock: Date, registerTimer: register };
        const columns = [types.int()];
        const fast = new Vertex(1, 'fast', columns, 1, host);
        const slow = new Vertex(2, 'slow', columns, 1, host);
        const union = new Vertex(3, 'union', columns, 2, host);
        const sink = new Vertex(4, 'sink', columns, 1, host);
        union.operator = new UnionOperator(2, union);
        sink.operator = {
          process: (batch: Batch) => void seen.push(...(batch.marks?.values ?? [])),
          end: () => undefined,
        };
        fast.connect(union, 0);
        slow.connect(union, 1);
        union.connect(sink, 0);
        return {
          vertices: [fast, slow, union, sink],
          sources: [
            { vertex: fast, idleTimeout: 0, open: () => Promise.resolve(quiet(100)) },
            { vertex: slow, idleTimeout: 30, open: () => Promise.resolve(quiet(7)) },
          ],
          sinks: [],
          memory: new MemoryBudget(Number.POSITIVE_INFINITY),
          pressure: [],
        };
      },
    );
    const deadline = performance.now() + 3000;
    while (seen.at(-1) !== 100 && performance.now() < deadline) await sleep(5);
    await job.cancel();
    expect(seen).toEqual([7, 100]);
    expect(job.state).toBe('CANCELED');
  });
});
