import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { checkpointSettings } from '../../../local-runtime/job/checkpoint-settings.ts';
import { Checkpoints, type PendingSnapshot, type SnapshotRequest } from '../../../local-runtime/job/checkpoints.ts';
import { Execution } from '../../../local-runtime/job/execution.ts';
import { folderWriter, readSnapshot } from '../../../local-runtime/job/snapshot-store.ts';
import { buildGraph } from '../../../local-runtime/planner/build-graph.ts';
import { planScript, textOf } from './harness.ts';
import { QUERIES, tablesIn } from './snapshot-queries.ts';

/** What is written of a checkpoint, after all rows have gone through the job, is the state of the cut. */
let folder: string;
let tables: string;
let cuts = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-late-write-'));
  tables = tablesIn(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REQUEST: SnapshotRequest = {
  kind: 'checkpoint',
  directory: undefined,
  stop: false,
  drain: false,
  resolve: () => undefined,
  reject: () => undefined,
};

/** `cutAfter`: batches; `from`: the snapshot to start from. */
async function run(query: string, cutAfter: number, from?: string) {
  const options = {
    name: 'test',
    options: { 'table.local-time-zone': 'UTC', 'pipeline.auto-watermark-interval': '1 ms' },
    workingDirectory: folder,
    collect: (batch: Batch) => void rows.push(...textOf(batch)),
    print: () => undefined,
    notice: () => undefined,
  };
  const rows: string[] = [];
  let before: number | undefined;
  const plan = planScript(`${tables} ${query};`, options.options);
  const checkpoints = new Checkpoints('test', checkpointSettings({}, folder, options.notice), Date.now, options.notice);
  const execution = new Execution({
    now: Date.now,
    checkpoints,
    testing: { batchRows: 1 },
    memoryLimit: Number.POSITIVE_INFINITY,
    build: (register) => buildGraph(plan, options, Date.now, register),
    onCut: () => {
      before = rows.length;
    },
    onCheckpoint: () => undefined,
  });
  const path = join(folder, `cut-${cuts++}`);
  let batches = 0;
  vi.spyOn(checkpoints, 'due').mockImplementation(() => (++batches === cutAfter ? REQUEST : undefined));
  const isOver = (): boolean => execution.graph.sources.every(({ vertex }) => vertex.recordsOut === 14);
  const pending: PendingSnapshot = {
    id: 1,
    abandon: () => Promise.resolve(),
    write: async (cut) => {
      while (!isOver()) await nextTurn();
      const writer = await folderWriter(path);
      await writer.finish({ ...(await cut(writer)), id: 1, isSavepoint: false, job: '' });
      return { id: 1, path };
    },
  };
  vi.spyOn(checkpoints, 'begin').mockResolvedValue(pending);
  if (from !== undefined) execution.restore(readSnapshot(from), false);
  await execution.run();
  await execution.close();
  return { rows, before, path };
}

describe('a checkpoint that is written when all rows have gone through', () => {
  for (const [name, query] of Object.entries(QUERIES)) {
    it(name, { timeout: 30_000 }, async () => {
      const whole = await run(query, -1);
      expect(whole.rows.length).toBeGreaterThan(0);
      expect(whole.before).toBeUndefined();
      for (const cutAfter of [1, 4, 7, 10, 13]) {
        const { rows, before, path } = await run(query, cutAfter);
        expect(rows).toEqual(whole.rows);
        const rest = await run(query, -1, path);
        expect([...rows.slice(0, before), ...rest.rows], `cut after ${cutAfter}`).toEqual(whole.rows);
      }
    });
  }
});
