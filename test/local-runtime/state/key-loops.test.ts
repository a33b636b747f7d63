import { expect, it } from 'vitest';
import { keyLoops } from '../../../local-runtime/state/key-loops.ts';
import { KeyTable } from '../../../local-runtime/state/key-table.ts';

const BIGINT = { root: 'BIGINT', nullable: true } as const;
const INT = { root: 'INTEGER', nullable: true } as const;

it('has loops for each width, made once', () => {
  expect(keyLoops(3)).toBe(keyLoops(3));
  expect(keyLoops(3)).not.toBe(keyLoops(5));
});

for (const [name, types] of [
  ['one word', [INT]],
  ['two words', [BIGINT]],
  ['several fields', [BIGINT, INT, BIGINT]],
  ['no field', []],
] as const) {
  it(`finds and adds batches of keys as one key after the other: ${name}`, () => {
    const byBatch = new KeyTable(types);
    const byRow = new KeyTable(types);
    let seed = 7;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % n;
    };
    const gone: number[] = [];
    for (let round = 0; round < 40; round++) {
      const length = 1 + random(700);
      const columns = types.map(({ root }) => {
        const nulls = Uint8Array.from({ length }, () => (random(20) === 0 ? 1 : 0));
        return root === 'INTEGER'
          ? ({ kind: 'i32', values: Int32Array.from({ length }, () => random(300) - 150), nulls } as const)
          : ({ kind: 'i64', values: BigInt64Array.from({ length }, () => BigInt(random(40)) << 30n), nulls } as const);
      });
      byBatch.encode(columns, 0, length);
      byRow.encode(columns, 0, length);
      const ids = new Int32Array(length);
      const added = new Uint8Array(length).fill(9);
      const from = random(length);
      byBatch.findOrAddAll(0, from, ids, added);
      byBatch.findOrAddAll(from, length, ids, added);
      for (let i = 0; i < length; i++) {
        expect(byRow.findOrAdd(i)).toBe(ids[i]);
        expect(byRow.added ? 1 : 0).toBe(added[i]);
      }
      const leaving = new Set(ids);
      for (const id of leaving) {
        if (random(4) > 0) continue;
        byBatch.remove(id);
        byRow.remove(id);
        gone.push(id);
      }
      expect(byBatch.size).toBe(byRow.size);
    }
    expect(gone.length).toBeGreaterThan(0);
  });
}
