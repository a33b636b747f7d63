// How long a query with a Java function takes to its first row: with a JVM that must be started, and with one that a job before left.
//   node test/bench/udf-start.ts [REPEAT]
// CPU seconds are of both processes; the JVM's are read from /proc (Linux).
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSession } from '../../cli/local-session.ts';
import { fixtureJar } from '../harness/java-functions.ts';

const repeat = Number(process.argv[2] ?? 5);
const work = mkdtempSync(join(tmpdir(), 'millrace-bench-udf-start-'));
const session = localSession('TEXT');
const never = new AbortController().signal;

/** Clock ticks of the children of this process, at 100 a second. */
function childTicks(): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (Number(fields[1]) === process.pid) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks;
}

async function firstRow(sql: string): Promise<void> {
  const result = await session.execute(sql, never);
  for await (const _ of result.rows) break;
  await result.close();
}

async function measure(name: string, sql: string): Promise<void> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const before = childTicks();
  await firstRow(sql);
  const milliseconds = Math.round(performance.now() - began);
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = Math.round((user + system) / 1000 + (childTicks() - before) * 10);
  process.stdout.write(`${JSON.stringify({ name, milliseconds, cpuMs, load: Math.round(loadavg()[0] ?? 0) })}\n`);
}

try {
  const jar = await fixtureJar(work);
  await (
    await session.execute(`CREATE TEMPORARY FUNCTION shout AS 'fixtures.Shout' USING JAR '${jar}'`, never)
  ).close();
  await (await session.execute(`CREATE TEMPORARY FUNCTION many AS 'fixtures.Many' USING JAR '${jar}'`, never)).close();
  await measure('a JVM is started', "SELECT shout('a', 1)");
  for (let i = 0; i < repeat; i++) await measure('the same function, warm JVM', `SELECT shout('b', ${i})`);
  await measure('another function, warm JVM', 'SELECT many(CAST(1 AS FLOAT))');
} finally {
  await session.close();
  rmSync(work, { recursive: true, force: true });
}
