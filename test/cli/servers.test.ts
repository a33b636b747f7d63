import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { serversOf } from '../../cli/servers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-servers-'));
  mkdirSync(join(folder, '.vscode'));
  mkdirSync(join(folder, 'sql'));
  writeFileSync(join(folder, 'ca.pem'), 'THE CA');
  writeFileSync(
    join(folder, '.vscode', 'settings.json'),
    `{
  // What the editor reads too.
  "millrace.connections": [
    { "name": "Staging", "url": "https://flink.example:8083", "jobManager": "https://flink.example:8081",
      "headers": { "x-team": "a // b" }, "tls": { "ca": "ca.pem" }, }, /* the last one */
  ],
}`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const within = (): void => void vi.spyOn(process, 'cwd').mockReturnValue(join(folder, 'sql'));

test('a connection of the workspace by its name, with comments in the settings; secrets come from the environment', () => {
  within();
  vi.stubEnv('MILLRACE_USER', 'ada');
  vi.stubEnv('MILLRACE_PASSWORD', 'secret');
  const servers = serversOf({ connection: 'Staging' });
  expect(servers).toMatchObject({
    gatewayUrl: 'https://flink.example:8083',
    jobManagerUrl: 'https://flink.example:8081',
  });
  expect(servers.access('https://flink.example:8081')).toMatchObject({
    url: 'https://flink.example:8081',
    auth: { kind: 'basic', user: 'ada', password: 'secret' },
    headers: { 'x-team': 'a // b' },
    tls: { ca: 'THE CA', acceptAnyCertificate: false },
  });
});

test('an unknown connection names those there are', () => {
  within();
  expect(() => serversOf({ connection: 'Production' })).toThrow(
    /no connection 'Production' \(.*settings\.json has Staging\)/,
  );
});

test('what the command line names comes before what a record knows, whose JobManager belongs to its gateway', () => {
  const known = { gateway: 'http://old:8083', jobManager: 'http://old:8081' };
  expect(serversOf({}, known)).toMatchObject({ gatewayUrl: 'http://old:8083', jobManagerUrl: 'http://old:8081' });
  const given = serversOf({ gateway: 'http://new:8083' }, known);
  expect(given).toMatchObject({ gatewayUrl: 'http://new:8083', jobManagerUrl: undefined });
  vi.stubEnv('MILLRACE_TOKEN', 't');
  expect(serversOf({}).access('http://x').auth).toEqual({ kind: 'bearer', token: 't' });
});
