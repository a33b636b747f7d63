import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../local-runtime/main.ts');
const TIMEOUT_MS = 20_000;

interface Started {
  readonly child: ChildProcess;
  readonly ready: { readonly url: string; readonly token?: string };
  readonly ended: Promise<number | null>;
}

async function start(args: readonly string[], env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, MILLRACE_TOKEN: '', ...env },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (status) => {
      clearTimeout(timer);
      resolve(status);
    });
  });
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0] as string);
    });
    child.on('exit', () => reject(new Error('ended before it was ready')));
  });
  return { child, ended, ready: JSON.parse(line) };
}

const status = async (url: string, token?: string): Promise<number> =>
  (await fetch(`${url}/info`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).status;

describe('the runtime as a process', { timeout: 30_000 }, () => {
  it('says where it listens, makes a token, and ends with its stdin', async () => {
    const { child, ready, ended } = await start([]);
    expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await status(ready.url)).toBe(401);
    expect(await status(ready.url, ready.token)).toBe(200);
    child.stdin?.end();
    expect(await ended).toBe(0);
  });

  it('takes its token from the environment and does not repeat it', async () => {
    const { child, ready, ended } = await start([], { MILLRACE_TOKEN: 'given' });
    expect(ready).toEqual({ url: ready.url });
    expect(await status(ready.url, 'given')).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('ends when its owner is gone', async () => {
    const owner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    const { ready, ended } = await start(['--no-token', '--parent-pid', String(owner.pid)]);
    expect(await status(ready.url)).toBe(200);
    owner.kill('SIGKILL');
    expect(await ended).toBe(0);
  });
});
