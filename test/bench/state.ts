// How does the cost of a row grow with rows, keys and open windows? Operators alone, each measurement a process of its own.
//   npm run bench:state [-- --largest N] [--only rows|keys|windows|pairs|memory|checkpoint]   (N: share of the full sizes, such as 0.1)
// GROUP BY of a BIGINT key with SUM and COUNT, and TUMBLE windows of COUNT; rows a CPU second, and the memory of the process;
// and how long a checkpoint of 1 GB holds a job up.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { GroupAggregate, WindowAggregate } from '../../flink-sql/plan/physical.ts';
import { types } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../local-runtime/batch/batch.ts';
import { GroupAggregateOperator } from '../../local-runtime/operators/group-aggregate.ts';
import type { Operator, OperatorContext } from '../../local-runtime/operators/operator.ts';
import { WindowAggregateOperator } from '../../local-runtime/operators/window-aggregate.ts';
import { COUNT_STAR, call, inputNode, nodeBase, ref } from '../local-runtime/operators/harness.ts';
import { checkpointPauses, type Pause } from './checkpoint-pause.ts';

const BATCH = 8192;
const BIGINT = types.bigint();
const TIME = types.timestamp(3);

interface Case {
  readonly what: 'rows' | 'keys' | 'windows' | 'pairs' | 'memory' | 'checkpoint';
  readonly rows: number;
  readonly keys: number;
  /** Windows open at a time; 0: no windows. */
  readonly windows: number;
}

interface Figures {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

const context: OperatorContext = {
  output: { emit: () => undefined },
  zone: 'UTC',
  options: {},
  clock: { now: () => 0 },
  registerProcessingTimer: () => undefined,
  emitWatermark: () => undefined,
  setIdle: () => undefined,
  count: () => undefined,
};

function grouped(context: OperatorContext): Operator {
  const node: GroupAggregate = {
    kind: 'GroupAggregate',
    ...nodeBase(BIGINT, BIGINT, BIGINT),
    input: inputNode(BIGINT, BIGINT),
    group: [0],
    calls: [call('SUM', BIGINT, [ref(1, BIGINT)]), COUNT_STAR],
    retracting: false,
    generateUpdateBefore: false,
  };
  return new GroupAggregateOperator(node, [BIGINT, BIGINT], context);
}

function windowed(): Operator {
  const node: WindowAggregate = {
    kind: 'WindowAggregate',
    ...nodeBase(BIGINT, BIGINT, TIME, TIME),
    input: inputNode(BIGINT, TIME),
    group: [0],
    calls: [COUNT_STAR],
    window: { type: 'TUMBLE', size: 1000, offset: 0, timeIndex: 1, rowtime: true, ltz: false, partition: [] },
    properties: [
      { property: 'start', name: 'window_start' },
      { property: 'end', name: 'window_end' },
    ],
    retracting: false,
  } as WindowAggregate;
  return new WindowAggregateOperator(node, [BIGINT, TIME], context);
}

/** Rows whose keys come in a mixed order, each key equally often; all keys first, where there are as many rows. */
function keysOf(from: number, keys: number): BigInt64Array<ArrayBuffer> {
  const values = new BigInt64Array(BATCH);
  const words = new Int32Array(values.buffer);
  for (let i = 0; i < BATCH; i++) {
    const row = from + i;
    words[2 * i] = row < keys ? row : (Math.imul(row, 0x9e3779b1) >>> 0) % keys;
  }
  return values;
}

function groupBatch(from: number, { keys }: Case): Batch {
  const ones = new BigInt64Array(BATCH).fill(1n);
  return {
    length: BATCH,
    kinds: undefined,
    columns: [
      { kind: 'i64', values: keysOf(from, keys), nulls: undefined },
      { kind: 'i64', values: ones, nulls: undefined },
    ],
    marks: undefined,
  };
}

/** Time goes on by a window every two batches; rows are spread over the windows that are open, and a watermark follows at their end. */
function windowBatch(from: number, { keys, windows }: Case): Batch {
  const now = Math.floor(from / (2 * BATCH));
  const ms = new Float64Array(BATCH);
  for (let i = 0; i < BATCH; i++) {
    ms[i] = (now + windows - 1 - ((Math.imul(from + i, 0x85ebca6b) >>> 0) % windows)) * 1000 + (i % 1000);
  }
  return {
    length: BATCH,
    kinds: undefined,
    columns: [
      { kind: 'i64', values: keysOf(from, keys), nulls: undefined },
      { kind: 'ts', ms, nanos: undefined, nulls: undefined },
    ],
    marks: { count: 1, rows: Int32Array.of(BATCH), values: Float64Array.of(now * 1000 - 1) },
  };
}

/** Checkpoints of GROUP BY with all keys, while more rows come. */
function pauses(one: Case): Promise<Pause[]> {
  return checkpointPauses(
    (context) => grouped(context),
    (n) => groupBatch(n * BATCH, one),
    Math.ceil(one.rows / BATCH),
    join(tmpdir(), `millrace-bench-pause-${process.pid}`),
  );
}

function run(one: Case): Figures {
  const operator = one.windows > 0 ? windowed() : grouped(context);
  let used = 0;
  for (let from = 0; from < one.rows; from += BATCH) {
    const batch = one.windows > 0 ? windowBatch(from, one) : groupBatch(from, one);
    const before = process.cpuUsage();
    operator.process(batch, 0);
    const { user, system } = process.cpuUsage(before);
    used += user + system;
  }
  const { rss } = process.memoryUsage();
  const found =
    process.platform === 'linux' ? /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) : null;
  return { cpuSeconds: used / 1e6, megabytes: found ? Number(found[1]) / 1024 : rss / (1 << 20) };
}

