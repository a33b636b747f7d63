import { describe } from 'vitest';
import { deployVerbsSuite } from '../harness/deploy-verbs.ts';
import { missingFor, startFlink } from '../harness/services.ts';

describe.skipIf(missingFor('flink'))('deployments on a real Flink', { timeout: 180_000 }, () => {
  deployVerbsSuite(startFlink);
});
