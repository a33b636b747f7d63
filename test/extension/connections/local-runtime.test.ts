import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import { LocalConnection } from '../../../extension/connections/connection.ts';
import { LocalRuntime } from '../../../extension/connections/local-runtime.ts';

/** Stands for the runtime: tells its token and its arguments in the answer to every request. */
const SERVER = `
const server = require('node:http').createServer((q, r) => r.end(JSON.stringify({ versions: ['V4'], token: process.env.MILLRACE_TOKEN, argv: process.argv.slice(2) })));
console.log('starting');
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: 'http://127.0.0.1:' + server.address().port })));
process.stdin.on('end', () => process.exit(0)).resume();
`;

let folder: string;
const lines: string[] = [];
const log = {
  info: (m: string) => lines.push(m),
  warn: (m: string) => lines.push(m),
  error: (m: string) => lines.push(m),
};
const runtimeOf = (name: string, source: string, startTimeoutMs = 5000) => {
  const script = join(folder, `${name}.cjs`);
  writeFileSync(script, source);
  return new LocalRuntime({ script, cwd: () => folder, log, startTimeoutMs });
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("the local runtime's process", () => {
  test('starts once for many callers, its token in the environment only; stop ends it', async () => {
    const runtime = runtimeOf('ok', SERVER);
    const [a, b] = await Promise.all([runtime.endpoint(), runtime.endpoint()]);
    expect(a).toEqual(b);
    const told = (await (await fetch(a.url)).json()) as { token: string; argv: string[] };
    expect(told.token).toBe(a.token);
    expect(told.argv).toEqual(['--port', '0', '--parent-pid', String(process.pid)]);
    expect(lines.join('\n')).not.toContain(a.token);
    const pid = runtime.pid as number;
    await runtime.stop();
    expect(alive(pid)).toBe(false);
    expect(runtime.lastEnd).toBeUndefined();
  });

  test('a killed one is told in one clear line and started anew', async () => {
    const runtime = runtimeOf('killed', SERVER);
    const connection = new LocalConnection(runtime);
    await connection.connect();
    const first = runtime.pid as number;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => runtime.lastEnd).toBe('signal SIGKILL');
    expect(connection.explain(new GatewayError('x', { kind: 'unreachable' }))).toMatch(
      /^The local runtime ended \(signal SIGKILL\)\. .*starts it anew\.$/,
    );
    expect(connection.explain(new GatewayError('x', { kind: 'sql' }))).toBeUndefined();
    await connection.connect();
    expect(runtime.pid).not.toBe(first);
    await runtime.stop();
  });

  test('says why it did not start', async () => {
    await expect(runtimeOf('throws', 'throw new Error("no such port")').endpoint()).rejects.toThrow(
      'The local runtime ended before it was ready: Error: no such port',
    );
    const silent = runtimeOf('silent', 'setInterval(() => {}, 1000)', 300);
    await expect(silent.endpoint()).rejects.toThrow('The local runtime was not ready within 0.3 s');
    await expect.poll(() => silent.pid).toBeUndefined();
    const absent = new LocalRuntime({ script: 'x', node: join(folder, 'no-node'), cwd: () => folder, log });
    await expect(absent.endpoint()).rejects.toThrow(/ENOENT/);
  });
});
