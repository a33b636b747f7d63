import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { StringColumn } from '../../../local-runtime/batch/string-column.ts';
import { decodeState, encodeState } from '../../../local-runtime/job/state-codec.ts';
import { ByteArena, blockOf, offsetIn } from '../../../local-runtime/state/byte-arena.ts';
import { canonical } from '../../../local-runtime/state/canonical.ts';
import { columnWriter } from '../../../local-runtime/state/column-writer.ts';
import { gatherStored } from '../../../local-runtime/state/packed-columns.ts';
import { PackedRows } from '../../../local-runtime/state/packed-rows.ts';
import { RowTable } from '../../../local-runtime/state/row-table.ts';
import { seededBelow } from '../../harness/random.ts';

const TYPES = [
  types.string(),
  types.bigint(),
  types.array(types.int()),
  types.timestamp(6),
  types.timestamp(3),
  types.double(),
  types.int(),
  types.boolean(),
  types.string(),
];

type Next = (below: number) => number;

function row(next: Next): Value[] {
  const n = next(1000);
  const maybe = (value: Value): Value => (next(8) === 0 ? null : value);
  return [
    maybe(`text ${'ä€'.repeat(next(40))}${n}`),
    maybe(BigInt(n) * -1_000_000_007_000n),
    maybe([n, null]),
    maybe({ ms: -n * 1000, nanos: n }),
    maybe({ ms: n, nanos: 0 }),
    maybe([n / 3, -0, Number.NaN, Number.POSITIVE_INFINITY][n % 4] as number),
    maybe(n - 500),
    maybe(n % 2 === 0),
    maybe(''),
  ];
}

function batchOf(rows: readonly (readonly Value[])[]) {
  const builder = new BatchBuilder(TYPES);
  for (const values of rows) builder.values([...values]);
  return builder.take();
}

const through = (rows: PackedRows): PackedRows => {
  const restored = new PackedRows(TYPES);
  const bytes = Buffer.concat(encodeState(rows.snapshot()));
  restored.restore(decodeState(bytes) as ReturnType<PackedRows['snapshot']>);
  return restored;
};

describe('packed rows', () => {
  it('keeps what was stored, whatever is added, replaced and removed, over snapshots', () => {
    const next = seededBelow(11);
    const model = new Map<number, readonly Value[]>();
    let rows = new PackedRows(TYPES);
    for (let round = 0; round < 300; round++) {
      const values = Array.from({ length: 1 + next(20) }, () => row(next));
      rows.bind(batchOf(values).columns);
      if (next(2) === 0) {
        const chosen = Int32Array.from(values.keys()).filter(() => next(3) > 0);
        const ids = new Int32Array(chosen.length);
        rows.addRows(chosen, chosen.length, ids);
        for (const [k, i] of chosen.entries()) model.set(ids[k] as number, values[i] as Value[]);
      } else {
        for (const [i, each] of values.entries()) {
          const known = [...model.keys()][next(model.size + 1)];
          if (known === undefined || next(3) === 0) model.set(rows.add(i), each);
          else {
            rows.replace(known, i);
            model.set(known, each);
          }
        }
      }
      for (const id of [...model.keys()]) {
        if (next(16) > 0) continue;
        rows.remove(id);
        model.delete(id);
      }
      rows.sweep();
      if (round % 50 === 0) rows = through(rows);
    }
    const ids = Int32Array.from(model.keys());
    expect(rows.live).toBe(model.size);
    expect(ids.length).toBeGreaterThan(50);
    const written = TYPES.map(columnWriter);
    for (const id of ids) rows.writeRow(id, written, 0);
    const asWritten = written.map((writer) => writer.take());
    for (const f of TYPES.keys()) {
      const gathered = gatherStored(rows, f, ids, ids.length);
      const expected = [...model.values()].map((values) => values[f]);
      expect(expected.map((_, k) => valueAt(gathered, k))).toEqual(expected);
      expect(expected.map((_, k) => valueAt(asWritten[f] ?? gathered, k))).toEqual(expected);
    }
  });

  it('tells equal rows from others as keys of state are told apart', () => {
    const rows = new PackedRows(TYPES);
    const next = seededBelow(5);
    const values = Array.from({ length: 40 }, () => row(next));
    const other = values.map((each, i) =>
      each.map((value, f) => (f === i % TYPES.length ? (row(next)[f] as Value) : value)),
    );
    rows.bind(batchOf(values).columns);
    const ids = values.map((_, i) => rows.add(i));
    rows.bind(batchOf(other).columns);
    const textOf = (each: readonly Value[]) => each.map((value) => canonical(value)).join();
    const sames = ids.map((id, i) => rows.same(id, i));
    expect(sames).toEqual(values.map((each, i) => textOf(each) === textOf(other[i] as Value[])));
    expect(sames).toContain(true);
    expect(sames).toContain(false);
    rows.bind(batchOf(values).columns);
    expect(ids.every((id, i) => rows.same(id, i))).toBe(true);
  });

  it('copies texts that lie near each other at once, and gives back the room of rows removed', () => {
    const rows = new PackedRows([types.string(), types.string()]);
    const bytes = new TextEncoder().encode('{"a":"first","b":"second"}'.repeat(10_000));
    const at = (offset: number) => Int32Array.from({ length: 10_000 }, (_, i) => i * 26 + offset);
    rows.bind([
      StringColumn.ofUtf8(bytes, at(6), at(11), 10_000, undefined),
      StringColumn.ofUtf8(bytes, at(18), at(24), 10_000, undefined),
    ]);
    const ids = new Int32Array(10_000);
    rows.addRows(Int32Array.from(ids.keys()), 10_000, ids);
    const texts = () => [0, 1].map((f) => valueAt(gatherStored(rows, f, Int32Array.of(9_999), 1), 0));
    expect(texts()).toEqual(['first', 'second']);
    for (const id of ids.subarray(0, 9_000)) rows.remove(id);
    rows.sweep();
    expect(texts()).toEqual(['first', 'second']);
    const { blocks } = rows.arena.snapshot();
    expect(blocks.reduce((sum, block) => sum + block.length, 0)).toBe(11_000);
  });
});

