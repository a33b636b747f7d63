import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FetchedRecord } from '../../../clients/kafka/index.ts';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import type { ConnectorEnvironment, SourceReader } from '../../../local-runtime/connectors/connector.ts';
import { type DeadLetter, deadLetterTarget, shownRecord } from '../../../local-runtime/connectors/dead-letters.ts';
import { kafkaOptions } from '../../../local-runtime/connectors/kafka/options.ts';
import { RecordDecoder } from '../../../local-runtime/connectors/kafka/rows.ts';
import { connectorFor } from '../../../local-runtime/connectors/registry.ts';
import type { FlinkFault } from '../../../local-runtime/errors.ts';

let folder: string;
const notices: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-bad-'));
  notices.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = (): ConnectorEnvironment => ({
  workingDirectory: folder,
  zone: 'UTC',
  options: {},
  now: () => 0,
  print: () => undefined,
  notice: (text) => notices.push(text),
});

const columns = [
  { kind: 'physical', name: 'a', type: types.int() },
  { kind: 'physical', name: 'b', type: types.string() },
] as const;

function table(options: Readonly<Record<string, string>>): ResolvedTable {
  return {
    kind: 'table',
    identifier: { catalog: 'c', database: 'd', name: 't' },
    temporary: false,
    columns: [...columns],
    partitionKeys: [],
    options,
  };
}

async function open(options: Readonly<Record<string, string>>, position?: unknown): Promise<SourceReader> {
  const t = table({ connector: 'filesystem', path: folder, ...options });
  const request = {
    table: t,
    options: t.options,
    projected: [0, 1],
    fields: columns.map(({ name, type }) => ({ name, type })),
    env: env(),
  };
  const source = await connectorFor(t.options).openSource?.(
    position === undefined ? request : { ...request, position },
  );
  if (!source) throw new Error('no source');
  return source;
}

async function rows(source: SourceReader): Promise<unknown[][]> {
  const out: unknown[][] = [];
  try {
    for (;;) {
      const event = await source.next(8192, 50, AbortSignal.timeout(5000));
      if (event.kind !== 'batch') break;
      for (let i = 0; i < event.batch.length; i++) out.push(event.batch.columns.map((c) => valueAt(c, i)));
    }
  } finally {
    await source.close();
  }
  return out;
}

const chain = async (promise: Promise<unknown>) =>
  ((await promise.catch((e: unknown) => e)) as FlinkFault).chain().map((link) => `${link.exception}: ${link.message}`);

