import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deduplicate, GroupAggregate, Join } from '../../../flink-sql/plan/physical.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BundledOperator } from '../../../local-runtime/operators/bundle/bundled-operator.ts';
import { MiniBatchGroupAggregateOperator } from '../../../local-runtime/operators/bundle/mini-batch-group-aggregate.ts';
import { MiniBatchJoinOperator } from '../../../local-runtime/operators/bundle/mini-batch-join.ts';
import { DeduplicateOperator } from '../../../local-runtime/operators/deduplicate.ts';
import { JoinOperator } from '../../../local-runtime/operators/join.ts';
import { type Options, start } from '../job/harness.ts';
import {
  BATCH_SIZES,
  COUNT_STAR,
  call,
  fieldsOf,
  Harness,
  inputNode,
  nodeBase,
  ref,
  type Step,
  withCuts,
} from './harness.ts';

interface Case {
  readonly sql: string;
  readonly size: number;
  readonly onePhase: boolean;
  readonly rows: readonly string[];
}

/** What a real Flink 2.2.1 gave, change by change, at parallelism 1. */
const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'mini-batch.cases.json'), 'utf8')) as Case[];

const SALES: readonly string[] = [
  '{"id": 1, "region": "north", "item": "tea", "qty": 5, "price": 2.5, "score": 1.5, "ts": "2024-01-01 10:00:00.000", "ok": true}',
  '{"id": 2, "region": "south", "item": "tea", "qty": 3, "price": 2.5, "score": -0.5, "ts": "2024-01-01 10:00:01.000", "ok": false}',
  '{"id": 3, "region": "north", "item": "milk", "qty": 7, "price": 0.99, "score": 2.25, "ts": "2024-01-01 09:59:00.000", "ok": true}',
  '{"id": 4, "region": null, "item": "tea", "qty": 1, "price": 10.0, "score": 0.0, "ts": "2024-01-02 00:00:00.000", "ok": null}',
  '{"id": 5, "region": "north", "item": null, "qty": null, "price": null, "score": null, "ts": null, "ok": null}',
  '{"id": 6, "region": "south", "item": "milk", "qty": -4, "price": 1.05, "score": 10000000000.0, "ts": "2023-12-31 23:59:59.999", "ok": true}',
  '{"id": 7, "region": "日本", "item": "茶", "qty": 2147483647, "price": 99999999.99, "score": 3.5, "ts": "2024-02-29 12:00:00.000", "ok": false}',
  '{"id": 8, "region": "north", "item": "tea", "qty": 5, "price": 2.5, "score": 1.5, "ts": "2024-01-01 10:00:00.000", "ok": true}',
  '{"id": 9, "region": null, "item": "milk", "qty": 0, "price": 0.0, "score": -0.001, "ts": "2024-01-03 00:00:00.000", "ok": false}',
  '{"id": 10, "region": "south", "item": "tea", "qty": 3, "price": 4.0, "score": 2.0, "ts": "2024-01-01 10:00:01.000", "ok": null}',
  '{"id": 11, "region": "日本", "item": "tea", "qty": 1, "price": 0.01, "score": 0.1, "ts": "2024-02-28 12:00:00.000", "ok": false}',
  '{"id": 12, "region": "east", "item": null, "qty": null, "price": null, "score": null, "ts": null, "ok": null}',
];

const COLUMNS = 'id INT, region STRING, item STRING, qty INT, price DECIMAL(10, 2), score DOUBLE, ts TIMESTAMP(3)';

let folder: string;
let tables: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-mini-batch-'));
  const write = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
    return `'connector' = 'filesystem', 'path' = '${join(folder, name)}', 'format' = 'json'`;
  };
  // Event time may not be NULL.
  const timed = SALES.map((line) => line.replace('"ts": null', '"ts": "2024-01-01 11:00:00.000"'));
  tables = `
    CREATE TABLE sales (${COLUMNS}, ok BOOLEAN) WITH (${write('sales.jsonl', SALES)});
    CREATE TABLE timed (id INT, region STRING, item STRING, qty INT, ts TIMESTAMP(3),
      WATERMARK FOR ts AS ts - INTERVAL '1' DAY) WITH (${write('timed.jsonl', timed)});`;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function optionsOf({ size, onePhase }: Pick<Case, 'size' | 'onePhase'>): Options {
  return {
    'table.local-time-zone': 'UTC',
    'table.exec.mini-batch.enabled': 'true',
    'table.exec.mini-batch.allow-latency': '1 h',
    'table.exec.mini-batch.size': String(size),
    ...(onePhase ? { 'table.optimizer.agg-phase-strategy': 'ONE_PHASE' } : {}),
  };
}

