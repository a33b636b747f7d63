import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { columnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import { CLOSE, NONE, OPEN, type Skips, SUBTRACT, type Updates } from './updates.ts';

/** A batch for an aggregate without code of its own, row by row. `keeps`: what is taken back does not matter to it. */
export function updateByRow(
  aggregate: Aggregate,
  type: LogicalType,
  keeps: boolean,
  { rows, ops, groups, before, changed }: Updates,
  skips: Skips,
): Column {
  const out = columnWriter(type);
  for (let i = 0; i < rows; i++) {
    const op = ops[i] as number;
    if (op === NONE) continue;
    const group = groups[i] as number;
    if (op >= CLOSE) {
      if (op === CLOSE) aggregate.write(group, out);
      aggregate.reset(group);
      continue;
    }
    const compares = changed !== undefined && op !== OPEN;
    if (op === OPEN) aggregate.reset(group);
    else if (before || compares) aggregate.write(group, out);
    const hidden = compares ? aggregate.hidden?.(group) : undefined;
    if (skips === undefined || skips[i] === 0) {
      if (op !== SUBTRACT) aggregate.accumulate(group, i);
      else if (!keeps) aggregate.retract(group, i);
    }
    aggregate.write(group, out);
    if (!compares) continue;
    if (hidden !== aggregate.hidden?.(group) || !out.same(out.n - 2, out.n - 1)) changed[i] = 1;
    if (before) continue;
    // Only what came after is wanted.
    out.truncate(out.n - 2);
    aggregate.write(group, out);
  }
  return out.take();
}
