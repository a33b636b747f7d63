// How long `millrace test` takes for many tests, those of examples/tests over and over, in a process of its own as a person starts it.
//   npm run bench:sql-tests [-- --tests N] [--repeat N]
// CPU seconds count: what else the machine does is not in them. The aim: 1,000 tests in less than 10 s.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/paths.ts';

const { values } = parseArgs({
  options: { tests: { type: 'string', default: '1000' }, repeat: { type: 'string', default: '3' } },
});

const work = mkdtempSync(join(tmpdir(), 'millrace-bench-tests-'));
try {
  const count = copies(Number(values.tests));
  for (let i = 0; i < Number(values.repeat); i++) measure(count);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** At least this many tests, in files of five; gives how many there are. */
function copies(wanted: number): number {
  cpSync(join(root, 'examples', 'tests', 'pipeline.sql'), join(work, 'pipeline.sql'));
  const text = readFileSync(join(root, 'examples', 'tests', 'clicks.test.sql'), 'utf8');
  const each = text.match(/^-- @test /gm)?.length ?? 0;
  const files = Math.ceil(wanted / each);
  for (let i = 0; i < files; i++) writeFileSync(join(work, `${i}.test.sql`), text);
  return files * each;
}

function measure(count: number): void {
  const began = performance.now();
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', 'time -p "$0" "$@"', process.execPath, join(root, 'cli', 'main.ts'), 'test', work],
    {
      encoding: 'utf8',
    },
  );
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0 || !stdout.startsWith(`${count} passed, 0 failed`)) throw new Error(stdout + stderr);
  const cpu = [...stderr.matchAll(/^(?:user|sys) ([\d.]+)$/gm)].reduce((sum, [, figure]) => sum + Number(figure), 0);
  const figures = { tests: count, seconds: round(seconds), cpuSeconds: round(cpu), load: round(loadavg()[0] ?? 0) };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
