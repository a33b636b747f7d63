import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { type Gateway, startGateway } from './gateway/server.ts';
import type { RuntimeEnvironment } from './session/engine.ts';
import { practice } from './session/practice.ts';
import { machineZone } from './time/machine-zone.ts';

/** How long a runtime that has run no job hears nothing before it practises, ms: the statements that it was started for come sooner. */
const PRACTICE_AFTER = 400;

/** The local runtime as a process of its own: `--port N --host H --no-token --parent-pid PID`. Ends with its owner. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string' },
      'no-token': { type: 'boolean', default: false },
      'parent-pid': { type: 'string' },
    },
  });
  // The token comes in the environment, never in the arguments, which other users of the machine can read.
  const token = values['no-token'] ? undefined : process.env.MILLRACE_TOKEN || randomBytes(24).toString('base64url');
  const environment: RuntimeEnvironment = {
    workingDirectory: process.cwd(),
    print: (line) => process.stdout.write(`${line}\n`),
    notice: (text) => process.stderr.write(`millrace: ${text}\n`),
    now: Date.now,
  };
  const gateway = await startGateway({
    port: Number(values.port),
    ...(values.host !== undefined && { host: values.host }),
    ...(token !== undefined && { token }),
    environment,
  });
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), 5000).unref();
    gateway.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (isPipe()) process.stdin.on('end', end).on('error', end).resume();
  if (values['parent-pid'] !== undefined) watchParent(Number(values['parent-pid']), end);
  const ready = process.env.MILLRACE_TOKEN || token === undefined ? { url: gateway.url } : { url: gateway.url, token };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  setImmediate(() => warmUp(gateway, environment));
}

/** What the first query needs and nothing before it: made while its client is still connecting. */
function warmUp(gateway: Gateway, environment: RuntimeEnvironment): void {
  machineZone(); // Where the system does not say it, ICU does, in 10 ms.
  import('./job/start-job.ts').catch(() => undefined); // The query that needs it says why it fails.
  const hasJobs = (): boolean => gateway.sessions.jobs.list().length > 0;
  const whenQuiet = (): void => {
    const left = PRACTICE_AFTER - gateway.quietFor();
    if (left > 0) {
      setTimeout(whenQuiet, left).unref();
      return;
    }
    practice(environment, hasJobs)
      .catch((error: unknown) => environment.notice(`practice: ${String(error)}`))
      // Now and not when the process ends: V8 forgets functions that have not run for long, those of the start before all.
      .finally(() => flushCompileCache?.());
  };
  whenQuiet();
}

/** Spawned with a pipe as stdin, which closes when the owner dies? */
function isPipe(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false; // No stdin at all.
  }
}

function watchParent(pid: number, end: () => void): void {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      end(); // ESRCH: it is gone.
    }
  }, 1000).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`millrace: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
