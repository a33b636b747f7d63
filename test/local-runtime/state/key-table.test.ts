import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { canonical } from '../../../local-runtime/state/canonical.ts';
import { columnWriter } from '../../../local-runtime/state/column-writer.ts';
import { KeyTable, PairTable } from '../../../local-runtime/state/key-table.ts';
import { seededBelow } from '../../harness/random.ts';

const TYPES = [
  types.string(),
  types.bigint(),
  types.double(),
  types.timestamp(6),
  types.array(types.int()),
  types.boolean(),
];

function someRow(next: (below: number) => number): Value[] {
  const pick = <T>(...of: T[]): T => of[next(of.length)] as T;
  return [
    pick<Value>('', 'a', 'ä', '日本', 'a much longer text that does not fit in sixteen bytes', null),
    pick<Value>(0n, -1n, 9223372036854775807n, null),
    pick<Value>(0, -0, Number.NaN, 1.5, null),
    pick<Value>({ ms: -5, nanos: 7 }, { ms: 1e12, nanos: 0 }, null),
    pick<Value>([1, null], [], null),
    pick<Value>(true, false, null),
  ];
}

describe('KeyTable', () => {
  it('gives every distinct row an id, like a map of their canonical texts, while rows come and go', () => {
    const next = seededBelow(7);
    const table = new KeyTable(TYPES);
    const expected = new Map<string, number>();
    for (let round = 0; round < 60; round++) {
      const builder = new BatchBuilder(TYPES);
      const rows = Array.from({ length: 1 + next(40) }, () => someRow(next));
      for (const row of rows) builder.values(row);
      const batch = builder.take();
      table.encode(batch.columns, 0, batch.length);
      for (const [i, row] of rows.entries()) {
        const key = canonical(row);
        const known = expected.get(key);
        if (next(3) === 0) {
          expect(table.find(i)).toBe(known ?? -1);
          if (known !== undefined) {
            table.remove(known);
            expected.delete(key);
          }
          continue;
        }
        const id = table.findOrAdd(i);
        expect(table.added).toBe(known === undefined);
        if (known !== undefined) expect(id).toBe(known);
        else expect([...expected.values()]).not.toContain(id);
        expected.set(key, id);
      }
      table.sweep();
      expect(table.size).toBe(expected.size);
    }
    for (const [key, id] of expected) {
      const writers = TYPES.map(columnWriter);
      table.rows.writeRow(id, writers, 0);
      expect(canonical(writers.map((w) => valueAt(w.take(), 0)))).toBe(key);
    }
  });

  it('forgets texts that no row holds any more', () => {
    const table = new KeyTable([types.string()]);
    for (let round = 0; round < 200; round++) {
      const builder = new BatchBuilder([types.string()]);
      for (let i = 0; i < 100; i++) builder.values([`text number ${round * 100 + i} of many that come and go`]);
      const batch = builder.take();
      table.encode(batch.columns, 0, batch.length);
      const ids = Array.from({ length: 100 }, (_, i) => table.findOrAdd(i));
      for (const id of ids) table.remove(id);
      table.sweep();
    }
    expect(table.size).toBe(0);
    expect(table.byteLength).toBeLessThan(400_000);
  });
});

describe('PairTable', () => {
  it('is a map of pairs', () => {
    const next = seededBelow(3);
    const table = new PairTable();
    const expected = new Map<string, number>();
    for (let n = 0; n < 5000; n++) {
      const first = next(50);
      const second = (next(40) - 20) * 1e11;
      const key = `${first} ${second}`;
      const known = expected.get(key);
      if (next(2) === 0) {
        expect(table.find(first, second)).toBe(known ?? -1);
        if (known !== undefined) {
          table.remove(known);
          expected.delete(key);
        }
      } else {
        const id = table.findOrAdd(first, second);
        expect(table.added).toBe(known === undefined);
        expected.set(key, known ?? id);
        expect(id).toBe(expected.get(key));
      }
      expect(table.size).toBe(expected.size);
    }
  });
});
