import { describe, expect, it } from 'vitest';
import { IntMap } from '../../../local-runtime/state/int-map.ts';
import { seededBelow } from '../../harness/random.ts';

describe('IntMap', () => {
  // Keys apart from each other make a hash table, keys near each other an array; many after few make one into the other.
  for (const [keys, apart] of [
    [10, 1],
    [1000, 1],
    [1000, 50],
    [100_000, 1],
    [100_000, 7],
  ] as const) {
    it(`holds what a Map holds, of ${keys} keys ${apart} apart, with cuts and likenesses`, () => {
      const next = seededBelow(keys);
      let map = new IntMap();
      const model = new Map<number, number>();
      for (let n = 0; n < 20_000; n++) {
        const key = next(n < 10_000 ? keys : Math.ceil(keys / 3)) * apart;
        expect(map.get(key)).toBe(model.get(key) ?? -1);
        if (model.has(key) && next(2) === 0) {
          map.delete(key);
          model.delete(key);
        } else if (!model.has(key)) {
          map.add(key, n);
          model.set(key, n);
        }
        if (n % 5000 === 4999) {
          const restored = new IntMap();
          restored.restore(structuredClone(map.snapshot()));
          map = restored;
        }
        if (n % 7000 === 6999) {
          const other = new IntMap(map);
          map.forEach((k, value) => {
            other.add(k, value);
          });
          map = other;
        }
      }
      expect(map.size).toBe(model.size);
      const found = new Map<number, number>();
      map.forEach((key, value) => {
        found.set(key, value);
      });
      expect(found).toEqual(model);
      const wanted = Int32Array.from({ length: 500 }, () => next(keys) * apart);
      const values = new Int32Array(500);
      map.getAll(wanted, 500, values);
      expect([...values]).toEqual([...wanted].map((key) => model.get(key) ?? -1));
    });
  }
});
