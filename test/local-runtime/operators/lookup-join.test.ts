import { describe, expect, test } from 'vitest';
import type { LookupHint, LookupJoin } from '../../../flink-sql/plan/physical.ts';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import type { LookupReader } from '../../../local-runtime/connectors/connector.ts';
import type { LookupParts } from '../../../local-runtime/operators/lookup-join.ts';
import { LookupJoinOperator } from '../../../local-runtime/operators/lookup-join.ts';
import { textOf } from '../job/harness.ts';
import { fieldsOf, inputNode, nodeBase } from './harness.ts';

const ROW = [types.int(), types.string()];

interface Options {
  readonly joinType?: 'INNER' | 'LEFT';
  readonly options?: Readonly<Record<string, string>>;
  readonly hint?: LookupHint;
  readonly condition?: LookupParts['condition'];
}

/** A lookup join of (id, text) with a table of (id, name) that a test may change; asked keys are on record. */
class Rig {
  readonly table = new Map<number, string[]>();
  readonly asked: number[][] = [];
  readonly out: string[] = [];
  now = 0;
  /** Called after every request. */
  answered: () => void = () => undefined;
  private readonly operator: LookupJoinOperator;

  constructor({ joinType = 'INNER', options = {}, hint, condition }: Options = {}) {
    const node = {
      ...nodeBase(...ROW, ...ROW),
      kind: 'LookupJoin',
      input: inputNode(...ROW),
      joinType,
      table: {},
      options,
      projected: [0, 1],
      columns: fieldsOf(...ROW),
      inputKeys: [0],
      tableKeys: [0],
      condition: null,
      ...(hint ? { hint } : {}),
    } as unknown as LookupJoin;
    const parts = { open: () => Promise.resolve(this.reader()), ...(condition ? { condition } : {}) };
    this.operator = new LookupJoinOperator(node, ROW, parts, {
      output: {
        emit: (batch) => {
          this.out.push(...textOf(batch));
          for (let m = 0; m < (batch.marks?.count ?? 0); m++) {
            this.out.push(`W ${batch.marks?.values[m]} after ${batch.marks?.rows[m]}`);
          }
        },
      },
      zone: 'UTC',
      options: {},
      clock: { now: () => this.now },
      registerProcessingTimer: () => undefined,
      emitWatermark: () => undefined,
      setIdle: (idle) => void this.out.push(idle ? 'IDLE' : 'ACTIVE'),
      count: () => undefined,
    });
  }

  private reader(): LookupReader {
    return {
      lookup: async ([keys], length) => {
        const builder = new BatchBuilder(ROW);
        const keyOf: number[] = [];
        const ids = Array.from({ length }, (_, i) => Number(valueAt(keys as NonNullable<typeof keys>, i)));
        this.asked.push(ids);
        // Answers may come in any order of keys.
        for (const k of [...ids.keys()].reverse()) {
          for (const name of this.table.get(ids[k] as number) ?? []) {
            builder.values([ids[k] as Value, name], 0);
            keyOf.push(k);
          }
        }
        const { columns, length: rows } = builder.take();
        this.answered();
        return { columns, length: rows, keyOf: Int32Array.from(keyOf) };
      },
      close: () => Promise.resolve(),
    };
  }

  async rows(rows: readonly (readonly [kind: number, id: number | null, text: string] | number)[]): Promise<string[]> {
    const builder = new BatchBuilder(ROW);
    for (const row of rows) {
      if (typeof row === 'number') builder.mark(row);
      else builder.values([row[1], row[2]], row[0]);
    }
    this.operator.process(builder.take());
    await this.operator.settle(new AbortController().signal);
    return this.out.splice(0);
  }

  idle(): void {
    this.operator.onIdle(0, true);
  }

  /** What people are shown of the state. */
  cached(): string[] {
    return this.operator.describeState().flatMap(({ rows }) => textOf(rows));
  }
}

