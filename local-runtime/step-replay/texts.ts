import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, ROW_KIND_SHORT } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import type { ExprEnv } from '../codegen/env.ts';
import { columnToText } from '../functions/cast/to-string.ts';
import type { StateTable } from '../operators/state-table.ts';
import type { TracedEvent, TracedState } from './trace.ts';

/** What an operator gave, row by row with the watermarks between. */
export function eventsOf(operator: number, fields: readonly RowField[], batch: Batch, env: ExprEnv): TracedEvent[] {
  const cells = cellsOf(fields, batch, env);
  const events: TracedEvent[] = [];
  forEachRun(
    batch,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const op = ROW_KIND_SHORT[batch.kinds?.[i] ?? INSERT] ?? '+I';
        events.push({ type: 'row', operator, op, cells: cells(i) });
      }
    },
    (at) => events.push({ type: 'watermark', operator, at: Number.isFinite(at) ? at : null }),
  );
  return events;
}

/** A table of state, cut to `most` rows. */
export function tableTexts(
  { title, fields, rows }: StateTable,
  most: number,
  env: ExprEnv,
): TracedState['tables'][number] {
  const cells = cellsOf(fields, rows, env);
  const shown = Math.min(most, rows.length);
  return {
    title,
    columns: fields.map(({ name }) => name),
    rows: Array.from({ length: shown }, (_, i) => cells(i)),
    more: rows.length - shown,
  };
}

function cellsOf(fields: readonly RowField[], batch: Batch, env: ExprEnv): (row: number) => (string | null)[] {
  if (batch.length === 0) return () => [];
  const texts = fields.map(({ type }, c) => columnToText(batch.columns[c] as Column, type, env));
  return (row) => texts.map((text) => text(row));
}
