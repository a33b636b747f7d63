import { describe, expect, it } from 'vitest';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { decodeState, encodeState } from '../../../local-runtime/job/state-codec.ts';
import { TimedRows } from '../../../local-runtime/operators/joins/timed-rows.ts';
import { CountedKeys } from '../../../local-runtime/operators/windows/keys.ts';
import { SliceTable } from '../../../local-runtime/operators/windows/slice-table.ts';
import { WindowRows } from '../../../local-runtime/operators/windows/window-rows.ts';
import { columnWriter } from '../../../local-runtime/state/column-writer.ts';
import { TextInterner, ValueInterner } from '../../../local-runtime/state/interner.ts';
import { KeyTable, PairTable } from '../../../local-runtime/state/key-table.ts';
import type { PackedRows } from '../../../local-runtime/state/packed-rows.ts';
import { RowStore } from '../../../local-runtime/state/row-store.ts';
import { StateTtl } from '../../../local-runtime/state/state-ttl.ts';
import { TimerHeap } from '../../../local-runtime/time/timer-heap.ts';
import { TimerQueue } from '../../../local-runtime/time/timer-queue.ts';
import { WatermarkCombiner } from '../../../local-runtime/time/watermark-combiner.ts';
import { seededBelow } from '../../harness/random.ts';

/**
 * Random operations on each kind of state, once without a break and once with snapshots: the state goes through the bytes of a
 * checkpoint's file into a new object, which must answer as the undisturbed one.
 */
type Random = (below: number) => number;

interface Restorable {
  snapshot(): unknown;
  restore(state: never): void;
}

/** A step, to be done on both objects; gives what is to be compared. */
type Step<T> = (state: T) => unknown;

interface Kind<T extends Restorable> {
  make(): T;
  step(next: Random): Step<T>;
}

const kind = <T extends Restorable>(make: () => T, step: (next: Random) => Step<T>): Kind<T> => ({ make, step });

const STEPS = 600;

const utf8 = new TextEncoder();
const TYPES = [types.string(), types.bigint(), types.array(types.int()), types.timestamp(6)];

function row(next: Random): Value[] {
  const n = next(40);
  return [
    n % 9 === 0 ? null : `text ${n} ${'ä€'.repeat(n % 5)}`,
    n % 7 === 0 ? null : BigInt(n) * 1_000_000_007n,
    n % 5 === 0 ? null : [n, null],
    n % 11 === 0 ? null : { ms: n * 1000, nanos: n },
  ];
}

function batch(rows: readonly Value[][]) {
  const builder = new BatchBuilder(TYPES);
  for (const values of rows) builder.values(values);
  return builder.take();
}

/** A stored row as values. */
function read(store: RowStore | PackedRows, id: number): unknown[] {
  const writers = TYPES.map((type) => columnWriter(type));
  store.writeRow(id, writers, 0);
  return writers.map((writer) => valueAt(writer.take(), 0));
}

const some = (next: Random): Value[][] => Array.from({ length: 1 + next(5) }, () => row(next));

