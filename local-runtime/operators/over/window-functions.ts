import type { AggregateCall, Rex, Value } from '../../../flink-sql/plan/rex.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import { defaultOf } from '../../functions/default-value.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import type { Partition } from './sorted-frame.ts';

/** Appends the function's value for each row of a sorted partition, whatever the frame. */
export type WindowFunction = (partition: Partition, out: ColumnWriter) => void;

/** Functions of a row's place (Flink's RankLikeAggFunctionBase, NTILE, and the OffsetOverFrame of LEAD and LAG); undefined for aggregates. */
export function windowFunction(call: AggregateCall): WindowFunction | undefined {
  switch (call.fn) {
    case 'ROW_NUMBER':
      return (partition, out) => each(partition, (row) => out.append(BigInt(row + 1)));
    case 'RANK':
      return (partition, out) => each(partition, (row) => out.append(BigInt(firstOf(partition, row) + 1)));
    case 'DENSE_RANK':
      return denseRank;
    case 'PERCENT_RANK':
      return (partition, out) =>
        each(partition, (row) =>
          out.append(partition.length > 1 ? firstOf(partition, row) / (partition.length - 1) : 0),
        );
    case 'CUME_DIST':
      return (partition, out) =>
        each(partition, (row) => out.append((partition.last[row] as number) / partition.length));
    case 'NTILE':
      return ntile(call);
    case 'LEAD':
    case 'LAG':
      return neighbour(call);
    default:
      return undefined;
  }
}

const firstOf = (partition: Partition, row: number): number => partition.first[row] as number;

function each({ length }: Partition, give: (row: number) => void): void {
  for (let row = 0; row < length; row++) give(row);
}

function denseRank(partition: Partition, out: ColumnWriter): void {
  let rank = 0;
  each(partition, (row) => {
    if (firstOf(partition, row) === row) rank++;
    out.append(BigInt(rank));
  });
}

/** The value of an argument: a constant or a column. */
function argument(rex: Rex | undefined): (columns: readonly Column[], row: number) => Value | undefined {
  if (rex === undefined) return () => undefined;
  if (rex.kind === 'Literal') return () => rex.value;
  if (rex.kind !== 'InputRef') throw new Error('arguments of window functions must be constants or input fields');
  return (columns, row) => valueAt(columns[rex.index] as Column, row);
}

/** The first `length % n` buckets have a row more. */
function ntile(call: AggregateCall): WindowFunction {
  const buckets = argument(call.args[0]);
  return (partition, out) =>
    each(partition, (row) => {
      const n = Number(buckets(partition.columns, row) ?? 0);
      if (n === 0) throw new FlinkFault('ArithmeticException', '/ by zero');
      const size = Math.trunc(partition.length / n);
      const more = partition.length % n;
      const wide = more * (size + 1);
      out.append(BigInt(row < wide ? Math.trunc(row / (size + 1)) + 1 : more + Math.trunc((row - wide) / size) + 1));
    });
}

function neighbour(call: AggregateCall): WindowFunction {
  const value = argument(call.args[0]);
  const offset = argument(call.args[1]);
  const otherwise = argument(call.args[2]);
  const towards = call.fn === 'LEAD' ? 1 : -1;
  // A NULL in a result that the default makes NOT NULL is what generated code leaves there.
  const forNull = call.type.nullable ? null : defaultOf(call.type);
  return (partition, out) =>
    each(partition, (row) => {
      const { columns, length } = partition;
      const at = row + towards * Number(offset(columns, row) ?? 1);
      const isIn = at >= 0 && at < length;
      out.append((isIn ? value(columns, at) : (otherwise(columns, row) ?? null)) ?? forNull);
    });
}