describe('a lookup join', () => {
  test('gives the rows of each key in the order of the input, with its kinds; NULL keys are not asked for', async () => {
    const rig = new Rig();
    rig.table.set(1, ['a', 'b']).set(2, ['c']);
    const out = await rig.rows([[0, 2, 'x'], [0, null, 'y'], 5, [1, 1, 'z'], [2, 1, 'w'], [0, 3, 'v'], 9]);
    expect(rig.asked).toEqual([[2, 1, 3]]);
    expect(out).toEqual([
      '+I 2 x 2 c',
      '-U 1 z 1 a',
      '-U 1 z 1 b',
      '+U 1 w 1 a',
      '+U 1 w 1 b',
      'W 5 after 1',
      'W 9 after 5',
    ]);
  });

  test('LEFT pads what finds nothing or does not pass', async () => {
    const rig = new Rig({
      joinType: 'LEFT',
      condition: (left, i, right, j) => valueAt(left[1] as never, i) !== valueAt(right[1] as never, j),
    });
    rig.table.set(1, ['a', 'b']);
    const out = await rig.rows([
      [0, 1, 'a'],
      [0, 2, 'x'],
      [0, null, 'y'],
    ]);
    expect(out).toEqual(['+I 1 a 1 b', '+I 2 x null null', '+I null y null null']);
  });

  test('without a cache each batch asks again', async () => {
    const rig = new Rig();
    rig.table.set(1, ['a']);
    await rig.rows([[0, 1, 'x']]);
    rig.table.set(1, ['b']);
    expect(await rig.rows([[0, 1, 'y']])).toEqual(['+I 1 y 1 b']);
    expect(rig.asked).toEqual([[1], [1]]);
  });

  test('a partial cache answers until a key expires; misses are kept, too', async () => {
    const options = { 'lookup.cache': 'PARTIAL', 'lookup.partial-cache.expire-after-write': '10 ms' };
    const rig = new Rig({ options });
    rig.table.set(1, ['a']);
    await rig.rows([
      [0, 1, 'x'],
      [0, 2, 'x'],
    ]);
    rig.table.set(1, ['b']).set(2, ['c']);
    rig.now = 9;
    expect(
      await rig.rows([
        [0, 1, 'y'],
        [0, 2, 'y'],
      ]),
    ).toEqual(['+I 1 y 1 a']);
    rig.now = 10;
    expect(
      await rig.rows([
        [0, 1, 'z'],
        [0, 2, 'z'],
      ]),
    ).toEqual(['+I 1 z 1 b', '+I 2 z 2 c']);
    expect(rig.asked).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('what is cached can be read: its key and its rows, a key that was not found with NULLs', async () => {
    const rig = new Rig({ options: { 'lookup.cache': 'PARTIAL' } });
    rig.table.set(1, ['a', 'b']);
    await rig.rows([
      [0, 1, 'x'],
      [0, 2, 'y'],
    ]);
    expect(rig.cached()).toEqual(['+I 1 1 a', '+I 1 1 b', '+I 2 null null']);
    const forgetful = new Rig();
    forgetful.table.set(1, ['a']);
    await forgetful.rows([[0, 1, 'x']]);
    expect(forgetful.cached()).toEqual([]);
  });

  test('a partial cache whose keys expire when nobody asks for them', async () => {
    const options = { 'lookup.cache': 'PARTIAL', 'lookup.partial-cache.expire-after-access': '10 ms' };
    const rig = new Rig({ options });
    rig.table.set(1, ['a']);
    for (const now of [0, 9, 18, 27]) {
      rig.now = now;
      await rig.rows([[0, 1, 'x']]);
    }
    expect(rig.asked).toEqual([[1]]);
    rig.now = 37;
    await rig.rows([[0, 1, 'x']]);
    expect(rig.asked).toEqual([[1], [1]]);
  });

  test('the older names of the options make a partial cache, both or none', async () => {
    const rig = new Rig({ options: { 'lookup.cache.max-rows': '1', 'lookup.cache.ttl': '10 ms' } });
    rig.table.set(1, ['a']).set(2, ['b']);
    for (const [now, key] of [
      [0, 1],
      [5, 1],
      [10, 1],
      [11, 2],
      [12, 1],
    ] as const) {
      rig.now = now;
      await rig.rows([[0, key, 'x']]);
    }
    expect(rig.asked).toEqual([[1], [1], [2], [1]]);
  });

  test('a full cache lets go what was used longest ago; misses are not kept when told so', async () => {
    const options = {
      'lookup.cache': 'PARTIAL',
      'lookup.partial-cache.max-rows': '2',
      'lookup.partial-cache.cache-missing-key': 'false',
    };
    const rig = new Rig({ options });
    rig.table.set(1, ['a']).set(2, ['b']).set(3, ['c']);
    await rig.rows([[0, 1, 'x']]);
    await rig.rows([[0, 2, 'x']]);
    await rig.rows([[0, 1, 'x']]);
    await rig.rows([[0, 3, 'x']]);
    await rig.rows([[0, 1, 'x']]);
    await rig.rows([[0, 2, 'x']]);
    await rig.rows([[0, 9, 'x']]);
    await rig.rows([[0, 9, 'x']]);
    expect(rig.asked).toEqual([[1], [2], [3], [2], [9], [9]]);
  });

  test('a missed key is asked for again as the hint says, and others are not', async () => {
    const rig = new Rig({ hint: { retriesMisses: true, delay: 1, maxAttempts: 3 } });
    rig.table.set(1, ['a']);
    rig.answered = () => {
      if (rig.asked.length === 2) rig.table.set(2, ['late']);
    };
    const out = await rig.rows([
      [0, 1, 'x'],
      [0, 2, 'x'],
      [0, 3, 'x'],
    ]);
    expect(out).toEqual(['+I 1 x 1 a', '+I 2 x 2 late']);
    expect(rig.asked).toEqual([[1, 2, 3], [2, 3], [2, 3], [3]]);
  });

  test('idleness passes in its place', async () => {
    const rig = new Rig();
    rig.table.set(1, ['a']);
    rig.idle();
    expect(await rig.rows([[0, 1, 'x']])).toEqual(['IDLE', '+I 1 x 1 a']);
  });
});
