import { describe, expect, test } from 'vitest';
import type {
  BrowseQuery,
  BrowseStep,
  GroupDetail,
  KafkaAdmin,
  RecordPage,
  TopicDetail,
} from '../../../clients/kafka/admin/types.ts';
import { KafkaBook } from '../../../extension/topics/book.ts';
import { LagCourse } from '../../../extension/topics/lag-course.ts';
import { KafkaLink, type LinkSources } from '../../../extension/topics/link.ts';
import { browseQuery, Reading, type ReadingParts } from '../../../extension/topics/reading.ts';
import { TopicRates } from '../../../extension/topics/topic-state.ts';
import { messageDecoder } from '../../../topics/decode/decoder.ts';
import { MessageFilterProblem } from '../../../topics/filter/filters.ts';
import { readWindow } from '../../../webviews/results/row-window.ts';
import type { ReadQuery } from '../../../webviews/topics/messages.ts';

const QUERY: ReadQuery = {
  from: 'newest',
  offset: '0',
  time: null,
  toTime: null,
  partitions: [],
  limit: 10,
  filter: '',
  key: 'auto',
  value: 'auto',
  control: false,
  committed: false,
  fields: false,
};

/** Records of one partition with these times; offsets from 0 on. */
function pageOf(partition: number, times: readonly number[]): RecordPage {
  const text = new TextEncoder().encode('x1');
  // A place of 0 and 0 is a null; headers: none.
  const bytes = new Uint8Array([0, ...text]);
  const count = times.length;
  return {
    topic: 't',
    partition,
    count,
    baseOffset: 0n,
    offsetDeltas: Float64Array.from(times.keys()),
    baseTimestamp: 0n,
    timestampDeltas: Float64Array.from(times),
    bytes,
    keys: new Int32Array(2 * count),
    values: Int32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 1 : 3)),
    headers: new Int32Array(count),
    kinds: new Uint8Array(count),
    batchOf: new Int32Array(count),
    batches: [],
  };
}

function stepOf(pages: readonly RecordPage[], done: number): BrowseStep {
  const kept = pages.reduce((sum, { count }) => sum + count, 0);
  return {
    pages,
    progress: { partitions: [], scanned: kept, bytes: 0, kept, done, isFinished: done === 1 },
  };
}

function partsOf(steps: () => AsyncIterable<BrowseStep>, query: Partial<ReadQuery> = {}) {
  const told: string[] = [];
  const asked: BrowseQuery[] = [];
  const admin = {
    browse: (browse: BrowseQuery) => {
      asked.push(browse);
      return steps();
    },
  } as unknown as KafkaAdmin;
  const parts: ReadingParts = {
    id: 'r',
    topic: 't',
    query: { ...QUERY, ...query },
    admin,
    decoder: messageDecoder(),
    zone: 'UTC',
    limit: 100,
    openFilter: () => Promise.reject(new MessageFilterProblem('No such field', 6, 10)),
    problemOf: (error) =>
      error instanceof MessageFilterProblem
        ? { message: error.message, start: error.start, end: error.end }
        : undefined,
    changed: ({ phase }) => told.push(phase),
  };
  return { parts, told, asked };
}

const shown = (reading: Reading): (readonly [string | null | undefined, string | null | undefined])[] => {
  const { length, cells } = readWindow(0, reading.store.rows('table', 0, 100)?.ipc ?? new Uint8Array(0));
  return Array.from({ length }, (_, i) => [cells[0]?.(i), cells[1]?.(i)] as const);
};

describe('reading messages', () => {
  test('the newest of all partitions are at the top, although they come step by step', async () => {
    const { parts } = partsOf(async function* () {
      yield stepOf([pageOf(0, [100, 300]), pageOf(1, [200])], 0.5);
      yield stepOf([pageOf(2, [50, 250])], 1);
    });
    const reading = new Reading(parts);
    await reading.run();
    expect(reading.state.phase).toBe('done');
    expect(shown(reading)).toEqual([
      ['0', '1'],
      ['2', '1'],
      ['1', '0'],
      ['0', '0'],
      ['2', '0'],
    ]);
  });

  test('an empty topic has columns and no rows', async () => {
    const { parts } = partsOf(async function* () {
      yield stepOf([], 1);
    });
    const reading = new Reading(parts);
    await reading.run();
    expect(reading.store.state()).toMatchObject({ phase: 'finished', tableRows: 0 });
    expect(reading.store.state().columns.map(({ name }) => name)).toEqual([
      'partition',
      'offset',
      'timestamp',
      'key',
      'value',
      'headers',
    ]);
  });

  test('a wrong filter is told with its place, and nothing is read', async () => {
    const { parts, asked } = partsOf(
      async function* () {
        yield stepOf([], 1);
      },
      { filter: 'value.nope > 1' },
    );
    const reading = new Reading(parts);
    await reading.run();
    expect(reading.state).toMatchObject({
      phase: 'failed',
      filterProblem: { message: 'No such field', start: 6, end: 10 },
      problem: null,
    });
    expect(asked).toEqual([]);
  });

  test('a live reading is paused by not asking on, goes on, and is stopped', async () => {
    let steps = 0;
    const next: { wanted?: (() => void) | undefined } = {};
    const goOn = (): void => next.wanted?.();
    const { parts, told, asked } = partsOf(
      async function* () {
        for (;;) {
          steps++;
          yield stepOf([pageOf(0, [steps])], 0);
          await new Promise<void>((resolve) => {
            next.wanted = resolve;
          });
        }
      },
      { from: 'live' },
    );
    const reading = new Reading(parts);
    const run = reading.run();
    await expect.poll(() => next.wanted !== undefined).toBe(true);
    expect(asked[0]).toMatchObject({ from: { at: 'end' }, isFollowing: true });
    reading.pause(true);
    goOn();
    await expect.poll(() => steps).toBe(2);
    // The second step is there; a third is not asked for while it is paused.
    next.wanted = undefined;
    await new Promise((resolve) => setImmediate(resolve));
    expect(next.wanted).toBeUndefined();
    expect(reading.store.state().tableRows).toBe(1);
    reading.pause(false);
    await expect.poll(() => next.wanted !== undefined).toBe(true);
    expect(reading.store.state().tableRows).toBe(2);
    reading.stop();
    goOn();
    await run;
    expect(reading.state.phase).toBe('stopped');
    expect(told).toContain('paused');
  });

  test('what brokers say is told', async () => {
    // biome-ignore lint/correctness/useYield: it fails before it has one
    const { parts } = partsOf(async function* () {
      throw new Error('Cannot reach the brokers');
    });
    const reading = new Reading(parts);
    await reading.run();
    expect(reading.state).toMatchObject({ phase: 'failed', problem: 'Cannot reach the brokers' });
  });

  test('what was chosen, as a question to the brokers', () => {
    expect(browseQuery('t', { ...QUERY, from: 'offset', offset: '9007199254740993', partitions: [1] })).toEqual({
      topic: 't',
      from: { at: 'offset', offset: 9_007_199_254_740_993n },
      partitions: [1],
      limit: 10,
    });
    expect(
      browseQuery('t', { ...QUERY, from: 'timestamp', time: 5, toTime: 9, committed: true, control: true }),
    ).toEqual({
      topic: 't',
      from: { at: 'timestamp', timestamp: 5 },
      to: { at: 'timestamp', timestamp: 9 },
      limit: 10,
      isolation: 'read_committed',
      withControlRecords: true,
    });
  });
});

