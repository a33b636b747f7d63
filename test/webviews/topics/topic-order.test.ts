import { expect, test } from 'vitest';
import { firstOrder, found, ordered, type TopicColumn } from '../../../webviews/topics/topic-order.ts';
import type { TopicRow } from '../../../webviews/topics/topics-messages.ts';

const row = (name: string, more: Partial<TopicRow> = {}): TopicRow => ({
  name,
  isInternal: false,
  partitions: 1,
  replicas: 1,
  underReplicated: 0,
  bytes: null,
  end: null,
  rate: null,
  cleanupPolicy: 'delete',
  retentionMs: '604800000',
  retentionBytes: '-1',
  error: null,
  ...more,
});

const topics = [
  row('orders', { partitions: 6, bytes: '900', end: '10', rate: 2.5, retentionMs: '-1' }),
  row('status', { partitions: 3, bytes: '10000', end: '9007199254740993', rate: 0, cleanupPolicy: 'compact' }),
  row('clicks', { partitions: 3, bytes: '9000', end: '9007199254740992', rate: 120, retentionMs: '60000' }),
  row('denied', { cleanupPolicy: '', retentionMs: null, error: 'not authorized' }),
  row('__consumer_offsets', { isInternal: true, partitions: 50, cleanupPolicy: 'compact' }),
];
const names = (rows: readonly TopicRow[]): string[] => rows.map(({ name }) => name);

const cases: readonly (readonly [TopicColumn, boolean, readonly string[]])[] = [
  ['name', false, ['clicks', 'denied', 'orders', 'status']],
  ['name', true, ['status', 'orders', 'denied', 'clicks']],
  // Equal ones by name, in either direction.
  ['partitions', true, ['orders', 'clicks', 'status', 'denied']],
  ['partitions', false, ['denied', 'clicks', 'status', 'orders']],
  // By size and not by text; what is not known is at the end either way.
  ['bytes', true, ['status', 'clicks', 'orders', 'denied']],
  ['bytes', false, ['orders', 'clicks', 'status', 'denied']],
  ['end', true, ['status', 'clicks', 'orders', 'denied']],
  ['rate', true, ['clicks', 'orders', 'status', 'denied']],
  // For ever is longest; what is compacted only has no time.
  ['retention', true, ['orders', 'clicks', 'denied', 'status']],
  ['retention', false, ['clicks', 'orders', 'denied', 'status']],
  ['cleanup', false, ['status', 'clicks', 'orders', 'denied']],
];

test.each(cases)('by %s, descending: %s', (column, descending, expected) => {
  expect(names(ordered(found(topics, '', false), { column, descending }))).toEqual(expected);
});

test('what is searched: all words, in names and policies, internal ones only when they are wanted', () => {
  expect(names(found(topics, 'ORD', false))).toEqual(['orders']);
  expect(names(found(topics, 's compact', false))).toEqual(['status']);
  expect(names(found(topics, 'compact', true))).toEqual(['status', '__consumer_offsets']);
  expect(found(topics, 'nothing', true)).toEqual([]);
});

test('figures begin with the greatest, texts with the first', () => {
  expect(firstOrder('rate')).toEqual({ column: 'rate', descending: true });
  expect(firstOrder('cleanup')).toEqual({ column: 'cleanup', descending: false });
});
