import type { Exchange, WindowAggregate } from '../../flink-sql/plan/physical.ts';
import type { AggregateCall } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';

/** A window aggregate in two: slices are aggregated before the exchange, and what they gave behind it. */
export interface WindowPhases {
  readonly exchange: Exchange;
  /** Types of what the first phase gives: the key, the values of its calls, the slice's end. */
  readonly types: readonly LogicalType[];
  readonly sliceColumn: number;
  /** Columns of the key in it. */
  readonly keys: readonly number[];
  /** The second phase, over these rows. */
  readonly global: WindowAggregate;
}

/** The function that adds up what a function gave for parts of the rows. */
const ADDS_UP: Readonly<Record<string, string>> = {
  COUNT: '$SUM0',
  SUM: 'SUM',
  $SUM0: '$SUM0',
  MIN: 'MIN',
  MAX: 'MAX',
};

/**
 * The two phases of a window aggregate, undefined where it has only one: as Flink splits it (TwoStageOptimizedWindowAggregateRule), but
 * for AVG and DISTINCT, whose accumulators are more than a value, and for a grouping without calls, which makes few rows of many no more
 * often than not; these are aggregated behind the exchange, with the same results.
 */
export function windowPhases(
  node: WindowAggregate,
  options: Readonly<Record<string, string>>,
): WindowPhases | undefined {
  const { input, window, calls, group } = node;
  if (input.kind !== 'Exchange' || !window.rowtime || window.type === 'SESSION' || node.retracting) return undefined;
  if (options['table.optimizer.agg-phase-strategy']?.toUpperCase() === 'ONE_PHASE') return undefined;
  const addsUp = ({ fn, distinct, udf }: AggregateCall): boolean => ADDS_UP[fn] !== undefined && !distinct && !udf;
  if (calls.length === 0 || !calls.every(addsUp)) return undefined;
  const keys = group.map((_, i) => i);
  const { fields } = input;
  const time = types.timestamp(3, false);
  const global = calls.map((call, i): AggregateCall => {
    const { fn, type } = call;
    return {
      ...call,
      fn: ADDS_UP[fn] as string,
      args: [{ kind: 'InputRef', index: group.length + i, type }],
      filter: null,
    };
  });
  return {
    exchange: input,
    types: [...group.map((g) => (fields[g] as { type: LogicalType }).type), ...calls.map(({ type }) => type), time],
    sliceColumn: group.length + calls.length,
    keys,
    global: { ...node, group: keys, calls: global },
  };
}