const KINDS = {
  TextInterner: kind(
    () => new TextInterner(),
    (next) => {
      const text = utf8.encode(`${'x'.repeat(next(60))}${next(200)}`);
      const [operation, id] = [next(4), next(100)];
      return (state) => {
        const number = state.intern(text, 0, text.length);
        if (operation < 2) state.retain(number);
        if (operation === 2) {
          state.retain(number);
          state.release(number);
        }
        if (id < 10) state.sweep();
        return [number, operation < 2 ? state.text(number) : ''];
      };
    },
  ),
  ValueInterner: kind(
    () => new ValueInterner(),
    (next) => {
      const value: Value = [next(50), null, `v${next(3)}`];
      const operation = next(5);
      return (state) => {
        const id = state.intern(value);
        if (operation < 2) state.retain(id);
        if (operation === 4) state.sweep();
        return operation < 2 ? [id, state.value(id)] : id;
      };
    },
  ),
  RowStore: kind(
    () => new RowStore(TYPES),
    (next) => {
      const rows = some(next);
      const removes = next(3) === 0;
      return (state) => {
        const { columns, length } = batch(rows);
        const words = new Int32Array(length * state.width);
        state.encode(columns, 0, length, words);
        const ids = rows.map((_, i) => state.add(words, i * state.width));
        const out = ids.map((id) => [id, read(state, id)]);
        if (removes) for (const id of ids) state.remove(id);
        else state.replace(ids[0] as number, words, (length - 1) * state.width);
        state.sweep();
        return [out, state.live, removes ? [] : read(state, ids[0] as number)];
      };
    },
  ),
  KeyTable: kind(
    () => new KeyTable(TYPES),
    (next) => {
      const rows = some(next);
      const removes = next(3) === 0;
      return (state) => {
        const { columns, length } = batch(rows);
        state.encode(columns, 0, length);
        const found = rows.map((_, i) => state.find(i));
        const ids = rows.map((_, i) => state.findOrAdd(i));
        if (removes) state.remove(ids[0] as number);
        state.sweep();
        return [found, ids, state.size];
      };
    },
  ),
  PairTable: kind(
    () => new PairTable(),
    (next) => {
      const [first, second, removes] = [next(20), (next(20) - 10) * 1e10, next(3) === 0];
      return (state) => {
        const found = state.find(first, second);
        const id = state.findOrAdd(first, second);
        if (removes) state.remove(id);
        return [found, id, state.added, state.size];
      };
    },
  ),
  TimerHeap: kind(
    () => new TimerHeap<{ readonly name: number }>(),
    (next) => {
      const [operation, time, name] = [next(5), next(50), next(1000)];
      return (state) => {
        if (operation < 3) return [state.add(time, { name }), state.nextTime];
        if (state.isEmpty) return 'empty';
        if (operation === 3) return [state.nextTime, state.poll()];
        const id = state.add(time, { name });
        state.delete(id);
        return [id, state.size];
      };
    },
  ),
  TimerQueue: kind(
    () => new TimerQueue(),
    (next) => {
      const [operation, time, name] = [next(4), next(50), next(1000)];
      return (state) => {
        if (operation < 3) state.add(time, name);
        else if (!state.isEmpty) return [state.nextTime, state.poll()];
        return state.nextTime;
      };
    },
  ),
  StateTtl: kind(
    () => new StateTtl(100),
    (next) => {
      const [operation, entry, time] = [next(3), next(300), next(1000)];
      return (state) => {
        state.bind(time);
        if (operation === 0) state.touch(entry);
        if (operation === 1 && entry < 64) state.forget(entry);
        return entry < 64 ? state.expired(entry) : undefined;
      };
    },
  ),
  WatermarkCombiner: kind(
    () => new WatermarkCombiner(4),
    (next) => {
      const [operation, input, value] = [next(4), next(4), next(1000)];
      return (state) => [
        operation === 0 ? state.setIdle(input, value % 2 === 0) : state.advance(input, value),
        state.current,
        state.allIdle,
      ];
    },
  ),
  TimedRows: kind(
    () => new TimedRows(),
    (next) => {
      const [operation, time, id] = [next(4), (next(40) - 20) * 1e9, next(1000)];
      return (state) => {
        if (operation < 3) {
          state.add(time, id);
          return [state.visited(time - 5e9, time + 5e9, -1e10), state.at(time)];
        }
        const last = state.remaining[0];
        if (last !== undefined) state.remove(last);
        return [...state.remaining];
      };
    },
  ),
  'window slices': kind(
    () => {
      const keys = new CountedKeys([0, 2], TYPES);
      const slices = new SliceTable(keys);
      return {
        keys,
        slices,
        snapshot: () => ({ keys: keys.snapshot(), slices: slices.snapshot() }),
        restore: (state: { keys: never; slices: never }) => {
          keys.restore(state.keys);
          slices.restore(state.slices);
        },
      };
    },
    (next) => {
      const rows = some(next);
      const [end, operation] = [next(6) * 1000, next(6)];
      return ({ keys, slices }) => {
        keys.sweep();
        const { columns, length } = batch(rows);
        keys.bind(columns, length);
        const out: unknown[] = rows.map((_, i) => {
          const key = keys.of(i);
          const entry = slices.entry(key, end);
          if (slices.get(entry, 'local') < 0) slices.put(entry, 'local', i);
          const fresh = slices.setTimer(entry);
          return [key, entry, fresh, slices.find(key, end)];
        });
        if (operation < 2) slices.flush('local', (entry, accumulator) => out.push([entry, accumulator]));
        if (operation === 0) {
          for (let i = 0; i < length; i++) {
            const entry = slices.find(keys.find(i), end);
            if (entry < 0) continue;
            slices.clearTimer(entry);
            slices.dropEmpty(entry);
          }
        }
        return [out, slices.least.local];
      };
    },
  ),
  'rows of windows': kind(
    () => new WindowRows(TYPES),
    (next) => {
      const rows = some(next);
      const operation = next(3);
      return (state) => {
        const { columns, length } = batch(rows);
        state.bind(columns);
        const [a, b] = [state.create(), state.create()];
        for (let i = 0; i < length; i++) state.add(i % 2 === 0 ? a : b, i);
        if (operation > 0) state.merge(a, b);
        const out = state.of(a).map((id) => [id, read(state.store, id)]);
        state.release(b);
        if (operation === 2) state.release(a);
        return [a, b, out];
      };
    },
  ),
} satisfies Record<string, { make(): Restorable }>;

