import type { TableFunctionName } from '../../flink-sql/plan/rel.ts';
import type { MapValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import type { ColumnWriter } from '../state/column-writer.ts';

/** Appends the function's rows for row `i` of its arguments to `out`, one writer a column; gives how many. */
export type TableFunction = (args: readonly Column[], i: number, out: readonly ColumnWriter[]) => number;

/** The built-in table functions (UnnestRowsFunction, UnnestRowsWithOrdinalityFunction, ReplicateRowsFunction). */
export function tableFunction(name: TableFunctionName, argTypes: readonly LogicalType[]): TableFunction {
  switch (name) {
    case '$UNNEST_ROWS$1':
      return unnest(argTypes[0] as LogicalType, false);
    case '$UNNEST_ROWS_WITH_ORDINALITY$1':
      return unnest(argTypes[0] as LogicalType, true);
    case '$REPLICATE_ROWS$1':
      return replicate;
    case '$USER_FUNCTION':
      throw new Error('a function of a user has an operator of its own');
    case 'ML_PREDICT':
    case 'ML_EVALUATE':
    case 'VECTOR_SEARCH':
      // The planner refuses them before.
      throw new FlinkFault('ValidationException', `${name} has no provider in the local runtime.`);
  }
}

function unnest(type: LogicalType, ordinality: boolean): TableFunction {
  switch (type.root) {
    case 'ARRAY': {
      const emit = elementOf(type.element, ordinality);
      return (args, i, out) => {
        const array = valueAt(args[0] as Column, i) as readonly Value[] | null;
        if (array === null) return 0;
        let n = 0;
        for (let k = 0; k < array.length; k++) n += emit(array[k] as Value, k + 1, out);
        return n;
      };
    }
    case 'MULTISET': {
      const emit = elementOf(type.element, ordinality);
      return (args, i, out) => {
        const bag = valueAt(args[0] as Column, i) as MapValue | null;
        if (bag === null) return 0;
        let n = 0;
        let position = 0;
        for (let k = 0; k < bag.keys.length; k++) {
          for (let times = Number(bag.values[k]); times > 0; times--) n += emit(bag.keys[k] as Value, ++position, out);
        }
        return n;
      };
    }
    case 'MAP':
      return (args, i, out) => {
        const map = valueAt(args[0] as Column, i) as MapValue | null;
        if (map === null) return 0;
        for (let k = 0; k < map.keys.length; k++) {
          (out[0] as ColumnWriter).append(map.keys[k] as Value);
          (out[1] as ColumnWriter).append(map.values[k] as Value);
          if (ordinality) (out[2] as ColumnWriter).append(k + 1);
        }
        return map.keys.length;
      };
    default:
      throw new Error(`UNNEST of ${type.root}`);
  }
}

/** Writes one element as a row: the fields of a ROW, else the value. A NULL in place of a ROW gives no row. */
function elementOf(
  element: LogicalType,
  ordinality: boolean,
): (value: Value, position: number, out: readonly ColumnWriter[]) => number {
  if (element.root !== 'ROW') {
    return (value, position, out) => {
      (out[0] as ColumnWriter).append(value);
      if (ordinality) (out[1] as ColumnWriter).append(position);
      return 1;
    };
  }
  const width = element.fields.length;
  return (value, position, out) => {
    const row = value as readonly Value[] | null;
    if (row === null) {
      if (!ordinality) return 0;
      // Flink makes a row of two fields of it, which is too short where the element has more than one.
      if (width > 1) {
        throw new FlinkFault('ArrayIndexOutOfBoundsException', 'Index 2 out of bounds for length 2');
      }
    }
    for (let f = 0; f < width; f++) (out[f] as ColumnWriter).append(row === null ? null : (row[f] as Value));
    if (ordinality) (out[width] as ColumnWriter).append(position);
    return 1;
  };
}

/** The arguments after the first, as often as the first says. */
const replicate: TableFunction = (args, i, out) => {
  const times = Number(valueAt(args[0] as Column, i) ?? 0);
  for (let n = 0; n < times; n++) {
    for (let c = 0; c < out.length; c++) (out[c] as ColumnWriter).appendFrom(args[c + 1] as Column, i);
  }
  return Math.max(0, times);
};
