import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { endGroup } from './commands.ts';

/** A process of ours, told from a later one with the same number by when it was born. */
export interface KnownProcess {
  readonly pid: number;
  readonly born: string;
}

/** Starts a process that outlives this one, in a group of its own; what it says goes into a file. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly log: string },
): KnownProcess {
  const log = openSync(options.log, 'w');
  try {
    const child = spawn(command, args, {
      env: options.env,
      cwd: options.cwd,
      stdio: ['ignore', log, log],
      detached: true,
    });
    // A failed start is seen by its missing pid.
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error(`${command} could not be started`);
    return { pid: child.pid, born: birth(child.pid) };
  } finally {
    closeSync(log);
  }
}

export function isAlive({ pid, born }: KnownProcess): boolean {
  return born !== '' && birth(pid) === born;
}

/** Asks a process and what it started to end, and ends them when they have not after some seconds. */
export async function endProcess(one: KnownProcess, graceMs = 10_000): Promise<void> {
  if (!isAlive(one)) return;
  endGroup(one.pid, 'SIGTERM');
  const end = Date.now() + graceMs;
  while (isAlive(one) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isAlive(one)) endGroup(one.pid, 'SIGKILL');
}

/** When a process was born; empty when it is gone. */
function birth(pid: number): string {
  if (process.platform !== 'linux') {
    const { stdout, status } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 3000,
    });
    return status === 0 ? stdout.trim() : '';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended and was not waited for is gone too.
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Loopback ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
