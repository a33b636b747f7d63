import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, MAX_WATERMARK } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { partitionTime } from '../../../local-runtime/connectors/filesystem/partition-time.ts';
import { FileSink } from '../../../local-runtime/connectors/filesystem/sink.ts';
import { connectorTraits } from '../../../local-runtime/connectors/registry.ts';
import type { FlinkFault } from '../../../local-runtime/errors.ts';

/** What a sink leaves behind; names and contents as a real Flink 2.2.1 makes them. */

let folder: string;
let now = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-sink-'));
  now = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const columns = [
  { kind: 'physical', name: 'id', type: types.int() },
  { kind: 'physical', name: 'v', type: types.string() },
] as const;

function table(options: Readonly<Record<string, string>>, partitioned = true): ResolvedTable {
  return {
    kind: 'table',
    identifier: { catalog: 'c', database: 'd', name: 't' },
    temporary: false,
    columns: [...columns],
    partitionKeys: partitioned ? ['v'] : [],
    options: { connector: 'filesystem', path: folder, format: 'json', ...options },
  };
}

interface Opened {
  readonly partitioned?: boolean;
  readonly batch?: boolean;
  readonly restored?: unknown;
}

function open(options: Readonly<Record<string, string>>, { partitioned, batch, restored }: Opened = {}) {
  const t = table(options, partitioned);
  return FileSink.open({
    table: t,
    options: t.options,
    fields: columns.map(({ name, type }) => ({ name, type })),
    staticPartitions: {},
    overwrite: false,
    ...(restored === undefined ? {} : { restored }),
    env: {
      workingDirectory: folder,
      zone: 'UTC',
      options: batch ? { 'execution.runtime-mode': 'batch' } : {},
      now: () => now,
      print: () => undefined,
      notice: () => undefined,
    },
  });
}

function rows(values: readonly (readonly [number, string | null])[], watermark?: number): Batch {
  const out = new BatchBuilder(columns.map(({ type }) => type));
  for (const row of values) out.values([...row]);
  const batch = out.take();
  if (watermark === undefined) return batch;
  return { ...batch, marks: { count: 1, rows: Int32Array.of(batch.length), values: Float64Array.of(watermark) } };
}

async function checkpoint(sink: FileSink): Promise<unknown> {
  const prepared = structuredClone(await sink.prepare());
  await sink.commit();
  return prepared;
}

/** Paths below the folder, hidden ones left out, with U for the writer's id. */
const visible = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/(^|\/)\./.test(path) && statSync(join(folder, path)).isFile())
    .map((path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'U'))
    .sort();

const contents = (path: string) => {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (name) => name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'U') === path,
  );
  return found === undefined ? undefined : readFileSync(join(folder, found), 'utf8');
};

const ROWS = [
  [1, 'a'],
  [2, 'b'],
  [3, null],
  [4, ''],
] as const;

