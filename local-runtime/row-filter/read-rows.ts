import { RecordBatchReader, type Timestamp, TimeUnit, Type, type Vector } from 'apache-arrow';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import { BatchBuilder } from '../batch/builder.ts';

/** Reads the rows of an Arrow stream, its first column being the row kinds, into one batch of columns of these types. */
export function readRows(ipc: Uint8Array, types: readonly LogicalType[]): Batch {
  const builder = new BatchBuilder(types);
  for (const batch of RecordBatchReader.from(ipc)) {
    for (const [c, column] of builder.columns.entries()) {
      const read = valueReader(batch.getChildAt(c + 1) as Vector);
      for (let i = 0; i < batch.numRows; i++) column.append(read(i));
    }
    for (let i = 0; i < batch.numRows; i++) builder.row();
  }
  return builder.take();
}

/** Raw values: Arrow's own getters would make dates of times. */
function valueReader(vector: Vector): (row: number) => Value {
  const data = vector.data[0];
  if (!data) return () => null;
  const { typeId } = vector.type;
  if (typeId === Type.Utf8 || typeId === Type.Binary || typeId === Type.Bool) return (row) => vector.get(row) as Value;
  const values = data.values as { readonly [index: number]: number | bigint };
  const isNull = (row: number): boolean => !data.getValid(row);
  if (typeId !== Type.Timestamp) return (row) => (isNull(row) ? null : (values[row] as number | bigint));
  const micros = (vector.type as Timestamp).unit === TimeUnit.MICROSECOND;
  return (row) => {
    if (isNull(row)) return null;
    const value = values[row] as bigint;
    if (!micros) return { ms: Number(value), nanos: 0 };
    const ms = (value - (((value % 1000n) + 1000n) % 1000n)) / 1000n;
    return { ms: Number(ms), nanos: Number(value - ms * 1000n) * 1000 };
  };
}
