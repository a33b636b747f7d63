import { describe } from 'vitest';
import { deployVerbsSuite } from '../harness/deploy-verbs.ts';
import { startLocalTarget } from '../harness/job-protocol.ts';

describe('deployments on the local runtime', { timeout: 60_000 }, () => {
  deployVerbsSuite(startLocalTarget);
});
