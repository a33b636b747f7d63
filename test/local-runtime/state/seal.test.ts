import { describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { decodeState, encodeState } from '../../../local-runtime/job/state-codec.ts';
import { columnWriter } from '../../../local-runtime/state/column-writer.ts';
import { PackedRows } from '../../../local-runtime/state/packed-rows.ts';
import { RowStore } from '../../../local-runtime/state/row-store.ts';

/** Rows that were only added until a checkpoint are part of it without a copy; what is done to them afterwards must not show in it. */
const TYPES = [types.string(), types.bigint()];
const COUNT = 200;

function batch(from: number) {
  const builder = new BatchBuilder(TYPES);
  for (let i = from; i < from + COUNT; i++) builder.values([`text ${i} ${'x'.repeat(400)}`, BigInt(i)]);
  return builder.take();
}

function contents(rows: RowStore | PackedRows): unknown[][] {
  return Array.from({ length: COUNT }, (_, id) => {
    const writers = TYPES.map((type) => columnWriter(type));
    rows.writeRow(id, writers, 0);
    return writers.map((writer) => valueAt(writer.take(), 0));
  });
}

/** The state of a cut, written when `change` has been made. Says how many arrays were copied for it. */
function writtenAfter<T extends RowStore | PackedRows>(rows: T, fresh: T, change: () => void) {
  let copies = 0;
  const kept = encodeState(rows.snapshot(), (bytes) => {
    copies++;
    return [bytes.slice()];
  });
  change();
  fresh.restore(decodeState(Buffer.concat(kept)) as never);
  return { found: contents(fresh), copies };
}

function packed() {
  const rows = new PackedRows(TYPES);
  const first = batch(0);
  rows.bind(first.columns);
  for (let i = 0; i < COUNT; i++) rows.add(i);
  rows.sweep();
  rows.bind(batch(1000).columns);
  return rows;
}

const ALL = Int32Array.from({ length: COUNT }, (_, i) => i);

const PACKED: Readonly<Record<string, (rows: PackedRows) => void>> = {
  replaced: (rows) => rows.replace(3, 0),
  'removed, and their places taken': (rows) => {
    for (let id = 0; id < 10; id++) rows.remove(id);
    for (let i = 0; i < 10; i++) rows.add(i);
  },
  'removed all at once, and their places taken': (rows) => {
    rows.removeRows(ALL, COUNT);
    for (let i = 0; i < COUNT; i++) rows.add(i);
  },
  'removed, so that texts are packed anew': (rows) => {
    for (let id = 0; id < 195; id++) rows.remove(id);
    rows.sweep();
  },
};

describe('rows that are kept and have been written to a checkpoint may be', () => {
  for (const [name, change] of Object.entries(PACKED)) {
    it(name, () => {
      const rows = packed();
      const whole = contents(rows);
      const first = writtenAfter(rows, new PackedRows(TYPES), () => change(rows));
      expect(first).toEqual({ found: whole, copies: 0 });
      // Rows that change at all are copied for every checkpoint after it.
      const changed = packed();
      change(changed);
      expect(writtenAfter(changed, new PackedRows(TYPES), () => undefined).copies).toBe(1);
    });
  }
});

describe('keys that are kept and have been written to a checkpoint may be', () => {
  const CHANGES: Readonly<Record<string, (rows: RowStore, words: Int32Array) => void>> = {
    replaced: (rows, words) => rows.replace(3, words, 0),
    'removed, and their places taken': (rows, words) => {
      for (let id = 0; id < 10; id++) rows.remove(id);
      for (let i = 0; i < 10; i++) rows.add(words, i * rows.width);
    },
  };
  for (const [name, change] of Object.entries(CHANGES)) {
    it(name, () => {
      const rows = new RowStore(TYPES);
      const words = new Int32Array(COUNT * rows.width);
      rows.encode(batch(0).columns, 0, COUNT, words);
      for (let i = 0; i < COUNT; i++) rows.add(words, i * rows.width);
      rows.sweep();
      const whole = contents(rows);
      const { found } = writtenAfter(rows, new RowStore(TYPES), () => {
        rows.encode(batch(1000).columns, 0, COUNT, words);
        change(rows, words);
        rows.sweep();
      });
      expect(found).toEqual(whole);
    });
  }
});