describe('part files', () => {
  it.each<[string, Readonly<Record<string, string>>, Opened, readonly string[]]>([
    ['of a table without partitions', {}, { partitioned: false }, ['part-U-0-0']],
    ['of partitions', {}, {}, ['v=__DEFAULT_PARTITION__/part-U-0-2', 'v=a/part-U-0-0', 'v=b/part-U-0-1']],
    [
      'of batch mode',
      { 'sink.rolling-policy.file-size': '1b' },
      { partitioned: false, batch: true },
      ['part-U-task-0-file-0'],
    ],
    [
      'with another name for NULL',
      { 'partition.default-name': 'a b/c' },
      {},
      ['v=a b%2Fc/part-U-0-2', 'v=a/part-U-0-0', 'v=b/part-U-0-1'],
    ],
    [
      'of one row each',
      { 'sink.rolling-policy.file-size': '1b' },
      { partitioned: false },
      ['part-U-0-0', 'part-U-0-1', 'part-U-0-2', 'part-U-0-3'],
    ],
    [
      'of csv, whose rows are not seen one by one',
      { format: 'csv', 'sink.rolling-policy.file-size': '1b' },
      { partitioned: false },
      ['part-U-0-0'],
    ],
    [
      'compacted',
      { 'auto-compaction': 'true' },
      {},
      ['v=__DEFAULT_PARTITION__/compacted-part-U-0-2', 'v=a/compacted-part-U-0-0', 'v=b/compacted-part-U-0-1'],
    ],
    [
      'compacted in bins',
      { 'auto-compaction': 'true', 'sink.rolling-policy.file-size': '1b', 'compaction.file-size': '40b' },
      { partitioned: false },
      ['compacted-part-U-0-0', 'compacted-part-U-0-2'],
    ],
    [
      'with a file that tells of success',
      { 'sink.partition-commit.policy.kind': 'SUCCESS-FILE' },
      {},
      [
        'v=__DEFAULT_PARTITION__/_SUCCESS',
        'v=__DEFAULT_PARTITION__/part-U-0-2',
        'v=a/_SUCCESS',
        'v=a/part-U-0-0',
        'v=b/_SUCCESS',
        'v=b/part-U-0-1',
      ],
    ],
    [
      'without one where nothing is a partition',
      { 'sink.partition-commit.policy.kind': 'success-file,metastore' },
      { partitioned: false },
      ['part-U-0-0'],
    ],
    [
      'with one in batch mode',
      {
        'sink.partition-commit.policy.kind': 'metastore,success-file',
        'sink.partition-commit.success-file.name': '_done',
      },
      { partitioned: false, batch: true },
      ['_done', 'part-U-task-0-file-0'],
    ],
  ])('%s', async (_, options, opened, expected) => {
    const sink = await open(options, opened);
    await sink.write(rows(ROWS));
    await sink.write(rows([], MAX_WATERMARK));
    await checkpoint(sink);
    await sink.close();
    expect(visible()).toEqual(expected);
    if (!opened.partitioned && opened.partitioned !== undefined) return;
    expect(contents(expected.find((path) => path.startsWith('v=a/') && path.includes('part')) ?? '')).toBe(
      '{"id":1}\n',
    );
  });

  it('have all rows when they are compacted', async () => {
    const options = { 'auto-compaction': 'true', 'sink.rolling-policy.file-size': '1b', 'compaction.file-size': '1kb' };
    const sink = await open(options, { partitioned: false });
    await sink.write(rows(ROWS));
    expect(visible()).toEqual([]);
    await checkpoint(sink);
    expect(contents('compacted-part-U-0-0')).toBe(
      '{"id":1,"v":"a"}\n{"id":2,"v":"b"}\n{"id":3,"v":null}\n{"id":4,"v":""}\n',
    );
    await sink.close();
    expect(readdirSync(folder).length).toBe(1);
  });

  it('are compacted by the job that starts from the checkpoint, once', async () => {
    const options = { 'auto-compaction': 'true', 'sink.rolling-policy.file-size': '1b', 'compaction.file-size': '1kb' };
    const sink = await open(options, { partitioned: false });
    await sink.write(rows(ROWS));
    const restored = structuredClone(await sink.prepare());
    await sink.close();
    for (let i = 0; i < 2; i++) await (await open(options, { partitioned: false, restored })).close();
    expect(visible()).toEqual(['compacted-part-U-0-0']);
    expect(contents('compacted-part-U-0-0')?.split('\n').length).toBe(5);
    expect(readdirSync(folder).length).toBe(1);
  });

  it('of parquet are read and written again', async () => {
    const options = {
      format: 'parquet',
      'auto-compaction': 'true',
      'sink.rolling-policy.file-size': '1b',
      'compaction.file-size': '1mb',
    };
    const sink = await open(options, { partitioned: false });
    for (const row of ROWS) await sink.write(rows([row]));
    await checkpoint(sink);
    await sink.close();
    expect(visible()).toEqual(['compacted-part-U-0-0']);
    expect(contents('compacted-part-U-0-0')?.slice(0, 4)).toBe('PAR1');
  });

  it('are closed by the clock, without rows', async () => {
    const sink = await open(
      { 'sink.rolling-policy.inactivity-interval': '5 s', 'sink.rolling-policy.check-interval': '5 ms' },
      { partitioned: false },
    );
    await sink.write(rows([[1, 'a']]));
    await sink.write(rows([[2, 'b']]));
    now = 5000;
    await new Promise((done) => setTimeout(done, 50));
    await sink.write(rows([[3, 'c']]));
    await checkpoint(sink);
    await sink.close();
    expect(visible()).toEqual(['part-U-0-0', 'part-U-0-1']);
  });
});

