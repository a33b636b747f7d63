import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTokenProxy, type TokenProxy } from '../../scripts/token-proxy.ts';

let home: string;
let upstream: http.Server;
let proxy: TokenProxy;
let opened: number;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'millrace-proxy-'));
  upstream = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(`${request.method} ${request.url}`));
  });
  upstream.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => upstream.listen(join(home, 's'), resolve));
  opened = 0;
  proxy = await startTokenProxy(join(home, 's'), 0, () => opened++);
});

afterEach(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(home, { recursive: true });
});

async function signIn(): Promise<{ cookie: string; location: string | null; setCookie: string }> {
  const response = await fetch(proxy.url({ folder: '/a b' }), { redirect: 'manual' });
  expect(response.status).toBe(302);
  const setCookie = response.headers.get('set-cookie') ?? '';
  return { cookie: setCookie.split(';')[0] ?? '', location: response.headers.get('location'), setCookie };
}

/** Opens a connection by hand and gives what comes back until it is closed or `stop` has come. */
function exchange(lines: string[], more: string, stop: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = createConnection(Number(new URL(proxy.origin).port), '127.0.0.1');
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.endsWith('\r\n\r\n') && more !== '') socket.write(more);
      if (text.endsWith(stop)) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

const upgrade = ['GET /socket HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: echo'];

test('nobody comes in without the token', async () => {
  expect((await fetch(proxy.origin)).status).toBe(403);
  expect((await fetch(`${proxy.origin}/?token=wrong`, { redirect: 'manual' })).status).toBe(403);
  const guess = { cookie: `millrace-${new URL(proxy.origin).port}=guess` };
  expect((await fetch(proxy.origin, { headers: guess })).status).toBe(403);
  expect(await exchange(upgrade, '', '\0')).toMatch(/^HTTP\/1\.1 403 /);
});

test('the token becomes a cookie that scripts and other sites do not get, and leaves the address', async () => {
  const { location, setCookie } = await signIn();
  expect(location).toBe('/?folder=%2Fa+b');
  expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
});

test('requests and their bodies go through with the cookie', async () => {
  const { cookie } = await signIn();
  const response = await fetch(`${proxy.origin}/x?y=1`, {
    method: 'POST',
    body: 'z'.repeat(100_000),
    headers: { cookie },
  });
  expect(await response.text()).toBe('POST /x?y=1');
});

test('sockets go through with the cookie, both ways', async () => {
  const { cookie } = await signIn();
  const text = await exchange([...upgrade, `cookie: other=1; ${cookie}`], 'there and back', 'there and back');
  expect(text).toMatch(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\nthere and back$/);
});

test('a window is told of once each time that the address is opened, not when it connects again', async () => {
  const { cookie } = await signIn();
  expect(opened).toBe(0);
  await exchange([...upgrade, `cookie: ${cookie}`], 'x', 'x');
  await exchange([...upgrade, `cookie: ${cookie}`], 'x', 'x');
  expect(opened).toBe(1);
  await signIn();
  await exchange([...upgrade, `cookie: ${cookie}`], 'x', 'x');
  expect(opened).toBe(2);
});

test('a workbench that is gone is said, not hung upon', async () => {
  const { cookie } = await signIn();
  await new Promise<void>((resolve) => {
    upstream.close(() => resolve());
    upstream.closeAllConnections();
  });
  const response = await fetch(proxy.origin, { headers: { cookie } });
  expect(response.status).toBe(502);
  expect(await response.text()).toMatch(/^The workbench does not answer/);
  await new Promise<void>((resolve) => upstream.listen(join(home, 's'), resolve));
});
