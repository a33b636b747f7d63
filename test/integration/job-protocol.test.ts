import { describe } from 'vitest';
import { jobProtocolSuite } from '../harness/job-protocol.ts';
import { missingFor, startFlink } from '../harness/services.ts';

describe.skipIf(missingFor('flink'))('jobs over REST on a real Flink', { timeout: 120_000 }, () => {
  jobProtocolSuite(startFlink);
});
