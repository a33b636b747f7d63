import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobManagerClient } from '../../../clients/job-manager/index.ts';
import { Poller } from '../../../extension/jobs/poller.ts';

const JOBS = JSON.stringify({
  jobs: [
    { jid: 'a'.repeat(32), name: 'clicks', state: 'RUNNING', 'start-time': 1, 'end-time': -1, duration: 1, tasks: {} },
  ],
});

/** A JobManager whose connections break in the middle of an answer as long as it is told so. */
let isCut = true;
let requests = 0;
const server = http.createServer((_, response) => {
  requests++;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': JOBS.length });
  if (!isCut) response.end(JOBS);
  else response.write(JOBS.slice(0, 20), () => response.socket?.resetAndDestroy());
});
let client: JobManagerClient;
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new JobManagerClient({ url: `http://${address}` });
});
afterAll(async () => {
  client.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

describe('a connection to the JobManager that is cut in the middle of an answer', { timeout: 60_000 }, () => {
  it('is told with the server and the cause', async () => {
    isCut = true;
    const error = await client.jobs().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'JobManagerError', kind: 'unreachable' });
    expect(String(error)).toMatch(
      new RegExp(`Cannot reach the JobManager at ${address}: .*(?:reset|closed|broke|cut)`),
    );
  });

  it('is taken up again: what polls shows the jobs once the server answers', async () => {
    isCut = true;
    const failures: string[] = [];
    const seen = new Promise<readonly string[]>((resolve) => {
      const poller = new Poller(
        async (signal) => {
          const jobs = await client.jobs(signal);
          poller.stop();
          resolve(jobs.map(({ name }) => name));
          return undefined;
        },
        (error) => {
          failures.push(String(error));
          isCut = false;
        },
      );
      poller.start();
    });
    expect(await seen).toEqual(['clicks']);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(address);
    expect(requests).toBeGreaterThan(2);
  });
});
