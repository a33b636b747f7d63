import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { build } from 'esbuild';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import { exportRows, recordRows } from '../../../extension/results/export-rows.ts';
import { ResultStore } from '../../../extension/results/result-store.ts';
import { RowFilters } from '../../../extension/results/row-filters.ts';
import type { ExportFormat } from '../../../webviews/messages.ts';

const COLUMNS = [
  { name: 'id', logicalType: { type: 'BIGINT', nullable: true } },
  { name: 'price', logicalType: { type: 'DECIMAL', nullable: true, precision: 10, scale: 2 } },
  { name: 'note', logicalType: { type: 'VARCHAR', nullable: true, length: 2147483647 } },
  { name: 'at', logicalType: { type: 'TIMESTAMP_WITHOUT_TIME_ZONE', nullable: true, precision: 3 } },
  { name: 'ok', logicalType: { type: 'BOOLEAN', nullable: true } },
];
const ROWS = [
  [1n, '1.10', 'a,"b"\n', '2024-01-02T03:04:05.678', true],
  [2n, null, '', null, false],
  [9007199254740993n, '-3.00', null, '1969-12-31T23:59:59.999', null],
];

function page(rows: typeof ROWS, kinds: readonly number[]) {
  return toArrowPage({
    format: 'JSON',
    columns: COLUMNS,
    rows,
    rowKinds: Uint8Array.from(kinds),
    resultType: 'PAYLOAD',
    resultKind: 'SUCCESS_WITH_CONTENT',
    isQueryResult: true,
    jobId: undefined,
    token: 1,
  } as unknown as Parameters<typeof toArrowPage>[0]);
}

describe('a file of all rows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-export-'));
  const script = join(folder, 'row-filter.cjs');
  let filters: RowFilters;
  beforeAll(async () => {
    // The thread as the product has it: one file.
    const entryPoints = [join(import.meta.dirname, '../../../local-runtime/row-filter/worker.ts')];
    await build({ entryPoints, outfile: script, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' });
    filters = new RowFilters(script);
  }, 60_000);
  afterAll(() => {
    filters?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const storeOf = (count = 1) => {
    const store = new ResultStore({ id: 'r', title: 'SELECT', limit: 100_000, filters });
    const rows = Array.from({ length: count }, () => ROWS).flat();
    store.add(
      page(
        rows,
        rows.map(() => 0),
      ),
    );
    return store;
  };
  const write = async (format: ExportFormat, store = storeOf(), arrange = {}) => {
    const path = join(folder, `rows.${format}`);
    const seen: number[] = [];
    const task = { format, path, filters, signal: new AbortController().signal, progress: (n: number) => seen.push(n) };
    const count = await exportRows(store, { view: 'table', arrange }, task);
    return { bytes: readFileSync(path), count, seen };
  };

  test('CSV tells NULL from the empty string', async () => {
    expect((await write('csv')).bytes.toString()).toBe(
      'id,price,note,at,ok\r\n1,1.10,"a,""b""\n",2024-01-02 03:04:05.678,TRUE\r\n2,,"",,FALSE\r\n9007199254740993,-3.00,,1969-12-31 23:59:59.999,\r\n',
    );
  });

  test('JSON lines keep all digits', async () => {
    const lines = (await write('jsonl')).bytes.toString().trim().split('\n');
    expect(lines[0]).toBe('{"id":1,"price":1.10,"note":"a,\\"b\\"\\n","at":"2024-01-02 03:04:05.678","ok":true}');
    expect(lines[2]).toBe('{"id":9007199254740993,"price":-3.00,"note":null,"at":"1969-12-31 23:59:59.999","ok":null}');
  });

  test('Arrow: one stream of many chunks, read by a library that is not ours', async () => {
    const { bytes, count, seen } = await write('arrow', storeOf(6000));
    const table = tableFromIPC(bytes);
    expect([table.numRows, count, seen.length]).toEqual([18_000, 18_000, 3]);
    expect(table.getChild('id')?.get(17_999)).toBe(9007199254740993n);
    expect(table.getChild('note')?.get(1)).toBe('');
  });

  test('Parquet, with types of its own, read by a library that is not ours', async () => {
    const { bytes } = await write('parquet', storeOf(4000));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file, compressors });
    expect(rows).toHaveLength(12_000);
    expect(rows[11_999]).toEqual({
      id: 9007199254740993n,
      price: -3,
      note: null,
      at: new Date('1969-12-31T23:59:59.999Z'),
      ok: null,
    });
    expect(rows[0]).toMatchObject({ id: 1n, price: 1.1, ok: true, at: new Date('2024-01-02T03:04:05.678Z') });
  });

  test('only rows that a condition keeps, in the order of the view', async () => {
    const arrange = { filter: "price < 5 OR note = ''", sort: [{ column: 0, descending: true }] };
    const lines = (await write('jsonl', storeOf(), arrange)).bytes.toString().trim().split('\n');
    expect(lines.map((line) => /"id":(\d+)/.exec(line)?.[1])).toEqual(['9007199254740993', '2', '1']);
    await expect(write('csv', storeOf(), { filter: 'price <' })).rejects.toThrow();
  });

  test('a running result is recorded until it ends; one that is stopped is kept', async () => {
    const store = storeOf();
    const stop = new AbortController();
    const path = join(folder, 'record.csv');
    const task = { format: 'csv' as const, path, filters, signal: stop.signal, progress: () => undefined };
    const recorded = recordRows(store, task);
    // The file is opened first.
    await expect.poll(() => readdirSync(folder)).toContain('record.csv.part');
    await new Promise((resolve) => setTimeout(resolve, 50));
    store.add(page(ROWS.slice(0, 1), [2]));
    store.add(page(ROWS.slice(1, 2), [3]));
    store.end('finished');
    expect(await recorded).toBe(2);
    const lines = readFileSync(path, 'utf8').split('\r\n');
    expect(lines[0]).toBe('op,id,price,note,at,ok');
    expect(lines.slice(1).join('\n')).toMatch(/^\+U,1,[\s\S]*\n-D,2,/);
  });

  test('an export that is stopped leaves nothing', async () => {
    const path = join(folder, 'stopped.csv');
    const task = {
      format: 'csv' as const,
      path,
      filters,
      signal: AbortSignal.abort(new Error('stopped')),
      progress: () => undefined,
    };
    await expect(exportRows(storeOf(), { view: 'table', arrange: {} }, task)).rejects.toThrow('stopped');
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});
