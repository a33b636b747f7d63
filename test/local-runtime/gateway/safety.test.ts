import { describe, expect, it } from 'vitest';
import { startGateway } from '../../../local-runtime/gateway/server.ts';
import { call, openSession, testGateway } from './client.ts';

describe('who may call', () => {
  it('wants its token when it has one', async () => {
    await using gateway = disposable(await testGateway({ token: 'secret' }));
    expect((await call(gateway, 'GET', '/info')).status).toBe(401);
    expect((await call(gateway, 'GET', '/info', undefined, { authorization: 'Bearer wrong!' })).status).toBe(401);
    expect((await call(gateway, 'GET', '/info', undefined, { authorization: 'Bearer secret' })).status).toBe(200);
  });

  it('keeps web pages out', async () => {
    await using gateway = disposable(await testGateway());
    expect((await call(gateway, 'GET', '/info', undefined, { host: 'evil.example' })).status).toBe(403);
    expect((await call(gateway, 'GET', '/info', undefined, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await call(gateway, 'GET', '/info', undefined, { host: 'localhost:1' })).status).toBe(200);
    expect((await call(gateway, 'GET', '/info')).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('serves this machine only', async () => {
    const environment = { workingDirectory: '.', print: () => undefined, notice: () => undefined, now: Date.now };
    await expect(startGateway({ port: 0, host: '0.0.0.0', environment })).rejects.toThrow('not a loopback address');
  });

  it('refuses bodies that are too large', async () => {
    await using gateway = disposable(await testGateway());
    const answer = await call(gateway, 'POST', '/v2/sessions', 'x'.repeat(17 * 1024 * 1024));
    expect(answer.status).toBe(413);
  });
});

describe('sessions nobody uses', () => {
  it('end after their time', async () => {
    let now = 0;
    const environment = { workingDirectory: '.', print: () => undefined, notice: () => undefined, now: () => now };
    await using gateway = disposable(await testGateway({ environment }));
    const short = await openSession(gateway, { 'sql-gateway.session.idle-timeout': '1 min' });
    const usual = await openSession(gateway);
    now = 59_000;
    gateway.sessions.reap();
    expect((await call(gateway, 'POST', `${short}/heartbeat`)).status).toBe(200);
    now = 118_000;
    gateway.sessions.reap();
    expect(gateway.sessions.size).toBe(2);
    now = 119_001;
    gateway.sessions.reap();
    expect((await call(gateway, 'POST', `${short}/heartbeat`)).status).toBe(500);
    expect((await call(gateway, 'POST', `${usual}/heartbeat`)).status).toBe(200);
    now += 600_001;
    gateway.sessions.reap();
    expect(gateway.sessions.size).toBe(0);
  });
});

function disposable<T extends { close(): Promise<void> }>(gateway: T): T & AsyncDisposable {
  return { ...gateway, [Symbol.asyncDispose]: () => gateway.close() };
}