/** The state after a way through a checkpoint's file. */
function reborn<T extends Restorable>(make: () => T, state: T): T {
  const fresh = make();
  fresh.restore(decodeState(Buffer.concat(encodeState(state.snapshot()))) as never);
  return fresh;
}

function check<T extends Restorable>({ make, step }: Kind<T>, seed: number): void {
  const next = seededBelow(seed);
  const steady = make();
  let broken = make();
  for (let i = 0; i < STEPS; i++) {
    if (next(20) === 0) broken = reborn(make, broken);
    const act = step(next);
    expect(act(broken), `seed ${seed}, step ${i}`).toEqual(act(steady));
  }
}

/** The state taken as by a checkpoint that is written while rows flow on: arrays are copied, but for those that do not change. */
const taken = (state: Restorable): Uint8Array[] =>
  encodeState(state.snapshot(), (bytes) => [bytes.slice(0, 100), bytes.slice(100)]);

/** Each state taken is put into a new object after some more steps, which must then do the same steps as the first one did. */
function checkLate<T extends Restorable>({ make, step }: Kind<T>, seed: number): void {
  const next = seededBelow(seed);
  const steady = make();
  let kept: Uint8Array[] | undefined;
  let since: { readonly act: Step<T>; readonly answer: unknown }[] = [];
  for (let i = 0; i < STEPS; i++) {
    const act = step(next);
    since.push({ act, answer: structuredClone(act(steady)) });
    if (next(25) !== 0) continue;
    if (kept !== undefined) {
      const late = make();
      late.restore(decodeState(Buffer.concat(kept)) as never);
      for (const { act: again, answer } of since) expect(again(late), `seed ${seed}, step ${i}`).toEqual(answer);
    }
    kept = taken(steady);
    since = [];
  }
}

describe('state that changes while its checkpoint is written is that of the cut', () => {
  for (const [name, each] of Object.entries(KINDS)) {
    it(name, () => {
      for (const seed of [1, 2, 3]) checkLate(each as unknown as Kind<Restorable>, seed);
    });
  }
});

describe('state that goes through a checkpoint goes on as if nothing had been', () => {
  for (const [name, each] of Object.entries(KINDS)) {
    it(name, () => {
      for (const seed of [1, 2, 3]) check(each as unknown as Kind<Restorable>, seed);
    });
  }
});

describe('bytes of state', () => {
  it('keep every kind of value, arrays with buffers of their own, and objects that are there twice as one', () => {
    const shared = { n: 1 };
    const large = Float64Array.from({ length: 5000 }, (_, i) => i / 3);
    const state = {
      small: Int32Array.of(1, -2),
      large,
      again: large,
      empty: new BigInt64Array(0),
      part: new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
      map: new Map<unknown, unknown>([[1n, shared]]),
      shared,
      text: 'ä€😀',
      nothing: [null, undefined, Number.NaN, -0],
    };
    const bytes = Buffer.concat(encodeState(state));
    const found = decodeState(bytes) as typeof state;
    expect(found).toEqual(state);
    expect(found.large).toBe(found.again);
    expect(found.map.get(1n)).toBe(found.shared);
    expect(found.large.buffer.byteLength).toBe(40_000);
    bytes.fill(0);
    expect(found.large[4999]).toBe(4999 / 3);
  });

  it('that are cut short are an error', () => {
    const bytes = Buffer.concat(encodeState({ large: new Int32Array(1000) }));
    for (const length of [0, 3, 20, bytes.length - 1]) {
      expect(() => decodeState(bytes.subarray(0, length))).toThrow();
    }
  });
});
