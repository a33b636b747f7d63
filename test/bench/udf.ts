// How many calls of a Java scalar function the local runtime makes, through the host's pipe, over BIGINT and STRING.
//   npm run bench:udf [-- --jar PATH --class NAME --rows N --repeat N]
// The function takes (STRING, BIGINT): that of `millrace udf new` by default, which needs Maven. CPU seconds count, of both processes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { types } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../../local-runtime/batch/column.ts';
import { StringColumn } from '../../local-runtime/batch/string-column.ts';
import { readColumn } from '../../local-runtime/udf/columns.ts';
import { JobFunctions } from '../../local-runtime/udf/job-functions.ts';
import { cacheDir, root } from '../../scripts/paths.ts';
import { installFlink } from '../harness/flink.ts';

const { values } = parseArgs({
  options: {
    jar: { type: 'string' },
    class: { type: 'string', default: 'functions.BenchText' },
    rows: { type: 'string', default: '4000000' },
    repeat: { type: 'string', default: '3' },
  },
});

const BATCH = 4096;

await installFlink();
process.env.FLINK_HOME ??= join(cacheDir('millrace-test'), 'flink-2.2.1');
const work = mkdtempSync(join(tmpdir(), 'millrace-bench-udf-'));
try {
  await measure(values.jar ?? built());
} finally {
  rmSync(work, { recursive: true, force: true });
}

function built(): string {
  const millrace = (...args: string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'cli', 'main.ts'), 'udf', ...args], {
      cwd: work,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  };
  millrace('new', 'bench-text');
  millrace('build', 'bench-text');
  return join(work, 'bench-text', 'target', 'bench-text.jar');
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measure(jar: string): Promise<void> {
  const args = [types.string(), types.bigint()];
  const functions = new JobFunctions({}, { print: tell, notice: tell });
  const call = {
    className: values.class,
    language: 'JAVA' as const,
    name: 'bench',
    files: [jar],
    args: args.map((type) => ({ type })),
    grouped: false,
    deterministic: true,
  };
  const fn = functions.use(call, args);
  const columns: Column[] = [
    StringColumn.ofStrings(
      Array.from({ length: BATCH }, (_, i) => ` item ${i} `),
      undefined,
    ),
    { kind: 'i64', values: BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(i)), nulls: undefined },
  ];
  const batches = Math.ceil(Number(values.rows) / BATCH);
  try {
    for (let k = 0; k < Number(values.repeat); k++) {
      const began = performance.now();
      const cpu = process.cpuUsage();
      for (let b = 0; b < batches; b++) readColumn(await fn.rows(columns, BATCH), types.string(), BATCH);
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const figures = {
        calls: batches * BATCH,
        seconds: round(seconds),
        callsPerSecond: Math.round((batches * BATCH) / seconds),
        runtimeCpuSeconds: round((user + system) / 1e6),
        load: round(loadavg()[0] ?? 0),
      };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
  } finally {
    await fn.close();
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