describe('records of files that cannot be read', () => {
  test('fail with file and byte, the format keeping the last word', async () => {
    await writeFile(join(folder, 'x.csv'), '1,a\nq,b\n');
    expect(await chain(rows(await open({ format: 'csv' })))).toEqual([
      `IOException: Failed to deserialize CSV row 'q,b'. In file '${join(folder, 'x.csv')}', byte 4.`,
      "IOException: Failed to deserialize CSV row 'q,b'.",
      'NumberFormatException: For input string: "q"',
    ]);
  });

  test.each([
    ['json', '{"a":1}\n{"a":oops}\n\n{"a":"x","b":"half"}\n{"a":3,"b":"c"}', [8, 20]],
    ['csv', '1,\nq,b\n3,c\n', [3]],
  ])(
    '%s: kept whole in a file, the others go on; ignoring errors does not hide them',
    async (format, text, offsets) => {
      await writeFile(join(folder, `x.${format}`), text);
      const dead = join(folder, '.dead', 'letters.jsonl');
      const source = await open({ format, [`${format}.ignore-parse-errors`]: 'true', 'millrace.dead-letter': dead });
      const read = await rows(source);
      expect(read.map(([a]) => a)).toEqual([1, 3]);
      const letters = (await readFile(dead, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(letters.map((l) => l.offset)).toEqual(offsets);
      expect(letters.map((l) => l.file)).toEqual(offsets.map(() => join(folder, `x.${format}`)));
      for (const letter of letters) expect(text).toContain(letter.value);
      expect(letters[0]?.error).toMatch(
        /^(JsonParseException: Unrecognized token 'oops'|NumberFormatException: For input string: "q")/,
      );
    },
  );

  test.each([
    ['json', '{"a":1}\noops\n\n  \n{"a":2}\n{"b":\n'],
    ['csv', '1,a\n1,a,too,many\n2,b\n"open\n'],
  ])('%s: those passed over are counted', async (format, text) => {
    await writeFile(join(folder, `x.${format}`), text);
    const source = await open({ format, [`${format}.ignore-parse-errors`]: 'true' });
    expect((await rows(source)).map(([a]) => a)).toEqual([1, 2]);
    expect(notices).toEqual([
      `2 records of files in ${folder} could not be read and were skipped ('${format}.ignore-parse-errors').`,
    ]);
  });

  test('the option says what it takes, and Flink does not hear of it', () => {
    expect(() => deadLetterTarget({ 'millrace.dead-letter': 'orders' }, true)).toThrow(
      "Invalid value for option 'millrace.dead-letter': 'orders'. It takes 'topic:NAME', 'table:NAME' or the path of a file.",
    );
    expect(() => deadLetterTarget({ 'millrace.dead-letter': 'topic:x' }, false)).toThrow(
      "It takes 'table:NAME' or the path of a file.",
    );
    expect(deadLetterTarget({ 'millrace.dead-letter': 'file:///tmp/x' }, true)).toEqual({
      kind: 'file',
      path: '/tmp/x',
    });
    const t = table({
      connector: 'filesystem',
      path: folder,
      format: 'json',
      'millrace.dead-letter': 'x.jsonl',
      wrong: '1',
    });
    const check = () => connectorFor(t.options).sourceTraits?.(t.options, t);
    expect(check).toThrow(/Unsupported options:\n\nwrong\n\nSupported options:\n/);
    expect(check).not.toThrow(/millrace/);
  });

  test('records are shown as text or as digits, clipped', () => {
    expect(shownRecord(new TextEncoder().encode('grün'))).toBe("'grün'");
    expect(shownRecord(Uint8Array.of(0, 255))).toBe("x'00ff'");
    expect(shownRecord(new Uint8Array(5000).fill(65))).toHaveLength(203);
    expect(shownRecord(null)).toBe('null');
  });
});

describe('packed files', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `{"a":${i},"b":"row ${i}"}\n`).join('');
  const packed = {
    gz: gzipSync(lines),
    gzip: Buffer.concat([gzipSync(lines.slice(0, 100_007)), gzipSync(lines.slice(100_007))]),
    deflate: deflateSync(lines),
    zst: zstdCompressSync(lines),
  };

  test.each(Object.entries(packed))('.%s, also from a position', async (suffix, bytes) => {
    await writeFile(join(folder, `x.json.${suffix}`), bytes);
    const source = await open({ format: 'json' });
    const first = await source.next(8192, 50, AbortSignal.timeout(5000));
    const length = first.kind === 'batch' ? first.batch.length : 0;
    const position = JSON.parse(JSON.stringify(source.position())) as unknown;
    await source.close();
    const rest = await rows(await open({ format: 'json' }, position));
    expect(rest[0]?.[0]).toBe(length);
    expect(rest.at(-1)).toEqual([19_999, 'row 19999']);
    expect(length + rest.length).toBe(20_000);
  });

  // Written by Python's bz2: two streams, one behind the other.
  const bzip2 = readFileSync(new URL('../../fixtures/packed/rows.json.bz2', import.meta.url));
  const unpacked = Array.from({ length: 600 }, (_, i) => [i, i % 7 ? `row ${i}` : 'x'.repeat(i)]);

  test('.bz2', async () => {
    await writeFile(join(folder, 'x.json.bz2'), bzip2);
    expect(await rows(await open({ format: 'json' }))).toEqual(unpacked);
  });

  test.each([
    ['cut off', bzip2.subarray(0, bzip2.length - 20), 'Corrupt bzip2 data: it ends in the middle of a block'],
    ['no bzip2', Buffer.from('plain text'), 'Corrupt bzip2 data: no header'],
  ])('.bz2, %s', async (_, bytes, message) => {
    await writeFile(join(folder, 'x.json.bz2'), bytes);
    await expect(open({ format: 'json' }).then(rows)).rejects.toThrow(message);
  });

  test('.xz is refused by name', async () => {
    await writeFile(join(folder, 'x.json.xz'), 'x');
    await expect(open({ format: 'json' }).then(rows)).rejects.toThrow('does not read files packed with xz');
  });

  test('.gz, cut off', async () => {
    await writeFile(join(folder, 'x.json.gz'), gzipSync(lines).subarray(0, 5000));
    await expect(open({ format: 'json' }).then(rows)).rejects.toThrow(
      /^Failed to unpack .*x\.json\.gz: unexpected end of file/,
    );
  });
});

