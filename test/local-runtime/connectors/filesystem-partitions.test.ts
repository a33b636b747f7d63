import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { partitionText, partitionValue } from '../../../local-runtime/connectors/filesystem/partition-values.ts';
import { connectorFor } from '../../../local-runtime/connectors/registry.ts';
import type { FlinkFault } from '../../../local-runtime/errors.ts';

/** Files, tables over them, and what a real Flink 2.2.1 answers. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-partitions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function files(contents: Readonly<Record<string, number>>): void {
  for (const [path, id] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `{"id":${id}}\n`);
  }
}

interface Asked {
  readonly keys: Readonly<Record<string, LogicalType>>;
  readonly order?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  readonly select?: readonly string[];
}

async function read({ keys, order, options, select }: Asked): Promise<unknown[][]> {
  const columns = Object.entries({ id: types.int(), ...keys }).map(
    ([name, type]) => ({ kind: 'physical', name, type }) as const,
  );
  const table: ResolvedTable = {
    kind: 'table',
    identifier: { catalog: 'c', database: 'd', name: 't' },
    temporary: false,
    columns,
    partitionKeys: order ?? Object.keys(keys),
    options: { connector: 'filesystem', format: 'json', path: folder, ...options },
  };
  const chosen = columns.filter(({ name }) => !select || select.includes(name));
  const source = await connectorFor(table.options).openSource?.({
    table,
    options: table.options,
    projected: chosen.map((column) => columns.indexOf(column)),
    fields: chosen.map(({ name, type }) => ({ name, type })),
    env: {
      workingDirectory: folder,
      zone: 'UTC',
      options: {},
      now: () => 0,
      print: () => undefined,
      notice: () => undefined,
    },
  });
  if (!source) throw new Error('no source');
  const rows: unknown[][] = [];
  try {
    for (;;) {
      const event = await source.next(8192, 50, AbortSignal.timeout(5000));
      if (event.kind !== 'batch') break;
      for (let i = 0; i < event.batch.length; i++) rows.push(event.batch.columns.map((c) => valueAt(c, i)));
    }
  } finally {
    await source.close();
  }
  return rows;
}

const text = types.string();

describe('a folder without partitions', () => {
  const nested = {
    'x.json': 1,
    'sub/y.json': 2,
    'sub/.hid/z.json': 3,
    '_us/z.json': 4,
    'a=1/z.json': 5,
    '.h.json': 6,
    '_h.json': 7,
    'y.txt': 8,
  };
  it.each([
    [undefined, [1, 2, 5, 8]],
    ['.*\\.txt', [8]],
    ['.*json', [1, 2, 5]],
    ['FOLDER/sub/.*', [2]],
    ['sub/.*', []],
    ['FOLDER/sub', []],
    ['.*', [1, 2, 5, 8]],
  ])('is read with all its folders; source.path.regex-pattern %s', async (pattern, ids) => {
    files(nested);
    const options = pattern && { 'source.path.regex-pattern': pattern.replace('FOLDER', folder) };
    const rows = await read({ keys: {}, ...(options ? { options } : {}) });
    expect(rows.map(([id]) => id).sort()).toEqual(ids);
  });

  it('refuses a pattern that is none', async () => {
    await expect(read({ keys: {}, options: { 'source.path.regex-pattern': '((' } })).rejects.toMatchObject({
      exception: 'PatternSyntaxException',
    });
  });
});

describe('partitions', () => {
  it('have the values of their folders, which may lie deeper than the files need', async () => {
    files({
      'dt=2024-01-01/n=1/f': 1,
      'dt=2024-01-02/n=2/deep/f': 2,
      'dt=2024-01-02/n=2/g': 3,
      'dt=2024-01-02/n=2/_h': 4,
    });
    expect(await read({ keys: { dt: types.date(), n: types.int() } })).toEqual([
      [1, 19_723, 1],
      [2, 19_724, 2],
      [3, 19_724, 2],
    ]);
    // A file above the partitions is in none.
    files({ top: 9 });
    expect((await read({ keys: { dt: text, n: types.int() } })).length).toBe(3);
  });

  it('that are not there leave the table empty', async () => {
    expect(await read({ keys: { k: text } })).toEqual([]);
    expect(await read({ keys: { k: text }, options: { path: join(folder, 'nowhere') } })).toEqual([]);
    expect(await read({ keys: { k: text }, options: { 'source.monitor-interval': '1 s' } })).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, number>>, Asked, string]>([
    [
      'without a value',
      { 'k=__DEFAULT_PARTITION__/f': 1 },
      { keys: { k: text } },
      'TableException: Path should not be null or empty: null',
    ],
    [
      'without a value, of another name',
      { 'k=none/f': 1 },
      { keys: { k: text }, options: { 'partition.default-name': 'none' } },
      'TableException: Path should not be null or empty: null',
    ],
    [
      'of other keys',
      { '_dt=2024-01-02/n=3/a': 1 },
      { keys: { dt: text, n: text } },
      'TableException: Partition keys are: [dt, n], incomplete partition spec: {_dt=2024-01-02, n=3}',
    ],
    [
      'that a file takes the place of',
      { top: 1 },
      { keys: { dt: text } },
      'TableException: Partition keys are: [dt], incomplete partition spec: {}',
    ],
    [
      'in another order',
      { 'n=1/dt=2024-01-05/g': 1 },
      { keys: { dt: text, n: text } },
      "FileNotFoundException: File FOLDER/dt=2024-01-05/n=1 does not exist or the user running Flink ('USER') has insufficient permissions to access it.",
    ],
    ['of no INT', { 'n=x/f': 1 }, { keys: { n: types.int() } }, 'NumberFormatException: For input string: "x"'],
    [
      'of no TINYINT',
      { 'n=5000/f': 1 },
      { keys: { n: types.tinyint() } },
      'NumberFormatException: Value out of range. Value:"5000" Radix:10',
    ],
    [
      'of no TIMESTAMP',
      { 'n=5000/f': 1 },
      { keys: { n: types.timestamp(3) } },
      "DateTimeParseException: Text '5000' could not be parsed at index 4",
    ],
    [
      'of no DATE',
      { 'n=5000/f': 1 },
      { keys: { n: types.date() } },
      "DateTimeParseException: Text '5000' could not be parsed at index 4",
    ],
    [
      'of a type that is not read',
      { 'n=2.50/f': 1 },
      { keys: { n: types.decimal(10, 2) } },
      'RuntimeException: Can not convert 2.50 to type DECIMAL(10, 2) for partition value',
    ],
    [
      'of TIME',
      { 'n=5000/f': 1 },
      { keys: { n: types.time() } },
      'RuntimeException: Can not convert 5000 to type TIME(0) for partition value',
    ],
  ])('%s fail in Flink’s words', async (_, contents, asked, words) => {
    files(contents);
    const error = (await read(asked).catch((e: unknown) => e)) as FlinkFault;
    const { exception, message } = error.chain().at(-1) ?? error;
    expect(`${exception}: ${message}`.replace(folder, 'FOLDER').replace(/\('[^']*'\)/, "('USER')")).toBe(words);
  });

  it('are not looked at when their column is not read', async () => {
    files({ 'n=5000/f': 1 });
    expect(await read({ keys: { n: types.date() }, select: ['id'] })).toEqual([[1]]);
  });
});

describe('values in the names of folders', () => {
  it.each<[LogicalType, Exclude<Parameters<typeof partitionText>[0], null>, string]>([
    [types.boolean(), true, 'true'],
    [types.bigint(), -5n, '-5'],
    [types.double(), 1.5, '1.5'],
    [types.double(), 1e10, '1.0E10'],
    [types.decimal(10, 2), 250n, '2.50'],
    [types.decimal(10, 2), -5n, '-0.05'],
    [types.date(), 19_724, '19724'],
    [types.time(), 11_045_000, '11045000'],
    [types.timestamp(3), { ms: Date.UTC(2024, 0, 2, 3, 4, 5, 678), nanos: 0 }, '2024-01-02T03:04:05.678'],
    [types.timestamp(0), { ms: Date.UTC(2024, 0, 2, 3, 4), nanos: 0 }, '2024-01-02T03:04'],
    [types.timestamp(6), { ms: Date.UTC(2024, 0, 2, 3, 4, 5, 678), nanos: 901_000 }, '2024-01-02T03:04:05.678901'],
    [types.timestampLtz(3), { ms: 1000, nanos: 0 }, '1970-01-01T00:00:01'],
  ])('%o', (type, value, expected) => expect(partitionText(value, type)).toBe(expected));

  it('are read as they are written, where Flink can', () => {
    for (const value of ['2024-01-02T03:04', '2024-01-02T03:04:05.678901']) {
      const read = partitionValue(value, types.timestamp(6));
      expect(partitionText(read as NonNullable<typeof read>, types.timestamp(6))).toBe(value);
    }
  });
});
