import type { OverAggregate } from '../../../flink-sql/plan/physical.ts';
import type { AggregateCall } from '../../../flink-sql/plan/rex.ts';
import { FlinkFault } from '../../errors.ts';

/** From the first row, from some rows back, or from some milliseconds back; always to the current row. */
export type OverFrame =
  | { readonly kind: 'unbounded' }
  | { readonly kind: 'rows' | 'range'; readonly preceding: number };

/** The frame of an OVER aggregate; its lower bound is a constant. */
export function overFrame({ lower, rows }: OverAggregate): OverFrame {
  switch (lower.kind) {
    case 'UnboundedPreceding':
      return { kind: 'unbounded' };
    case 'CurrentRow':
      return { kind: rows ? 'rows' : 'range', preceding: 0 };
    case 'Preceding': {
      if (lower.offset.kind !== 'Literal' || lower.offset.value === null) break;
      return { kind: rows ? 'rows' : 'range', preceding: Number(lower.offset.value) };
    }
    default:
      break;
  }
  throw new FlinkFault('TableException', 'OVER RANGE FOLLOWING windows are not supported yet.');
}

/** The input fields that calls read, of so many; all where a call reads more than its arguments. */
export function fieldsOfCalls(calls: readonly AggregateCall[], width: number): readonly number[] {
  const read = new Set<number>();
  for (const { args, filter, withinGroup } of calls) {
    for (const arg of [...args, ...(filter ? [filter] : [])]) {
      if (arg.kind === 'InputRef') read.add(arg.index);
      else if (arg.kind !== 'Literal') return Array.from({ length: width }, (_, f) => f);
    }
    if (withinGroup.length > 0) return Array.from({ length: width }, (_, f) => f);
  }
  return [...read];
}