describe('records of topics that cannot be read', () => {
  const record = (offset: number, value: string | null): FetchedRecord => ({
    offset: BigInt(offset),
    timestamp: 1000 + offset,
    timestampType: 'CreateTime',
    leaderEpoch: 0,
    key: new TextEncoder().encode(`k${offset}`),
    value: value === null ? null : new TextEncoder().encode(value),
    headers: [],
  });
  const decoder = (options: Readonly<Record<string, string>>, partition: number, dead?: DeadLetter[]) => {
    const t = table({
      connector: 'kafka',
      topic: 'orders',
      'properties.bootstrap.servers': 'x:1',
      format: 'json',
      ...options,
    });
    const request = {
      table: t,
      options: t.options,
      projected: [0, 1],
      fields: columns.map(({ name, type }) => ({ name, type })),
      env: env(),
    };
    const sink = dead && {
      add: (letter: DeadLetter) => void dead.push(letter),
      flush: async () => undefined,
      close: async () => undefined,
    };
    const made = new RecordDecoder(request, kafkaOptions('kafka', t.options, t), sink);
    made.begin('orders', partition, 0);
    return made;
  };

  test('fail with topic, partition and offset', () => {
    expect(() => decoder({}, 3).add(record(42, '{"a":'))).toThrow(
      `Failed to deserialize JSON '{"a":'. In topic 'orders', partition 3, offset 42.`,
    );
    expect(() => decoder({ format: 'avro' }, 0).add(record(7, 'no avro'))).toThrow(
      "Failed to deserialize Avro record. In topic 'orders', partition 0, offset 7: 'no avro'.",
    );
  });

  test('kept with key, value and origin; half a row leaves nothing behind', () => {
    const letters: DeadLetter[] = [];
    const reader = decoder({ 'json.ignore-parse-errors': 'true' }, 1, letters);
    for (const [i, value] of ['{"a":1,"b":"x"}', '{"b":"y","a":"no"}', '{"a":2}', 'oops'].entries())
      reader.add(record(i, value));
    const taken = reader.take();
    expect(taken?.batch.length).toBe(2);
    expect(taken?.batch.columns.map((c) => [valueAt(c, 0), valueAt(c, 1)])).toEqual([
      [1, 2],
      ['x', null],
    ]);
    expect(letters.map((l) => l.origin)).toEqual([
      { topic: 'orders', partition: 1, offset: '1', timestamp: 1001 },
      { topic: 'orders', partition: 1, offset: '3', timestamp: 1003 },
    ]);
    expect(letters.map((l) => [l.key, l.value].map((b) => new TextDecoder().decode(b ?? undefined)))).toEqual([
      ['k1', '{"b":"y","a":"no"}'],
      ['k3', 'oops'],
    ]);
  });

  test('skipped ones are counted', () => {
    const reader = decoder({ 'json.ignore-parse-errors': 'true' }, 0);
    for (const value of ['oops', '{"a":1}', 'oops', null]) reader.add(record(0, value));
    reader.report('orders');
    reader.report('orders');
    expect(notices).toEqual(["2 records of orders could not be read and were skipped ('ignore-parse-errors')."]);
  });
});
