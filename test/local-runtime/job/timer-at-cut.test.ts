import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TestClock } from '../../../local-runtime/connectors/test-rows/timeline.ts';
import { checkpointSettings } from '../../../local-runtime/job/checkpoint-settings.ts';
import { Checkpoints } from '../../../local-runtime/job/checkpoints.ts';
import { Execution } from '../../../local-runtime/job/execution.ts';
import { readSnapshot } from '../../../local-runtime/job/snapshot-store.ts';
import { MiniBatchGroupAggregateOperator } from '../../../local-runtime/operators/bundle/mini-batch-group-aggregate.ts';
import { buildGraph } from '../../../local-runtime/planner/build-graph.ts';
import { planScript, textOf } from './harness.ts';

let folder: string;
const clock = new TestClock(1000);
const OPTIONS = {
  'table.local-time-zone': 'UTC',
  'table.exec.mini-batch.enabled': 'true',
  'table.exec.mini-batch.allow-latency': '5 s',
  'table.exec.mini-batch.size': '1000',
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-timer-at-cut-'));
  const rows = Array.from({ length: 12 }, (_, i) => `{"k":${i % 2},"t":${i % 3}}\n`);
  writeFileSync(join(folder, 's.jsonl'), rows.join(''));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the mini-batch query of two aggregates; gives its rows. */
async function run(testing: { batchRows: number; cutAfter?: number; cutInto?: string }, from?: string) {
  const rows: string[] = [];
  const options = {
    name: 'test',
    options: OPTIONS,
    workingDirectory: folder,
    collect: (batch: Parameters<typeof textOf>[0]) => void rows.push(...textOf(batch)),
    print: () => undefined,
    notice: () => undefined,
  };
  const plan = planScript(
    `CREATE TABLE s (k INT, t INT) WITH ('connector' = 'filesystem', 'path' = '${join(folder, 's.jsonl')}', 'format' = 'json');
     SELECT k, MAX(n) FROM (SELECT k, t, COUNT(*) AS n FROM s GROUP BY k, t) GROUP BY k;`,
    OPTIONS,
  );
  const execution = new Execution({
    now: clock.now,
    checkpoints: new Checkpoints('test', checkpointSettings({}, folder, options.notice), clock.now, options.notice),
    testing,
    testClock: clock,
    build: (register) => buildGraph(plan, options, clock.now, register),
    memoryLimit: 1 << 30,
    onCut: () => undefined,
    onCheckpoint: () => undefined,
  });
  if (from !== undefined) execution.restore(readSnapshot(from), false);
  await execution.run();
  await execution.close();
  return rows;
}

it('a timer that comes due while the state is taken does nothing before the job ends there', async () => {
  const whole = await run({ batchRows: 3 });
  expect(whole.length).toBeGreaterThan(0);
  const cutInto = join(folder, 'cut');
  const { snapshot } = MiniBatchGroupAggregateOperator.prototype;
  let taken = 0;
  const spy = vi.spyOn(MiniBatchGroupAggregateOperator.prototype, 'snapshot').mockImplementation(function (
    this: MiniBatchGroupAggregateOperator,
  ) {
    // The state of the first aggregate has been taken, that of the second has not.
    if (++taken === 2) clock.advance(clock.now() + 5000);
    return snapshot.call(this);
  });
  const first = await run({ batchRows: 3, cutAfter: 2, cutInto });
  spy.mockRestore();
  expect(taken).toBe(2);
  const rest = await run({ batchRows: 3 }, cutInto);
  expect(first).toEqual([]);
  expect(left([...first, ...rest])).toEqual(left(whole));
});

/** The rows that are there when all changes have been made. */
function left(changes: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const change of changes) {
    const row = change.slice(3);
    counts.set(row, (counts.get(row) ?? 0) + (/^(\+I|\+U)/.test(change) ? 1 : -1));
  }
  return [...counts].flatMap(([row, n]) => (n === 0 ? [] : [`${n} ${row}`])).sort();
}
