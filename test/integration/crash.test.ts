import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newestCheckpoint } from '../harness/checkpoints.ts';

/**
 * A process that reads files, aggregates windows and writes files is killed again and again, each time after a checkpoint and a while,
 * and started again from the newest checkpoint: what is written in the end is what one undisturbed run would write.
 */
const KILLS = 10;
const ROWS = 400_000;
const SEED = 7;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'millrace-crash-'));
  mkdirSync(join(folder, 'in'));
  const lines: string[] = [];
  for (let i = 0; i < ROWS; i++) {
    lines.push(`{"k":${i % 7},"v":${(i * 31) % 1000},"ts":"2026-01-01 ${time(i * 10)}"}`);
  }
  writeFileSync(join(folder, 'in', 'rows'), `${lines.join('\n')}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const two = (n: number) => String(n).padStart(2, '0');
const time = (ms: number) =>
  `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;

/** The windows as they have to come out, by hand. */
function expected(): string[] {
  const windows = new Map<string, [n: number, total: number]>();
  for (let i = 0; i < ROWS; i++) {
    const key = `${Math.floor(i / 100)} ${i % 7}`;
    const window = windows.get(key) ?? [0, 0];
    windows.set(key, window);
    window[0]++;
    window[1] += (i * 31) % 1000;
  }
  return [...windows].map(([key, [n, total]]) => {
    const [second, k] = key.split(' ');
    return `{"w":"2026-01-01 ${time(Number(second) * 1000).replace('.000', '')}","k":${k},"n":${n},"total":${total}}`;
  });
}

function script(from: string | undefined): string {
  const path = join(folder, 'job.sql');
  const recovery = from === undefined ? '' : `SET 'execution.state-recovery.path' = '${from}';`;
  writeFileSync(
    path,
    `SET 'execution.checkpointing.interval' = '10 ms';
     SET 'execution.checkpointing.dir' = '${join(folder, 'checkpoints')}';
     ${recovery}
     CREATE TABLE t (k INT, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
       WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'in')}', 'format' = 'json');
     CREATE TABLE s (w TIMESTAMP(3), k INT, n BIGINT, total BIGINT)
       WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'out')}', 'format' = 'json');
     INSERT INTO s SELECT window_start, k, COUNT(*), SUM(v)
       FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end, k;`,
  );
  return path;
}

const newest = () => newestCheckpoint(join(folder, 'checkpoints'));

it('a killed process loses nothing and doubles nothing', { timeout: 120_000 }, async () => {
  let state = SEED;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let kills = 0;
  let best = 0;
  for (let isDone = false; !isDone; ) {
    const from = newest();
    const child = spawn(process.execPath, ['cli/main.ts', 'run', script(from?.path), '--jsonl'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
    if (kills < KILLS) {
      for (best = 0; child.exitCode === null && best <= (from?.id ?? 0); best = newest()?.id ?? 0) await sleep(2);
      await sleep(random() * 40);
      child.kill('SIGKILL');
    }
    const code = await exit;
    if (code === null) {
      kills++;
      // A job that has ended deletes its checkpoints: the kill came too late.
      isDone = (newest()?.id ?? 0) < best;
    } else {
      expect(code, output).toBe(0);
      isDone = true;
    }
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  const files = readdirSync(join(folder, 'out'));
  expect(files.filter((name) => name.startsWith('.') && !name.includes('.inprogress.'))).toEqual([]);
  const rows = files
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      readFileSync(join(folder, 'out', name), 'utf8')
        .trimEnd()
        .split('\n'),
    );
  expect(rows.sort()).toEqual(expected().sort());
  process.stdout.write(`killed ${kills} times\n`);
});
