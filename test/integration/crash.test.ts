import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killAgainAndAgain } from '../harness/killed-runs.ts';
import { seededRandom } from '../harness/random.ts';

/**
 * A process that reads files, aggregates windows and writes files is killed again and again, each time after a checkpoint and a while,
 * and started again from the newest checkpoint: what is written in the end is what one undisturbed run would write.
 */
const KILLS = 10;
const ROWS = 2_000_000;
const SEED = 7;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'millrace-crash-'));
  mkdirSync(join(folder, 'in'));
  const lines: string[] = [];
  for (let i = 0; i < ROWS; i++) {
    lines.push(`{"k":${i % 7},"v":${(i * 31) % 1000},"ts":"2026-01-01 ${time(i * 10)}"}`);
  }
  writeFileSync(join(folder, 'in', 'rows'), `${lines.join('\n')}\n`);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

it('a killed process loses nothing and doubles nothing', { timeout: 120_000 }, async () => {
  const kills = await killAgainAndAgain({
    script,
    checkpoints: join(folder, 'checkpoints'),
    kills: KILLS,
    pauseMs: 40,
    random: seededRandom(SEED),
  });
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
