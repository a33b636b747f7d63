import { expect, test } from 'vitest';
import type { TopicDetail } from '../../../clients/kafka/admin/types.ts';
import { JobLags, jobLag } from '../../../extension/topics/job-lags.ts';

const topic = (name: string, ends: readonly (bigint | undefined)[]): TopicDetail => ({
  name,
  id: '',
  isInternal: false,
  partitions: ends.map((latest, partition) => ({
    ...{ partition, leader: latest === undefined ? -1 : 1, leaderEpoch: 0, replicas: [1], inSync: [1], offline: [] },
    ...(latest !== undefined && { earliest: 0n, latest }),
  })),
});
const job = { id: 'j', name: 'insert-into_orders' };
const at = (partition: number, offset: number, name = 'shop_orders') => ({ topic: name, partition, offset });

test('lag by partition: the record after the last that was read is the next; dots are lost in names of metrics', () => {
  expect(jobLag(job, topic('shop.orders', [10n, 5n]), [at(0, 6), at(1, 4)])).toEqual({
    ...job,
    lag: '3',
    partitions: [
      { partition: 0, next: '7', end: '10', lag: '3' },
      { partition: 1, next: '5', end: '5', lag: '0' },
    ],
  });
});

test('what is not known is not told as read: no record yet, no leader, a partition that no source has', () => {
  const lag = jobLag(job, topic('shop_orders', [10n, undefined, 7n, 0n]), [at(0, -1), at(1, 3), at(3, -1)]);
  expect(lag?.partitions.map(({ next, lag: behind }) => [next, behind])).toEqual([
    [null, null],
    ['4', null],
    [null, null],
    // Nothing is there, so nothing is behind.
    ['0', '0'],
  ]);
  expect(lag?.lag).toBe('0');
});

test('a job of another topic is none of these, and an end that is asked for earlier makes no lag below 0', () => {
  expect(jobLag(job, topic('orders', [1n]), [at(0, 0)])).toBeUndefined();
  expect(jobLag(job, topic('shop_orders', [3n]), [at(0, 9)])?.lag).toBe('0');
});

test('only running jobs are asked, and a server that does not answer hides no other', async () => {
  const asked: string[] = [];
  const listed = (id: string, state: string, connection: string) => ({
    id,
    name: id,
    state,
    connection: { id: connection },
  });
  const jobs = [
    listed('b', 'RUNNING', 'one'),
    listed('a', 'RUNNING', 'one'),
    listed('ended', 'FINISHED', 'one'),
    listed('lost', 'RUNNING', 'two'),
  ];
  const lags = new JobLags(
    async () => jobs as never,
    async ({ id }) => ({
      kafkaPositions: async (name) => {
        asked.push(name);
        if (id === 'two') throw new Error('no answer');
        return [at(0, 1)];
      },
    }),
  );
  const found = await lags.of(topic('shop_orders', [4n]), new AbortController().signal);
  expect(found.map(({ id, lag }) => [id, lag])).toEqual([
    ['a', '2'],
    ['b', '2'],
  ]);
  expect(asked.toSorted()).toEqual(['a', 'b', 'lost']);
  const away = new JobLags(() => Promise.reject(new Error('no answer')));
  expect(await away.of(topic('shop_orders', [4n]), new AbortController().signal)).toEqual([]);
});
