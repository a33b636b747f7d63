import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from '../../scripts/paths.ts';
import { endWithUs, signalGroup } from '../../scripts/run.ts';

export interface ServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Its stdout and stderr go here. */
  readonly logFile: string;
}

/** Where running servers keep their data, and where their processes are recorded. */
export const runDir = join(cacheDir('millrace-test'), 'run');
const pidsDir = join(runDir, 'pids');

/** A server in a process group of its own. It ends with its owner: the test run where there is one, else this process. */
export class ServerProcess {
  readonly name: string;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #release: () => void;
  #ended: string | undefined;

  constructor(options: ServerOptions) {
    this.name = options.name;
    this.logFile = options.logFile;
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'w');
    this.#child = spawn(options.command, options.args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.#release = testRun() === undefined ? endWithUs(this.#child.pid) : () => undefined;
    record(this.#child.pid);
    this.#child.on('error', (error) => {
      this.#ended = error.message;
    });
    this.#child.on('exit', (code, signal) => {
      this.#ended = signal ? `ended by ${signal}` : `exit status ${code}`;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** @throws with the end of the log when the server ends or `ready` is not true in time */
  async waitUntil(ready: () => Promise<boolean> | boolean, timeoutMs: number): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await ready())) {
      const why = this.#ended ?? (Date.now() > end ? `not ready after ${timeoutMs / 1000} s` : undefined);
      if (why) throw new Error(`${this.name}: ${why}\n${this.log().split('\n').slice(-30).join('\n')}`);
      await sleep(100);
    }
  }

  /** Asks it to end, and ends it when it has not after some seconds. */
  async stop(graceMs = 8000): Promise<void> {
    await endGroup(this.pid, graceMs);
    this.#release();
  }
}

/** The process id of the test run (set by test/harness/servers-setup.ts) that shares servers between its files. */
export function testRun(): number | undefined {
  const value = process.env.MILLRACE_TEST_RUN;
  return value ? Number(value) : undefined;
}

/** A new folder for the data of a server; it goes with its owner. */
export function workDir(name: string): string {
  mkdirSync(runDir, { recursive: true });
  return mkdtempSync(join(runDir, `${testRun() ?? process.pid}-${name}-`));
}

interface PidRecord {
  readonly pid: number;
  readonly born: string;
  readonly owner: number;
  readonly ownerBorn: string;
}

function record(pid: number | undefined): void {
  if (pid === undefined) return;
  mkdirSync(pidsDir, { recursive: true });
  const owner = testRun() ?? process.pid;
  const content: PidRecord = { pid, born: birth(pid), owner, ownerBorn: birth(owner) };
  writeFileSync(join(pidsDir, `${pid}.json`), JSON.stringify(content));
}

/** Ends the recorded servers whose owner is gone (a run that was killed), and those of `owner`, and removes their data. */
export async function endServers(owner?: number): Promise<void> {
  mkdirSync(pidsDir, { recursive: true });
  const ends: Promise<void>[] = [];
  for (const name of readdirSync(pidsDir)) {
    const file = join(pidsDir, name);
    const { pid, born, owner: theirs, ownerBorn } = JSON.parse(readFileSync(file, 'utf8')) as PidRecord;
    const alive = birth(pid) === born && born !== '';
    const orphan = birth(theirs) !== ownerBorn;
    if (alive && !orphan && theirs !== owner) continue;
    ends.push(alive ? endGroup(pid, 8000) : Promise.resolve(rmSync(file, { force: true })));
  }
  await Promise.all(ends);
  for (const name of readdirSync(runDir)) {
    const theirs = Number(/^(\d+)-/.exec(name)?.[1]);
    if (theirs > 0 && (theirs === owner || birth(theirs) === ''))
      rmSync(join(runDir, name), { recursive: true, force: true });
  }
}

async function endGroup(pid: number | undefined, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const end = Date.now() + graceMs;
  while (signalGroup(pid, 0) && Date.now() < end) await sleep(50);
  signalGroup(pid, 'SIGKILL');
  rmSync(join(pidsDir, `${pid}.json`), { force: true });
}

/** When a process was born: tells it from a later one with the same number. Empty when it is gone (or there is no /proc). */
function birth(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
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

/** Does the address answer with success within two seconds? */
export async function answersOk(url: string, accepts: (body: string) => boolean = () => true): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok && accepts(await response.text());
  } catch {
    return false; // Not up yet.
  }
}