describe('mini-batch, as a real Flink answers', () => {
  for (const c of CASES) {
    const title = `${c.size}${c.onePhase ? ', one phase' : ''}: ${c.sql}`;
    it(title, async () => {
      const { job, rows } = start(`${tables} ${c.sql};`, optionsOf(c));
      expect(await job.done, JSON.stringify(job.failure)).toBe('FINISHED');
      expect(rows).toEqual(c.rows);
    });
  }

  it('wants a latency and a size', () => {
    const off = { 'table.exec.mini-batch.enabled': 'true' };
    const script = `${tables} SELECT region, COUNT(*) FROM sales GROUP BY region;`;
    expect(() => start(script, off)).toThrow('MiniBatch Latency must be greater than 0 ms. [null]');
    expect(() => start(script, { ...off, 'table.exec.mini-batch.allow-latency': '5 s' })).toThrow(
      "Key: 'table.exec.mini-batch.size' , default: -1 (fallback keys: []) must be > 0.",
    );
  });

  it('ends a bundle when the latency has passed', async () => {
    const options = {
      ...optionsOf({ size: 1_000_000, onePhase: false }),
      'table.exec.mini-batch.allow-latency': '50 ms',
    };
    const { job, rows } = start(
      `CREATE TABLE g (v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.v.min' = '1', 'fields.v.max' = '1');
       SELECT COUNT(*) FROM g;`,
      options,
    );
    const deadline = performance.now() + 4000;
    while (rows.length < 3 && performance.now() < deadline) await new Promise((done) => setTimeout(done, 20));
    await job.cancel();
    expect(rows[0]).toMatch(/^\+I \d+$/);
    expect(rows[1]).toMatch(/^-U \d+$/);
  });
});

const STR = types.string();
const INT = types.int();
const INPUT = [STR, INT];

describe('bundles', () => {
  function groups(twoPhase: boolean, retracting: boolean): Harness {
    const node: GroupAggregate = {
      kind: 'GroupAggregate',
      ...nodeBase(STR, types.bigint(), INT),
      input: inputNode(...INPUT),
      group: [0],
      calls: [COUNT_STAR, call('SUM', INT, [ref(1, INT)], { distinct: true })],
      retracting,
      generateUpdateBefore: true,
    };
    return new Harness(
      [INPUT],
      (context) => new MiniBatchGroupAggregateOperator(node, { size: 3, twoPhase }, INPUT, context),
    );
  }

  const appends: readonly Step[] = [
    ['+I', 'a', 1],
    ['+I', 'b', 2],
    ['W', 5],
    ['+I', 'a', 1],
    ['+I', 'a', 3],
    ['+I', 'c', 1],
    ['+I', 'a', 4],
  ];
  const changes: readonly Step[] = [
    ['-U', 'a', 9],
    ['+I', 'a', 1],
    ['+I', 'b', 2],
    ['-D', 'b', 2],
    ['W', 5],
    ['-U', 'a', 1],
    ['+U', 'a', 3],
    ['W', 6],
    ['-D', 'a', 3],
    ['W', 7],
  ];

  it('merge parts of sums and distinct values', () => {
    for (const size of BATCH_SIZES) {
      expect(groups(true, false).run(appends, size)).toEqual([
        '+I b 1 2',
        '+I a 1 1',
        'W 5',
        '-U a 1 1',
        '+U a 4 8',
        '+I c 1 1',
      ]);
    }
  });

  it('leave out what cancels, and in one phase retractions that come first', () => {
    expect(groups(false, true).run(changes, 7)).toEqual([
      '+I b 1 2',
      '+I a 1 1',
      '-D b 1 2',
      'W 5',
      '-U a 1 1',
      '+U a 1 3',
      'W 6',
      '-D a 1 3',
      'W 7',
    ]);
  });

  it('come back from a snapshot with what waits', () => {
    for (const [twoPhase, retracting, steps] of [
      [true, false, appends],
      [false, false, appends],
      [true, true, changes],
      [false, true, changes],
    ] as const) {
      const whole = groups(twoPhase, retracting).run(steps, 7);
      expect(groups(twoPhase, retracting).run(withCuts(steps), 7)).toEqual(whole);
    }
  });

  it('of a deduplication and of a join too', () => {
    const last: Deduplicate = {
      kind: 'Deduplicate',
      ...nodeBase(...INPUT),
      input: inputNode(...INPUT),
      keys: [0],
      timeIndex: 1,
      rowtime: false,
      keepLast: true,
      generateUpdateBefore: true,
    };
    const deduplicate = () =>
      new Harness(
        [INPUT],
        (context) =>
          new BundledOperator(new DeduplicateOperator(last, INPUT, context), [0], 'last', 3, fieldsOf(...INPUT)),
      );
    expect(deduplicate().run(withCuts(appends), 7)).toEqual(deduplicate().run(appends, 7));

    const node: Join = {
      kind: 'Join',
      ...nodeBase(...INPUT, ...INPUT),
      left: inputNode(...INPUT),
      right: inputNode(...INPUT),
      joinType: 'LEFT',
      leftKeys: [0],
      rightKeys: [0],
      filterNulls: [true],
      condition: null,
      leftUnique: { kind: 'NONE' },
      rightUnique: { kind: 'JOIN_KEY_UNIQUE' },
      hints: [],
    };
    const join = () =>
      new Harness(
        [INPUT, INPUT],
        (context) =>
          new MiniBatchJoinOperator(
            node,
            6,
            [INPUT, INPUT],
            new JoinOperator(node, [INPUT, INPUT], undefined, context),
          ),
      );
    const right = (step: Step): Step => ({ input: 1, step: step as readonly ['+I', string, number] });
    const steps: readonly Step[] = [
      ['+I', 'a', 1],
      ['+I', 'a', 2],
      ['-D', 'a', 1],
      right(['+I', 'a', 7]),
      right(['-U', 'a', 7]),
      right(['+U', 'a', 8]),
      ['+I', 'b', 1],
    ];
    const whole = join().run(steps, 7);
    expect(whole).toEqual(['+I a 2 a 8', '+I b 1 null null']);
    expect(join().run(withCuts(steps), 7)).toEqual(whole);
  });
});
