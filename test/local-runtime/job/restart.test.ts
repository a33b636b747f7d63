import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlinkFault } from '../../../local-runtime/errors.ts';
import type { Job } from '../../../local-runtime/job/job-api.ts';
import { type RestartStrategy, restartStrategy } from '../../../local-runtime/job/restart-strategy.ts';
import { start } from './harness.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-restart-'));
  mkdirSync(join(folder, 'in'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tables = () => `
  CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = '${folder}/in', 'format' = 'json');
  CREATE TABLE s (id INT, n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${folder}/out', 'format' = 'json');`;
const INSERT =
  'INSERT INTO s SELECT id, SUM(id) OVER (ORDER BY p ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM (SELECT id, PROCTIME() AS p FROM t);';
const FOREVER = `CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000');
  CREATE TABLE b (id INT) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT id FROM g;`;

function put(name: string, ...lines: string[]): void {
  writeFileSync(join(folder, 'in', name), lines.map((line) => `${line}\n`).join(''));
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 8000; !condition(); await sleep(2)) {
    if (performance.now() > deadline) throw new Error('waited in vain');
  }
}

const inState = (job: Job, state: Job['state']) => until(() => job.state === state);

describe('a job that fails', () => {
  it('starts again from its newest checkpoint, in memory or on disk, and writes everything once', async () => {
    for (const directory of [undefined, join(folder, 'checkpoints')]) {
      rmSync(join(folder, 'out'), { recursive: true, force: true });
      put('1', '{"id":1}', '{"id":2}');
      put('2', '{"id":4');
      const { job } = start(`${tables()} ${INSERT}`, {
        'execution.checkpointing.interval': '10 ms',
        'restart-strategy.type': 'fixed-delay',
        'restart-strategy.fixed-delay.attempts': '1000',
        'restart-strategy.fixed-delay.delay': '20 ms',
        ...(directory && { 'execution.checkpointing.dir': directory }),
      });
      await until(() => job.failures.length > 1);
      put('2', '{"id":4}');
      expect(await job.done).toBe('FINISHED');
      expect(job.failure).toBeUndefined();
      const lines = readdirSync(join(folder, 'out')).map((name) => readFileSync(join(folder, 'out', name), 'utf8'));
      const rows = lines.join('').trimEnd().split('\n').sort();
      expect(rows).toEqual(['{"id":1,"n":1}', '{"id":2,"n":3}', '{"id":4,"n":7}']);
    }
  });

  it('fails for good after the attempts it has, with the strategy in its failure', async () => {
    put('1', '{"id":');
    const { job } = start(`${tables()} ${INSERT}`, {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '2',
      'restart-strategy.fixed-delay.delay': '1 ms',
    });
    expect(await job.done).toBe('FAILED');
    expect(job.failures.length).toBe(3);
    expect(job.failure?.strategy).toBe(
      'FixedDelayRestartBackoffTimeStrategy(maxNumberRestartAttempts=2, backoffTimeMS=1)',
    );
  });

  it('fails at once without checkpoints, and by default starts again with them until it is cancelled', async () => {
    put('1', '{"id":');
    const plain = start(`${tables()} ${INSERT}`);
    expect(await plain.job.done).toBe('FAILED');
    expect(plain.job.failures.length).toBe(1);
    const { job } = start(`${tables()} ${INSERT}`, { 'execution.checkpointing.interval': '10 ms' });
    await inState(job, 'RESTARTING');
    await job.cancel();
    expect(job.state).toBe('CANCELED');
  });

  it('does not start again when that would show rows of a SELECT twice', async () => {
    put('1', '{"id":1}');
    put('2', '{"id":');
    const { job, rows } = start(`${tables()} SELECT id FROM t;`, { 'execution.checkpointing.interval': '1 h' });
    expect(await job.done).toBe('FAILED');
    expect(rows).toEqual(['+I 1']);
  });
});

describe('checkpoints of a job', () => {
  it('that cannot be written fail the job, or are counted as far as the option says', async () => {
    writeFileSync(join(folder, 'file'), '');
    const options = {
      'execution.checkpointing.interval': '10 ms',
      'execution.checkpointing.dir': join(folder, 'file', 'below'),
      'restart-strategy.type': 'none',
    };
    const strict = start(FOREVER, options);
    expect(await strict.job.done).toBe('FAILED');
    expect(strict.job.failure?.causes.map((cause) => cause.message)).toContain(
      'Exceeded checkpoint tolerable failure threshold. The latest checkpoint failed due to An Exception occurred while triggering the checkpoint. IO-problem detected., view the Checkpoint History tab or the Job Manager log to find out why continuous checkpoints failed.',
    );
    const { job } = start(FOREVER, {
      ...options,
      'execution.checkpointing.tolerable-failed-checkpoints': '1000',
    });
    await until(() => job.checkpoints.statistics.failed > 2);
    expect(job.state).toBe('RUNNING');
    expect(job.checkpoints.statistics.latest.failed?.failure).toContain('IO-problem detected.');
    await job.cancel();
  });

  it('stay as many as the option says, and after the end only where it says so', async () => {
    const directory = join(folder, 'checkpoints');
    const options = {
      'execution.checkpointing.interval': '10 ms',
      'execution.checkpointing.dir': `file://${directory}`,
      'execution.checkpointing.num-retained': '2',
    };
    const kept = start(FOREVER, {
      ...options,
      'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    });
    await until(() => kept.job.checkpoints.statistics.completed > 4);
    await kept.job.cancel();
    expect(readdirSync(join(directory, kept.job.id)).length).toBe(2);
    const gone = start(FOREVER, options);
    await until(() => gone.job.checkpoints.statistics.completed > 1);
    await gone.job.cancel();
    expect(existsSync(join(directory, gone.job.id))).toBe(false);
  });

  it('that a job claims go when one of its own stands for them', async () => {
    const directory = join(folder, 'savepoints');
    const first = start(FOREVER);
    const { path } = await first.job.stop(directory, false);
    const left = start(FOREVER, { 'execution.state-recovery.path': path });
    await left.job.checkpoint();
    await left.job.cancel();
    expect(existsSync(path)).toBe(true);
    const claimed = start(FOREVER, {
      'execution.state-recovery.path': path,
      'execution.state-recovery.claim-mode': 'CLAIM',
      'execution.checkpointing.dir': join(folder, 'checkpoints'),
    });
    expect((await claimed.job.checkpoint()).id).toBe(2);
    await until(() => !existsSync(path));
    await claimed.job.cancel();
  });

  it('are not begun before their pause is over', async () => {
    const { job } = start(FOREVER, {
      'execution.checkpointing.interval': '10 ms',
      'execution.checkpointing.min-pause': '1 h',
    });
    await until(() => job.checkpoints.statistics.completed > 0);
    await sleep(150);
    expect(job.checkpoints.statistics.completed).toBe(1);
    await job.cancel();
  });

  it('that are not whole are refused with what is wrong', async () => {
    const directory = join(folder, 'savepoints');
    put('1', '{"id":1}');
    const script = `CREATE TABLE t (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000');
      CREATE TABLE b (id INT, n BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT id, COUNT(*) FROM t GROUP BY id;`;
    const { path } = await start(script).job.stop(directory, false);
    const reason = (): string => {
      try {
        start(script, { 'execution.state-recovery.path': path });
      } catch (error) {
        return (error as FlinkFault).chain().at(-1)?.message ?? '';
      }
      throw new Error('it started');
    };
    const state = join(path, 'state-0');
    const bytes = readFileSync(state);
    const changed = Buffer.from(bytes);
    changed[50] = (changed[50] as number) ^ 1;
    writeFileSync(state, changed);
    expect(reason()).toBe(`Cannot read the checkpoint/savepoint ${path}: the check sum of state-0 is wrong.`);
    writeFileSync(state, bytes.subarray(0, 40));
    expect(reason()).toContain('state-0 has 40 bytes and should have');
    writeFileSync(state, bytes);
    const metadata = join(path, '_metadata');
    const whole = readFileSync(metadata);
    const older = Buffer.from(whole);
    older.writeUInt32LE(1, 8);
    writeFileSync(metadata, older);
    expect(reason()).toMatch(/it has format version 1, this runtime reads version \d+\./);
    writeFileSync(metadata, whole.subarray(0, whole.length - 5));
    expect(reason()).toContain('it is not whole');
    writeFileSync(metadata, 'something else altogether');
    expect(reason()).toContain('is not a checkpoint or savepoint of the local runtime');
    rmSync(metadata);
    expect(reason()).toBe(
      `Cannot find meta data file '_metadata' in directory '${path}'. Please try to load the checkpoint/savepoint directly from the metadata file instead of the directory.`,
    );
  });
});

describe('a restart strategy', () => {
  const delays = (strategy: RestartStrategy, times: readonly number[]) => times.map((time) => strategy.next(time));

  it('waits longer after each failure, and starts over when all went well for long enough', () => {
    const growing = restartStrategy(
      {
        'restart-strategy.exponential-delay.initial-backoff': '10 ms',
        'restart-strategy.exponential-delay.max-backoff': '30 ms',
        'restart-strategy.exponential-delay.backoff-multiplier': '2.0',
        'restart-strategy.exponential-delay.reset-backoff-threshold': '1 s',
      },
      true,
    );
    expect(delays(growing, [10_000, 10_100, 10_200, 10_300, 20_000])).toEqual([10, 20, 30, 30, 10]);
  });

  it('gives up when failures come too fast', () => {
    const rated = restartStrategy(
      {
        'restart-strategy.type': 'failure-rate',
        'restart-strategy.failure-rate.max-failures-per-interval': '2',
        'restart-strategy.failure-rate.failure-rate-interval': '1 s',
        'restart-strategy.failure-rate.delay': '5 ms',
      },
      false,
    );
    expect(delays(rated, [0, 600, 1700, 1800, 1900])).toEqual([5, 5, 5, 5, undefined]);
  });

  it('that is none is refused', () => {
    expect(() => restartStrategy({ 'restart-strategy.type': 'foo' }, true)).toThrow(
      'foo is an unknown value of RestartStrategyType.',
    );
    expect(() =>
      restartStrategy({ 'restart-strategy.type': 'fixed-delay', 'restart-strategy.fixed-delay.attempts': 'x' }, true),
    ).toThrow("Could not parse value 'x' for key 'restart-strategy.fixed-delay.attempts'.");
  });
});
