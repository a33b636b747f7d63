import { expect, test } from 'vitest';
import type { BrowseQuery, BrowseStep, KafkaAdmin, RecordPage } from '../../../clients/kafka/index.ts';
import { forwards } from '../../../extension/topics/forwards.ts';

const page = (partition: number, baseOffset: bigint, deltas: readonly number[]): RecordPage =>
  ({ partition, baseOffset, count: deltas.length, offsetDeltas: Float64Array.from(deltas) }) as unknown as RecordPage;
const step = (pages: readonly RecordPage[], ends: readonly bigint[]): BrowseStep => ({
  pages,
  progress: {
    partitions: ends.map((end, partition) => ({ partition, start: 0n, end, position: 0n })),
    scanned: 0,
    bytes: 0,
    kept: 0,
    done: 0,
    isFinished: false,
  },
});
const { signal } = new AbortController();

function adminOf(steps: readonly BrowseStep[]): { admin: Pick<KafkaAdmin, 'browse'>; asked: BrowseQuery[] } {
  const asked: BrowseQuery[] = [];
  return {
    asked,
    admin: {
      async *browse(query) {
        asked.push(query);
        yield* steps;
      },
    },
  };
}

test('what was found backwards is read from the oldest of it to where the partitions ended then', async () => {
  const filter = () => undefined;
  const { admin, asked } = adminOf([
    step([page(0, 90n, [2, 8]), page(1, 40n, [])], [100n, 50n, 7n]),
    step([page(0, 70n, [5]), page(2, 0n, [6])], [100n, 50n, 7n]),
  ]);
  const query = { topic: 't', from: { at: 'newest' }, limit: 4, filter, isolation: 'read_committed' } as const;
  expect(await forwards(admin, query, signal)).toEqual({
    topic: 't',
    filter,
    isolation: 'read_committed',
    partitions: [0, 2],
    from: {
      at: 'positions',
      positions: new Map([
        [0, 75n],
        [2, 6n],
      ]),
    },
    to: {
      at: 'positions',
      positions: new Map([
        [0, 100n],
        [1, 50n],
        [2, 7n],
      ]),
    },
  });
  expect(asked).toEqual([query]);
});

test('what begins elsewhere is read as it is, and nothing is nothing', async () => {
  const { admin, asked } = adminOf([step([page(0, 5n, [])], [5n])]);
  const query = { topic: 't', from: { at: 'oldest' }, limit: 3 } as const;
  expect(await forwards(admin, query, signal)).toBe(query);
  expect(asked).toEqual([]);
  expect(await forwards(admin, { topic: 't', from: { at: 'newest' } }, signal)).toBeUndefined();
});
