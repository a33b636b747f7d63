import { defineConfig } from 'vitest/config';

// One project a suite, so that each runs alone (`npx vitest run --project unit`) and has its own time limits.
const elsewhere = ['test/conformance/**', 'test/integration/**', 'test/workbench/**', 'test/bench/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: elsewhere,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/harness/servers-setup.ts'],
          // The servers are shared and heavy: one file after the other.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'workbench',
          include: ['test/workbench/**/*.test.ts'],
          globalSetup: ['test/harness/servers-setup.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
