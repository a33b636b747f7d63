import { describe } from 'vitest';
import { jobProtocolSuite, startLocalTarget } from '../../harness/job-protocol.ts';

describe('jobs over REST on the local runtime', { timeout: 60_000 }, () => {
  jobProtocolSuite(startLocalTarget);
});