describe('partitions are complete', () => {
  const policy = { 'sink.partition-commit.policy.kind': 'success-file' };
  const complete = () => visible().filter((path) => path.endsWith('_SUCCESS'));

  it('with the first checkpoint, where nothing delays them', async () => {
    const sink = await open(policy);
    await sink.write(rows([[1, 'a']]));
    await checkpoint(sink);
    expect(complete()).toEqual(['v=a/_SUCCESS']);
    await sink.close();
  });

  it('when the delay is over since their first checkpoint', async () => {
    const sink = await open({ ...policy, 'sink.partition-commit.delay': '10 s' });
    await sink.write(rows([[1, 'a']]));
    now = 1000;
    await checkpoint(sink);
    now = 11_000;
    await sink.write(rows([[1, 'b']]));
    await checkpoint(sink);
    expect(complete()).toEqual([]);
    now = 11_001;
    await checkpoint(sink);
    expect(complete()).toEqual(['v=a/_SUCCESS']);
    await sink.close();
  });

  const byTime = {
    ...policy,
    'sink.partition-commit.trigger': 'partition-time',
    'sink.partition-commit.delay': '1 h',
    'sink.partition-commit.watermark-time-zone': 'Asia/Shanghai',
  };
  const at = (hour: number) => Date.UTC(2024, 0, 1, hour) - 8 * 3_600_000;

  it('when the watermark of a checkpoint has passed their time, and at the end', async () => {
    const sink = await open(byTime);
    await sink.write(
      rows(
        [
          [1, '2024-1-1'],
          [2, '2024-01-01 01:00:00'],
        ],
        at(1),
      ),
    );
    await checkpoint(sink);
    expect(complete()).toEqual([]);
    await sink.write(rows([], at(1) + 1));
    const prepared = structuredClone(await sink.prepare());
    await sink.write(rows([], at(9)));
    await sink.commit();
    expect(complete()).toEqual(['v=2024-1-1/_SUCCESS']);
    await sink.close();
    // From the checkpoint: the same again, and the other one with the end.
    rmSync(join(folder, 'v=2024-1-1/_SUCCESS'));
    const next = await open(byTime, { restored: prepared });
    expect(complete()).toEqual(['v=2024-1-1/_SUCCESS']);
    await next.write(rows([], MAX_WATERMARK));
    await checkpoint(next);
    expect(complete()).toEqual(['v=2024-01-01 01%3A00%3A00/_SUCCESS', 'v=2024-1-1/_SUCCESS']);
    await next.close();
  });

  it('again, when more comes while a checkpoint is under way', async () => {
    const sink = await open(policy);
    await sink.write(rows([[1, 'a']]));
    await sink.prepare();
    await sink.write(rows([[2, 'a']]));
    await sink.commit();
    rmSync(join(folder, 'v=a/_SUCCESS'));
    await checkpoint(sink);
    expect(complete()).toEqual(['v=a/_SUCCESS']);
    await sink.close();
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['the first value', {}, ['2024-02-03', '7'], '2024-02-03T00:00:00.000Z'],
    ['a value with a time', {}, ['2024-2-3 4:5:6.7'], '2024-02-03T04:05:06.700Z'],
    ['days that carry over', {}, ['2024-02-31'], '2024-03-02T00:00:00.000Z'],
    [
      'a pattern',
      { 'partition.time-extractor.timestamp-pattern': '$dt $hr:00:00' },
      ['2024-02-03', '7'],
      '2024-02-03T07:00:00.000Z',
    ],
    [
      'a pattern and a formatter',
      {
        'partition.time-extractor.timestamp-pattern': '$dt$hr',
        'partition.time-extractor.timestamp-formatter': 'yyyyMMddHH',
      },
      ['20240203', '07'],
      '2024-02-03T07:00:00.000Z',
    ],
    [
      'a formatter without a time',
      { 'partition.time-extractor.timestamp-formatter': 'yyyyMMdd' },
      ['20240203'],
      '2024-02-03T00:00:00.000Z',
    ],
  ])('by %s', (_, options, values, expected) => {
    expect(new Date(partitionTime(options, ['dt', 'hr'])(values)).toISOString()).toBe(expected);
  });
});

