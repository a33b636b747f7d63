import { describe } from 'vitest';
import { startGateway } from '../../local-runtime/gateway/server.ts';
import { deployVerbsSuite } from '../harness/deploy-verbs.ts';

describe('deployments on the local runtime', { timeout: 60_000 }, () => {
  deployVerbsSuite(async () => {
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
