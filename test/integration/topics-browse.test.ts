import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, type Kafka as IndependentKafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowseStep, KafkaAdmin, RecordPage } from '../../clients/kafka/index.ts';
import {
  ABORT,
  COMMIT,
  connectionFromProperties,
  offsetAt,
  openKafka,
  RECORD,
  valueAt,
} from '../../clients/kafka/index.ts';
import { independentKafka, ourKafka, readIndependently, readOurs, witnessedPage } from '../harness/kafka-witness.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';

// kafkajs writes and stands as the witness of what lies in the topics.
describe.skipIf(missingFor('kafka'))('messages of a real broker', () => {
  let kafka: Kafka;
  let witness: IndependentKafka;
  let admin: KafkaAdmin;

  beforeAll(async () => {
    kafka = await startKafka();
    witness = independentKafka(kafka.bootstrap);
    admin = await ourKafka(kafka.bootstrap);
  }, 120_000);
  afterAll(async () => {
    await admin?.close();
    await kafka?.stop();
  });

  async function topic(name: string, partitions: number, configs: Record<string, string> = {}): Promise<string> {
    const full = `browse-${name}-${process.pid}`;
    const client = witness.admin();
    await client.connect();
    // Kept however old they are: a broker looks for what is past its retention half a minute after its start.
    const all = { 'retention.ms': '-1', ...configs };
    const configEntries = Object.entries(all).map(([key, value]) => ({ name: key, value }));
    await client.createTopics({ topics: [{ topic: full, numPartitions: partitions, configEntries }] });
    await client.disconnect();
    return full;
  }

  type Message = {
    key?: string;
    value: string | null;
    partition?: number;
    timestamp?: string;
    headers?: Record<string, string | string[]>;
  };

  async function write(name: string, messages: readonly Message[], compression = CompressionTypes.None): Promise<void> {
    // Otherwise it writes some twice when a leader has just moved.
    const producer = witness.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic: name, messages: [...messages], compression });
    await producer.disconnect();
  }

  const time = (i: number) => String(1_700_000_000_000 + i * 1000);

  /** `count` messages in turn over three partitions, a second apart. */
  async function numbered(name: string, count: number, compression = CompressionTypes.None): Promise<string> {
    const full = await topic(name, 3);
    const messages = Array.from({ length: count }, (_, i) => ({
      key: `k${i}`,
      value: `v${i}`,
      partition: i % 3,
      timestamp: time(i),
      headers: { n: String(i), twice: ['a', 'b'] },
    }));
    // Several batches a partition.
    for (let i = 0; i < count; i += 100) await write(full, messages.slice(i, i + 100), compression);
    return full;
  }

  const values = (records: readonly { value: string | null }[]) => records.map((r) => r.value).sort();
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `v${from + i}`).sort();

  test.each([
    ['plain', CompressionTypes.None],
    ['gzip', CompressionTypes.GZIP],
  ] as const)('oldest to end and newest to start give all that kafkajs reads: %s', async (name, compression) => {
    const full = await numbered(`all-${name}`, 1000, compression);
    const expected = await readIndependently(witness, full, 1000);
    const forward = await readOurs(admin, { topic: full, from: { at: 'oldest' } });
    expect(forward.records).toEqual(expected);
    expect(forward.progress).toMatchObject({ scanned: 1000, kept: 1000, done: 1, isFinished: true });
    const backward = await readOurs(admin, { topic: full, from: { at: 'newest' } });
    expect(backward.records).toEqual(expected);
    expect(backward.progress).toMatchObject({ kept: 1000, done: 1, isFinished: true });
  });

  test('a limit, from either end and onwards from where it ended', async () => {
    const full = await numbered('limits', 1000);
    const newest = await readOurs(admin, { topic: full, from: { at: 'newest' }, limit: 100 });
    expect(values(newest.records)).toEqual(range(900, 1000));
    const positions = new Map(newest.progress.partitions.map((p) => [p.partition, p.position]));
    const older = await readOurs(admin, {
      topic: full,
      from: { at: 'newest' },
      to: { at: 'positions', positions },
      limit: 50,
    });
    expect(values(older.records)).toEqual(range(850, 900));

    const oldest = await readOurs(admin, { topic: full, from: { at: 'oldest' }, limit: 100 });
    expect(values(oldest.records)).toEqual(range(0, 100));
    const on = new Map(oldest.progress.partitions.map((p) => [p.partition, p.position]));
    const next = await readOurs(admin, { topic: full, from: { at: 'positions', positions: on }, limit: 50 });
    expect(values(next.records)).toEqual(range(100, 150));
  });

  test('from and to by offset and by time, and chosen partitions', async () => {
    const full = await numbered('points', 300);
    const byOffset = await readOurs(admin, {
      topic: full,
      from: { at: 'offset', offset: 10n },
      to: { at: 'offset', offset: 12n },
    });
    expect(byOffset.records.map((r) => r.at)).toEqual(['0@10', '0@11', '1@10', '1@11', '2@10', '2@11']);
    const byTime = await readOurs(admin, {
      topic: full,
      from: { at: 'timestamp', timestamp: Number(time(100)) },
      to: { at: 'timestamp', timestamp: Number(time(120)) },
    });
    expect(values(byTime.records)).toEqual(range(100, 120));
    const beforeThen = await readOurs(admin, {
      topic: full,
      from: { at: 'newest' },
      to: { at: 'timestamp', timestamp: Number(time(120)) },
      limit: 5,
    });
    expect(values(beforeThen.records)).toEqual(range(115, 120));
    const chosen = await readOurs(admin, { topic: full, from: { at: 'oldest' }, partitions: [1], limit: 3 });
    expect(values(chosen.records)).toEqual(['v1', 'v4', 'v7']);
    const beyond = await readOurs(admin, { topic: full, from: { at: 'timestamp', timestamp: Number(time(9999)) } });
    expect(beyond.records).toEqual([]);
    expect(beyond.progress.isFinished).toBe(true);
    await expect(readOurs(admin, { topic: full, from: { at: 'oldest' }, partitions: [7] })).rejects.toMatchObject({
      code: 'INVALID',
    });
  });

  test('what is not there: an empty topic ends, an absent one is told', async () => {
    const full = await topic('empty', 2);
    for (const at of ['oldest', 'newest'] as const) {
      const { records, progress, steps } = await readOurs(admin, { topic: full, from: { at }, limit: 10 });
      expect([records, progress.isFinished, progress.done, steps]).toEqual([[], true, 1, 1]);
    }
    await expect(readOurs(admin, { topic: 'browse-absent', from: { at: 'oldest' } })).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
    });
  });

  test('a compacted topic with gaps, tombstones, nulls told from empty texts', { timeout: 240_000 }, async () => {
    const full = await topic('compacted', 1, {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.001',
      'delete.retention.ms': '600000000',
    });
    for (let round = 0; round < 5; round++)
      await write(
        full,
        Array.from({ length: 40 }, (_, i) => ({ key: `k${i}`, value: `v${round}-${i}` })),
      );
    await write(full, [
      { key: 'gone', value: null },
      { key: 'empty', value: '' },
    ]);
    // A record after the segment's time closes the segment: only closed ones are compacted.
    await sleep(150);
    await write(full, [{ key: 'last', value: 'last' }]);
    const read = () => readOurs(admin, { topic: full, from: { at: 'oldest' } });
    let found = await read();
    const end = Date.now() + 150_000;
    while (found.records.length > 43 && Date.now() < end) {
      await sleep(500);
      found = await read();
    }
    const expected = await readIndependently(witness, full, 43);
    expect(found.records).toEqual(expected);
    expect(found.records.find((r) => r.key === 'gone')?.value).toBeNull();
    expect(found.records.find((r) => r.key === 'empty')?.value).toBe('');
    // By position: 203 offsets, 43 records.
    expect(found.progress.partitions).toMatchObject([{ start: 0n, position: 203n, end: 203n }]);
    expect((await readOurs(admin, { topic: full, from: { at: 'newest' } })).records).toEqual(expected);
    const newest = await readOurs(admin, { topic: full, from: { at: 'newest' }, limit: 5 });
    expect(newest.records).toEqual(expected.slice(-5));
    const middle = await readOurs(admin, {
      topic: full,
      from: { at: 'offset', offset: 3n },
      to: { at: 'offset', offset: 170n },
    });
    expect(middle.records).toEqual(expected.filter((r) => Number(r.at.slice(2)) < 170));
  });

  test('transactions: committed, aborted and open ones, and their markers', async () => {
    const full = await topic('transactions', 1);
    const producer = witness.producer({ transactionalId: `${full}-a`, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    await write(full, [{ value: 'plain' }]);
    for (const [i, outcome] of ['commit', 'abort', 'commit'].entries()) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: full, messages: [{ value: `t${i}-a` }, { value: `t${i}-b` }] });
      await (outcome === 'commit' ? transaction.commit() : transaction.abort());
    }
    await write(full, [{ value: 'after' }]);
    const open = await producer.transaction();
    await open.send({ topic: full, messages: [{ value: 'open' }] });

    const all = await readIndependently(witness, full, 9, true);
    for (const at of ['oldest', 'newest'] as const) {
      expect((await readOurs(admin, { topic: full, from: { at } })).records).toEqual(all);
      const committed = await readOurs(admin, { topic: full, from: { at }, isolation: 'read_committed' });
      expect(committed.records.map((r) => r.value)).toEqual(['plain', 't0-a', 't0-b', 't2-a', 't2-b', 'after']);
      expect(committed.progress.isFinished).toBe(true);
    }
    const pages: RecordPage[] = [];
    for await (const step of admin.browse({ topic: full, from: { at: 'oldest' }, withControlRecords: true }))
      pages.push(...step.pages);
    const kinds = pages.flatMap((page) =>
      Array.from({ length: page.count }, (_, i) => `${offsetAt(page, i)}:${page.kinds[i]}`),
    );
    expect(kinds).toEqual(
      [RECORD, RECORD, RECORD, COMMIT, RECORD, RECORD, ABORT, RECORD, RECORD, COMMIT, RECORD, RECORD].map(
        (kind, i) => `${i}:${kind}`,
      ),
    );
    const batch = pages[0]?.batches[pages[0].batchOf[1] ?? 0];
    expect(batch).toMatchObject({ isTransactional: true, isControl: false, count: 2, compression: 'none' });
    await open.abort();
    await producer.disconnect();
  });

  test('messages greater than a partition may bring at once', async () => {
    const full = await topic('great', 3);
    const big = (i: number) => `${i}`.padEnd(600_000, 'x');
    for (let i = 0; i < 12; i++) await write(full, [{ value: big(i), partition: i % 3, timestamp: time(i) }]);
    for (const query of [
      { from: { at: 'oldest' }, limit: 100 },
      { from: { at: 'oldest' } },
      { from: { at: 'newest' }, limit: 100 },
    ] as const) {
      const { records, progress } = await readOurs(admin, { topic: full, ...query });
      expect(records.map((r) => Number.parseInt(r.value ?? '', 10)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, i) => i),
      );
      expect(progress.isFinished).toBe(true);
    }
  });

  test('a filter: matching records only, wherever they are, and pages that keep nothing else', async () => {
    const full = await numbered('filter', 3000);
    const endsWith = (end: string) => (page: RecordPage) =>
      Int32Array.from(
        Array.from({ length: page.count }, (_, i) => i).filter((i) =>
          Buffer.from(valueAt(page, i) ?? [])
            .toString()
            .endsWith(end),
        ),
      );
    const all = await readOurs(admin, { topic: full, from: { at: 'oldest' }, filter: endsWith('00') });
    expect(all.records.map((r) => Number(r.value?.slice(1))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 29 }, (_, i) => (i + 1) * 100),
    );
    expect(all.progress).toMatchObject({ scanned: 3000, kept: 29 });
    const newest = await readOurs(admin, { topic: full, from: { at: 'newest' }, limit: 3, filter: endsWith('7') });
    expect(values(newest.records)).toEqual(['v2977', 'v2987', 'v2997']);
    for await (const step of admin.browse({ topic: full, from: { at: 'oldest' }, filter: endsWith('123') }))
      for (const page of step.pages) expect(page.bytes.length).toBeLessThan(200);
  });

  test('a live tail: what comes is told, not asking is a pause, and cancelling ends it', async () => {
    const full = await topic('tail', 2);
    await write(full, [{ value: 'before', partition: 0 }]);
    const abort = new AbortController();
    const reading = admin
      .browse({ topic: full, from: { at: 'end' }, isFollowing: true }, abort.signal)
      [Symbol.asyncIterator]();
    const until = async (value: string): Promise<string[]> => {
      const seen: string[] = [];
      while (!seen.includes(value)) {
        const { value: step } = (await reading.next()) as { value: BrowseStep };
        seen.push(...step.pages.flatMap(witnessedPage).map((r) => r.value ?? ''));
      }
      return seen;
    };
    await reading.next();
    await write(full, [{ value: 'first', partition: 1 }]);
    expect(await until('first')).toEqual(['first']);
    // A pause: nobody asks.
    await write(full, [{ value: 'in the pause', partition: 0 }]);
    await write(full, [{ value: 'too', partition: 0 }]);
    expect(await until('too')).toEqual(['in the pause', 'too']);
    const waiting = reading.next();
    const ended = waiting.then(
      () => 'went on',
      (error: unknown) => error,
    );
    abort.abort();
    // At once: in the next turn, not with the answer of the brokers, which is half a second away.
    const late = new Promise((resolve) => setImmediate(resolve, 'late'));
    expect(await Promise.race([ended, late])).toMatchObject({ code: 'CLOSED' });
  });

  test('offsets that were deleted while the reading stood are told', async () => {
    const full = await topic('lost', 1);
    for (let i = 0; i < 10; i++) await write(full, [{ value: `v${i}` }]);
    const steps: BrowseStep[] = [];
    const reading = admin.browse({ topic: full, from: { at: 'oldest' }, isFollowing: true, limit: 14 });
    for await (const step of reading) {
      steps.push(step);
      if (steps.length > 1) continue;
      expect(step.progress.partitions[0]?.position).toBe(10n);
      for (let i = 10; i < 20; i++) await write(full, [{ value: `v${i}` }]);
      await admin.purge(full, [{ partition: 0, offset: 16n }]);
    }
    expect(steps.flatMap((s) => s.pages.flatMap(witnessedPage)).map((r) => r.at)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 18, 19].map((o) => `0@${o}`),
    );
    expect(steps.at(-1)?.progress.partitions[0]?.lost).toEqual({ from: 10n, to: 16n });
  });

  test('a fetch of what was deleted tells where the partition begins', async () => {
    const full = await topic('begins', 1);
    for (let i = 0; i < 5; i++) await write(full, [{ value: `v${i}` }]);
    await admin.purge(full, [{ partition: 0, offset: 3n }]);
    const client = await openKafka(connectionFromProperties({ 'bootstrap.servers': kafka.bootstrap }, 'begins'));
    try {
      const fetched = await client.fetch({
        positions: [{ topic: await client.topic(full), partition: 0, offset: 1n }],
        isolation: 'read_committed',
        maxWaitMs: 100,
        maxBytes: 1 << 20,
        maxPartitionBytes: 1 << 20,
      });
      expect(fetched).toMatchObject([{ isOutOfRange: true, startOffset: 3n }]);
    } finally {
      await client.close();
    }
  });

  test('reading makes no group', async () => {
    const full = await numbered('groupless', 30);
    const client = witness.admin();
    await client.connect();
    const before = (await client.listGroups()).groups.map((g) => g.groupId).sort();
    await readOurs(admin, { topic: full, from: { at: 'oldest' } });
    await readOurs(admin, { topic: full, from: { at: 'newest' }, limit: 5 });
    expect((await client.listGroups()).groups.map((g) => g.groupId).sort()).toEqual(before);
    await client.disconnect();
  });
});
