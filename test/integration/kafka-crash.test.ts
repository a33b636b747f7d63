import { describe, expect, it } from 'vitest';
import { crashKafkaJob } from '../harness/crash.ts';
import { missingFor, startKafka } from '../harness/services.ts';

// The long form, 50 kills and a million records: `npm run test:crash`.
describe.skipIf(missingFor('kafka'))('a killed process that reads and writes Kafka', () => {
  it('loses nothing and doubles nothing', { timeout: 240_000 }, async () => {
    const kafka = await startKafka();
    try {
      const result = await crashKafkaJob({ bootstrap: kafka.bootstrap, kills: 3, records: 50_000, seed: 11 });
      expect(result.kills).toBe(3);
      expect([result.fileRows, result.fileIds]).toEqual([50_000, 50_000]);
      expect(result.messages).toEqual(result.expected);
    } finally {
      await kafka.stop();
    }
  });
});
