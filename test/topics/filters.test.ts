import { afterAll, describe, expect, test } from 'vitest';
import { framed } from '../../topics/decode/framing.ts';
import type { SchemaSource } from '../../topics/decode/schemas.ts';
import { MessageFilterProblem, MessageFilters } from '../../topics/filter/filters.ts';
import { HistogramCounter } from '../../topics/filter/histogram.ts';
import type { MessageTyping } from '../../topics/types.ts';
import { pageOf } from './pages.ts';

const filters = new MessageFilters(new URL('../../topics/filter-thread/worker.ts', import.meta.url));
afterAll(() => filters.dispose());

const typing: MessageTyping = {
  key: { format: 'string', type: 'STRING', from: 'samples' },
  value: { format: 'json', type: 'ROW<`id` BIGINT>', from: 'samples' },
};

describe('filters in their thread', () => {
  test('a page is tested, again and again; what cannot be read is counted', async () => {
    const filter = await filters.open({ condition: `value.id > 1 OR headers['x'] = 'é'`, typing, zone: 'UTC' });
    const page = pageOf([
      { value: '{"id":1}', headers: [['x', 'é']] },
      { value: '{"id":2}' },
      { value: '{' },
      { value: null },
    ]);
    expect([...(await filter.test(page))]).toEqual([0, 1]);
    expect([...(await filter.test(page))]).toEqual([0, 1]);
    expect(filter.unreadable).toBe(2);
    filter.close();
    await expect(filter.test(page)).rejects.toThrow('The condition is not known');
  });

  test('part of a page’s buffer', async () => {
    const page = pageOf([{ value: '{"id":1}' }, { key: '', value: '{"id":2}' }, { key: 'k', value: '' }]);
    const last = {
      ...page,
      count: 2,
      keys: page.keys.slice(2),
      values: page.values.slice(2),
      headers: page.headers.slice(1),
    };
    const chosen = async (condition: string) => {
      const filter = await filters.open({ condition, typing, zone: 'UTC' });
      return [...(await filter.test(last))];
    };
    expect(await chosen('value.id = 2')).toEqual([0]);
    expect(await chosen(`key = ''`)).toEqual([0]);
    expect(await chosen(`value_text = ''`)).toEqual([1]);
    expect(await chosen('CARDINALITY(headers) = 0')).toEqual([0, 1]);
  });

  test('headers of the last record of a page', async () => {
    const filter = await filters.open({ condition: `headers['name'] = 'a longer value'`, typing, zone: 'UTC' });
    const headers = [['name', 'a longer value']] as const;
    expect([
      ...(await filter.test(
        pageOf([
          { value: 'x', headers },
          { value: 'x', headers },
        ]),
      )),
    ]).toEqual([0, 1]);
  });

  test('schemas of messages are fetched when they are met', async () => {
    const asked: number[] = [];
    const schema = '{"type":"record","name":"R","fields":[{"name":"id","type":"long"}]}';
    const registry: SchemaSource = {
      schema: async (id) => {
        asked.push(id);
        if (id === 9) throw new Error('Schema 9 not found');
        return { type: 'AVRO', schema, references: [] };
      },
      version: async () => {
        throw new Error('nothing is referred to');
      },
    };
    const value = { format: 'avro', type: 'ROW<`id` BIGINT>', schemaId: 1, from: 'schema 1' } as const;
    const filter = await filters.open(
      { condition: 'value.id = 21', typing: { ...typing, value }, zone: 'UTC' },
      registry,
    );
    const page = pageOf([1, 2, 9].map((id) => ({ value: framed(id, Uint8Array.of(42)) })));
    expect([...(await filter.test(page))]).toEqual([0, 1]);
    await filter.test(page);
    expect(asked.sort()).toEqual([1, 1, 2, 9].filter((id, i, all) => all.indexOf(id) === i));
  });

  test('a wrong condition has Flink’s words and its place', async () => {
    const wrong = filters.open({ condition: 'value.no = 1', typing, zone: 'UTC' });
    await expect(wrong).rejects.toThrow(MessageFilterProblem);
    await expect(wrong).rejects.toMatchObject({
      message: `Column 'value.no' not found in table 'messages'`,
      start: 0,
      end: 8,
    });
  });

  test('a condition that fails on a message says so', async () => {
    const filter = await filters.open({ condition: 'CAST(key AS INT) = 1', typing, zone: 'UTC' });
    await expect(filter.test(pageOf([{ key: 'x', value: null }]))).rejects.toThrow(`For input string: 'x'`);
  });

  test('ending the thread ends what is under way', async () => {
    const own = new MessageFilters(new URL('../../topics/filter-thread/worker.ts', import.meta.url));
    const filter = await own.open({ condition: 'value.id = 1', typing, zone: 'UTC' });
    const testing = filter.test(pageOf([{ value: '{"id":1}' }]));
    own.dispose();
    await expect(testing).rejects.toThrow('The filter was closed');
  });
});

describe('counts by time', () => {
  const count = (times: readonly number[], most: number, chosen?: readonly number[]) => {
    const histogram = new HistogramCounter(most);
    for (const [i, timestamp] of times.entries())
      histogram.add(pageOf([{ value: '', timestamp }]), chosen && Int32Array.from(chosen.includes(i) ? [0] : []));
    return histogram.take();
  };

  test('buckets widen as times spread', () => {
    expect(count([], 4)).toBeUndefined();
    expect(count([5], 4)).toMatchObject({ start: 5, width: 1 });
    const wide = count([1000, 1003, 1039, 1000], 4, [1]);
    expect(wide?.width).toBe(10);
    expect([...(wide?.all ?? [])]).toEqual([3, 0, 0, 1]);
    expect([...(wide?.matching ?? [])]).toEqual([1, 0, 0, 0]);
  });

  test('nothing is lost however far times lie apart', () => {
    const times = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 500) ** 5);
    const counts = count(times, 60);
    expect(counts?.all.length).toBeLessThanOrEqual(60);
    expect(counts?.all.reduce((a, b) => a + b, 0)).toBe(500);
    const [start, width] = [counts?.start ?? 0, counts?.width ?? 1];
    const expected = new Map<number, number>();
    for (const time of times) {
      const bucket = Math.floor((time - start) / width);
      expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
    }
    expect([...(counts?.all ?? [])].flatMap((n, i) => (n > 0 ? [[i, n]] : []))).toEqual(
      [...expected].sort(([a], [b]) => a - b),
    );
  });
});