describe('options that Flink refuses', () => {
  const kind = 'sink.partition-commit.policy.kind';
  const byTime = { [kind]: 'success-file', 'sink.partition-commit.trigger': 'partition-time' };
  const innermost = (error: unknown) => {
    const { exception, message } = (error as FlinkFault).chain().at(-1) as { exception: string; message: string };
    return `${exception}: ${message}`;
  };

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ [kind]: 'foo' }, 'UnsupportedOperationException: Unsupported policy: foo'],
    [{ [kind]: 'success-file, success-file' }, 'UnsupportedOperationException: Unsupported policy:  success-file'],
    [{ [kind]: 'custom', 'sink.partition-commit.policy.class': 'a.B' }, 'ClassNotFoundException: a.B'],
    [{ [kind]: 'custom' }, 'NullPointerException: No class is named.'],
    [
      { ...byTime, 'partition.time-extractor.kind': 'foo' },
      'UnsupportedOperationException: Unsupported extractor kind: foo',
    ],
    [
      { ...byTime, 'partition.time-extractor.kind': 'custom', 'partition.time-extractor.class': 'a.B' },
      'ClassNotFoundException: a.B',
    ],
  ])('%o when the job starts', async (options, words) => {
    expect(innermost(await open(options).catch((e: unknown) => e))).toBe(words);
  });

  it.each<[Readonly<Record<string, string>>, string]>([
    [
      { 'sink.partition-commit.watermark-time-zone': 'Foo/Bar' },
      "ValidationException: Invalid time zone for 'sink.partition-commit.watermark-time-zone'. The value should be a Time Zone Database (TZDB) ID such as 'America/Los_Angeles' to include daylight saving time. Fixed offsets are supported using 'GMT-03:00' or 'GMT+03:00'. Or use 'UTC' without time zone and daylight saving time.",
    ],
    [{ 'compaction.file-size': 'foo' }, 'NumberFormatException: text does not start with a number'],
    [
      { [kind]: 'metastore,success-file' },
      "ValidationException: Can not configure a 'metastore' partition commit policy for a file system table. You can only configure 'metastore' partition commit policy for a hive table.",
    ],
  ])('%o when the statement is planned', (options, words) => {
    const t = table(options);
    try {
      connectorTraits.sink(t.options, t)?.translate?.(false);
    } catch (error) {
      expect(innermost(error)).toBe(words);
      return;
    }
    throw new Error('nothing was refused');
  });

  it.each(['+08:00', 'foo'])('the zone %s, which is none to java.util.TimeZone', (zone) => {
    const t = table({ 'sink.partition-commit.watermark-time-zone': zone });
    expect(() => connectorTraits.sink(t.options, t)).toThrow();
  });

  it.each(['Asia/Shanghai', 'GMT+03:00', 'UTC'])('not the zone %s', (zone) => {
    const t = table({ 'sink.partition-commit.watermark-time-zone': zone });
    expect(() => connectorTraits.sink(t.options, t)).not.toThrow();
  });
});
