import type { Rex, RexCall, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';

export const ref = (index: number, type: LogicalType): Rex => ({ kind: 'InputRef', index, type });
export const lit = (value: Value, type: LogicalType): Rex => ({ kind: 'Literal', value, type });
export const call = (fn: string, type: LogicalType, ...operands: Rex[]): RexCall => ({
  kind: 'Call',
  fn,
  type,
  operands,
});

export function batchOf(
  types: readonly LogicalType[],
  rows: readonly (readonly Value[])[],
  kinds: readonly number[] = [],
): Batch {
  const builder = new BatchBuilder(types);
  rows.forEach((row, i) => {
    builder.values(row, kinds[i]);
  });
  return builder.take();
}

export function rowsOf(batch: Batch): Value[][] {
  return Array.from({ length: batch.length }, (_, i) => batch.columns.map((column) => valueAt(column, i)));
}