test('rates come from two looks; a topic that was made anew has none', () => {
  const detail = (latest: bigint): TopicDetail => ({
    name: 't',
    id: 'x',
    isInternal: false,
    partitions: [
      { partition: 0, leader: 1, leaderEpoch: 0, replicas: [1], inSync: [1], offline: [], earliest: 0n, latest },
    ],
  });
  const rates = new TopicRates();
  expect(rates.look(detail(10n), 1000)).toBeUndefined();
  expect(rates.look(detail(30n), 3000)?.get(0)).toBe(10);
  expect(rates.look(detail(2n), 5000)?.get(0)).toBeUndefined();
});

test('the lag of a group over time, by partition', () => {
  const course = new LagCourse();
  const group = (lags: readonly bigint[]): GroupDetail => ({
    id: 'g',
    type: 'classic',
    state: 'Empty',
    assignor: '',
    coordinator: 1,
    members: [],
    offsets: lags.map((lag, partition) => ({ topic: 't', partition, lag })),
    lag: lags.reduce((sum, one) => sum + one, 0n),
  });
  course.note(1, group([5n]));
  course.note(2, group([4n, 7n]));
  expect(course.state).toEqual({
    times: [1, 2],
    lags: [
      { name: 't 0', values: [5, 4] },
      { name: 't 1', values: [null, 7] },
    ],
  });
  course.note(3, group([1n, 1n, 1n, 1n, 1n, 1n, 1n]));
  expect(course.state.lags).toEqual([{ name: 'all partitions', values: [5, 11, 7] }]);
});

describe('connections', () => {
  const sources = (open: LinkSources['openAdmin']): LinkSources => ({
    secrets: { of: async () => ({}) },
    folder: () => undefined,
    hosts: async () => ({ 'kafka:9092': 'localhost:29092' }),
    openAdmin: open,
    openDecoder: async () => messageDecoder(),
  });

  test('are opened once, with the hosts of the environment, and anew after a failure or a reset', async () => {
    let opened = 0;
    let closed = 0;
    const link = new KafkaLink(
      { name: 'x', bootstrap: 'kafka:9092' },
      sources(async ({ properties }) => {
        if (++opened === 1) throw new Error('not yet');
        expect(properties['bootstrap.servers']).toBe('localhost:29092');
        return { topics: async () => [], close: async () => void closed++ } as unknown as KafkaAdmin;
      }),
    );
    expect(await link.listTopics()).toEqual({ items: [], problem: 'not yet' });
    expect(await link.listTopics()).toEqual({ items: [] });
    await Promise.all([link.admin(), link.admin()]);
    expect(opened).toBe(2);
    link.reset();
    await expect.poll(() => closed).toBe(1);
    await link.admin();
    expect(opened).toBe(3);
    await expect(link.registry()).rejects.toThrow('The connection x names no schema registry');
  });

  test('that stay the same stay open; read-only is another connection', () => {
    const book = new KafkaBook(sources(() => Promise.reject(new Error('not asked'))));
    book.read([
      { name: 'a', bootstrap: 'h:1' },
      { name: 'b', bootstrap: 'h:2' },
      { name: 'a', bootstrap: 'h:3' },
    ]);
    expect(book.problems).toEqual(['millrace.kafkaConnections[2] repeats the name a']);
    const [a, b] = book.links;
    book.read([
      { name: 'a', bootstrap: 'h:1' },
      { name: 'b', bootstrap: 'h:2', readOnly: true },
    ]);
    expect(book.links[0]).toBe(a);
    expect(book.links[1]).not.toBe(b);
    expect(book.find('b')?.readOnly).toBe(true);
  });
});
