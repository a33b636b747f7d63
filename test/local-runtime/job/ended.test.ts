import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import type { Graph } from '../../../local-runtime/job/graph.ts';
import type { Job } from '../../../local-runtime/job/job-api.ts';
import { MemoryBudget } from '../../../local-runtime/job/memory-budget.ts';
import { StreamJob } from '../../../local-runtime/job/stream-job.ts';
import { Vertex } from '../../../local-runtime/job/vertex.ts';

const OPTIONS = { name: 'ended', options: {}, workingDirectory: '/', print: () => undefined, notice: () => undefined };

/** A job whose operator holds a megabyte, and a weak reference to that. */
function holding(): { readonly job: Job; readonly state: WeakRef<Uint8Array> } {
  let state: WeakRef<Uint8Array> | undefined;
  const job = new StreamJob(OPTIONS, Date.now, (_options, register): Graph => {
    const vertex = new Vertex(1, 'holds', [types.int()], 1, {
      zone: 'UTC',
      options: {},
      clock: Date,
      registerTimer: register,
    });
    const held = new Uint8Array(1 << 20);
    state = new WeakRef(held);
    vertex.operator = { process: () => undefined, end: () => undefined, stateBytes: () => held.byteLength };
    return {
      vertices: [vertex],
      sources: [],
      sinks: [],
      memory: new MemoryBudget(Number.POSITIVE_INFINITY),
      pressure: [],
    };
  });
  return { job, state: state as WeakRef<Uint8Array> };
}

it('a job that has ended keeps its figures and lets its state go', async () => {
  const { job, state } = holding();
  expect(await job.done).toBe('FINISHED');
  expect(job.metrics().operators).toMatchObject([{ name: 'holds', stateBytes: 1 << 20 }]);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // A weak reference holds what it points at until the turn is over.
  for (let turns = 0; state.deref() !== undefined && turns < 50; turns++) {
    await sleep(1);
    collect();
  }
  expect(state.deref()).toBeUndefined();
  expect(job.state).toBe('FINISHED');
});
