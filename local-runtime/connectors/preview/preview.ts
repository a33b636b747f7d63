import { type Batch, ROW_KIND_SHORT } from '../../batch/batch.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import type { SinkRequest, SinkWriter } from '../connector.ts';
import { databaseRows } from './databases.ts';
import { fileRows } from './files.ts';
import { messageRows } from './messages.ts';
import { plainRows } from './plain.ts';
import { PREVIEW_FIELDS } from './preview-options.ts';

/** One thing that a sink would write: where, and key and value as people read them. Null where there is none. */
export interface PreviewedRow {
  readonly target: string | null;
  readonly key: string | null;
  readonly value: string | null;
}

/** What becomes of row `i`: undefined where the sink leaves it out (the -U of an upsert). */
export type RowPreview = (batch: Batch, i: number) => PreviewedRow | undefined;

/** A writer that shows instead of writing. `collect` takes rows of PREVIEW_FIELDS. */
export async function openPreview(
  request: SinkRequest,
  collect: (batch: Batch) => void | Promise<void>,
): Promise<SinkWriter> {
  const preview = rowPreview(request);
  const out = new BatchBuilder(PREVIEW_FIELDS.map((field) => field.type));
  const { name } = request.table.identifier;
  return {
    async write(batch) {
      for (let i = 0; i < batch.length; i++) {
        const row = preview(batch, i);
        if (row) out.values([name, ROW_KIND_SHORT[batch.kinds?.[i] ?? 0] ?? '', row.target, row.key, row.value]);
      }
      if (!out.isEmpty) await collect(out.take());
    },
    flush: () => Promise.resolve(),
    commit: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function rowPreview(request: SinkRequest): RowPreview {
  switch (request.options.connector) {
    case 'kafka':
    case 'upsert-kafka':
      return messageRows(request);
    case 'filesystem':
      return fileRows(request);
    case 'jdbc':
      return databaseRows(request);
    default:
      return plainRows(request);
  }
}
