import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Checkpoints } from '../../../local-runtime/job/checkpoints.ts';
import type { Job } from '../../../local-runtime/job/job-api.ts';
import { start } from './harness.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-running-'));
  mkdirSync(join(folder, 'in'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const FOREVER = `CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000');
  CREATE TABLE b (id INT, n BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT id, COUNT(*) FROM g GROUP BY id;`;
const files = () => `
  CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = '${folder}/in', 'format' = 'json');
  CREATE TABLE s (id INT) WITH ('connector' = 'filesystem', 'path' = '${folder}/out', 'format' = 'json');
  INSERT INTO s SELECT id FROM t;`;

/** Has each write of a snapshot begin with `work`, which may wait or fail. Gives how many have begun. */
function onWrite(work: (n: number) => Promise<void>): () => number {
  let begun = 0;
  const { begin } = Checkpoints.prototype;
  vi.spyOn(Checkpoints.prototype, 'begin').mockImplementation(async function (this: Checkpoints, request) {
    const pending = await begin.call(this, request);
    return {
      ...pending,
      write: (cut, signal) =>
        pending.write(async (writer) => {
          await work(begun++);
          return cut(writer);
        }, signal),
    };
  });
  return () => begun;
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 20_000; !condition(); await sleep(2)) {
    if (performance.now() > deadline) throw new Error('waited in vain');
  }
}

const rowsIn = (job: Job): number =>
  job.metrics().operators.find(({ name }) => name.startsWith('Sink'))?.recordsIn ?? 0;

describe('while a checkpoint is written', () => {
  it('rows flow on, no other one begins, and a savepoint waits for its turn', async () => {
    const first = Promise.withResolvers<void>();
    const begun = onWrite((n) => (n === 0 ? first.promise : Promise.resolve()));
    const { job } = start(FOREVER, { 'execution.checkpointing.interval': '10 ms' });
    await until(() => begun() === 1);
    const savepoint = job.savepoint(join(folder, 'savepoints'));
    const before = rowsIn(job);
    await until(() => rowsIn(job) > before + 500);
    expect(begun()).toBe(1);
    expect(job.checkpoints.statistics.completed).toBe(0);
    first.resolve();
    expect(existsSync(join((await savepoint).path, '_metadata'))).toBe(true);
    await until(() => job.checkpoints.statistics.completed > 3);
    await job.cancel();
    expect(job.state).toBe('CANCELED');
  });

  it('the job can be cancelled, and nothing of it stays', async () => {
    const directory = join(folder, 'checkpoints');
    const begun = onWrite((n) => (n === 2 ? new Promise(() => undefined) : Promise.resolve()));
    const { job } = start(FOREVER, {
      'execution.checkpointing.interval': '10 ms',
      'execution.checkpointing.dir': directory,
      'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    });
    await until(() => begun() === 3);
    await job.cancel();
    expect(job.state).toBe('CANCELED');
    expect(readdirSync(join(directory, job.id))).toEqual(['chk-2']);
    expect(job.checkpoints.statistics.latest.failed?.failure).toBe('Checkpoint Coordinator is suspending.');
  });

  it('its failure fails the checkpoint, and the job only when it was one too many', async () => {
    onWrite((n) => (n === 1 ? Promise.reject(new Error('no room is left on the disk')) : Promise.resolve()));
    const options = { 'execution.checkpointing.interval': '10 ms', 'restart-strategy.type': 'none' };
    const strict = start(FOREVER, options).job;
    expect(await strict.done).toBe('FAILED');
    expect(strict.failure?.causes.map(({ message }) => message)).toContain('no room is left on the disk');
    vi.restoreAllMocks();
    onWrite((n) => (n === 1 ? Promise.reject(new Error('no room is left on the disk')) : Promise.resolve()));
    const { job } = start(FOREVER, { ...options, 'execution.checkpointing.tolerable-failed-checkpoints': '1' });
    await until(() => job.checkpoints.statistics.completed > 2);
    expect(job.checkpoints.statistics.failed).toBe(1);
    expect(job.state).toBe('RUNNING');
    await job.cancel();
  });

  it('the end of the input waits for it, and rows of it and of those after it are written once', async () => {
    writeFileSync(join(folder, 'in', '1'), Array.from({ length: 20_000 }, (_, i) => `{"id":${i}}\n`).join(''));
    const first = Promise.withResolvers<void>();
    onWrite((n) => (n === 0 ? first.promise : Promise.resolve()));
    const { job } = start(files(), { 'execution.checkpointing.interval': '1 h' });
    const asked = job.checkpoint();
    await until(() => rowsIn(job) === 20_000);
    expect(job.state).toBe('RUNNING');
    first.resolve();
    expect(await job.done).toBe('FINISHED');
    expect((await asked).id).toBe(1);
    expect(job.checkpoints.statistics.completed).toBe(2);
    const written = readdirSync(join(folder, 'out')).map((name) => readFileSync(join(folder, 'out', name), 'utf8'));
    const ids = written
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: number }).id);
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('rows of a SELECT that come after the cut are shown, so that the job must not start again from it', async () => {
    const good = 40;
    for (let i = 0; i < good; i++) writeFileSync(join(folder, 'in', String(100 + i)), `{"id":${i}}\n`);
    writeFileSync(join(folder, 'in', '999'), '{"id":');
    const all = Promise.withResolvers<void>();
    const begun = onWrite(() => all.promise);
    let shown = 0;
    let shownAtCut = 0;
    const { job } = start(
      `CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = '${folder}/in', 'format' = 'json'); SELECT id FROM t;`,
      { 'execution.checkpointing.interval': '1 h', 'restart-strategy.type': 'fixed-delay' },
      async (batch) => {
        if (shown === 0) void job.checkpoint().catch(() => undefined);
        shown += batch.length;
        if (begun() === 0) {
          shownAtCut = shown;
          await sleep(5);
        }
        if (shown < good) return;
        all.resolve();
        await until(() => job.checkpoints.statistics.completed === 1);
      },
    );
    expect(await job.done).toBe('FAILED');
    expect(job.failures.length).toBe(1);
    expect(shown).toBe(good);
    expect(shownAtCut).toBeGreaterThan(0);
    expect(shownAtCut).toBeLessThan(good);
  });
});
