import { logicalTypeJson } from '../../flink-sql/types/wire.ts';
import type { Fetched, ResultColumn, RowSlice, StatementResult } from '../session/results.ts';

export type RowFormat = 'JSON' | 'PLAIN_TEXT' | 'ARROW';

/** Gives the JSON texts of the cells of a slice, a function a column. */
export type SliceCells = (slice: RowSlice, columns: readonly ResultColumn[]) => readonly ((i: number) => string)[];

const KINDS = ['INSERT', 'UPDATE_BEFORE', 'UPDATE_AFTER', 'DELETE'] as const;

const columnTexts = new WeakMap<readonly ResultColumn[], string>();

/** `columns` of a result page (ColumnInfo). */
function columnsJson(columns: readonly ResultColumn[]): string {
  const known = columnTexts.get(columns);
  if (known !== undefined) return known;
  const text = JSON.stringify(
    columns.map(({ name, type, comment }) => ({ name, logicalType: logicalTypeJson(type), comment: comment ?? null })),
  );
  columnTexts.set(columns, text);
  return text;
}

/** `{"resultType":"NOT_READY", …}`. */
export function notReadyJson(nextResultUri: string): string {
  return JSON.stringify({ resultType: 'NOT_READY', nextResultUri });
}

/** A page as FetchResultsResponseBody writes it; `nextResultUri` is left out at the end. */
export function pageJson(
  result: StatementResult,
  fetched: Fetched,
  format: 'JSON' | 'PLAIN_TEXT',
  cells: SliceCells,
  nextResultUri: string | undefined,
): string {
  const { columns } = result.rows;
  const slices = fetched.kind === 'PAYLOAD' ? fetched.slices : [];
  const job = result.jobId === undefined ? '' : `"jobID":"${result.jobId}",`;
  const next = nextResultUri === undefined ? '' : `,"nextResultUri":${JSON.stringify(nextResultUri)}`;
  const data = slices.flatMap((slice) => rowTexts(slice, cells(slice, columns))).join(',');
  return `{"resultType":"${fetched.kind}","isQueryResult":${result.isQuery},${job}"resultKind":"${result.resultKind}","results":{"columns":${columnsJson(columns)},"rowFormat":"${format}","data":[${data}]}${next}}`;
}

function rowTexts(slice: RowSlice, cells: readonly ((i: number) => string)[]): string[] {
  const { batch, from, to } = slice;
  const out: string[] = [];
  for (let i = from; i < to; i++) {
    let text = `{"kind":"${KINDS[batch.kinds?.[i] ?? 0]}","fields":[`;
    for (let c = 0; c < cells.length; c++) {
      if (c > 0) text += ',';
      text += (cells[c] as (i: number) => string)(i);
    }
    out.push(`${text}]}`);
  }
  return out;
}
