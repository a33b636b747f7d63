import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import type { ConnectorEnvironment } from '../../../local-runtime/connectors/connector.ts';
import { connectorFor, connectorTraits } from '../../../local-runtime/connectors/registry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function table(options: Record<string, string>, partitionKeys: string[] = []): ResolvedTable {
  return {
    kind: 'table',
    identifier: { catalog: 'c', database: 'd', name: 't' },
    temporary: false,
    columns: [
      { kind: 'physical', name: 'id', type: types.int() },
      { kind: 'physical', name: 'k', type: types.string() },
      { kind: 'metadata', name: 'f', key: 'file.name', type: types.string(false), virtual: true },
    ],
    partitionKeys,
    options: { connector: 'filesystem', format: 'json', path: folder, ...options },
  };
}

const env = (): ConnectorEnvironment => ({
  workingDirectory: folder,
  zone: 'UTC',
  options: {},
  now: () => 0,
  print: () => undefined,
  notice: () => undefined,
});

async function read(t: ResolvedTable, projected: number[]): Promise<unknown[][]> {
  const fields = projected.map((p) => ({
    name: t.columns[p]?.name as string,
    type: t.columns[p]?.type as ReturnType<typeof types.int>,
  }));
  const source = await connectorFor(t.options).openSource?.({
    table: t,
    options: t.options,
    projected,
    fields,
    env: env(),
  });
  if (!source) throw new Error('no source');
  const rows: unknown[][] = [];
  for (;;) {
    const event = await source.next(8192, 50, AbortSignal.timeout(5000));
    if (event.kind !== 'batch') break;
    for (let i = 0; i < event.batch.length; i++) rows.push(event.batch.columns.map((c) => valueAt(c, i)));
  }
  await source.close();
  return rows;
}

describe('filesystem', () => {
  it('reads the files of a folder in name order, with metadata and a projection', async () => {
    await writeFile(join(folder, 'b.json'), '{"id":2,"k":"y"}\n');
    await writeFile(join(folder, 'a.json'), '{"id":1,"k":"x"}\n');
    await writeFile(join(folder, '.hidden'), 'not json');
    expect(await read(table({}), [0, 2])).toEqual([
      [1, 'a.json'],
      [2, 'b.json'],
    ]);
    expect(await read(table({ path: 'a.json' }), [1])).toEqual([['x']]);
  });

  it('reads every row of a file larger than its chunks', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `{"id":${i},"k":"key number ${i}"}`);
    await writeFile(join(folder, 'big.json'), lines.join('\n'));
    const rows = await read(table({}), [0, 1]);
    expect(rows.length).toBe(60_000);
    expect(rows.every((r, i) => r[0] === i && r[1] === `key number ${i}`)).toBe(true);
  });

  it('shows what it writes only when it is committed, by partition', async () => {
    const t = table({}, ['k']);
    const fields = [
      { name: 'id', type: types.int() },
      { name: 'k', type: types.string() },
    ];
    const sink = await connectorFor(t.options).openSink?.({
      table: t,
      options: t.options,
      fields,
      staticPartitions: {},
      overwrite: false,
      env: env(),
    });
    const out = new BatchBuilder(fields.map((f) => f.type));
    out.values([1, 'a/b']);
    out.values([2, null]);
    await sink?.write(out.take());
    await sink?.flush();
    const partA = join(folder, 'k=a%2Fb');
    expect((await readdir(partA)).filter((name) => !name.startsWith('.'))).toEqual([]);
    await sink?.prepare?.();
    await sink?.commit();
    await sink?.close();
    expect((await readdir(folder)).sort()).toEqual(['k=__DEFAULT_PARTITION__', 'k=a%2Fb']);
    const part = join(folder, 'k=a%2Fb');
    expect(await readFile(join(part, (await readdir(part))[0] as string), 'utf8')).toBe('{"id":1}\n');
    const unnamed = join(folder, 'k=__DEFAULT_PARTITION__');
    expect(await readFile(join(unnamed, (await readdir(unnamed))[0] as string), 'utf8')).toBe('{"id":2}\n');
    // Flink writes such a partition, and cannot read the table afterwards.
    await expect(read(t, [0, 1])).rejects.toThrow('Path should not be null or empty: null');
    await rm(unnamed, { recursive: true });
    expect(await read(t, [0, 1])).toEqual([[1, 'a/b']]);
  });

  it('leaves nothing behind when it is given up', async () => {
    const t = table({});
    const fields = [
      { name: 'id', type: types.int() },
      { name: 'k', type: types.string() },
    ];
    const sink = await connectorFor(t.options).openSink?.({
      table: t,
      options: t.options,
      fields,
      staticPartitions: {},
      overwrite: false,
      env: env(),
    });
    const out = new BatchBuilder(fields.map((f) => f.type));
    out.values([1, 'a']);
    await sink?.write(out.take());
    await sink?.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [
      { path: '/no/such/file' },
      /^File \/no\/such\/file does not exist or the user running Flink \('.*'\) has insufficient permissions to access it\.$/,
    ],
    [{ path: 's3://bucket/x' }, /^Could not find a file system implementation for scheme 's3'/],
  ])('fails with Flink’s words for %o', async (options, words) => {
    await expect(read(table(options), [0])).rejects.toThrow(words);
  });
});

describe('options', () => {
  const words = (options: Record<string, string>, kind: 'source' | 'sink' = 'source'): string => {
    const t = { ...table({}), options };
    try {
      connectorTraits[kind](options, t);
    } catch (error) {
      let at = error as Error;
      while (at.cause) at = at.cause as Error;
      return `${at.name}: ${at.message}`;
    }
    return 'ok';
  };
  it.each([
    [{}, "ValidationException: Table options do not contain an option key 'connector' for discovering a connector."],
    [
      { connector: 'filesystem' },
      'ValidationException: One or more required options are missing.\n\nMissing required options are:\n\nformat\npath',
    ],
    [
      { connector: 'print' },
      "ValidationException: Connector 'print' can only be used as a sink. It cannot be used as a source.",
    ],
    [{ connector: 'datagen', 'fields.id.min': 'x' }, 'NumberFormatException: For input string: "x"'],
    [
      { connector: 'datagen', 'fields.id.kind': 'sequence', 'fields.id.start': '1' },
      "ValidationException: Could not find required property 'fields.id.end' for sequence generator.",
    ],
    [
      { connector: 'kafka', topic: 't', 'properties.bootstrap.servers': 'h:1' },
      "ValidationException: Could not find required scan format 'value.format'.",
    ],
    [
      {
        connector: 'kafka',
        topic: 't',
        'properties.bootstrap.servers': 'h:1',
        format: 'json',
        'json.ignore-parse-errors': 'yes',
      },
      'IllegalArgumentException: Unrecognized option for boolean: yes. Expected either true or false(case insensitive)',
    ],
    [{ connector: 'kafka', topic: 't', 'properties.bootstrap.servers': 'h:1', format: 'json' }, 'ok'],
  ])('%o', (options, expected) => expect(words(options as Record<string, string>)).toBe(expected));

  it('lists what a table may have when something is unknown', () => {
    const got = words({ connector: 'print', format: 'json' }, 'sink');
    expect(got).toContain(
      "Unsupported options found for 'print'.\n\nUnsupported options:\n\nformat\n\nSupported options:\n\nconnector\nprint-identifier",
    );
  });
});
