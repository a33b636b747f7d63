import { parentPort } from 'node:worker_threads';
import { asFault } from '../errors.ts';
import { ParquetFileWriter } from '../formats/parquet/writer.ts';
import { ConditionError, compileCasts, compileRowFilter, type FilterColumn, type RowFilter } from './compile.ts';
import { readRows } from './read-rows.ts';

/** What the editor asks of the thread; every question has one answer of the same number. */
export type FilterQuestion =
  | {
      readonly type: 'open';
      readonly request: number;
      readonly filter: number;
      readonly columns: readonly FilterColumn[];
      readonly condition: string;
      /** The session's time zone. */
      readonly zone: string;
    }
  /** Begins a Parquet file; rows are given by `chunk`, and `end` answers the rest of it. */
  | {
      readonly type: 'parquet';
      readonly request: number;
      readonly filter: number;
      readonly columns: readonly FilterColumn[];
      readonly zone: string;
    }
  | { readonly type: 'chunk' | 'end'; readonly request: number; readonly filter: number; readonly ipc: Uint8Array }
  | { readonly type: 'test'; readonly request: number; readonly filter: number; readonly ipc: Uint8Array }
  | { readonly type: 'close'; readonly filter: number };

export interface FilterAnswer {
  readonly request: number;
  /** A byte a row, 1 where the condition is TRUE; of `test`. */
  readonly bits?: Uint8Array;
  /** Of a file, as far as it is made. */
  readonly bytes?: Uint8Array;
  readonly problem?: { readonly message: string; readonly start: number; readonly end: number };
}

const filters = new Map<number, RowFilter>();
const files = new Map<number, { readonly chunk: (ipc: Uint8Array) => Uint8Array; readonly end: () => Uint8Array }>();

const GROUP_BYTES = 16 * 1024 * 1024;

function openParquet(columns: readonly FilterColumn[], zone: string) {
  const casts = compileCasts(columns, zone);
  const fine = casts.fields.some(
    ({ type }) => 'precision' in type && type.root.startsWith('TIMESTAMP') && type.precision > 6,
  );
  const options = { utc: true, unit: fine ? 'nanos' : 'micros' } as const;
  const writer = new ParquetFileWriter(casts.fields, options, 'SNAPPY', GROUP_BYTES);
  return {
    chunk(ipc: Uint8Array) {
      const batch = casts.run(readRows(ipc, casts.types));
      for (let i = 0; i < batch.length; i++) writer.append(batch, i);
      return writer.take().slice();
    },
    end: () => writer.end().slice(),
  };
}

function answer(question: Exclude<FilterQuestion, { type: 'close' }>): FilterAnswer {
  const { request, filter: id } = question;
  try {
    if (question.type === 'open') {
      filters.set(id, compileRowFilter(question.columns, question.condition, question.zone));
      return { request };
    }
    if (question.type === 'parquet') {
      files.set(id, openParquet(question.columns, question.zone));
      return { request };
    }
    if (question.type !== 'test') {
      const file = files.get(id);
      if (!file) throw new Error('The file is not known');
      if (question.type === 'chunk') return { request, bytes: file.chunk(question.ipc) };
      files.delete(id);
      return { request, bytes: file.end() };
    }
    const filter = filters.get(id);
    if (!filter) throw new Error('The condition is not known');
    return { request, bits: filter.test(readRows(question.ipc, filter.types)) };
  } catch (error) {
    const { start, end } = error instanceof ConditionError ? error : { start: 0, end: 0 };
    return { request, problem: { message: asFault(error).chain().at(-1)?.message ?? String(error), start, end } };
  }
}

parentPort?.on('message', (question: FilterQuestion) => {
  if (question.type === 'close') {
    filters.delete(question.filter);
    files.delete(question.filter);
  } else parentPort?.postMessage(answer(question));
});
