import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import type { SinkRequest } from '../../../local-runtime/connectors/connector.ts';
import { FileSink } from '../../../local-runtime/connectors/filesystem/sink.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-pending-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(more: { options?: Record<string, string>; restored?: unknown; overwrite?: boolean } = {}) {
  const { currentCatalog: catalog, currentDatabase: database } = new CatalogStore();
  const request: SinkRequest = {
    table: {
      identifier: { catalog, database, name: 't' },
      columns: [{ kind: 'physical', name: 'id', type: types.int() }],
      partitionKeys: [],
      options: {},
      temporary: false,
      watermarks: [],
    } as unknown as SinkRequest['table'],
    options: { connector: 'filesystem', path: folder, format: 'json', ...more.options },
    fields: [{ name: 'id', type: types.int() }],
    staticPartitions: {},
    overwrite: more.overwrite ?? false,
    ...(more.restored === undefined ? {} : { restored: more.restored }),
    env: {
      workingDirectory: folder,
      zone: 'UTC',
      options: {},
      now: Date.now,
      print: () => undefined,
      notice: () => undefined,
    },
  };
  return FileSink.open(request);
}

function rows(...ids: number[]) {
  const out = new BatchBuilder([types.int()]);
  for (const id of ids) out.values([id]);
  return out.take();
}

const visible = () => readdirSync(folder).filter((name) => !name.startsWith('.'));
const hidden = () => readdirSync(folder).filter((name) => name.startsWith('.'));
const text = () =>
  visible()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .sort()
    .join('');

describe('files of a sink', () => {
  it('are named by the commit after the checkpoint that prepared them', async () => {
    const sink = await open();
    await sink.write(rows(1));
    await sink.prepare();
    await sink.write(rows(2));
    expect(visible()).toEqual([]);
    await sink.commit();
    expect(text()).toBe('{"id":1}\n');
    await sink.close();
    expect(hidden()).toEqual([]);
  });

  it('that are complete before the commit of an earlier checkpoint wait for their own', async () => {
    const sink = await open({ options: { 'sink.rolling-policy.file-size': '10 b' } });
    await sink.write(rows(1, 1));
    const first = await sink.prepare();
    // The second row of these begins another file: the first one is closed.
    for (let i = 0; i < 3; i++) {
      await sink.write(rows(2, 2));
      await sink.flush();
    }
    await sink.commit();
    expect(text()).toBe('{"id":1}\n{"id":1}\n');
    const second = await sink.prepare();
    expect(second.pending.filter(({ final }) => first.pending.some((known) => known.final === final))).toEqual([]);
    await sink.commit();
    expect(text().split('\n').length).toBe(9);
    await sink.close();
    expect(hidden()).toEqual([]);
  });

  it('of a checkpoint that failed are part of the next one', async () => {
    const sink = await open();
    await sink.write(rows(1));
    await sink.prepare();
    await sink.write(rows(2));
    expect((await sink.prepare()).pending.length).toBe(2);
    await sink.commit();
    expect(text()).toBe('{"id":1}\n{"id":2}\n');
    await sink.close();
  });

  it('are committed by the job that starts from the checkpoint, and what came after it is deleted', async () => {
    const sink = await open();
    await sink.write(rows(1));
    const restored = structuredClone(await sink.prepare());
    await sink.write(rows(2));
    await sink.prepare();
    await sink.close();
    expect(hidden().length).toBe(2);
    const next = await open({ restored });
    expect(text()).toBe('{"id":1}\n');
    expect(hidden()).toEqual([]);
    await next.write(rows(3));
    const later = structuredClone(await next.prepare());
    await next.close();
    // Twice, as after a crash in the middle of a commit.
    for (let i = 0; i < 2; i++) await (await open({ restored: later })).close();
    expect(text()).toBe('{"id":1}\n{"id":3}\n');
  });

  it('of a writer that is alive are left alone', async () => {
    const sink = await open();
    await sink.write(rows(1));
    const restored = structuredClone(await sink.prepare());
    await sink.write(rows(2));
    await sink.flush();
    await (await open({ restored })).close();
    await sink.prepare();
    await sink.commit();
    await sink.close();
    expect(text()).toBe('{"id":1}\n{"id":2}\n');
  });

  it('that a checkpoint counts on and that are gone are an error with their name', async () => {
    const sink = await open();
    await sink.write(rows(1));
    const restored = await sink.prepare();
    await sink.close();
    rmSync(join(folder, hidden()[0] as string));
    await expect(open({ restored })).rejects.toThrow(/The checkpoint has part-.* to commit, but neither/);
  });

  it('are begun anew when they are large enough', async () => {
    const sink = await open({ options: { 'sink.rolling-policy.file-size': '10 b' } });
    for (let i = 0; i < 3; i++) {
      await sink.write(rows(i, i));
      await sink.flush();
    }
    await sink.prepare();
    await sink.commit();
    await sink.close();
    expect(visible().length).toBe(3);
  });

  it('take the place of what was there on INSERT OVERWRITE', async () => {
    writeFileSync(join(folder, 'old'), '{"id":0}\n');
    writeFileSync(join(folder, '.kept'), '');
    const sink = await open({ overwrite: true });
    await sink.write(rows(1));
    await sink.prepare();
    expect(text()).toBe('{"id":0}\n');
    await sink.commit();
    expect(text()).toBe('{"id":1}\n');
    await sink.write(rows(2));
    const restored = structuredClone(await sink.prepare());
    await sink.close();
    writeFileSync(join(folder, 'old2'), '{"id":0}\n');
    const next = await open({ overwrite: true, restored });
    await next.write(rows(3));
    await next.prepare();
    await next.commit();
    await next.close();
    expect(text()).toBe('{"id":1}\n{"id":2}\n{"id":3}\n');
    expect(existsSync(join(folder, '.kept'))).toBe(true);
  });
});