const { values: given } = parseArgs({
  options: { largest: { type: 'string', default: '1' }, one: { type: 'string' }, only: { type: 'string' } },
});
if (given.one === undefined) {
  const scale = Number(given.largest);
  const M = Math.round(1_000_000 * scale);
  const all: Case[] = [
    ...[1, 2, 5, 10, 20].map((n) => ({ what: 'rows' as const, rows: n * M, keys: Math.round(M / 10), windows: 0 })),
    ...[1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 5e6].map((keys) => ({
      what: 'keys' as const,
      rows: 20 * M,
      keys: Math.max(1000, Math.round(keys * scale)),
      windows: 0,
    })),
    // As many pairs of key and window, in more and more windows; then more pairs, up to one for each row between two watermarks.
    ...[1, 10, 100, 1000, 10_000].map((windows) => ({
      what: 'windows' as const,
      rows: 5 * M,
      keys: 10_000 / windows,
      windows,
    })),
    ...[1, 10, 100, 1000].map((windows) => ({ what: 'pairs' as const, rows: 5 * M, keys: 1000, windows })),
    { what: 'memory', rows: 10 * M, keys: 10 * M, windows: 0 },
  ];
  const cases = all.filter(({ what }) => given.only === undefined || what === given.only);
  process.stdout.write('| | rows | keys | windows open | k rows a CPU second | MB |\n|---|---|---|---|---|---|\n');
  for (const one of cases) {
    const args = [fileURLToPath(import.meta.url), '--one', JSON.stringify(one)];
    const figures = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures;
    const speed = Math.round(one.rows / figures.cpuSeconds / 1000);
    process.stdout.write(
      `| ${one.what} | ${one.rows} | ${one.keys} | ${one.windows} | ${speed} | ${figures.megabytes.toFixed(0)} |\n`,
    );
  }
  if (given.only === undefined || given.only === 'checkpoint') checkpoints(25 * M);
} else {
  const one = JSON.parse(given.one) as Case;
  process.stdout.write(JSON.stringify(one.what === 'checkpoint' ? await pauses(one) : run(one)));
}

/** So many keys are 1 GB on disk, at full size. */
function checkpoints(keys: number): void {
  const one: Case = { what: 'checkpoint', rows: keys, keys, windows: 0 };
  const args = [fileURLToPath(import.meta.url), '--one', JSON.stringify(one)];
  const both = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Pause[];
  process.stdout.write(
    `\nCheckpoints of ${keys} keys: the longest time without a batch, by the clock and by CPU time of the job's thread\n\n`,
  );
  process.stdout.write(
    '| MB | during it, ms | CPU | as long without, ms | CPU | took, s |\n|---|---|---|---|---|---|\n',
  );
  for (const { bytes, during, without, took } of both) {
    const times = [during.clock, during.cpu, without.clock, without.cpu].map((ms) => ms.toFixed(0)).join(' | ');
    process.stdout.write(`| ${Math.round(bytes / 1e6)} | ${times} | ${took.toFixed(1)} |\n`);
  }
}