describe('arena of bytes', () => {
  it('copies any range of any view, and nothing that was copied changes after', () => {
    const memory = Uint8Array.from({ length: 301 }, (_, k) => (k * 7) % 251);
    const arena = new ByteArena();
    const copies: [place: number, expected: Uint8Array][] = [];
    for (let offset = 0; offset < 5; offset++) {
      const view = memory.subarray(offset);
      for (let start = 0; start < 6; start++) {
        for (const length of [0, 1, 7, 8, 9, 31, 64, view.length - start]) {
          copies.push([arena.append(view, start, start + length), view.slice(start, start + length)]);
        }
      }
    }
    for (const [place, expected] of copies) {
      const from = offsetIn(place);
      expect(arena.blocks[blockOf(place)]?.slice(from, from + expected.length)).toEqual(expected);
    }
  });

  it('goes on in another block when one is full, and holds a text larger than a block', () => {
    const arena = new ByteArena();
    const large = new Uint8Array(70_000_000).fill(7);
    const places = [
      arena.append(Uint8Array.of(1, 2, 3), 0, 3),
      arena.append(large, 0, large.length),
      arena.append(Uint8Array.of(4, 5), 0, 2),
      arena.append(large, 0, 60_000_000),
    ];
    const first = (place: number | undefined) => {
      const block = arena.blocks[blockOf(place ?? 0)];
      return block?.[offsetIn(place ?? 0)];
    };
    expect(places.map(first)).toEqual([1, 7, 4, 7]);
    const block = arena.blocks[blockOf(places[1] ?? 0)];
    expect(Buffer.compare(block?.subarray(0, 70_000_000) ?? new Uint8Array(0), large)).toBe(0);
    expect(new Set(places.map((place) => blockOf(place))).size).toBe(3);
  });
});

describe('table of rows', () => {
  it('finds what equals a row, and nothing else, over removals and snapshots', () => {
    const next = seededBelow(3);
    const texts = new Map<string, number>();
    const ids = new Map<number, string>();
    let table = new RowTable(TYPES);
    for (let round = 0; round < 200; round++) {
      const values = Array.from({ length: 1 + next(30) }, () => row((below) => next(Math.min(below, 12))));
      table.bind(batchOf(values).columns, values.length);
      for (const [i, each] of values.entries()) {
        const text = each.map((value) => canonical(value)).join();
        const known = texts.get(text);
        expect(table.find(i)).toBe(known ?? -1);
        const id = table.findOrAdd(i);
        expect(table.added).toBe(known === undefined);
        texts.set(text, id);
        ids.set(id, text);
      }
      for (const [id, text] of [...ids]) {
        if (next(12) > 0) continue;
        table.remove(id);
        ids.delete(id);
        texts.delete(text);
      }
      table.sweep();
      if (round % 40 > 0) continue;
      const restored = new RowTable(TYPES);
      const bytes = Buffer.concat(encodeState(table.snapshot()));
      restored.restore(decodeState(bytes) as ReturnType<RowTable['snapshot']>);
      table = restored;
    }
    expect(table.size).toBe(ids.size);
    expect(ids.size).toBeGreaterThan(100);
  });
});
