import { open, rename, rm } from 'node:fs/promises';
import type { Arrangement, ExportFormat, View } from '../../webviews/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { readPage } from './arrow-rows.ts';
import { arrowEncoder, csvEncoder, jsonLinesEncoder, type RowEncoder } from './export-formats.ts';
import type { ResultStore } from './result-store.ts';
import type { RowFilters } from './row-filters.ts';

const CHUNK = 8192;

export const EXPORT_FORMATS: Readonly<Record<ExportFormat, { readonly label: string; readonly ending: string }>> = {
  csv: { label: 'CSV', ending: 'csv' },
  jsonl: { label: 'JSON lines', ending: 'jsonl' },
  parquet: { label: 'Parquet', ending: 'parquet' },
  arrow: { label: 'Arrow IPC stream', ending: 'arrows' },
};

/** The format that a file's ending says; undefined for others. */
export function formatOf(path: string): ExportFormat | undefined {
  const ending = path.split('.').at(-1)?.toLowerCase();
  return (Object.keys(EXPORT_FORMATS) as ExportFormat[]).find((format) => EXPORT_FORMATS[format].ending === ending);
}

export interface ExportTask {
  readonly format: ExportFormat;
  readonly path: string;
  readonly filters: RowFilters;
  readonly signal: AbortSignal;
  /** Told of the rows written so far. */
  readonly progress: (rows: number, of?: number) => void;
}

/** Writes all rows of a view to a file, which is there only when all are in it. Gives their number; rejects when it is stopped. */
export async function exportRows(
  store: ResultStore,
  { view, arrange }: { readonly view: View; readonly arrange: Arrangement },
  task: ExportTask,
): Promise<number> {
  const rows = await store.all(view, arrange);
  const encoder = await encoderOf(store, view === 'changelog', task);
  // Instants of a Parquet file are instants: the clock on which they are shown is no part of it.
  const zone = task.format === 'parquet' ? undefined : arrange.zone;
  await written(task, async (write) => {
    for (let from = 0; from < rows.length || from === 0; from += CHUNK) {
      task.signal.throwIfAborted();
      await write(await encoder.chunk(store.write(rows.slice(from, from + CHUNK), zone)));
      task.progress(Math.min(rows.length, from + CHUNK), rows.length);
    }
    await write(await encoder.end());
  });
  return rows.length;
}

/** Writes the changes that come from now on, until the result has ended or the signal says stop; what was written stays. */
export async function recordRows(store: ResultStore, task: ExportTask): Promise<number> {
  let count = 0;
  await written(task, async (write) => {
    let encoder: RowEncoder | undefined;
    let work = Promise.resolve();
    const put = async (ipc: Uint8Array): Promise<void> => {
      encoder ??= await encoderOf(store, true, task);
      for (const rows of readPage(ipc).batches) {
        if (rows.length === 0) continue;
        const list = Array.from({ length: rows.length }, (_, i) => ({
          kind: rows.kinds[i] ?? 0,
          cell: (column: number) => rows.cell(column, i),
        }));
        await write(await encoder.chunk(store.write(list)));
        count += rows.length;
        task.progress(count);
      }
    };
    await new Promise<void>((resolve, reject) => {
      const leave = store.onPage((ipc) => {
        work = work.then(() => put(ipc));
        work.catch(end);
      });
      const changed = store.onChange(() => {
        if (store.phase !== 'starting' && store.phase !== 'running') end();
      });
      const end = (error?: unknown): void => {
        leave();
        changed();
        task.signal.removeEventListener('abort', stop);
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error(String(error)));
      };
      const stop = (): void => end();
      task.signal.addEventListener('abort', stop, { once: true });
      if (task.signal.aborted || (store.phase !== 'starting' && store.phase !== 'running')) end();
    });
    await work;
    encoder ??= await encoderOf(store, true, task);
    await write(await encoder.end());
  });
  return count;
}

async function encoderOf(store: ResultStore, kinds: boolean, { format, filters }: ExportTask): Promise<RowEncoder> {
  const { schema } = store;
  if (!schema) throw new Error(t('There are no rows yet'));
  switch (format) {
    case 'csv':
      return csvEncoder(schema, kinds);
    case 'jsonl':
      return jsonLinesEncoder(schema, kinds);
    case 'arrow':
      return arrowEncoder();
    case 'parquet':
      return filters.parquet(schema, kinds);
  }
}

/** A file beside its place until it is whole. */
async function written(
  { path }: ExportTask,
  work: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const partial = `${path}.part`;
  try {
    const file = await open(partial, 'w');
    try {
      await work(async (bytes) => {
        if (bytes.length > 0) await file.writeFile(bytes);
      });
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
