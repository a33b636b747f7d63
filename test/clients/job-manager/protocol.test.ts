import { describe } from 'vitest';
import { startGateway } from '../../../local-runtime/gateway/server.ts';
import { jobProtocolSuite } from '../../harness/job-protocol.ts';

describe('jobs over REST on the local runtime', { timeout: 60_000 }, () => {
  jobProtocolSuite(async () => {
    const environment = {
      workingDirectory: process.cwd(),
      print: () => undefined,
      notice: () => undefined,
      now: Date.now,
    };
    const gateway = await startGateway({ port: 0, token: 'of-the-test', environment });
    return { gatewayUrl: gateway.url, jobManagerUrl: gateway.url, token: 'of-the-test', stop: () => gateway.close() };
  });
});
