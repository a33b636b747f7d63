import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killAgainAndAgain } from '../harness/killed-runs.ts';
import { seededRandom } from '../harness/random.ts';

/**
 * A process that writes partitions, small files that are compacted, and files that tell of complete partitions is killed again and
 * again, and started again from the newest checkpoint: each row is in the file of its partition, once.
 */
const KILLS = 6;
const ROWS = 300_000;
const SEED = 11;
const PARTITIONS = 5;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'millrace-files-crash-'));
  mkdirSync(join(folder, 'in'));
  const lines = Array.from({ length: ROWS }, (_, i) => `{"id":${i},"p":"p ${i % PARTITIONS}/x"}\n`);
  writeFileSync(join(folder, 'in', 'rows'), lines.join(''));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(from: string | undefined): string {
  const path = join(folder, 'job.sql');
  const recovery = from === undefined ? '' : `SET 'execution.state-recovery.path' = '${from}';`;
  writeFileSync(
    path,
    `SET 'execution.checkpointing.interval' = '10 ms';
     SET 'execution.checkpointing.dir' = '${join(folder, 'checkpoints')}';
     ${recovery}
     CREATE TABLE t (id INT, p STRING)
       WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'in')}', 'format' = 'json');
     CREATE TABLE s (id INT, p STRING) PARTITIONED BY (p)
       WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'out')}', 'format' = 'csv',
             'auto-compaction' = 'true', 'sink.rolling-policy.file-size' = '16 kb', 'compaction.file-size' = '128 kb',
             'sink.partition-commit.policy.kind' = 'success-file');
     INSERT INTO s SELECT id, p FROM t;`,
  );
  return path;
}

it('a killed writer of partitions loses nothing and doubles nothing', { timeout: 120_000 }, async () => {
  const kills = await killAgainAndAgain({
    script,
    checkpoints: join(folder, 'checkpoints'),
    kills: KILLS,
    pauseMs: 30,
    random: seededRandom(SEED),
  });
  expect(kills).toBeGreaterThanOrEqual(2);
  const out = join(folder, 'out');
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(out, path)).isFile(),
  );
  const visible = files.filter((path) => !/(^|\/)[._]/.test(path));
  expect(visible.filter((path) => !/^p=p \d%2Fx\/compacted-part-/.test(path))).toEqual([]);
  expect(files.filter((path) => path.endsWith('/_SUCCESS')).length).toBe(PARTITIONS);
  const seen = new Uint8Array(ROWS);
  for (const path of visible) {
    const partition = Number(/^p=p (\d)/.exec(dirname(path))?.[1]);
    for (const line of readFileSync(join(out, path), 'utf8').trimEnd().split('\n')) {
      const id = Number(line);
      expect(id % PARTITIONS).toBe(partition);
      seen[id] = (seen[id] ?? 0) + 1;
    }
  }
  expect(seen.every((times) => times === 1)).toBe(true);
  process.stdout.write(`killed ${kills} times\n`);
});
